//! `immich-recordings DIR`: decodes every recorded JSON response below a folder.

use std::path::Path;
use std::process::ExitCode;

use immich_recordings::{Error, Recording, Report, decode};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: immich-recordings DIR");
        return ExitCode::FAILURE;
    };
    match run(Path::new(&folder)) {
        Ok(report) if report.failures.is_empty() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> Result<Report, Error> {
    let recordings = Recording::read_all(folder)?;
    let report = decode(&recordings);
    print!("{report}");
    Ok(report)
}
