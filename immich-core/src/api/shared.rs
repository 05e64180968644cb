//! Types that operations of several groups use.

use crate::prelude::*;

exchanged! {
    /// How the server backs itself up; so far only the database.
    struct AdminConfigBackupsDto {
        required {
            database: AdminConfigDatabaseBackupDto,
        }
    }
}

exchanged! {
    /// The model that lets photos be found by what they show, for `search_smart`.
    struct AdminConfigClipDto {
        required {
            enabled: bool,
            model_name: String,
        }
    }
}

exchanged! {
    /// When the server dumps its database, and how many dumps it keeps.
    struct AdminConfigDatabaseBackupDto {
        required {
            /// When to make a backup, as a cron expression such as `0 02 * * *`.
            cron_expression: String,
            enabled: bool,
            keep_last_amount: i64,
        }
    }
}

returned! {
    /// All settings of the server: read it whole, change what you need, and send it back whole.
    #[non_exhaustive]
    struct AdminConfigDto {
        backup: AdminConfigBackupsDto,
        ffmpeg: AdminConfigFFmpegDto,
        image: AdminConfigImageDto,
        #[serde(skip_serializing_if = "Option::is_none")] integrity_checks: Option<AdminConfigIntegrityChecksDto>,
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
}

exchanged! {
    /// How alike two assets must be to count as duplicates of each other.
    struct AdminConfigDuplicateDetectionDto {
        required {
            enabled: bool,
            /// How far apart two assets may be, from 0.001 to 0.1; a higher number finds more duplicates.
            max_distance: f64,
        }
    }
}

returned! {
    /// Which videos the server converts for playback, and with what codec, size and quality.
    #[non_exhaustive]
    struct AdminConfigFFmpegDto {
        accel: TranscodeHWAccel,
        accel_decode: bool,
        accepted_audio_codecs: Vec<AudioCodec>,
        accepted_containers: Vec<VideoContainer>,
        accepted_video_codecs: Vec<VideoCodec>,
        /// The largest number of B-frames in a row; -1 leaves it to the encoder.
        bframes: i64,
        cq_mode: CQMode,
        /// Quality of the picture from 0 to 51; a lower number is better and takes more space.
        crf: i64,
        gop_size: i64,
        /// The most data for each second, such as `4500k`, in kilobits without a unit; `0` for no limit.
        max_bitrate: String,
        preferred_hw_device: String,
        preset: String,
        #[serde(skip_serializing_if = "Option::is_none")] realtime: Option<AdminConfigFFmpegRealtimeDto>,
        refs: i64,
        target_audio_codec: AudioCodec,
        /// Pixels of the shorter side of converted videos, as text such as `720`; `original` keeps it.
        target_resolution: String,
        target_video_codec: VideoCodec,
        #[serde(rename = "temporalAQ")] temporal_aq: bool,
        /// How many threads an encoder uses; 0 lets it choose.
        threads: i64,
        tonemap: ToneMapping,
        transcode: TranscodePolicy,
        two_pass: bool,
    }
}

exchanged! {
    /// Converting videos while somebody watches them, instead of beforehand.
    struct AdminConfigFFmpegRealtimeDto {
        required {
            enabled: bool,
        }
        optional_lists {
            /// The heights in pixels that a video can be converted to while it is watched.
            resolutions: i64,
            video_codecs: VideoCodec,
        }
    }
}

exchanged! {
    /// What to do with faces that are written in the metadata of a file.
    struct AdminConfigFacesDto {
        required {
            import: bool,
        }
    }
}

returned! {
    /// How the server finds faces and decides which of them are the same person.
    #[non_exhaustive]
    struct AdminConfigFacialRecognitionDto {
        enabled: bool,
        /// How far apart two faces of one person may be, from 0.1 to 2; a higher number merges more.
        max_distance: f64,
        /// How many faces must be alike before they make a person.
        min_faces: i64,
        /// How sure the model must be that it sees a face, from 0.1 to 1.
        min_score: f64,
        model_name: String,
    }
}

exchanged! {
    /// How to make a full-size image of originals that browsers cannot show.
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

returned! {
    /// Format, size and quality of the previews or of the thumbnails that the server makes.
    #[non_exhaustive]
    struct AdminConfigGeneratedImageDto {
        format: ImageFormat,
        /// Whether the image can be shown coarsely before it is loaded whole.
        #[serde(skip_serializing_if = "Option::is_none")] progressive: Option<bool>,
        /// Quality from 1 to 100; more takes more space.
        quality: i64,
        /// Length of the shorter side in pixels; smaller originals are not enlarged.
        size: i64,
    }
}

returned! {
    /// How the server makes the smaller images that apps show in place of originals.
    #[non_exhaustive]
    struct AdminConfigImageDto {
        colorspace: Colorspace,
        extract_embedded: bool,
        fullsize: AdminConfigGeneratedFullsizeImageDto,
        preview: AdminConfigGeneratedImageDto,
        thumbnail: AdminConfigGeneratedImageDto,
    }
}

returned! {
    /// The regular checks that compare stored files with the database.
    #[non_exhaustive]
    struct AdminConfigIntegrityChecksDto {
        checksum_files: AdminConfigIntegrityChecksumJobDto,
        missing_files: AdminConfigIntegrityJobDto,
        untracked_files: AdminConfigIntegrityJobDto,
    }
}

returned! {
    /// When to read all files again and compare their checksums, and how much to do in one run.
    #[non_exhaustive]
    struct AdminConfigIntegrityChecksumJobDto {
        cron_expression: String,
        enabled: bool,
        /// Which part of all files to check in one run, from 0 to 1.
        percentage_limit: f64,
        /// How long one run may take, in milliseconds.
        time_limit: i64,
    }
}

exchanged! {
    /// When to look for files that are missing, or that nothing refers to.
    struct AdminConfigIntegrityJobDto {
        required {
            /// When to check, as a cron expression such as `0 03 * * *`.
            cron_expression: String,
            enabled: bool,
        }
    }
}

returned! {
    /// How many jobs of each queue the server works on at the same time.
    #[non_exhaustive]
    struct AdminConfigJobDto {
        background_task: AdminConfigJobSettingsDto,
        editor: AdminConfigJobSettingsDto,
        face_detection: AdminConfigJobSettingsDto,
        #[serde(skip_serializing_if = "Option::is_none")] integrity_check: Option<AdminConfigJobSettingsDto>,
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
}

exchanged! {
    /// The settings of a single queue of background jobs.
    struct AdminConfigJobSettingsDto {
        required {
            concurrency: i64,
        }
    }
}

exchanged! {
    /// How external libraries are kept up to date: by regular scans and by watching folders.
    struct AdminConfigLibraryDto {
        required {
            scan: AdminConfigLibraryScanDto,
            watch: AdminConfigLibraryWatchDto,
        }
    }
}

exchanged! {
    /// When the server scans the folders of external libraries by itself.
    struct AdminConfigLibraryScanDto {
        required {
            /// When to scan all external libraries, as a cron expression such as `0 0 * * *`.
            cron_expression: String,
            enabled: bool,
        }
    }
}

exchanged! {
    /// Whether the server notices changes in the folders of external libraries at once.
    struct AdminConfigLibraryWatchDto {
        required {
            enabled: bool,
        }
    }
}

exchanged! {
    /// What the server writes to its log.
    struct AdminConfigLoggingDto {
        required {
            enabled: bool,
            level: LogLevel,
        }
    }
}

returned! {
    /// How the server finds out which machine learning services are reachable.
    #[non_exhaustive]
    struct AdminConfigMachineLearningAvailabilityChecksDto {
        enabled: bool,
        /// Time between two checks, in milliseconds.
        interval: i64,
        /// How long a service may take to answer a check, in milliseconds.
        timeout: i64,
    }
}

returned! {
    /// Where the machine learning services are, and what they are used for.
    #[non_exhaustive]
    struct AdminConfigMachineLearningDto {
        availability_checks: AdminConfigMachineLearningAvailabilityChecksDto,
        clip: AdminConfigClipDto,
        duplicate_detection: AdminConfigDuplicateDetectionDto,
        enabled: bool,
        facial_recognition: AdminConfigFacialRecognitionDto,
        ocr: AdminConfigOcrDto,
        urls: Vec<String>,
    }
}

returned! {
    /// Whether apps show a map, and the styles it is drawn with.
    #[non_exhaustive]
    struct AdminConfigMapDto {
        dark_style: String,
        enabled: bool,
        light_style: String,
    }
}

exchanged! {
    /// What the server takes over from the metadata of files.
    struct AdminConfigMetadataDto {
        required {
            faces: AdminConfigFacesDto,
        }
    }
}

exchanged! {
    /// Whether the server looks for new releases of Immich, and for which kind.
    struct AdminConfigNewVersionCheckDto {
        required {
            enabled: bool,
        }
        optional {
            channel: ReleaseChannel,
        }
    }
}

returned! {
    /// What the server tidies up and creates each night, and when it begins.
    #[non_exhaustive]
    struct AdminConfigNightlyTasksDto {
        cluster_new_faces: bool,
        database_cleanup: bool,
        generate_memories: bool,
        missing_thumbnails: bool,
        /// When the nightly tasks begin, as `HH:MM`.
        start_time: String,
        sync_quota_usage: bool,
    }
}

exchanged! {
    /// How the server sends notifications out of the app; so far only by mail.
    struct AdminConfigNotificationsDto {
        required {
            smtp: AdminConfigSmtpDto,
        }
    }
}

returned! {
    /// Signing in through another service by OpenID Connect: its address, client and claims.
    #[non_exhaustive]
    struct AdminConfigOAuthDto {
        #[serde(skip_serializing_if = "Option::is_none")] account_management_url: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")] allow_insecure_requests: Option<bool>,
        auto_launch: bool,
        auto_register: bool,
        button_text: String,
        client_id: String,
        client_secret: Secret,
        /// Quota of users who come with none, in GiB (not bytes); null for unlimited.
        default_storage_quota: Option<i64>,
        enabled: bool,
        #[serde(skip_serializing_if = "Option::is_none")] end_session_endpoint: Option<String>,
        issuer_url: String,
        mobile_override_enabled: bool,
        mobile_redirect_uri: String,
        profile_signing_algorithm: String,
        #[serde(skip_serializing_if = "Option::is_none")] prompt: Option<String>,
        role_claim: String,
        scope: String,
        signing_algorithm: String,
        storage_label_claim: String,
        /// The claim that gives the quota of a new user, in GiB.
        storage_quota_claim: String,
        /// How long the other service may take to answer, in milliseconds.
        timeout: i64,
        token_endpoint_auth_method: OAuthTokenEndpointAuthMethod,
    }
}

returned! {
    /// How the server reads text in images, and how sure it must be of it.
    #[non_exhaustive]
    struct AdminConfigOcrDto {
        enabled: bool,
        /// To how many pixels an image is reduced before its text is read.
        max_resolution: i64,
        min_detection_score: f64,
        min_recognition_score: f64,
        model_name: String,
    }
}

exchanged! {
    /// Whether users can sign in with mail address and password.
    struct AdminConfigPasswordLoginDto {
        required {
            enabled: bool,
        }
    }
}

exchanged! {
    /// Whether the server finds the names of places from coordinates.
    struct AdminConfigReverseGeocodingDto {
        required {
            enabled: bool,
        }
    }
}

returned! {
    /// How the server shows itself to the outside: its address, a greeting and its list of users.
    #[non_exhaustive]
    struct AdminConfigServerDto {
        /// The address that shared links begin with; empty when none is set.
        external_domain: String,
        login_page_message: String,
        /// Whether every user can list the other users.
        public_users: bool,
    }
}

returned! {
    /// The sender of mails and the mail server they go through, also for `send_test_email_admin`.
    #[non_exhaustive]
    struct AdminConfigSmtpDto {
        enabled: bool,
        from: String,
        reply_to: String,
        transport: AdminConfigSmtpTransportDto,
    }
}

returned! {
    /// Address and credentials of the mail server that the server hands its mails to.
    #[non_exhaustive]
    struct AdminConfigSmtpTransportDto {
        host: String,
        ignore_cert: bool,
        password: Secret,
        port: i64,
        secure: bool,
        username: String,
    }
}

returned! {
    /// The pattern of folders and file names by which uploaded originals are stored.
    #[non_exhaustive]
    struct AdminConfigStorageTemplateDto {
        enabled: bool,
        hash_verification_enabled: bool,
        /// The path below the folder of the user, with placeholders such as `{{y}}` and `{{filename}}`.
        template: String,
    }
}

returned! {
    /// Custom text for each kind of mail; empty for the built-in one.
    #[non_exhaustive]
    struct AdminConfigTemplateEmailsDto {
        album_invite_template: String,
        album_update_template: String,
        welcome_template: String,
    }
}

exchanged! {
    /// The texts that the server fills in and sends; so far only mails.
    struct AdminConfigTemplatesDto {
        required {
            email: AdminConfigTemplateEmailsDto,
        }
    }
}

exchanged! {
    /// Changes to the look of the web app.
    struct AdminConfigThemeDto {
        required {
            custom_css: String,
        }
    }
}

exchanged! {
    /// Whether deleted assets go to the trash first, and how long they stay there.
    struct AdminConfigTrashDto {
        required {
            /// After how many days in the trash an asset is deleted for good.
            days: i64,
            enabled: bool,
        }
    }
}

exchanged! {
    /// How long a deleted user can still be restored.
    struct AdminConfigUserDto {
        required {
            /// After how many days a deleted user is removed for good.
            delete_delay: i64,
        }
    }
}

response! {
    /// An album, with the users it is shared with, but from 3.0 on without its assets.
    struct AlbumResponseDto {
        album_name: String,
        /// The asset whose thumbnail is the cover; null for an album without assets.
        album_thumbnail_asset_id: Option<AssetId>,
        /// The users of the album: from 3.0 on with its owner, in 2.x without; empty in a shared link.
        album_users: Vec<AlbumUserResponseDto>,
        asset_count: i64,
        /// The assets of the album, only from servers 2.x; later ones give them by search or timeline.
        assets: Option<Vec<AssetResponseDto>>,
        /// How many assets each user added; only from `get_album_info`, and only for shared albums.
        contributor_counts: Option<Vec<ContributorCountResponseDto>>,
        created_at: Timestamp,
        description: String,
        /// When the newest asset was taken, by the clock of the place; some operations give only the day.
        end_date: Option<Timestamp>,
        has_shared_link: bool,
        id: AlbumId,
        is_activity_enabled: bool,
        /// When an asset of the album last changed; some operations leave it out.
        last_modified_asset_timestamp: Option<Timestamp>,
        /// How apps should sort the assets of the album.
        order: Option<AssetOrder>,
        /// The owner, only from servers 2.x; later ones list the owner in `album_users`.
        owner: Option<UserResponseDto>,
        /// The id of the owner, only from servers 2.x; later ones list the owner in `album_users`.
        owner_id: Option<String>,
        /// Whether there are other users or a shared link.
        shared: bool,
        /// When the oldest asset was taken, by the clock of the place; some operations give only the day.
        start_date: Option<Timestamp>,
        updated_at: Timestamp,
    }
}

response! {
    /// Somebody who can see an album, and what they may do in it.
    struct AlbumUserResponseDto {
        role: AlbumUserRole,
        user: UserResponseDto,
    }
}

string_enum! {
    /// Tells who owns an album, who may add to it and who may only look at it.
    enum AlbumUserRole {
        Editor = "editor",
        Viewer = "viewer",
        Owner = "owner",
    }
}

response! {
    /// What a user prefers about albums.
    struct AlbumsResponse {
        default_asset_order: AssetOrder,
    }
}

request! {
    /// What to change of the preferences about albums.
    struct AlbumsUpdate {
        optional {
            default_asset_order: AssetOrder,
        }
    }
}

response! {
    /// A face in an image and where it is, as servers 2.x list it below its person.
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
    /// Tells whether the newest come first or the oldest.
    enum AssetOrder {
        Asc = "asc",
        Desc = "desc",
    }
}

response! {
    /// A photo or video, with what is known about its file, its time and its place.
    struct AssetResponseDto {
        /// SHA-1 of the original file, in base64.
        checksum: String,
        /// When the server got the asset.
        created_at: Timestamp,
        /// The id that the uploading device gave; only from servers 2.x.
        device_asset_id: Option<String>,
        /// The device that uploaded; only from servers 2.x.
        device_id: Option<String>,
        /// The group of assets that look alike; null when there are none.
        duplicate_id: Option<DuplicateId>,
        /// Length of a video: text in 2.x, milliseconds from 3.0 on; null for photos from 3.0 on.
        duration: Option<AssetDuration>,
        /// Details of the file; in searches only with `with_exif`.
        exif_info: Option<ExifResponseDto>,
        /// The moment when it was taken, in UTC.
        file_created_at: Timestamp,
        /// When the file was last changed before the upload, in UTC.
        file_modified_at: Timestamp,
        /// False when a shared link hides the details, so that many fields are missing.
        has_metadata: bool,
        /// Height in pixels as shown; null when it is not known.
        height: Option<i64>,
        id: AssetId,
        /// Whether `visibility` is `archive`.
        is_archived: bool,
        /// Whether edits such as a crop are applied; the original file stays as it was.
        is_edited: bool,
        /// Whether the owner marked it as favorite; always false for others.
        is_favorite: bool,
        /// Whether the file of an external library is no longer in its place.
        is_offline: bool,
        /// Whether it is in the trash, where it can still be restored.
        is_trashed: bool,
        /// The external library it comes from; null for uploads.
        library_id: Option<LibraryId>,
        /// The hidden video that belongs to a live photo; an asset of its own.
        live_photo_video_id: Option<AssetId>,
        /// The time when it was taken, by the clock of the place and without a time zone.
        local_date_time: LocalDateTime,
        /// The name of the file at upload, with its extension.
        original_file_name: String,
        original_mime_type: Option<String>,
        /// Where the file is on the server, not on the device.
        original_path: String,
        /// The user it belongs to; only when one asset is asked for.
        owner: Option<UserResponseDto>,
        /// The user it belongs to, who may be another than the signed-in one.
        owner_id: UserId,
        /// The people in it; in searches only with `with_people`.
        people: Option<Vec<PersonResponseDto>>,
        resized: Option<bool>,
        /// The stack it belongs to; null for none, missing in lists.
        stack: Option<AssetStackResponseDto>,
        /// The tags it has; missing in most lists.
        tags: Option<Vec<TagResponseDto>>,
        /// A tiny blurred preview in base64; null until one is made.
        thumbhash: Option<String>,
        type_: AssetTypeEnum,
        unassigned_faces: Option<Vec<AssetFaceWithoutPersonResponseDto>>,
        /// When anything about the asset last changed on the server.
        updated_at: Timestamp,
        /// Where it shows; the video of a live photo is `hidden`.
        visibility: AssetVisibility,
        /// Width in pixels as shown; null when it is not known.
        width: Option<i64>,
    }
}

response! {
    /// The stack that an asset belongs to, without the other assets in it.
    struct AssetStackResponseDto {
        /// How many assets are in the stack, with this one.
        asset_count: i64,
        id: StackId,
        primary_asset_id: AssetId,
    }
}

response! {
    /// How many photos and videos a user has.
    struct AssetStatsResponseDto {
        images: i64,
        total: i64,
        videos: i64,
    }
}

string_enum! {
    /// Tells photos, videos, sound and other files apart.
    enum AssetTypeEnum {
        Image = "IMAGE",
        Video = "VIDEO",
        Audio = "AUDIO",
        Other = "OTHER",
    }
}

string_enum! {
    /// Where an asset shows: in the timeline, only in the archive, nowhere, or behind the PIN code.
    enum AssetVisibility {
        Archive = "archive",
        Timeline = "timeline",
        Hidden = "hidden",
        Locked = "locked",
    }
}

string_enum! {
    /// How the sound of a video is encoded.
    enum AudioCodec {
        Mp3 = "mp3",
        Aac = "aac",
        Libopus = "libopus",
        Opus = "opus",
        PcmS16le = "pcm_s16le",
    }
}

request! {
    /// The color to show for a user who has no picture.
    struct AvatarUpdate {
        optional {
            color: UserAvatarColor,
        }
    }
}

string_enum! {
    /// Why the operation failed for one of many ids.
    enum BulkIdErrorReason {
        Duplicate = "duplicate",
        NoPermission = "no_permission",
        NotFound = "not_found",
        UnknownValue = "unknown",
        Validation = "validation",
    }
}

response! {
    /// Whether the operation went well for one of many ids, such as one asset of an album.
    struct BulkIdResponseDto {
        error: Option<BulkIdErrorReason>,
        error_message: Option<String>,
        id: Uuid,
        success: bool,
    }
}

request! {
    /// The ids of all things to work on at once.
    struct BulkIdsDto {
        required_lists {
            ids: Uuid,
        }
    }
}

string_enum! {
    /// How a hardware encoder keeps the quality of a video constant.
    enum CQMode {
        Auto = "auto",
        Cqp = "cqp",
        Icq = "icq",
    }
}

response! {
    /// How many assets there are for each day between two dates.
    struct CalendarHeatmapResponseDto {
        from: String,
        series: Vec<CalendarHeatmapResponseDtoSeriesInner>,
        to: String,
        total_count: i64,
    }
}

response! {
    /// One day of the calendar and its number of assets.
    struct CalendarHeatmapResponseDtoSeriesInner {
        count: i64,
        /// The day, as `YYYY-MM-DD`; days without assets are listed too.
        date: String,
    }
}

string_enum! {
    /// Whether the calendar counts assets on the day of upload or on the day they were taken.
    enum CalendarHeatmapType {
        Upload = "Upload",
        Taken = "Taken",
    }
}

response! {
    /// What a user prefers about playing on other screens.
    struct CastResponse {
        g_cast_enabled: bool,
    }
}

request! {
    /// What to change of the preferences about playing on other screens.
    struct CastUpdate {
        optional {
            g_cast_enabled: bool,
        }
    }
}

string_enum! {
    /// How many colors the generated images can hold.
    enum Colorspace {
        Srgb = "srgb",
        P3 = "p3",
    }
}

response! {
    /// How many assets of an album come from one user.
    struct ContributorCountResponseDto {
        asset_count: i64,
        user_id: UserId,
    }
}

returned! {
    /// The rectangle of an image to keep, in pixels from its upper left corner.
    struct CropParameters {
        height: i64,
        width: i64,
        x: i64,
        y: i64,
    }
}

response! {
    /// What a user prefers about downloads.
    struct DownloadResponse {
        /// How big one archive may get, in bytes.
        archive_size: i64,
        /// Whether to download also the video that is inside some photo files.
        include_embedded_videos: bool,
    }
}

request! {
    /// What to change of the preferences about downloads.
    struct DownloadUpdate {
        optional {
            archive_size: i64,
            include_embedded_videos: bool,
        }
    }
}

response! {
    /// Which mails a user wants to get.
    struct EmailNotificationsResponse {
        album_invite: bool,
        album_update: bool,
        enabled: bool,
    }
}

request! {
    /// What to change of the mails that a user gets.
    struct EmailNotificationsUpdate {
        optional {
            album_invite: bool,
            album_update: bool,
            enabled: bool,
        }
    }
}

response! {
    /// What the camera wrote in the file of an asset, and what was worked out from it or changed since.
    struct ExifResponseDto {
        /// The city, found from the coordinates; null when unknown.
        city: Option<String>,
        country: Option<String>,
        /// The moment when it was taken, in UTC; `time_zone` says where.
        date_time_original: Option<Timestamp>,
        /// The caption; empty when there is none.
        description: Option<String>,
        /// Height of the original in pixels, before it is turned by `orientation`.
        exif_image_height: Option<i64>,
        /// Width of the original in pixels, before it is turned by `orientation`.
        exif_image_width: Option<i64>,
        /// Exposure time in seconds, as text such as `1/250`.
        exposure_time: Option<String>,
        /// Aperture as the number after `f/`.
        f_number: Option<f64>,
        /// Size of the original file in bytes.
        file_size_in_byte: Option<i64>,
        /// Focal length in millimeters.
        focal_length: Option<f64>,
        iso: Option<i64>,
        /// Degrees north of the equator, negative for south.
        latitude: Option<f64>,
        lens_model: Option<String>,
        /// Degrees east of Greenwich, negative for west.
        longitude: Option<f64>,
        make: Option<String>,
        model: Option<String>,
        modify_date: Option<Timestamp>,
        /// How to turn the image to show it, as the EXIF number in text, from `1` to `8`.
        orientation: Option<String>,
        /// How a panorama is spread out, such as `EQUIRECTANGULAR`; null for ordinary images.
        projection_type: Option<String>,
        /// 1 to 5 stars; null when not rated, -1 for rejected in 2.x.
        rating: Option<i64>,
        state: Option<String>,
        /// The time zone where it was taken, such as `Europe/Paris` or `UTC+2`; null when unknown.
        time_zone: Option<String>,
    }
}

response! {
    /// What a user prefers about the view by folders.
    struct FoldersResponse {
        enabled: bool,
        sidebar_web: bool,
    }
}

request! {
    /// What to change of the preferences about the view by folders.
    struct FoldersUpdate {
        optional {
            enabled: bool,
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// The file formats in which the server can make previews and thumbnails.
    enum ImageFormat {
        Jpeg = "jpeg",
        Webp = "webp",
    }
}

request! {
    /// A bought product key together with the key that activates it.
    struct LicenseKeyDto {
        named {
            activation_key: Secret,
            /// The bought key: `IMSV-` and more for a server, `IMCL-` and more for one user.
            license_key: Secret,
        }
    }
}

string_enum! {
    /// How much the server writes to its log, from everything down to fatal errors.
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
    /// An asset at its place on the map.
    struct MapMarkerResponseDto {
        city: Option<String>,
        country: Option<String>,
        /// The asset at this place.
        id: AssetId,
        lat: f64,
        lon: f64,
        state: Option<String>,
    }
}

response! {
    /// What a user prefers about memories.
    struct MemoriesResponse {
        /// How many seconds each photo of a memory is shown.
        duration: i64,
        enabled: bool,
        sidebar_web: Option<bool>,
    }
}

request! {
    /// What to change of the preferences about memories.
    struct MemoriesUpdate {
        optional {
            duration: i64,
            enabled: bool,
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// The kinds of memories that the older sync stream knows: only this day in another year.
    enum MemoryTypeV1 {
        OnThisDay = "on_this_day",
    }
}

string_enum! {
    /// Which way a mirrored image is turned over.
    enum MirrorAxis {
        Horizontal = "horizontal",
        Vertical = "vertical",
    }
}

exchanged! {
    /// Which way to turn an image over.
    struct MirrorParameters {
        required {
            axis: MirrorAxis,
        }
    }
}

response! {
    /// A notification of the signed-in user, with what it says and whether it was read.
    struct NotificationDto {
        created_at: Timestamp,
        data: Option<Value>,
        description: Option<String>,
        id: NotificationId,
        level: NotificationLevel,
        /// When it was read; missing when it is still new.
        read_at: Option<Timestamp>,
        title: String,
        type_: NotificationType,
    }
}

string_enum! {
    /// Tells good news, plain news, warnings and errors apart.
    enum NotificationLevel {
        Success = "success",
        Error = "error",
        Warning = "warning",
        Info = "info",
    }
}

string_enum! {
    /// What a notification is about, such as a failed backup or an invitation to an album.
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
    /// How the server proves itself to the other service: in the body or in a header.
    enum OAuthTokenEndpointAuthMethod {
        ClientSecretPost = "client_secret_post",
        ClientSecretBasic = "client_secret_basic",
    }
}

response! {
    /// What a user prefers about people.
    struct PeopleResponse {
        enabled: bool,
        /// From how many faces on a person without a name is shown.
        minimum_faces: Option<i64>,
        sidebar_web: bool,
        update_strategy: Option<PersonUpdateStrategy>,
    }
}

request! {
    /// What to change of the preferences about people.
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
    /// A user on the other end of a shared person, and what that user may do with it.
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
    /// What another user calls the same person, and what one may do there.
    struct PersonOtherResponseDto {
        birth_date: Option<String>,
        name: String,
        role: PersonUserRole,
        shared_by_id: UserId,
    }
}

response! {
    /// A person who was recognized in photos, named or not.
    struct PersonResponseDto {
        /// The birthday as `YYYY-MM-DD`; null when unknown.
        birth_date: Option<Date>,
        color: Option<String>,
        /// The faces of the person in the asset; only from servers 2.x, and only in assets.
        faces: Option<Vec<AssetFaceWithoutPersonResponseDto>>,
        id: PersonId,
        is_favorite: Option<bool>,
        /// Whether apps leave the person out of their lists.
        is_hidden: bool,
        /// The name; empty when nobody gave one yet.
        name: String,
        /// What the users who share this person call it; from 3.3 on.
        other_people: Option<Vec<PersonOtherResponseDto>>,
        shared_by: Option<Vec<PeopleUserResponseDto>>,
        shared_with: Option<Vec<PeopleUserResponseDto>>,
        /// Where the picture is on the server, empty for none; `get_person_thumbnail` gets it.
        thumbnail_path: String,
        updated_at: Option<Timestamp>,
    }
}

string_enum! {
    /// Whether changes to a shared person are meant for oneself or for all who share it.
    enum PersonUpdateStrategy {
        SelfValue = "self",
        Everyone = "everyone",
    }
}

string_enum! {
    /// What a user may do with a person that somebody shared with them.
    enum PersonUserRole {
        Read = "read",
        Write = "write",
        Admin = "admin",
    }
}

string_enum! {
    /// The events that start workflows on servers 2.x: a new asset or a recognized person.
    enum PluginTriggerType {
        AssetCreate = "AssetCreate",
        PersonRecognized = "PersonRecognized",
    }
}

response! {
    /// What a user prefers to see about buying Immich.
    struct PurchaseResponse {
        /// Until when apps do not ask the user to buy, as a time in text.
        hide_buy_button_until: String,
        show_support_badge: bool,
    }
}

request! {
    /// What to change of what a user sees about buying Immich.
    struct PurchaseUpdate {
        optional {
            hide_buy_button_until: String,
            show_support_badge: bool,
        }
    }
}

string_enum! {
    /// The queues of the server, one for each kind of background work.
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
    /// How many jobs of a queue are in each state.
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
    /// What a user prefers about ratings with stars.
    struct RatingsResponse {
        enabled: bool,
    }
}

request! {
    /// What to change of the preferences about ratings with stars.
    struct RatingsUpdate {
        optional {
            enabled: bool,
        }
    }
}

response! {
    /// What a user prefers about the page of assets that came last.
    struct RecentlyAddedResponse {
        sidebar_web: bool,
    }
}

request! {
    /// What to change of the preferences about the page of assets that came last.
    struct RecentlyAddedUpdate {
        optional {
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// Whether to hear only of finished releases or also of candidates.
    enum ReleaseChannel {
        Stable = "stable",
        ReleaseCandidate = "releaseCandidate",
    }
}

response! {
    /// What the server found out about newer releases, sent as an event over the websocket.
    struct ReleaseEventV1 {
        checked_at: String,
        /// Whether there is a newer release than the server runs.
        is_available: bool,
        release_version: ServerVersionResponseDto,
        server_version: ServerVersionResponseDto,
        /// Which part of the version number the newer release changes; may be null.
        type_: ReleaseType,
    }
}

string_enum! {
    /// Which part of the version number a newer release changes.
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
    /// How far to turn an image.
    struct RotateParameters {
        required {
            /// Degrees clockwise: 0, 90, 180 or 270.
            angle: i64,
        }
    }
}

response! {
    /// A session of a user on one device.
    struct SessionResponseDto {
        app_version: Option<String>,
        created_at: String,
        current: bool,
        #[serde(rename = "deviceOS")] device_os: String,
        device_type: String,
        /// When the session ends; missing when it does not.
        expires_at: Option<String>,
        id: SessionId,
        /// Whether the next sync stream tells the client to begin from scratch.
        is_pending_sync_reset: bool,
        updated_at: String,
    }
}

response! {
    /// What a user prefers about shared links.
    struct SharedLinksResponse {
        enabled: bool,
        sidebar_web: bool,
    }
}

request! {
    /// What to change of the preferences about shared links.
    struct SharedLinksUpdate {
        optional {
            enabled: bool,
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// Tells faces that were recognized, read from the file or marked by hand apart.
    enum SourceType {
        MachineLearning = "machine-learning",
        Exif = "exif",
        Manual = "manual",
    }
}

response! {
    /// A tag, which may stand below another.
    struct TagResponseDto {
        color: Option<String>,
        created_at: Timestamp,
        id: TagId,
        /// The last part of the full name, such as `Paris`.
        name: String,
        /// The tag it stands below; missing at the top.
        parent_id: Option<TagId>,
        updated_at: Timestamp,
        /// The full name with the tags above it, such as `Trips/Paris`.
        value: String,
    }
}

response! {
    /// What a user prefers about tags.
    struct TagsResponse {
        enabled: bool,
        sidebar_web: bool,
    }
}

request! {
    /// What to change of the preferences about tags.
    struct TagsUpdate {
        optional {
            enabled: bool,
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// How videos with a high dynamic range are made fit for ordinary screens.
    enum ToneMapping {
        Hable = "hable",
        Mobius = "mobius",
        Reinhard = "reinhard",
        Disabled = "disabled",
    }
}

string_enum! {
    /// Which hardware converts videos, if any.
    enum TranscodeHWAccel {
        Nvenc = "nvenc",
        Qsv = "qsv",
        Vaapi = "vaapi",
        Rkmpp = "rkmpp",
        Disabled = "disabled",
    }
}

string_enum! {
    /// Which videos are converted: all, those that need it in some way, or none.
    enum TranscodePolicy {
        All = "all",
        Optimal = "optimal",
        Bitrate = "bitrate",
        Required = "required",
        Disabled = "disabled",
    }
}

response! {
    /// All that the server tells about a user: to administrators, and to the user themselves.
    struct UserAdminResponseDto {
        avatar_color: UserAvatarColor,
        cluster_group_id: Option<Uuid>,
        created_at: Timestamp,
        /// When the user was deleted; null for active users.
        deleted_at: Option<Timestamp>,
        email: String,
        id: UserId,
        is_admin: bool,
        license: Option<UserLicense>,
        name: String,
        /// The user's id at the other service they sign in through; empty for none.
        oauth_id: String,
        profile_changed_at: Timestamp,
        profile_image_path: String,
        /// How much the user may store, in bytes; null for unlimited.
        quota_size_in_bytes: Option<i64>,
        /// How much the user has stored, in bytes, without external libraries.
        quota_usage_in_bytes: Option<i64>,
        should_change_password: bool,
        status: UserStatus,
        /// The name of the user's folder under a storage template; null for the id of the user.
        storage_label: Option<String>,
        updated_at: Timestamp,
    }
}

string_enum! {
    /// The color behind the letter that stands for a user without a picture.
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
    /// A product key that was activated, of the server or of a user.
    struct UserLicense {
        activated_at: Timestamp,
        activation_key: Secret,
        license_key: Secret,
    }
}

string_enum! {
    /// Tells what is stored for a user: preferences, licence or first steps.
    enum UserMetadataKey {
        Preferences = "preferences",
        License = "license",
        Onboarding = "onboarding",
    }
}

response! {
    /// The preferences of a user, by part of the app.
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
    /// The preferences to change; parts that are left out stay as they are.
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
    /// What everybody on the server may know of a user.
    struct UserResponseDto {
        avatar_color: UserAvatarColor,
        email: String,
        id: UserId,
        name: String,
        /// When the picture last changed, to know whether a copy of it is still good.
        profile_changed_at: Timestamp,
        /// Where the picture is on the server, empty for none; `get_profile_image` gets it.
        profile_image_path: String,
    }
}

string_enum! {
    /// Tells active users, deleted users and users that are being removed for good apart.
    enum UserStatus {
        Active = "active",
        Removing = "removing",
        Deleted = "deleted",
    }
}

response! {
    /// When the server last looked for a new release, and what it found.
    struct VersionCheckStateResponseDto {
        checked_at: Option<String>,
        release_version: Option<String>,
    }
}

string_enum! {
    /// How the picture of a video is encoded.
    enum VideoCodec {
        H264 = "h264",
        Hevc = "hevc",
        Vp9 = "vp9",
        Av1 = "av1",
    }
}

string_enum! {
    /// The file formats of videos.
    enum VideoContainer {
        Mov = "mov",
        Mp4 = "mp4",
        Ogg = "ogg",
        Webm = "webm",
    }
}

string_enum! {
    /// The events that start a workflow, such as a new asset.
    enum WorkflowTrigger {
        AssetCreate = "AssetCreate",
        AssetMetadataExtraction = "AssetMetadataExtraction",
        AssetTagged = "AssetTagged",
    }
}

string_enum! {
    /// The kinds of data that a step of a workflow works on.
    enum WorkflowType {
        AssetV1 = "AssetV1",
    }
}
