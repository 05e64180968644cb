//! What earlier runs uploaded, in a file of JSON lines.
//!
//! Lines are only added, so a program that is killed leaves at most a last line that is torn, and that is passed over.
//! A later line about a file counts instead of an earlier one. Lines about other servers are kept.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use crate::ids::AssetId;
use crate::transfer::Checksum;
use crate::transfer::upload::files::Stamp;

/// A journal this short is never written anew.
const SHORT: usize = 1000;

/// A line.
#[derive(Debug, Serialize, Deserialize)]
struct Line<'l> {
    server: Cow<'l, str>,
    /// The path, if it is UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<Cow<'l, str>>,
    /// The bytes of one that is not, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    length: u64,
    /// Nanoseconds since 1970.
    modified: i64,
    sha1: String,
    asset: AssetId,
}

/// What is known of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    length: u64,
    modified: i64,
    pub(super) checksum: Checksum,
    pub(super) asset: AssetId,
}

/// The file that lines are added to.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    /// Whether lines were added that may not outlive the machine.
    is_dirty: bool,
}

/// What earlier runs knew, by path.
#[derive(Debug, Default)]
pub(super) struct Knowledge(HashMap<PathBuf, Known>);

impl Knowledge {
    /// What is known of a file that looks like this.
    pub(super) fn of(&self, path: &Path, stamp: &Stamp) -> Option<Known> {
        let known = self.0.get(path)?;
        (known.length == stamp.length && known.modified == stamp.modified).then_some(*known)
    }
}

impl Journal {
    /// Opens or makes the journal. One of which more than half is out of date is written anew first.
    pub(super) fn open(path: &Path, server: &str) -> io::Result<(Self, Knowledge)> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        let mut file = locked(options.open(path)?)?;
        let (mut knowledge, mut others, mut lines) = (Knowledge::default(), HashMap::new(), 0);
        let mut reader = BufReader::new(&file);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes)? > 0 {
            lines += 1;
            let line: Option<Line<'_>> = serde_json::from_slice(&bytes).ok();
            if let Some((path, known, line)) = line.and_then(|line| Some((line.path()?, line.known()?, line))) {
                if line.server == server {
                    knowledge.0.insert(path, known);
                } else {
                    others.insert((line.server.into_owned(), path), known);
                }
            }
            bytes.clear();
        }
        if lines > SHORT && lines > 2 * (knowledge.0.len() + others.len()) {
            let own = knowledge.0.iter().map(|(path, known)| (server, path.as_path(), known));
            let others = others.iter().map(|((server, path), known)| (server.as_str(), path.as_path(), known));
            rewrite(path, own.chain(others))?;
            file = locked(options.open(path)?)?;
        } else if file.seek(SeekFrom::End(0))? > 0 && !ends_a_line(&mut file)? {
            // What is added begins a line of its own.
            file.write_all(b"\n")?;
        }
        Ok((Self { file, is_dirty: false }, knowledge))
    }

    /// The line about a file.
    pub(super) fn line(server: &str, path: &Path, stamp: &Stamp, checksum: Checksum, asset: AssetId) -> String {
        let known = Known { length: stamp.length, modified: stamp.modified, checksum, asset };
        line(server, path, &known)
    }

    pub(super) fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// Adds lines. They are with the system when this is done: the end of the program does not lose them.
    pub(super) fn add(&mut self, lines: &[String]) -> io::Result<()> {
        self.is_dirty = true;
        self.file.write_all(lines.concat().as_bytes())
    }

    /// Makes sure that the lines outlive the machine.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.is_dirty = false;
        self.file.sync_data()
    }
}

/// Two programs would each upload what the other one does. The lock ends with the program, however that ends.
fn locked(file: File) -> io::Result<File> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(io::Error::new(io::ErrorKind::ResourceBusy, "another upload is using this journal"))
        }
        // Not every file system has locks.
        Err(TryLockError::Error(_)) | Ok(()) => Ok(file),
    }
}

impl Line<'_> {
    fn path(&self) -> Option<PathBuf> {
        match (&self.path, &self.path_bytes) {
            (Some(path), _) => Some(PathBuf::from(path.as_ref())),
            (None, Some(bytes)) => from_bytes(BASE64.decode(bytes).ok()?).map(PathBuf::from),
            (None, None) => None,
        }
    }

    fn known(&self) -> Option<Known> {
        let checksum = self.sha1.parse().ok()?;
        Some(Known { length: self.length, modified: self.modified, checksum, asset: self.asset })
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)]
fn from_bytes(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

/// Elsewhere such a path is not kept, so its file is hashed each time.
#[cfg(not(unix))]
fn from_bytes(_: Vec<u8>) -> Option<OsString> {
    None
}

fn line(server: &str, path: &Path, known: &Known) -> String {
    let text = path.to_str();
    let line = Line {
        server: server.into(),
        path: text.map(Cow::Borrowed),
        path_bytes: text.is_none().then(|| BASE64.encode(path.as_os_str().as_encoded_bytes())),
        length: known.length,
        modified: known.modified,
        sha1: known.checksum.to_string(),
        asset: known.asset,
    };
    let mut text = serde_json::to_string(&line).unwrap_or_default();
    text.push('\n');
    text
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    use std::io::Read as _;
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Writes a journal of these lines beside the old one, and then in its place: there is a whole one at any time.
fn rewrite<'k>(path: &Path, known: impl Iterator<Item = (&'k str, &'k Path, &'k Known)>) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = io::BufWriter::new(File::create(&beside)?);
    for (server, path, known) in known {
        file.write_all(line(server, path, known).as_bytes())?;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(beside, path)
}
