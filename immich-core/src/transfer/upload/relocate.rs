//! Moving a source to another folder, also one of another file system, and also after a run that was killed on the way.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File, Metadata};
use std::hash::{Hash as _, Hasher as _};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::transfer::disk::{self, Access, Lock};
use crate::transfer::upload::files::Stamp;
use crate::transfer::upload::source::{changed, check, remove_same};

/// How many names are tried: `name`, `name (1)` and so on.
const NAMES: u32 = 10_000;

/// Moves a file below a folder to a path that is free.
pub(super) fn relocate(path: &Path, stamp: Stamp, folder: &Path, relative: &Path) -> io::Result<PathBuf> {
    check(path, stamp)?;
    make_folders(folder, relative.parent().unwrap_or(Path::new("")))?;
    let target = folder.join(relative);
    for free in names(&target) {
        match fs::hard_link(path, &free) {
            // The name may have been given to another file in the meantime.
            Ok(()) => check(&free, stamp).inspect_err(|_| drop(fs::remove_file(&free)))?,
            // An earlier run got as far as this.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_one(path, &free) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) if is_final(&error) => return Err(error),
            // Another file system, or one without links.
            Err(_) => return copy(path, stamp, &target),
        }
        return leave(path, stamp, free);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Moves a file by a copy, which gets its name when the disk has all of it.
fn copy(path: &Path, stamp: Stamp, target: &Path) -> io::Result<PathBuf> {
    let (beside, file) = match claim(path, target)? {
        Claim::New(beside, file) => (beside, file),
        Claim::Placed(beside, free) => {
            fs::remove_file(beside)?;
            return leave(path, stamp, free);
        }
    };
    let placed = fill(path, stamp, &file).and_then(|()| {
        for free in names(target) {
            match disk::move_new(&beside, &free) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                moved => return moved.map(|_| free),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    });
    // No other program may take the copy over before it has its name.
    drop(file);
    let free = placed.inspect_err(|_| drop(fs::remove_file(&beside)))?;
    if let Some(folder) = free.parent() {
        disk::sync_folder(folder).inspect_err(|_| drop(fs::remove_file(&free)))?;
    }
    leave(path, stamp, free)
}

/// Removes a file that has its new name. If it stays where it was, it is not moved, so it has no second name either.
fn leave(path: &Path, stamp: Stamp, free: PathBuf) -> io::Result<PathBuf> {
    match remove_same(path, stamp) {
        Ok(()) => Ok(free),
        Err(error) => {
            drop(fs::remove_file(&free));
            Err(error)
        }
    }
}

enum Claim {
    /// A hidden file to copy to, which stays locked while this is open.
    New(PathBuf, File),
    /// The hidden name and the final name of a copy that an earlier run finished.
    Placed(PathBuf, PathBuf),
}

/// Finds the copy that an earlier run left of a file, or makes a new one. Its name is made of those of the file and the
/// target, so that it is found again; where something else has that name, another one is made up.
fn claim(path: &Path, target: &Path) -> io::Result<Claim> {
    let mut hasher = DefaultHasher::new();
    (path, target).hash(&mut hasher);
    let beside = target.with_file_name(format!(".immich-{:016x}.tmp", hasher.finish()));
    if fs::symlink_metadata(&beside).is_ok_and(|found| found.is_file() && disk::is_linked(&found)) {
        // Two names on it were all that was missing; anybody else can have put them there.
        let mut taken = names(target).take_while(|free| fs::symlink_metadata(free).is_ok());
        match taken.find(|free| is_one(&beside, free)) {
            Some(free) if is_equal(path, &free)? => return Ok(Claim::Placed(beside, free)),
            _ => fs::remove_file(&beside)?,
        }
    }
    let is_left = fs::symlink_metadata(&beside).is_ok();
    if is_left && disk::open_own(&beside, Access::Private).is_ok_and(|left| is_locked(&left, &beside) == Some(true)) {
        fs::remove_file(&beside)?;
    }
    // A file that is made here is nobody else's.
    match disk::create_own_new(&beside, Access::Private) {
        Ok(file) if is_locked(&file, &beside) != Some(false) => Ok(Claim::New(beside, file)),
        _ => disk::create_beside(target, Access::Private).map(|(beside, file)| Claim::New(beside, file)),
    }
}

/// Whether a file is locked now and still has its name; nothing where the file system has no locks.
fn is_locked(file: &File, path: &Path) -> Option<bool> {
    match disk::lock(file) {
        Ok(Lock::Locked) => Some(disk::is_at(file, path)),
        Ok(Lock::Unsupported(_)) => None,
        Ok(Lock::Busy) | Err(_) => Some(false),
    }
}

/// Copies a file, with its mode and its time of change, and makes sure that the copy outlives the machine.
fn fill(path: &Path, stamp: Stamp, mut to: &File) -> io::Result<()> {
    let mut from = disk::open_file(path, false)?;
    let found = from.metadata()?;
    if Stamp::of(&found) != stamp {
        return Err(changed());
    }
    let copied = io::copy(&mut from, &mut to)?;
    if copied != stamp.length || Stamp::of(&from.metadata()?) != stamp {
        return Err(changed());
    }
    // Where there are no modes, that of the file system must do.
    drop(to.set_permissions(permissions(&found)));
    disk::set_modified(to, found.modified()?)?;
    disk::sync_file(to).map(drop)
}

/// Whether two names are of one file.
fn is_one(one: &Path, other: &Path) -> bool {
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

/// Whether a file that cannot be given a second name cannot be copied to that name either.
fn is_final(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::Other) || disk::is_too_long(error)
}

/// Makes the folders below the one that the user chose. None of them may be a link, which anybody can have planted there.
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

/// `name`, `name (1)` and so on.
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

        /// The content of the folder that files are moved to.
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
    fn a_copy_that_was_begun_leaves_nothing() {
        let disk = Disk::new("begun");
        fs::write(disk.beside(), "the ph").expect("a file");
        disk.copy().expect("a move");
        assert_eq!((disk.done(), disk.0.join("a.jpg").exists()), (moved(), false));
    }

    #[test]
    fn a_copy_that_has_both_names_is_taken_for_done() {
        let disk = Disk::new("both");
        let beside = disk.beside();
        fs::write(&beside, "the photo").expect("a file");
        fs::hard_link(beside, disk.0.join("done/a.jpg")).expect("a link");
        disk.copy().expect("a move");
        assert_eq!((disk.done(), disk.0.join("a.jpg").exists()), (moved(), false));
    }

    #[test]
    fn a_planted_pair_of_names_is_no_copy() {
        let disk = Disk::new("planted");
        let beside = disk.beside();
        fs::write(&beside, "not the p").expect("a file");
        fs::hard_link(beside, disk.0.join("done/a.jpg")).expect("a link");
        disk.copy().expect("a move");
        let files = [("a (1).jpg".into(), "the photo".into()), ("a.jpg".into(), "not the p".into())];
        assert_eq!(disk.done(), files);
    }

    #[test]
    fn a_copy_that_another_program_makes_stays() {
        let disk = Disk::new("busy");
        let beside = disk.beside();
        let other = File::open(&beside).expect("a file");
        assert!(matches!(disk::lock(&other), Ok(Lock::Locked)));
        disk.copy().expect("a move");
        assert!(beside.exists() && disk.done().contains(&moved()[0]));
    }

    #[test]
    fn a_file_that_has_its_new_name_already_gets_no_second_one() {
        let disk = Disk::new("linked");
        let (path, stamp) = disk.source();
        fs::hard_link(&path, disk.0.join("done/a.jpg")).expect("a link");
        relocate(&path, stamp, &disk.0.join("done"), Path::new("a.jpg")).expect("a move");
        assert_eq!((disk.done(), path.exists()), (moved(), false));
    }
}
