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
    /// Tells the server how far this session has got: the last of `acks` for each type counts, 1000 at most, which [`SyncAcks`](crate::stream::SyncAcks) sees to; needs a session.
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
    /// What the client has already, to ask servers 2.x for what changed since.
    struct AssetDeltaSyncDto {
        required {
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
        }
        required_lists {
            user_ids: UserId,
        }
    }
}

response! {
    /// The assets that changed or went away since the last time, on servers 2.x.
    struct AssetDeltaSyncResponseDto {
        deleted: Vec<String>,
        /// True when too much has changed, so that all assets must be fetched anew.
        needs_full_sync: bool,
        upserted: Vec<AssetResponseDto>,
    }
}

request! {
    /// Which page of all assets of a user to get, on servers 2.x.
    struct AssetFullSyncDto {
        required {
            limit: i64,
            #[serde(serialize_with = "instant")] updated_until: Timestamp,
        }
        optional {
            last_id: AssetId,
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
        type_: SyncEntityType,
    }
}

request! {
    /// What was taken in of the sync stream, so that it is not sent again.
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
        album_id: AlbumId,
    }
}

response! {
    /// Sync: an asset is no longer in an album.
    struct SyncAlbumToAssetDeleteV1 {
        album_id: AlbumId,
        asset_id: AssetId,
    }
}

response! {
    /// Sync: an asset is in an album.
    struct SyncAlbumToAssetV1 {
        album_id: AlbumId,
        asset_id: AssetId,
    }
}

response! {
    /// Sync: an album is no longer shared with a user.
    struct SyncAlbumUserDeleteV1 {
        album_id: AlbumId,
        user_id: UserId,
    }
}

response! {
    /// Sync: a user can see an album, in a role.
    struct SyncAlbumUserV1 {
        album_id: AlbumId,
        role: AlbumUserRole,
        user_id: UserId,
    }
}

response! {
    /// Sync: an album that is new or has changed, with its owner.
    struct SyncAlbumV1 {
        created_at: Timestamp,
        description: String,
        id: AlbumId,
        is_activity_enabled: bool,
        name: String,
        order: AssetOrder,
        owner_id: UserId,
        thumbnail_asset_id: Option<String>,
        updated_at: Timestamp,
    }
}

response! {
    /// Sync: an album that is new or has changed; its owner comes as an album user.
    struct SyncAlbumV2 {
        created_at: Timestamp,
        description: String,
        id: AlbumId,
        is_activity_enabled: bool,
        name: String,
        order: AssetOrder,
        thumbnail_asset_id: Option<String>,
        updated_at: Timestamp,
    }
}

response! {
    /// Sync: an asset is deleted for good.
    struct SyncAssetDeleteV1 {
        asset_id: AssetId,
    }
}

response! {
    /// Sync: an edit of an asset is undone.
    struct SyncAssetEditDeleteV1 {
        edit_id: Uuid,
    }
}

response! {
    /// Sync: an edit is applied to an asset.
    struct SyncAssetEditV1 {
        action: AssetEditAction,
        asset_id: AssetId,
        id: Uuid,
        parameters: Value,
        /// The place of this edit among those of the asset, which are applied in order.
        sequence: i64,
    }
}

response! {
    /// Sync: what the camera wrote in the file of an asset, new or changed.
    struct SyncAssetExifV1 {
        asset_id: AssetId,
        city: Option<String>,
        country: Option<String>,
        date_time_original: Option<Timestamp>,
        description: Option<String>,
        exif_image_height: Option<i64>,
        exif_image_width: Option<i64>,
        exposure_time: Option<String>,
        f_number: Option<f64>,
        file_size_in_byte: Option<i64>,
        focal_length: Option<f64>,
        /// Frames per second of a video; null for photos.
        fps: Option<f64>,
        iso: Option<i64>,
        latitude: Option<f64>,
        lens_model: Option<String>,
        longitude: Option<f64>,
        make: Option<String>,
        model: Option<String>,
        modify_date: Option<Timestamp>,
        orientation: Option<String>,
        profile_description: Option<String>,
        projection_type: Option<String>,
        rating: Option<i64>,
        state: Option<String>,
        time_zone: Option<String>,
    }
}

