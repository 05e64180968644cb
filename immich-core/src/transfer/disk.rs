//! File access that never follows a planted link, and that reports the limits of a file system instead of failing on
//! them.
//!
//! All functions block, so call them on the threads of `blocking` only.
//!
//! The protection covers the last component of a path: the file name in a folder that others may also write to. A
//! parent folder that is replaced by a link is followed, as in every program that takes paths: the caller chooses the
//! folders, and detecting the replacement needs `openat` for each of them, which the standard library does not offer.
//! On systems other than Unix, the file type is checked before the file is opened, so a file that is swapped in
//! between is not detected.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The maximum number of attempts to open a file on which another program, such as a file server, holds a lease.
const LEASE_TRIES: u32 = 200;
const LEASE_WAIT: Duration = Duration::from_millis(10);

/// The maximum number of attempts to find an unused name. Each name has 64 random bits.
const NAME_TRIES: u32 = 8;

/// The reason why a file is not accessed. [`refusal`] extracts it from an [`io::Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The file is a symbolic link, and links are not followed here.
    SymbolicLink,
    /// The file is a folder, a pipe, a socket or a device.
    NotRegular,
    /// The file has another name elsewhere, which would be overwritten too.
    HardLink,
    /// The file belongs to another user, who can change it at any time.
    OtherOwner,
    /// The file is longer than this number of bytes.
    TooLong(u64),
}

#[derive(Debug)]
struct Refused {
    path: PathBuf,
    refusal: Refusal,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.refusal {
            Refusal::SymbolicLink => write!(formatter, "`{path}` is a symbolic link"),
            Refusal::NotRegular => write!(formatter, "`{path}` is not a regular file"),
            Refusal::HardLink => write!(formatter, "`{path}` is a hard link to a file that has another name too"),
            Refusal::OtherOwner => write!(formatter, "`{path}` belongs to another user"),
            Refusal::TooLong(limit) => write!(formatter, "`{path}` is longer than {limit} bytes"),
        }
    }
}

impl std::error::Error for Refused {}

/// Returns the reason why a function of this module did not access a file; `None` for any other error.
pub(super) fn refusal(error: &io::Error) -> Option<Refusal> {
    Some(error.get_ref()?.downcast_ref::<Refused>()?.refusal)
}

/// Creates the error for a file that is not accessed.
pub(super) fn refuse(path: &Path, refusal: Refusal) -> io::Error {
    let kind = if let Refusal::TooLong(_) = refusal { ErrorKind::FileTooLarge } else { ErrorKind::InvalidInput };
    io::Error::new(kind, Refused { path: path.to_owned(), refusal })
}

/// Opens a regular file for reading. Any other type of file is an error that names the path. Never blocks on a pipe.
///
/// With `follow`, a symbolic link is followed.
pub(super) fn open_file(path: &Path, follow: bool) -> io::Result<File> {
    // Opening a device can already have an effect, so the type is also checked before.
    let found = if follow { fs::metadata(path)? } else { fs::symlink_metadata(path)? };
    check_type(path, &found)?;
    let mut options = OpenOptions::new();
    options.read(true);
    let file = open_nonblocking(&mut options, path, follow)?;
    check_type(path, &file.metadata()?)?;
    Ok(file)
}

/// Reads a whole file of at most `limit` bytes.
pub(super) fn read_limited(path: &Path, follow: bool, limit: u64) -> io::Result<Vec<u8>> {
    let file = open_file(path, follow)?;
    let length = file.metadata()?.len();
    if length > limit {
        return Err(refuse(path, Refusal::TooLong(limit)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // The file may grow while it is read.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(refuse(path, Refusal::TooLong(limit))) } else { Ok(bytes) }
}

/// The permissions of a file that is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Read and write for the owner alone: for journals and records, which describe the user's photos.
    Private,
    /// The default permissions of the user's files: for files that become photos.
    Usual,
}

/// Opens a file that belongs to this crate for reading and writing, and creates it if it does not exist.
///
/// Others may have planted a file under a predictable name. Links of either kind and files that are not regular are
/// an error, and are neither opened nor written to.
pub(super) fn open_own(path: &Path, access: Access) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    restrict(&mut options, access);
    let file = open_nonblocking(&mut options, path, false)?;
    let found = file.metadata()?;
    check_type(path, &found)?;
    if is_linked(&found) {
        return Err(refuse(path, Refusal::HardLink));
    }
    Ok(file)
}

/// Creates a file that belongs to this crate. It is an error if the name exists.
pub(super) fn create_own_new(path: &Path, access: Access) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    restrict(&mut options, access);
    options.open(path)
}

