//! Synchronization: a stream of everything that changed since the last time.

use crate::prelude::*;

group! {
    /// Synchronization: a stream of everything that changed since the last time.
    SyncApi: sync
}

endpoint! {
    /// Forgets how far this session has synchronized the given `types`, or all if none are given; needs a session, not an API key.
    DeleteSyncAck = DELETE "/sync/ack" -> Empty;
    SyncApi.delete_sync_ack, "deleteSyncAck" [permission "syncCheckpoint.delete"];
    body { SyncAckDeleteDto }
}

endpoint! {
    /// Lists how far this session has synchronized each type of data; needs a session, not an API key.
    GetSyncAck = GET "/sync/ack" -> Json<Vec<SyncAckDto>>;
    SyncApi.get_sync_ack, "getSyncAck" [permission "syncCheckpoint.read"];
}

endpoint! {
    /// Acknowledges sync events for this session: the last of `acks` for each type counts, 1000 at most, which [`SyncAcks`](crate::stream::SyncAcks) handles; needs a session.
    SendSyncAck = POST "/sync/ack" -> Empty;
    SyncApi.send_sync_ack, "sendSyncAck" [permission "syncCheckpoint.update"] {idempotent: true};
    body { SyncAckSetDto }
}

endpoint! {
    /// Gives the assets of `user_ids` that changed or went away since `updated_after`, or says that everything must be fetched again.
    #[deprecated = "use `GetSyncStream`"]
    GetDeltaSync = POST "/sync/delta-sync" -> Json<AssetDeltaSyncResponseDto>;
    SyncApi.get_delta_sync, "getDeltaSync" [permission "all"] [until "2.7.5"] [also DeprecatedApi] {idempotent: true};
    body { AssetDeltaSyncDto }
}

endpoint! {
    /// Gives all assets of a user up to the time `updated_until`, `limit` at a time, going on after `last_id`.
    #[deprecated = "use `GetSyncStream`"]
    GetFullSyncForUser = POST "/sync/full-sync" -> Json<Vec<AssetResponseDto>>;
    SyncApi.get_full_sync_for_user, "getFullSyncForUser" [permission "all"] [until "2.7.5"] [also DeprecatedApi] {idempotent: true};
    body { AssetFullSyncDto }
}

endpoint! {
    /// Streams what changed since the last acknowledgement as lines of JSON; `events` of the call gives them typed, see [`stream`](crate::stream). It needs a session, not an API key.
    GetSyncStream = POST "/sync/stream" -> Binary;
    SyncApi.get_sync_stream, "getSyncStream" [permission "sync.stream"] {idempotent: true};
    body { SyncStreamDto }
}

request! {
    /// The client's state, for requesting the changes since then from servers 2.x.
    struct AssetDeltaSyncDto {
        required {
            /// Changed on the server after this time.
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
        }
        required_lists {
            /// The ids of the users.
            user_ids: UserId,
        }
    }
}

response! {
    /// The assets that changed or went away since the last time, on servers 2.x.
    struct AssetDeltaSyncResponseDto {
        /// The ids that were deleted.
        deleted: Vec<String>,
        /// True when too much has changed, so that all assets must be fetched anew.
        needs_full_sync: bool,
        /// The assets that are new or were changed.
        upserted: Vec<AssetResponseDto>,
    }
}

request! {
    /// Which page of all assets of a user to get, on servers 2.x.
    struct AssetFullSyncDto {
        required {
            /// The greatest number of results.
            limit: i64,
            /// Changed on the server up to this time.
            #[serde(serialize_with = "instant")] updated_until: Timestamp,
        }
        optional {
            /// The id of the last asset of the page before.
            last_id: AssetId,
            /// The id of the user.
            user_id: UserId,
        }
    }
}

request! {
    /// The kinds of lines to forget the progress of, so that they are sent anew.
    struct SyncAckDeleteDto {
        optional_lists {
            /// The kinds of lines; left out, all of them are sent anew.
            types: SyncEntityType,
        }
    }
}

response! {
    /// How far a session has come with one kind of lines of the sync stream.
    struct SyncAckDto {
        /// The `ack` of the last line of this kind that the session took in.
        ack: String,
        /// The type of the lines that were acknowledged.
        type_: SyncEntityType,
    }
}

request! {
    /// The events of the sync stream that were processed, so that they are not sent again.
    struct SyncAckSetDto {
        required_lists {
            /// The `ack` of lines, at most 1000; the last of each kind counts.
            acks: String,
        }
    }
}

response! {
    /// Sync: an album is gone, or is no longer shared with the user.
    struct SyncAlbumDeleteV1 {
        /// The id of the album.
        album_id: AlbumId,
    }
}

response! {
    /// Sync: an asset is no longer in an album.
    struct SyncAlbumToAssetDeleteV1 {
        /// The id of the album.
        album_id: AlbumId,
        /// The id of the asset.
        asset_id: AssetId,
    }
}

