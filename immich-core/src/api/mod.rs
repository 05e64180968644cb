//! Every operation and type of Immich 2.6.0 to 3.3.5, named as Immich names them.
//!
//! * [`ApiKeysApi`]: API keys of the signed-in user: create, change, rotate and delete them, and look at the one in use.
//! * [`ActivitiesApi`]: Comments and likes on shared albums and their assets.
//! * [`AlbumsApi`]: Albums: their assets, the users they are shared with, and their details.
//! * [`AssetFilesApi`]: The files that belong to an asset: original, preview, thumbnail, sidecar and others.
//! * [`AssetsApi`]: Photos and videos: upload, download, look at, change, edit and delete them.
//! * [`AuthApi`]: Signing in and out, passwords, PIN codes and OAuth.
//! * [`AuthAdminApi`]: An administrator's operations on the sign-in of others.
//! * [`ClusterGroupsApi`]: Groups of users whose faces are recognized together, and the requests to join one.
//! * [`ConfigAdminApi`]: The settings of the server, for administrators.
//! * [`ConfigPublicApi`]: The settings of the server that anyone may know, signed in or not.
//! * [`ConfigUserApi`]: The settings of the server that a signed-in user may know.
//! * [`BackupsApi`]: Backups of the database, and restoring one.
//! * [`DownloadApi`]: Archives of several assets.
//! * [`DuplicatesApi`]: Groups of assets that look alike, and what to do with them.
//! * [`FacesApi`]: Faces in photos, and the people they belong to.
//! * [`JobsApi`]: Background jobs: starting one, and the queues as older servers show them.
//! * [`LibrariesApi`]: External libraries: folders of the server that are scanned for photos and videos.
//! * [`MaintenanceAdminApi`]: Maintenance mode, and checks of the integrity of the stored files.
//! * [`MapApi`]: Places: assets on the map, and names of coordinates.
//! * [`MemoriesApi`]: Memories: assets of the same day in other years, and the like.
//! * [`NotificationsApi`]: Notifications of the signed-in user.
//! * [`NotificationsAdminApi`]: Notifications and mails that an administrator sends.
//! * [`PartnersApi`]: Partners: users who share their whole timeline with another.
//! * [`PeopleApi`]: People who were recognized in photos.
//! * [`PluginsApi`]: Installed plugins, and what they offer to workflows.
//! * [`QueuesApi`]: Queues of background jobs.
//! * [`SearchApi`]: Search by metadata, by content, at random, by place and by person.
//! * [`ServerApi`]: The server itself: version, features, statistics, storage and licence.
//! * [`SessionsApi`]: Sessions of the signed-in user, one for each device.
//! * [`SharedLinksApi`]: Links by which people without an account see an album or some assets.
//! * [`StacksApi`]: Stacks: assets that are shown as one.
//! * [`SyncApi`]: Synchronization: a stream of everything that changed since the last time.
//! * [`SystemConfigApi`]: The settings of the server, as servers before 3.3 serve them.
//! * [`SystemMetadataApi`]: The server's records about itself.
//! * [`TagsApi`]: Tags, in a tree, and the assets that have them.
//! * [`TimelineApi`]: The timeline: how many assets there are in each month, and which.
//! * [`TrashApi`]: The trash: restore what is in it, or empty it.
//! * [`UsersApi`]: The signed-in user, and what is known of the others.
//! * [`UsersAdminApi`]: All users of the server, for administrators.
//! * [`ViewsApi`]: Assets by the folder they are stored in.
//! * [`WorkflowsApi`]: Workflows: what happens by itself when an asset comes in or changes.
//!
//! Written by `cargo xtask generate` from `openapi/`; change it there.

#![allow(deprecated, clippy::new_without_default, clippy::too_many_arguments)]

pub mod activities;
pub mod albums;
pub mod api_keys;
pub mod asset_files;
pub mod assets;
pub mod auth;
pub mod auth_admin;
pub mod backups;
pub mod cluster_groups;
pub mod config_admin;
pub mod config_public;
pub mod config_user;
pub mod download;
pub mod duplicates;
pub mod faces;
pub mod jobs;
pub mod libraries;
pub mod maintenance_admin;
pub mod map;
pub mod memories;
pub mod notifications;
pub mod notifications_admin;
pub mod partners;
pub mod people;
pub mod plugins;
pub mod queues;
pub mod search;
pub mod server;
pub mod sessions;
pub mod shared;
pub mod shared_links;
pub mod stacks;
pub mod sync;
pub mod system_config;
pub mod system_metadata;
pub mod tags;
pub mod timeline;
pub mod trash;
pub mod users;
pub mod users_admin;
pub mod views;
pub mod workflows;

