//! From method and path to operation, and from operation to handler.

use http::Method;
use immich_core::incoming::IncomingRequest;
use immich_core::{Operation, ServerVersion, api};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::State;
use super::{
    about, activities, album_users, albums, api_keys, asset_metadata, assets, download, duplicates, edits, faces,
    files, heatmap, known_assets, legacy_sync, libraries, maintenance, map, memories, notifications, partners, people,
    places, preferences, profile_image, queues, search, sessions, shared_links, stacks, sync, tags, timeline, trash,
    user_admin, users,
};

/// A path without slashes at its end, with the query: the web framework ignores them.
pub(super) fn without_slash(path_and_query: &str) -> String {
    let (path, query) = path_and_query.split_at(path_and_query.find('?').unwrap_or(path_and_query.len()));
    format!("{}{query}", path.strip_suffix('/').unwrap_or(path))
}

/// Responds to a request whose body has been read.
pub(super) type Handler = fn(&mut State, &Asked) -> Result<Answer, Fault>;

/// The operation of a path below `/api`. A path without parameters takes precedence over one with parameters.
pub(super) fn find(version: ServerVersion, method: &Method, path_and_query: &str) -> Option<&'static Operation> {
    // Every `GET` operation also accepts `HEAD`.
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let headers = http::HeaderMap::new();
    let request = IncomingRequest { method, path_and_query, headers: &headers, body: &[] };
    let of_method = api::OPERATIONS.iter().copied().filter(|operation| operation.method == *method);
    let fitting = of_method.filter(|operation| request.path_values(operation).is_some() && operation.is_in(version));
    fitting.min_by_key(|operation| operation.path.matches('{').count())
}

