//! The rows that the clients of a user synchronize.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use immich_core::{AssetId, StackId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::journal::Key;
use super::line::Line;
use super::state::{Asset, State, User};
use super::time;

/// A kind of rows, in the order in which they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Table {
    AuthUsers,
    Users,
    AssetsV1,
    AssetsV2,
    Stacks,
    AlbumsV1,
    AlbumsV2,
    AlbumUsers,
    AlbumAssets,
    AssetExifs,
    AssetMetadata,
}

impl Table {
    pub(super) const ALL: [Self; 11] = [
        Self::AuthUsers,
        Self::Users,
        Self::AssetsV1,
        Self::AssetsV2,
        Self::Stacks,
        Self::AlbumsV1,
        Self::AlbumsV2,
        Self::AlbumUsers,
        Self::AlbumAssets,
        Self::AssetExifs,
        Self::AssetMetadata,
    ];

    /// The type that requests it, the type of a row, and the type of a removed row.
    fn names(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::AuthUsers => ("AuthUsersV1", "AuthUserV1", None),
            Self::Users => ("UsersV1", "UserV1", Some("UserDeleteV1")),
            Self::AssetsV1 => ("AssetsV1", "AssetV1", Some("AssetDeleteV1")),
            Self::AssetsV2 => ("AssetsV2", "AssetV2", Some("AssetDeleteV1")),
            Self::Stacks => ("StacksV1", "StackV1", Some("StackDeleteV1")),
            Self::AlbumsV1 => ("AlbumsV1", "AlbumV1", Some("AlbumDeleteV1")),
            Self::AlbumsV2 => ("AlbumsV2", "AlbumV2", Some("AlbumDeleteV1")),
            Self::AlbumUsers => ("AlbumUsersV1", "AlbumUserV1", Some("AlbumUserDeleteV1")),
            Self::AlbumAssets => ("AlbumToAssetsV1", "AlbumToAssetV1", Some("AlbumToAssetDeleteV1")),
            Self::AssetExifs => ("AssetExifsV1", "AssetExifV1", None),
            Self::AssetMetadata => ("AssetMetadataV1", "AssetMetadataV1", Some("AssetMetadataDeleteV1")),
        }
    }

    pub(super) fn request_type(self) -> &'static str {
        self.names().0
    }

    pub(super) fn kind(self) -> &'static str {
        self.names().1
    }

    pub(super) fn removed_kind(self) -> Option<&'static str> {
        self.names().2
    }

    /// The album that a row belongs to, by the key of the row.
    pub(super) fn album(self, key: &str) -> Option<&str> {
        matches!(self, Self::AlbumUsers | Self::AlbumAssets).then(|| key.split(' ').next()).flatten()
    }

    /// The data of a removed row.
    pub(super) fn removed(self, row: &str) -> Option<Box<str>> {
        let row: Value = serde_json::from_str(row).ok()?;
        let data = match self {
            Self::AuthUsers | Self::AssetsV1 | Self::AssetsV2 | Self::AssetExifs => return None,
            Self::Users => json!({ "userId": row["id"] }),
            Self::Stacks => json!({ "stackId": row["id"] }),
            Self::AlbumsV1 | Self::AlbumsV2 => json!({ "albumId": row["id"] }),
            Self::AlbumUsers => json!({ "albumId": row["albumId"], "userId": row["userId"] }),
            Self::AlbumAssets => json!({ "albumId": row["albumId"], "assetId": row["assetId"] }),
            Self::AssetMetadata => json!({ "assetId": row["assetId"], "key": row["key"] }),
        };
        Some(data.to_string().into())
    }

    /// The data of the row of a removed asset, in a table of assets.
    pub(super) fn removed_asset(self, id: AssetId) -> Option<Box<str>> {
        self.removed_kind().map(|_| json!({ "assetId": id }).to_string().into())
    }
}

/// The tables with a row for each asset.
pub(super) const OF_ASSETS: [Table; 3] = [Table::AssetsV1, Table::AssetsV2, Table::AssetExifs];

/// A row of other tables, as it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) data: Box<str>,
    /// The storage usage of a user: not sent, but a new value changes the row.
    usage: u64,
}

/// The row of an asset.
pub(super) fn of_asset(table: Table, asset: &Asset, stack: Option<StackId>, line: Line) -> Value {
    if table == Table::AssetExifs {
        return exif_json(asset);
    }
    let mut json = asset_json(asset, stack);
    if table == Table::AssetsV2 {
        json["createdAt"] = time::text(asset.created_at);
        json["duration"] = asset.duration_json(line);
    }
    json
}

