//! From a complete part to a file under its name.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::name;
use super::part::Part;
use crate::transfer::Checksum;
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
    At(PathBuf),
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
        for number in 0.. {
            let name = name::numbered(&self.name, number);
            if !self.folders.has(&self.folder, &name)? {
                break;
            }
            let path = self.folder.join(name);
            // One of the name in another letter case is another file, and is not looked into.
            let Some(length) = fs::metadata(&path).ok().filter(fs::Metadata::is_file).map(|found| found.len()) else {
                continue;
            };
            if bytes.is_none_or(|bytes| bytes == length) && checksum_here(&path)?.0 == checksum {
                return Ok(Some(Same { path, bytes: length }));
            }
        }
        Ok(None)
    }

    /// An error if the name is taken and must not be.
    pub(super) fn refuse_taken(&self) -> io::Result<()> {
        if self.collision == Collision::Error && self.folders.has(&self.folder, &self.name)? {
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
            self.folders.add(&self.folder, &name);
            path
        };
        if self.durable {
            sync_folder(&self.folder)?;
        }
        Ok(Placed::At(path))
    }

    fn free_name(&self) -> io::Result<String> {
        match self.collision {
            Collision::Overwrite => Ok(self.name.clone()),
            Collision::Error if self.folders.has(&self.folder, &self.name)? => Err(taken(&self.name)),
            Collision::Error => Ok(self.name.clone()),
            Collision::Suffix | Collision::SkipSame => {
                let mut number = 0;
                loop {
                    let name = name::numbered(&self.name, number);
                    if !self.folders.has(&self.folder, &name)? {
                        return Ok(name);
                    }
                    number += 1;
                }
            }
        }
    }
}

fn taken(name: &str) -> io::Error {
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