response! {
    /// Sync: a face of an asset is deleted.
    struct SyncAssetFaceDeleteV1 {
        asset_face_id: FaceId,
    }
}

response! {
    /// Sync: a face in an asset, in the first form of this line.
    struct SyncAssetFaceV1 {
        asset_id: AssetId,
        bounding_box_x1: i64,
        bounding_box_x2: i64,
        bounding_box_y1: i64,
        bounding_box_y2: i64,
        id: FaceId,
        image_height: i64,
        image_width: i64,
        person_id: Option<String>,
        source_type: String,
    }
}

response! {
    /// Sync: a face in an asset, in the second form, which also tells whether it is visible.
    struct SyncAssetFaceV2 {
        asset_id: AssetId,
        bounding_box_x1: i64,
        bounding_box_x2: i64,
        bounding_box_y1: i64,
        bounding_box_y2: i64,
        deleted_at: Option<Timestamp>,
        id: FaceId,
        image_height: i64,
        image_width: i64,
        is_visible: bool,
        person_id: Option<String>,
        source_type: String,
    }
}

response! {
    /// Sync: a face in an asset, in the newest form of this line.
    struct SyncAssetFaceV3 {
        asset_id: AssetId,
        bounding_box_x1: i64,
        bounding_box_x2: i64,
        bounding_box_y1: i64,
        bounding_box_y2: i64,
        /// When somebody deleted the face; null when nobody did.
        deleted_at: Option<Timestamp>,
        id: FaceId,
        image_height: i64,
        image_width: i64,
        is_visible: bool,
        person_id: Option<String>,
        source_type: String,
    }
}

response! {
    /// Sync: a value that an app stored with an asset is deleted.
    struct SyncAssetMetadataDeleteV1 {
        asset_id: AssetId,
        key: String,
    }
}

response! {
    /// Sync: a value that an app stored with an asset.
    struct SyncAssetMetadataV1 {
        asset_id: AssetId,
        key: String,
        value: Value,
    }
}

response! {
    /// Sync: a piece of text in an image is deleted.
    struct SyncAssetOcrDeleteV1 {
        asset_id: String,
        deleted_at: Timestamp,
        id: String,
    }
}

response! {
    /// Sync: a piece of text that was read in an image.
    struct SyncAssetOcrV1 {
        asset_id: AssetId,
        box_score: f64,
        id: Uuid,
        is_visible: bool,
        text: String,
        text_score: f64,
        x1: f64,
        x2: f64,
        x3: f64,
        x4: f64,
        y1: f64,
        y2: f64,
        y3: f64,
        y4: f64,
    }
}

response! {
    /// Sync: an asset that is new or has changed, with its duration as text.
    struct SyncAssetV1 {
        /// SHA-1 of the original file, in base64.
        checksum: String,
        created_at: Option<Timestamp>,
        /// When it was moved to the trash; null when it is not there.
        deleted_at: Option<Timestamp>,
        /// Length of a video, as text; null for photos.
        duration: Option<AssetDuration>,
        file_created_at: Option<Timestamp>,
        file_modified_at: Option<Timestamp>,
        height: Option<i64>,
        id: AssetId,
        is_edited: bool,
        is_favorite: bool,
        library_id: Option<String>,
        live_photo_video_id: Option<String>,
        /// The time when it was taken, by the clock of the place and without a time zone.
        local_date_time: Option<LocalDateTime>,
        original_file_name: String,
        owner_id: UserId,
        stack_id: Option<String>,
        thumbhash: Option<String>,
        type_: AssetTypeEnum,
        visibility: AssetVisibility,
        width: Option<i64>,
    }
}

