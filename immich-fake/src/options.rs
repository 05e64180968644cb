//! The command line.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use http::StatusCode;
use immich_core::{Secret, ServerVersion};
use immich_mock::PlannedFault;
use lexopt::prelude::*;

/// The text of `--help`.
pub(crate) const HELP: &str = "\
A fake Immich server in memory, for tests.

Usage: immich-fake [OPTIONS]

Prints one line of JSON with the URL and the credentials, and serves until Ctrl-C or SIGTERM.

Options:
  --host ADDRESS        The address to listen on [default: 127.0.0.1]
  --port PORT           The port; 0 is a free port [default: 2283]
  --version VERSION     The version of Immich, such as 2.7.5 [default: 3.1.0]
  --email ADDRESS       The email address of the administrator [default: admin@immich.test]
  --password TEXT       The password of the administrator [default: random]
  --api-key TEXT        The API key of the administrator, with every permission [default: random]
  --no-admin            A server on which nobody has signed up yet
  --random-seed NUMBER  Makes ids, keys and tokens the same in every run
  --seed DIR            Makes the photos and videos of a folder assets; may be repeated
  --photos COUNT        Makes up this many photos
  --memory MEGABYTES    The most memory that files take; more go to a temporary file [default: 1024]
  --state FILE          Loads this file if it exists, and saves to it at the end and on request
  --fail OPERATION:STATUS[:TIMES[:RETRY_AFTER]]
                        Refuses an operation, such as uploadAsset:503:2 or '*:429:1:5'; may be repeated
  --latency [OPERATION:]DURATION
                        Holds back responses, such as 100ms or getAssetInfo:2s; may be repeated
  --cut OPERATION:BYTES[:TIMES]
                        Breaks off responses after this many bytes of the body; may be repeated
  --log                 Writes every request to the standard error stream, without queries and headers
  -h, --help            Prints this text
  -V                    Prints the version of this program

Further control at run time: GET http://HOST:PORT/_fake
";

/// The options of the command line.
pub(crate) enum Command {
    Serve(Box<Options>),
    Help,
    ProgramVersion,
}

/// The options of a server.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    pub(crate) version: Option<ServerVersion>,
    pub(crate) email: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) api_key: Option<Secret>,
    pub(crate) has_no_admin: bool,
    pub(crate) random_seed: Option<u64>,
    pub(crate) seeds: Vec<PathBuf>,
    pub(crate) photos: usize,
    /// The most bytes of files in memory.
    pub(crate) memory: u64,
    pub(crate) state: Option<PathBuf>,
    pub(crate) faults: Vec<PlannedFault>,
    pub(crate) log: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 2283,
            version: None,
            email: None,
            password: None,
            api_key: None,
            has_no_admin: false,
            random_seed: None,
            seeds: Vec::new(),
            photos: 0,
            memory: 1024 << 20,
            state: None,
            faults: Vec::new(),
            log: false,
        }
    }
}

/// Reads the arguments after the name of the program.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') => return Ok(Command::ProgramVersion),
            Long("host") => options.host = parser.value()?.parse()?,
            Long("port") => options.port = parser.value()?.parse()?,
            Long("version") => options.version = Some(parser.value()?.parse_with(version)?),
            Long("email") => options.email = Some(parser.value()?.parse_with(email)?),
            Long("password") => options.password = Some(parser.value()?.parse_with(secret)?),
            Long("api-key") => options.api_key = Some(parser.value()?.parse_with(secret)?),
            Long("no-admin") => options.has_no_admin = true,
            Long("random-seed") => options.random_seed = Some(parser.value()?.parse()?),
            Long("seed") => options.seeds.push(parser.value()?.into()),
            Long("photos") => options.photos = parser.value()?.parse()?,
            Long("memory") => {
                options.memory = parser.value()?.parse::<u32>().map(|megabytes| u64::from(megabytes) << 20)?
            }
            Long("state") => options.state = Some(parser.value()?.into()),
            Long("fail") => options.faults.push(parser.value()?.parse_with(failure)?),
            Long("latency") => options.faults.push(parser.value()?.parse_with(latency)?),
            Long("cut") => options.faults.push(parser.value()?.parse_with(cut)?),
            Long("log") => options.log = true,
            _ => return Err(argument.unexpected()),
        }
    }
    let has_account = options.email.is_some() || options.password.is_some() || options.api_key.is_some();
    if options.has_no_admin && (has_account || options.photos > 0 || !options.seeds.is_empty()) {
        return Err("--no-admin excludes --email, --password, --api-key, --seed and --photos".into());
    }
    Ok(Command::Serve(Box::new(options)))
}

