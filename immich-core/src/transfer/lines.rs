//! A crash-safe file of JSON lines, in which uploads and downloads keep their journals.
//!
//! Lines are only appended, so a killed program leaves at most one incomplete line, at the end. It is ignored on
//! reading, and lines added later start on a new line.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::disk::{self, Access, Lock};

/// A file with fewer lines is never compacted.
const COMPACTION_MIN_LINES: u64 = 1000;

/// The maximum length of a line. Longer lines do not belong to a journal, and are ignored without holding them in
/// memory.
const MAX_LINE_LENGTH: u64 = 1 << 20;

/// A dropped run may still be writing, and holds the lock until it is done.
const LOCK_TRIES: u32 = 50;
const RETRY_DELAY: Duration = Duration::from_millis(10);

/// An open file of JSON lines. The lock is released when the program ends, even if it is killed.
#[derive(Debug)]
pub(super) struct Lines {
    path: PathBuf,
    file: File,
    /// The number of lines in the file, including invalid ones.
    count: u64,
    /// Whether lines were added that are not yet flushed to disk.
    is_dirty: bool,
}

impl Lines {
    /// Opens or creates the file, locks it and passes each valid line to `each`, in order.
    ///
    /// # Errors
    /// `ResourceBusy` if another program has locked the file; the errors of opening and reading it.
    pub(super) fn open<L: DeserializeOwned>(path: &Path, mut each: impl FnMut(L)) -> io::Result<Self> {
        let file = locked(path)?;
        let mut this = Self { path: path.to_owned(), file, count: 0, is_dirty: false };
        let mut reader = BufReader::new(&this.file);
        let (mut bytes, mut ends_a_line) = (Vec::new(), true);
        loop {
            bytes.clear();
            if (&mut reader).take(MAX_LINE_LENGTH).read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            this.count += 1;
            ends_a_line = bytes.ends_with(b"\n");
            if let Ok(line) = serde_json::from_slice(&bytes) {
                each(line);
            }
        }
        this.file.seek(SeekFrom::End(0))?;
        if !ends_a_line {
            this.file.write_all(b"\n")?;
        }
        Ok(this)
    }

    /// Whether the file is long and fewer than half of its lines are among the `live` ones.
    pub(super) fn is_worth_compacting(&self, live: u64) -> bool {
        self.count > COMPACTION_MIN_LINES && self.count > live.saturating_mul(2)
    }

    /// Atomically replaces the file by one that has these lines only.
    pub(super) fn compact<L: Serialize>(&mut self, lines: impl IntoIterator<Item = L>) -> io::Result<()> {
        let mut beside = self.path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        // A file that an earlier run left, or a planted link, is removed and never written to.
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let new = disk::create_own_new(&beside, Access::Private)?;
        // The new file is locked before the rename, so no other program can lock it first.
        disk::lock(&new)?;
        let mut count = 0;
        let mut writer = BufWriter::new(&new);
        for line in lines {
            writer.write_all(&encoded(&line)?)?;
            count += 1;
        }
        writer.flush()?;
        drop(writer);
        disk::sync_file(&new)?;
        disk::move_over(&beside, &self.path)?;
        (self.file, self.count, self.is_dirty) = (new, count, false);
        Ok(())
    }

    /// Appends lines. They are passed to the operating system, so they survive the end of the program.
    pub(super) fn add<L: Serialize>(&mut self, lines: &[L]) -> io::Result<()> {
        let mut bytes = Vec::new();
        for line in lines {
            bytes.extend(encoded(line)?);
        }
        self.is_dirty = true;
        self.count += lines.len() as u64;
        self.file.write_all(&bytes)
    }

    /// Whether lines were added since the last [`sync`](Self::sync).
    pub(super) fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// Flushes the lines to disk, if the file system supports that, so that they survive a power failure.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        if self.is_dirty {
            disk::sync_file(&self.file)?;
            self.is_dirty = false;
        }
        Ok(())
    }
}

fn encoded(line: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Opens and locks the file, so that two programs do not do the same work. Not every file system supports locks.
fn locked(path: &Path) -> io::Result<File> {
    for attempt in 0..LOCK_TRIES {
        if attempt > 0 {
            std::thread::sleep(RETRY_DELAY);
        }
        let file = disk::open_own(path, Access::Private)?;
        match disk::lock(&file)? {
            // Another program may have compacted the file since it was opened.
            Lock::Locked if disk::is_at(&file, path) => return Ok(file),
            Lock::Unsupported(_) => return Ok(file),
            Lock::Locked | Lock::Busy => {}
        }
    }
    Err(io::Error::new(io::ErrorKind::ResourceBusy, "another program is using this journal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("immich-lines-{name}-{}", std::process::id()));
            drop(fs::remove_dir_all(&path));
            fs::create_dir_all(&path).expect("a folder");
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn read(path: &Path) -> (Lines, Vec<u32>) {
        let mut found = Vec::new();
        let lines = Lines::open(path, |line: u32| found.push(line)).expect("a file of lines");
        (lines, found)
    }

    #[test]
    fn incomplete_and_foreign_lines_are_ignored() {
        let folder = Folder::new("torn");
        let path = folder.0.join("journal");
        fs::write(&path, b"1\n{\"alien\":true}\n\xff\xfe\n2\n3").expect("a file");
        let (mut lines, found) = read(&path);
        assert_eq!(found, [1, 2, 3]);
        lines.add(&[4, 5]).expect("lines");
        lines.sync().expect("a sync");
        drop(lines);
        assert_eq!(read(&path).1, [1, 2, 3, 4, 5]);
        fs::write(&path, b"1\n{\"torn").expect("a file");
        let (mut lines, _) = read(&path);
        lines.add(&[2]).expect("a line");
        drop(lines);
        assert_eq!(read(&path).1, [1, 2]);
    }

    #[test]
    fn a_compacted_file_is_complete_locked_and_appendable() {
        let folder = Folder::new("compact");
        let path = folder.0.join("journal");
        let (mut lines, _) = read(&path);
        lines.add(&(0..3000).collect::<Vec<u32>>()).expect("lines");
        assert!(lines.is_worth_compacting(1000) && !lines.is_worth_compacting(2000));
        fs::write(folder.0.join("journal.new"), "left by a run that was killed").expect("a file");
        lines.compact([7, 8]).expect("a compact file");
        let busy = Lines::open(&path, |_: u32| {}).expect_err("a lock");
        assert_eq!(busy.kind(), io::ErrorKind::ResourceBusy);
        lines.add(&[9]).expect("a line");
        drop(lines);
        assert_eq!(read(&path).1, [7, 8, 9]);
        assert!(!folder.0.join("journal.new").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_planted_link_is_neither_followed_nor_overwritten() {
        let folder = Folder::new("link");
        let (path, victim) = (folder.0.join("journal"), folder.0.join("victim"));
        fs::write(&victim, "mine").expect("a file");
        std::os::unix::fs::symlink(&victim, &path).expect("a link");
        Lines::open(&path, |_: u32| {}).expect_err("a link");
        fs::remove_file(&path).expect("the link");
        let (mut lines, _) = read(&path);
        std::os::unix::fs::symlink(&victim, folder.0.join("journal.new")).expect("a link");
        lines.compact([1]).expect("a compact file");
        assert_eq!(fs::read_to_string(&victim).expect("a file"), "mine");
    }
}
