//! From a complete part to a file under its name.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::name;
use super::note::DownloadNote;
use super::part::Part;
use crate::transfer::Checksum;
use crate::transfer::disk;
use crate::transfer::file::checksum_here;

/// What is done where there is a file of the name already. Names are compared without regard to letter case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Collision {
    /// If the file there has the same bytes, it is left as it is; else a number is put into the name.
    SkipSame,
    /// A number is put into the name, as in `beach (1).jpg`.
    Suffix,
    /// The new file takes the place of the old one, once it is complete and verified.
    Overwrite,
    /// It is an error, and nothing is downloaded.
    Error,
}

/// The names in the folders that downloads of one run write to, in lower case; each folder is read once.
#[derive(Clone, Debug, Default)]
pub(super) struct Folders(Arc<Mutex<HashMap<PathBuf, HashSet<String>>>>);

/// One file at a time gets its name, so that no two get the same.
static NAMING: Mutex<()> = Mutex::new(());

/// A file of the name that has the same bytes.
#[derive(Debug)]
pub(super) struct Same {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
}

/// Where a part goes.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) folder: PathBuf,
    pub(super) name: String,
    pub(super) collision: Collision,
    pub(super) modified: Option<SystemTime>,
    /// Whether to wait until the disk has it.
    pub(super) durable: bool,
    pub(super) folders: Folders,
}

/// What became of a part.
#[derive(Debug)]
pub(super) enum Placed {
    At(PathBuf, Vec<DownloadNote>),
    Same(Same),
}

impl Folders {
    /// Whether a folder has a file of the name, in any letter case.
    fn has(&self, folder: &Path, name: &str) -> io::Result<bool> {
        // Another program may have put it there since the folder was read.
        if fs::symlink_metadata(folder.join(name)).is_ok() {
            return Ok(true);
        }
        let mut folders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let names = match folders.get_mut(folder) {
            Some(names) => names,
            None => folders.entry(folder.to_owned()).or_insert(read(folder)?),
        };
        Ok(names.contains(&name.to_lowercase()))
    }

    fn add(&self, folder: &Path, name: &str) {
        let mut folders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = folders.get_mut(folder) {
            names.insert(name.to_lowercase());
        }
    }
}

fn read(folder: &Path) -> io::Result<HashSet<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashSet::new()),
        Err(error) => return Err(error),
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().to_lowercase())).collect()
}

impl Target {
    /// A file of the name, or of the name with a number, that has the same bytes.
    pub(super) fn same(&self, checksum: Checksum, bytes: Option<u64>) -> io::Result<Option<Same>> {
        // A name may have been shortened to a length that only the move to it tells.
        let mut lengths = self.lengths();
        let first = lengths.next();
        for longest in first.into_iter().chain(lengths.filter(|longest| *longest < self.name.len())) {
            if let Some(same) = self.same_within(longest, checksum, bytes)? {
                return Ok(Some(same));
            }
        }
        Ok(None)
    }

