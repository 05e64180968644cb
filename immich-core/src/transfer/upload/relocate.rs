//! Moves a source to another folder, even on another file system, and even after a run was killed meanwhile.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File, Metadata};
use std::hash::{Hash as _, Hasher as _};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::transfer::disk::{self, Access, Lock};
use crate::transfer::upload::files::Stamp;
use crate::transfer::upload::remove::{changed, check, remove_same};

/// The maximum number of names that are tried: `name`, `name (1)` and so on.
const NAMES: u32 = 10_000;

/// Moves a file below a folder, to a free path.
pub(super) fn relocate(path: &Path, stamp: Stamp, folder: &Path, relative: &Path) -> io::Result<PathBuf> {
    check(path, stamp)?;
    make_folders(folder, relative.parent().unwrap_or(Path::new("")))?;
    let target = folder.join(relative);
    for free in names(&target) {
        match fs::hard_link(path, &free) {
            // The path may lead to another file by now.
            Ok(()) => check(&free, stamp).inspect_err(|_| drop(fs::remove_file(&free)))?,
            // An earlier run was interrupted here.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_same_file(path, &free) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) if is_final(&error) => return Err(error),
            // Another file system, or one without hard links.
            Err(_) => return copy(path, stamp, &target),
        }
        return remove_source(path, stamp, free);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Moves a file by copying. The copy gets its final name once it is flushed to disk.
fn copy(path: &Path, stamp: Stamp, target: &Path) -> io::Result<PathBuf> {
    let (beside, file) = match claim(path, target)? {
        Claim::New(beside, file) => (beside, file),
        Claim::Placed(beside, free) => {
            fs::remove_file(beside)?;
            return remove_source(path, stamp, free);
        }
    };
    let placed = copy_content(path, stamp, &file).and_then(|()| {
        for free in names(target) {
            match disk::move_new(&beside, &free) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                moved => return moved.map(|_| free),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    });
    // The lock is held until the copy has its name.
    drop(file);
    let free = placed.inspect_err(|_| drop(fs::remove_file(&beside)))?;
    if let Some(folder) = free.parent() {
        disk::sync_folder(folder).inspect_err(|_| drop(fs::remove_file(&free)))?;
    }
    remove_source(path, stamp, free)
}

/// Removes the source of a moved file. If it cannot be removed, the new name is removed instead, so that the file
/// does not have two.
fn remove_source(path: &Path, stamp: Stamp, free: PathBuf) -> io::Result<PathBuf> {
    match remove_same(path, stamp) {
        Ok(()) => Ok(free),
        Err(error) => {
            drop(fs::remove_file(&free));
            Err(error)
        }
    }
}

enum Claim {
    /// A hidden file to copy to, which stays locked while it is open.
    New(PathBuf, File),
    /// The hidden and the final name of a copy that an earlier run finished.
    Placed(PathBuf, PathBuf),
}

/// Finds the copy of a file that an earlier run left, or creates a new one. Its name is derived from those of the
/// file and the target, so that it is found again. If that name is taken, a random one is used.
fn claim(path: &Path, target: &Path) -> io::Result<Claim> {
    let mut hasher = DefaultHasher::new();
    (path, target).hash(&mut hasher);
    let beside = target.with_file_name(format!(".immich-{:016x}.tmp", hasher.finish()));
    if fs::symlink_metadata(&beside).is_ok_and(|found| found.is_file() && disk::is_linked(&found)) {
        // Only the removal of the second name is missing. The content is compared, because others may have created
        // both names.
        let mut taken = names(target).take_while(|free| fs::symlink_metadata(free).is_ok());
        match taken.find(|free| is_same_file(&beside, free)) {
            Some(free) if is_equal(path, &free)? => return Ok(Claim::Placed(beside, free)),
            _ => fs::remove_file(&beside)?,
        }
    }
    let is_left = fs::symlink_metadata(&beside).is_ok();
    if is_left && disk::open_own(&beside, Access::Private).is_ok_and(|left| is_locked(&left, &beside) == Some(true)) {
        fs::remove_file(&beside)?;
    }
    // A file that is created here cannot belong to anybody else.
    match disk::create_own_new(&beside, Access::Private) {
        Ok(file) if is_locked(&file, &beside) != Some(false) => Ok(Claim::New(beside, file)),
        _ => disk::create_beside(target, Access::Private).map(|(beside, file)| Claim::New(beside, file)),
    }
}

/// Whether a file was locked and still has its name; `None` if the file system does not support locks.
fn is_locked(file: &File, path: &Path) -> Option<bool> {
    match disk::lock(file) {
        Ok(Lock::Locked) => Some(disk::is_at(file, path)),
        Ok(Lock::Unsupported(_)) => None,
        Ok(Lock::Busy) | Err(_) => Some(false),
    }
}

/// Copies a file with its mode and modification time, and flushes the copy to disk.
fn copy_content(path: &Path, stamp: Stamp, mut to: &File) -> io::Result<()> {
    let mut from = disk::open_file(path, false)?;
    let found = from.metadata()?;
    if Stamp::of(&found) != stamp {
        return Err(changed());
    }
    let copied = io::copy(&mut from, &mut to)?;
    if copied != stamp.length || Stamp::of(&from.metadata()?) != stamp {
        return Err(changed());
    }
    // File systems without modes use their default.
    drop(to.set_permissions(permissions(&found)));
    disk::set_modified(to, found.modified()?)?;
    disk::sync_file(to).map(drop)
}

/// Whether two paths lead to the same file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let both = fs::symlink_metadata(one).and_then(|one| Ok((one, fs::symlink_metadata(other)?)));
    cfg!(unix) && both.is_ok_and(|(one, other)| disk::is_same_file(&one, &other))
}

fn is_equal(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (disk::open_file(one, false)?, disk::open_file(other, false)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let mut bytes = io::BufReader::new(one).bytes();
    for byte in io::BufReader::new(other).bytes() {
        if bytes.next().transpose()? != Some(byte?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a file that could not be linked to a name cannot be copied to it either.
fn is_final(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::Other) || disk::is_too_long(error)
}

/// Creates the folders below the one that the user chose. None of them may be a link, which others may have planted.
fn make_folders(folder: &Path, below: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut path = folder.to_owned();
    for part in below.components() {
        let Component::Normal(name) = part else {
            return Err(io::Error::other(format!("`{}` leads out of the folder to move to", below.display())));
        };
        path.push(name);
        match fs::create_dir(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if !fs::symlink_metadata(&path)?.is_dir() {
            let why = format!("`{}` is a symbolic link or no folder, and is not followed", path.display());
            return Err(io::Error::other(why));
        }
    }
    Ok(())
}

fn names(target: &Path) -> impl Iterator<Item = PathBuf> {
    (0..NAMES).map(|number| numbered(target, number))
}

/// Returns `name`, `name (1)` and so on.
fn numbered(target: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return target.to_owned();
    }
    let mut name = target.file_stem().unwrap_or_default().to_owned();
    name.push(format!(" ({number})"));
    if let Some(extension) = target.extension() {
        name.push(".");
        name.push(extension);
    }
    target.with_file_name(name)
}

#[cfg(unix)]
fn permissions(found: &Metadata) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    fs::Permissions::from_mode(found.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn permissions(found: &Metadata) -> fs::Permissions {
    found.permissions()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    struct Disk(PathBuf);

    impl Disk {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("immich-relocate-{name}-{}", std::process::id()));
            drop(fs::remove_dir_all(&folder));
            fs::create_dir_all(folder.join("done")).expect("a folder");
            fs::write(folder.join("a.jpg"), "the photo").expect("a file");
            Self(folder)
        }

        fn source(&self) -> (PathBuf, Stamp) {
            let path = self.0.join("a.jpg");
            let stamp = Stamp::read(&path).expect("a stamp");
            (path, stamp)
        }

        /// The contents of the folder that files are moved to.
        fn done(&self) -> Vec<(String, String)> {
            let entries = fs::read_dir(self.0.join("done")).expect("a folder").map(|entry| entry.expect("an entry"));
            let mut files: Vec<_> = entries
                .map(|entry| {
                    let name = entry.file_name().into_string().expect("a name");
                    (name, fs::read_to_string(entry.path()).expect("a file"))
                })
                .collect();
            files.sort();
            files
        }

        fn copy(&self) -> io::Result<PathBuf> {
            let (path, stamp) = self.source();
            copy(&path, stamp, &self.0.join("done/a.jpg"))
        }

        /// The hidden name of the copy.
        fn beside(&self) -> PathBuf {
            match claim(&self.0.join("a.jpg"), &self.0.join("done/a.jpg")).expect("a claim") {
                Claim::New(beside, _) | Claim::Placed(beside, _) => beside,
            }
        }
    }

    impl Drop for Disk {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn moved() -> Vec<(String, String)> {
        vec![("a.jpg".into(), "the photo".into())]
    }

    #[test]
    fn an_incomplete_copy_is_replaced() {
        let disk = Disk::new("begun");
        fs::write(disk.beside(), "the ph").expect("a file");
        disk.copy().expect("a move");
        assert_eq!((disk.done(), disk.0.join("a.jpg").exists()), (moved(), false));
    }

    #[test]
    fn a_copy_with_both_names_is_complete() {
        let disk = Disk::new("both");
        let beside = disk.beside();
        fs::write(&beside, "the photo").expect("a file");
        fs::hard_link(beside, disk.0.join("done/a.jpg")).expect("a link");
        disk.copy().expect("a move");
        assert_eq!((disk.done(), disk.0.join("a.jpg").exists()), (moved(), false));
    }

    #[test]
    fn a_planted_pair_of_names_is_not_a_copy() {
        let disk = Disk::new("planted");
        let beside = disk.beside();
        fs::write(&beside, "not the p").expect("a file");
        fs::hard_link(beside, disk.0.join("done/a.jpg")).expect("a link");
        disk.copy().expect("a move");
        let files = [("a (1).jpg".into(), "the photo".into()), ("a.jpg".into(), "not the p".into())];
        assert_eq!(disk.done(), files);
    }

    #[test]
    fn a_copy_of_another_program_is_kept() {
        let disk = Disk::new("busy");
        let beside = disk.beside();
        let other = File::open(&beside).expect("a file");
        assert!(matches!(disk::lock(&other), Ok(Lock::Locked)));
        disk.copy().expect("a move");
        assert!(beside.exists() && disk.done().contains(&moved()[0]));
    }

    #[test]
    fn a_file_with_its_new_name_is_not_copied() {
        let disk = Disk::new("linked");
        let (path, stamp) = disk.source();
        fs::hard_link(&path, disk.0.join("done/a.jpg")).expect("a link");
        relocate(&path, stamp, &disk.0.join("done"), Path::new("a.jpg")).expect("a move");
        assert_eq!((disk.done(), path.exists()), (moved(), false));
    }
}
