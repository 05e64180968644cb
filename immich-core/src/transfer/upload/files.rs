//! Local files: their state, and their checksums.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use crate::error::Error;
use crate::multipart::FilePart;
use crate::transfer::disk;
use crate::transfer::file::{CHUNK, read_chunks};
use crate::transfer::threads::unblock;
use crate::transfer::upload::run::Run;
use crate::transfer::{Checksum, Checksummer};

/// The state of a file. If it is the same, the content is assumed to be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) length: u64,
    /// Nanoseconds since 1970; negative before.
    pub(super) modified: i64,
    /// The device and inode of the file, if the system has them. They are not stored in the journal.
    file: Option<(u64, u64)>,
    /// Whether the path itself is a symbolic link. Only then may it be opened through one.
    is_link: bool,
}

impl Stamp {
    /// Creates the stamp of a file whose path is not a link.
    pub(super) fn of(metadata: &Metadata) -> Self {
        let modified = nanoseconds(metadata.modified().ok());
        Self { length: metadata.len(), modified, file: number(metadata), is_link: false }
    }

    /// Sets whether the path is a link.
    pub(super) fn through_link(self, is_link: bool) -> Self {
        Self { is_link, ..self }
    }

    /// Reads the current state of a file. A file that was replaced by a link has another state, even if the link
    /// leads to a copy.
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

/// The maximum length of a file that is read once and kept in memory from hashing to sending.
pub(super) const SMALL: u64 = CHUNK as u64;

/// Hashes a file whose state was `found`, and returns its metadata at that time. If the file changes meanwhile, it is
/// hashed again, a few times. It is an error if the file is no longer regular. The bytes of a small file are returned
/// too.
pub(super) async fn hash(
    path: PathBuf,
    found: Stamp,
    run: Arc<Run>,
) -> io::Result<(Checksum, Metadata, Option<Bytes>)> {
    unblock(move || {
        let mut buffer = Vec::new();
        for _ in 0..super::CHANGES {
            let mut file = disk::open_file(&path, found.is_link)?;
            let before = Stamp::of(&file.metadata()?).through_link(found.is_link);
            let (checksum, bytes) = if before.length <= SMALL {
                // If the file grows meanwhile, one more byte is read to detect that.
                let mut bytes = Vec::with_capacity(usize::try_from(before.length).unwrap_or_default() + 1);
                (&mut file).take(before.length + 1).read_to_end(&mut bytes)?;
                (Checksum::of(&bytes), Some(Bytes::from(bytes)))
            } else {
                buffer.resize(CHUNK, 0);
                (digest(&mut file, &mut buffer, &run)?, None)
            };
            let after = file.metadata()?;
            let is_whole = bytes.as_ref().is_none_or(|bytes| bytes.len() as u64 == before.length);
            let is_same = Stamp::of(&after).through_link(found.is_link) == before;
            // The path may lead to another file by now.
            if is_same && is_whole && Stamp::read(&path)? == before {
                return Ok((checksum, after, bytes));
            }
        }
        Err(changing())
    })
    .await
}

fn digest(file: &mut File, buffer: &mut [u8], run: &Run) -> io::Result<Checksum> {
    let mut checksum = Checksummer::default();
    let stopped = || if run.is_stopping() { Err(io::Error::other("stopped")) } else { Ok(()) };
    stopped()?;
    read_chunks(file, buffer, |bytes| {
        checksum.update(bytes);
        stopped()
    })?;
    Ok(checksum.finish())
}

/// Creates the error for a file that keeps changing.
pub(super) fn changing() -> io::Error {
    io::Error::other("it kept changing")
}

/// The maximum length of a sidecar that is sent. It is held in memory; typical sidecars have a few kilobytes.
pub(super) const LONGEST_SIDECAR: u64 = 16 << 20;

/// A sidecar, and the number of photos that share it.
#[derive(Clone, Debug)]
pub(super) struct SidecarSource {
    pub(super) path: Arc<Path>,
    pub(super) stamp: Stamp,
    /// The number of inputs that have it.
    pub(super) users: u32,
    /// Whether it also belongs to a file that is not an input, so it must be kept.
    pub(super) others: bool,
    problem: Arc<OnceLock<Error>>,
}

impl SidecarSource {
    /// Creates the sidecar at a path. With `is_link`, the path may be a link, which is followed.
    pub(super) fn find(path: PathBuf, is_link: bool, users: u32, others: bool) -> Self {
        let found = Stamp::read(&path);
        let stamp = found.as_ref().map_or_else(|_| Stamp::default(), |stamp| stamp.through_link(is_link));
        let this = Self { path: path.into(), stamp, users, others, problem: Arc::default() };
        if let Err(error) = found {
            this.fail(error);
        }
        this
    }

    /// Reads the bytes. If that fails, the photo is sent without them, and the error is kept as the
    /// [`problem`](Self::problem).
    async fn read(&self) -> Option<Vec<u8>> {
        let (path, is_link) = (Arc::clone(&self.path), self.stamp.is_link);
        match unblock(move || disk::read_limited(&path, is_link, LONGEST_SIDECAR)).await {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// Returns the part of a request, if it can be read.
    pub(super) async fn part(&self) -> Option<FilePart> {
        let name = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Some(FilePart::new(name, self.read().await?).content_type("application/xml"))
    }

    /// Returns why it could not be read for any of its inputs. The file must be kept then.
    pub(super) fn problem(&self) -> Option<&Error> {
        self.problem.get()
    }

    fn fail(&self, error: io::Error) {
        self.problem.get_or_init(|| Error::io(None, "reading the sidecar", error));
    }
}
