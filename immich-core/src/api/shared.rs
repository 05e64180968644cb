//! Types that operations of several groups use.

use crate::prelude::*;

exchanged! {
    /// How the server backs itself up; so far only the database.
    struct AdminConfigBackupsDto {
        required {
            /// The database.
            database: AdminConfigDatabaseBackupDto,
        }
    }
}

exchanged! {
    /// The model that lets photos be found by what they show, for `search_smart`.
    struct AdminConfigClipDto {
        required {
            /// Whether it is turned on.
            enabled: bool,
            /// The name of the machine-learning model.
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
            /// Whether it is turned on.
            enabled: bool,
            /// The number of backups to keep.
            keep_last_amount: i64,
        }
    }
}

returned! {
    /// All settings of the server: read it whole, change what you need, and send it back whole.
    #[non_exhaustive]
    struct AdminConfigDto {
        /// Backups.
        backup: AdminConfigBackupsDto,
        /// Transcoding of videos with FFmpeg.
        ffmpeg: AdminConfigFFmpegDto,
        /// Images.
        image: AdminConfigImageDto,
        /// Checks of the stored files. Since 3.0.0.
        #[serde(skip_serializing_if = "Option::is_none")] integrity_checks: Option<AdminConfigIntegrityChecksDto>,
        /// Background jobs.
        job: AdminConfigJobDto,
        /// External libraries.
        library: AdminConfigLibraryDto,
        /// The settings of the log.
        logging: AdminConfigLoggingDto,
        /// Machine learning.
        machine_learning: AdminConfigMachineLearningDto,
        /// The map.
        map: AdminConfigMapDto,
        /// Metadata.
        metadata: AdminConfigMetadataDto,
        /// Looking for new versions of Immich.
        new_version_check: AdminConfigNewVersionCheckDto,
        /// The nightly tasks.
        nightly_tasks: AdminConfigNightlyTasksDto,
        /// Notifications.
        notifications: AdminConfigNotificationsDto,
        /// Sign-in through an identity provider.
        oauth: AdminConfigOAuthDto,
        /// Sign-in with a password.
        password_login: AdminConfigPasswordLoginDto,
        /// Names of places for coordinates.
        reverse_geocoding: AdminConfigReverseGeocodingDto,
        /// The server itself.
        server: AdminConfigServerDto,
        /// The template of the paths of stored files.
        storage_template: AdminConfigStorageTemplateDto,
        /// Templates of e-mails.
        templates: AdminConfigTemplatesDto,
        /// The appearance.
        theme: AdminConfigThemeDto,
        /// The trash.
        trash: AdminConfigTrashDto,
        /// The user.
        user: AdminConfigUserDto,
    }
}

