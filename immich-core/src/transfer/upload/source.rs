//! Files that are deleted or moved once the server has them.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use blocking::unblock;

use crate::client::Client;
use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::Checksum;
use crate::transfer::upload::files::Stamp;
use crate::transfer::upload::options::{CopyProof, SourcePolicy};
use crate::transfer::upload::outcome::SourceFate;
use crate::transfer::upload::proof::{Copy, lost_error, prove};

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

/// Deletes or moves a file, if it still looks as it did when it was hashed.
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
    if Stamp::read(path)? != stamp {
        return Err(io::Error::other("it changed after it was uploaded"));
    }
    match policy {
        SourcePolicy::Keep => Ok(SourceFate::Kept),
        SourcePolicy::Delete => fs::remove_file(path).map(|()| SourceFate::Deleted),
        SourcePolicy::MoveTo(folder) => relocate(path, &folder.join(relative)).map(SourceFate::Moved),
    }
}

/// Moves a file to a path that is free: `name`, or `name (1)` and so on.
fn relocate(path: &Path, target: &Path) -> io::Result<PathBuf> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    for number in 0..10_000 {
        let free = numbered(target, number);
        match fs::hard_link(path, &free) {
            Ok(()) => return fs::remove_file(path).map(|()| free),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // Another file system, or one without links.
            Err(_) => match copy(path, &free) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => return fs::remove_file(path).map(|()| free),
            },
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
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

/// Copies a file with its time of change, and makes sure that the copy outlives the machine. A copy that fails is no file.
fn copy(path: &Path, target: &Path) -> io::Result<()> {
    let mut from = File::open(path)?;
    let mut to = OpenOptions::new().write(true).create_new(true).open(target)?;
    let copied = io::copy(&mut from, &mut to).and_then(|_| {
        let modified = from.metadata()?.modified()?;
        to.set_modified(modified)?;
        to.sync_all()
    });
    if copied.is_err() {
        drop(fs::remove_file(target));
    }
    copied
}
