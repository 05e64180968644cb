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
    /// Tells the server how far this session has got: the last of `acks` for each type counts, 1000 at most; needs a session.
    SendSyncAck = POST "/sync/ack" -> Empty;
    SyncApi.send_sync_ack, "sendSyncAck" [permission "syncCheckpoint.update"];
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
    /// Streams what changed since the last acknowledgement as lines of JSON, which are not decoded here; needs a session, not an API key.
    GetSyncStream = POST "/sync/stream" -> Binary;
    SyncApi.get_sync_stream, "getSyncStream" [permission "sync.stream"] {idempotent: true};
    body { SyncStreamDto }
}

request! {
    /// Placeholder.
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
    /// Placeholder.
    struct AssetDeltaSyncResponseDto {
        deleted: Vec<String>,
        needs_full_sync: bool,
        upserted: Vec<AssetResponseDto>,
    }
}

request! {
    /// Placeholder.
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
    /// Placeholder.
    struct SyncAckDeleteDto {
        optional_lists {
            types: SyncEntityType,
        }
    }
}

response! {
    /// Placeholder.
    struct SyncAckDto {
        ack: String,
        type_: SyncEntityType,
    }
}

request! {
    /// Placeholder.
    struct SyncAckSetDto {
        required_lists {
            acks: String,
        }
    }
}

response! {
    /// Placeholder.
    struct SyncAlbumDeleteV1 {
        album_id: AlbumId,
    }
}

response! {
    /// Placeholder.
    struct SyncAlbumToAssetDeleteV1 {
        album_id: AlbumId,
        asset_id: AssetId,
    }
}

response! {
    /// Placeholder.
    struct SyncAlbumToAssetV1 {
        album_id: AlbumId,
        asset_id: AssetId,
    }
}

response! {
    /// Placeholder.
    struct SyncAlbumUserDeleteV1 {
        album_id: AlbumId,
        user_id: UserId,
    }
}

response! {
    /// Placeholder.
    struct SyncAlbumUserV1 {
        album_id: AlbumId,
        role: AlbumUserRole,
        user_id: UserId,
    }
}

response! {
    /// Placeholder.
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
    /// Placeholder.
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
    /// Placeholder.
    struct SyncAssetDeleteV1 {
        asset_id: AssetId,
    }
}

response! {
    /// Placeholder.
    struct SyncAssetEditDeleteV1 {
        edit_id: Uuid,
    }
}

response! {
    /// Placeholder.
    struct SyncAssetEditV1 {
        action: AssetEditAction,
        asset_id: AssetId,
        id: Uuid,
        parameters: Value,
        sequence: i64,
    }
}

response! {
    /// Placeholder.
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
    /// Placeholder.
    struct SyncAssetFaceDeleteV1 {
        asset_face_id: FaceId,
    }
}

response! {
    /// Placeholder.
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
    /// Placeholder.
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
    /// Placeholder.
    struct SyncAssetFaceV3 {
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
    /// Placeholder.
    struct SyncAssetMetadataDeleteV1 {
        asset_id: AssetId,
        key: String,
    }
}

response! {
    /// Placeholder.
    struct SyncAssetMetadataV1 {
        asset_id: AssetId,
        key: String,
        value: Value,
    }
}

response! {
    /// Placeholder.
    struct SyncAssetOcrDeleteV1 {
        asset_id: String,
        deleted_at: Timestamp,
        id: String,
    }
}

response! {
    /// Placeholder.
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
    /// Placeholder.
    struct SyncAssetV1 {
        checksum: String,
        created_at: Option<Timestamp>,
        deleted_at: Option<Timestamp>,
        duration: Option<AssetDuration>,
        file_created_at: Option<Timestamp>,
        file_modified_at: Option<Timestamp>,
        height: Option<i64>,
        id: AssetId,
        is_edited: bool,
        is_favorite: bool,
        library_id: Option<String>,
        live_photo_video_id: Option<String>,
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
    /// Placeholder.
    struct SyncAssetV2 {
        checksum: String,
        created_at: Option<Timestamp>,
        deleted_at: Option<Timestamp>,
        duration: Option<AssetDuration>,
        file_created_at: Option<Timestamp>,
        file_modified_at: Option<Timestamp>,
        height: Option<i64>,
        id: AssetId,
        is_edited: bool,
        is_favorite: bool,
        library_id: Option<String>,
        live_photo_video_id: Option<String>,
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
    /// Placeholder.
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
        quota_size_in_bytes: Option<i64>,
        quota_usage_in_bytes: i64,
        storage_label: Option<String>,
    }
}

response! {
    /// Placeholder.
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
    /// Placeholder.
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
    /// Placeholder.
    struct SyncMemoryAssetDeleteV1 {
        asset_id: AssetId,
        memory_id: MemoryId,
    }
}

response! {
    /// Placeholder.
    struct SyncMemoryAssetV1 {
        asset_id: AssetId,
        memory_id: MemoryId,
    }
}

response! {
    /// Placeholder.
    struct SyncMemoryDeleteV1 {
        memory_id: MemoryId,
    }
}

response! {
    /// Placeholder.
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
    /// Placeholder.
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
    /// Placeholder.
    struct SyncPartnerDeleteV1 {
        shared_by_id: UserId,
        shared_with_id: UserId,
    }
}

response! {
    /// Placeholder.
    struct SyncPartnerV1 {
        in_timeline: bool,
        shared_by_id: UserId,
        shared_with_id: UserId,
    }
}

response! {
    /// Placeholder.
    struct SyncPersonDeleteV1 {
        person_id: PersonId,
    }
}

response! {
    /// Placeholder.
    struct SyncPersonV1 {
        birth_date: Option<Timestamp>,
        color: Option<String>,
        created_at: Timestamp,
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
    /// Placeholder.
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
    /// Placeholder.
    struct SyncStackDeleteV1 {
        stack_id: StackId,
    }
}

response! {
    /// Placeholder.
    struct SyncStackV1 {
        created_at: Timestamp,
        id: StackId,
        owner_id: UserId,
        primary_asset_id: AssetId,
        updated_at: Timestamp,
    }
}

request! {
    /// Placeholder.
    struct SyncStreamDto {
        required_lists {
            types: SyncRequestType,
        }
        optional {
            reset: bool,
        }
    }
}

response! {
    /// Placeholder.
    struct SyncUserDeleteV1 {
        user_id: UserId,
    }
}

response! {
    /// Placeholder.
    struct SyncUserMetadataDeleteV1 {
        key: UserMetadataKey,
        user_id: UserId,
    }
}

response! {
    /// Placeholder.
    struct SyncUserMetadataV1 {
        key: UserMetadataKey,
        user_id: UserId,
        value: Value,
    }
}

response! {
    /// Placeholder.
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