pub use activities::*;
pub use albums::*;
pub use api_keys::*;
pub use asset_files::*;
pub use assets::*;
pub use auth::*;
pub use auth_admin::*;
pub use backups::*;
pub use cluster_groups::*;
pub use config_admin::*;
pub use config_public::*;
pub use config_user::*;
pub use download::*;
pub use duplicates::*;
pub use faces::*;
pub use jobs::*;
pub use libraries::*;
pub use maintenance_admin::*;
pub use map::*;
pub use memories::*;
pub use notifications::*;
pub use notifications_admin::*;
pub use partners::*;
pub use people::*;
pub use plugins::*;
pub use queues::*;
pub use search::*;
pub use server::*;
pub use sessions::*;
pub use shared::*;
pub use shared_links::*;
pub use stacks::*;
pub use sync::*;
pub use system_config::*;
pub use system_metadata::*;
pub use tags::*;
pub use timeline::*;
pub use trash::*;
pub use users::*;
pub use users_admin::*;
pub use views::*;
pub use workflows::*;

use crate::prelude::*;

/// The oldest version of Immich that is described here.
pub const OLDEST_VERSION: ServerVersion = ServerVersion::literal("2.6.0");

/// The newest version of Immich that is described here.
pub const NEWEST_VERSION: ServerVersion = ServerVersion::literal("3.3.5");

group! {
    /// The deprecated operations of all groups.
    DeprecatedApi: deprecated
}

