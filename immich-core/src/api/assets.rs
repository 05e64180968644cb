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
    AssetsApi.upload_asset, "uploadAsset" [permission "asset.upload"] {idempotent_with: "x-immich-checksum"};
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
    headers {
        /// The SHA-1 of the file, in hexadecimal or Base64; a file that the server has is refused before its body is read.
        x_immich_checksum: String = "x-immich-checksum",
    }
    multipart {
        /// The file to upload.
        asset_data: FilePart = "assetData",
        /// When the file was created: when the asset was taken, if that is known.
        file_created_at: Timestamp = "fileCreatedAt",
        /// When the file was last changed, by its file system.
        file_modified_at: Timestamp = "fileModifiedAt";
        /// The id that the device gives its file; made from its name and time if not set. Up to 2.7.5.
        device_asset_id: String = "deviceAssetId" by device_asset_id,
        /// The name of the uploading device; `immich-sdk` if not set. Up to 2.7.5.
        device_id: String = "deviceId" by device_id,
        /// The duration of a video; sent in the form that the server takes.
        duration: AssetDuration = "duration" by duration,
        /// The name of the file, if it differs from the one of `asset_data`.
        filename: String = "filename",
        /// Whether the asset is a favorite.
        is_favorite: bool = "isFavorite",
        /// The id of the video of this live photo, uploaded before.
        live_photo_video_id: AssetId = "livePhotoVideoId",
        /// Values of programs to store with the asset, by key.
        metadata: Vec<AssetMetadataUpsertItemDto> = "metadata",
        /// The XMP sidecar file.
        sidecar_data: FilePart = "sidecarData",
        /// Where the asset is shown.
        visibility: AssetVisibility = "visibility",
    }
}

endpoint! {
    /// Sets the same values on many assets at once, or shifts their dates by `date_time_relative`; the response is empty.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdateAssets = PUT "/assets" -> Empty;
    AssetsApi.update_assets, "updateAssets" [permission "asset.update"] [also DeprecatedApi];
    body { AssetBulkUpdateDto }
}

endpoint! {
    /// Reports by SHA-1 checksum which files the server already has, trash included; the `id` of each item is free text that is returned.
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
    /// Reports which of the `device_asset_ids` were already uploaded by the device `device_id`; the ids are the device's own.
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
    optional {
        /// The number of assets, 1 by default.
        count: f64 = "count",
    }
}

endpoint! {
    /// Counts the photos and videos of the signed-in user.
    GetAssetStatistics = GET "/assets/statistics" -> Json<AssetStatsResponseDto>;
    AssetsApi.get_asset_statistics, "getAssetStatistics" [permission "asset.statistics"];
    optional {
        /// Only favorites (`true`), or only others (`false`).
        is_favorite: bool = "isFavorite",
        /// Only assets in the trash (`true`), or only others (`false`).
        is_trashed: bool = "isTrashed",
        /// Only assets that are shown there.
        visibility: AssetVisibility = "visibility",
    }
}

endpoint! {
    /// Gives all that is known of one asset, its camera data, people and tags included; an unknown id is status 400, not 404.
    GetAssetInfo = GET "/assets/{id}" -> Json<AssetResponseDto>;
    AssetsApi.get_asset_info, "getAssetInfo" [permission "asset.read"];
    path { id: AssetId }
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
}

