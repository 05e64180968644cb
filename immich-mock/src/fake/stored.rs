//! Assets and requests that a test can inspect.

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
    /// The id.
    pub id: AssetId,
    /// The user who owns it.
    pub owner_id: UserId,
    /// The file name of the upload.
    pub original_file_name: String,
    /// The SHA-1 checksum in Base64, as in `AssetResponseDto`.
    pub checksum: String,
    /// The content of the file; empty if it is lost.
    pub bytes: Bytes,
    /// Whether the server has the row of the asset, but no longer its file.
    pub original_is_lost: bool,
    /// The XMP sidecar of the upload.
    pub sidecar: Option<Bytes>,
    /// The creation time of the file.
    pub file_created_at: Timestamp,
    /// The modification time of the file.
    pub file_modified_at: Timestamp,
    /// The video of a live photo.
    pub live_photo_video_id: Option<AssetId>,
    /// The visibility: `timeline`, `archive`, `hidden` or `locked`.
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
            bytes: if asset.original_is_lost { Bytes::new() } else { asset.content.bytes() },
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

/// A request that was sent while the server was away.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unanswered {
    /// The operation id in the Immich API; `None` if no operation matches.
    pub operation: Option<&'static str>,
    /// The method.
    pub method: Method,
    /// The percent-encoded path, without the query.
    pub path: String,
}

/// A request that received a response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Handled {
    /// The operation id in the Immich API; `None` if no operation matches.
    pub operation: Option<&'static str>,
    /// The method.
    pub method: Method,
    /// The percent-encoded path, without the query.
    pub path: String,
    /// The status of the response.
    pub status: StatusCode,
}