response! {
    /// Sync: an asset is in an album.
    struct SyncAlbumToAssetV1 {
        /// The id of the album.
        album_id: AlbumId,
        /// The id of the asset.
        asset_id: AssetId,
    }
}

response! {
    /// Sync: an album is no longer shared with a user.
    struct SyncAlbumUserDeleteV1 {
        /// The id of the album.
        album_id: AlbumId,
        /// The id of the user.
        user_id: UserId,
    }
}

response! {
    /// Sync: a user can see an album, in a role.
    struct SyncAlbumUserV1 {
        /// The id of the album.
        album_id: AlbumId,
        /// The role of the user.
        role: AlbumUserRole,
        /// The id of the user.
        user_id: UserId,
    }
}

response! {
    /// Sync: an album that is new or has changed, with its owner.
    struct SyncAlbumV1 {
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The description of the album; empty if there is none.
        description: String,
        /// The id of the album.
        id: AlbumId,
        /// Whether comments and likes are possible.
        is_activity_enabled: bool,
        /// The name of the album.
        name: String,
        /// The order of the assets, by the time when they were taken.
        order: AssetOrder,
        /// The id of the user who owns it.
        owner_id: UserId,
        /// The id of the asset on the cover.
        thumbnail_asset_id: Option<String>,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

response! {
    /// Sync: an album that is new or has changed; its owner comes as an album user.
    struct SyncAlbumV2 {
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The description of the album; empty if there is none.
        description: String,
        /// The id of the album.
        id: AlbumId,
        /// Whether comments and likes are possible.
        is_activity_enabled: bool,
        /// The name of the album.
        name: String,
        /// The order of the assets, by the time when they were taken.
        order: AssetOrder,
        /// The id of the asset on the cover.
        thumbnail_asset_id: Option<String>,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

response! {
    /// Sync: an asset is deleted for good.
    struct SyncAssetDeleteV1 {
        /// The id of the asset.
        asset_id: AssetId,
    }
}

response! {
    /// Sync: an edit of an asset is undone.
    struct SyncAssetEditDeleteV1 {
        /// The id of the edit.
        edit_id: Uuid,
    }
}

response! {
    /// Sync: an edit is applied to an asset.
    struct SyncAssetEditV1 {
        /// The edit: crop, rotate or mirror.
        action: AssetEditAction,
        /// The id of the asset.
        asset_id: AssetId,
        /// The id.
        id: Uuid,
        /// The parameters of the edit.
        parameters: Value,
        /// The place of this edit among those of the asset, which are applied in order.
        sequence: i64,
    }
}

response! {
    /// Sync: what the camera wrote in the file of an asset, new or changed.
    struct SyncAssetExifV1 {
        /// The id of the asset.
        asset_id: AssetId,
        /// The city, as the server names it.
        city: Option<String>,
        /// The country, as the server names it.
        country: Option<String>,
        /// When the asset was taken, by its metadata.
        #[serde(default, deserialize_with = "read_instant")] date_time_original: Option<Timestamp>,
        /// The description of the asset.
        description: Option<String>,
        /// The height in pixels, by the metadata.
        exif_image_height: Option<i64>,
        /// The width in pixels, by the metadata.
        exif_image_width: Option<i64>,
        /// The exposure time in seconds, such as `1/250`.
        exposure_time: Option<String>,
        /// The f-number of the aperture.
        f_number: Option<f64>,
        /// The size of the file in bytes.
        file_size_in_byte: Option<i64>,
        /// The focal length in millimeters.
        focal_length: Option<f64>,
        /// Frames per second of a video; null for photos.
        fps: Option<f64>,
        /// The ISO sensitivity.
        iso: Option<i64>,
        /// The latitude in degrees, -90 to 90.
        latitude: Option<f64>,
        /// The lens, as the camera names it.
        lens_model: Option<String>,
        /// The longitude in degrees, -180 to 180.
        longitude: Option<f64>,
        /// The manufacturer of the camera.
        make: Option<String>,
        /// The model of the camera.
        model: Option<String>,
        /// When the file was changed, by its metadata.
        #[serde(default, deserialize_with = "read_instant")] modify_date: Option<Timestamp>,
        /// The EXIF orientation, `1` to `8`.
        orientation: Option<String>,
        /// The name of the color profile.
        profile_description: Option<String>,
        /// The projection of a panorama, such as `EQUIRECTANGULAR`.
        projection_type: Option<String>,
        /// The rating in stars, 1 to 5; -1 is rejected, and null is unrated.
        rating: Option<i64>,
        /// The state or province, as the server names it.
        state: Option<String>,
        /// The time zone, by the file or its place.
        time_zone: Option<String>,
    }
}

response! {
    /// Sync: a face of an asset is deleted.
    struct SyncAssetFaceDeleteV1 {
        /// The id of the face.
        asset_face_id: FaceId,
    }
}

response! {
    /// Sync: a face in an asset, in the first form of this line.
    struct SyncAssetFaceV1 {
        /// The id of the asset.
        asset_id: AssetId,
        /// The left edge of the face, in pixels of an image of `image_width`.
        bounding_box_x1: i64,
        /// The right edge of the face, in pixels of an image of `image_width`.
        bounding_box_x2: i64,
        /// The upper edge of the face, in pixels of an image of `image_height`.
        bounding_box_y1: i64,
        /// The lower edge of the face, in pixels of an image of `image_height`.
        bounding_box_y2: i64,
        /// The id of the face.
        id: FaceId,
        /// The height of the image that the edges refer to, in pixels.
        image_height: i64,
        /// The width of the image that the edges refer to, in pixels.
        image_width: i64,
        /// The id of the person.
        person_id: Option<String>,
        /// Where the face comes from: machine learning, the metadata of the file, or a user.
        source_type: String,
    }
}

response! {
    /// Sync: a face in an asset, in the second form, which also has its visibility.
    struct SyncAssetFaceV2 {
        /// The id of the asset.
        asset_id: AssetId,
        /// The left edge of the face, in pixels of an image of `image_width`.
        bounding_box_x1: i64,
        /// The right edge of the face, in pixels of an image of `image_width`.
        bounding_box_x2: i64,
        /// The upper edge of the face, in pixels of an image of `image_height`.
        bounding_box_y1: i64,
        /// The lower edge of the face, in pixels of an image of `image_height`.
        bounding_box_y2: i64,
        /// When it was moved to the trash, if it was.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// The id of the face.
        id: FaceId,
        /// The height of the image that the edges refer to, in pixels.
        image_height: i64,
        /// The width of the image that the edges refer to, in pixels.
        image_width: i64,
        /// Whether it is visible: not outside of a crop of the photo.
        is_visible: bool,
        /// The id of the person.
        person_id: Option<String>,
        /// Where the face comes from: machine learning, the metadata of the file, or a user.
        source_type: String,
    }
}

response! {
    /// Sync: a face in an asset, in the newest form of this line.
    struct SyncAssetFaceV3 {
        /// The id of the asset.
        asset_id: AssetId,
        /// The left edge of the face, in pixels of an image of `image_width`.
        bounding_box_x1: i64,
        /// The right edge of the face, in pixels of an image of `image_width`.
        bounding_box_x2: i64,
        /// The upper edge of the face, in pixels of an image of `image_height`.
        bounding_box_y1: i64,
        /// The lower edge of the face, in pixels of an image of `image_height`.
        bounding_box_y2: i64,
        /// When somebody deleted the face; null when nobody did.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// The id of the face.
        id: FaceId,
        /// The height of the image that the edges refer to, in pixels.
        image_height: i64,
        /// The width of the image that the edges refer to, in pixels.
        image_width: i64,
        /// Whether it is visible: not outside of a crop of the photo.
        is_visible: bool,
        /// The id of the person.
        person_id: Option<String>,
        /// Where the face comes from: machine learning, the metadata of the file, or a user.
        source_type: String,
    }
}

response! {
    /// Sync: a value that an app stored with an asset is deleted.
    struct SyncAssetMetadataDeleteV1 {
        /// The id of the asset.
        asset_id: AssetId,
        /// The key of the value, as the program named it.
        key: String,
    }
}

response! {
    /// Sync: a value that an app stored with an asset.
    struct SyncAssetMetadataV1 {
        /// The id of the asset.
        asset_id: AssetId,
        /// The key of the value, as the program named it.
        key: String,
        /// The value, an object of JSON.
        value: Value,
    }
}

response! {
    /// Sync: a piece of text in an image is deleted.
    struct SyncAssetOcrDeleteV1 {
        /// The id of the asset.
        asset_id: String,
        /// When it was moved to the trash, if it was.
        #[serde(deserialize_with = "read_instant")] deleted_at: Timestamp,
        /// The id.
        id: String,
    }
}

response! {
    /// Sync: a piece of text that was read in an image.
    struct SyncAssetOcrV1 {
        /// The id of the asset.
        asset_id: AssetId,
        /// How certain the place of the text is, 0 to 1.
        box_score: f64,
        /// The id.
        id: Uuid,
        /// Whether it is visible: not outside of a crop of the photo.
        is_visible: bool,
        /// The recognized text.
        text: String,
        /// How certain the text is, 0 to 1.
        text_score: f64,
        /// The horizontal position of the first corner, as a fraction of the width.
        x1: f64,
        /// The horizontal position of the second corner, as a fraction of the width.
        x2: f64,
        /// The horizontal position of the third corner, as a fraction of the width.
        x3: f64,
        /// The horizontal position of the fourth corner, as a fraction of the width.
        x4: f64,
        /// The vertical position of the first corner, as a fraction of the height.
        y1: f64,
        /// The vertical position of the second corner, as a fraction of the height.
        y2: f64,
        /// The vertical position of the third corner, as a fraction of the height.
        y3: f64,
        /// The vertical position of the fourth corner, as a fraction of the height.
        y4: f64,
    }
}

response! {
    /// Sync: an asset that is new or has changed, with its duration as text.
    struct SyncAssetV1 {
        /// SHA-1 of the original file, in base64.
        checksum: String,
        /// When it was created on the server. Since 3.0.0.
        #[serde(default, deserialize_with = "read_instant")] created_at: Option<Timestamp>,
        /// When it was moved to the trash; null when it is not there.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// Length of a video, as text; null for photos.
        duration: Option<AssetDuration>,
        /// When the file was created: when the asset was taken, if that is known.
        #[serde(default, deserialize_with = "read_instant")] file_created_at: Option<Timestamp>,
        /// When the file was last changed, by its file system.
        #[serde(default, deserialize_with = "read_instant")] file_modified_at: Option<Timestamp>,
        /// The height in pixels.
        height: Option<i64>,
        /// The id of the asset.
        id: AssetId,
        /// Whether the photo was edited on the server.
        is_edited: bool,
        /// Whether the asset is a favorite.
        is_favorite: bool,
        /// The id of the external library.
        library_id: Option<String>,
        /// The id of the video of a live photo.
        live_photo_video_id: Option<String>,
        /// The time when it was taken, by the clock of the place and without a time zone.
        local_date_time: Option<LocalDateTime>,
        /// The name of the file when it was uploaded.
        original_file_name: String,
        /// The id of the user who owns it.
        owner_id: UserId,
        /// The id of the stack that the asset is in.
        stack_id: Option<String>,
        /// A tiny preview (ThumbHash), in Base64.
        thumbhash: Option<String>,
        /// Photo, video, audio or other.
        type_: AssetTypeEnum,
        /// Where the asset is shown: in the timeline, the archive, the locked folder, or nowhere.
        visibility: AssetVisibility,
        /// The width in pixels.
        width: Option<i64>,
    }
}

response! {
    /// Sync: an asset that is new or has changed, with its duration in milliseconds.
    struct SyncAssetV2 {
        /// SHA-1 of the original file, in base64.
        checksum: String,
        /// When it was created on the server.
        #[serde(default, deserialize_with = "read_instant")] created_at: Option<Timestamp>,
        /// When it was moved to the trash; null when it is not there.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// Length of a video in milliseconds; null for photos.
        duration: Option<AssetDuration>,
        /// The moment when it was taken, in UTC.
        #[serde(default, deserialize_with = "read_instant")] file_created_at: Option<Timestamp>,
        /// When the file was last changed, by its file system.
        #[serde(default, deserialize_with = "read_instant")] file_modified_at: Option<Timestamp>,
        /// The height in pixels.
        height: Option<i64>,
        /// The id of the asset.
        id: AssetId,
        /// Whether the photo was edited on the server.
        is_edited: bool,
        /// Whether the asset is a favorite.
        is_favorite: bool,
        /// The id of the external library.
        library_id: Option<String>,
        /// The hidden video that belongs to a live photo; an asset of its own.
        live_photo_video_id: Option<String>,
        /// The time when it was taken, by the clock of the place and without a time zone.
        local_date_time: Option<LocalDateTime>,
        /// The name of the file when it was uploaded.
        original_file_name: String,
        /// The id of the user who owns it.
        owner_id: UserId,
        /// The id of the stack that the asset is in.
        stack_id: Option<String>,
        /// A tiny blurred preview in base64; null until one is made.
        thumbhash: Option<String>,
        /// Photo, video, audio or other.
        type_: AssetTypeEnum,
        /// Where the asset is shown: in the timeline, the archive, the locked folder, or nowhere.
        visibility: AssetVisibility,
        /// The width in pixels.
        width: Option<i64>,
    }
}

response! {
    /// Sync: the signed-in user, with what only they may know.
    struct SyncAuthUserV1 {
        /// The color of the avatar that stands for a missing profile image.
        avatar_color: Option<UserAvatarColor>,
        /// When it was moved to the trash, if it was.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// The e-mail address.
        email: String,
        /// Whether the user has a profile image.
        has_profile_image: bool,
        /// The id of the user.
        id: UserId,
        /// Whether the user is an administrator.
        is_admin: bool,
        /// The name of the user.
        name: String,
        /// The id of the user at the identity provider; empty if there is none.
        oauth_id: String,
        /// The PIN code, six digits.
        pin_code: Option<Secret>,
        /// When the profile image was last changed.
        #[serde(deserialize_with = "read_instant")] profile_changed_at: Timestamp,
        /// How much the user may store, in bytes; null for unlimited.
        quota_size_in_bytes: Option<i64>,
        /// How much the user has stored, in bytes.
        quota_usage_in_bytes: i64,
        /// The name of the user's folder in paths made by the storage template.
        storage_label: Option<String>,
    }
}

response! {
    /// Sync: the signed-in user, in a newer form whose `oauth_id` may be null.
    struct SyncAuthUserV2 {
        /// The color of the avatar that stands for a missing profile image.
        avatar_color: Option<UserAvatarColor>,
        /// When it was moved to the trash, if it was.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// The e-mail address.
        email: String,
        /// Whether the user has a profile image.
        has_profile_image: bool,
        /// The id of the user.
        id: UserId,
        /// Whether the user is an administrator.
        is_admin: bool,
        /// The name of the user.
        name: String,
        /// The id of the user at the identity provider; empty if there is none.
        oauth_id: Option<String>,
        /// The PIN code, six digits.
        pin_code: Option<Secret>,
        /// When the profile image was last changed.
        #[serde(deserialize_with = "read_instant")] profile_changed_at: Timestamp,
        /// The space that the user may use, in bytes; null is unlimited.
        quota_size_in_bytes: Option<i64>,
        /// The space that the user uses, in bytes.
        quota_usage_in_bytes: i64,
        /// The name of the user's folder in paths made by the storage template.
        storage_label: Option<String>,
    }
}

string_enum! {
    /// The type of a line of the sync stream, which determines how to read it.
    enum SyncEntityType {
        AuthUserV1 = "AuthUserV1",
        UserV1 = "UserV1",
        UserDeleteV1 = "UserDeleteV1",
        AssetV1 = "AssetV1",
        AssetDeleteV1 = "AssetDeleteV1",
        AssetExifV1 = "AssetExifV1",
        AssetEditV1 = "AssetEditV1",
        AssetEditDeleteV1 = "AssetEditDeleteV1",
        AssetMetadataV1 = "AssetMetadataV1",
        AssetMetadataDeleteV1 = "AssetMetadataDeleteV1",
        PartnerV1 = "PartnerV1",
        PartnerDeleteV1 = "PartnerDeleteV1",
        PartnerAssetV1 = "PartnerAssetV1",
        PartnerAssetBackfillV1 = "PartnerAssetBackfillV1",
        PartnerAssetDeleteV1 = "PartnerAssetDeleteV1",
        PartnerAssetExifV1 = "PartnerAssetExifV1",
        PartnerAssetExifBackfillV1 = "PartnerAssetExifBackfillV1",
        PartnerStackBackfillV1 = "PartnerStackBackfillV1",
        PartnerStackDeleteV1 = "PartnerStackDeleteV1",
        PartnerStackV1 = "PartnerStackV1",
        AlbumV1 = "AlbumV1",
        AlbumDeleteV1 = "AlbumDeleteV1",
        AlbumUserV1 = "AlbumUserV1",
        AlbumUserBackfillV1 = "AlbumUserBackfillV1",
        AlbumUserDeleteV1 = "AlbumUserDeleteV1",
        AlbumAssetCreateV1 = "AlbumAssetCreateV1",
        AlbumAssetUpdateV1 = "AlbumAssetUpdateV1",
        AlbumAssetBackfillV1 = "AlbumAssetBackfillV1",
        AlbumAssetExifCreateV1 = "AlbumAssetExifCreateV1",
        AlbumAssetExifUpdateV1 = "AlbumAssetExifUpdateV1",
        AlbumAssetExifBackfillV1 = "AlbumAssetExifBackfillV1",
        AlbumToAssetV1 = "AlbumToAssetV1",
        AlbumToAssetDeleteV1 = "AlbumToAssetDeleteV1",
        AlbumToAssetBackfillV1 = "AlbumToAssetBackfillV1",
        MemoryV1 = "MemoryV1",
        MemoryDeleteV1 = "MemoryDeleteV1",
        MemoryToAssetV1 = "MemoryToAssetV1",
        MemoryToAssetDeleteV1 = "MemoryToAssetDeleteV1",
        StackV1 = "StackV1",
        StackDeleteV1 = "StackDeleteV1",
        PersonV1 = "PersonV1",
        PersonDeleteV1 = "PersonDeleteV1",
        AssetFaceV1 = "AssetFaceV1",
        AssetFaceV2 = "AssetFaceV2",
        AssetFaceDeleteV1 = "AssetFaceDeleteV1",
        UserMetadataV1 = "UserMetadataV1",
        UserMetadataDeleteV1 = "UserMetadataDeleteV1",
        SyncAckV1 = "SyncAckV1",
        SyncResetV1 = "SyncResetV1",
        SyncCompleteV1 = "SyncCompleteV1",
        AssetV2 = "AssetV2" (". Since 3.0.0."),
        AssetOcrV1 = "AssetOcrV1" (". Since 3.0.0."),
        AssetOcrDeleteV1 = "AssetOcrDeleteV1" (". Since 3.0.0."),
        PartnerAssetV2 = "PartnerAssetV2" (". Since 3.0.0."),
        PartnerAssetBackfillV2 = "PartnerAssetBackfillV2" (". Since 3.0.0."),
        AlbumV2 = "AlbumV2" (". Since 3.0.0."),
        AlbumAssetCreateV2 = "AlbumAssetCreateV2" (". Since 3.0.0."),
        AlbumAssetUpdateV2 = "AlbumAssetUpdateV2" (". Since 3.0.0."),
        AlbumAssetBackfillV2 = "AlbumAssetBackfillV2" (". Since 3.0.0."),
        AuthUserV2 = "AuthUserV2" (". Since 3.3.0."),
        MemoryV2 = "MemoryV2" (". Since 3.3.0."),
        MemoryToAssetV2 = "MemoryToAssetV2" (". Since 3.3.0."),
        AssetFaceV3 = "AssetFaceV3" (". Since 3.3.0."),
    }
}

response! {
    /// Sync: an asset is no longer part of a memory.
    struct SyncMemoryAssetDeleteV1 {
        /// The id of the asset.
        asset_id: AssetId,
        /// The id of the memory.
        memory_id: MemoryId,
    }
}

response! {
    /// Sync: an asset is part of a memory.
    struct SyncMemoryAssetV1 {
        /// The id of the asset.
        asset_id: AssetId,
        /// The id of the memory.
        memory_id: MemoryId,
    }
}

response! {
    /// Sync: a memory is deleted.
    struct SyncMemoryDeleteV1 {
        /// The id of the memory.
        memory_id: MemoryId,
    }
}

response! {
    /// Sync: a memory of this day in another year, new or changed.
    struct SyncMemoryV1 {
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The data, whose form depends on the kind.
        data: Value,
        /// When it was moved to the trash, if it was.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// The time from which on the memory is no longer shown.
        #[serde(default, deserialize_with = "read_instant")] hide_at: Option<Timestamp>,
        /// The id of the memory.
        id: MemoryId,
        /// Whether the user keeps the memory for good.
        is_saved: bool,
        /// The time that the memory is about.
        #[serde(deserialize_with = "read_instant")] memory_at: Timestamp,
        /// The id of the user who owns it.
        owner_id: UserId,
        /// When the user looked at the memory.
        #[serde(default, deserialize_with = "read_instant")] seen_at: Option<Timestamp>,
        /// The time from which on the memory is shown.
        #[serde(default, deserialize_with = "read_instant")] show_at: Option<Timestamp>,
        /// The kind of memory; today `on_this_day` alone.
        type_: MemoryTypeV1,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

response! {
    /// Sync: a memory of any kind, new or changed.
    struct SyncMemoryV2 {
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The data, whose form depends on the kind.
        data: Value,
        /// When it was moved to the trash, if it was.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// The time from which on the memory is no longer shown.
        #[serde(default, deserialize_with = "read_instant")] hide_at: Option<Timestamp>,
        /// The id of the memory.
        id: MemoryId,
        /// Whether the user keeps the memory for good.
        is_saved: bool,
        /// The time that the memory is about.
        #[serde(deserialize_with = "read_instant")] memory_at: Timestamp,
        /// The id of the user who owns it.
        owner_id: UserId,
        /// When the user looked at the memory.
        #[serde(default, deserialize_with = "read_instant")] seen_at: Option<Timestamp>,
        /// The time from which on the memory is shown.
        #[serde(default, deserialize_with = "read_instant")] show_at: Option<Timestamp>,
        /// The kind of memory; today `on_this_day` alone.
        type_: MemoryType,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

response! {
    /// Sync: a user no longer shares their timeline with another.
    struct SyncPartnerDeleteV1 {
        /// The id of the user who shares.
        shared_by_id: UserId,
        /// The id of the user it is shared with.
        shared_with_id: UserId,
    }
}

response! {
    /// Sync: a user shares their timeline with another.
    struct SyncPartnerV1 {
        /// Whether the assets of the partner are shown in the user's timeline.
        in_timeline: bool,
        /// The user whose assets are shared.
        shared_by_id: UserId,
        /// The user who can see them.
        shared_with_id: UserId,
    }
}

response! {
    /// Sync: a person is deleted.
    struct SyncPersonDeleteV1 {
        /// The id of the person.
        person_id: PersonId,
    }
}

response! {
    /// Sync: a person that is new or has changed.
    struct SyncPersonV1 {
        /// The birthday at midnight UTC; null when unknown.
        #[serde(default, deserialize_with = "read_instant")] birth_date: Option<Timestamp>,
        /// The color.
        color: Option<String>,
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The face that is the picture of the person; despite its name the id of a face.
        face_asset_id: Option<String>,
        /// The id of the person.
        id: PersonId,
        /// Whether the asset is a favorite.
        is_favorite: bool,
        /// Whether the person is hidden from lists of people.
        is_hidden: bool,
        /// The name of the person; empty for none.
        name: String,
        /// The id of the user who owns it.
        owner_id: UserId,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

string_enum! {
    /// A type of data to request from the sync stream; each brings several types of lines.
    enum SyncRequestType {
        AlbumsV1 = "AlbumsV1",
        AlbumUsersV1 = "AlbumUsersV1",
        AlbumToAssetsV1 = "AlbumToAssetsV1",
        AlbumAssetsV1 = "AlbumAssetsV1",
        AlbumAssetExifsV1 = "AlbumAssetExifsV1",
        AssetsV1 = "AssetsV1",
        AssetExifsV1 = "AssetExifsV1",
        AssetEditsV1 = "AssetEditsV1",
        AssetMetadataV1 = "AssetMetadataV1",
        AuthUsersV1 = "AuthUsersV1",
        MemoriesV1 = "MemoriesV1",
        MemoryToAssetsV1 = "MemoryToAssetsV1",
        PartnersV1 = "PartnersV1",
        PartnerAssetsV1 = "PartnerAssetsV1",
        PartnerAssetExifsV1 = "PartnerAssetExifsV1",
        PartnerStacksV1 = "PartnerStacksV1",
        StacksV1 = "StacksV1",
        UsersV1 = "UsersV1",
        PeopleV1 = "PeopleV1",
        AssetFacesV1 = "AssetFacesV1",
        AssetFacesV2 = "AssetFacesV2",
        UserMetadataV1 = "UserMetadataV1",
        AlbumsV2 = "AlbumsV2" (". Since 3.0.0."),
        AlbumAssetsV2 = "AlbumAssetsV2" (". Since 3.0.0."),
        AssetsV2 = "AssetsV2" (". Since 3.0.0."),
        AssetOcrV1 = "AssetOcrV1" (". Since 3.0.0."),
        PartnerAssetsV2 = "PartnerAssetsV2" (". Since 3.0.0."),
        AuthUsersV2 = "AuthUsersV2" (". Since 3.3.0."),
        MemoriesV2 = "MemoriesV2" (". Since 3.3.0."),
        MemoryToAssetsV2 = "MemoryToAssetsV2" (". Since 3.3.0."),
        AssetFacesV3 = "AssetFacesV3" (". Since 3.3.0."),
    }
}

response! {
    /// Sync: a stack is dissolved, its assets stand alone again.
    struct SyncStackDeleteV1 {
        /// The id of the stack that the asset is in.
        stack_id: StackId,
    }
}

response! {
    /// Sync: a stack that is new or has changed.
    struct SyncStackV1 {
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The id of the stack.
        id: StackId,
        /// The id of the user who owns it.
        owner_id: UserId,
        /// The id of the asset that is on top of the stack.
        primary_asset_id: AssetId,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

request! {
    /// The types of data to request from the sync stream, for `get_sync_stream`.
    struct SyncStreamDto {
        required_lists {
            /// The kinds.
            types: SyncRequestType,
        }
        optional {
            /// Whether to forget what was acknowledged and send everything anew.
            reset: bool,
        }
    }
}

response! {
    /// Sync: a user is gone.
    struct SyncUserDeleteV1 {
        /// The id of the user.
        user_id: UserId,
    }
}

response! {
    /// Sync: preferences, licence or first steps of a user are deleted.
    struct SyncUserMetadataDeleteV1 {
        /// The key.
        key: UserMetadataKey,
        /// The id of the user.
        user_id: UserId,
    }
}

response! {
    /// Sync: preferences, licence or first steps of a user, new or changed.
    struct SyncUserMetadataV1 {
        /// The key.
        key: UserMetadataKey,
        /// The id of the user.
        user_id: UserId,
        /// The value.
        value: Value,
    }
}

response! {
    /// Sync: a user of the server, with what all may know.
    struct SyncUserV1 {
        /// The color of the avatar that stands for a missing profile image.
        avatar_color: Option<UserAvatarColor>,
        /// When it was moved to the trash, if it was.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// The e-mail address.
        email: String,
        /// Whether the user has a profile image.
        has_profile_image: bool,
        /// The id of the user.
        id: UserId,
        /// The name of the user.
        name: String,
        /// When the profile image was last changed.
        #[serde(deserialize_with = "read_instant")] profile_changed_at: Timestamp,
    }
}

sync_data! {
    AuthUserV1(SyncAuthUserV1),
    UserV1(SyncUserV1),
    UserDeleteV1(SyncUserDeleteV1),
    AssetV1(SyncAssetV1),
    AssetDeleteV1(SyncAssetDeleteV1),
    AssetExifV1(SyncAssetExifV1),
    AssetEditV1(SyncAssetEditV1),
    AssetEditDeleteV1(SyncAssetEditDeleteV1),
    AssetMetadataV1(SyncAssetMetadataV1),
    AssetMetadataDeleteV1(SyncAssetMetadataDeleteV1),
    PartnerV1(SyncPartnerV1),
    PartnerDeleteV1(SyncPartnerDeleteV1),
    PartnerAssetV1(SyncAssetV1),
    PartnerAssetBackfillV1(SyncAssetV1),
    PartnerAssetDeleteV1(SyncAssetDeleteV1),
    PartnerAssetExifV1(SyncAssetExifV1),
    PartnerAssetExifBackfillV1(SyncAssetExifV1),
    PartnerStackBackfillV1(SyncStackV1),
    PartnerStackDeleteV1(SyncStackDeleteV1),
    PartnerStackV1(SyncStackV1),
    AlbumV1(SyncAlbumV1),
    AlbumDeleteV1(SyncAlbumDeleteV1),
    AlbumUserV1(SyncAlbumUserV1),
    AlbumUserBackfillV1(SyncAlbumUserV1),
    AlbumUserDeleteV1(SyncAlbumUserDeleteV1),
    AlbumAssetCreateV1(SyncAssetV1),
    AlbumAssetUpdateV1(SyncAssetV1),
    AlbumAssetBackfillV1(SyncAssetV1),
    AlbumAssetExifCreateV1(SyncAssetExifV1),
    AlbumAssetExifUpdateV1(SyncAssetExifV1),
    AlbumAssetExifBackfillV1(SyncAssetExifV1),
    AlbumToAssetV1(SyncAlbumToAssetV1),
    AlbumToAssetDeleteV1(SyncAlbumToAssetDeleteV1),
    AlbumToAssetBackfillV1(SyncAlbumToAssetV1),
    MemoryV1(SyncMemoryV1),
    MemoryDeleteV1(SyncMemoryDeleteV1),
    MemoryToAssetV1(SyncMemoryAssetV1),
    MemoryToAssetDeleteV1(SyncMemoryAssetDeleteV1),
    StackV1(SyncStackV1),
    StackDeleteV1(SyncStackDeleteV1),
    PersonV1(SyncPersonV1),
    PersonDeleteV1(SyncPersonDeleteV1),
    AssetFaceV1(SyncAssetFaceV1),
    AssetFaceV2(SyncAssetFaceV2),
    AssetFaceDeleteV1(SyncAssetFaceDeleteV1),
    UserMetadataV1(SyncUserMetadataV1),
    UserMetadataDeleteV1(SyncUserMetadataDeleteV1),
    SyncAckV1,
    AssetV2(SyncAssetV2),
    AssetOcrV1(SyncAssetOcrV1),
    AssetOcrDeleteV1(SyncAssetOcrDeleteV1),
    PartnerAssetV2(SyncAssetV2),
    PartnerAssetBackfillV2(SyncAssetV2),
    AlbumV2(SyncAlbumV2),
    AlbumAssetCreateV2(SyncAssetV2),
    AlbumAssetUpdateV2(SyncAssetV2),
    AlbumAssetBackfillV2(SyncAssetV2),
    AuthUserV2(SyncAuthUserV2),
    MemoryV2(SyncMemoryV2),
    MemoryToAssetV2(SyncMemoryAssetV1),
    AssetFaceV3(SyncAssetFaceV3),
}

/// The types that the stream can be asked for, with the first version of the server that has each.
pub(crate) const SYNC_REQUESTS: &[(&str, ServerVersion)] = &[
    ("AlbumAssetExifsV1", ServerVersion::literal("2.6.0")),
    ("AlbumAssetsV1", ServerVersion::literal("2.6.0")),
    ("AlbumAssetsV2", ServerVersion::literal("3.0.0")),
    ("AlbumToAssetsV1", ServerVersion::literal("2.6.0")),
    ("AlbumUsersV1", ServerVersion::literal("2.6.0")),
    ("AlbumsV1", ServerVersion::literal("2.6.0")),
    ("AlbumsV2", ServerVersion::literal("3.0.0")),
    ("AssetEditsV1", ServerVersion::literal("2.6.0")),
    ("AssetExifsV1", ServerVersion::literal("2.6.0")),
    ("AssetFacesV1", ServerVersion::literal("2.6.0")),
    ("AssetFacesV2", ServerVersion::literal("2.6.0")),
    ("AssetFacesV3", ServerVersion::literal("3.3.0")),
    ("AssetMetadataV1", ServerVersion::literal("2.6.0")),
    ("AssetOcrV1", ServerVersion::literal("3.0.0")),
    ("AssetsV1", ServerVersion::literal("2.6.0")),
    ("AssetsV2", ServerVersion::literal("3.0.0")),
    ("AuthUsersV1", ServerVersion::literal("2.6.0")),
    ("AuthUsersV2", ServerVersion::literal("3.3.0")),
    ("MemoriesV1", ServerVersion::literal("2.6.0")),
    ("MemoriesV2", ServerVersion::literal("3.3.0")),
    ("MemoryToAssetsV1", ServerVersion::literal("2.6.0")),
    ("MemoryToAssetsV2", ServerVersion::literal("3.3.0")),
    ("PartnerAssetExifsV1", ServerVersion::literal("2.6.0")),
    ("PartnerAssetsV1", ServerVersion::literal("2.6.0")),
    ("PartnerAssetsV2", ServerVersion::literal("3.0.0")),
    ("PartnerStacksV1", ServerVersion::literal("2.6.0")),
    ("PartnersV1", ServerVersion::literal("2.6.0")),
    ("PeopleV1", ServerVersion::literal("2.6.0")),
    ("StacksV1", ServerVersion::literal("2.6.0")),
    ("UserMetadataV1", ServerVersion::literal("2.6.0")),
    ("UsersV1", ServerVersion::literal("2.6.0")),
];
