//! Types that operations of several groups use.

use crate::prelude::*;

exchanged! {
    /// Placeholder.
    struct AdminConfigBackupsDto {
        required {
            database: AdminConfigDatabaseBackupDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigClipDto {
        required {
            enabled: bool,
            model_name: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigDatabaseBackupDto {
        required {
            cron_expression: String,
            enabled: bool,
            keep_last_amount: i64,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigDto {
        required {
            backup: AdminConfigBackupsDto,
            ffmpeg: AdminConfigFFmpegDto,
            image: AdminConfigImageDto,
            job: AdminConfigJobDto,
            library: AdminConfigLibraryDto,
            logging: AdminConfigLoggingDto,
            machine_learning: AdminConfigMachineLearningDto,
            map: AdminConfigMapDto,
            metadata: AdminConfigMetadataDto,
            new_version_check: AdminConfigNewVersionCheckDto,
            nightly_tasks: AdminConfigNightlyTasksDto,
            notifications: AdminConfigNotificationsDto,
            oauth: AdminConfigOAuthDto,
            password_login: AdminConfigPasswordLoginDto,
            reverse_geocoding: AdminConfigReverseGeocodingDto,
            server: AdminConfigServerDto,
            storage_template: AdminConfigStorageTemplateDto,
            templates: AdminConfigTemplatesDto,
            theme: AdminConfigThemeDto,
            trash: AdminConfigTrashDto,
            user: AdminConfigUserDto,
        }
        optional {
            integrity_checks: AdminConfigIntegrityChecksDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigDuplicateDetectionDto {
        required {
            enabled: bool,
            max_distance: f64,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigFFmpegDto {
        required {
            accel: TranscodeHWAccel,
            accel_decode: bool,
            bframes: i64,
            cq_mode: CQMode,
            crf: i64,
            gop_size: i64,
            max_bitrate: String,
            preferred_hw_device: String,
            preset: String,
            refs: i64,
            target_audio_codec: AudioCodec,
            target_resolution: String,
            target_video_codec: VideoCodec,
            #[serde(rename = "temporalAQ")] temporal_aq: bool,
            threads: i64,
            tonemap: ToneMapping,
            transcode: TranscodePolicy,
            two_pass: bool,
        }
        required_lists {
            accepted_audio_codecs: AudioCodec,
            accepted_containers: VideoContainer,
            accepted_video_codecs: VideoCodec,
        }
        optional {
            realtime: AdminConfigFFmpegRealtimeDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigFFmpegRealtimeDto {
        required {
            enabled: bool,
        }
        required_lists {
            resolutions: i64,
            video_codecs: VideoCodec,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigFacesDto {
        required {
            import: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigFacialRecognitionDto {
        required {
            enabled: bool,
            max_distance: f64,
            min_faces: i64,
            min_score: f64,
            model_name: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigGeneratedFullsizeImageDto {
        required {
            enabled: bool,
            format: ImageFormat,
            quality: i64,
        }
        optional {
            progressive: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigGeneratedImageDto {
        required {
            format: ImageFormat,
            quality: i64,
            size: i64,
        }
        optional {
            progressive: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigImageDto {
        required {
            colorspace: Colorspace,
            extract_embedded: bool,
            fullsize: AdminConfigGeneratedFullsizeImageDto,
            preview: AdminConfigGeneratedImageDto,
            thumbnail: AdminConfigGeneratedImageDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigIntegrityChecksDto {
        required {
            checksum_files: AdminConfigIntegrityChecksumJobDto,
            missing_files: AdminConfigIntegrityJobDto,
            untracked_files: AdminConfigIntegrityJobDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigIntegrityChecksumJobDto {
        required {
            cron_expression: String,
            enabled: bool,
            percentage_limit: f64,
            time_limit: i64,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigIntegrityJobDto {
        required {
            cron_expression: String,
            enabled: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigJobDto {
        required {
            background_task: AdminConfigJobSettingsDto,
            editor: AdminConfigJobSettingsDto,
            face_detection: AdminConfigJobSettingsDto,
            library: AdminConfigJobSettingsDto,
            metadata_extraction: AdminConfigJobSettingsDto,
            migration: AdminConfigJobSettingsDto,
            notifications: AdminConfigJobSettingsDto,
            ocr: AdminConfigJobSettingsDto,
            search: AdminConfigJobSettingsDto,
            sidecar: AdminConfigJobSettingsDto,
            smart_search: AdminConfigJobSettingsDto,
            thumbnail_generation: AdminConfigJobSettingsDto,
            video_conversion: AdminConfigJobSettingsDto,
            workflow: AdminConfigJobSettingsDto,
        }
        optional {
            integrity_check: AdminConfigJobSettingsDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigJobSettingsDto {
        required {
            concurrency: i64,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigLibraryDto {
        required {
            scan: AdminConfigLibraryScanDto,
            watch: AdminConfigLibraryWatchDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigLibraryScanDto {
        required {
            cron_expression: String,
            enabled: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigLibraryWatchDto {
        required {
            enabled: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigLoggingDto {
        required {
            enabled: bool,
            level: LogLevel,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigMachineLearningAvailabilityChecksDto {
        required {
            enabled: bool,
            interval: i64,
            timeout: i64,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigMachineLearningDto {
        required {
            availability_checks: AdminConfigMachineLearningAvailabilityChecksDto,
            clip: AdminConfigClipDto,
            duplicate_detection: AdminConfigDuplicateDetectionDto,
            enabled: bool,
            facial_recognition: AdminConfigFacialRecognitionDto,
            ocr: AdminConfigOcrDto,
        }
        required_lists {
            urls: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigMapDto {
        required {
            dark_style: String,
            enabled: bool,
            light_style: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigMetadataDto {
        required {
            faces: AdminConfigFacesDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigNewVersionCheckDto {
        required {
            enabled: bool,
        }
        optional {
            channel: ReleaseChannel,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigNightlyTasksDto {
        required {
            cluster_new_faces: bool,
            database_cleanup: bool,
            generate_memories: bool,
            missing_thumbnails: bool,
            start_time: String,
            sync_quota_usage: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigNotificationsDto {
        required {
            smtp: AdminConfigSmtpDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigOAuthDto {
        required {
            auto_launch: bool,
            auto_register: bool,
            button_text: String,
            client_id: String,
            client_secret: Secret,
            default_storage_quota: Option<i64>,
            enabled: bool,
            issuer_url: String,
            mobile_override_enabled: bool,
            mobile_redirect_uri: String,
            profile_signing_algorithm: String,
            role_claim: String,
            scope: String,
            signing_algorithm: String,
            storage_label_claim: String,
            storage_quota_claim: String,
            timeout: i64,
            token_endpoint_auth_method: OAuthTokenEndpointAuthMethod,
        }
        optional {
            account_management_url: String,
            allow_insecure_requests: bool,
            end_session_endpoint: String,
            prompt: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigOcrDto {
        required {
            enabled: bool,
            max_resolution: i64,
            min_detection_score: f64,
            min_recognition_score: f64,
            model_name: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigPasswordLoginDto {
        required {
            enabled: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigReverseGeocodingDto {
        required {
            enabled: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigServerDto {
        required {
            external_domain: String,
            login_page_message: String,
            public_users: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigSmtpDto {
        required {
            enabled: bool,
            from: String,
            reply_to: String,
            transport: AdminConfigSmtpTransportDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigSmtpTransportDto {
        required {
            host: String,
            ignore_cert: bool,
            password: Secret,
            port: i64,
            secure: bool,
            username: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigStorageTemplateDto {
        required {
            enabled: bool,
            hash_verification_enabled: bool,
            template: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigTemplateEmailsDto {
        required {
            album_invite_template: String,
            album_update_template: String,
            welcome_template: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigTemplatesDto {
        required {
            email: AdminConfigTemplateEmailsDto,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigThemeDto {
        required {
            custom_css: String,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigTrashDto {
        required {
            days: i64,
            enabled: bool,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct AdminConfigUserDto {
        required {
            delete_delay: i64,
        }
    }
}

response! {
    /// Placeholder.
    struct AlbumResponseDto {
        album_name: String,
        album_thumbnail_asset_id: Option<AssetId>,
        album_users: Vec<AlbumUserResponseDto>,
        asset_count: i64,
        assets: Option<Vec<AssetResponseDto>>,
        contributor_counts: Option<Vec<ContributorCountResponseDto>>,
        created_at: Timestamp,
        description: String,
        end_date: Option<Timestamp>,
        has_shared_link: bool,
        id: AlbumId,
        is_activity_enabled: bool,
        last_modified_asset_timestamp: Option<Timestamp>,
        order: Option<AssetOrder>,
        owner: Option<UserResponseDto>,
        owner_id: Option<String>,
        shared: bool,
        start_date: Option<Timestamp>,
        updated_at: Timestamp,
    }
}

response! {
    /// Placeholder.
    struct AlbumUserResponseDto {
        role: AlbumUserRole,
        user: UserResponseDto,
    }
}

string_enum! {
    /// Placeholder.
    enum AlbumUserRole {
        Editor = "editor",
        Viewer = "viewer",
        Owner = "owner",
    }
}

response! {
    /// Placeholder.
    struct AlbumsResponse {
        default_asset_order: AssetOrder,
    }
}

request! {
    /// Placeholder.
    struct AlbumsUpdate {
        optional {
            default_asset_order: AssetOrder,
        }
    }
}

response! {
    /// Placeholder.
    struct AssetFaceWithoutPersonResponseDto {
        bounding_box_x1: i64,
        bounding_box_x2: i64,
        bounding_box_y1: i64,
        bounding_box_y2: i64,
        id: FaceId,
        image_height: i64,
        image_width: i64,
        source_type: Option<SourceType>,
    }
}

string_enum! {
    /// Placeholder.
    enum AssetOrder {
        Asc = "asc",
        Desc = "desc",
    }
}

response! {
    /// Placeholder.
    struct AssetResponseDto {
        checksum: String,
        created_at: Timestamp,
        device_asset_id: Option<String>,
        device_id: Option<String>,
        duplicate_id: Option<DuplicateId>,
        duration: Option<AssetDuration>,
        exif_info: Option<ExifResponseDto>,
        file_created_at: Timestamp,
        file_modified_at: Timestamp,
        has_metadata: bool,
        height: Option<i64>,
        id: AssetId,
        is_archived: bool,
        is_edited: bool,
        is_favorite: bool,
        is_offline: bool,
        is_trashed: bool,
        library_id: Option<LibraryId>,
        live_photo_video_id: Option<AssetId>,
        local_date_time: LocalDateTime,
        original_file_name: String,
        original_mime_type: Option<String>,
        original_path: String,
        owner: Option<UserResponseDto>,
        owner_id: UserId,
        people: Option<Vec<PersonResponseDto>>,
        resized: Option<bool>,
        stack: Option<AssetStackResponseDto>,
        tags: Option<Vec<TagResponseDto>>,
        thumbhash: Option<String>,
        type_: AssetTypeEnum,
        unassigned_faces: Option<Vec<AssetFaceWithoutPersonResponseDto>>,
        updated_at: Timestamp,
        visibility: AssetVisibility,
        width: Option<i64>,
    }
}

response! {
    /// Placeholder.
    struct AssetStackResponseDto {
        asset_count: i64,
        id: StackId,
        primary_asset_id: AssetId,
    }
}

response! {
    /// Placeholder.
    struct AssetStatsResponseDto {
        images: i64,
        total: i64,
        videos: i64,
    }
}

string_enum! {
    /// Placeholder.
    enum AssetTypeEnum {
        Image = "IMAGE",
        Video = "VIDEO",
        Audio = "AUDIO",
        Other = "OTHER",
    }
}

string_enum! {
    /// Placeholder.
    enum AssetVisibility {
        Archive = "archive",
        Timeline = "timeline",
        Hidden = "hidden",
        Locked = "locked",
    }
}

string_enum! {
    /// Placeholder.
    enum AudioCodec {
        Mp3 = "mp3",
        Aac = "aac",
        Libopus = "libopus",
        Opus = "opus",
        PcmS16le = "pcm_s16le",
    }
}

request! {
    /// Placeholder.
    struct AvatarUpdate {
        optional {
            color: UserAvatarColor,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum BulkIdErrorReason {
        Duplicate = "duplicate",
        NoPermission = "no_permission",
        NotFound = "not_found",
        UnknownValue = "unknown",
        Validation = "validation",
    }
}

response! {
    /// Placeholder.
    struct BulkIdResponseDto {
        error: Option<BulkIdErrorReason>,
        error_message: Option<String>,
        id: Uuid,
        success: bool,
    }
}

request! {
    /// Placeholder.
    struct BulkIdsDto {
        required_lists {
            ids: Uuid,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum CQMode {
        Auto = "auto",
        Cqp = "cqp",
        Icq = "icq",
    }
}

response! {
    /// Placeholder.
    struct CalendarHeatmapResponseDto {
        from: String,
        series: Vec<CalendarHeatmapResponseDtoSeriesInner>,
        to: String,
        total_count: i64,
    }
}

response! {
    /// Placeholder.
    struct CalendarHeatmapResponseDtoSeriesInner {
        count: i64,
        date: String,
    }
}

string_enum! {
    /// Placeholder.
    enum CalendarHeatmapType {
        Upload = "Upload",
        Taken = "Taken",
    }
}

response! {
    /// Placeholder.
    struct CastResponse {
        g_cast_enabled: bool,
    }
}

request! {
    /// Placeholder.
    struct CastUpdate {
        optional {
            g_cast_enabled: bool,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum Colorspace {
        Srgb = "srgb",
        P3 = "p3",
    }
}

response! {
    /// Placeholder.
    struct ContributorCountResponseDto {
        asset_count: i64,
        user_id: UserId,
    }
}

exchanged! {
    /// Placeholder.
    struct CropParameters {
        required {
            height: i64,
            width: i64,
            x: i64,
            y: i64,
        }
    }
}

response! {
    /// Placeholder.
    struct DownloadResponse {
        archive_size: i64,
        include_embedded_videos: bool,
    }
}

request! {
    /// Placeholder.
    struct DownloadUpdate {
        optional {
            archive_size: i64,
            include_embedded_videos: bool,
        }
    }
}

response! {
    /// Placeholder.
    struct EmailNotificationsResponse {
        album_invite: bool,
        album_update: bool,
        enabled: bool,
    }
}

request! {
    /// Placeholder.
    struct EmailNotificationsUpdate {
        optional {
            album_invite: bool,
            album_update: bool,
            enabled: bool,
        }
    }
}

response! {
    /// Placeholder.
    struct ExifResponseDto {
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
        iso: Option<i64>,
        latitude: Option<f64>,
        lens_model: Option<String>,
        longitude: Option<f64>,
        make: Option<String>,
        model: Option<String>,
        modify_date: Option<Timestamp>,
        orientation: Option<String>,
        projection_type: Option<String>,
        rating: Option<i64>,
        state: Option<String>,
        time_zone: Option<String>,
    }
}

response! {
    /// Placeholder.
    struct FoldersResponse {
        enabled: bool,
        sidebar_web: bool,
    }
}

request! {
    /// Placeholder.
    struct FoldersUpdate {
        optional {
            enabled: bool,
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum ImageFormat {
        Jpeg = "jpeg",
        Webp = "webp",
    }
}

request! {
    /// Placeholder.
    struct LicenseKeyDto {
        required {
            activation_key: Secret,
            license_key: Secret,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum LogLevel {
        Verbose = "verbose",
        Debug = "debug",
        Log = "log",
        Warn = "warn",
        Error = "error",
        Fatal = "fatal",
    }
}

response! {
    /// Placeholder.
    struct MapMarkerResponseDto {
        city: Option<String>,
        country: Option<String>,
        id: AssetId,
        lat: f64,
        lon: f64,
        state: Option<String>,
    }
}

response! {
    /// Placeholder.
    struct MemoriesResponse {
        duration: i64,
        enabled: bool,
        sidebar_web: Option<bool>,
    }
}

request! {
    /// Placeholder.
    struct MemoriesUpdate {
        optional {
            duration: i64,
            enabled: bool,
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum MemoryTypeV1 {
        OnThisDay = "on_this_day",
    }
}

string_enum! {
    /// Placeholder.
    enum MirrorAxis {
        Horizontal = "horizontal",
        Vertical = "vertical",
    }
}

exchanged! {
    /// Placeholder.
    struct MirrorParameters {
        required {
            axis: MirrorAxis,
        }
    }
}

response! {
    /// Placeholder.
    struct NotificationDto {
        created_at: Timestamp,
        data: Option<Value>,
        description: Option<String>,
        id: NotificationId,
        level: NotificationLevel,
        read_at: Option<Timestamp>,
        title: String,
        type_: NotificationType,
    }
}

string_enum! {
    /// Placeholder.
    enum NotificationLevel {
        Success = "success",
        Error = "error",
        Warning = "warning",
        Info = "info",
    }
}

string_enum! {
    /// Placeholder.
    enum NotificationType {
        JobFailed = "JobFailed",
        BackupFailed = "BackupFailed",
        SystemMessage = "SystemMessage",
        AlbumInvite = "AlbumInvite",
        AlbumUpdate = "AlbumUpdate",
        Custom = "Custom",
        ClusterGroupRequest = "ClusterGroupRequest",
    }
}

string_enum! {
    /// Placeholder.
    enum OAuthTokenEndpointAuthMethod {
        ClientSecretPost = "client_secret_post",
        ClientSecretBasic = "client_secret_basic",
    }
}

response! {
    /// Placeholder.
    struct PeopleResponse {
        enabled: bool,
        minimum_faces: Option<i64>,
        sidebar_web: bool,
        update_strategy: Option<PersonUpdateStrategy>,
    }
}

request! {
    /// Placeholder.
    struct PeopleUpdate {
        optional {
            enabled: bool,
            minimum_faces: i64,
            sidebar_web: bool,
            update_strategy: PersonUpdateStrategy,
        }
    }
}

response! {
    /// Placeholder.
    struct PeopleUserResponseDto {
        avatar_color: UserAvatarColor,
        email: String,
        id: Uuid,
        name: String,
        profile_changed_at: Timestamp,
        profile_image_path: String,
        role: PersonUserRole,
    }
}

response! {
    /// Placeholder.
    struct PersonOtherResponseDto {
        birth_date: Option<String>,
        name: String,
        role: PersonUserRole,
        shared_by_id: UserId,
    }
}

response! {
    /// Placeholder.
    struct PersonResponseDto {
        birth_date: Option<Date>,
        color: Option<String>,
        faces: Option<Vec<AssetFaceWithoutPersonResponseDto>>,
        id: PersonId,
        is_favorite: Option<bool>,
        is_hidden: bool,
        name: String,
        other_people: Option<Vec<PersonOtherResponseDto>>,
        shared_by: Option<Vec<PeopleUserResponseDto>>,
        shared_with: Option<Vec<PeopleUserResponseDto>>,
        thumbnail_path: String,
        updated_at: Option<Timestamp>,
    }
}

string_enum! {
    /// Placeholder.
    enum PersonUpdateStrategy {
        SelfValue = "self",
        Everyone = "everyone",
    }
}

string_enum! {
    /// Placeholder.
    enum PersonUserRole {
        Read = "read",
        Write = "write",
        Admin = "admin",
    }
}

string_enum! {
    /// Placeholder.
    enum PluginTriggerType {
        AssetCreate = "AssetCreate",
        PersonRecognized = "PersonRecognized",
    }
}

response! {
    /// Placeholder.
    struct PurchaseResponse {
        hide_buy_button_until: String,
        show_support_badge: bool,
    }
}

request! {
    /// Placeholder.
    struct PurchaseUpdate {
        optional {
            hide_buy_button_until: String,
            show_support_badge: bool,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum QueueName {
        ThumbnailGeneration = "thumbnailGeneration",
        MetadataExtraction = "metadataExtraction",
        VideoConversion = "videoConversion",
        FaceDetection = "faceDetection",
        FacialRecognition = "facialRecognition",
        SmartSearch = "smartSearch",
        DuplicateDetection = "duplicateDetection",
        BackgroundTask = "backgroundTask",
        StorageTemplateMigration = "storageTemplateMigration",
        Migration = "migration",
        Search = "search",
        Sidecar = "sidecar",
        Library = "library",
        Notifications = "notifications",
        BackupDatabase = "backupDatabase",
        Ocr = "ocr",
        Workflow = "workflow",
        Editor = "editor",
        IntegrityCheck = "integrityCheck",
    }
}

response! {
    /// Placeholder.
    struct QueueStatisticsDto {
        active: i64,
        completed: i64,
        delayed: i64,
        failed: i64,
        paused: i64,
        waiting: i64,
    }
}

response! {
    /// Placeholder.
    struct RatingsResponse {
        enabled: bool,
    }
}

request! {
    /// Placeholder.
    struct RatingsUpdate {
        optional {
            enabled: bool,
        }
    }
}

response! {
    /// Placeholder.
    struct RecentlyAddedResponse {
        sidebar_web: bool,
    }
}

request! {
    /// Placeholder.
    struct RecentlyAddedUpdate {
        optional {
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum ReleaseChannel {
        Stable = "stable",
        ReleaseCandidate = "releaseCandidate",
    }
}

response! {
    /// Placeholder.
    struct ReleaseEventV1 {
        checked_at: String,
        is_available: bool,
        release_version: ServerVersionResponseDto,
        server_version: ServerVersionResponseDto,
        type_: ReleaseType,
    }
}

string_enum! {
    /// Placeholder.
    enum ReleaseType {
        Major = "major",
        Premajor = "premajor",
        Minor = "minor",
        Preminor = "preminor",
        Patch = "patch",
        Prepatch = "prepatch",
        Prerelease = "prerelease",
    }
}

exchanged! {
    /// Placeholder.
    struct RotateParameters {
        required {
            angle: i64,
        }
    }
}

response! {
    /// Placeholder.
    struct SessionResponseDto {
        app_version: Option<String>,
        created_at: String,
        current: bool,
        #[serde(rename = "deviceOS")] device_os: String,
        device_type: String,
        expires_at: Option<String>,
        id: SessionId,
        is_pending_sync_reset: bool,
        updated_at: String,
    }
}

response! {
    /// Placeholder.
    struct SharedLinksResponse {
        enabled: bool,
        sidebar_web: bool,
    }
}

request! {
    /// Placeholder.
    struct SharedLinksUpdate {
        optional {
            enabled: bool,
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum SourceType {
        MachineLearning = "machine-learning",
        Exif = "exif",
        Manual = "manual",
    }
}

response! {
    /// Placeholder.
    struct TagResponseDto {
        color: Option<String>,
        created_at: Timestamp,
        id: TagId,
        name: String,
        parent_id: Option<String>,
        updated_at: Timestamp,
        value: String,
    }
}

response! {
    /// Placeholder.
    struct TagsResponse {
        enabled: bool,
        sidebar_web: bool,
    }
}

request! {
    /// Placeholder.
    struct TagsUpdate {
        optional {
            enabled: bool,
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum ToneMapping {
        Hable = "hable",
        Mobius = "mobius",
        Reinhard = "reinhard",
        Disabled = "disabled",
    }
}

string_enum! {
    /// Placeholder.
    enum TranscodeHWAccel {
        Nvenc = "nvenc",
        Qsv = "qsv",
        Vaapi = "vaapi",
        Rkmpp = "rkmpp",
        Disabled = "disabled",
    }
}

string_enum! {
    /// Placeholder.
    enum TranscodePolicy {
        All = "all",
        Optimal = "optimal",
        Bitrate = "bitrate",
        Required = "required",
        Disabled = "disabled",
    }
}

response! {
    /// Placeholder.
    struct UserAdminResponseDto {
        avatar_color: UserAvatarColor,
        cluster_group_id: Option<Uuid>,
        created_at: Timestamp,
        deleted_at: Option<Timestamp>,
        email: String,
        id: UserId,
        is_admin: bool,
        license: Option<UserLicense>,
        name: String,
        oauth_id: String,
        profile_changed_at: Timestamp,
        profile_image_path: String,
        quota_size_in_bytes: Option<i64>,
        quota_usage_in_bytes: Option<i64>,
        should_change_password: bool,
        status: UserStatus,
        storage_label: Option<String>,
        updated_at: Timestamp,
    }
}

string_enum! {
    /// Placeholder.
    enum UserAvatarColor {
        Primary = "primary",
        Pink = "pink",
        Red = "red",
        Yellow = "yellow",
        Blue = "blue",
        Green = "green",
        Purple = "purple",
        Orange = "orange",
        Gray = "gray",
        Amber = "amber",
    }
}

response! {
    /// Placeholder.
    struct UserLicense {
        activated_at: Timestamp,
        activation_key: Secret,
        license_key: Secret,
    }
}

string_enum! {
    /// Placeholder.
    enum UserMetadataKey {
        Preferences = "preferences",
        License = "license",
        Onboarding = "onboarding",
    }
}

response! {
    /// Placeholder.
    struct UserPreferencesResponseDto {
        albums: AlbumsResponse,
        cast: CastResponse,
        download: DownloadResponse,
        email_notifications: EmailNotificationsResponse,
        folders: FoldersResponse,
        memories: MemoriesResponse,
        people: PeopleResponse,
        purchase: PurchaseResponse,
        ratings: RatingsResponse,
        recently_added: Option<RecentlyAddedResponse>,
        shared_links: SharedLinksResponse,
        tags: TagsResponse,
    }
}

request! {
    /// Placeholder.
    struct UserPreferencesUpdateDto {
        optional {
            albums: AlbumsUpdate,
            avatar: AvatarUpdate,
            cast: CastUpdate,
            download: DownloadUpdate,
            email_notifications: EmailNotificationsUpdate,
            folders: FoldersUpdate,
            memories: MemoriesUpdate,
            people: PeopleUpdate,
            purchase: PurchaseUpdate,
            ratings: RatingsUpdate,
            recently_added: RecentlyAddedUpdate,
            shared_links: SharedLinksUpdate,
            tags: TagsUpdate,
        }
    }
}

response! {
    /// Placeholder.
    struct UserResponseDto {
        avatar_color: UserAvatarColor,
        email: String,
        id: UserId,
        name: String,
        profile_changed_at: Timestamp,
        profile_image_path: String,
    }
}

string_enum! {
    /// Placeholder.
    enum UserStatus {
        Active = "active",
        Removing = "removing",
        Deleted = "deleted",
    }
}

response! {
    /// Placeholder.
    struct VersionCheckStateResponseDto {
        checked_at: Option<String>,
        release_version: Option<String>,
    }
}

string_enum! {
    /// Placeholder.
    enum VideoCodec {
        H264 = "h264",
        Hevc = "hevc",
        Vp9 = "vp9",
        Av1 = "av1",
    }
}

string_enum! {
    /// Placeholder.
    enum VideoContainer {
        Mov = "mov",
        Mp4 = "mp4",
        Ogg = "ogg",
        Webm = "webm",
    }
}

string_enum! {
    /// Placeholder.
    enum WorkflowTrigger {
        AssetCreate = "AssetCreate",
        AssetMetadataExtraction = "AssetMetadataExtraction",
        AssetTagged = "AssetTagged",
    }
}

string_enum! {
    /// Placeholder.
    enum WorkflowType {
        AssetV1 = "AssetV1",
    }
}
