//! Photos and videos: upload, download, look at, change, edit and delete them.

use crate::prelude::*;

group! {
    /// Photos and videos: upload, download, look at, change, edit and delete them.
    AssetsApi: assets
}

endpoint! {
    /// Moves assets to the trash, or deletes them for good if `force` is set; the response is empty.
    DeleteAssets = DELETE "/assets" -> Empty;
    AssetsApi.delete_assets, "deleteAssets" [permission "asset.delete"];
    body { AssetBulkDeleteDto }
}

endpoint! {
    /// Uploads a photo or video; one that is already there gets the status `duplicate` and its id, before the body is read if `x_immich_checksum` is set.
    UploadAsset = POST "/assets" -> Json<AssetMediaResponseDto>;
    AssetsApi.upload_asset, "uploadAsset" [permission "asset.upload"];
    optional { key: Secret = "key", slug: Secret = "slug" }
    headers { x_immich_checksum: String = "x-immich-checksum" }
    multipart {
        asset_data: FilePart = "assetData",
        file_created_at: Timestamp = "fileCreatedAt",
        file_modified_at: Timestamp = "fileModifiedAt";
        device_asset_id: String = "deviceAssetId" by device_asset_id,
        device_id: String = "deviceId" by device_id,
        duration: AssetDuration = "duration" by duration,
        filename: String = "filename",
        is_favorite: bool = "isFavorite",
        live_photo_video_id: AssetId = "livePhotoVideoId",
        metadata: Vec<AssetMetadataUpsertItemDto> = "metadata",
        sidecar_data: FilePart = "sidecarData",
        visibility: AssetVisibility = "visibility",
    }
}

endpoint! {
    /// Sets the same values on many assets at once, or shifts their dates by `date_time_relative`; the response is empty.
    #[deprecated = "Immich marks it so, and no described version has another way"]
    UpdateAssets = PUT "/assets" -> Empty;
    AssetsApi.update_assets, "updateAssets" [permission "asset.update"] [also DeprecatedApi];
    body { AssetBulkUpdateDto }
}

endpoint! {
    /// Tells by SHA-1 checksum which files the server already has, trash included; the `id` of each item is free text that comes back.
    CheckBulkUpload = POST "/assets/bulk-upload-check" -> Json<AssetBulkUploadCheckResponseDto>;
    AssetsApi.check_bulk_upload, "checkBulkUpload" [permission "asset.upload"] {idempotent: true};
    body { AssetBulkUploadCheckDto }
}

endpoint! {
    /// Copies albums, favourite mark, shared links, sidecar and stack from one asset to another, each unless switched off; the photo itself is not copied.
    CopyAsset = PUT "/assets/copy" -> Empty;
    AssetsApi.copy_asset, "copyAsset" [permission "asset.copy"];
    body { AssetCopyDto }
}

endpoint! {
    /// Lists the ids which the device `device_id` itself gave to the assets it has uploaded.
    #[deprecated = "use `CheckBulkUpload`"]
    GetAllUserAssetsByDeviceId = GET "/assets/device/{deviceId}" -> Json<Vec<Option<String>>>;
    AssetsApi.get_all_user_assets_by_device_id, "getAllUserAssetsByDeviceId" [permission "all"] [until "2.7.5"] [also DeprecatedApi];
    path { device_id: String }
}

endpoint! {
    /// Tells which of the `device_asset_ids` were already uploaded by the device `device_id`; the ids are the device's own.
    CheckExistingAssets = POST "/assets/exist" -> Json<CheckExistingAssetsResponseDto>;
    AssetsApi.check_existing_assets, "checkExistingAssets" [permission "asset.upload"] [until "2.7.5"] {idempotent: true};
    body { CheckExistingAssetsDto }
}

endpoint! {
    /// Starts a background job for the given assets, such as new thumbnails or reading their metadata again.
    RunAssetJobs = POST "/assets/jobs" -> Empty;
    AssetsApi.run_asset_jobs, "runAssetJobs" [permission "job.create"];
    body { AssetJobsDto }
}

endpoint! {
    /// Deletes key and value pairs that programs keep with assets, for many assets in one call.
    DeleteBulkAssetMetadata = DELETE "/assets/metadata" -> Empty;
    AssetsApi.delete_bulk_asset_metadata, "deleteBulkAssetMetadata" [permission "asset.update"];
    body { AssetMetadataBulkDeleteDto }
}

