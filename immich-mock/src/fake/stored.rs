//! What a test may look at.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, StatusCode};
use immich_core::{AssetId, UserId};
use jiff::Timestamp;

use super::state::Asset;

/// An asset that the fake holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredAsset {
    /// Its id.
    pub id: AssetId,
    /// Whose it is.
    pub owner_id: UserId,
    /// The name that it was uploaded under.
    pub original_file_name: String,
    /// Its SHA-1 in Base64, as in `AssetResponseDto`.
    pub checksum: String,
    /// The file; empty if it is lost.
    pub bytes: Bytes,
    /// Whether the server has the row of the asset, but no longer its file.
    pub original_is_lost: bool,
    /// The XMP file that came with it.
    pub sidecar: Option<Bytes>,
    /// When the file was made.
    pub file_created_at: Timestamp,
    /// When the file was last changed.
    pub file_modified_at: Timestamp,
    /// The video of a live photo.
    pub live_photo_video_id: Option<AssetId>,
    /// `timeline`, `archive`, `hidden` or `locked`.
    pub visibility: String,
    /// Whether it is a favorite.
    pub is_favorite: bool,
    /// Whether it is in the trash.
    pub is_trashed: bool,
}

impl From<&Asset> for StoredAsset {
    fn from(asset: &Asset) -> Self {
        Self {
            id: asset.id,
            owner_id: asset.owner,
            original_file_name: asset.file_name.clone(),
            checksum: STANDARD.encode(asset.checksum),
            bytes: if asset.original_is_lost { Bytes::new() } else { asset.bytes.clone() },
            original_is_lost: asset.original_is_lost,
            sidecar: asset.sidecar.clone(),
            file_created_at: asset.file_created_at,
            file_modified_at: asset.file_modified_at,
            live_photo_video_id: asset.live_photo_video,
            visibility: asset.visibility.to_owned(),
            is_favorite: asset.is_favorite,
            is_trashed: asset.trashed_at.is_some(),
        }
    }
}

/// A request that came while the server was away.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unanswered {
    /// Immich's name of the operation; `None` for a path without one.
    pub operation: Option<&'static str>,
    /// The method.
    pub method: Method,
    /// The path, encoded, without its query.
    pub path: String,
}

/// A request that the fake answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Handled {
    /// Immich's name of the operation; `None` for a path without one.
    pub operation: Option<&'static str>,
    /// The method.
    pub method: Method,
    /// The path, encoded, without its query.
    pub path: String,
    /// The status of the response.
    pub status: StatusCode,
}