response! {
    /// Sync: an asset that is new or has changed, with its duration in milliseconds.
    struct SyncAssetV2 {
        /// SHA-1 of the original file, in base64.
        checksum: String,
        created_at: Option<Timestamp>,
        /// When it was moved to the trash; null when it is not there.
        deleted_at: Option<Timestamp>,
        /// Length of a video in milliseconds; null for photos.
        duration: Option<AssetDuration>,
        /// The moment when it was taken, in UTC.
        file_created_at: Option<Timestamp>,
        file_modified_at: Option<Timestamp>,
        height: Option<i64>,
        id: AssetId,
        is_edited: bool,
        is_favorite: bool,
        library_id: Option<String>,
        /// The hidden video that belongs to a live photo; an asset of its own.
        live_photo_video_id: Option<String>,
        /// The time when it was taken, by the clock of the place and without a time zone.
        local_date_time: Option<LocalDateTime>,
        original_file_name: String,
        owner_id: UserId,
        stack_id: Option<String>,
        /// A tiny blurred preview in base64; null until one is made.
        thumbhash: Option<String>,
        type_: AssetTypeEnum,
        visibility: AssetVisibility,
        width: Option<i64>,
    }
}

response! {
    /// Sync: the signed-in user, with what only they may know.
    struct SyncAuthUserV1 {
        avatar_color: Option<UserAvatarColor>,
        deleted_at: Option<Timestamp>,
        email: String,
        has_profile_image: bool,
        id: UserId,
        is_admin: bool,
        name: String,
        oauth_id: String,
        pin_code: Option<Secret>,
        profile_changed_at: Timestamp,
        /// How much the user may store, in bytes; null for unlimited.
        quota_size_in_bytes: Option<i64>,
        /// How much the user has stored, in bytes.
        quota_usage_in_bytes: i64,
        storage_label: Option<String>,
    }
}

response! {
    /// Sync: the signed-in user, in a newer form whose `oauth_id` may be null.
    struct SyncAuthUserV2 {
        avatar_color: Option<UserAvatarColor>,
        deleted_at: Option<Timestamp>,
        email: String,
        has_profile_image: bool,
        id: UserId,
        is_admin: bool,
        name: String,
        oauth_id: Option<String>,
        pin_code: Option<Secret>,
        profile_changed_at: Timestamp,
        quota_size_in_bytes: Option<i64>,
        quota_usage_in_bytes: i64,
        storage_label: Option<String>,
    }
}

string_enum! {
    /// What a line of the sync stream is about, which also says how to read it.
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
        AssetV2 = "AssetV2",
        AssetOcrV1 = "AssetOcrV1",
        AssetOcrDeleteV1 = "AssetOcrDeleteV1",
        PartnerAssetV2 = "PartnerAssetV2",
        PartnerAssetBackfillV2 = "PartnerAssetBackfillV2",
        AlbumV2 = "AlbumV2",
        AlbumAssetCreateV2 = "AlbumAssetCreateV2",
        AlbumAssetUpdateV2 = "AlbumAssetUpdateV2",
        AlbumAssetBackfillV2 = "AlbumAssetBackfillV2",
        AuthUserV2 = "AuthUserV2",
        MemoryV2 = "MemoryV2",
        MemoryToAssetV2 = "MemoryToAssetV2",
        AssetFaceV3 = "AssetFaceV3",
    }
}

response! {
    /// Sync: an asset is no longer part of a memory.
    struct SyncMemoryAssetDeleteV1 {
        asset_id: AssetId,
        memory_id: MemoryId,
    }
}

response! {
    /// Sync: an asset is part of a memory.
    struct SyncMemoryAssetV1 {
        asset_id: AssetId,
        memory_id: MemoryId,
    }
}