endpoint! {
    /// Adds or overwrites key and value pairs that programs keep with assets, for many assets in one call.
    UpdateBulkAssetMetadata = PUT "/assets/metadata" -> Json<Vec<AssetMetadataBulkResponseDto>>;
    AssetsApi.update_bulk_asset_metadata, "updateBulkAssetMetadata" [permission "asset.update"];
    body { AssetMetadataBulkUpsertDto }
}

endpoint! {
    /// Gives `count` assets of the signed-in user at random, one if `count` is left out.
    #[deprecated = "use `SearchRandom`"]
    GetRandom = GET "/assets/random" -> Json<Vec<AssetResponseDto>>;
    AssetsApi.get_random, "getRandom" [permission "asset.read"] [until "2.7.5"] [also DeprecatedApi];
    optional { count: f64 = "count" }
}

endpoint! {
    /// Counts the photos and videos of the signed-in user.
    GetAssetStatistics = GET "/assets/statistics" -> Json<AssetStatsResponseDto>;
    AssetsApi.get_asset_statistics, "getAssetStatistics" [permission "asset.statistics"];
    optional {
        is_favorite: bool = "isFavorite",
        is_trashed: bool = "isTrashed",
        visibility: AssetVisibility = "visibility",
    }
}

endpoint! {
    /// Gives all that is known of one asset, its camera data, people and tags included; an unknown id is status 400, not 404.
    GetAssetInfo = GET "/assets/{id}" -> Json<AssetResponseDto>;
    AssetsApi.get_asset_info, "getAssetInfo" [permission "asset.read"];
    path { id: AssetId }
    optional { key: Secret = "key", slug: Secret = "slug" }
}

endpoint! {
    /// Changes one asset, such as its date, description, position or rating; what is left out stays, and the file is not rewritten.
    #[deprecated = "Immich marks it so, and no described version has another way"]
    UpdateAsset = PUT "/assets/{id}" -> Json<AssetResponseDto>;
    AssetsApi.update_asset, "updateAsset" [permission "asset.update"] [also DeprecatedApi];
    path { id: AssetId }
    body { UpdateAssetDto }
}

endpoint! {
    /// Takes back all edits of a photo, so that it shows the original again.
    RemoveAssetEdits = DELETE "/assets/{id}/edits" -> Empty;
    AssetsApi.remove_asset_edits, "removeAssetEdits" [permission "asset.edit.delete"];
    path { id: AssetId }
}

endpoint! {
    /// Lists the crop, rotation and mirroring that are set for a photo, in their order.
    GetAssetEdits = GET "/assets/{id}/edits" -> Json<AssetEditsResponseDto>;
    AssetsApi.get_asset_edits, "getAssetEdits" [permission "asset.edit.get"];
    path { id: AssetId }
}

endpoint! {
    /// Replaces the crop, rotation and mirroring of a photo with the given edits; the original file stays as it is.
    EditAsset = PUT "/assets/{id}/edits" -> Json<AssetEditsResponseDto>;
    AssetsApi.edit_asset, "editAsset" [permission "asset.edit.create"];
    path { id: AssetId }
    body { AssetEditsCreateDto }
}

endpoint! {
    /// Lists the key and value pairs that programs keep with an asset; this is not the camera data.
    GetAssetMetadata = GET "/assets/{id}/metadata" -> Json<Vec<AssetMetadataResponseDto>>;
    AssetsApi.get_asset_metadata, "getAssetMetadata" [permission "asset.read"];
    path { id: AssetId }
}

endpoint! {
    /// Adds or overwrites key and value pairs that programs keep with an asset; other keys stay.
    UpdateAssetMetadata = PUT "/assets/{id}/metadata" -> Json<Vec<AssetMetadataResponseDto>>;
    AssetsApi.update_asset_metadata, "updateAssetMetadata" [permission "asset.update"];
    path { id: AssetId }
    body { AssetMetadataUpsertDto }
}

endpoint! {
    /// Deletes one of the key and value pairs that programs keep with an asset; what the photo itself says is not touched.
    DeleteAssetMetadata = DELETE "/assets/{id}/metadata/{key}" -> Empty;
    AssetsApi.delete_asset_metadata, "deleteAssetMetadata" [permission "asset.update"];
    path { id: AssetId, key: String }
}