index! {
    AcceptClusterGroupRequest, AddAssetsToAlbum, AddAssetsToAlbums, AddMemoryAssets, AddSharedLinkAssets,
    AddUsersToAlbum, BulkTagAssets, ChangePassword, ChangePinCode, CheckBulkUpload, CheckExistingAssets,
    ClusterGroupRegeneratePeople, CopyAsset, CreateActivity, CreateAlbum, CreateApiKey, CreateClusterGroupRequest,
    CreateFace, CreateJob, CreateLibrary, CreateMemory, CreateNotification, CreatePartner, CreatePartnerDeprecated,
    CreatePerson, CreateProfileImage, CreateSession, CreateSharedLink, CreateStack, CreateTag, CreateUserAdmin,
    CreateWorkflow, DeleteActivity, DeleteAlbum, DeleteAllSessions, DeleteApiKey, DeleteAssetFile,
    DeleteAssetMetadata, DeleteAssets, DeleteBulkAssetMetadata, DeleteClusterGroupRequest, DeleteDatabaseBackup,
    DeleteDuplicate, DeleteDuplicates, DeleteFace, DeleteIntegrityReport, DeleteLibrary, DeleteMemory,
    DeleteNotification, DeleteNotifications, DeletePeople, DeletePerson, DeleteProfileImage, DeleteServerLicense,
    DeleteSession, DeleteStack, DeleteStacks, DeleteSyncAck, DeleteTag, DeleteUserAdmin, DeleteUserLicense,
    DeleteUserOnboarding, DeleteWorkflow, DetectPriorInstall, DownloadArchive, DownloadAsset, DownloadAssetFile,
    DownloadDatabaseBackup, EditAsset, EmptyQueue, EmptyTrash, EndSession, FinishOauth, GetAboutInfo, GetActivities,
    GetActivityStatistics, GetAdminConfig, GetAdminConfigDefaults, GetAdminOnboarding, GetAlbumInfo,
    GetAlbumMapMarkers, GetAlbumStatistics, GetAllAlbums, GetAllLibraries, GetAllPeople, GetAllSharedLinks,
    GetAllTags, GetAllUserAssetsByDeviceId, GetApiKey, GetApiKeys, GetApkLinks, GetAssetDuplicates, GetAssetEdits,
    GetAssetFile, GetAssetInfo, GetAssetMetadata, GetAssetMetadataByKey, GetAssetOcr, GetAssetStatistics,
    GetAssetsByCity, GetAssetsByOriginalPath, GetAuthStatus, GetClusterGroupRequests, GetClusterGroupRequestsForGroup,
    GetClusterGroupUsers, GetConfig, GetConfigDefaults, GetDeltaSync, GetDownloadInfo, GetExploreData, GetFaces,
    GetFullSyncForUser, GetIntegrityReport, GetIntegrityReportCsv, GetIntegrityReportFile, GetIntegrityReportSummary,
    GetLibrary, GetLibraryStatistics, GetMainPlaylist, GetMaintenanceStatus, GetMapMarkers, GetMediaPlaylist,
    GetMemory, GetMyApiKey, GetMyCalendarHeatmap, GetMyPreferences, GetMySharedLink, GetMyUser, GetNotification,
    GetNotificationTemplateAdmin, GetNotifications, GetPartners, GetPerson, GetPersonStatistics, GetPersonThumbnail,
    GetPlugin, GetPluginTriggers, GetProfileImage, GetPublicConfig, GetPublicConfigDefaults, GetQueue, GetQueueJobs,
    GetQueues, GetQueuesLegacy, GetRandom, GetReverseGeocodingState, GetSearchSuggestions, GetSegment,
    GetServerConfig, GetServerFeatures, GetServerLicense, GetServerStatistics, GetServerVersion, GetSessions,
    GetSharedLinkById, GetStack, GetStorage, GetStorageTemplateOptions, GetSupportedMediaTypes, GetSyncAck,
    GetSyncStream, GetTagById, GetTheme, GetTimeBucket, GetTimeBuckets, GetUniqueOriginalPaths, GetUser, GetUserAdmin,
    GetUserCalendarHeatmapAdmin, GetUserConfig, GetUserConfigDefaults, GetUserLicense, GetUserOnboarding,
    GetUserPreferencesAdmin, GetUserSessionsAdmin, GetUserStatisticsAdmin, GetUsersForPeople, GetVersionCheck,
    GetVersionCheckState, GetVersionHistory, GetWorkflow, GetWorkflowForShare, GetWorkflowLogs, GetWorkflowTriggers,
    LeaveClusterGroup, LinkOauthAccount, ListDatabaseBackups, LockAuthSession, LockSession, Login, Logout,
    LogoutOauth, MaintenanceLogin, MemoriesStatistics, MergePeople, MergePersonLegacy, PingServer, PlayAssetVideo,
    ReassignFaces, ReassignFacesById, RedirectOauthToMobile, RemoveAssetEdits, RemoveAssetFromAlbum,
    RemoveAssetFromStack, RemoveMemoryAssets, RemovePartner, RemoveSharedLink, RemoveSharedLinkAssets,
    RemoveUserFromAlbum, RemoveUsersFromPeople, ReplaceAsset, ResetPinCode, ResolveDuplicates, RestoreAssets,
    RestoreTrash, RestoreUserAdmin, ReverseGeocode, RotateApiKey, RunAssetJobs, RunQueueCommandLegacy, ScanLibrary,
    SearchAssetFiles, SearchAssetStatistics, SearchAssets, SearchLargeAssets, SearchMemories, SearchPerson,
    SearchPlaces, SearchPluginMethods, SearchPluginTemplates, SearchPlugins, SearchRandom, SearchSmart, SearchStacks,
    SearchUsers, SearchUsersAdmin, SearchWorkflows, SendSyncAck, SendTestEmailAdmin, SetMaintenanceMode,
    SetServerLicense, SetUserLicense, SetUserOnboarding, SetupPinCode, SharedLinkLogin, SignUpAdmin,
    StartDatabaseRestoreFlow, StartOauth, TagAssets, UnlinkAllOauthAccountsAdmin, UnlinkOauthAccount,
    UnlockAuthSession, UntagAssets, UpdateAdminConfig, UpdateAdminOnboarding, UpdateAlbumInfo, UpdateAlbumUser,
    UpdateApiKey, UpdateAsset, UpdateAssetMetadata, UpdateAssets, UpdateBulkAssetMetadata, UpdateConfig,
    UpdateLibrary, UpdateMemory, UpdateMyPreferences, UpdateMyUser, UpdateNotification, UpdateNotifications,
    UpdatePartner, UpdatePeople, UpdatePerson, UpdateQueue, UpdateSession, UpdateSharedLink, UpdateStack, UpdateTag,
    UpdateUserAdmin, UpdateUserPreferencesAdmin, UpdateWorkflow, UploadAsset, UploadDatabaseBackup, UpsertPeopleUsers,
    UpsertTags, Validate, ValidateAccessToken, ViewAsset,
}
