//! Parts of requests that differ between server versions. This is the complete list, except for the types of the sync
//! stream, which [`Client::sync_types`](crate::Client::sync_types) selects:
//!
//! | operation | parameter | server | form |
//! | --- | --- | --- | --- |
//! | `uploadAsset` | `deviceAssetId`, `deviceId` | 2.x | required |
//! | | | from 3.0.0 on | not sent; ignored if sent |
//! | | | not known | sent |
//! | `uploadAsset` | `duration` | 2.x | `0:00:05.250` |
//! | | | from 3.0.0 on, not known | 5250 |
//! | `createAlbum`, `createTag` | a null `description` or `color` | before 3.2.0 or 3.0.0 | not sent, same effect |
//! | `updateAlbumInfo` | a null `description` | before 3.2.0 | `""` |
//! | `getAllAlbums` | `is_shared` or `shared` | 2.x | `shared` |
//! | | | from 3.0.0 on | `isShared` |
//! | `searchMemories`, `memoriesStatistics` | `for` | before 3.0.3 | `2026-11-25T00:00:00.000Z` |
//! | | | from 3.0.3 on, not known | `2026-11-25` |

use std::borrow::Cow;

use jiff::civil::Date;

#[allow(deprecated)]
use crate::api::ReplaceAsset;
use crate::api::{AssetMetadataUpsertItemDto, CreateAlbumDto, GetAllAlbums, TagCreateDto, UpdateAlbumDto, UploadAsset};
use crate::error::Error;
use crate::operation::Operation;
use crate::param::Param;
use crate::patch::Patch;
use crate::version::{ServerVersion, VersionRange};

/// Returns the device that an upload comes from, with a default unless the caller set one.
pub(crate) fn device_id(upload: &UploadAsset, server: Option<ServerVersion>) -> Option<String> {
    wants_device(server).then(|| upload.device_id.clone().unwrap_or_else(|| "immich-sdk".into()))
}

/// Returns the id of the file on its device. Defaults to its name and the second of its last modification.
pub(crate) fn device_asset_id(upload: &UploadAsset, server: Option<ServerVersion>) -> Option<String> {
    let made = || format!("{}-{}", upload.asset_data.name(), upload.file_modified_at.as_second());
    wants_device(server).then(|| upload.device_asset_id.clone().unwrap_or_else(made))
}

fn wants_device(server: Option<ServerVersion>) -> bool {
    server.is_none_or(|server| server.major < 3)
}

pub(crate) fn duration(upload: &UploadAsset, server: Option<ServerVersion>) -> Option<String> {
    let duration = upload.duration?;
    let text = server.is_some_and(|server| server.major < 3);
    Some(if text { duration.to_string() } else { duration.get().as_millis().to_string() })
}

/// Only 2.x can replace assets.
#[allow(deprecated)]
pub(crate) fn replaced_duration(replace: &ReplaceAsset, _: Option<ServerVersion>) -> Option<String> {
    replace.duration.map(|duration| duration.to_string())
}

/// Returns the day of memories. Servers 3.0.0 to 3.0.2 reject a date without a time, newer ones reject a time, and 2.x
/// accepts both.
pub(crate) fn memory_day(day: Option<&Date>, server: Option<ServerVersion>) -> Option<String> {
    let has_time = server.is_some_and(|server| server < ServerVersion::new(3, 0, 3));
    let mut text = None;
    day.each(&mut |day| {
        let time = if has_time { "T00:00:00.000Z" } else { "" };
        text = Some(format!("{day}{time}"));
    });
    text
}

pub(crate) fn new_album(album: &CreateAlbumDto, server: Option<ServerVersion>) -> Cow<'_, CreateAlbumDto> {
    if album.description.is_null() && is_before(server, 3, 2) {
        return Cow::Owned(CreateAlbumDto { description: Patch::Keep, ..album.clone() });
    }
    Cow::Borrowed(album)
}

/// Returns the changes of an album. Null clears a description; servers before 3.2.0 reject null and need the empty
/// string.
pub(crate) fn album_changes(changes: &UpdateAlbumDto, server: Option<ServerVersion>) -> Cow<'_, UpdateAlbumDto> {
    if changes.description.is_null() && is_before(server, 3, 2) {
        return Cow::Owned(UpdateAlbumDto { description: Patch::Set(String::new()), ..changes.clone() });
    }
    Cow::Borrowed(changes)
}

pub(crate) fn new_tag(tag: &TagCreateDto, server: Option<ServerVersion>) -> Cow<'_, TagCreateDto> {
    if tag.color.is_null() && is_before(server, 3, 0) {
        return Cow::Owned(TagCreateDto { color: Patch::Keep, ..tag.clone() });
    }
    Cow::Borrowed(tag)
}

/// Returns the filter for shared albums under its name in 3.x.
pub(crate) fn albums_is_shared(albums: &GetAllAlbums, server: Option<ServerVersion>) -> Option<bool> {
    match server {
        None => albums.is_shared,
        Some(server) if server.major < 3 => None,
        Some(_) => albums.is_shared.or(albums.shared),
    }
}

/// Returns the same filter under its name in 2.x.
pub(crate) fn albums_shared(albums: &GetAllAlbums, server: Option<ServerVersion>) -> Option<bool> {
    match server {
        None => albums.shared,
        Some(server) if server.major < 3 => albums.is_shared.or(albums.shared),
        Some(_) => None,
    }
}

/// Rejects a parameter that the server does not support, because servers ignore unknown parameters.
pub(crate) fn check(
    operation: &'static Operation,
    parameter: &str,
    range: VersionRange,
    server: Option<ServerVersion>,
) -> Result<(), Error> {
    let Some(server) = server.filter(|server| !range.contains(*server)) else { return Ok(()) };
    let range = range.text().unwrap_or_default();
    Err(Error::unsupported(operation, server, &format!("the parameter `{parameter}` requires Immich {range}")))
}

fn is_before(server: Option<ServerVersion>, major: u32, minor: u32) -> bool {
    server.is_some_and(|server| server < ServerVersion::new(major, minor, 0))
}

impl Param for Vec<AssetMetadataUpsertItemDto> {
    /// Adds a single part with JSON, not one part for each item.
    fn each(&self, add: &mut dyn FnMut(&str)) {
        if let Ok(json) = serde_json::to_string(self) {
            add(&json);
        }
    }
}
