//! From a complete part to a file under its name.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::name;
use super::names::Folders;
use super::part::Part;
use crate::transfer::Checksum;

/// What is done where there is a file of the name already. Names are compared without regard to letter case and Unicode
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
    /// Whether the stem of the name was reserved for this file and those that belong to it.
    pub(super) in_group: bool,
    pub(super) collision: Collision,
    pub(super) modified: Option<SystemTime>,
    /// Whether to wait until the disk has it.
    pub(super) durable: bool,
    pub(super) folders: Folders,
}

/// What became of a part.
#[derive(Debug)]
pub(super) enum Placed {
    At(PathBuf),
    Same(Same),
}

impl Target {
    /// A file of the name, or of the name with a number, that has the same bytes.
    pub(super) fn same(&self, checksum: Checksum, bytes: Option<u64>) -> io::Result<Option<Same>> {
        if self.reserved {
            // It was looked for when the name was reserved.
            return Ok(None);
        }
        let found = self.folders.find(&self.folder, &self.name, checksum, bytes)?;
        Ok(found.map(|found| Same { path: self.folder.join(found.name), bytes: found.length }))
    }

    /// An error if the name is taken and must not be.
    pub(super) fn refuse_taken(&self) -> io::Result<()> {
        if self.collision == Collision::Error && !self.reserved && self.folders.has(&self.folder, &self.name)? {
            return Err(taken(&self.name));
        }
        Ok(())
    }

    /// Gives the complete part its time and its name; what is on disk under the name is never half a file.
    pub(super) fn place(&self, mut part: Part, checksum: Option<Checksum>) -> io::Result<Placed> {
        if let (Collision::SkipSame, Some(checksum)) = (self.collision, checksum)
            && let Some(same) = self.same(checksum, Some(part.length()))?
        {
            part.discard()?;
            return Ok(Placed::Same(same));
        }
        if let Some(modified) = self.modified {
            part.file().set_modified(modified)?;
        }
        if self.durable {
            part.file().sync_all()?;
        }
        let path = {
            let _naming = NAMING.lock().unwrap_or_else(PoisonError::into_inner);
            let name = self.free_name()?;
            let path = self.folder.join(&name);
            part.rename(&path)?;
            path
        };
        if self.durable {
            sync_folder(&self.folder)?;
        }
        Ok(Placed::At(path))
    }

    /// The name that the part gets. It is reserved from now on.
    fn free_name(&self) -> io::Result<String> {
        if self.reserved {
            let is_free = || !exists(&self.folder.join(&self.name));
            match self.collision {
                Collision::Overwrite => return Ok(self.name.clone()),
                _ if is_free() => return Ok(self.name.clone()),
                Collision::Error => return Err(taken(&self.name)),
                // Another program took the name since it was reserved.
                Collision::Suffix | Collision::SkipSame => {}
            }
        }
        match self.collision {
            Collision::Overwrite => {
                let name = name::numbered(&self.name, self.number);
                self.folders.take(&self.folder, &name)?;
                Ok(name)
            }
            Collision::Error if self.folders.has(&self.folder, &self.name)? => Err(taken(&self.name)),
            Collision::Error => {
                self.folders.take(&self.folder, &self.name)?;
                Ok(self.name.clone())
            }
            Collision::Suffix | Collision::SkipSame => {
                self.folders.free(&self.folder, &self.name, self.number, self.in_group)
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

/// The name of a file is in its folder, and that too must reach the disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network file systems have no such thing.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        outcome => outcome,
    }
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