exchanged! {
    /// How alike two assets must be to count as duplicates of each other.
    struct AdminConfigDuplicateDetectionDto {
        required {
            /// Whether it is turned on.
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
        /// The hardware that transcodes.
        accel: TranscodeHWAccel,
        /// Whether hardware decodes as well.
        accel_decode: bool,
        /// Audio codecs that need no transcoding.
        accepted_audio_codecs: Vec<AudioCodec>,
        /// Container formats that need no transcoding.
        accepted_containers: Vec<VideoContainer>,
        /// Video codecs that need no transcoding.
        accepted_video_codecs: Vec<VideoCodec>,
        /// The largest number of B-frames in a row; -1 leaves it to the encoder.
        bframes: i64,
        /// How constant quality is reached.
        cq_mode: CQMode,
        /// Quality of the picture from 0 to 51; a lower number is better and takes more space.
        crf: i64,
        /// The most frames between keyframes; 0 leaves it to the encoder.
        gop_size: i64,
        /// The most data for each second, such as `4500k`, in kilobits without a unit; `0` for no limit.
        max_bitrate: String,
        /// The device of the hardware, or `auto`.
        preferred_hw_device: String,
        /// The preset of the encoder, from `ultrafast` to `veryslow`.
        preset: String,
        /// Transcoding while a video is watched. Since 3.0.0.
        #[serde(skip_serializing_if = "Option::is_none")] realtime: Option<AdminConfigFFmpegRealtimeDto>,
        /// The number of reference frames; 0 leaves it to the encoder.
        refs: i64,
        /// The audio codec to transcode to.
        target_audio_codec: AudioCodec,
        /// Pixels of the shorter side of converted videos, as text such as `720`; `original` keeps it.
        target_resolution: String,
        /// The video codec to transcode to.
        target_video_codec: VideoCodec,
        /// Whether NVENC uses temporal adaptive quantization.
        #[serde(rename = "temporalAQ")] temporal_aq: bool,
        /// How many threads an encoder uses; 0 lets it choose.
        threads: i64,
        /// How HDR is brought to SDR.
        tonemap: ToneMapping,
        /// Which videos are transcoded.
        transcode: TranscodePolicy,
        /// Whether videos are encoded in two passes.
        two_pass: bool,
    }
}

exchanged! {
    /// Converting videos while somebody watches them, instead of beforehand.
    struct AdminConfigFFmpegRealtimeDto {
        required {
            /// Whether it is turned on.
            enabled: bool,
        }
        optional_lists {
            /// The heights in pixels that a video can be converted to while it is watched. Since 3.0.2.
            resolutions: i64,
            /// The video codecs. Since 3.0.2.
            video_codecs: VideoCodec,
        }
    }
}

exchanged! {
    /// The handling of faces in the metadata of a file.
    struct AdminConfigFacesDto {
        required {
            /// Whether faces are read from the metadata of files.
            import: bool,
        }
    }
}

returned! {
    /// How the server finds faces and decides which of them are the same person.
    #[non_exhaustive]
    struct AdminConfigFacialRecognitionDto {
        /// Whether it is turned on.
        enabled: bool,
        /// How far apart two faces of one person may be, from 0.1 to 2; a higher number merges more.
        max_distance: f64,
        /// How many faces must be alike before they make a person.
        min_faces: i64,
        /// How sure the model must be that it sees a face, from 0.1 to 1.
        min_score: f64,
        /// The name of the machine-learning model.
        model_name: String,
    }
}

exchanged! {
    /// How to make a full-size image of originals that browsers cannot show.
    struct AdminConfigGeneratedFullsizeImageDto {
        required {
            /// Whether it is turned on.
            enabled: bool,
            /// The format of the image.
            format: ImageFormat,
            /// The quality, 1 to 100.
            quality: i64,
        }
        optional {
            /// Whether JPEG files are progressive.
            progressive: bool,
        }
    }
}

returned! {
    /// Format, size and quality of the previews or of the thumbnails that the server makes.
    #[non_exhaustive]
    struct AdminConfigGeneratedImageDto {
        /// The format of the image.
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
    /// How the server makes the smaller images that apps show instead of originals.
    #[non_exhaustive]
    struct AdminConfigImageDto {
        /// The color space.
        colorspace: Colorspace,
        /// Whether the preview embedded in a RAW file is used.
        extract_embedded: bool,
        /// Images in full size, for originals that browsers cannot show.
        fullsize: AdminConfigGeneratedFullsizeImageDto,
        /// Previews.
        preview: AdminConfigGeneratedImageDto,
        /// Thumbnails.
        thumbnail: AdminConfigGeneratedImageDto,
    }
}

returned! {
    /// The regular checks that compare stored files with the database.
    #[non_exhaustive]
    struct AdminConfigIntegrityChecksDto {
        /// Comparing the checksums of files.
        checksum_files: AdminConfigIntegrityChecksumJobDto,
        /// Looking for files that are missing.
        missing_files: AdminConfigIntegrityJobDto,
        /// Looking for files that no asset has.
        untracked_files: AdminConfigIntegrityJobDto,
    }
}

returned! {
    /// When to read all files again and compare their checksums, and how much to do in one run.
    #[non_exhaustive]
    struct AdminConfigIntegrityChecksumJobDto {
        /// When it runs, as a cron expression of five fields.
        cron_expression: String,
        /// Whether it is turned on.
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
            /// Whether it is turned on.
            enabled: bool,
        }
    }
}

returned! {
    /// How many jobs of each queue the server works on at the same time.
    #[non_exhaustive]
    struct AdminConfigJobDto {
        /// Other background jobs.
        background_task: AdminConfigJobSettingsDto,
        /// Edits of photos.
        editor: AdminConfigJobSettingsDto,
        /// Detection of faces.
        face_detection: AdminConfigJobSettingsDto,
        /// Checks of the stored files. Since 3.0.0.
        #[serde(skip_serializing_if = "Option::is_none")] integrity_check: Option<AdminConfigJobSettingsDto>,
        /// External libraries.
        library: AdminConfigJobSettingsDto,
        /// Reading the metadata of files.
        metadata_extraction: AdminConfigJobSettingsDto,
        /// Moving generated files to other folders.
        migration: AdminConfigJobSettingsDto,
        /// Notifications.
        notifications: AdminConfigJobSettingsDto,
        /// Text recognition in images (OCR).
        ocr: AdminConfigJobSettingsDto,
        /// Search by content.
        search: AdminConfigJobSettingsDto,
        /// XMP sidecar files.
        sidecar: AdminConfigJobSettingsDto,
        /// Search by content.
        smart_search: AdminConfigJobSettingsDto,
        /// Making thumbnails and previews.
        thumbnail_generation: AdminConfigJobSettingsDto,
        /// Transcoding of videos.
        video_conversion: AdminConfigJobSettingsDto,
        /// Workflows.
        workflow: AdminConfigJobSettingsDto,
    }
}

exchanged! {
    /// The settings of a single queue of background jobs.
    struct AdminConfigJobSettingsDto {
        required {
            /// The number of jobs that run at once.
            concurrency: i64,
        }
    }
}

exchanged! {
    /// How external libraries are kept up to date: by regular scans and by watching folders.
    struct AdminConfigLibraryDto {
        required {
            /// Regular scans.
            scan: AdminConfigLibraryScanDto,
            /// Watching the folders for changes.
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
            /// Whether it is turned on.
            enabled: bool,
        }
    }
}

exchanged! {
    /// Whether the server notices changes in the folders of external libraries at once.
    struct AdminConfigLibraryWatchDto {
        required {
            /// Whether it is turned on.
            enabled: bool,
        }
    }
}

exchanged! {
    /// The log of the server.
    struct AdminConfigLoggingDto {
        required {
            /// Whether it is turned on.
            enabled: bool,
            /// The least severe messages that are logged.
            level: LogLevel,
        }
    }
}

returned! {
    /// How the server finds out which machine learning services are reachable.
    #[non_exhaustive]
    struct AdminConfigMachineLearningAvailabilityChecksDto {
        /// Whether it is turned on.
        enabled: bool,
        /// Time between two checks, in milliseconds.
        interval: i64,
        /// The time that a service may take to respond to a check, in milliseconds.
        timeout: i64,
    }
}

returned! {
    /// Where the machine learning services are, and what they are used for.
    #[non_exhaustive]
    struct AdminConfigMachineLearningDto {
        /// Checks whether the services are available.
        availability_checks: AdminConfigMachineLearningAvailabilityChecksDto,
        /// The model for search by content (CLIP).
        clip: AdminConfigClipDto,
        /// Detection of assets that look alike.
        duplicate_detection: AdminConfigDuplicateDetectionDto,
        /// Whether it is turned on.
        enabled: bool,
        /// Recognition of faces: which belong to one person.
        facial_recognition: AdminConfigFacialRecognitionDto,
        /// Text recognition in images (OCR).
        ocr: AdminConfigOcrDto,
        /// The URLs of the services, the first that is available is used.
        urls: Vec<String>,
    }
}

returned! {
    /// Whether apps show a map, and the styles it is drawn with.
    #[non_exhaustive]
    struct AdminConfigMapDto {
        /// The URL of the style of the map in the dark theme.
        dark_style: String,
        /// Whether it is turned on.
        enabled: bool,
        /// The URL of the style of the map in the light theme.
        light_style: String,
    }
}

exchanged! {
    /// The data that the server imports from the metadata of files.
    struct AdminConfigMetadataDto {
        required {
            /// Faces.
            faces: AdminConfigFacesDto,
        }
    }
}

exchanged! {
    /// Whether the server looks for new releases of Immich, and for which kind.
    struct AdminConfigNewVersionCheckDto {
        required {
            /// Whether it is turned on.
            enabled: bool,
        }
        optional {
            /// The channel of releases. Since 3.0.0.
            channel: ReleaseChannel,
        }
    }
}

returned! {
    /// The nightly tasks of the server, and their start.
    #[non_exhaustive]
    struct AdminConfigNightlyTasksDto {
        /// Whether new faces are recognized.
        cluster_new_faces: bool,
        /// Whether old rows are removed from the database.
        database_cleanup: bool,
        /// Whether memories are made.
        generate_memories: bool,
        /// Whether missing thumbnails are made.
        missing_thumbnails: bool,
        /// The start of the nightly tasks, as `HH:MM`.
        start_time: String,
        /// Whether the used space of each user is counted anew.
        sync_quota_usage: bool,
    }
}

exchanged! {
    /// How the server sends notifications out of the app; so far only by mail.
    struct AdminConfigNotificationsDto {
        required {
            /// The mail server.
            smtp: AdminConfigSmtpDto,
        }
    }
}

returned! {
    /// Signing in through another service by OpenID Connect: its address, client and claims.
    #[non_exhaustive]
    struct AdminConfigOAuthDto {
        /// Where users manage their account at the identity provider. Since 3.2.0.
        #[serde(skip_serializing_if = "Option::is_none")] account_management_url: Option<String>,
        /// Whether plain HTTP is allowed to the identity provider. Since 3.0.0.
        #[serde(skip_serializing_if = "Option::is_none")] allow_insecure_requests: Option<bool>,
        /// Whether the sign-in page goes to the identity provider at once.
        auto_launch: bool,
        /// Whether an account is made for whoever signs in for the first time.
        auto_register: bool,
        /// The label of the button that signs in through the identity provider.
        button_text: String,
        /// The client id that the identity provider knows.
        client_id: String,
        /// The secret that the identity provider knows.
        client_secret: Secret,
        /// Quota of users who come with none, in GiB (not bytes); null for unlimited.
        default_storage_quota: Option<i64>,
        /// Whether it is turned on.
        enabled: bool,
        /// The URL that ends the session at the identity provider. Since 3.0.0.
        #[serde(skip_serializing_if = "Option::is_none")] end_session_endpoint: Option<String>,
        /// The URL of the identity provider.
        issuer_url: String,
        /// Whether the mobile app has a redirect URL of its own.
        mobile_override_enabled: bool,
        /// The redirect URL for the mobile app.
        mobile_redirect_uri: String,
        /// The algorithm that profiles are signed with, or `none`.
        profile_signing_algorithm: String,
        /// The `prompt` parameter of the authorization request. Since 3.0.0.
        #[serde(skip_serializing_if = "Option::is_none")] prompt: Option<String>,
        /// The claim that makes a user an administrator.
        role_claim: String,
        /// The requested scopes, separated by spaces.
        scope: String,
        /// The algorithm that tokens are signed with.
        signing_algorithm: String,
        /// The claim that has the storage label of a user.
        storage_label_claim: String,
        /// The claim that gives the quota of a new user, in GiB.
        storage_quota_claim: String,
        /// The time that the other service may take to respond, in milliseconds.
        timeout: i64,
        /// How the server authenticates at the token endpoint.
        token_endpoint_auth_method: OAuthTokenEndpointAuthMethod,
    }
}

returned! {
    /// How the server reads text in images, and how sure it must be of it.
    #[non_exhaustive]
    struct AdminConfigOcrDto {
        /// Whether it is turned on.
        enabled: bool,
        /// To how many pixels an image is reduced before its text is read.
        max_resolution: i64,
        /// The least certainty of a detection, 0 to 1.
        min_detection_score: f64,
        /// The least certainty of a recognition, 0 to 1.
        min_recognition_score: f64,
        /// The name of the machine-learning model.
        model_name: String,
    }
}

exchanged! {
    /// Whether users can sign in with mail address and password.
    struct AdminConfigPasswordLoginDto {
        required {
            /// Whether it is turned on.
            enabled: bool,
        }
    }
}

exchanged! {
    /// Whether the server finds the names of places from coordinates.
    struct AdminConfigReverseGeocodingDto {
        required {
            /// Whether it is turned on.
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
        /// The text that the sign-in page shows.
        login_page_message: String,
        /// Whether every user can list the other users.
        public_users: bool,
    }
}

returned! {
    /// The sender of mails and the mail server they go through, also for `send_test_email_admin`.
    #[non_exhaustive]
    struct AdminConfigSmtpDto {
        /// Whether it is turned on.
        enabled: bool,
        /// The first day.
        from: String,
        /// The address for replies.
        reply_to: String,
        /// How the mail server is reached.
        transport: AdminConfigSmtpTransportDto,
    }
}

returned! {
    /// Address and credentials of the mail server that the server hands its mails to.
    #[non_exhaustive]
    struct AdminConfigSmtpTransportDto {
        /// The host name.
        host: String,
        /// Whether certificates that are not valid are accepted.
        ignore_cert: bool,
        /// The password.
        password: Secret,
        /// The port.
        port: i64,
        /// Whether TLS is used from the start.
        secure: bool,
        /// The user name.
        username: String,
    }
}

returned! {
    /// The pattern of folders and file names by which uploaded originals are stored.
    #[non_exhaustive]
    struct AdminConfigStorageTemplateDto {
        /// Whether it is turned on.
        enabled: bool,
        /// Whether the checksum is verified after a file was moved.
        hash_verification_enabled: bool,
        /// The path below the folder of the user, with placeholders such as `{{y}}` and `{{filename}}`.
        template: String,
    }
}

returned! {
    /// Custom text for each kind of mail; empty for the built-in one.
    #[non_exhaustive]
    struct AdminConfigTemplateEmailsDto {
        /// The text of the e-mail when an album is shared.
        album_invite_template: String,
        /// The text of the e-mail when an album was changed.
        album_update_template: String,
        /// The text of the e-mail to a new user.
        welcome_template: String,
    }
}

exchanged! {
    /// The texts that the server fills in and sends; so far only mails.
    struct AdminConfigTemplatesDto {
        required {
            /// The e-mail address.
            email: AdminConfigTemplateEmailsDto,
        }
    }
}

exchanged! {
    /// Changes to the look of the web app.
    struct AdminConfigThemeDto {
        required {
            /// CSS that the web application loads additionally.
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
            /// Whether it is turned on.
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
        /// The name of the album.
        album_name: String,
        /// The asset whose thumbnail is the cover; null for an album without assets.
        album_thumbnail_asset_id: Option<AssetId>,
        /// The users of the album: from 3.0 on with its owner, in 2.x without; empty in a shared link.
        album_users: Vec<AlbumUserResponseDto>,
        /// The number of assets.
        asset_count: i64,
        /// The assets of the album, only from servers 2.x; later ones give them by search or timeline. Up to 2.7.5.
        assets: Option<Vec<AssetResponseDto>>,
        /// How many assets each user added; only from `get_album_info`, and only for shared albums.
        contributor_counts: Option<Vec<ContributorCountResponseDto>>,
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The description of the album; empty if there is none.
        description: String,
        /// When the newest asset was taken, by the clock of the place; some operations give only the day.
        #[serde(default, deserialize_with = "read_instant")] end_date: Option<Timestamp>,
        /// Whether there is a shared link to it.
        has_shared_link: bool,
        /// The id of the album.
        id: AlbumId,
        /// Whether comments and likes are possible.
        is_activity_enabled: bool,
        /// When an asset of the album last changed; some operations leave it out.
        #[serde(default, deserialize_with = "read_instant")] last_modified_asset_timestamp: Option<Timestamp>,
        /// How apps should sort the assets of the album.
        order: Option<AssetOrder>,
        /// The owner, only from servers 2.x; later ones list the owner in `album_users`. Up to 2.7.5.
        owner: Option<UserResponseDto>,
        /// The id of the owner, only from servers 2.x; later ones list the owner in `album_users`. Up to 2.7.5.
        owner_id: Option<String>,
        /// Whether there are other users or a shared link.
        shared: bool,
        /// When the oldest asset was taken, by the clock of the place; some operations give only the day.
        #[serde(default, deserialize_with = "read_instant")] start_date: Option<Timestamp>,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
    }
}

response! {
    /// Somebody who can see an album, and what they may do in it.
    struct AlbumUserResponseDto {
        /// The role of the user.
        role: AlbumUserRole,
        /// The user.
        user: UserResponseDto,
    }
}

string_enum! {
    /// The role of a user in an album: owner, editor or viewer.
    enum AlbumUserRole {
        Editor = "editor",
        Viewer = "viewer",
        Owner = "owner" (". Since 3.0.0."),
    }
}

response! {
    /// A user's preferences about albums.
    struct AlbumsResponse {
        /// The order of assets in new albums.
        default_asset_order: AssetOrder,
    }
}

request! {
    /// Changes to the preferences about albums.
    struct AlbumsUpdate {
        optional {
            /// The order of assets in new albums.
            default_asset_order: AssetOrder,
        }
    }
}

response! {
    /// A face in an image and where it is, as servers 2.x list it below its person.
    struct AssetFaceWithoutPersonResponseDto {
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
        /// Where the face comes from: machine learning, the metadata of the file, or a user.
        source_type: Option<SourceType>,
    }
}

string_enum! {
    /// Whether the newest or the oldest come first.
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
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The id that the uploading device gave; only from servers 2.x. Up to 2.7.5.
        device_asset_id: Option<String>,
        /// The device that uploaded; only from servers 2.x. Up to 2.7.5.
        device_id: Option<String>,
        /// The group of assets that look alike; null when there are none.
        duplicate_id: Option<DuplicateId>,
        /// Length of a video: text in 2.x, milliseconds from 3.0 on; null for photos from 3.0 on.
        duration: Option<AssetDuration>,
        /// Details of the file; in searches only with `with_exif`.
        exif_info: Option<ExifResponseDto>,
        /// The moment when it was taken, in UTC.
        #[serde(deserialize_with = "read_instant")] file_created_at: Timestamp,
        /// When the file was last changed before the upload, in UTC.
        #[serde(deserialize_with = "read_instant")] file_modified_at: Timestamp,
        /// False when a shared link hides the details, so that many fields are missing.
        has_metadata: bool,
        /// Height in pixels as shown; null when it is not known.
        height: Option<i64>,
        /// The id of the asset.
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
        /// The media type of the original file.
        original_mime_type: Option<String>,
        /// Where the file is on the server, not on the device.
        original_path: String,
        /// The user it belongs to; only when one asset is requested.
        owner: Option<UserResponseDto>,
        /// The user it belongs to, who may be another than the signed-in one.
        owner_id: UserId,
        /// The people in it; in searches only with `with_people`.
        people: Option<Vec<PersonResponseDto>>,
        /// Whether a thumbnail exists; always true.
        resized: Option<bool>,
        /// The stack it belongs to; null for none, missing in lists.
        stack: Option<AssetStackResponseDto>,
        /// The tags it has; missing in most lists.
        tags: Option<Vec<TagResponseDto>>,
        /// A tiny blurred preview in base64; null until one is made.
        thumbhash: Option<String>,
        /// Photo, video, audio or other.
        type_: AssetTypeEnum,
        /// The faces that belong to nobody. Up to 2.7.5.
        unassigned_faces: Option<Vec<AssetFaceWithoutPersonResponseDto>>,
        /// When anything about the asset last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
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
        /// The id of the stack.
        id: StackId,
        /// The id of the asset that is on top of the stack.
        primary_asset_id: AssetId,
    }
}

response! {
    /// How many photos and videos a user has.
    struct AssetStatsResponseDto {
        /// The number of photos.
        images: i64,
        /// The number of photos and videos.
        total: i64,
        /// The number of videos.
        videos: i64,
    }
}

string_enum! {
    /// Distinguishes photos, videos, sound and other files.
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
        Libopus = "libopus" (". Up to 2.7.5."),
        Opus = "opus",
        PcmS16le = "pcm_s16le",
    }
}

request! {
    /// The color to show for a user who has no picture.
    struct AvatarUpdate {
        optional {
            /// The color.
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
        Validation = "validation" (". Since 2.7.0."),
    }
}

response! {
    /// Whether the operation went well for one of many ids, such as one asset of an album.
    struct BulkIdResponseDto {
        /// Why it failed.
        error: Option<BulkIdErrorReason>,
        /// The reason in words. Since 2.7.0.
        error_message: Option<String>,
        /// The id.
        id: Uuid,
        /// Whether it succeeded.
        success: bool,
    }
}

request! {
    /// The ids of all things to work on at once.
    struct BulkIdsDto {
        required_lists {
            /// The ids.
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
        /// The first day.
        from: String,
        /// The number of assets for each day that has some.
        series: Vec<CalendarHeatmapResponseDtoSeriesInner>,
        /// The last day.
        to: String,
        /// The total number.
        total_count: i64,
    }
}

response! {
    /// One day of the calendar and its number of assets.
    struct CalendarHeatmapResponseDtoSeriesInner {
        /// The number of assets of the day.
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
    /// A user's preferences about playing on other screens.
    struct CastResponse {
        /// Whether videos and photos can be sent to a Google Cast device.
        g_cast_enabled: bool,
    }
}

request! {
    /// Changes to the preferences about playing on other screens.
    struct CastUpdate {
        optional {
            /// Whether videos and photos can be sent to a Google Cast device.
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
        /// The number of assets.
        asset_count: i64,
        /// The id of the user.
        user_id: UserId,
    }
}

returned! {
    /// The rectangle of an image to keep, in pixels from its upper left corner.
    struct CropParameters {
        /// The height in pixels.
        height: i64,
        /// The width in pixels.
        width: i64,
        /// The left edge, in pixels.
        x: i64,
        /// The upper edge, in pixels.
        y: i64,
    }
}

response! {
    /// A user's preferences about downloads.
    struct DownloadResponse {
        /// How big one archive may get, in bytes.
        archive_size: i64,
        /// Whether to download also the video that is inside some photo files.
        include_embedded_videos: bool,
    }
}

request! {
    /// Changes to the preferences about downloads.
    struct DownloadUpdate {
        optional {
            /// The greatest size of an archive in bytes; a larger download is split.
            archive_size: i64,
            /// Whether the videos of motion photos are put into archives.
            include_embedded_videos: bool,
        }
    }
}

response! {
    /// Which mails a user wants to get.
    struct EmailNotificationsResponse {
        /// Whether an e-mail is sent when an album is shared with the user.
        album_invite: bool,
        /// Whether an e-mail is sent when assets are added to a shared album.
        album_update: bool,
        /// Whether it is turned on.
        enabled: bool,
    }
}

request! {
    /// Changes to the mails that a user gets.
    struct EmailNotificationsUpdate {
        optional {
            /// Whether an e-mail is sent when an album is shared with the user.
            album_invite: bool,
            /// Whether an e-mail is sent when assets are added to a shared album.
            album_update: bool,
            /// Whether it is turned on.
            enabled: bool,
        }
    }
}

response! {
    /// The metadata that the camera wrote in the file of an asset, with derived and changed values.
    struct ExifResponseDto {
        /// The city, found from the coordinates; null when unknown.
        city: Option<String>,
        /// The country, as the server names it.
        country: Option<String>,
        /// The moment when it was taken, in UTC; `time_zone` says where.
        #[serde(default, deserialize_with = "read_instant")] date_time_original: Option<Timestamp>,
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
        /// The ISO sensitivity.
        iso: Option<i64>,
        /// Degrees north of the equator, negative for south.
        latitude: Option<f64>,
        /// The lens, as the camera names it.
        lens_model: Option<String>,
        /// Degrees east of Greenwich, negative for west.
        longitude: Option<f64>,
        /// The manufacturer of the camera.
        make: Option<String>,
        /// The model of the camera.
        model: Option<String>,
        /// When the file was changed, by its metadata.
        #[serde(default, deserialize_with = "read_instant")] modify_date: Option<Timestamp>,
        /// How to turn the image to show it, as the EXIF number in text, from `1` to `8`.
        orientation: Option<String>,
        /// How a panorama is spread out, such as `EQUIRECTANGULAR`; null for ordinary images.
        projection_type: Option<String>,
        /// 1 to 5 stars; null when not rated, -1 for rejected in 2.x.
        rating: Option<i64>,
        /// The state or province, as the server names it.
        state: Option<String>,
        /// The time zone where it was taken, such as `Europe/Paris` or `UTC+2`; null when unknown.
        time_zone: Option<String>,
    }
}

response! {
    /// A user's preferences about the view by folders.
    struct FoldersResponse {
        /// Whether it is turned on.
        enabled: bool,
        /// Whether the sidebar of the web application shows it.
        sidebar_web: bool,
    }
}

request! {
    /// Changes to the preferences about the view by folders.
    struct FoldersUpdate {
        optional {
            /// Whether it is turned on.
            enabled: bool,
            /// Whether the sidebar of the web application shows it.
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
            /// The key that the license was activated with.
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
        /// The city, as the server names it.
        city: Option<String>,
        /// The country, as the server names it.
        country: Option<String>,
        /// The asset at this place.
        id: AssetId,
        /// The latitude in degrees, -90 to 90.
        lat: f64,
        /// The longitude in degrees, -180 to 180.
        lon: f64,
        /// The state or province, as the server names it.
        state: Option<String>,
    }
}

response! {
    /// A user's preferences about memories.
    struct MemoriesResponse {
        /// How many seconds each photo of a memory is shown.
        duration: i64,
        /// Whether it is turned on.
        enabled: bool,
        /// Whether the sidebar of the web application shows it. Since 3.2.0.
        sidebar_web: Option<bool>,
    }
}

request! {
    /// Changes to the preferences about memories.
    struct MemoriesUpdate {
        optional {
            /// How long each asset is shown, in seconds.
            duration: i64,
            /// Whether it is turned on.
            enabled: bool,
            /// Whether the sidebar of the web application shows it. Since 3.2.0.
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
            /// The axis to mirror at.
            axis: MirrorAxis,
        }
    }
}

response! {
    /// A notification of the signed-in user, with what it says and whether it was read.
    struct NotificationDto {
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The data, whose form depends on the kind.
        data: Option<Value>,
        /// The description, as free text.
        description: Option<String>,
        /// The id of the notification.
        id: NotificationId,
        /// The severity.
        level: NotificationLevel,
        /// When it was read; missing when it is still new.
        #[serde(default, deserialize_with = "read_instant")] read_at: Option<Timestamp>,
        /// The title, shown in bold.
        title: String,
        /// The subject of the notification.
        type_: NotificationType,
    }
}

string_enum! {
    /// Distinguishes good news, plain news, warnings and errors.
    enum NotificationLevel {
        Success = "success",
        Error = "error",
        Warning = "warning",
        Info = "info",
    }
}

string_enum! {
    /// The subject of a notification, such as a failed backup or an invitation to an album.
    enum NotificationType {
        JobFailed = "JobFailed",
        BackupFailed = "BackupFailed",
        SystemMessage = "SystemMessage",
        AlbumInvite = "AlbumInvite",
        AlbumUpdate = "AlbumUpdate",
        Custom = "Custom",
        ClusterGroupRequest = "ClusterGroupRequest" (". Since 3.2.0."),
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
    /// A user's preferences about people.
    struct PeopleResponse {
        /// Whether it is turned on.
        enabled: bool,
        /// From how many faces on a person without a name is shown. Since 3.0.0.
        minimum_faces: Option<i64>,
        /// Whether the sidebar of the web application shows it.
        sidebar_web: bool,
        /// How names of people are written to files. Since 3.3.0.
        update_strategy: Option<PersonUpdateStrategy>,
    }
}

request! {
    /// Changes to the preferences about people.
    struct PeopleUpdate {
        optional {
            /// Whether it is turned on.
            enabled: bool,
            /// The number of faces from which on a person is listed. Since 3.0.0.
            minimum_faces: i64,
            /// Whether the sidebar of the web application shows it.
            sidebar_web: bool,
            /// How names of people are written to files. Since 3.3.0.
            update_strategy: PersonUpdateStrategy,
        }
    }
}

response! {
    /// A user on the other end of a shared person, and what that user may do with it.
    struct PeopleUserResponseDto {
        /// The color of the avatar that stands for a missing profile image.
        avatar_color: UserAvatarColor,
        /// The e-mail address.
        email: String,
        /// The id.
        id: Uuid,
        /// The name of the user.
        name: String,
        /// When the profile image was last changed.
        #[serde(deserialize_with = "read_instant")] profile_changed_at: Timestamp,
        /// The path of the profile image on the server; empty if there is none.
        profile_image_path: String,
        /// The role of the user.
        role: PersonUserRole,
    }
}

response! {
    /// Another user's name for the same person, and the rights on it.
    struct PersonOtherResponseDto {
        /// The date of birth.
        birth_date: Option<String>,
        /// The name of the person; empty for none.
        name: String,
        /// The role of the user.
        role: PersonUserRole,
        /// The id of the user who shares.
        shared_by_id: UserId,
    }
}

response! {
    /// A person who was recognized in photos, named or not.
    struct PersonResponseDto {
        /// The birthday as `YYYY-MM-DD`; null when unknown.
        birth_date: Option<Date>,
        /// The color.
        color: Option<String>,
        /// The faces of the person in the asset; only from servers 2.x, and only in assets. Up to 2.7.5.
        faces: Option<Vec<AssetFaceWithoutPersonResponseDto>>,
        /// The id of the person.
        id: PersonId,
        /// Whether the asset is a favorite.
        is_favorite: Option<bool>,
        /// Whether apps leave the person out of their lists.
        is_hidden: bool,
        /// The name; empty when nobody gave one yet.
        name: String,
        /// The names that users who share this person have for it; from 3.3 on. Since 3.3.0.
        other_people: Option<Vec<PersonOtherResponseDto>>,
        /// The users who share the person with this one. Since 3.3.0.
        shared_by: Option<Vec<PeopleUserResponseDto>>,
        /// The users that the person is shared with. Since 3.3.0.
        shared_with: Option<Vec<PeopleUserResponseDto>>,
        /// Where the picture is on the server, empty for none; `get_person_thumbnail` gets it.
        thumbnail_path: String,
        /// When it was last changed on the server.
        #[serde(default, deserialize_with = "read_instant")] updated_at: Option<Timestamp>,
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
    /// The role of a user on a person that somebody shared with them.
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
    /// A user's preferences about buying Immich.
    struct PurchaseResponse {
        /// Until when apps do not ask the user to buy, as a time in text.
        hide_buy_button_until: String,
        /// Whether the badge of supporters is shown.
        show_support_badge: bool,
    }
}

request! {
    /// Changes to what a user sees about buying Immich.
    struct PurchaseUpdate {
        optional {
            /// Until when the button to buy a license is hidden.
            hide_buy_button_until: String,
            /// Whether the badge of supporters is shown.
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
        IntegrityCheck = "integrityCheck" (". Since 3.0.0."),
    }
}

response! {
    /// How many jobs of a queue are in each state.
    struct QueueStatisticsDto {
        /// Whether it is running, or how many are.
        active: i64,
        /// The number of completed jobs.
        completed: i64,
        /// The number of delayed jobs.
        delayed: i64,
        /// The number of failed jobs, or whether they are meant.
        failed: i64,
        /// The number of paused jobs.
        paused: i64,
        /// The number of waiting jobs.
        waiting: i64,
    }
}

response! {
    /// A user's preferences about ratings with stars.
    struct RatingsResponse {
        /// Whether it is turned on.
        enabled: bool,
    }
}

request! {
    /// Changes to the preferences about ratings with stars.
    struct RatingsUpdate {
        optional {
            /// Whether it is turned on.
            enabled: bool,
        }
    }
}

response! {
    /// A user's preferences about the page of assets that came last.
    struct RecentlyAddedResponse {
        /// Whether the sidebar of the web application shows it.
        sidebar_web: bool,
    }
}

request! {
    /// Changes to the preferences about the page of assets that came last.
    struct RecentlyAddedUpdate {
        optional {
            /// Whether the sidebar of the web application shows it.
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
    /// The server's knowledge of newer releases, sent as an event over the websocket.
    struct ReleaseEventV1 {
        /// When the server last looked for a new version.
        checked_at: String,
        /// Whether there is a newer release than the server runs.
        is_available: bool,
        /// The newest released version.
        release_version: ServerVersionResponseDto,
        /// The version of the server.
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
        /// The version of the app.
        app_version: Option<String>,
        /// When it was created on the server.
        created_at: String,
        /// Whether it is the session of this request.
        current: bool,
        /// The operating system of the device.
        #[serde(rename = "deviceOS")] device_os: String,
        /// The browser or app of the device.
        device_type: String,
        /// When the session ends; missing when it does not.
        expires_at: Option<String>,
        /// The id of the session.
        id: SessionId,
        /// Whether the next sync stream makes the client start from scratch.
        is_pending_sync_reset: bool,
        /// When it was last changed on the server.
        updated_at: String,
    }
}

response! {
    /// A user's preferences about shared links.
    struct SharedLinksResponse {
        /// Whether it is turned on.
        enabled: bool,
        /// Whether the sidebar of the web application shows it.
        sidebar_web: bool,
    }
}

request! {
    /// Changes to the preferences about shared links.
    struct SharedLinksUpdate {
        optional {
            /// Whether it is turned on.
            enabled: bool,
            /// Whether the sidebar of the web application shows it.
            sidebar_web: bool,
        }
    }
}

string_enum! {
    /// Distinguishes faces that were recognized, read from the file or marked by hand.
    enum SourceType {
        MachineLearning = "machine-learning",
        Exif = "exif",
        Manual = "manual",
    }
}

response! {
    /// A tag, which may stand below another.
    struct TagResponseDto {
        /// The color.
        color: Option<String>,
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The id of the tag.
        id: TagId,
        /// The last part of the full name, such as `Paris`.
        name: String,
        /// The tag it stands below; missing at the top.
        parent_id: Option<TagId>,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
        /// The full name with the tags above it, such as `Trips/Paris`.
        value: String,
    }
}

response! {
    /// A user's preferences about tags.
    struct TagsResponse {
        /// Whether it is turned on.
        enabled: bool,
        /// Whether the sidebar of the web application shows it.
        sidebar_web: bool,
    }
}

request! {
    /// Changes to the preferences about tags.
    struct TagsUpdate {
        optional {
            /// Whether it is turned on.
            enabled: bool,
            /// Whether the sidebar of the web application shows it.
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
    /// A user with all data: for administrators, and for the user themselves.
    struct UserAdminResponseDto {
        /// The color of the avatar that stands for a missing profile image.
        avatar_color: UserAvatarColor,
        /// The id of the group of users whose faces are recognized together. Since 3.2.0.
        cluster_group_id: Option<Uuid>,
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// When the user was deleted; null for active users.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// The e-mail address.
        email: String,
        /// The id of the user.
        id: UserId,
        /// Whether the user is an administrator.
        is_admin: bool,
        /// The license.
        license: Option<UserLicense>,
        /// The name of the user.
        name: String,
        /// The user's id at the other service they sign in through; empty for none.
        oauth_id: String,
        /// When the profile image was last changed.
        #[serde(deserialize_with = "read_instant")] profile_changed_at: Timestamp,
        /// The path of the profile image on the server; empty if there is none.
        profile_image_path: String,
        /// How much the user may store, in bytes; null for unlimited.
        quota_size_in_bytes: Option<i64>,
        /// How much the user has stored, in bytes, without external libraries.
        quota_usage_in_bytes: Option<i64>,
        /// Whether the user must choose a new password at the next sign-in.
        should_change_password: bool,
        /// Whether the user is active or deleted.
        status: UserStatus,
        /// The name of the user's folder under a storage template; null for the id of the user.
        storage_label: Option<String>,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
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
        /// When the license was activated.
        #[serde(deserialize_with = "read_instant")] activated_at: Timestamp,
        /// The key that the license was activated with.
        activation_key: Secret,
        /// The license key.
        license_key: Secret,
    }
}

string_enum! {
    /// The data stored for a user: preferences, license or first steps.
    enum UserMetadataKey {
        Preferences = "preferences",
        License = "license",
        Onboarding = "onboarding",
    }
}

response! {
    /// The preferences of a user, by part of the app.
    struct UserPreferencesResponseDto {
        /// Albums.
        albums: AlbumsResponse,
        /// Casting.
        cast: CastResponse,
        /// Downloads.
        download: DownloadResponse,
        /// Notifications by e-mail.
        email_notifications: EmailNotificationsResponse,
        /// The folder view.
        folders: FoldersResponse,
        /// Memories.
        memories: MemoriesResponse,
        /// The people.
        people: PeopleResponse,
        /// The purchase of a license.
        purchase: PurchaseResponse,
        /// Ratings.
        ratings: RatingsResponse,
        /// Recently added assets. Since 3.0.1.
        recently_added: Option<RecentlyAddedResponse>,
        /// Shared links.
        shared_links: SharedLinksResponse,
        /// Tags.
        tags: TagsResponse,
    }
}

request! {
    /// The preferences to change; parts that are left out stay as they are.
    struct UserPreferencesUpdateDto {
        optional {
            /// Albums.
            albums: AlbumsUpdate,
            /// The avatar.
            avatar: AvatarUpdate,
            /// Casting.
            cast: CastUpdate,
            /// Downloads.
            download: DownloadUpdate,
            /// Notifications by e-mail.
            email_notifications: EmailNotificationsUpdate,
            /// The folder view.
            folders: FoldersUpdate,
            /// Memories.
            memories: MemoriesUpdate,
            /// The people.
            people: PeopleUpdate,
            /// The purchase of a license.
            purchase: PurchaseUpdate,
            /// Ratings.
            ratings: RatingsUpdate,
            /// Recently added assets. Since 3.0.1.
            recently_added: RecentlyAddedUpdate,
            /// Shared links.
            shared_links: SharedLinksUpdate,
            /// Tags.
            tags: TagsUpdate,
        }
    }
}

response! {
    /// A user, as everybody on the server may see them.
    struct UserResponseDto {
        /// The color of the avatar that stands for a missing profile image.
        avatar_color: UserAvatarColor,
        /// The e-mail address.
        email: String,
        /// The id of the user.
        id: UserId,
        /// The name of the user.
        name: String,
        /// When the picture last changed, to know whether a copy of it is still good.
        #[serde(deserialize_with = "read_instant")] profile_changed_at: Timestamp,
        /// Where the picture is on the server, empty for none; `get_profile_image` gets it.
        profile_image_path: String,
    }
}

string_enum! {
    /// Distinguishes active users, deleted users and users that are being removed for good.
    enum UserStatus {
        Active = "active",
        Removing = "removing",
        Deleted = "deleted",
    }
}

response! {
    /// When the server last looked for a new release, and what it found.
    struct VersionCheckStateResponseDto {
        /// When the server last looked for a new version.
        checked_at: Option<String>,
        /// The newest released version.
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
        AssetTagged = "AssetTagged" (". Since 3.2.0."),
    }
}

string_enum! {
    /// The kinds of data that a step of a workflow works on.
    enum WorkflowType {
        AssetV1 = "AssetV1",
    }
}
