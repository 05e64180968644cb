//! Clients of other languages against `immich-fake`, to prove that it is an Immich server to them too.

use std::fs::{File, create_dir_all, read_to_string, write};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

use crate::{Result, cargo, root};

/// A package of another registry, and the server that it is run against.
struct Foreign {
    registry: Registry,
    package: &'static str,
    version: &'static str,
    server: &'static str,
    /// The script in `xtask/foreign`, and its arguments.
    script: &'static str,
    arguments: &'static [&'static str],
    /// The oldest minor version of Python 3 or major version of Node that the package runs on.
    runtime: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Registry {
    PyPi,
    Npm,
}
use Registry::{Npm, PyPi};

const SCENARIO: &[&str] = &["SCENARIO", "DESCRIPTION"];

const fn foreign(
    registry: Registry,
    [package, version, server, script]: [&'static str; 4],
    arguments: &'static [&'static str],
    runtime: u32,
) -> Foreign {
    Foreign { registry, package, version, server, script, arguments, runtime }
}

const CLIENTS: [Foreign; 11] = [
    foreign(PyPi, ["immichpy", "4.2.3", "2.7.5", "immichpy.py"], SCENARIO, 11),
    foreign(PyPi, ["immichpy", "7.1.0", "3.1.0", "immichpy.py"], SCENARIO, 11),
    foreign(PyPi, ["immichpy", "9.2.4", "3.3.5", "immichpy.py"], SCENARIO, 11),
    foreign(Npm, ["@immich/sdk", "2.7.5", "2.7.5", "sdk.mjs"], SCENARIO, 20),
    foreign(Npm, ["@immich/sdk", "3.1.0", "3.1.0", "sdk.mjs"], SCENARIO, 20),
    foreign(Npm, ["@immich/sdk", "3.2.2", "3.2.2", "sdk.mjs"], SCENARIO, 20),
    foreign(Npm, ["@immich/cli", "3.2.2", "3.2.2", "commands.mjs"], &[], 22),
    foreign(PyPi, ["aioimmich", "0.18.0", "2.7.5", "python_programs.py"], &["aioimmich"], 11),
    foreign(PyPi, ["aioimmich", "0.18.0", "3.3.5", "python_programs.py"], &["aioimmich"], 11),
    foreign(PyPi, ["pymmich", "0.4.0", "2.7.5", "python_programs.py"], &["pymmich"], 13),
    foreign(PyPi, ["pymmich", "0.4.0", "3.3.5", "python_programs.py"], &["pymmich"], 13),
];

/// The line of JSON that a script prints.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    calls: usize,
    decoded: usize,
    /// Responses that the client cannot decode on real servers either.
    #[serde(default)]
    known: usize,
    refused: std::collections::BTreeMap<u16, usize>,
    undecodable: Vec<String>,
    not_implemented: Vec<String>,
    faults: Vec<String>,
    not_called: Vec<String>,
}

/// A range of versions that one description is for.
#[derive(Deserialize)]
struct Described {
    first: String,
    last: String,
    file: String,
}

/// Stops the server when the client is done, or failed.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn run() -> Result<()> {
    let built = cargo().args(["build", "--quiet", "--package", "immich-fake"]).status()?;
    if !built.success() {
        return Err("immich-fake does not compile".into());
    }
    let mut faults = 0;
    println!("| client | server | calls | decoded | refused | undecodable | 501 | other faults |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for client in &CLIENTS {
        let name = format!("`{}` {}", client.package, client.version);
        match client.install() {
            Err(reason) => println!("| {name} | {} | skipped: {reason} |", client.server),
            Ok(program) => {
                let report = client.run(&program)?;
                report.print(&name, client.server);
                faults += report.faults();
            }
        }
    }
    if faults == 0 { Ok(()) } else { Err(format!("{faults} faults").into()) }
}

impl Foreign {
    /// The folder that the package is installed in.
    fn folder(&self) -> Result<PathBuf> {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
        let name = format!("{}-{}", self.package.trim_start_matches('@').replace('/', "-"), self.version);
        Ok(std::path::absolute(target.join("foreign").join(name))?)
    }

    /// Installs the package, unless it is. Returns its interpreter, or why there is none.
    fn install(&self) -> Result<PathBuf, String> {
        let runtime = self.find_runtime()?;
        let folder = self.folder().map_err(|error| error.to_string())?;
        create_dir_all(&folder).map_err(|error| error.to_string())?;
        let done = folder.join("installed");
        let package = match self.registry {
            PyPi => format!("{}=={}", self.package, self.version),
            Npm => format!("{}@{}", self.package, self.version),
        };
        let program = match self.registry {
            PyPi => folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" }),
            Npm => runtime.clone(),
        };
        if done.exists() {
            return Ok(program);
        }
        match self.registry {
            PyPi => {
                finish(Command::new(&runtime).args(["-m", "venv"]).arg(&folder))?;
                finish(Command::new(&program).args(["-m", "pip", "install", "--quiet", &package]))?;
            }
            Npm => {
                write(folder.join("package.json"), "{ \"private\": true }\n").map_err(|error| error.to_string())?;
                let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
                let mut npm = Command::new(npm);
                finish(npm.current_dir(&folder).args(["install", "--no-audit", "--no-fund", "--silent", &package]))?;
            }
        }
        File::create(done).map_err(|error| error.to_string())?;
        Ok(program)
    }

