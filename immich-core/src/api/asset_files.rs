//! The files that belong to an asset: original, preview, thumbnail, sidecar and others.

use crate::prelude::*;

group! {
    /// The files that belong to an asset: original, preview, thumbnail, sidecar and others.
    AssetFilesApi: asset_files
}

endpoint! {
    /// Lists the files that belong to one asset, such as preview, thumbnail and sidecar, if wanted only those of one type.
    SearchAssetFiles = GET "/asset-files" -> Json<Vec<AssetFileResponseDto>>;
    AssetFilesApi.search_asset_files, "searchAssetFiles" [since "3.2.0"];
    query {
        /// Only what belongs to this asset.
        asset_id: AssetId = "assetId",
    }
    optional {
        /// Only files of the edited version (`true`), or only of the original (`false`).
        is_edited: bool = "isEdited",
        /// Only progressive JPEG files (`true`), or only others (`false`).
        is_progressive: bool = "isProgressive",
        /// Only images with transparency (`true`), or only others (`false`).
        is_transparent: bool = "isTransparent",
        /// Only those of this kind.
        type_: AssetFileType = "type",
    }
}

endpoint! {
    /// Deletes one generated file of an asset, such as its preview, by the id of the file; a sidecar is refused.
    DeleteAssetFile = DELETE "/asset-files/{id}" -> Empty;
    AssetFilesApi.delete_asset_file, "deleteAssetFile" [since "3.2.0"];
    path { id: Uuid }
}

endpoint! {
    /// Describes one file that belongs to an asset by the id of the file: its type, path and dates.
    GetAssetFile = GET "/asset-files/{id}" -> Json<AssetFileResponseDto>;
    AssetFilesApi.get_asset_file, "getAssetFile" [since "3.2.0"];
    path { id: Uuid }
}

endpoint! {
    /// Downloads one file that belongs to an asset, such as its preview, by the id of the file, not of the asset.
    DownloadAssetFile = GET "/asset-files/{id}/download" -> Binary;
    AssetFilesApi.download_asset_file, "downloadAssetFile" [since "3.2.0"];
    path { id: Uuid }
}

response! {
    /// A file that the server keeps for an asset, other than the original.
    struct AssetFileResponseDto {
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The id.
        id: Uuid,
        /// Whether the photo was edited on the server.
        is_edited: bool,
        /// Whether the file is a progressive JPEG.
        is_progressive: bool,
        /// Whether the image has transparency.
        is_transparent: bool,
        /// The path on the server.
        path: String,
        /// Whether it is the preview, the thumbnail, a sidecar or another file.
        type_: AssetFileType,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

string_enum! {
    /// Distinguishes previews, thumbnails, full-size images, sidecars and converted videos.
    enum AssetFileType {
        Fullsize = "fullsize",
        Preview = "preview",
        Thumbnail = "thumbnail",
        Sidecar = "sidecar",
        EncodedVideo = "encoded_video",
    }
}
