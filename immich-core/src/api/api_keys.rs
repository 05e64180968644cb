//! API keys of the signed-in user: create, change, rotate and delete them, and look at the one in use.

use crate::prelude::*;

group! {
    /// API keys of the signed-in user: create, change, rotate and delete them, and look at the one in use.
    ApiKeysApi: api_keys
}

endpoint! {
    /// Lists the API keys of the signed-in user with their permissions, without their secrets.
    GetApiKeys = GET "/api-keys" -> Json<Vec<ApiKeyResponseDto>>;
    ApiKeysApi.get_api_keys, "getApiKeys" [permission "apiKey.read"];
}

endpoint! {
    /// Creates an API key of the signed-in user with the given permissions; its `secret` is in this response only.
    CreateApiKey = POST "/api-keys" -> Json<ApiKeyCreateResponseDto>;
    ApiKeysApi.create_api_key, "createApiKey" [permission "apiKey.create"] {sensitive: true};
    body { ApiKeyCreateDto }
}

endpoint! {
    /// Describes the API key in use, with its permissions but without its secret; any key may ask, a session may not.
    GetMyApiKey = GET "/api-keys/me" -> Json<ApiKeyResponseDto>;
    ApiKeysApi.get_my_api_key, "getMyApiKey";
}

endpoint! {
    /// Deletes an API key of the signed-in user, which stops working by that.
    DeleteApiKey = DELETE "/api-keys/{id}" -> Empty;
    ApiKeysApi.delete_api_key, "deleteApiKey" [permission "apiKey.delete"];
    path { id: ApiKeyId }
}

endpoint! {
    /// Describes one API key of the signed-in user by its id, without its secret.
    GetApiKey = GET "/api-keys/{id}" -> Json<ApiKeyResponseDto>;
    ApiKeysApi.get_api_key, "getApiKey" [permission "apiKey.read"];
    path { id: ApiKeyId }
}

endpoint! {
    /// Changes the name or the permissions of an API key of the signed-in user; its secret stays.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdateApiKey = PUT "/api-keys/{id}" -> Json<ApiKeyResponseDto>;
    ApiKeysApi.update_api_key, "updateApiKey" [permission "apiKey.update"] [also DeprecatedApi];
    path { id: ApiKeyId }
    body { ApiKeyUpdateDto }
}

endpoint! {
    /// Gives an API key a new secret, which is in this response only; the old one stops working.
    RotateApiKey = POST "/api-keys/{id}/rotate" -> Json<ApiKeyCreateResponseDto>;
    ApiKeysApi.rotate_api_key, "rotateApiKey" [since "3.2.0"] {sensitive: true};
    path { id: ApiKeyId }
}

request! {
    /// Name and permissions of an API key to create.
    struct ApiKeyCreateDto {
        required_lists {
            /// The permissions of the API key.
            permissions: Permission,
        }
        optional {
            /// The name of the key; `API Key` if not set.
            name: String,
        }
    }
}

response! {
    /// A new or rotated API key, with the secret that is shown only this once.
    struct ApiKeyCreateResponseDto {
        /// The API key.
        api_key: ApiKeyResponseDto,
        /// When it was created on the server. Since 3.2.0.
        #[serde(default, deserialize_with = "read_instant")] created_at: Option<Timestamp>,
        /// The id of the api key. Since 3.2.0.
        id: Option<ApiKeyId>,
        /// The name. Since 3.2.0.
        name: Option<String>,
        /// The permissions of the API key. Since 3.2.0.
        permissions: Option<Vec<Permission>>,
        /// The key itself, to send as `x-api-key`; the server does not show it again.
        secret: Secret,
        /// When it was last changed on the server. Since 3.2.0.
        #[serde(default, deserialize_with = "read_instant")] updated_at: Option<Timestamp>,
    }
}

