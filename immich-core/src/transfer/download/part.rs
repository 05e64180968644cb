//! A partial file: hidden beside its target, locked, and resumable after any interruption.

use std::fs::{self, File};
use std::io::{self, IoSlice, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use serde::{Deserialize, Serialize};

use super::head::Head;
use super::note::DownloadNote;
use crate::transfer::disk::{self, Access, Lock, Refusal};
use crate::transfer::file::{CHUNK, read_chunks};
use crate::transfer::{Checksum, Checksummer};

/// The maximum number of concurrent downloads of one file into one folder.
const MAX_PARTS: u32 = 9;

/// A cancelled download may still be writing, and holds the lock until it is done.
const LOCK_TRIES: u32 = 30;
const RETRY_DELAY: Duration = Duration::from_millis(10);

/// The maximum length of a record. Records have some 200 bytes, so a longer one does not belong to this crate.
const LONGEST_RECORD: u64 = 16 << 10;

/// The file on the server that a partial file belongs to. It is stored in a file of its own beside the partial file.
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

    /// Parses a record. Returns `None` if it is incomplete or invalid.
    fn parse(json: &[u8]) -> Option<Self> {
        let record: Self = serde_json::from_slice(json).ok()?;
        // The values are sent in a header of the next request.
        let fits = |text: &Option<String>| text.as_ref().is_none_or(|text| HeaderValue::from_str(text).is_ok());
        (fits(&record.etag) && fits(&record.last_modified)).then_some(record)
    }

    fn head(&self) -> Head {
        Head {
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
            total: self.total,
            ..Head::default()
        }
    }

    /// Whether a partial file with this record can belong to a file with this checksum.
    fn fits(&self, checksum: Option<Checksum>) -> bool {
        let known = self.checksum.as_deref().and_then(|text| text.parse::<Checksum>().ok());
        known.zip(checksum).is_none_or(|(known, wanted)| known == wanted)
    }
}

/// A partial file that is being written. When dropped, it stays on disk if it has any bytes.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    file: File,
    /// The file of the record, which this process created, and the bytes in it.
    record: File,
    record_json: Vec<u8>,
    notes: Vec<DownloadNote>,
    /// `None` if no checksum is needed.
    checksummer: Option<Checksummer>,
    length: u64,
    head: Head,
    /// Whether it stays on disk to be resumed when it is dropped.
    is_resumable: bool,
    /// Whether it is moved to its target, or removed.
    is_removed: bool,
}

