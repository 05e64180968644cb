//! A file that is being downloaded: hidden beside its target, locked, and good to go on with after anything.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, IoSlice, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::head::Head;
use crate::transfer::file::{CHUNK, read_chunks};
use crate::transfer::{Checksum, Checksummer};

/// So many downloads of one file into one folder can run at once.
const MOST: u32 = 9;

/// A write of a download that was cancelled may still be under way, and holds the lock until it is done.
const TRIES: u32 = 30;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// What a part is a part of. It stands beside the part, in a file of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Record {
    etag: Option<String>,
    last_modified: Option<String>,
    total: Option<u64>,
    /// The checksum of the whole file.
    checksum: Option<String>,
}

impl Record {
    pub(super) fn new(head: &Head, checksum: Option<Checksum>) -> Self {
        Self {
            etag: head.etag.clone(),
            last_modified: head.last_modified.clone(),
            total: head.total,
            checksum: checksum.map(Checksum::to_hex),
        }
    }

    fn head(&self) -> Head {
        Head {
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
            total: self.total,
            ..Head::default()
        }
    }

    /// Whether a part of this is a part of what has that checksum.
    fn fits(&self, checksum: Option<Checksum>) -> bool {
        let known = self.checksum.as_deref().and_then(|text| text.parse::<Checksum>().ok());
        known.zip(checksum).is_none_or(|(known, wanted)| known == wanted)
    }
}

/// The part, while it is written. Dropped, it stays on disk if it has any bytes.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    file: File,
    /// `None` where no checksum is wanted.
    checksummer: Option<Checksummer>,
    length: u64,
    head: Head,
    /// Whether it is good to go on with when it is dropped.
    keeps: bool,
    /// Whether there is nothing to keep: it was put in its place, or is of no use.
    gone: bool,
}

impl Part {
    /// The part of the file `key` in a folder: the one that an earlier download left, or a new one.
    ///
    /// The lock is one of the system, so it ends with the process that holds it, however that ends. Where another
    /// download holds it, the next name is taken: two downloads never write to one part.
    pub(super) fn open(folder: &Path, key: &str, checksum: Option<Checksum>, checked: bool) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        for number in 1..=MOST {
            let number = if number == 1 { String::new() } else { format!(".{number}") };
            let path = folder.join(format!(".{key}{number}.part"));
            // Only the first is waited for: it is the one that has something to go on with.
            let tries = if number.is_empty() { TRIES } else { 1 };
            if let Some(file) = locked(&path, tries)? {
                return Self::adopt(path, file, checksum, checked);
            }
        }
        let message = "other downloads are writing the same file to this folder";
        Err(io::Error::new(io::ErrorKind::WouldBlock, message))
    }

    /// Takes what an earlier download left, if it is known what it is a part of.
    fn adopt(path: PathBuf, file: File, checksum: Option<Checksum>, checked: bool) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let record = fs::read(record_path(&path)).ok().and_then(|json| serde_json::from_slice::<Record>(&json).ok());
        let record = record
            .filter(|record| length > 0 && record.fits(checksum) && record.total.is_none_or(|total| length <= total));
        let checksummer = checked.then(Checksummer::default);
        let head = record.as_ref().map(Record::head).unwrap_or_default();
        let mut this = Self { path, file, checksummer, length, head, keeps: true, gone: false };
        if record.is_none() {
            this.clear()?;
        } else {
            this.read()?;
        }
        Ok(this)
    }

    /// Brings the checksum up to what is on disk, and stands at its end.
    fn read(&mut self) -> io::Result<()> {
        let Some(checksummer) = &mut self.checksummer else {
            self.file.seek(SeekFrom::Start(self.length))?;
            return Ok(());
        };
        let mut length = 0;
        read_chunks(&mut self.file, &mut vec![0; CHUNK], |bytes| {
            checksummer.update(bytes);
            length += bytes.len() as u64;
            Ok(())
        })?;
        self.length = length;
        Ok(())
    }

    /// The same, but removed when it is dropped: there is no going on with it.
    pub(super) fn fleeting(mut self) -> Self {
        self.keeps = false;
        self
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// What the server said of the file when the part was begun.
    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.length = 0;
        self.checksummer = self.checksummer.take().map(|_| Checksummer::default());
        Ok(())
    }

    /// Notes what the bytes that come are a part of. Before them, so that no bytes stand there unknown.
    pub(super) fn note(&self, record: &Record) -> io::Result<()> {
        fs::write(record_path(&self.path), serde_json::to_vec(record)?)
    }

    /// Appends chunks as they came, without copying them.
    pub(super) fn write(&mut self, chunks: &[Bytes]) -> io::Result<()> {
        let mut slices: Vec<IoSlice<'_>> = chunks.iter().map(|chunk| IoSlice::new(chunk)).collect();
        let mut left = &mut slices[..];
        while !left.is_empty() {
            match self.file.write_vectored(left) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut left, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        for chunk in chunks {
            self.length += chunk.len() as u64;
            if let Some(checksummer) = &mut self.checksummer {
                checksummer.update(chunk);
            }
        }
        Ok(())
    }

    /// The checksum of all bytes, where one was wanted.
    pub(super) fn checksum(&self) -> Option<Checksum> {
        self.checksummer.clone().map(Checksummer::finish)
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Moves the part to its target.
    pub(super) fn rename(&mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.gone = true;
        ignore_missing(fs::remove_file(record_path(&self.path)))
    }

    /// Removes it: it is of no use.
    pub(super) fn discard(mut self) -> io::Result<()> {
        self.remove()
    }

    fn remove(&mut self) -> io::Result<()> {
        self.gone = true;
        ignore_missing(fs::remove_file(&self.path)).and(ignore_missing(fs::remove_file(record_path(&self.path))))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.gone && (self.length == 0 || !self.keeps) {
            // If it cannot be removed, the next download takes it, and begins anew.
            drop(self.remove());
        }
    }
}

fn record_path(part: &Path) -> PathBuf {
    let mut name = part.as_os_str().to_owned();
    name.push(".json");
    name.into()
}

fn ignore_missing(outcome: io::Result<()>) -> io::Result<()> {
    outcome.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// The file, if no other download holds it.
fn locked(path: &Path, tries: u32) -> io::Result<Option<File>> {
    for attempt in 0..tries {
        if attempt > 0 {
            std::thread::sleep(BETWEEN_TRIES);
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            // The one who held it may have moved it to its target, and then it is no part any more.
            Ok(()) if is_at(&file, path) => return Ok(Some(file)),
            Ok(()) | Err(TryLockError::WouldBlock) => {}
            // A file system without locks.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(Some(file)),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(None)
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let found = file.metadata().and_then(|open| Ok((open, fs::symlink_metadata(path)?)));
    found.is_ok_and(|(open, there)| open.ino() == there.ino() && open.dev() == there.dev())
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}
