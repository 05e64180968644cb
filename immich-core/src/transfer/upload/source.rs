//! Files that are deleted or moved once the server has them.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};

use blocking::unblock;

use crate::client::Client;
use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::upload::files::Stamp;
use crate::transfer::upload::options::{CopyProof, SourcePolicy};
use crate::transfer::upload::outcome::SourceFate;
use crate::transfer::upload::proof::{Copy, lost_error, prove};
use crate::transfer::{Checksum, disk};

/// Makes sure that the server has the bytes of an asset, and not in the trash.
pub(super) async fn confirm(
    client: &Client,
    asset: AssetId,
    checksum: Checksum,
    length: u64,
    proof: CopyProof,
) -> Result<(), Error> {
    let held = client.assets().get_asset_info(asset).await?;
    let doubt = |what| Err(Error::io(None, "keeping the file", io::Error::other(what)));
    if held.checksum.parse() != Ok(checksum) {
        return doubt("the server's copy has other bytes");
    }
    if held.is_trashed || held.is_offline {
        return doubt("the server's copy is in the trash or offline");
    }
    match prove(client, asset, Some(checksum), Some(length), proof).await? {
        Copy::There => Ok(()),
        Copy::Lost(why) => Err(lost_error(asset, &why)),
    }
}

/// Deletes or moves a file, if it still is the one that was hashed, and looks as it did then. A symbolic link stays: it
/// is not the file.
pub(super) async fn remove(
    path: PathBuf,
    relative: PathBuf,
    stamp: Stamp,
    policy: SourcePolicy,
) -> io::Result<SourceFate> {
    unblock(move || remove_here(&path, &relative, stamp, &policy)).await
}

/// The same, on this thread.
pub(super) fn remove_here(path: &Path, relative: &Path, stamp: Stamp, policy: &SourcePolicy) -> io::Result<SourceFate> {
    match policy {
        SourcePolicy::Keep => Ok(SourceFate::Kept),
        SourcePolicy::Delete => remove_same(path, stamp).map(|()| SourceFate::Deleted),
        SourcePolicy::MoveTo(folder) => relocate(path, stamp, folder, relative).map(SourceFate::Moved),
    }
}

/// Checks that a path still leads to the file of a stamp.
fn check(path: &Path, stamp: Stamp) -> io::Result<()> {
    let now = Stamp::read(path)?;
    if now.is_link() {
        return Err(io::Error::other("it is a symbolic link, and the file that it leads to is elsewhere"));
    }
    if now == stamp { Ok(()) } else { Err(changed()) }
}

fn changed() -> io::Error {
    io::Error::other("it changed after it was uploaded")
}

fn remove_same(path: &Path, stamp: Stamp) -> io::Result<()> {
    check(path, stamp)?;
    fs::remove_file(path)
}

/// Moves a file below a folder to a path that is free: `name`, or `name (1)` and so on.
fn relocate(path: &Path, stamp: Stamp, folder: &Path, relative: &Path) -> io::Result<PathBuf> {
    check(path, stamp)?;
    make_folders(folder, relative.parent().unwrap_or(Path::new("")))?;
    let target = folder.join(relative);
    let mut copied: Option<PathBuf> = None;
    for number in 0..10_000 {
        let free = numbered(&target, number);
        let placed = match &copied {
            Some(copied) => disk::move_new(copied, &free).map(drop),
            None => fs::hard_link(path, &free).and_then(|()| {
                // The name may have been given to another file in the meantime.
                check(&free, stamp).inspect_err(|_| drop(fs::remove_file(&free)))
            }),
        };
        let placed = match placed {
            // Another file system, or one without links.
            Err(error) if copied.is_none() && !is_final(&error) => {
                let beside = copy_beside(path, &target, stamp)?;
                let placed = disk::move_new(&beside, &free).map(drop);
                copied = Some(beside);
                placed
            }
            placed => placed,
        };
        match placed {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                discard(copied.as_deref());
                return Err(error);
            }
            Ok(()) => {
                let synced = match free.parent().filter(|_| copied.is_some()) {
                    Some(folder) => disk::sync_folder(folder).map(drop),
                    None => Ok(()),
                };
                // A file that stays where it was is not moved, so it has no second name either.
                return match synced.and_then(|()| remove_same(path, stamp)) {
                    Ok(()) => Ok(free),
                    Err(error) => {
                        drop(fs::remove_file(&free));
                        Err(error)
                    }
                };
            }
        }
    }
    discard(copied.as_deref());
    Err(io::ErrorKind::AlreadyExists.into())
}

fn discard(copied: Option<&Path>) {
    if let Some(copied) = copied {
        drop(fs::remove_file(copied));
    }
}

/// Whether a file that cannot be given a second name cannot be copied to that name either.
fn is_final(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound | io::ErrorKind::Other)
        || disk::is_too_long(error)
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

/// Copies a file under a hidden name into the folder of `target`, with its mode and its time of change, and makes sure that
/// the copy outlives the machine. A copy that fails is removed.
fn copy_beside(path: &Path, target: &Path, stamp: Stamp) -> io::Result<PathBuf> {
    let mut from = disk::open_file(path, false)?;
    let found = from.metadata()?;
    if Stamp::of(&found) != stamp {
        return Err(changed());
    }
    let (beside, mut to) = disk::create_beside(target, disk::Access::Private)?;
    let copied = io::copy(&mut from, &mut to).and_then(|copied| {
        if copied != stamp.length || Stamp::of(&from.metadata()?) != stamp {
            return Err(changed());
        }
        // Where there are no modes, that of the file system must do.
        drop(to.set_permissions(permissions(&found)));
        disk::set_modified(&to, found.modified()?)?;
        disk::sync_file(&to)
    });
    drop(to);
    match copied {
        Ok(_) => Ok(beside),
        Err(error) => {
            drop(fs::remove_file(&beside));
            Err(error)
        }
    }
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
