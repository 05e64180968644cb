//! The journal of uploads: a file of JSON lines that records what earlier runs uploaded.
//!
//! A later line about a file overrides an earlier one. Lines of other servers and users are preserved.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use crate::ids::AssetId;
use crate::transfer::Checksum;
use crate::transfer::lines::Lines;
use crate::transfer::upload::files::Stamp;

/// The owner of the assets in a journal: a user of a server, or a visitor of a shared link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Account {
    pub(super) server: String,
    /// Such as `user:0f2c…`. It contains no secret.
    pub(super) user: String,
}

/// How far an earlier run got with a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Progress {
    /// The file was about to be sent, or it is not known whether it arrived.
    Sending,
    /// The file is on the server, but its album, tags, stack or source were not done.
    Unfinished,
    /// The server has a record of the file, but lost its bytes.
    Lost,
    /// Everything was done.
    #[default]
    Done,
}

/// A sidecar that is removed after its photo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SidecarEntry {
    /// The file name in the folder of the photo.
    pub(super) name: String,
    length: u64,
    modified: i64,
    /// The number of photos that share it.
    pub(super) users: u32,
}

/// The entry of a file.
#[derive(Clone, Debug)]
pub(super) struct FileEntry {
    length: u64,
    modified: i64,
    pub(super) checksum: Checksum,
    pub(super) asset: Option<AssetId>,
    pub(super) progress: Progress,
    /// The time when the file was about to be sent, in seconds since 1970.
    pub(super) since: Option<i64>,
    pub(super) sidecar: Option<SidecarEntry>,
}

/// A line about a file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    server: String,
    #[serde(default)]
    user: String,
    /// The path, if it is UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The bytes of a path that is not UTF-8, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    length: u64,
    /// Nanoseconds since 1970.
    modified: i64,
    sha1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asset: Option<AssetId>,
    #[serde(default, skip_serializing_if = "is_done")]
    progress: Progress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sidecar: Option<SidecarEntry>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // Serde requires this signature.
fn is_done(progress: &Progress) -> bool {
    *progress == Progress::Done
}

/// An open journal of uploads.
#[derive(Debug)]
pub(super) struct Journal(Lines);

/// The entries of earlier runs, by path.
#[derive(Debug, Default)]
pub(super) struct JournalEntries {
    files: HashMap<PathBuf, FileEntry>,
    open: HashMap<Checksum, Open>,
}

/// Bytes that an earlier run was about to send, or sent without completing the follow-up steps.
#[derive(Debug)]
struct Open {
    /// The file that counts as sent; others with the same bytes are duplicates of it. Killed runs may have left lines
    /// about several.
    sender: PathBuf,
    progress: Progress,
    /// Whether the server may have a record without the bytes.
    is_doubtful: bool,
    /// The time when the first run was about to send them.
    since: Option<i64>,
}

impl JournalEntries {
    /// Returns the entry of a file with this state.
    pub(super) fn of(&self, path: &Path, stamp: &Stamp) -> Option<&FileEntry> {
        self.files.get(path).filter(|known| known.length == stamp.length && known.modified == stamp.modified)
    }

    fn new(files: HashMap<PathBuf, FileEntry>) -> Self {
        let mut open: HashMap<Checksum, Open> = HashMap::new();
        for (path, known) in files.iter().filter(|(_, known)| known.progress != Progress::Done) {
            let is_doubtful = known.progress != Progress::Unfinished;
            let progress = known.progress;
            let of = open.entry(known.checksum).or_insert_with(|| Open {
                sender: path.clone(),
                progress,
                is_doubtful,
                since: known.since,
            });
            of.is_doubtful |= is_doubtful;
            of.since = of.since.into_iter().chain(known.since).min();
            let is_further = (progress == Progress::Unfinished) && (of.progress != Progress::Unfinished);
            if is_further || (progress == of.progress && *path < of.sender) {
                (of.sender, of.progress) = (path.clone(), progress);
            }
        }
        Self { files, open }
    }

    /// Whether the server may have a record of these bytes without having them.
    pub(super) fn is_doubtful(&self, checksum: Checksum) -> bool {
        self.open.get(&checksum).is_some_and(|open| open.is_doubtful)
    }

    /// Returns when an earlier run was about to send these bytes, in seconds since 1970.
    pub(super) fn sent_after(&self, checksum: Checksum) -> Option<i64> {
        self.open.get(&checksum)?.since
    }