    fn same_within(&self, longest: usize, checksum: Checksum, bytes: Option<u64>) -> io::Result<Option<Same>> {
        for number in 0.. {
            let name = name::numbered_within(&self.name, number, longest);
            if !self.folders.has(&self.folder, &name)? {
                break;
            }
            let path = self.folder.join(name);
            // One of the name in another letter case is another file, and is not looked into.
            let Some(length) = fs::metadata(&path).ok().filter(fs::Metadata::is_file).map(|found| found.len()) else {
                continue;
            };
            if bytes.is_some_and(|bytes| bytes != length) {
                continue;
            }
            match checksum_here(&path) {
                Ok((found, _)) if found == checksum => return Ok(Some(Same { path, bytes: length })),
                Ok(_) => {}
                // Nobody can tell whether it is the same, so it is another one.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied || disk::refusal(&error).is_some() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The lengths to shorten the name to: the longest that the folder takes, and those below it that the name has
    /// more bytes than.
    fn lengths(&self) -> impl Iterator<Item = usize> {
        let is_too_long = |longest: &usize| {
            if name::LENGTHS.ends_with(&[*longest]) {
                return false;
            }
            // With a number, for names that are just short enough without.
            let probe = self.folder.join(name::numbered_within(&self.name, 9999, *longest));
            matches!(fs::symlink_metadata(probe), Err(error) if disk::is_too_long(&error))
        };
        let numbered = self.name.len() + " (9999)".len();
        let enough = name::LENGTHS.iter().rposition(|longest| *longest >= numbered).unwrap_or_default();
        name::LENGTHS[enough..].iter().copied().skip_while(is_too_long)
    }

    /// An error if the name is taken and must not be.
    pub(super) fn refuse_taken(&self) -> io::Result<()> {
        if self.collision == Collision::Error && self.folders.has(&self.folder, &self.name)? {
            return Err(taken(&self.name));
        }
        // Found out after the bytes came, it would be late.
        if self.collision == Collision::Overwrite
            && fs::symlink_metadata(self.folder.join(&self.name)).is_ok_and(|found| found.is_dir())
        {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, format!("`{}` is a folder", self.name)));
        }
        Ok(())
    }

    /// Gives the complete part its time and its name; what is on disk under the name is never half a file.
    pub(super) fn place(&self, mut part: Part, checksum: Option<Checksum>) -> io::Result<Placed> {
        let checksum = checksum.filter(|_| self.collision == Collision::SkipSame);
        let mut is_ready = false;
        let path = loop {
            if let Some(checksum) = checksum
                && let Some(same) = self.same(checksum, Some(part.length()))?
            {
                part.discard()?;
                return Ok(Placed::Same(same));
            }
            if !is_ready {
                self.make_ready(&mut part)?;
                is_ready = true;
            }
            let _naming = NAMING.lock().unwrap_or_else(PoisonError::into_inner);
            match self.move_to_free(&mut part) {
                // Another program took the name in this moment, perhaps for the same file.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && self.numbers() => {}
                moved => break moved?,
            }
        };
        if self.durable
            && let Some(error) = disk::sync_folder(&self.folder)?
        {
            part.add_note(DownloadNote::NotDurable { reason: error.to_string() });
        }
        Ok(Placed::At(path, part.take_notes()))
    }

    fn make_ready(&self, part: &mut Part) -> io::Result<()> {
        if let Some(modified) = self.modified
            && let Some(error) = disk::set_modified(part.file(), modified)?
        {
            part.add_note(DownloadNote::TimeNotSet { reason: error.to_string() });
        }
        if self.durable { part.sync() } else { Ok(()) }
    }

    /// Whether a name that is taken gets a number.
    fn numbers(&self) -> bool {
        matches!(self.collision, Collision::Suffix | Collision::SkipSame)
    }

    /// Moves the part to the first name that is free, and short enough.
    fn move_to_free(&self, part: &mut Part) -> io::Result<PathBuf> {
        let mut outcome = Err(io::ErrorKind::InvalidFilename.into());
        for longest in self.lengths() {
            outcome = self.move_within(longest, part);
            if !matches!(&outcome, Err(error) if disk::is_too_long(error)) {
                break;
            }
        }
        outcome
    }

    fn move_within(&self, longest: usize, part: &mut Part) -> io::Result<PathBuf> {
        let replaces = self.collision == Collision::Overwrite;
        let mut number = 0;
        let mut name = name::numbered_within(&self.name, number, longest);
        while !replaces && self.folders.has(&self.folder, &name)? {
            if !self.numbers() {
                return Err(taken(&name));
            }
            number += 1;
            name = name::numbered_within(&self.name, number, longest);
        }
        let path = self.folder.join(&name);
        part.move_to(&path, replaces)?;
        self.folders.add(&self.folder, &name);
        if number == 0 && name != self.name {
            part.add_note(DownloadNote::NameShortened { wanted: self.name.clone() });
        }
        Ok(path)
    }
}

fn taken(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, format!("there is a file `{name}` already"))
}
