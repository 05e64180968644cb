//! A file that is being downloaded: hidden beside its target, locked, and resumable after any interruption.

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

/// The number of downloads of one file into one folder that can run at once.
const MOST: u32 = 9;

/// A write of a download that was cancelled may still be under way, and holds the lock until it is done.
const TRIES: u32 = 30;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// A record has some 200 bytes. A longer one is not of this crate.
const LONGEST_RECORD: u64 = 16 << 10;

/// The file that a part belongs to. It is stored beside the part, in a file of its own.
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

    /// A record of these bytes, unless they are torn or something else.
    fn parse(json: &[u8]) -> Option<Self> {
        let record: Self = serde_json::from_slice(json).ok()?;
        // They go into a header of the next request.
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
    /// The file of the record, which this call created, and the bytes in it.
    record: File,
    noted: Vec<u8>,
    notes: Vec<DownloadNote>,
    /// `None` where no checksum is wanted.
    checksummer: Option<Checksummer>,
    length: u64,
    head: Head,
    /// Whether it can be resumed after it is dropped.
    keeps: bool,
    /// Whether there is nothing to keep: it was put in its place, or is of no use.
    gone: bool,
}

impl Part {
    /// The part of the file `key` in a folder: the one that an earlier download left, or a new one.
    ///
    /// The lock is one of the system, so it ends with the process that holds it, however that ends. Where another
    /// download holds it, the next name is taken: two downloads never write to one part. So it is where something
    /// else has the name: a link, a pipe, a folder, or the file of another user.
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
        for number in 1..=MOST {
            let number = if number == 1 { String::new() } else { format!(".{number}") };
            let path = folder.join(format!(".{key}{number}.part"));
            // Only the first is waited for: it is the one that can be resumed.
            let tries = if number.is_empty() { TRIES } else { 1 };
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

    /// Takes what an earlier download left, if it is known what it is a part of.
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
        // The record was created just now, so its owner is who the files of this process belong to here.
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
            noted: json,
            notes,
            checksummer,
            length,
            head,
            keeps: true,
            gone: false,
        };
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

    /// The server's description of the file when the part was started.
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
    pub(super) fn note(&mut self, record: &Record) -> io::Result<()> {
        let json = serde_json::to_vec(record)?;
        if json != self.noted {
            // Written over before it is cut, so that a full disk has room for it.
            self.record.seek(SeekFrom::Start(0))?;
            self.record.write_all(&json)?;
            self.record.set_len(json.len() as u64)?;
            self.noted = json;
        }
        Ok(())
    }

    /// Adds a limit of the file system to those that were met.
    pub(super) fn add_note(&mut self, note: DownloadNote) {
        // Syncing a file and its folder may fail for one reason.
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The limits of the file system that were met.
    pub(super) fn take_notes(&mut self) -> Vec<DownloadNote> {
        std::mem::take(&mut self.notes)
    }

    /// Appends chunks as they came, without copying them. After an error the part is good to be dropped only.
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

    /// The checksum of all bytes, where one was wanted.
    pub(super) fn checksum(&self) -> Option<Checksum> {
        self.checksummer.clone().map(Checksummer::finish)
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Waits until the disk has the bytes. Bytes that a disk failed to take are not resumed, unless a checksum
    /// reports whether they are there.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        match disk::sync_file(&self.file) {
            Ok(None) => Ok(()),
            Ok(Some(error)) => {
                self.add_note(DownloadNote::NotDurable { reason: error.to_string() });
                Ok(())
            }
            Err(error) => {
                let is_full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
                self.keeps &= is_full && self.checksummer.is_some();
                Err(error)
            }
        }
    }

    /// Moves the part to its target: one that nothing has, else `AlreadyExists`, or in the place of what is there.
    pub(super) fn move_to(&mut self, target: &Path, replaces: bool) -> io::Result<()> {
        let found = self.file.metadata()?;
        if found.len() != self.length || !is_at(&self.file, &self.path) {
            return Err(io::Error::other("another program changed the file while it was downloaded"));
        }
        // A program that is killed in between leaves a part that is fetched anew, and not a record for ever.
        let record = record_path(&self.path);
        ignore_missing(fs::remove_file(&record))?;
        let moved = if replaces { disk::move_over(&self.path, target) } else { disk::move_new(&self.path, target) };
        match moved {
            Ok(None) => {}
            Ok(Some(error)) => self.add_note(DownloadNote::NotRenamed { reason: error.to_string() }),
            Err(error) => {
                // It can be resumed, as before.
                if let Ok(mut file) = disk::create_own_new(&record, Access::Private) {
                    drop(file.write_all(&self.noted));
                    self.record = file;
                }
                return Err(error);
            }
        }
        self.gone = true;
        Ok(())
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

/// Removes the second name of a file that was downloaded: a program that is killed may leave it.
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

/// The record that stands there, and a file of the same bytes in its place that this process created.
fn own_record(path: &Path) -> io::Result<(Vec<u8>, File)> {
    let json = match disk::read_limited(path, false, LONGEST_RECORD) {
        Ok(json) => json,
        Err(error) if matches!(disk::refusal(&error), Some(Refusal::TooLong(_))) => Vec::new(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok((Vec::new(), disk::create_own_new(path, Access::Private)?));
        }
        Err(error) => return Err(error),
    };
    // Of this name alone, since nobody would find another one after a program that was killed. It is not synced: a
    // record that is torn costs a download, and nothing else.
    let new = with_suffix(path, ".new");
    ignore_missing(fs::remove_file(&new))?;
    let mut file = disk::create_own_new(&new, Access::Private)?;
    let moved = file.write_all(&json).and_then(|()| disk::move_over(&new, path));
    if moved.is_err() {
        drop(fs::remove_file(&new));
    }
    moved.map(|_| (json, file))
}

/// Whether the file of a name is not of this crate, or not of this user.
fn is_foreign(error: &io::Error) -> bool {
    disk::refusal(error).is_some()
        || matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::AlreadyExists)
}

/// The file, if no other download holds it.
fn locked(path: &Path, tries: u32) -> io::Result<Option<(File, Option<DownloadNote>)>> {
    for attempt in 0..tries {
        if attempt > 0 {
            std::thread::sleep(BETWEEN_TRIES);
        }
        let file = match disk::open_own(path, Access::Usual) {
            // This name of the file is of no use, and goes; the file and its other names stay.
            Err(error) if disk::refusal(&error) == Some(Refusal::HardLink) => {
                fs::remove_file(path)?;
                disk::open_own(path, Access::Usual)?
            }
            outcome => outcome?,
        };
        match disk::lock(&file)? {
            // The one who held it may have moved it to its target, and then it is no part any more.
            Lock::Locked if is_at(&file, path) => return Ok(Some((file, None))),
            Lock::Locked | Lock::Busy => {}
            Lock::Unsupported(error) => {
                return Ok(Some((file, Some(DownloadNote::NotLocked { reason: error.to_string() }))));
            }
        }
    }
    Ok(None)
}

/// Whether the file of a path is the one that is open.
fn is_at(file: &File, path: &Path) -> bool {
    let found = file.metadata().and_then(|open| Ok((open, fs::symlink_metadata(path)?)));
    found.is_ok_and(|(open, there)| disk::is_same_file(&open, &there))
}
