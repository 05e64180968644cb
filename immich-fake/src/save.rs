//! The file with the state.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Reads a file; `None` if it does not exist.
pub(crate) fn read(file: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Replaces a file at once, so that a crash leaves the old one. It contains credentials, so only its owner may read it.
pub(crate) fn write(file: &Path, text: &str) -> io::Result<()> {
    let new = beside(file);
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(&new)?;
    opened.write_all(text.as_bytes())?;
    opened.sync_all()?;
    drop(opened);
    fs::rename(&new, file)
}

/// The name of the file while it is written, in the same folder.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// The message of a file that cannot be written.
pub(crate) fn failed(file: &Path, error: &io::Error) -> String {
    format!("cannot save {}: {error}", file.display())
}