    /// An interpreter that is new enough: that of the variable `PYTHON` or `NODE`, or one of the path.
    fn find_runtime(&self) -> Result<PathBuf, String> {
        let (variable, names, version, wanted) = match self.registry {
            PyPi => ("PYTHON", &["python3", "python3.13", "python"][..], "Python 3.", format!("3.{}", self.runtime)),
            Npm => ("NODE", &["node"][..], "v", self.runtime.to_string()),
        };
        let of_variable = std::env::var_os(variable).map(PathBuf::from);
        let mut found = None;
        for program in of_variable.into_iter().chain(names.iter().map(PathBuf::from)) {
            let Ok(output) = Command::new(&program).arg("--version").output() else { continue };
            let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            let number = printed.strip_prefix(version).and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
            match number {
                Some(number) if number >= self.runtime => return Ok(program),
                Some(_) => found = Some(printed),
                None => {}
            }
        }
        let name = names[0];
        Err(match found {
            Some(found) => format!("needs {name} {wanted} or newer, found {found} (set {variable} to another)"),
            None => format!("no {name}"),
        })
    }

    fn run(&self, program: &Path) -> Result<Report> {
        let (server, line) = self.serve()?;
        let folder = self.folder()?;
        let input = folder.join("server.json");
        write(&input, line)?;
        let scripts = root().join("xtask/foreign");
        let mut command = Command::new(program);
        command.current_dir(&folder).stdin(File::open(input)?).arg(scripts.join(self.script));
        for argument in self.arguments {
            match *argument {
                "SCENARIO" => command.arg(scripts.join("scenario.jsonl")),
                "DESCRIPTION" => command.arg(description(self.server)?),
                other => command.arg(other),
            };
        }
        let output = command.stderr(Stdio::inherit()).output()?;
        drop(server);
        serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("{} {}: no report: {error}", self.package, self.version).into())
    }

    /// Starts the server. Returns the line that it prints.
    fn serve(&self) -> Result<(Running, String)> {
        let binary = std::env::current_exe()?.with_file_name(format!("immich-fake{}", std::env::consts::EXE_SUFFIX));
        let mut fake = Command::new(binary);
        let fake = fake.args(["--port", "0", "--version", self.server]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running(fake.spawn()?);
        let mut line = String::new();
        let output = running.0.stdout.take().ok_or("immich-fake has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        Ok((running, line))
    }
}

impl Report {
    fn faults(&self) -> usize {
        self.undecodable.len() + self.not_implemented.len() + self.faults.len() + self.not_called.len()
    }

    fn print(&self, name: &str, server: &str) {
        let refused: Vec<_> = self.refused.iter().map(|(status, times)| format!("{status}: {times}")).collect();
        let refused = if refused.is_empty() { "none".to_owned() } else { refused.join(", ") };
        let known = if self.known > 0 { format!(", {} as of real servers", self.known) } else { String::new() };
        println!(
            "| {name} | {server} | {} | {} | {refused} | {}{known} | {} | {} |",
            self.calls,
            self.decoded,
            self.undecodable.len(),
            self.not_implemented.len(),
            self.faults.len() + self.not_called.len(),
        );
        let not_called = self.not_called.iter().map(|name| ("not called", name));
        let groups = [("undecodable", &self.undecodable), ("501", &self.not_implemented), ("fault", &self.faults)];
        let listed = groups.iter().flat_map(|(kind, texts)| texts.iter().map(|text| (*kind, text)));
        for (kind, text) in listed.chain(not_called) {
            eprintln!("{name}: {kind}: {text}");
        }
    }
}

/// Runs a step of an installation. The error says in a line why the package is not there.
fn finish(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("no {program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed);
    let signs = ["NewConnectionError", "ConnectionError", "resolution", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED"];
    if signs.iter().any(|sign| printed.contains(sign)) {
        return Err("registry unreachable".to_owned());
    }
    let last = printed.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Err(format!("not installed: {}", last.trim()))
}

/// The description of a version of the server.
fn description(version: &str) -> Result<PathBuf> {
    let folder = root().join("openapi");
    let known: Vec<Described> = serde_json::from_str(&read_to_string(folder.join("versions.json"))?)?;
    let parts = |text: &str| text.split('.').filter_map(|part| part.parse::<u32>().ok()).collect::<Vec<_>>();
    let wanted = parts(version);
    let found = known.iter().find(|one| parts(&one.first) <= wanted && wanted <= parts(&one.last));
    Ok(folder.join(&found.ok_or_else(|| format!("no description of {version}"))?.file))
}