/// Every row of a user but those of assets.
pub(super) fn of(state: &State, user: UserId) -> BTreeMap<Key, Row> {
    let mut rows = BTreeMap::new();
    let mut row = |table: Table, key: String, data: Value, usage: u64| {
        rows.insert((table, key.into()), Row { data: data.to_string().into(), usage });
    };
    for other in &state.users {
        // The storage usage of a user is part of the row, so each upload changes it.
        row(Table::Users, other.id.to_string(), user_json(other), state.usage(other.id));
        if other.id == user {
            row(Table::AuthUsers, other.id.to_string(), auth_user_json(state, other), 0);
        }
    }
    for asset in state.assets.values().filter(|asset| asset.owner == user) {
        for (name, (value, _)) in &asset.metadata {
            let data = json!({ "assetId": asset.id, "key": name, "value": value });
            row(Table::AssetMetadata, format!("{} {name}", asset.id), data, 0);
        }
    }
    for stack in state.stacks.iter().filter(|stack| stack.owner == user) {
        let data = json!({
            "id": stack.id,
            "createdAt": time::text(stack.created_at),
            "updatedAt": time::text(stack.updated_at),
            "primaryAssetId": stack.primary,
            "ownerId": stack.owner,
        });
        row(Table::Stacks, stack.id.to_string(), data, 0);
    }
    for album in state.albums.iter().filter(|album| album.role(user).is_some()) {
        let key = album.id.to_string();
        let newer = json!({
            "id": album.id,
            "name": album.name,
            "description": album.description,
            "createdAt": time::text(album.created_at),
            "updatedAt": time::text(album.updated_at),
            "thumbnailAssetId": album.thumbnail,
            "isActivityEnabled": album.is_activity_enabled,
            "order": album.order,
        });
        let mut older = newer.clone();
        older["ownerId"] = json!(album.owner);
        row(Table::AlbumsV1, key.clone(), older, 0);
        row(Table::AlbumsV2, key.clone(), newer, 0);
        let owner = (!state.line().is_two()).then_some((album.owner, "owner"));
        for (member, role) in owner.into_iter().chain(album.users.iter().copied()) {
            let data = json!({ "albumId": album.id, "userId": member, "role": role });
            row(Table::AlbumUsers, format!("{key} {member}"), data, 0);
        }
        for asset in &album.assets {
            let data = json!({ "albumId": album.id, "assetId": asset });
            row(Table::AlbumAssets, format!("{key} {asset}"), data, 0);
        }
    }
    rows
}

fn user_json(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "avatarColor": null,
        "deletedAt": null,
        "profileChangedAt": time::text(user.profile_changed_at),
        "hasProfileImage": user.profile_image.is_some(),
    })
}

fn auth_user_json(state: &State, user: &User) -> Value {
    let mut json = user_json(user);
    json["isAdmin"] = user.is_admin.into();
    json["pinCode"] = user.pin_code.as_ref().map(|_| "[hash]").into();
    json["oauthId"] = "".into();
    json["storageLabel"] = user.storage_label.clone().into();
    json["quotaSizeInBytes"] = user.quota.into();
    json["quotaUsageInBytes"] = state.usage(user.id).into();
    json
}

fn asset_json(asset: &Asset, stack: Option<StackId>) -> Value {
    json!({
        "id": asset.id,
        "ownerId": asset.owner,
        "originalFileName": asset.file_name,
        "fileCreatedAt": time::text(asset.file_created_at),
        "fileModifiedAt": time::text(asset.file_modified_at),
        "localDateTime": time::text(asset.local()),
        "type": asset.kind.name(),
        "deletedAt": asset.trashed_at.map(time::text),
        "isFavorite": asset.is_favorite,
        "visibility": asset.visibility,
        "duration": asset.duration_text(),
        "livePhotoVideoId": asset.live_photo_video,
        "stackId": stack,
        "libraryId": null,
        "width": asset.exif.size().0,
        "height": asset.exif.size().1,
        "isEdited": false,
        "checksum": STANDARD.encode(asset.checksum),
        "thumbhash": null,
    })
}

fn exif_json(asset: &Asset) -> Value {
    let mut json = json!(asset.exif_view());
    json["assetId"] = json!(asset.id);
    for (name, instant) in [("dateTimeOriginal", asset.file_created_at), ("modifyDate", asset.file_modified_at)] {
        if !json[name].is_null() {
            json[name] = time::text(instant);
        }
    }
    json["profileDescription"] = Value::Null;
    json["fps"] = Value::Null;
    json
}