endpoint! {
    /// Changes one asset, such as its date, description, position or rating; what is left out stays, and the file is not rewritten.
    ///
    /// Immich marks it as deprecated, and no version has another way.
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
    optional {
        /// Whether the edited version is returned instead of the original.
        edited: bool = "edited",
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
}

endpoint! {
    /// Puts a new file instead of an asset's; the old file becomes an asset in the trash, and the response has its id.
    #[deprecated = "use `CopyAsset`"]
    ReplaceAsset = PUT "/assets/{id}/original" -> Json<AssetMediaResponseDto>;
    AssetsApi.replace_asset, "replaceAsset" [permission "asset.replace"] [until "2.7.5"] [also DeprecatedApi];
    path { id: AssetId }
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
    multipart {
        /// The file to upload.
        asset_data: FilePart = "assetData",
        /// The id that the device gives its file.
        device_asset_id: String = "deviceAssetId",
        /// The name of the uploading device.
        device_id: String = "deviceId",
        /// When the file was created: when the asset was taken, if that is known.
        file_created_at: Timestamp = "fileCreatedAt",
        /// When the file was last changed, by its file system.
        file_modified_at: Timestamp = "fileModifiedAt";
        /// The duration of a video.
        duration: AssetDuration = "duration" by replaced_duration,
        /// The name of the file, if it differs from the one of `asset_data`.
        filename: String = "filename",
    }
}

endpoint! {
    /// Downloads the picture of an asset as thumbnail or preview, by `size`; the size `fullsize` can be redirected to the original or to another size.
    ViewAsset = GET "/assets/{id}/thumbnail" -> Binary;
    AssetsApi.view_asset, "viewAsset" [permission "asset.view"];
    path { id: AssetId }
    optional {
        /// Whether the edited version is returned instead of the original.
        edited: bool = "edited",
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The size of the image: a thumbnail (250 pixels high by default), a preview, or the full size.
        size: AssetMediaSize = "size",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
}

endpoint! {
    /// Streams a video as one file, converted for playing if the server has that, else the original; parts can be asked for by range.
    PlayAssetVideo = GET "/assets/{id}/video/playback" -> Binary;
    AssetsApi.play_asset_video, "playAssetVideo" [permission "asset.view"];
    path { id: AssetId }
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
}

endpoint! {
    /// Starts a live video stream of an asset and gives its playlist of qualities; status 400 if the server has this switched off.
    GetMainPlaylist = GET "/assets/{id}/video/stream/main.m3u8" -> Text;
    AssetsApi.get_main_playlist, "getMainPlaylist" [permission "asset.view"] [since "3.0.0"];
    path { id: AssetId }
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
}

endpoint! {
    /// Ends a live video stream, so that the server stops converting for it; it has nothing to do with signing out.
    EndSession = DELETE "/assets/{id}/video/stream/{sessionId}" -> Empty;
    AssetsApi.end_session, "endSession" [permission "asset.view"] [since "3.0.0"];
    path { id: AssetId, session_id: Uuid }
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
}

endpoint! {
    /// Gives the playlist of one quality of a live video stream, which names its pieces; `x_immich_hls_pos` is where playing starts, in seconds.
    GetMediaPlaylist = GET "/assets/{id}/video/stream/{sessionId}/{variantIndex}/playlist.m3u8" -> Text;
    AssetsApi.get_media_playlist, "getMediaPlaylist" [permission "asset.view"] [since "3.0.0"];
    path { id: AssetId, session_id: Uuid, variant_index: i64 }
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
    headers {
        /// The position in the stream.
        x_immich_hls_pos: f64 = "x-immich-hls-pos",
    }
}

endpoint! {
    /// Downloads one piece of a live video stream; the response waits until the server has converted it.
    GetSegment = GET "/assets/{id}/video/stream/{sessionId}/{variantIndex}/{filename}" -> Binary;
    AssetsApi.get_segment, "getSegment" [permission "asset.view"] [since "3.0.0"];
    path { id: AssetId, session_id: Uuid, variant_index: i64, filename: String }
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
    headers {
        /// The sequence number of the segment.
        x_immich_hls_msn: i64 = "x-immich-hls-msn",
    }
}

request! {
    /// The assets to move to the trash, or to delete for good.
    struct AssetBulkDeleteDto {
        required_lists {
            /// The ids.
            ids: AssetId,
        }
        optional {
            /// True deletes at once and for good, false moves to the trash.
            force: bool,
        }
    }
}

request! {
    /// Changes to many assets at once; fields that are not set stay as they are.
    struct AssetBulkUpdateDto {
        required_lists {
            /// The ids.
            ids: AssetId,
        }
        optional {
            /// The new time when all of them were taken, with its offset from UTC.
            date_time_original: String,
            /// How many minutes to move the time of each; not together with `date_time_original`.
            date_time_relative: i64,
            /// The description of the assets; empty for none.
            description: String,
            /// Whether the asset is a favorite.
            is_favorite: bool,
            /// The latitude in degrees, -90 to 90.
            latitude: f64,
            /// The longitude in degrees, -180 to 180.
            longitude: f64,
            /// The new time zone, such as `Europe/Paris`; not together with `date_time_original`.
            time_zone: String,
            /// Where the asset is shown: in the timeline, the archive, the locked folder, or nowhere.
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
            /// The assets.
            assets: AssetBulkUploadCheckItem,
        }
    }
}

request! {
    /// One local file to ask the server about, by its checksum.
    struct AssetBulkUploadCheckItem {
        required {
            /// SHA-1 of the whole file, in hexadecimal digits or base64.
            checksum: String,
            /// Any text of the caller, such as a counter; the response repeats it.
            id: String,
        }
    }
}

response! {
    /// The server's verdict on each file of the request.
    struct AssetBulkUploadCheckResponseDto {
        /// The result for each item.
        results: Vec<AssetBulkUploadCheckResult>,
    }
}

response! {
    /// Whether one file is worth uploading, and which asset holds it already if not.
    struct AssetBulkUploadCheckResult {
        /// Whether to upload the file (`accept`) or not (`reject`).
        action: AssetUploadAction,
        /// The asset that holds the same file; only with the reason `duplicate`.
        asset_id: Option<AssetId>,
        /// The text by which the caller named the file.
        id: String,
        /// Whether the asset with the same file is in the trash; only with the reason `duplicate`.
        is_trashed: Option<bool>,
        /// Why the file is not to be uploaded.
        reason: Option<AssetRejectReason>,
    }
}

request! {
    /// Two assets, and what of the first to give to the second, for `copy_asset`.
    struct AssetCopyDto {
        named {
            /// The id of the asset to copy from.
            source_id: AssetId,
            /// The id of the asset to copy to.
            target_id: AssetId,
        }
        optional {
            /// Whether to add the target to the albums of the source; true when left out.
            albums: bool,
            /// Whether being a favorite is copied.
            favorite: bool,
            /// Shared links.
            shared_links: bool,
            /// XMP sidecar files.
            sidecar: bool,
            /// Whether membership in a stack is copied.
            stack: bool,
        }
    }
}

string_enum! {
    /// Whether an edit crops, rotates or mirrors an image.
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
            /// The edit: crop, rotate or mirror.
            action: AssetEditAction,
            /// The parameters of the edit.
            parameters: AssetEditParameters,
        }
    }
}