impl Part {
    /// Opens the partial file of `key` in a folder: the one that an earlier download left, or a new one.
    ///
    /// The operating system releases the lock when the process ends, even if it is killed. If another download holds
    /// it, the next name is used, so two downloads never write to the same file. The next name is also used if
    /// something else has the name: a link, a pipe, a folder, or a file of another user.
    pub(super) fn open(folder: &Path, key: &str, checksum: Option<Checksum>, checked: bool) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        match Self::open_any(folder, key, checksum, checked) {
            Err(error) if disk::is_too_long(&error) => {
                let short = Checksum::of(key).to_hex();
                Self::open_any(folder, &short[..12], checksum, checked)
            }
            outcome => outcome,
        }
    }

    fn open_any(folder: &Path, key: &str, checksum: Option<Checksum>, checked: bool) -> io::Result<Self> {
        let mut foreign = None;
        for number in 1..=MAX_PARTS {
            let number = if number == 1 { String::new() } else { format!(".{number}") };
            let path = folder.join(format!(".{key}{number}.part"));
            // Only the first name is waited for, because it is the one that can be resumed.
            let tries = if number.is_empty() { LOCK_TRIES } else { 1 };
            let part = locked(&path, tries).and_then(|locked| match locked {
                Some((file, note)) => Self::adopt(path, file, note, checksum, checked).map(Some),
                None => Ok(None),
            });
            match part {
                Ok(Some(part)) => return Ok(part),
                Ok(None) => {}
                Err(error) if is_foreign(&error) => foreign = foreign.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        let message = "other downloads are writing the same file to this folder";
        Err(foreign.unwrap_or_else(|| io::Error::new(io::ErrorKind::WouldBlock, message)))
    }

    /// Continues the partial file of an earlier download, if its record is valid.
    fn adopt(
        path: PathBuf,
        file: File,
        note: Option<DownloadNote>,
        checksum: Option<Checksum>,
        checked: bool,
    ) -> io::Result<Self> {
        let found = file.metadata()?;
        let length = found.len();
        let (json, record_file) = own_record(&record_path(&path))?;
        // This process just created the record, so it has the owner that files of this process get here.
        if !disk::has_same_owner(&found, &record_file.metadata()?) {
            drop(fs::remove_file(record_path(&path)));
            return Err(disk::refuse(&path, Refusal::OtherOwner));
        }
        let record = Record::parse(&json)
            .filter(|record| length > 0 && record.fits(checksum) && record.total.is_none_or(|total| length <= total));
        let checksummer = checked.then(Checksummer::default);
        let head = record.as_ref().map(Record::head).unwrap_or_default();
        let notes = note.into_iter().collect();
        let mut this = Self {
            path,
            file,
            record: record_file,
            record_json: json,
            notes,
            checksummer,
            length,
            head,
            is_resumable: true,
            is_removed: false,
        };
        if record.is_none() {
            this.clear()?;
        } else {
            this.hash_existing()?;
        }
        Ok(this)
    }

    /// Computes the checksum of the bytes on disk, and seeks to the end.
    fn hash_existing(&mut self) -> io::Result<()> {
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

    /// Makes the file be removed when it is dropped, for downloads that cannot be resumed.
    pub(super) fn not_resumable(mut self) -> Self {
        self.is_resumable = false;
        self
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The server's description of the file when the part was started.
    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// Discards all bytes.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.length = 0;
        self.checksummer = self.checksummer.take().map(|_| Checksummer::default());
        Ok(())
    }

    /// Records the file that the following bytes belong to. It is written before them, so that no bytes are without a
    /// record.
    pub(super) fn write_record(&mut self, record: &Record) -> io::Result<()> {
        let json = serde_json::to_vec(record)?;
        if json != self.record_json {
            // Overwritten before it is truncated, so that it also works on a full disk.
            self.record.seek(SeekFrom::Start(0))?;
            self.record.write_all(&json)?;
            self.record.set_len(json.len() as u64)?;
            self.record_json = json;
        }
        Ok(())
    }

    /// Adds a limit of the file system that was worked around.
    pub(super) fn add_note(&mut self, note: DownloadNote) {
        // Flushing the file and the folder may fail for the same reason.
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Removes and returns the limits of the file system that were worked around.
    pub(super) fn take_notes(&mut self) -> Vec<DownloadNote> {
        std::mem::take(&mut self.notes)
    }

    /// Appends chunks without copying them. After an error the value must be dropped.
    pub(super) fn write(&mut self, chunks: &[Bytes]) -> io::Result<()> {
        let mut slices: Vec<IoSlice<'_>> = chunks.iter().map(|chunk| IoSlice::new(chunk)).collect();
        let mut left = &mut slices[..];
        while !left.is_empty() {
            match self.file.write_vectored(left) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    self.length += written as u64;
                    IoSlice::advance_slices(&mut left, written);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        for chunk in chunks {
            if let Some(checksummer) = &mut self.checksummer {
                checksummer.update(chunk);
            }
        }
        Ok(())
    }

    /// Returns the checksum of all bytes, if it was computed.
    pub(super) fn checksum(&self) -> Option<Checksum> {
        self.checksummer.clone().map(Checksummer::finish)
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Flushes the bytes to disk. If that fails, they are not resumed from, unless a checksum can verify them.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        match disk::sync_file(&self.file) {
            Ok(None) => Ok(()),
            Ok(Some(error)) => {
                self.add_note(DownloadNote::NotDurable { reason: error.to_string() });
                Ok(())
            }
            Err(error) => {
                let is_full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
                self.is_resumable &= is_full && self.checksummer.is_some();
                Err(error)
            }
        }
    }

    /// Moves the partial file to its target. An existing target is replaced, or is the error `AlreadyExists`.
    pub(super) fn move_to(&mut self, target: &Path, replaces: bool) -> io::Result<()> {
        let found = self.file.metadata()?;
        if found.len() != self.length || !is_at(&self.file, &self.path) {
            return Err(io::Error::other("another program changed the file while it was downloaded"));
        }
        // A program that is killed in between leaves a partial file that is downloaded anew, rather than a stale
        // record.
        let record = record_path(&self.path);
        ignore_missing(fs::remove_file(&record))?;
        let moved = if replaces { disk::move_over(&self.path, target) } else { disk::move_new(&self.path, target) };
        match moved {
            Ok(None) => {}
            Ok(Some(error)) => self.add_note(DownloadNote::NotRenamed { reason: error.to_string() }),
            Err(error) => {
                // Restores the record, so that the file can be resumed.
                if let Ok(mut file) = disk::create_own_new(&record, Access::Private) {
                    drop(file.write_all(&self.record_json));
                    self.record = file;
                }
                return Err(error);
            }
        }
        self.is_removed = true;
        Ok(())
    }

    /// Removes the partial file and its record.
    pub(super) fn discard(mut self) -> io::Result<()> {
        self.remove()
    }

    fn remove(&mut self) -> io::Result<()> {
        self.is_removed = true;
        ignore_missing(fs::remove_file(&self.path)).and(ignore_missing(fs::remove_file(record_path(&self.path))))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_removed && (self.length == 0 || !self.is_resumable) {
            // If it cannot be removed, the next download reuses the file and starts over.
            drop(self.remove());
        }
    }
}

fn record_path(part: &Path) -> PathBuf {
    with_suffix(part, ".json")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn ignore_missing(outcome: io::Result<()>) -> io::Result<()> {
    outcome.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Removes the partial file's name of a downloaded file, which a killed program may leave.
pub(super) fn remove_leftover(folder: &Path, key: &str, file: &Path) {
    let part = folder.join(format!(".{key}.part"));
    if let (Ok(left), Ok(found)) = (fs::symlink_metadata(&part), fs::symlink_metadata(file))
        && left.is_file()
        && disk::is_linked(&left)
        && disk::is_same_file(&left, &found)
    {
        drop(fs::remove_file(&part));
    }
}

/// Reads an existing record, and replaces it by a copy that this process created.
fn own_record(path: &Path) -> io::Result<(Vec<u8>, File)> {
    let json = match disk::read_limited(path, false, LONGEST_RECORD) {
        Ok(json) => json,
        Err(error) if matches!(disk::refusal(&error), Some(Refusal::TooLong(_))) => Vec::new(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok((Vec::new(), disk::create_own_new(path, Access::Private)?));
        }
        Err(error) => return Err(error),
    };
    // A fixed name, because a random one would never be cleaned up after a killed program. It is not flushed: an
    // incomplete record only costs another download.
    let new = with_suffix(path, ".new");
    ignore_missing(fs::remove_file(&new))?;
    let mut file = disk::create_own_new(&new, Access::Private)?;
    let moved = file.write_all(&json).and_then(|()| disk::move_over(&new, path));
    if moved.is_err() {
        drop(fs::remove_file(&new));
    }
    moved.map(|_| (json, file))
}

/// Whether the error means that the file does not belong to this crate or user.
fn is_foreign(error: &io::Error) -> bool {
    disk::refusal(error).is_some()
        || matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::AlreadyExists)
}

/// Opens and locks the file. Returns `None` if another download holds the lock.
fn locked(path: &Path, tries: u32) -> io::Result<Option<(File, Option<DownloadNote>)>> {
    for attempt in 0..tries {
        if attempt > 0 {
            std::thread::sleep(RETRY_DELAY);
        }
        let file = match disk::open_own(path, Access::Usual) {
            // Only this name of the file is removed; the file keeps its other names.
            Err(error) if disk::refusal(&error) == Some(Refusal::HardLink) => {
                fs::remove_file(path)?;
                disk::open_own(path, Access::Usual)?
            }
            outcome => outcome?,
        };
        match disk::lock(&file)? {
            // The previous holder may have moved the file to its target.
            Lock::Locked if is_at(&file, path) => return Ok(Some((file, None))),
            Lock::Locked | Lock::Busy => {}
            Lock::Unsupported(error) => {
                return Ok(Some((file, Some(DownloadNote::NotLocked { reason: error.to_string() }))));
            }
        }
    }
    Ok(None)
}

/// Whether a path leads to an open file.
fn is_at(file: &File, path: &Path) -> bool {
    let found = file.metadata().and_then(|open| Ok((open, fs::symlink_metadata(path)?)));
    found.is_ok_and(|(open, there)| disk::is_same_file(&open, &there))
}