    /// Whether the file is the one of several with the same bytes that earlier runs sent.
    pub(super) fn is_sender(&self, checksum: Checksum, path: &Path) -> bool {
        self.open.get(&checksum).is_some_and(|open| open.sender == path)
    }

    /// Returns the sidecars that earlier runs left after removing all of their photos, each with the path of such a
    /// photo.
    pub(super) fn left_sidecars(&self) -> Vec<(&Path, &SidecarEntry)> {
        let mut users: HashMap<PathBuf, Vec<(&Path, &SidecarEntry)>> = HashMap::new();
        for (path, known) in &self.files {
            if let (Progress::Unfinished, Some(sidecar)) = (known.progress, &known.sidecar) {
                users.entry(path.with_file_name(&sidecar.name)).or_default().push((path, sidecar));
            }
        }
        let left = users.into_values().filter(|users| {
            users.iter().all(|(path, sidecar)| {
                users.len() >= sidecar.users as usize && std::fs::symlink_metadata(path).is_err()
            })
        });
        left.filter_map(|users| users.into_iter().next()).collect()
    }
}

impl SidecarEntry {
    /// Creates the entry of the sidecar at `path`; `None` if its name is not UTF-8.
    pub(super) fn new(path: &Path, stamp: &Stamp, users: u32) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_owned();
        Some(Self { name, length: stamp.length, modified: stamp.modified, users })
    }

    pub(super) fn matches(&self, stamp: &Stamp) -> bool {
        self.length == stamp.length && self.modified == stamp.modified
    }
}

impl FileEntry {
    pub(super) fn new(stamp: &Stamp, checksum: Checksum, asset: Option<AssetId>, progress: Progress) -> Self {
        Self { length: stamp.length, modified: stamp.modified, checksum, asset, progress, since: None, sidecar: None }
    }

    /// Returns the line about a file.
    pub(super) fn line(&self, account: &Account, path: &Path) -> Line {
        let text = path.to_str();
        Line {
            server: account.server.clone(),
            user: account.user.clone(),
            path: text.map(str::to_owned),
            path_bytes: text.is_none().then(|| BASE64.encode(path.as_os_str().as_encoded_bytes())),
            length: self.length,
            modified: self.modified,
            sha1: self.checksum.to_string(),
            asset: self.asset,
            progress: self.progress,
            since: self.since,
            sidecar: self.sidecar.clone(),
        }
    }
}

impl Journal {
    /// Opens or creates the journal. It is compacted if more than half of it is obsolete.
    pub(super) fn open(path: &Path, account: &Account) -> io::Result<(Self, JournalEntries)> {
        let (mut files, mut others) = (HashMap::new(), HashMap::new());
        let lines = Lines::open(path, |line: Line| {
            let (Some(path), Some(known)) = (line.path(), line.known()) else { return };
            let owner = Account { server: line.server, user: line.user };
            if owner == *account {
                files.insert(path, known);
            } else {
                others.insert((owner, path), known);
            }
        });
        let mut lines = lines.map_err(|error| match error.kind() {
            io::ErrorKind::ResourceBusy => io::Error::new(error.kind(), "another upload is using this journal"),
            _ => error,
        })?;
        if lines.is_worth_compacting((files.len() + others.len()) as u64) {
            let own = files.iter().map(|(path, known)| known.line(account, path));
            lines.compact(own.chain(others.iter().map(|((owner, path), known)| known.line(owner, path))))?;
        }
        Ok((Self(lines), JournalEntries::new(files)))
    }

    pub(super) fn is_dirty(&self) -> bool {
        self.0.is_dirty()
    }

    /// Appends lines. They are passed to the operating system, so they survive the end of the program.
    pub(super) fn add(&mut self, lines: &[Line]) -> io::Result<()> {
        self.0.add(lines)
    }

    /// Flushes the lines to disk, if the file system supports that.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }
}

impl Line {
    fn path(&self) -> Option<PathBuf> {
        match (&self.path, &self.path_bytes) {
            (Some(path), _) => Some(PathBuf::from(path)),
            (None, Some(bytes)) => from_bytes(BASE64.decode(bytes).ok()?).map(PathBuf::from),
            (None, None) => None,
        }
    }

    fn known(&self) -> Option<FileEntry> {
        Some(FileEntry {
            length: self.length,
            modified: self.modified,
            checksum: self.sha1.parse().ok()?,
            asset: self.asset,
            progress: self.progress,
            since: self.since,
            sidecar: self.sidecar.clone(),
        })
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
