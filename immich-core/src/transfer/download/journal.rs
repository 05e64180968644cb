//! The journal of downloads: a file of JSON lines that records the downloads of earlier runs.
//!
//! A later line about an asset in a folder overrides an earlier one. Lines of other servers and users are preserved.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::asset_info::AssetInfo;
use crate::ids::AssetId;
use crate::transfer::Checksum;
use crate::transfer::lines::Lines;

/// A line of the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line {
    server: String,
    /// The id of the user, or of the shared link.
    user: String,
    asset: AssetId,
    kind: String,
    /// The path, if it is UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The bytes of a path that is not UTF-8, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    length: u64,
    /// Nanoseconds since 1970.
    modified: i64,
    /// The checksum of the original on the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha1: Option<String>,
    /// The time of the last change of the asset on the server, for files that the server generates.
    updated: Timestamp,
}

impl Line {
    fn path(&self) -> Option<PathBuf> {
        match (&self.path, &self.path_bytes) {
            (Some(path), _) => Some(PathBuf::from(path)),
            (None, Some(bytes)) => from_bytes(BASE64.decode(bytes).ok()?).map(PathBuf::from),
            (None, None) => None,
        }
    }

    fn key(&self) -> Option<Key> {
        let folder = self.path()?.parent()?.to_owned();
        Some(Key { asset: self.asset, kind: self.kind.clone(), folder })
    }
}

/// The asset, version and folder that a line describes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    asset: AssetId,
    kind: String,
    folder: PathBuf,
}

/// An open journal of downloads.
#[derive(Debug)]
pub(super) struct Journal {
    lines: Lines,
    server: String,
    user: String,
    known: HashMap<Key, Line>,
}

impl Journal {
    /// Opens or creates the journal. It is compacted if more than half of it is obsolete.
    ///
    /// Its folder is created: it may be the target of a download that has not begun.
    pub(super) fn open(path: &Path, server: String, user: String) -> io::Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let mut all: HashMap<(String, String, Key), Line> = HashMap::new();
        let mut lines = Lines::open(path, |line: Line| {
            if let Some(key) = line.key() {
                all.insert((line.server.clone(), line.user.clone(), key), line);
            }
        })?;
        if lines.is_worth_compacting(all.len() as u64) {
            lines.compact(all.values())?;
        }
        let known = all.into_iter().filter(|((of, by, _), _)| *of == server && *by == user);
        let known = known.map(|((_, _, key), line)| (key, line)).collect();
        Ok(Self { lines, server, user, known })
    }

    /// Returns the entry of an asset in a folder, if the asset has not changed since its file was downloaded. Check
    /// the file itself with [`JournalEntry::unchanged_file`].
    ///
    /// With `verified`, files whose bytes were never verified are ignored.
    pub(super) fn find(
        &self,
        asset: AssetId,
        kind: &str,
        folder: &Path,
        known: &AssetInfo,
        verified: bool,
    ) -> Option<JournalEntry> {
        let key = Key { asset, kind: kind.to_owned(), folder: std::path::absolute(folder).ok()? };
        let line = self.known.get(&key)?;
        let recorded: Option<Checksum> = line.sha1.as_deref().and_then(|text| text.parse().ok());
        let is_same = match (recorded, known.checksum) {
            (Some(recorded), Some(checksum)) => recorded == checksum,
            _ => !verified && line.updated == known.updated_at,
        };
        let path = line.path().filter(|_| is_same)?;
        Some(JournalEntry { path, length: line.length, modified: line.modified, checksum: recorded })
    }

    /// Adds a line about a complete file. `is_verified` is true if its bytes match the checksum of the asset.
    pub(super) fn add(
        &mut self,
        asset: AssetId,
        kind: &str,
        path: &Path,
        known: &AssetInfo,
        is_verified: bool,
    ) -> io::Result<()> {
        let path = std::path::absolute(path)?;
        let found = fs::symlink_metadata(&path)?;
        let text = path.to_str();
        let line = Line {
            server: self.server.clone(),
            user: self.user.clone(),
            asset,
            kind: kind.to_owned(),
            path: text.map(str::to_owned),
            path_bytes: text.is_none().then(|| BASE64.encode(path.as_os_str().as_encoded_bytes())),
            length: found.len(),
            modified: nanoseconds(found.modified()?),
            sha1: known.checksum.filter(|_| is_verified).map(|checksum| checksum.to_string()),
            updated: known.updated_at,
        };
        self.lines.add(&[line])
    }

    /// Flushes the lines to disk.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.lines.sync()
    }
}

/// A file as recorded in the journal.
#[derive(Debug)]
pub(super) struct JournalEntry {
    path: PathBuf,
    length: u64,
    modified: i64,
    /// The checksum of its bytes.
    pub(super) checksum: Option<Checksum>,
}

impl JournalEntry {
    /// Returns the name and the length of the file, if the file has not changed since.
    pub(super) fn unchanged_file(&self) -> Option<(String, u64)> {
        let found = fs::symlink_metadata(&self.path).ok().filter(fs::Metadata::is_file)?;
        let is_same = found.len() == self.length && nanoseconds(found.modified().ok()?) == self.modified;
        is_same.then(|| Some((self.path.file_name()?.to_str()?.to_owned(), self.length)))?
    }
}

fn nanoseconds(time: SystemTime) -> i64 {
    let signed = |length: Duration| i64::try_from(length.as_nanos()).unwrap_or(i64::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => signed(since),
        Err(before) => -signed(before.duration()),
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)]
fn from_bytes(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

/// On other systems the path is not stored, so the file is hashed each time.
#[cfg(not(unix))]
fn from_bytes(_: Vec<u8>) -> Option<OsString> {
    None
}