response! {
    /// One edit that is applied to an image, with its id.
    struct AssetEditActionItemResponseDto {
        /// The edit: crop, rotate or mirror.
        action: AssetEditAction,
        /// The id.
        id: Uuid,
        /// The parameters of the edit.
        parameters: AssetEditParameters,
    }
}

request! {
    /// The edits that an image shall have from now on, for `edit_asset`.
    struct AssetEditsCreateDto {
        required_lists {
            /// The edits, in the order in which they are applied.
            edits: AssetEditActionItemDto,
        }
    }
}

response! {
    /// All edits that are applied to an asset; its original file stays as it was.
    struct AssetEditsResponseDto {
        /// The id of the asset.
        asset_id: AssetId,
        /// The edits, in the order in which they are applied.
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
            /// The job to run.
            name: AssetJobName,
        }
        required_lists {
            /// The ids of the assets.
            asset_ids: AssetId,
        }
    }
}

response! {
    /// The asset that an upload made, or the one that holds the same file already.
    struct AssetMediaResponseDto {
        /// The new asset, or the older one when the status is `duplicate`, even if it is in the trash.
        id: AssetId,
        /// Whether the asset is new (`created`) or was there already (`duplicate`).
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
    /// Whether an upload created an asset, found one with the same file, or (2.x) replaced one.
    enum AssetMediaStatus {
        Created = "created",
        Replaced = "replaced" (". Up to 2.7.5."),
        Duplicate = "duplicate",
    }
}

request! {
    /// Pairs of asset and key whose stored values to delete.
    struct AssetMetadataBulkDeleteDto {
        required_lists {
            /// The values to delete, each by asset and key.
            items: AssetMetadataBulkDeleteItemDto,
        }
    }
}

request! {
    /// The asset and the key of one stored value to delete.
    struct AssetMetadataBulkDeleteItemDto {
        required {
            /// The id of the asset.
            asset_id: AssetId,
            /// The key of the value, as the program named it.
            key: String,
        }
    }
}

response! {
    /// A value that an app stored with one of several assets.
    struct AssetMetadataBulkResponseDto {
        /// The id of the asset.
        asset_id: AssetId,
        /// The key of the value, as the program named it.
        key: String,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
        /// The value, an object of JSON.
        value: Value,
    }
}

request! {
    /// Values to store with several assets at once, by key.
    struct AssetMetadataBulkUpsertDto {
        required_lists {
            /// The values to store, each by asset and key.
            items: AssetMetadataBulkUpsertItemDto,
        }
    }
}

request! {
    /// The value to store with one of several assets under a key.
    struct AssetMetadataBulkUpsertItemDto {
        required {
            /// The id of the asset.
            asset_id: AssetId,
            /// The key of the value, which identifies the program, such as `mobile-app`.
            key: String,
            /// The value, an object of JSON; it replaces the one that is there.
            value: Value,
        }
    }
}

response! {
    /// A value that an app stored with an asset, and when.
    struct AssetMetadataResponseDto {
        /// The key of the value, as the program named it.
        key: String,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
        /// The value, an object of JSON.
        value: Value,
    }
}

request! {
    /// Values that an app wants to store with one asset, by key.
    struct AssetMetadataUpsertDto {
        required_lists {
            /// The values to store, each by its key.
            items: AssetMetadataUpsertItemDto,
        }
    }
}

request! {
    /// One value to store with an asset under a key; it replaces an older one.
    struct AssetMetadataUpsertItemDto {
        required {
            /// The key of the value, which identifies the program, such as `mobile-app`.
            key: String,
            /// The value, an object of JSON; it replaces the one that is there.
            value: Value,
        }
    }
}

response! {
    /// A piece of text that was read in an image, and its four corners.
    struct AssetOcrResponseDto {
        /// The id of the asset.
        asset_id: AssetId,
        /// How certain the place of the text is, 0 to 1.
        box_score: f64,
        /// The id.
        id: Uuid,
        /// The recognized text.
        text: String,
        /// How certain the text is, 0 to 1.
        text_score: f64,
        /// First corner, as a part of the width of the image from 0 to 1.
        x1: f64,
        /// The horizontal position of the second corner, as a fraction of the width.
        x2: f64,
        /// The horizontal position of the third corner, as a fraction of the width.
        x3: f64,
        /// The horizontal position of the fourth corner, as a fraction of the width.
        x4: f64,
        /// First corner, as a part of the height of the image from 0 to 1.
        y1: f64,
        /// The vertical position of the second corner, as a fraction of the height.
        y2: f64,
        /// The vertical position of the third corner, as a fraction of the height.
        y3: f64,
        /// The vertical position of the fourth corner, as a fraction of the height.
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
            /// The device that the asset was uploaded from, as the uploading program named it.
            device_id: String,
        }
        required_lists {
            /// The ids that the device gave its files.
            device_asset_ids: String,
        }
    }
}

response! {
    /// The ids of a device's files that the server has, on servers 2.x.
    struct CheckExistingAssetsResponseDto {
        /// Those of the ids that the server has.
        existing_ids: Vec<String>,
    }
}

request! {
    /// Changes to one asset; fields that are not set stay as they are.
    struct UpdateAssetDto {
        optional {
            /// The time when it was taken, with its offset from UTC.
            date_time_original: String,
            /// The description of the asset; empty for none.
            description: String,
            /// Whether the asset is a favorite.
            is_favorite: bool,
            /// The latitude in degrees, -90 to 90.
            latitude: f64,
            /// The longitude in degrees, -180 to 180.
            longitude: f64,
            /// Where the asset is shown: in the timeline, the archive, the locked folder, or nowhere.
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
