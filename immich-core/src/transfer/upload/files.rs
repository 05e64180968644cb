//! Files on disk: what they looked like, and what they hash to.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use blocking::unblock;
use bytes::Bytes;
use jiff::Timestamp;

use crate::transfer::file::{CHUNK, read_chunks};
use crate::transfer::{Checksum, Checksummer};

/// How a file looked: one that looks the same is taken to be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) length: u64,
    /// Nanoseconds since 1970, before it below zero.
    pub(super) modified: i64,
    /// Device and number of the file, where the system has them. The journal does not keep these.
    file: Option<(u64, u64)>,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: nanoseconds(metadata.modified().ok()), file: number(metadata) }
    }

    /// How the file looks now.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        Ok(Self::of(&fs::metadata(path)?))
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

/// When a file was made and last changed. A copy is younger than what it is a copy of, and keeps the time of the last
/// change, so the earlier of the two is when it was made.
pub(super) fn times(metadata: &Metadata) -> (Timestamp, Timestamp) {
    let instant = |time: io::Result<SystemTime>| time.ok().and_then(|time| Timestamp::try_from(time).ok());
    let modified = instant(metadata.modified()).unwrap_or(Timestamp::UNIX_EPOCH);
    let created = instant(metadata.created()).map_or(modified, |created| created.min(modified));
    (created, modified)
}

/// A file no longer than this is read once, and kept from hashing to sending.
pub(super) const SMALL: u64 = CHUNK as u64;

/// Hashes a file, and tells how it looked while it did. One that changes meanwhile is hashed again, a few times. Of a small
/// one the bytes come along.
pub(super) async fn hash(path: PathBuf, stop: Arc<AtomicBool>) -> io::Result<(Checksum, Metadata, Option<Bytes>)> {
    unblock(move || {
        let mut buffer = Vec::new();
        for _ in 0..super::CHANGES {
            let mut file = File::open(&path)?;
            let before = Stamp::of(&file.metadata()?);
            let (checksum, bytes) = if before.length <= SMALL {
                // One that grows meanwhile is read no further than is needed to see that.
                let mut bytes = Vec::with_capacity(usize::try_from(before.length).unwrap_or_default() + 1);
                (&mut file).take(before.length + 1).read_to_end(&mut bytes)?;
                (Checksum::of(&bytes), Some(Bytes::from(bytes)))
            } else {
                buffer.resize(CHUNK, 0);
                (digest(&mut file, &mut buffer, &stop)?, None)
            };
            let after = fs::metadata(&path)?;
            let is_whole = bytes.as_ref().is_none_or(|bytes| bytes.len() as u64 == before.length);
            if Stamp::of(&after) == before && is_whole {
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

/// A sidecar, and who has it.
#[derive(Clone, Debug)]
pub(super) struct SidecarSource {
    pub(super) path: Arc<Path>,
    pub(super) stamp: Stamp,
    /// How many inputs have it.
    pub(super) users: u32,
    /// Whether a file has it that is no input, so that it must stay.
    pub(super) others: bool,
}
