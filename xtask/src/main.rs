//! The daily commands: `cargo xtask generate | import FILE | check | coverage FILE | public-api | decode DIR | foreign`.

mod changes;
mod check;
mod constructors;
mod coverage;
mod description;
mod docs;
mod foreign;
mod generate;
mod import;
mod merge;
mod names;
mod normal;
mod patches;
mod prose;
mod public_api;
mod versions;
mod write;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Any failure, with a text that says what to do.
type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

const USAGE: &str = "usage: cargo xtask COMMAND
  generate        write immich-core/src/api from openapi/
  import FILE     add the description that Immich publishes with a release, and tell what is new
  check           prove that the generated files, the docs and the tree of core are in order
  coverage FILE.. count what of OpenAPI descriptions is generated
  public-api      list the public interface in docs/public-api (needs cargo-public-api and nightly)
  decode DIR      decode the recorded answers below a folder
  foreign         run clients of other languages against immich-fake (needs Python, Node and a network)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["generate"] => generate::run(),
        ["import", file] => import::run(Path::new(file)),
        ["check"] => check::run(),
        ["foreign"] => foreign::run(),
        ["public-api"] => public_api::run(),
        ["coverage", ref files @ ..] if !files.is_empty() => {
            files.iter().try_for_each(|file| coverage::run(Path::new(file)))
        }
        ["decode", folder] => decode(folder),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// The decoder is a package of its own, so that `generate` works while core does not compile.
fn decode(folder: &str) -> Result<()> {
    let folder = std::path::absolute(folder)?;
    let status = cargo().args(["run", "--quiet", "--package", "immich-recordings", "--"]).arg(folder).status()?;
    if status.success() { Ok(()) } else { Err("not every answer was decoded".into()) }
}