/// Creates a file with a short, hidden and unpredictable name in the folder of `path`.
pub(super) fn create_beside(path: &Path, access: Access) -> io::Result<(PathBuf, File)> {
    let mut outcome = Err(ErrorKind::AlreadyExists.into());
    for _ in 0..NAME_TRIES {
        let random = RandomState::new().build_hasher().finish();
        let beside = path.with_file_name(format!(".immich-{random:016x}.tmp"));
        outcome = create_own_new(&beside, access).map(|file| (beside, file));
        if !matches!(&outcome, Err(error) if error.kind() == ErrorKind::AlreadyExists) {
            break;
        }
    }
    outcome
}

/// The result of an attempt to lock a file.
#[derive(Debug)]
pub(super) enum Lock {
    /// The file is locked until it is closed, even if the program is killed.
    Locked,
    /// Another program, or another part of this one, holds the lock.
    Busy,
    /// The file system does not support locks.
    Unsupported(io::Error),
}

/// Takes an exclusive lock on a file, without waiting.
pub(super) fn lock(file: &File) -> io::Result<Lock> {
    loop {
        return match file.try_lock() {
            Ok(()) => Ok(Lock::Locked),
            Err(TryLockError::WouldBlock) => Ok(Lock::Busy),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => continue,
            Err(TryLockError::Error(error)) if is_unsupported(&error) => Ok(Lock::Unsupported(error)),
            Err(TryLockError::Error(error)) => Err(error),
        };
    }
}

/// Flushes a file to disk. Returns `Some` if the file system does not support that.
pub(super) fn sync_file(file: &File) -> io::Result<Option<io::Error>> {
    ignore_unsupported(file.sync_all())
}

/// Flushes the names in a folder to disk. Returns `Some` if the file system does not support that.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<Option<io::Error>> {
    // A folder that can be written to but not read cannot be opened.
    ignore_unsupported(File::open(folder).and_then(|folder| folder.sync_all()))
}

/// Does nothing: folders can be flushed on Unix only.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> io::Result<Option<io::Error>> {
    Ok(None)
}

/// Sets the modification time of a file. Returns `Some` if the file system does not accept it.
pub(super) fn set_modified(file: &File, time: SystemTime) -> io::Result<Option<io::Error>> {
    match file.set_modified(time) {
        // The file is usable without the time, unless the disk is full or broken.
        Err(error) if !is_fatal(&error) => Ok(Some(error)),
        outcome => outcome.map(|()| None),
    }
}

/// Moves a file to a name that does not exist. Returns `AlreadyExists` if it does, even if it was created at the same
/// moment; that file is left as it is.
///
/// Without hard links, the name is checked first, and a file that is created at the same moment is replaced. Returns
/// `Some` if the file could only be copied, or if the old name could not be removed.
pub(super) fn move_new(from: &Path, to: &Path) -> io::Result<Option<io::Error>> {
    // Creating a hard link fails if the name exists; a rename would replace the file.
    match fs::hard_link(from, to) {
        Ok(()) => return Ok(fs::remove_file(from).err()),
        Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => return Err(error),
        Err(error) if is_fatal(&error) || is_too_long(&error) => return Err(error),
        // Hard links are not supported here.
        Err(_) => {}
    }
    match fs::symlink_metadata(to) {
        Ok(_) => return Err(ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    match fs::rename(from, to) {
        Err(error) if is_unsupported(&error) || error.kind() == ErrorKind::CrossesDevices => {
            copy(from, to).map(|()| Some(error))
        }
        outcome => outcome.map(|()| None),
    }
}

/// Moves a file to a name, replacing an existing file. An existing link is replaced, not followed.
///
/// Returns `Some` if the old file had to be moved aside first, or if the file could only be copied.
pub(super) fn move_over(from: &Path, to: &Path) -> io::Result<Option<io::Error>> {
    let error = match fs::rename(from, to) {
        Ok(()) => return Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound || is_fatal(&error) || is_too_long(&error) => {
            return Err(error);
        }
        Err(error) => error,
    };
    match fs::symlink_metadata(to) {
        // Nothing is replaced, so the rename itself is not possible.
        Err(missing) if missing.kind() == ErrorKind::NotFound => {
            if is_unsupported(&error) || error.kind() == ErrorKind::CrossesDevices {
                return copy(from, to).map(|()| Some(error));
            }
            Err(error)
        }
        Ok(found) if !found.is_dir() => {
            let random = RandomState::new().build_hasher().finish();
            let aside = to.with_file_name(format!(".immich-{random:016x}.old"));
            if fs::rename(to, &aside).is_err() {
                return Err(error);
            }
            if fs::rename(from, to).is_err() {
                drop(fs::rename(&aside, to));
                return Err(error);
            }
            fs::remove_file(&aside).map(|()| Some(error))
        }
        _ => Err(error),
    }
}

/// Copies a file to a name that does not exist, and removes the source. A failed copy is removed.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = open_file(from, false)?;
    let mut target = create_own_new(to, Access::Usual)?;
    let copied = io::copy(&mut source, &mut target).and_then(|_| {
        if let Ok(modified) = source.metadata().and_then(|found| found.modified()) {
            set_modified(&target, modified)?;
        }
        sync_file(&target)
    });
    match copied {
        Ok(_) => fs::remove_file(from),
        Err(error) => {
            drop(fs::remove_file(to));
            Err(error)
        }
    }
}

/// Whether a name is longer than the file system allows.
pub(super) fn is_too_long(error: &io::Error) -> bool {
    error.kind() == ErrorKind::InvalidFilename
}

/// Whether a path still leads to an open file.
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    let both = file.metadata().and_then(|open| Ok((open, fs::symlink_metadata(path)?)));
    both.is_ok_and(|(open, there)| is_same_file(&open, &there))
}