endpoint! {
    /// Gives one of the key and value pairs that programs keep with an asset; an unknown key is status 400.
    GetAssetMetadataByKey = GET "/assets/{id}/metadata/{key}" -> Json<AssetMetadataResponseDto>;
    AssetsApi.get_asset_metadata_by_key, "getAssetMetadataByKey" [permission "asset.read"];
    path { id: AssetId, key: String }
}

endpoint! {
    /// Lists the pieces of text that were recognized in a photo, with the corners of each.
    GetAssetOcr = GET "/assets/{id}/ocr" -> Json<Vec<AssetOcrResponseDto>>;
    AssetsApi.get_asset_ocr, "getAssetOcr" [permission "asset.read"];
    path { id: AssetId }
}

endpoint! {
    /// Downloads the original file byte for byte, or with `edited` the edited image; parts of it can be asked for by range.
    DownloadAsset = GET "/assets/{id}/original" -> Binary;
    AssetsApi.download_asset, "downloadAsset" [permission "asset.download"];
    path { id: AssetId }
    optional { edited: bool = "edited", key: Secret = "key", slug: Secret = "slug" }
}

endpoint! {
    /// Puts a new file in place of an asset's; the old file becomes an asset in the trash, and the response has its id.
    #[deprecated = "use `CopyAsset`"]
    ReplaceAsset = PUT "/assets/{id}/original" -> Json<AssetMediaResponseDto>;
    AssetsApi.replace_asset, "replaceAsset" [permission "asset.replace"] [until "2.7.5"] [also DeprecatedApi];
    path { id: AssetId }
    optional { key: Secret = "key", slug: Secret = "slug" }
    multipart {
        asset_data: FilePart = "assetData",
        device_asset_id: String = "deviceAssetId",
        device_id: String = "deviceId",
        file_created_at: Timestamp = "fileCreatedAt",
        file_modified_at: Timestamp = "fileModifiedAt";
        duration: AssetDuration = "duration" by replaced_duration,
        filename: String = "filename",
    }
}

endpoint! {
    /// Downloads the picture of an asset as thumbnail or preview, by `size`; the size `fullsize` can be redirected to the original or to another size.
    ViewAsset = GET "/assets/{id}/thumbnail" -> Binary;
    AssetsApi.view_asset, "viewAsset" [permission "asset.view"];
    path { id: AssetId }
    optional { edited: bool = "edited", key: Secret = "key", size: AssetMediaSize = "size", slug: Secret = "slug" }
}

endpoint! {
    /// Streams a video as one file, converted for playing if the server has that, else the original; parts can be asked for by range.
    PlayAssetVideo = GET "/assets/{id}/video/playback" -> Binary;
    AssetsApi.play_asset_video, "playAssetVideo" [permission "asset.view"];
    path { id: AssetId }
    optional { key: Secret = "key", slug: Secret = "slug" }
}

endpoint! {
    /// Starts a live video stream of an asset and gives its playlist of qualities; status 400 if the server has this switched off.
    GetMainPlaylist = GET "/assets/{id}/video/stream/main.m3u8" -> Text;
    AssetsApi.get_main_playlist, "getMainPlaylist" [permission "asset.view"] [since "3.0.0"];
    path { id: AssetId }
    optional { key: Secret = "key", slug: Secret = "slug" }
}

endpoint! {
    /// Ends a live video stream, so that the server stops converting for it; it has nothing to do with signing out.
    EndSession = DELETE "/assets/{id}/video/stream/{sessionId}" -> Empty;
    AssetsApi.end_session, "endSession" [permission "asset.view"] [since "3.0.0"];
    path { id: AssetId, session_id: Uuid }
    optional { key: Secret = "key", slug: Secret = "slug" }
}

endpoint! {
    /// Gives the playlist of one quality of a live video stream, which names its pieces; `x_immich_hls_pos` is where playing starts, in seconds.
    GetMediaPlaylist = GET "/assets/{id}/video/stream/{sessionId}/{variantIndex}/playlist.m3u8" -> Text;
    AssetsApi.get_media_playlist, "getMediaPlaylist" [permission "asset.view"] [since "3.0.0"];
    path { id: AssetId, session_id: Uuid, variant_index: i64 }
    optional { key: Secret = "key", slug: Secret = "slug" }
    headers { x_immich_hls_pos: f64 = "x-immich-hls-pos" }
}