response! {
    /// Sync: a memory is deleted.
    struct SyncMemoryDeleteV1 {
        memory_id: MemoryId,
    }
}

response! {
    /// Sync: a memory of this day in another year, new or changed.
    struct SyncMemoryV1 {
        created_at: Timestamp,
        data: Value,
        deleted_at: Option<Timestamp>,
        hide_at: Option<Timestamp>,
        id: MemoryId,
        is_saved: bool,
        memory_at: Timestamp,
        owner_id: UserId,
        seen_at: Option<Timestamp>,
        show_at: Option<Timestamp>,
        type_: MemoryTypeV1,
        updated_at: Timestamp,
    }
}

response! {
    /// Sync: a memory of any kind, new or changed.
    struct SyncMemoryV2 {
        created_at: Timestamp,
        data: Value,
        deleted_at: Option<Timestamp>,
        hide_at: Option<Timestamp>,
        id: MemoryId,
        is_saved: bool,
        memory_at: Timestamp,
        owner_id: UserId,
        seen_at: Option<Timestamp>,
        show_at: Option<Timestamp>,
        type_: MemoryType,
        updated_at: Timestamp,
    }
}

response! {
    /// Sync: a user no longer shares their timeline with another.
    struct SyncPartnerDeleteV1 {
        shared_by_id: UserId,
        shared_with_id: UserId,
    }
}

response! {
    /// Sync: a user shares their timeline with another.
    struct SyncPartnerV1 {
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
        person_id: PersonId,
    }
}

response! {
    /// Sync: a person that is new or has changed.
    struct SyncPersonV1 {
        /// The birthday at midnight UTC; null when unknown.
        birth_date: Option<Timestamp>,
        color: Option<String>,
        created_at: Timestamp,
        /// The face that is the picture of the person; despite its name the id of a face.
        face_asset_id: Option<String>,
        id: PersonId,
        is_favorite: bool,
        is_hidden: bool,
        name: String,
        owner_id: UserId,
        updated_at: Timestamp,
    }
}

string_enum! {
    /// What to ask the sync stream for; each choice brings several kinds of lines.
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
        AlbumsV2 = "AlbumsV2",
        AlbumAssetsV2 = "AlbumAssetsV2",
        AssetsV2 = "AssetsV2",
        AssetOcrV1 = "AssetOcrV1",
        PartnerAssetsV2 = "PartnerAssetsV2",
        AuthUsersV2 = "AuthUsersV2",
        MemoriesV2 = "MemoriesV2",
        MemoryToAssetsV2 = "MemoryToAssetsV2",
        AssetFacesV3 = "AssetFacesV3",
    }
}

response! {
    /// Sync: a stack is dissolved, its assets stand alone again.
    struct SyncStackDeleteV1 {
        stack_id: StackId,
    }
}

response! {
    /// Sync: a stack that is new or has changed.
    struct SyncStackV1 {
        created_at: Timestamp,
        id: StackId,
        owner_id: UserId,
        primary_asset_id: AssetId,
        updated_at: Timestamp,
    }
}

request! {
    /// What to get from the sync stream, for `get_sync_stream`.
    struct SyncStreamDto {
        required_lists {
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
        user_id: UserId,
    }
}

response! {
    /// Sync: preferences, licence or first steps of a user are deleted.
    struct SyncUserMetadataDeleteV1 {
        key: UserMetadataKey,
        user_id: UserId,
    }
}

response! {
    /// Sync: preferences, licence or first steps of a user, new or changed.
    struct SyncUserMetadataV1 {
        key: UserMetadataKey,
        user_id: UserId,
        value: Value,
    }
}

response! {
    /// Sync: a user of the server, with what all may know.
    struct SyncUserV1 {
        avatar_color: Option<UserAvatarColor>,
        deleted_at: Option<Timestamp>,
        email: String,
        has_profile_image: bool,
        id: UserId,
        name: String,
        profile_changed_at: Timestamp,
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
