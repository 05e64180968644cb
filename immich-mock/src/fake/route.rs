//! From method and path to operation, and from operation to handler.

use std::collections::HashMap;
use std::sync::LazyLock;

use http::Method;
use immich_core::api::*;
use immich_core::incoming::operations_at;
use immich_core::{Operation, ServerVersion};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::state::State;
use super::{
    about, activities, album_users, albums, api_keys, asset_files, asset_metadata, assets, backups, cluster_groups,
    download, duplicates, edits, faces, files, heatmap, integrity, known_assets, legacy_sync, libraries, maintenance,
    map, memories, notifications, partners, people, person_shares, places, plugins, preferences, profile_image, queues,
    search, sessions, shared_links, stacks, sync, system_config, tags, timeline, trash, user_admin, users,
    video_streams, workflows,
};

/// A path without slashes at its end, with the query: the web framework ignores them.
pub(super) fn without_slash(path_and_query: &str) -> String {
    let (path, query) = path_and_query.split_at(path_and_query.find('?').unwrap_or(path_and_query.len()));
    format!("{}{query}", path.strip_suffix('/').unwrap_or(path))
}

/// Responds to a request whose body has been read.
#[derive(Clone, Copy)]
pub(super) enum Handler {
    /// Changes nothing, and runs beside others of this kind.
    Reader(Reader),
    Writer(Writer),
}

type Reader = fn(&State, &Asked) -> Result<Answer, Fault>;
type Writer = fn(&mut State, &Asked) -> Result<Answer, Fault>;

/// The operation of a path below `/api` on a version of the server.
pub(super) fn find(version: ServerVersion, method: &Method, path_and_query: &str) -> Option<&'static Operation> {
    // Every `GET` operation also accepts `HEAD`.
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let path = path_and_query.split('?').next().unwrap_or_default();
    operations_at(method, path).find(|operation| operation.is_in(version))
}

/// The handler of an operation; `None` if the fake does not implement it.
pub(super) fn handler(operation: &Operation) -> Option<Handler> {
    static BY_ID: LazyLock<HashMap<&str, Handler>> = LazyLock::new(|| {
        let readers = READERS.iter().map(|(operation, reader)| (operation.id, Handler::Reader(*reader)));
        let writers = WRITERS.iter().map(|(operation, writer)| (operation.id, Handler::Writer(*writer)));
        readers.chain(writers).collect()
    });
    BY_ID.get(operation.id).copied()
}

/// The operations that change nothing, and are called often.
#[expect(deprecated, reason = "servers have them")]
static READERS: [(&Operation, Reader); 47] = [
    (GetSyncStream::OPERATION, sync::stream),
    (PingServer::OPERATION, about::ping),
    (GetServerVersion::OPERATION, about::version),
    (GetVersionHistory::OPERATION, about::version_history),
    (GetServerFeatures::OPERATION, about::features),
    (GetServerConfig::OPERATION, about::config),
    (GetAboutInfo::OPERATION, about::about),
    (GetTheme::OPERATION, about::theme),
    (GetApkLinks::OPERATION, about::apk_links),
    (GetStorage::OPERATION, about::storage),
    (GetServerStatistics::OPERATION, about::statistics),
    (GetSupportedMediaTypes::OPERATION, assets::media_types),
    (GetMyUser::OPERATION, users::me),
    (SearchUsers::OPERATION, users::list),
    (GetUser::OPERATION, users::get),
    (GetUserOnboarding::OPERATION, users::onboarding),
    (GetUserStatisticsAdmin::OPERATION, assets::statistics_admin),
    (GetAssetInfo::OPERATION, assets::get),
    (GetAssetStatistics::OPERATION, assets::statistics),
    (CheckBulkUpload::OPERATION, known_assets::check),
    (CheckExistingAssets::OPERATION, known_assets::exist),
    (GetAllUserAssetsByDeviceId::OPERATION, known_assets::of_device),
    (GetAssetOcr::OPERATION, assets::ocr),
    (DownloadAsset::OPERATION, files::original),
    (ViewAsset::OPERATION, files::thumbnail),
    (PlayAssetVideo::OPERATION, files::playback),
    (GetDownloadInfo::OPERATION, download::info),
    (DownloadArchive::OPERATION, download::archive),
    (GetAllAlbums::OPERATION, albums::list),
    (GetAlbumInfo::OPERATION, albums::get),
    (GetAlbumStatistics::OPERATION, albums::statistics),
    (GetAlbumMapMarkers::OPERATION, map::album_markers),
    (GetMapMarkers::OPERATION, map::markers),
    (GetSearchSuggestions::OPERATION, places::suggestions),
    (GetAssetsByCity::OPERATION, places::cities),
    (GetExploreData::OPERATION, places::explore),
    (SearchPlaces::OPERATION, places::search),
    (ReverseGeocode::OPERATION, places::reverse),
    (GetUniqueOriginalPaths::OPERATION, places::folders),
    (GetAssetsByOriginalPath::OPERATION, places::in_folder),
    (GetMyCalendarHeatmap::OPERATION, heatmap::mine),
    (GetUserCalendarHeatmapAdmin::OPERATION, heatmap::of_user),
    (SearchAssets::OPERATION, search::metadata),
    (SearchAssetStatistics::OPERATION, search::statistics),
    (SearchLargeAssets::OPERATION, search::large),
    (GetTimeBuckets::OPERATION, timeline::buckets),
    (GetTimeBucket::OPERATION, timeline::bucket),
];

