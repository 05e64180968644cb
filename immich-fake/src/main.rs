//! A fake Immich server in one command: [`FakeImmich`] on a port, with control routes below `/_fake`.

mod control;
mod options;
mod routes;
mod save;
mod stop;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use immich_mock::{FakeImmich, Served};
use serde_json::{Value, json};

use control::Controlled;
use options::{Command, Options};
use stop::Stop;

fn main() -> ExitCode {
    match options::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => print(options::HELP),
        Ok(Command::ProgramVersion) => print(concat!("immich-fake ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(Command::Serve(options)) => match run(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => fail(&message, 1),
        },
        Err(error) => fail(&format!("{error}\nTry immich-fake --help"), 2),
    }
}

/// Prints a text. A reader that has gone away is no error.
fn print(text: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    ExitCode::SUCCESS
}

fn fail(message: &str, code: u8) -> ExitCode {
    drop(writeln!(io::stderr().lock(), "immich-fake: {message}"));
    ExitCode::from(code)
}

fn run(options: &Options) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| format!("cannot start: {error}"))?.block_on(serve(options))
}

async fn serve(options: &Options) -> Result<(), String> {
    // Before the line with the URL, after which a caller may send signals.
    let mut stop = Stop::new().map_err(|error| format!("cannot wait for signals: {error}"))?;
    let server = server(options)?;
    let address = SocketAddr::new(options.host, options.port);
    let controlled = Controlled::new(server.clone(), options);
    let mut served = Served::bind(address, controlled.clone()).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => format!("port {} of {} is in use", options.port, options.host),
        _ => format!("cannot listen on {address}: {error}"),
    })?;
    if !options.host.is_loopback() {
        let warning = "other machines can reach this server, its files, and the credentials that it controls";
        drop(writeln!(
            io::stderr().lock(),
            "immich-fake: warning: {} is not a loopback address: {warning}",
            options.host
        ));
    }
    print(&format!("{}\n", greeting(&server, &served.url(), options)));
    stop.wait().await;
    served.close().await;
    match &options.state {
        Some(file) => save::write(file, &server.snapshot()).map_err(|error| save::failed(file, &error)),
        None => Ok(()),
    }
}

/// Builds the server, from its file or anew.
fn server(options: &Options) -> Result<FakeImmich, String> {
    let mut builder = FakeImmich::builder().memory_limit(options.memory);
    if let Some(version) = options.version {
        builder = builder.version(version);
    }
    if let Some(seed) = options.random_seed {
        builder = builder.random_seed(seed);
    }
    if options.has_no_admin {
        builder = builder.without_admin();
    }
    if let Some(email) = &options.email {
        builder = builder.email(email);
    }
    if let Some(password) = &options.password {
        builder = builder.password(password.clone());
    }
    if let Some(key) = &options.api_key {
        builder = builder.api_key(key.clone());
    }
    let server = builder.build();
    if let Some(file) = &options.state {
        match save::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))? {
            Some(snapshot) => load(&server, &snapshot, options).map_err(|why| format!("{}: {why}", file.display()))?,
            // Found out now, and not at the end of a run that is lost then.
            None => save::write(file, &server.snapshot()).map_err(|error| save::failed(file, &error))?,
        }
    }
    server.add_photos(options.photos);
    for folder in &options.seeds {
        server.seed_directory(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    }
    server.checkpoint();
    options.faults.iter().for_each(|fault| server.plan(fault.clone()));
    Ok(server)
}

/// Loads a snapshot. What the command line names goes before what the snapshot says.
fn load(server: &FakeImmich, snapshot: &str, options: &Options) -> Result<(), String> {
    server.restore(snapshot).map_err(|error| error.to_string())?;
    if let Some(version) = options.version.filter(|version| *version != server.version()) {
        server.set_version(version);
    }
    server.set_credentials(options.email.as_deref(), options.password.clone(), options.api_key.clone());
    Ok(())
}

/// The line with the address of the server and its credentials, which are null before sign-up.
fn greeting(server: &FakeImmich, url: &str, options: &Options) -> Value {
    let account = server.admin().map(|id| (id, server.email(), server.password(), server.api_key()));
    // A wildcard address is no destination.
    let url = match options.host.is_unspecified() {
        true => url.replacen(&options.host.to_string(), "127.0.0.1", 1).replace("[127.0.0.1]", "[::1]"),
        false => url.to_owned(),
    };
    json!({
        "url": url,
        "apiUrl": format!("{url}/api"),
        "version": server.version().to_string(),
        "email": account.as_ref().map(|(_, email, ..)| email),
        "password": account.as_ref().map(|(_, _, password, _)| password.expose()),
        "apiKey": account.as_ref().map(|(.., key)| key.expose()),
        "userId": account.as_ref().map(|(id, ..)| id),
    })
}
