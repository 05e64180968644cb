//! Files on disk: what they looked like, and what they hash to.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use crate::error::Error;
use crate::transfer::disk;
use crate::transfer::file::{CHUNK, read_chunks};
use crate::transfer::threads::unblock;
use crate::transfer::{Checksum, Checksummer};

/// How a file looked: one that looks the same is taken to be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) length: u64,
    /// Nanoseconds since 1970, before it below zero.
    pub(super) modified: i64,
    /// Device and number of the file, where the system has them. The journal does not keep these.
    file: Option<(u64, u64)>,
    /// Whether it was reached through a symbolic link under its own name. Only then may it be opened through one.
    is_link: bool,
}

impl Stamp {
    /// How a file looks that was not reached through a link under its name.
    pub(super) fn of(metadata: &Metadata) -> Self {
        let modified = nanoseconds(metadata.modified().ok());
        Self { length: metadata.len(), modified, file: number(metadata), is_link: false }
    }

    /// The same of a file that was, or was not, reached through a link.
    pub(super) fn through_link(self, is_link: bool) -> Self {
        Self { is_link, ..self }
    }

    /// How the file looks now. One that has become a link to another looks otherwise, also if that is its copy.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let found = fs::symlink_metadata(path)?;
        if found.is_symlink() {
            return Ok(Self::of(&fs::metadata(path)?).through_link(true));
        }
        Ok(Self::of(&found))
    }

    pub(super) fn is_link(&self) -> bool {
        self.is_link
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)]
fn number(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}

fn nanoseconds(time: Option<SystemTime>) -> i64 {
    let time = time.unwrap_or(UNIX_EPOCH);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |before| -before),
    }
}

/// A file no longer than this is read once, and kept from hashing to sending.
pub(super) const SMALL: u64 = CHUNK as u64;

/// Hashes a file that was found to look like `found`, and returns how it looked meanwhile. One that changes is hashed again, a
/// few times; one that is no regular file any more is an error. Of a small one the bytes come along.
pub(super) async fn hash(
    path: PathBuf,
    found: Stamp,
    stop: Arc<AtomicBool>,
) -> io::Result<(Checksum, Metadata, Option<Bytes>)> {
    unblock(move || {
        let mut buffer = Vec::new();
        for _ in 0..super::CHANGES {
            let mut file = disk::open_file(&path, found.is_link)?;
            let before = Stamp::of(&file.metadata()?).through_link(found.is_link);
            let (checksum, bytes) = if before.length <= SMALL {
                // One that grows meanwhile is read no further than is needed to see that.
                let mut bytes = Vec::with_capacity(usize::try_from(before.length).unwrap_or_default() + 1);
                (&mut file).take(before.length + 1).read_to_end(&mut bytes)?;
                (Checksum::of(&bytes), Some(Bytes::from(bytes)))
            } else {
                buffer.resize(CHUNK, 0);
                (digest(&mut file, &mut buffer, &stop)?, None)
            };
            let after = file.metadata()?;
            let is_whole = bytes.as_ref().is_none_or(|bytes| bytes.len() as u64 == before.length);
            let is_same = Stamp::of(&after).through_link(found.is_link) == before;
            // Another file may have its name by now.
            if is_same && is_whole && Stamp::read(&path)? == before {
                return Ok((checksum, after, bytes));
            }
        }
        Err(changing())
    })
    .await
}

fn digest(file: &mut File, buffer: &mut [u8], stop: &AtomicBool) -> io::Result<Checksum> {
    let mut checksum = Checksummer::default();
    let stopped = || if stop.load(Ordering::Relaxed) { Err(io::Error::other("stopped")) } else { Ok(()) };
    stopped()?;
    read_chunks(file, buffer, |bytes| {
        checksum.update(bytes);
        stopped()
    })?;
    Ok(checksum.finish())
}

/// A file that does not stand still.
pub(super) fn changing() -> io::Error {
    io::Error::other("it kept changing")
}

/// The longest sidecar that is sent. It is held in memory, and one of a photo editor has some kilobytes.
pub(super) const LONGEST_SIDECAR: u64 = 16 << 20;

/// A sidecar, and who has it.
#[derive(Clone, Debug)]
pub(super) struct SidecarSource {
    pub(super) path: Arc<Path>,
    pub(super) stamp: Stamp,
    /// How many inputs have it.
    pub(super) users: u32,
    /// Whether a file has it that is no input, so that it must stay.
    pub(super) others: bool,
    problem: Arc<OnceLock<Error>>,
}

impl SidecarSource {
    /// The sidecar at a path, which is a link if it may be followed.
    pub(super) fn find(path: PathBuf, is_link: bool, users: u32, others: bool) -> Self {
        let found = Stamp::read(&path);
        let stamp = found.as_ref().map_or_else(|_| Stamp::default(), |stamp| stamp.through_link(is_link));
        let this = Self { path: path.into(), stamp, users, others, problem: Arc::default() };
        if let Err(error) = found {
            this.fail(error);
        }
        this
    }

    /// Its bytes. What cannot be read is no reason not to send the photo; it is kept as the [`problem`](Self::problem).
    pub(super) async fn read(&self) -> Option<Vec<u8>> {
        let (path, is_link) = (Arc::clone(&self.path), self.stamp.is_link);
        match unblock(move || disk::read_limited(&path, is_link, LONGEST_SIDECAR)).await {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// Why it could not be read for any of the inputs that have it. It must stay then.
    pub(super) fn problem(&self) -> Option<&Error> {
        self.problem.get()
    }

    fn fail(&self, error: io::Error) {
        self.problem.get_or_init(|| Error::io(None, "reading the sidecar", error));
    }
}
