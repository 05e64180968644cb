//! A file of JSON lines that outlives crashes: what the journals of uploads and downloads are written to.
//!
//! Lines are only appended, so a program that is killed leaves at most one torn line at the end. It is ignored when the
//! file is read, and what is added later begins a line of its own.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::disk::{self, Access, Lock};

/// A file of fewer lines is never compacted.
const SHORT: u64 = 1000;

/// A longer line does not belong to a journal, and is ignored without holding it in memory.
const LONGEST: u64 = 1 << 20;

/// A run that was dropped may still be writing, and holds the lock until that is done.
const LOCK_TRIES: u32 = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// An open file of JSON lines. Its lock ends with the program, however that ends.
#[derive(Debug)]
pub(super) struct Lines {
    path: PathBuf,
    file: File,
    /// Lines in the file, those that could not be read included.
    count: u64,
    /// Whether lines were added that may not outlive the machine.
    is_dirty: bool,
}

impl Lines {
    /// Opens or creates the file, locks it and gives each line that can be read to `each`, in their order.
    ///
    /// # Errors
    /// `ResourceBusy` if another program has the file open; those of opening and reading it.
    pub(super) fn open<L: DeserializeOwned>(path: &Path, mut each: impl FnMut(L)) -> io::Result<Self> {
        let file = locked(path)?;
        let mut this = Self { path: path.to_owned(), file, count: 0, is_dirty: false };
        let mut reader = BufReader::new(&this.file);
        let (mut bytes, mut ends_a_line) = (Vec::new(), true);
        loop {
            bytes.clear();
            if (&mut reader).take(LONGEST).read_until(b'\n', &mut bytes)? == 0 {
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
        self.count > SHORT && self.count > live.saturating_mul(2)
    }

    /// Puts a file of these lines alone in the place of the old one: there is a whole one at any time.
    pub(super) fn compact<L: Serialize>(&mut self, lines: impl IntoIterator<Item = L>) -> io::Result<()> {
        let mut beside = self.path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        // One that an earlier run left, or a link that somebody planted, is removed itself and never written to.
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let new = disk::create_own_new(&beside, Access::Private)?;
        // It is locked before it has its name, so no other program can come between.
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

    /// Adds lines. They are with the system when this returns, so that the end of the program does not lose them.
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

    /// Makes sure that the lines outlive the machine, where the file system can.
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

/// Opens and locks the file: two programs would each do what the other one does. Not every file system has locks.
fn locked(path: &Path) -> io::Result<File> {
    for attempt in 0..LOCK_TRIES {
        if attempt > 0 {
            std::thread::sleep(BETWEEN_TRIES);
        }
        let file = disk::open_own(path, Access::Private)?;
        match disk::lock(&file)? {
            // Another program may have compacted it since it was opened.
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
    fn a_torn_or_alien_line_is_passed_over_and_the_next_begins_anew() {
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
    fn a_compacted_file_is_whole_locked_and_goes_on() {
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
