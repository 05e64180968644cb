//! Moves a complete partial file to its final name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::name;
use super::names::Folders;
use super::note::DownloadNote;
use super::part::Part;
use crate::transfer::Checksum;
use crate::transfer::disk;
use crate::transfer::file::checksum_blocking;

/// How to proceed if a file of the name exists. Names are compared ignoring letter case and Unicode normalization. Two
/// assets of one run never get the same name, whatever the setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Collision {
    /// Keeps an existing file that has the same bytes; otherwise adds a number to the name.
    SkipSame,
    /// Adds a number to the name, as in `beach (1).jpg`.
    Suffix,
    /// Replaces the existing file, once the new one is complete and verified.
    Overwrite,
    /// Fails without downloading anything.
    Error,
}

/// Serializes the assignment of names, so that no two files get the same one.
static NAMING: Mutex<()> = Mutex::new(());

/// An existing file with the wanted name and bytes.
#[derive(Debug)]
pub(super) struct Same {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
}

/// The destination of a partial file.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) folder: PathBuf,
    pub(super) name: String,
    /// The first number that may be added to the name; zero for none.
    pub(super) number: u32,
    /// Whether the name was reserved in the folder, so that only another program can have used it since.
    pub(super) reserved: bool,
    /// The name before it was shortened for the file system.
    pub(super) wanted: String,
    /// Whether the stem of the name was reserved for the group of this file.
    pub(super) in_group: bool,
    pub(super) collision: Collision,
    pub(super) modified: Option<SystemTime>,
    /// Whether to flush the file to disk.
    pub(super) durable: bool,
    pub(super) folders: Folders,
}

/// The result of placing a partial file.
#[derive(Debug)]
pub(super) enum Placed {
    At(PathBuf, Vec<DownloadNote>),
    Same(Same),
}

impl Target {
    /// Finds a file with the wanted name, or that name with a number, that has the same bytes.
    pub(super) fn find_same(&self, checksum: Checksum, bytes: Option<u64>) -> io::Result<Option<Same>> {
        if self.reserved {
            // The folder was searched when the name was reserved. Another program may have stored the file since.
            let path = self.folder.join(&self.name);
            let length = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file).map(|found| found.len());
            let same = length.filter(|length| bytes.is_none_or(|bytes| bytes == *length));
            return Ok(same
                .filter(|_| checksum_blocking(&path).is_ok_and(|(found, _)| found == checksum))
                .map(|bytes| Same { path, bytes }));
        }
        let found = self.folders.find(&self.folder, &self.name, checksum, bytes)?;
        Ok(found.map(|found| Same { path: self.folder.join(found.name), bytes: found.length }))
    }

    /// Fails early if the name is taken and must not be.
    pub(super) fn refuse_taken(&self) -> io::Result<()> {
        if self.collision == Collision::Error && !self.reserved && self.folders.has(&self.folder, &self.name)? {
            return Err(taken(&self.name));
        }
        // A folder cannot be overwritten, which should not be discovered only after the download.
        if self.collision == Collision::Overwrite
            && fs::symlink_metadata(self.folder.join(&self.name)).is_ok_and(|found| found.is_dir())
        {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, format!("`{}` is a folder", self.name)));
        }
        Ok(())
    }

    /// Sets the modification time of a complete partial file and moves it to its final name atomically.
    pub(super) fn place(&self, mut part: Part, checksum: Option<Checksum>) -> io::Result<Placed> {
        let checksum = checksum.filter(|_| self.collision == Collision::SkipSame);
        let mut is_ready = false;
        let path = loop {
            if let Some(checksum) = checksum
                && let Some(same) = self.find_same(checksum, Some(part.length()))?
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
                // Another program took the name at the same moment, perhaps for the same file.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && self.adds_number() => {}
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

    /// Whether a number is added to a name that is taken.
    fn adds_number(&self) -> bool {
        matches!(self.collision, Collision::Suffix | Collision::SkipSame)
    }

    /// Moves the partial file to the first free name.
    fn move_to_free(&self, part: &mut Part) -> io::Result<PathBuf> {
        let replaces = self.collision == Collision::Overwrite;
        let mut lengths = name::LENGTHS.iter().copied();
        let mut name = self.free_name(&self.name)?;
        loop {
            let path = self.folder.join(&name);
            match part.move_to(&path, replaces) {
                // The file system accepted the length when the folder was checked, but not for an actual file.
                Err(error) if disk::is_too_long(&error) => {
                    let shorter = lengths.by_ref().find(|longest| *longest < name.len()).ok_or(error)?;
                    name = self.free_name(&name::numbered_within(&self.name, 0, shorter))?;
                }
                moved => {
                    moved?;
                    if name.len() < self.wanted.len() {
                        part.add_note(DownloadNote::NameShortened { wanted: self.wanted.clone() });
                    }
                    return Ok(path);
                }
            }
        }
    }

    /// Returns the final name of the file, and reserves it.
    fn free_name(&self, name: &str) -> io::Result<String> {
        if self.reserved && name == self.name {
            let is_free = || !exists(&self.folder.join(name));
            match self.collision {
                Collision::Overwrite => return Ok(name.to_owned()),
                _ if is_free() => return Ok(name.to_owned()),
                Collision::Error => return Err(taken(name)),
                // Another program took the name since it was reserved.
                Collision::Suffix | Collision::SkipSame => {}
            }
        }
        let name = if self.reserved && name == self.name { &self.wanted } else { name };
        match self.collision {
            Collision::Overwrite => self.folders.reserve_numbered(&self.folder, name, self.number),
            Collision::Error if self.folders.has(&self.folder, name)? => Err(taken(name)),
            Collision::Error => self.folders.reserve_numbered(&self.folder, name, 0),
            Collision::Suffix | Collision::SkipSame => {
                self.folders.reserve_free(&self.folder, name, self.number, self.in_group)
            }
        }
    }
}

/// Whether anything exists at a path. A link there is not followed.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

pub(super) fn taken(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, format!("there is a file `{name}` already"))
}