response! {
    /// An API key and what it is allowed to do, without its secret.
    struct ApiKeyResponseDto {
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The id of the api key.
        id: ApiKeyId,
        /// The name of the key.
        name: String,
        /// The permissions of the API key.
        permissions: Vec<Permission>,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

request! {
    /// Changes to an API key: its name, its permissions or both.
    struct ApiKeyUpdateDto {
        optional {
            /// The name of the key.
            name: String,
        }
        optional_lists {
            /// The permissions of the API key.
            permissions: Permission,
        }
    }
}

string_enum! {
    /// A permission of an API key; `all` stands for every one.
    enum Permission {
        All = "all",
        ActivityCreate = "activity.create",
        ActivityRead = "activity.read",
        ActivityUpdate = "activity.update",
        ActivityDelete = "activity.delete",
        ActivityStatistics = "activity.statistics",
        ApiKeyCreate = "apiKey.create",
        ApiKeyRead = "apiKey.read",
        ApiKeyUpdate = "apiKey.update",
        ApiKeyDelete = "apiKey.delete",
        AssetRead = "asset.read",
        AssetUpdate = "asset.update",
        AssetDelete = "asset.delete",
        AssetStatistics = "asset.statistics",
        AssetShare = "asset.share",
        AssetView = "asset.view",
        AssetDownload = "asset.download",
        AssetUpload = "asset.upload",
        AssetReplace = "asset.replace" (". Up to 2.7.5."),
        AssetCopy = "asset.copy",
        AssetDerive = "asset.derive",
        AssetEditGet = "asset.edit.get",
        AssetEditCreate = "asset.edit.create",
        AssetEditDelete = "asset.edit.delete",
        AlbumCreate = "album.create",
        AlbumRead = "album.read",
        AlbumUpdate = "album.update",
        AlbumDelete = "album.delete",
        AlbumStatistics = "album.statistics",
        AlbumShare = "album.share",
        AlbumDownload = "album.download",
        AlbumAssetCreate = "albumAsset.create",
        AlbumAssetDelete = "albumAsset.delete",
        AlbumUserCreate = "albumUser.create",
        AlbumUserUpdate = "albumUser.update",
        AlbumUserDelete = "albumUser.delete",
        AuthChangePassword = "auth.changePassword",
        AuthDeviceDelete = "authDevice.delete",
        ArchiveRead = "archive.read",
        BackupList = "backup.list",
        BackupDownload = "backup.download",
        BackupUpload = "backup.upload",
        BackupDelete = "backup.delete",
        DuplicateRead = "duplicate.read",
        DuplicateDelete = "duplicate.delete",
        FaceCreate = "face.create",
        FaceRead = "face.read",
        FaceUpdate = "face.update",
        FaceDelete = "face.delete",
        FolderRead = "folder.read",
        JobCreate = "job.create",
        JobRead = "job.read",
        LibraryCreate = "library.create",
        LibraryRead = "library.read",
        LibraryUpdate = "library.update",
        LibraryDelete = "library.delete",
        LibraryStatistics = "library.statistics",
        TimelineRead = "timeline.read",
        TimelineDownload = "timeline.download",
        Maintenance = "maintenance",
        MapRead = "map.read",
        MapSearch = "map.search",
        MemoryCreate = "memory.create",
        MemoryRead = "memory.read",
        MemoryUpdate = "memory.update",
        MemoryDelete = "memory.delete",
        MemoryStatistics = "memory.statistics",
        MemoryAssetCreate = "memoryAsset.create",
        MemoryAssetDelete = "memoryAsset.delete",
        NotificationCreate = "notification.create",
        NotificationRead = "notification.read",
        NotificationUpdate = "notification.update",
        NotificationDelete = "notification.delete",
        PartnerCreate = "partner.create",
        PartnerRead = "partner.read",
        PartnerUpdate = "partner.update",
        PartnerDelete = "partner.delete",
        PersonCreate = "person.create",
        PersonRead = "person.read",
        PersonUpdate = "person.update",
        PersonDelete = "person.delete",
        PersonStatistics = "person.statistics",
        PersonMerge = "person.merge",
        PersonReassign = "person.reassign",
        PinCodeCreate = "pinCode.create",
        PinCodeUpdate = "pinCode.update",
        PinCodeDelete = "pinCode.delete",
        PluginCreate = "plugin.create",
        PluginRead = "plugin.read",
        PluginUpdate = "plugin.update",
        PluginDelete = "plugin.delete",
        ServerAbout = "server.about",
        ServerApkLinks = "server.apkLinks",
        ServerStorage = "server.storage",
        ServerStatistics = "server.statistics",
        ServerVersionCheck = "server.versionCheck",
        ServerLicenseRead = "serverLicense.read",
        ServerLicenseUpdate = "serverLicense.update",
        ServerLicenseDelete = "serverLicense.delete",
        SessionCreate = "session.create",
        SessionRead = "session.read",
        SessionUpdate = "session.update",
        SessionDelete = "session.delete",
        SessionLock = "session.lock",
        SharedLinkCreate = "sharedLink.create",
        SharedLinkRead = "sharedLink.read",
        SharedLinkUpdate = "sharedLink.update",
        SharedLinkDelete = "sharedLink.delete",
        StackCreate = "stack.create",
        StackRead = "stack.read",
        StackUpdate = "stack.update",
        StackDelete = "stack.delete",
        SyncStream = "sync.stream",
        SyncCheckpointRead = "syncCheckpoint.read",
        SyncCheckpointUpdate = "syncCheckpoint.update",
        SyncCheckpointDelete = "syncCheckpoint.delete",
        SystemConfigRead = "systemConfig.read",
        SystemConfigUpdate = "systemConfig.update",
        SystemMetadataRead = "systemMetadata.read",
        SystemMetadataUpdate = "systemMetadata.update",
        TagCreate = "tag.create",
        TagRead = "tag.read",
        TagUpdate = "tag.update",
        TagDelete = "tag.delete",
        TagAsset = "tag.asset",
        UserRead = "user.read",
        UserUpdate = "user.update",
        UserLicenseCreate = "userLicense.create",
        UserLicenseRead = "userLicense.read",
        UserLicenseUpdate = "userLicense.update",
        UserLicenseDelete = "userLicense.delete",
        UserOnboardingRead = "userOnboarding.read",
        UserOnboardingUpdate = "userOnboarding.update",
        UserOnboardingDelete = "userOnboarding.delete",
        UserPreferenceRead = "userPreference.read",
        UserPreferenceUpdate = "userPreference.update",
        UserProfileImageCreate = "userProfileImage.create",
        UserProfileImageRead = "userProfileImage.read",
        UserProfileImageUpdate = "userProfileImage.update",
        UserProfileImageDelete = "userProfileImage.delete",
        QueueRead = "queue.read",
        QueueUpdate = "queue.update",
        QueueJobCreate = "queueJob.create",
        QueueJobRead = "queueJob.read",
        QueueJobUpdate = "queueJob.update",
        QueueJobDelete = "queueJob.delete",
        WorkflowCreate = "workflow.create",
        WorkflowRead = "workflow.read",
        WorkflowUpdate = "workflow.update",
        WorkflowDelete = "workflow.delete",
        AdminUserCreate = "adminUser.create",
        AdminUserRead = "adminUser.read",
        AdminUserUpdate = "adminUser.update",
        AdminUserDelete = "adminUser.delete",
        AdminSessionRead = "adminSession.read",
        AdminAuthUnlinkAll = "adminAuth.unlinkAll",
        ApiKeyRotate = "apiKey.rotate" (". Since 3.2.0."),
        AssetFileRead = "assetFile.read" (". Since 3.2.0."),
        AssetFileDelete = "assetFile.delete" (". Since 3.2.0."),
        AssetFileDownload = "assetFile.download" (". Since 3.2.0."),
        ClusterGroupRead = "clusterGroup.read" (". Since 3.2.0."),
        ClusterGroupLeave = "clusterGroup.leave" (". Since 3.2.0."),
        ClusterGroupRequestCreate = "clusterGroupRequest.create" (". Since 3.2.0."),
        ClusterGroupRequestRead = "clusterGroupRequest.read" (". Since 3.2.0."),
        ClusterGroupRequestDelete = "clusterGroupRequest.delete" (". Since 3.2.0."),
        AdminConfigRead = "adminConfig.read" (". Since 3.2.0."),
        AdminConfigUpdate = "adminConfig.update" (". Since 3.2.0."),
        UserConfigRead = "userConfig.read" (". Since 3.2.0."),
        WorkflowLogs = "workflow.logs" (". Since 3.2.0."),
    }
}