/// The other operations that the fake implements, but for those that read a form.
#[expect(deprecated, reason = "servers have them")]
static WRITERS: [(&Operation, Writer); 236] = [
    (Login::OPERATION, sessions::login),
    (Logout::OPERATION, sessions::logout),
    (ValidateAccessToken::OPERATION, sessions::validate),
    (GetAuthStatus::OPERATION, sessions::status),
    (ChangePassword::OPERATION, sessions::change_password),
    (SetupPinCode::OPERATION, sessions::set_pin),
    (ChangePinCode::OPERATION, sessions::change_pin),
    (ResetPinCode::OPERATION, sessions::reset_pin),
    (UnlockAuthSession::OPERATION, sessions::unlock),
    (LockAuthSession::OPERATION, sessions::lock),
    (GetSessions::OPERATION, sessions::list),
    (CreateSession::OPERATION, sessions::create),
    (LockSession::OPERATION, sessions::lock_other),
    (UpdateSession::OPERATION, sessions::update),
    (DeleteSession::OPERATION, sessions::delete),
    (DeleteAllSessions::OPERATION, sessions::delete_all),
    (GetMyApiKey::OPERATION, api_keys::me),
    (GetApiKeys::OPERATION, api_keys::list),
    (CreateApiKey::OPERATION, api_keys::create),
    (GetApiKey::OPERATION, api_keys::get),
    (UpdateApiKey::OPERATION, api_keys::update),
    (DeleteApiKey::OPERATION, api_keys::delete),
    (RotateApiKey::OPERATION, api_keys::rotate),
    (UpdateMyUser::OPERATION, users::update_me),
    (SearchUsersAdmin::OPERATION, user_admin::list),
    (GetUserAdmin::OPERATION, user_admin::get),
    (CreateUserAdmin::OPERATION, user_admin::create),
    (UpdateUserAdmin::OPERATION, user_admin::update),
    (DeleteUserAdmin::OPERATION, user_admin::delete),
    (RestoreUserAdmin::OPERATION, user_admin::restore),
    (SignUpAdmin::OPERATION, user_admin::sign_up),
    (GetAdminOnboarding::OPERATION, user_admin::onboarding),
    (UpdateAdminOnboarding::OPERATION, user_admin::set_onboarding),
    (SetUserOnboarding::OPERATION, users::set_onboarding),
    (DeleteUserOnboarding::OPERATION, users::delete_onboarding),
    (GetUserSessionsAdmin::OPERATION, sessions::list_admin),
    (GetUserPreferencesAdmin::OPERATION, preferences::get_admin),
    (UpdateUserPreferencesAdmin::OPERATION, preferences::update_admin),
    (GetMyPreferences::OPERATION, preferences::get),
    (UpdateMyPreferences::OPERATION, preferences::update),
    (GetProfileImage::OPERATION, profile_image::get),
    (DeleteProfileImage::OPERATION, profile_image::delete),
    (UpdateAsset::OPERATION, assets::update),
    (UpdateAssets::OPERATION, assets::update_many),
    (DeleteAssets::OPERATION, assets::delete),
    (GetRandom::OPERATION, search::random_assets),
    (GetAssetMetadata::OPERATION, asset_metadata::list),
    (GetAssetMetadataByKey::OPERATION, asset_metadata::get),
    (UpdateAssetMetadata::OPERATION, asset_metadata::update),
    (DeleteAssetMetadata::OPERATION, asset_metadata::delete),
    (RunAssetJobs::OPERATION, assets::run_jobs),
    (CreateAlbum::OPERATION, albums::create),
    (UpdateAlbumInfo::OPERATION, albums::update),
    (DeleteAlbum::OPERATION, albums::delete),
    (AddAssetsToAlbum::OPERATION, albums::add_assets),
    (AddAssetsToAlbums::OPERATION, albums::add_assets_to_many),
    (RemoveAssetFromAlbum::OPERATION, albums::remove_assets),
    (AddUsersToAlbum::OPERATION, album_users::add),
    (UpdateAlbumUser::OPERATION, album_users::update),
    (RemoveUserFromAlbum::OPERATION, album_users::remove),
    (GetActivities::OPERATION, activities::list),
    (CreateActivity::OPERATION, activities::create),
    (GetActivityStatistics::OPERATION, activities::statistics),
    (DeleteActivity::OPERATION, activities::delete),
    (GetAllPeople::OPERATION, people::list),
    (CreatePerson::OPERATION, people::create),
    (GetPerson::OPERATION, people::get),
    (UpdatePerson::OPERATION, people::update),
    (UpdatePeople::OPERATION, people::update_many),
    (DeletePerson::OPERATION, people::delete),
    (DeletePeople::OPERATION, people::delete_many),
    (GetPersonStatistics::OPERATION, people::statistics),
    (GetPersonThumbnail::OPERATION, people::thumbnail),
    (MergePersonLegacy::OPERATION, people::merge),
    (MergePeople::OPERATION, people::merge_all),
    (SearchPerson::OPERATION, people::search),
    (GetFaces::OPERATION, faces::list),
    (CreateFace::OPERATION, faces::create),
    (DeleteFace::OPERATION, faces::delete),
    (ReassignFacesById::OPERATION, faces::reassign),
    (ReassignFaces::OPERATION, faces::reassign_many),
    (SearchMemories::OPERATION, memories::search),
    (MemoriesStatistics::OPERATION, memories::statistics),
    (GetMemory::OPERATION, memories::get),
    (CreateMemory::OPERATION, memories::create),
    (UpdateMemory::OPERATION, memories::update),
    (DeleteMemory::OPERATION, memories::delete),
    (AddMemoryAssets::OPERATION, memories::add_assets),
    (RemoveMemoryAssets::OPERATION, memories::remove_assets),
    (GetQueues::OPERATION, queues::list),
    (GetQueuesLegacy::OPERATION, queues::list_legacy),
    (GetQueue::OPERATION, queues::get),
    (UpdateQueue::OPERATION, queues::update),
    (GetQueueJobs::OPERATION, queues::jobs),
    (EmptyQueue::OPERATION, queues::empty),
    (CreateJob::OPERATION, queues::create_job),
    (RunQueueCommandLegacy::OPERATION, queues::command),
    (GetAssetDuplicates::OPERATION, duplicates::list),
    (DeleteDuplicate::OPERATION, duplicates::delete),
    (DeleteDuplicates::OPERATION, duplicates::delete_many),
    (ResolveDuplicates::OPERATION, duplicates::resolve),
    (GetNotifications::OPERATION, notifications::list),
    (CreateNotification::OPERATION, notifications::create),
    (GetNotification::OPERATION, notifications::get),
    (UpdateNotification::OPERATION, notifications::update),
    (UpdateNotifications::OPERATION, notifications::update_many),
    (DeleteNotification::OPERATION, notifications::delete),
    (DeleteNotifications::OPERATION, notifications::delete_many),
    (GetPartners::OPERATION, partners::list),
    (CreatePartner::OPERATION, partners::create),
    (CreatePartnerDeprecated::OPERATION, partners::create_by_path),
    (UpdatePartner::OPERATION, partners::update),
    (RemovePartner::OPERATION, partners::delete),
    (GetAssetEdits::OPERATION, edits::get),
    (EditAsset::OPERATION, edits::replace),
    (RemoveAssetEdits::OPERATION, edits::delete),
    (CopyAsset::OPERATION, edits::copy),
    (UpdateBulkAssetMetadata::OPERATION, asset_metadata::update_many),
    (DeleteBulkAssetMetadata::OPERATION, asset_metadata::delete_many),
    (GetAllLibraries::OPERATION, libraries::list),
    (CreateLibrary::OPERATION, libraries::create),
    (GetLibrary::OPERATION, libraries::get),
    (UpdateLibrary::OPERATION, libraries::update),
    (DeleteLibrary::OPERATION, libraries::delete),
    (ScanLibrary::OPERATION, libraries::scan),
    (GetLibraryStatistics::OPERATION, libraries::statistics),
    (Validate::OPERATION, libraries::validate),
    (GetConfig::OPERATION, system_config::get),
    (UpdateConfig::OPERATION, system_config::update),
    (GetConfigDefaults::OPERATION, system_config::defaults),
    (GetStorageTemplateOptions::OPERATION, system_config::template_options),
    (GetAdminConfig::OPERATION, system_config::get),
    (UpdateAdminConfig::OPERATION, system_config::update),
    (GetAdminConfigDefaults::OPERATION, system_config::defaults),
    (GetUserConfig::OPERATION, system_config::of_user),
    (GetUserConfigDefaults::OPERATION, system_config::defaults_of_user),
    (GetPublicConfig::OPERATION, system_config::public),
    (GetPublicConfigDefaults::OPERATION, system_config::public_defaults),
    (SearchPlugins::OPERATION, plugins::list),
    (GetPlugin::OPERATION, plugins::get),
    (SearchPluginMethods::OPERATION, plugins::methods),
    (SearchPluginTemplates::OPERATION, plugins::templates),
    (GetPluginTriggers::OPERATION, plugins::triggers),
    (SearchWorkflows::OPERATION, workflows::list),
    (CreateWorkflow::OPERATION, workflows::create),
    (GetWorkflow::OPERATION, workflows::get),
    (UpdateWorkflow::OPERATION, workflows::update),
    (DeleteWorkflow::OPERATION, workflows::delete),
    (GetWorkflowForShare::OPERATION, workflows::share),
    (GetWorkflowLogs::OPERATION, workflows::logs),
    (GetWorkflowTriggers::OPERATION, workflows::list_triggers),
    (ListDatabaseBackups::OPERATION, backups::list),
    (DownloadDatabaseBackup::OPERATION, backups::download),
    (DeleteDatabaseBackup::OPERATION, backups::delete),
    (StartDatabaseRestoreFlow::OPERATION, maintenance::start_restore),
    (GetNotificationTemplateAdmin::OPERATION, maintenance::mail_template),
    (GetIntegrityReport::OPERATION, integrity::list),
    (GetIntegrityReportSummary::OPERATION, integrity::summary),
    (GetIntegrityReportCsv::OPERATION, integrity::csv),
    (GetIntegrityReportFile::OPERATION, integrity::file),
    (DeleteIntegrityReport::OPERATION, integrity::delete),
    (SearchAssetFiles::OPERATION, asset_files::search),
    (GetAssetFile::OPERATION, asset_files::get),
    (DownloadAssetFile::OPERATION, asset_files::download),
    (DeleteAssetFile::OPERATION, asset_files::delete),
    (GetMainPlaylist::OPERATION, video_streams::main),
    (GetMediaPlaylist::OPERATION, video_streams::media),
    (GetSegment::OPERATION, video_streams::segment),
    (EndSession::OPERATION, video_streams::end),
    (GetClusterGroupUsers::OPERATION, users::of_cluster_group),
    (GetClusterGroupRequests::OPERATION, cluster_groups::mine),
    (GetClusterGroupRequestsForGroup::OPERATION, cluster_groups::of_group),
    (CreateClusterGroupRequest::OPERATION, cluster_groups::create),
    (AcceptClusterGroupRequest::OPERATION, cluster_groups::accept),
    (DeleteClusterGroupRequest::OPERATION, cluster_groups::delete),
    (LeaveClusterGroup::OPERATION, cluster_groups::leave),
    (ClusterGroupRegeneratePeople::OPERATION, cluster_groups::regenerate),
    (GetUsersForPeople::OPERATION, person_shares::list),
    (UpsertPeopleUsers::OPERATION, person_shares::upsert),
    (RemoveUsersFromPeople::OPERATION, person_shares::remove),
    (GetServerLicense::OPERATION, maintenance::no_license),
    (GetUserLicense::OPERATION, maintenance::no_license),
    (SetServerLicense::OPERATION, maintenance::set_license),
    (SetUserLicense::OPERATION, maintenance::set_license),
    (DeleteServerLicense::OPERATION, maintenance::nothing_to_remove),
    (DeleteUserLicense::OPERATION, maintenance::nothing_to_remove),
    (UnlinkAllOauthAccountsAdmin::OPERATION, maintenance::nothing_to_remove),
    (GetVersionCheck::OPERATION, maintenance::version_check),
    (GetVersionCheckState::OPERATION, maintenance::version_check),
    (GetReverseGeocodingState::OPERATION, maintenance::geocoding_state),
    (GetMaintenanceStatus::OPERATION, maintenance::status),
    (SetMaintenanceMode::OPERATION, maintenance::set_mode),
    (MaintenanceLogin::OPERATION, maintenance::login),
    (DetectPriorInstall::OPERATION, maintenance::folders),
    (StartOauth::OPERATION, maintenance::no_oauth),
    (FinishOauth::OPERATION, maintenance::no_oauth),
    (LinkOauthAccount::OPERATION, maintenance::no_oauth_state),
    (LogoutOauth::OPERATION, maintenance::no_oauth_logout),
    (RedirectOauthToMobile::OPERATION, maintenance::redirect_to_app),
    (SendTestEmailAdmin::OPERATION, maintenance::no_mail),
    (UnlinkOauthAccount::OPERATION, maintenance::unlink_oauth),
    (SendSyncAck::OPERATION, sync::acknowledge),
    (GetFullSyncForUser::OPERATION, legacy_sync::full),
    (GetDeltaSync::OPERATION, legacy_sync::delta),
    (GetSyncAck::OPERATION, sync::acknowledged),
    (DeleteSyncAck::OPERATION, sync::forget),
    (SearchRandom::OPERATION, search::random),
    (SearchSmart::OPERATION, search::smart),
    (EmptyTrash::OPERATION, trash::empty),
    (RestoreTrash::OPERATION, trash::restore),
    (RestoreAssets::OPERATION, trash::restore_assets),
    (GetAllTags::OPERATION, tags::list),
    (CreateTag::OPERATION, tags::create),
    (UpsertTags::OPERATION, tags::upsert),
    (GetTagById::OPERATION, tags::get),
    (UpdateTag::OPERATION, tags::update),
    (DeleteTag::OPERATION, tags::delete),
    (TagAssets::OPERATION, tags::tag_assets),
    (UntagAssets::OPERATION, tags::untag_assets),
    (BulkTagAssets::OPERATION, tags::tag_in_bulk),
    (CreateStack::OPERATION, stacks::create),
    (SearchStacks::OPERATION, stacks::search),
    (GetStack::OPERATION, stacks::get),
    (UpdateStack::OPERATION, stacks::update),
    (DeleteStack::OPERATION, stacks::delete),
    (DeleteStacks::OPERATION, stacks::delete_many),
    (RemoveAssetFromStack::OPERATION, stacks::remove_asset),
    (GetAllSharedLinks::OPERATION, shared_links::list),
    (CreateSharedLink::OPERATION, shared_links::create),
    (GetMySharedLink::OPERATION, shared_links::me),
    (SharedLinkLogin::OPERATION, shared_links::login),
    (GetSharedLinkById::OPERATION, shared_links::get),
    (UpdateSharedLink::OPERATION, shared_links::update),
    (RemoveSharedLink::OPERATION, shared_links::delete),
    (AddSharedLinkAssets::OPERATION, shared_links::add_assets),
    (RemoveSharedLinkAssets::OPERATION, shared_links::remove_assets),
];

#[cfg(test)]
mod tests {
    use immich_core::Operation;
    use immich_core::api::OPERATIONS;

    use super::handler;

    /// The operations whose bodies are forms, which `server` reads in parts.
    const FORMS: [&str; 4] = ["createProfileImage", "replaceAsset", "uploadAsset", "uploadDatabaseBackup"];

    #[test]
    fn every_operation_has_a_handler() {
        let is_lacking = |operation: &&&Operation| handler(operation).is_none() && !FORMS.contains(&operation.id);
        let lacking: Vec<_> = OPERATIONS.iter().filter(is_lacking).map(|operation| operation.id).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
    }
}