/// Whether two metadata describe the same file. Always true on systems other than Unix, where this is not known.
pub(super) fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        one.ino() == other.ino() && one.dev() == other.dev()
    }
    #[cfg(not(unix))]
    {
        let _ = (one, other);
        true
    }
}

/// Whether two files belong to the same user. Always true on systems other than Unix, where this is not known.
pub(super) fn has_same_owner(one: &Metadata, other: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        one.uid() == other.uid()
    }
    #[cfg(not(unix))]
    {
        let _ = (one, other);
        true
    }
}

/// Whether a file has more than one name. Always false on systems other than Unix, where this is not known.
pub(super) fn is_linked(found: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        found.nlink() > 1
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        false
    }
}

fn ignore_unsupported(outcome: io::Result<()>) -> io::Result<Option<io::Error>> {
    match outcome {
        Err(error) if is_unsupported(&error) => Ok(Some(error)),
        outcome => outcome.map(|()| None),
    }
}

fn check_type(path: &Path, found: &Metadata) -> io::Result<()> {
    if found.is_symlink() {
        Err(refuse(path, Refusal::SymbolicLink))
    } else if !found.is_file() {
        Err(refuse(path, Refusal::NotRegular))
    } else {
        Ok(())
    }
}

/// Opens a file without blocking on a pipe. If opening fails because the file is not regular, the error says so.
fn open_nonblocking(options: &mut OpenOptions, path: &Path, follow: bool) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let links = if follow { 0 } else { libc::O_NOFOLLOW };
        options.custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC | libc::O_NOCTTY | links);
    }
    let mut tries = 1;
    loop {
        let error = match options.open(path) {
            Ok(file) => return Ok(file),
            Err(error) => error,
        };
        let found = if follow { fs::metadata(path) } else { fs::symlink_metadata(path) };
        if let Ok(found) = found {
            check_type(path, &found)?;
        }
        // A file server gives its lease up soon after another program tries to open the file.
        if error.kind() != ErrorKind::WouldBlock || tries == LEASE_TRIES {
            return Err(error);
        }
        tries += 1;
        std::thread::sleep(LEASE_WAIT);
    }
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, access: Access) {
    use std::os::unix::fs::OpenOptionsExt as _;
    if access == Access::Private {
        options.mode(0o600);
    }
}

#[cfg(not(unix))]
fn restrict(_options: &mut OpenOptions, _access: Access) {}

/// Whether the error means that the file system does not support the operation, rather than that it failed.
fn is_unsupported(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        // `ENOTSUP` and `EOPNOTSUPP` have the same value on some systems only.
        const UNSUPPORTED: [i32; 9] = [
            libc::EINVAL,
            libc::ENOSYS,
            libc::ENOTSUP,
            libc::EOPNOTSUPP,
            libc::ENOTTY,
            libc::ENOLCK,
            libc::EPERM,
            libc::EACCES,
            libc::EBADF,
        ];
        if error.raw_os_error().is_some_and(|code| UNSUPPORTED.contains(&code)) {
            return true;
        }
    }
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput | ErrorKind::PermissionDenied)
}

