//! From a complete part to a file under its name.

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
use crate::transfer::file::checksum_here;

/// The action if a file of the name exists already. Names are compared without regard to letter case and Unicode
/// normalization form. Two assets of one run never take each other's name, whatever is set.
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
    /// The first number that may be put into the name; zero for none.
    pub(super) number: u32,
    /// Whether the name was reserved in the folders, so that only another program can have taken it since.
    pub(super) reserved: bool,
    /// The name before it was shortened for the file system.
    pub(super) wanted: String,
    /// Whether the stem of the name was reserved for this file and those that belong to it.
    pub(super) in_group: bool,
    pub(super) collision: Collision,
    pub(super) modified: Option<SystemTime>,
    /// Whether to wait until the disk has it.
    pub(super) durable: bool,
    pub(super) folders: Folders,
}

/// The outcome of a part.
#[derive(Debug)]
pub(super) enum Placed {
    At(PathBuf, Vec<DownloadNote>),
    Same(Same),
}

impl Target {
    /// A file of the name, or of the name with a number, that has the same bytes.
    pub(super) fn same(&self, checksum: Checksum, bytes: Option<u64>) -> io::Result<Option<Same>> {
        if self.reserved {
            // The folder was searched when the name was reserved. Since then, another program may have stored the file.
            let path = self.folder.join(&self.name);
            let length = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file).map(|found| found.len());
            let same = length.filter(|length| bytes.is_none_or(|bytes| bytes == *length));
            return Ok(same
                .filter(|_| checksum_here(&path).is_ok_and(|(found, _)| found == checksum))
                .map(|bytes| Same { path, bytes }));
        }
        let found = self.folders.find(&self.folder, &self.name, checksum, bytes)?;
        Ok(found.map(|found| Same { path: self.folder.join(found.name), bytes: found.length }))
    }

    /// An error if the name is taken and must not be.
    pub(super) fn refuse_taken(&self) -> io::Result<()> {
        if self.collision == Collision::Error && !self.reserved && self.folders.has(&self.folder, &self.name)? {
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

    /// Moves the part to the first name that is free.
    fn move_to_free(&self, part: &mut Part) -> io::Result<PathBuf> {
        let replaces = self.collision == Collision::Overwrite;
        let mut lengths = name::LENGTHS.iter().copied();
        let mut name = self.free_name(&self.name)?;
        loop {
            let path = self.folder.join(&name);
            match part.move_to(&path, replaces) {
                // The folder took the name when it was looked at, and does not take a file of it.
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

    /// The name that the part gets. It is reserved from now on.
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
            Collision::Overwrite => self.folders.take(&self.folder, name, self.number),
            Collision::Error if self.folders.has(&self.folder, name)? => Err(taken(name)),
            Collision::Error => self.folders.take(&self.folder, name, 0),
            Collision::Suffix | Collision::SkipSame => {
                self.folders.free(&self.folder, name, self.number, self.in_group)
            }
        }
    }
}

/// Whether there is anything at a path, without following a link there.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

pub(super) fn taken(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, format!("there is a file `{name}` already"))
}