/// The handler of an operation; `None` if the fake does not implement it.
pub(super) fn handler(operation: &Operation) -> Option<Handler> {
    let handler: Handler = match operation.id {
        "pingServer" => about::ping,
        "getServerVersion" => about::version,
        "getVersionHistory" => about::version_history,
        "getServerFeatures" => about::features,
        "getServerConfig" => about::config,
        "getAboutInfo" => about::about,
        "getTheme" => about::theme,
        "getApkLinks" => about::apk_links,
        "getStorage" => about::storage,
        "getServerStatistics" => about::statistics,
        "getSupportedMediaTypes" => assets::media_types,

        "login" => sessions::login,
        "logout" => sessions::logout,
        "validateAccessToken" => sessions::validate,
        "getAuthStatus" => sessions::status,
        "changePassword" => sessions::change_password,
        "setupPinCode" => sessions::set_pin,
        "changePinCode" => sessions::change_pin,
        "resetPinCode" => sessions::reset_pin,
        "unlockAuthSession" => sessions::unlock,
        "lockAuthSession" => sessions::lock,
        "getSessions" => sessions::list,
        "createSession" => sessions::create,
        "lockSession" => sessions::lock_other,
        "updateSession" => sessions::update,
        "deleteSession" => sessions::delete,
        "deleteAllSessions" => sessions::delete_all,

        "getMyApiKey" => api_keys::me,
        "getApiKeys" => api_keys::list,
        "createApiKey" => api_keys::create,
        "getApiKey" => api_keys::get,
        "updateApiKey" => api_keys::update,
        "deleteApiKey" => api_keys::delete,

        "rotateApiKey" => api_keys::rotate,

        "getMyUser" => users::me,
        "updateMyUser" => users::update_me,
        "searchUsers" => users::list,
        "getUser" => users::get,
        "searchUsersAdmin" => user_admin::list,
        "getUserAdmin" => user_admin::get,
        "createUserAdmin" => user_admin::create,
        "updateUserAdmin" => user_admin::update,
        "deleteUserAdmin" => user_admin::delete,
        "restoreUserAdmin" => user_admin::restore,
        "signUpAdmin" => user_admin::sign_up,
        "getAdminOnboarding" => user_admin::onboarding,
        "updateAdminOnboarding" => user_admin::set_onboarding,
        "getUserOnboarding" => users::onboarding,
        "setUserOnboarding" => users::set_onboarding,
        "deleteUserOnboarding" => users::delete_onboarding,
        "getUserStatisticsAdmin" => assets::statistics_admin,
        "getUserSessionsAdmin" => sessions::list_admin,
        "getUserPreferencesAdmin" => preferences::get_admin,
        "updateUserPreferencesAdmin" => preferences::update_admin,
        "getMyPreferences" => preferences::get,
        "updateMyPreferences" => preferences::update,
        "getProfileImage" => profile_image::get,
        "deleteProfileImage" => profile_image::delete,

        "getAssetInfo" => assets::get,
        "updateAsset" => assets::update,
        "updateAssets" => assets::update_many,
        "deleteAssets" => assets::delete,
        "getAssetStatistics" => assets::statistics,
        "checkBulkUpload" => known_assets::check,
        "checkExistingAssets" => known_assets::exist,
        "getAllUserAssetsByDeviceId" => known_assets::of_device,
        "getRandom" => search::random_assets,
        "getAssetMetadata" => asset_metadata::list,
        "getAssetMetadataByKey" => asset_metadata::get,
        "updateAssetMetadata" => asset_metadata::update,
        "deleteAssetMetadata" => asset_metadata::delete,
        "getAssetOcr" => assets::ocr,
        "runAssetJobs" => assets::run_jobs,
        "downloadAsset" => files::original,
        "viewAsset" => files::thumbnail,
        "playAssetVideo" => files::playback,

        "getDownloadInfo" => download::info,
        "downloadArchive" => download::archive,

        "getAllAlbums" => albums::list,
        "createAlbum" => albums::create,
        "getAlbumInfo" => albums::get,
        "updateAlbumInfo" => albums::update,
        "deleteAlbum" => albums::delete,
        "getAlbumStatistics" => albums::statistics,
        "addAssetsToAlbum" => albums::add_assets,
        "addAssetsToAlbums" => albums::add_assets_to_many,
        "removeAssetFromAlbum" => albums::remove_assets,
        "addUsersToAlbum" => album_users::add,
        "updateAlbumUser" => album_users::update,
        "removeUserFromAlbum" => album_users::remove,

        "getAlbumMapMarkers" => map::album_markers,
        "getMapMarkers" => map::markers,

        "getActivities" => activities::list,
        "createActivity" => activities::create,
        "getActivityStatistics" => activities::statistics,
        "deleteActivity" => activities::delete,

        "getAllPeople" => people::list,
        "createPerson" => people::create,
        "getPerson" => people::get,
        "updatePerson" => people::update,
        "updatePeople" => people::update_many,
        "deletePerson" => people::delete,
        "deletePeople" => people::delete_many,
        "getPersonStatistics" => people::statistics,
        "getPersonThumbnail" => people::thumbnail,
        "mergePersonLegacy" => people::merge,
        "mergePeople" => people::merge_all,
        "searchPerson" => people::search,

        "getFaces" => faces::list,
        "createFace" => faces::create,
        "deleteFace" => faces::delete,
        "reassignFacesById" => faces::reassign,
        "reassignFaces" => faces::reassign_many,

        "searchMemories" => memories::search,
        "memoriesStatistics" => memories::statistics,
        "getMemory" => memories::get,
        "createMemory" => memories::create,
        "updateMemory" => memories::update,
        "deleteMemory" => memories::delete,
        "addMemoryAssets" => memories::add_assets,
        "removeMemoryAssets" => memories::remove_assets,

        "getQueues" => queues::list,
        "getQueuesLegacy" => queues::list_legacy,
        "getQueue" => queues::get,
        "updateQueue" => queues::update,
        "getQueueJobs" => queues::jobs,
        "emptyQueue" => queues::empty,
        "createJob" => queues::create_job,
        "runQueueCommandLegacy" => queues::command,

        "getSearchSuggestions" => places::suggestions,
        "getAssetsByCity" => places::cities,
        "getExploreData" => places::explore,
        "searchPlaces" => places::search,
        "reverseGeocode" => places::reverse,
        "getUniqueOriginalPaths" => places::folders,
        "getAssetsByOriginalPath" => places::in_folder,

        "getAssetDuplicates" => duplicates::list,
        "deleteDuplicate" => duplicates::delete,
        "deleteDuplicates" => duplicates::delete_many,
        "resolveDuplicates" => duplicates::resolve,

        "getNotifications" => notifications::list,
        "createNotification" => notifications::create,
        "getNotification" => notifications::get,
        "updateNotification" => notifications::update,
        "updateNotifications" => notifications::update_many,
        "deleteNotification" => notifications::delete,
        "deleteNotifications" => notifications::delete_many,

        "getPartners" => partners::list,
        "createPartner" => partners::create,
        "createPartnerDeprecated" => partners::create_by_path,
        "updatePartner" => partners::update,
        "removePartner" => partners::delete,

        "getMyCalendarHeatmap" => heatmap::mine,
        "getUserCalendarHeatmapAdmin" => heatmap::of_user,

        "getAssetEdits" => edits::get,
        "editAsset" => edits::replace,
        "removeAssetEdits" => edits::delete,
        "copyAsset" => edits::copy,
        "updateBulkAssetMetadata" => asset_metadata::update_many,
        "deleteBulkAssetMetadata" => asset_metadata::delete_many,

        "getAllLibraries" => libraries::list,
        "createLibrary" => libraries::create,
        "getLibrary" => libraries::get,
        "updateLibrary" => libraries::update,
        "deleteLibrary" => libraries::delete,
        "scanLibrary" => libraries::scan,
        "getLibraryStatistics" => libraries::statistics,
        "validate" => libraries::validate,

        "getServerLicense" | "getUserLicense" => maintenance::no_license,
        "setServerLicense" | "setUserLicense" => maintenance::set_license,
        "deleteServerLicense" | "deleteUserLicense" | "unlinkAllOAuthAccountsAdmin" => maintenance::nothing_to_remove,
        "getVersionCheck" | "getVersionCheckState" => maintenance::version_check,
        "getReverseGeocodingState" => maintenance::geocoding_state,
        "getMaintenanceStatus" => maintenance::status,
        "setMaintenanceMode" => maintenance::set_mode,
        "maintenanceLogin" => maintenance::login,
        "detectPriorInstall" => maintenance::folders,
        "listDatabaseBackups" => maintenance::backups,
        "getIntegrityReport" => maintenance::integrity,
        "getIntegrityReportSummary" => maintenance::integrity_summary,
        "startOAuth" | "finishOAuth" => maintenance::no_oauth,
        "linkOAuthAccount" => maintenance::no_oauth_state,
        "logoutOAuth" => maintenance::no_oauth_logout,
        "redirectOAuthToMobile" => maintenance::redirect_to_app,
        "sendTestEmailAdmin" => maintenance::no_mail,
        "getUsersForPeople" | "getClusterGroupRequests" => maintenance::nothing,
        "getClusterGroupUsers" => users::of_cluster_group,
        "unlinkOAuthAccount" => maintenance::unlink_oauth,

        "getSyncStream" => sync::stream,
        "sendSyncAck" => sync::acknowledge,
        "getFullSyncForUser" => legacy_sync::full,
        "getDeltaSync" => legacy_sync::delta,
        "getSyncAck" => sync::acknowledged,
        "deleteSyncAck" => sync::forget,

        "searchAssets" => search::metadata,
        "searchAssetStatistics" => search::statistics,
        "searchRandom" => search::random,
        "searchLargeAssets" => search::large,
        "searchSmart" => search::smart,

        "getTimeBuckets" => timeline::buckets,
        "getTimeBucket" => timeline::bucket,

        "emptyTrash" => trash::empty,
        "restoreTrash" => trash::restore,
        "restoreAssets" => trash::restore_assets,

        "getAllTags" => tags::list,
        "createTag" => tags::create,
        "upsertTags" => tags::upsert,
        "getTagById" => tags::get,
        "updateTag" => tags::update,
        "deleteTag" => tags::delete,
        "tagAssets" => tags::tag_assets,
        "untagAssets" => tags::untag_assets,
        "bulkTagAssets" => tags::tag_in_bulk,

        "createStack" => stacks::create,
        "searchStacks" => stacks::search,
        "getStack" => stacks::get,
        "updateStack" => stacks::update,
        "deleteStack" => stacks::delete,
        "deleteStacks" => stacks::delete_many,
        "removeAssetFromStack" => stacks::remove_asset,

        "getAllSharedLinks" => shared_links::list,
        "createSharedLink" => shared_links::create,
        "getMySharedLink" => shared_links::me,
        "sharedLinkLogin" => shared_links::login,
        "getSharedLinkById" => shared_links::get,
        "updateSharedLink" => shared_links::update,
        "removeSharedLink" => shared_links::delete,
        "addSharedLinkAssets" => shared_links::add_assets,
        "removeSharedLinkAssets" => shared_links::remove_assets,
        _ => return None,
    };
    Some(handler)
}