endpoint! {
    /// Downloads one piece of a live video stream; the response waits until the server has converted it.
    GetSegment = GET "/assets/{id}/video/stream/{sessionId}/{variantIndex}/{filename}" -> Binary;
    AssetsApi.get_segment, "getSegment" [permission "asset.view"] [since "3.0.0"];
    path { id: AssetId, session_id: Uuid, variant_index: i64, filename: String }
    optional { key: Secret = "key", slug: Secret = "slug" }
    headers { x_immich_hls_msn: i64 = "x-immich-hls-msn" }
}

request! {
    /// The assets to move to the trash, or to delete for good.
    struct AssetBulkDeleteDto {
        required_lists {
            ids: AssetId,
        }
        optional {
            /// True deletes at once and for good, false moves to the trash.
            force: bool,
        }
    }
}

request! {
    /// What to change of many assets at once; what is left out stays as it is.
    struct AssetBulkUpdateDto {
        required_lists {
            ids: AssetId,
        }
        optional {
            /// The new time when all of them were taken, with its offset from UTC.
            date_time_original: String,
            /// How many minutes to move the time of each; not together with `date_time_original`.
            date_time_relative: i64,
            description: String,
            is_favorite: bool,
            latitude: f64,
            longitude: f64,
            /// The new time zone, such as `Europe/Paris`; not together with `date_time_original`.
            time_zone: String,
            visibility: AssetVisibility,
        }
        patch {
            /// The group of duplicates they belong to; null takes them out of their group.
            duplicate_id: String,
            /// 1 to 5 stars; null takes the rating away.
            rating: i64,
        }
    }
}

request! {
    /// Checksums of files, to ask the server before an upload which of them it already has.
    struct AssetBulkUploadCheckDto {
        required_lists {
            assets: AssetBulkUploadCheckItem,
        }
    }
}

request! {
    /// One local file to ask the server about, by its checksum.
    struct AssetBulkUploadCheckItem {
        named {
            /// SHA-1 of the whole file, in hexadecimal digits or base64.
            checksum: String,
            /// Any text of the caller, such as a counter; the response repeats it.
            id: String,
        }
    }
}

response! {
    /// What the server says about each file that it was asked about.
    struct AssetBulkUploadCheckResponseDto {
        results: Vec<AssetBulkUploadCheckResult>,
    }
}

response! {
    /// Whether one file is worth uploading, and which asset holds it already if not.
    struct AssetBulkUploadCheckResult {
        action: AssetUploadAction,
        /// The asset that holds the same file; only with the reason `duplicate`.
        asset_id: Option<AssetId>,
        /// The text by which the caller named the file.
        id: String,
        /// Whether the asset with the same file is in the trash; only with the reason `duplicate`.
        is_trashed: Option<bool>,
        reason: Option<AssetRejectReason>,
    }
}

request! {
    /// Two assets, and what of the first to give to the second, for `copy_asset`.
    struct AssetCopyDto {
        named {
            source_id: AssetId,
            target_id: AssetId,
        }
        optional {
            /// Whether to add the target to the albums of the source; true when left out.
            albums: bool,
            favorite: bool,
            shared_links: bool,
            sidecar: bool,
            stack: bool,
        }
    }
}

string_enum! {
    /// Tells whether an edit crops, rotates or mirrors an image.
    enum AssetEditAction {
        Crop = "crop",
        Rotate = "rotate",
        Mirror = "mirror",
    }
}

request! {
    /// One edit to apply to an image, with the numbers it needs.
    struct AssetEditActionItemDto {
        required {
            action: AssetEditAction,
            parameters: AssetEditParameters,
        }
    }
}

response! {
    /// One edit that is applied to an image, with its id.
    struct AssetEditActionItemResponseDto {
        action: AssetEditAction,
        id: Uuid,
        parameters: AssetEditParameters,
    }
}

request! {
    /// The edits that an image shall have from now on, for `edit_asset`.
    struct AssetEditsCreateDto {
        required_lists {
            edits: AssetEditActionItemDto,
        }
    }
}

response! {
    /// All edits that are applied to an asset; its original file stays as it was.
    struct AssetEditsResponseDto {
        asset_id: AssetId,
        edits: Vec<AssetEditActionItemResponseDto>,
    }
}

string_enum! {
    /// Which work to do again on chosen assets: faces, metadata, thumbnails or video.
    enum AssetJobName {
        RefreshFaces = "refresh-faces",
        RefreshMetadata = "refresh-metadata",
        RegenerateThumbnail = "regenerate-thumbnail",
        TranscodeVideo = "transcode-video",
    }
}

