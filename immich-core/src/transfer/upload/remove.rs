//! Deletes or moves files once the server has them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::client::Client;
use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::Checksum;
use crate::transfer::threads::unblock;
use crate::transfer::upload::files::Stamp;
use crate::transfer::upload::options::{CopyProof, SourcePolicy};
use crate::transfer::upload::outcome::SourceResult;
use crate::transfer::upload::proof::{Copy, lost_error, prove};
use crate::transfer::upload::relocate::relocate;

/// Checks that the server has the bytes of an asset, and that it is not in the trash.
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

/// Deletes or moves a file, if it has not changed since it was hashed. A symbolic link is kept, because it is not the
/// file.
pub(super) async fn remove(
    path: PathBuf,
    relative: PathBuf,
    stamp: Stamp,
    policy: SourcePolicy,
) -> io::Result<SourceResult> {
    unblock(move || remove_here(&path, &relative, stamp, &policy)).await
}

/// The same as [`remove`], blocking.
pub(super) fn remove_here(
    path: &Path,
    relative: &Path,
    stamp: Stamp,
    policy: &SourcePolicy,
) -> io::Result<SourceResult> {
    match policy {
        SourcePolicy::Keep => Ok(SourceResult::Kept),
        SourcePolicy::Delete => remove_same(path, stamp).map(|()| SourceResult::Deleted),
        SourcePolicy::MoveTo(folder) => relocate(path, stamp, folder, relative).map(SourceResult::Moved),
    }
}

/// Checks that a path still leads to a file with this state.
pub(super) fn check(path: &Path, stamp: Stamp) -> io::Result<()> {
    let now = Stamp::read(path)?;
    if now.is_link() {
        return Err(io::Error::other("it is a symbolic link to a file elsewhere"));
    }
    if now == stamp { Ok(()) } else { Err(changed()) }
}

pub(super) fn changed() -> io::Error {
    io::Error::other("it changed after it was uploaded")
}

pub(super) fn remove_same(path: &Path, stamp: Stamp) -> io::Result<()> {
    check(path, stamp)?;
    fs::remove_file(path)
}