/// Whether the disk is full or broken, so that nothing written to it can be relied on.
fn is_fatal(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        const FATAL: [i32; 5] = [libc::EIO, libc::ENXIO, libc::ENODEV, libc::ESTALE, libc::EROFS];
        if error.raw_os_error().is_some_and(|code| FATAL.contains(&code)) {
            return true;
        }
    }
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::ReadOnlyFilesystem)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn folder() -> PathBuf {
        let random = RandomState::new().build_hasher().finish();
        let folder = std::env::temp_dir().join(format!("immich-disk-{random:x}"));
        fs::create_dir(&folder).expect("a folder");
        folder
    }

    #[test]
    fn only_regular_files_are_opened() {
        let folder = folder();
        let (file, link, socket) = (folder.join("file"), folder.join("link"), folder.join("socket"));
        fs::write(&file, "12345").expect("a file");
        symlink(&file, &link).expect("a link");
        let _socket = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        let reason = |path: &Path, follow| open_file(path, follow).map(drop).map_err(|error| refusal(&error));
        assert_eq!(reason(&file, false), Ok(()));
        assert_eq!(reason(&link, true), Ok(()));
        assert_eq!(reason(&link, false), Err(Some(Refusal::SymbolicLink)));
        for other in [&folder, &socket, Path::new("/dev/null")] {
            assert_eq!(reason(other, false), Err(Some(Refusal::NotRegular)));
            assert_eq!(reason(other, true), Err(Some(Refusal::NotRegular)));
            let own = open_own(other, Access::Usual).expect_err("no regular file");
            assert_eq!(refusal(&own), Some(Refusal::NotRegular), "{own}");
        }
        assert_eq!(reason(&folder.join("none"), false), Err(None));
        assert_eq!(read_limited(&file, false, 5).expect("bytes"), b"12345");
        let error = read_limited(&file, false, 4).expect_err("too long");
        assert_eq!(error.to_string(), format!("`{}` is longer than 4 bytes", file.display()));
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn own_files_are_never_planted_ones() {
        let folder = folder();
        let (victim, own) = (folder.join("victim"), folder.join("own"));
        fs::write(&victim, "keep").expect("a file");
        symlink(&victim, &own).expect("a link");
        let refused = |own: &Path| refusal(&open_own(own, Access::Private).expect_err("planted"));
        assert_eq!(refused(&own), Some(Refusal::SymbolicLink));
        assert!(create_own_new(&own, Access::Private).is_err());
        fs::remove_file(&own).expect("removed");
        fs::hard_link(&victim, &own).expect("a link");
        assert_eq!(refused(&own), Some(Refusal::HardLink));
        fs::remove_file(&own).expect("removed");
        symlink(folder.join("nowhere"), &own).expect("a link");
        assert_eq!(refused(&own), Some(Refusal::SymbolicLink));
        fs::remove_file(&own).expect("removed");
        let file = open_own(&own, Access::Private).expect("a file");
        assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
        assert!(matches!(lock(&file), Ok(Lock::Locked)));
        assert!(matches!(lock(&open_own(&own, Access::Private).expect("a file")), Ok(Lock::Busy)));
        assert_eq!(fs::read(&victim).expect("bytes"), b"keep");
        assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 2);
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn only_move_over_replaces() {
        let folder = folder();
        let [from, taken, link] = ["from", "taken", "link"].map(|name| folder.join(name));
        fs::write(&from, "new").expect("a file");
        fs::write(&taken, "old").expect("a file");
        symlink(&taken, &link).expect("a link");
        for target in [&taken, &link] {
            let error = move_new(&from, target).expect_err("taken");
            assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        }
        assert!(move_over(&from, &link).expect("moved").is_none());
        assert_eq!((fs::read(&taken).expect("old"), fs::read(&link).expect("new")), (b"old".to_vec(), b"new".to_vec()));
        assert!(move_new(&link, &from).expect("moved").is_none());
        let long = folder.join("x".repeat(300));
        assert!(is_too_long(&move_new(&from, &long).expect_err("too long")));
        assert!(is_too_long(&move_over(&from, &long).expect_err("too long")));
        assert_eq!(fs::read(&from).expect("new"), b"new");
        assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 2);
        fs::remove_dir_all(folder).expect("removed");
    }
}