request! {
    /// The assets to process again and what to do with them, for `run_asset_jobs`.
    struct AssetJobsDto {
        required {
            name: AssetJobName,
        }
        required_lists {
            asset_ids: AssetId,
        }
    }
}

response! {
    /// The asset that an upload made, or the one that holds the same file already.
    struct AssetMediaResponseDto {
        /// The new asset, or the older one when the status is `duplicate`, even if it is in the trash.
        id: AssetId,
        status: AssetMediaStatus,
    }
}

string_enum! {
    /// Which image of an asset to get, from the original down to the thumbnail.
    enum AssetMediaSize {
        Original = "original",
        Fullsize = "fullsize",
        Preview = "preview",
        Thumbnail = "thumbnail",
    }
}

string_enum! {
    /// Tells whether an upload made a new asset, found one with the same file, or (2.x) replaced one.
    enum AssetMediaStatus {
        Created = "created",
        Replaced = "replaced",
        Duplicate = "duplicate",
    }
}

request! {
    /// Pairs of asset and key whose stored values to delete.
    struct AssetMetadataBulkDeleteDto {
        required_lists {
            items: AssetMetadataBulkDeleteItemDto,
        }
    }
}

request! {
    /// The asset and the key of one stored value to delete.
    struct AssetMetadataBulkDeleteItemDto {
        required {
            asset_id: AssetId,
            key: String,
        }
    }
}

response! {
    /// A value that an app stored with one of several assets.
    struct AssetMetadataBulkResponseDto {
        asset_id: AssetId,
        key: String,
        updated_at: Timestamp,
        value: Value,
    }
}

request! {
    /// Values to store with several assets at once, by key.
    struct AssetMetadataBulkUpsertDto {
        required_lists {
            items: AssetMetadataBulkUpsertItemDto,
        }
    }
}

request! {
    /// The value to store with one of several assets under a key.
    struct AssetMetadataBulkUpsertItemDto {
        required {
            asset_id: AssetId,
            key: String,
            value: Value,
        }
    }
}

response! {
    /// A value that an app stored with an asset, and when.
    struct AssetMetadataResponseDto {
        key: String,
        updated_at: Timestamp,
        value: Value,
    }
}

request! {
    /// Values that an app wants to store with one asset, by key.
    struct AssetMetadataUpsertDto {
        required_lists {
            items: AssetMetadataUpsertItemDto,
        }
    }
}

request! {
    /// One value to store with an asset under a key; it replaces an older one.
    struct AssetMetadataUpsertItemDto {
        required {
            key: String,
            value: Value,
        }
    }
}

response! {
    /// A piece of text that was read in an image, and its four corners.
    struct AssetOcrResponseDto {
        asset_id: AssetId,
        box_score: f64,
        id: Uuid,
        text: String,
        text_score: f64,
        /// First corner, as a part of the width of the image from 0 to 1.
        x1: f64,
        x2: f64,
        x3: f64,
        x4: f64,
        /// First corner, as a part of the height of the image from 0 to 1.
        y1: f64,
        y2: f64,
        y3: f64,
        y4: f64,
    }
}

string_enum! {
    /// Why a file is not worth uploading: the server has it, or cannot handle its type.
    enum AssetRejectReason {
        Duplicate = "duplicate",
        UnsupportedFormat = "unsupported-format",
    }
}

string_enum! {
    /// Whether to upload a file or to leave it.
    enum AssetUploadAction {
        Accept = "accept",
        Reject = "reject",
    }
}

request! {
    /// Ids that a device gave its own files, to ask servers 2.x which of them they have.
    struct CheckExistingAssetsDto {
        required {
            device_id: String,
        }
        required_lists {
            device_asset_ids: String,
        }
    }
}

response! {
    /// The ids of a device's files that the server has, on servers 2.x.
    struct CheckExistingAssetsResponseDto {
        existing_ids: Vec<String>,
    }
}

request! {
    /// What to change of one asset; what is left out stays as it is.
    struct UpdateAssetDto {
        optional {
            /// The time when it was taken, with its offset from UTC.
            date_time_original: String,
            description: String,
            is_favorite: bool,
            latitude: f64,
            longitude: f64,
            visibility: AssetVisibility,
        }
        patch {
            /// The video that belongs to it as a live photo; null parts them again.
            live_photo_video_id: AssetId,
            /// 1 to 5 stars; null takes the rating away.
            rating: i64,
        }
    }
}