/// A version such as `3.1.0`, also with a `v` before it.
pub(crate) fn version(text: &str) -> Result<ServerVersion, String> {
    let numbers: Option<Vec<u32>> = text.trim_start_matches('v').split('.').map(|number| number.parse().ok()).collect();
    match numbers.as_deref() {
        Some([major, minor, patch]) => Ok(ServerVersion::new(*major, *minor, *patch)),
        _ => Err("a version consists of three numbers, such as 3.1.0".to_owned()),
    }
}

fn email(text: &str) -> Result<String, &'static str> {
    if text.contains('@') { Ok(text.to_owned()) } else { Err("an email address contains @") }
}

/// A secret: an error does not repeat it.
fn secret(text: &str) -> Result<Secret, &'static str> {
    if text.is_empty() { Err("it is empty") } else { Ok(Secret::from(text.to_owned())) }
}

/// Limits a fault to an operation; `*` is every operation.
fn of(fault: PlannedFault, operation: &str) -> Result<PlannedFault, String> {
    match operation {
        "*" => Ok(fault),
        known if is_operation(known) => Ok(fault.of(known)),
        other => Err(format!("{other:?} is not an operation of Immich; operations are named like uploadAsset")),
    }
}

/// Whether any version of Immich has an operation with this name.
pub(crate) fn is_operation(name: &str) -> bool {
    immich_core::api::OPERATIONS.iter().any(|operation| operation.id == name)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text:?} is not a number, or too large"))
}

fn failure(text: &str) -> Result<PlannedFault, String> {
    let parts: Vec<_> = text.split(':').collect();
    let [operation, code, rest @ ..] = parts.as_slice() else {
        return Err("it needs an operation and a status, such as uploadAsset:503".to_owned());
    };
    let mut fault = PlannedFault::status(status(number(code)?)?);
    match rest {
        [] => {}
        [times] => fault = fault.times(number(times)?),
        [times, seconds] => fault = fault.times(number(times)?).retry_after(number(seconds)?),
        _ => return Err("it has more than four parts".to_owned()),
    }
    of(fault, operation)
}

/// The status of a refusal.
pub(crate) fn status(code: u16) -> Result<StatusCode, String> {
    let known = StatusCode::from_u16(code).ok().filter(|status| status.is_client_error() || status.is_server_error());
    known.ok_or_else(|| format!("{code} is not the status of an error, which is 400 to 599"))
}

fn latency(text: &str) -> Result<PlannedFault, String> {
    let (operation, amount) = text.rsplit_once(':').unwrap_or(("*", text));
    of(PlannedFault::latency(duration(amount)?), operation)
}

/// A duration in milliseconds or seconds.
fn duration(text: &str) -> Result<Duration, String> {
    if let Some(millis) = text.strip_suffix("ms") {
        return number(millis).map(Duration::from_millis);
    }
    match text.strip_suffix('s') {
        Some(seconds) => number(seconds).map(Duration::from_secs),
        None => Err(format!("{text:?} has no unit: ms or s")),
    }
}

fn cut(text: &str) -> Result<PlannedFault, String> {
    let parts: Vec<_> = text.split(':').collect();
    let (operation, fault) = match parts.as_slice() {
        [operation, bytes] => (operation, PlannedFault::cut(number(bytes)?)),
        [operation, bytes, times] => (operation, PlannedFault::cut(number(bytes)?).times(number(times)?)),
        _ => return Err("it needs an operation and a number of bytes, such as downloadAsset:1000".to_owned()),
    };
    of(fault, operation)
}
