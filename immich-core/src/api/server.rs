//! The server itself: version, features, statistics, storage and licence.

use crate::prelude::*;

group! {
    /// The server itself: version, features, statistics, storage and licence.
    ServerApi: server
}

endpoint! {
    /// Returns the version of the server, how it was built, and the versions of the tools that it uses.
    GetAboutInfo = GET "/server/about" -> Json<ServerAboutResponseDto>;
    ServerApi.get_about_info, "getAboutInfo" [permission "server.about"];
}

endpoint! {
    /// Gives the addresses from which the Android app can be downloaded in the version of the server.
    GetApkLinks = GET "/server/apk-links" -> Json<ServerApkLinksDto>;
    ServerApi.get_apk_links, "getApkLinks" [permission "server.apkLinks"];
}

endpoint! {
    /// Returns what a client must know beforehand, such as the days in the trash and whether the server is set up; needs no authentication.
    ///
    /// Immich marks it as deprecated: servers have [`GetPublicConfig`] since 3.2.0.
    GetServerConfig = GET "/server/config" -> Json<ServerConfigDto>;
    ServerApi.get_server_config, "getServerConfig" [also DeprecatedApi] {authenticated: false};
}

endpoint! {
    /// Returns which features are switched on, such as smart search, trash and sign-in by password; needs no authentication.
    ///
    /// Immich marks it as deprecated: servers have [`GetPublicConfig`] since 3.2.0.
    GetServerFeatures = GET "/server/features" -> Json<ServerFeaturesDto>;
    ServerApi.get_server_features, "getServerFeatures" [also DeprecatedApi] {authenticated: false};
}

endpoint! {
    /// Removes the product licence of the server; administrators only.
    DeleteServerLicense = DELETE "/server/license" -> Empty;
    ServerApi.delete_server_license, "deleteServerLicense" [permission "serverLicense.delete"];
}

endpoint! {
    /// Gives the product licence of the server, or status 404 if it has none; administrators only.
    GetServerLicense = GET "/server/license" -> Json<UserLicense>;
    ServerApi.get_server_license, "getServerLicense" [permission "serverLicense.read"] {sensitive: true};
}

endpoint! {
    /// Registers a product licence for the whole server; administrators only.
    SetServerLicense = PUT "/server/license" -> Json<UserLicense>;
    ServerApi.set_server_license, "setServerLicense" [permission "serverLicense.update"] {sensitive: true};
    body { LicenseKeyDto }
}

endpoint! {
    /// Lists the file name extensions, each with its dot, that the server takes as images, videos and sidecars; no sign-in needed.
    GetSupportedMediaTypes = GET "/server/media-types" -> Json<ServerMediaTypesResponseDto>;
    ServerApi.get_supported_media_types, "getSupportedMediaTypes" {authenticated: false};
}

endpoint! {
    /// Returns `pong`, a cheap check that the server is up; needs no authentication.
    PingServer = GET "/server/ping" -> Json<ServerPingResponse>;
    ServerApi.ping_server, "pingServer" {authenticated: false};
}

endpoint! {
    /// Counts the photos and videos of the whole server and of each user, with their size in bytes; administrators only.
    GetServerStatistics = GET "/server/statistics" -> Json<ServerStatsResponseDto>;
    ServerApi.get_server_statistics, "getServerStatistics" [permission "server.statistics"];
}

endpoint! {
    /// Returns the size of the server's disk and how much of it is used, as text and in bytes.
    GetStorage = GET "/server/storage" -> Json<ServerStorageResponseDto>;
    ServerApi.get_storage, "getStorage" [permission "server.storage"];
}

endpoint! {
    /// Gives the style sheet that the administrators have added to the pages of the server; no sign-in needed.
    GetTheme = GET "/server/theme" -> Json<ServerThemeDto>;
    ServerApi.get_theme, "getTheme" [until "2.7.5"] {authenticated: false};
}

endpoint! {
    /// Returns the version of the server as numbers; needs no authentication.
    GetServerVersion = GET "/server/version" -> Json<ServerVersionResponseDto>;
    ServerApi.get_server_version, "getServerVersion" {authenticated: false};
}

endpoint! {
    /// Returns the release of Immich that the server found when it last looked for a newer one, and the time of that.
    GetVersionCheck = GET "/server/version-check" -> Json<VersionCheckStateResponseDto>;
    ServerApi.get_version_check, "getVersionCheck" [permission "server.versionCheck"];
}

endpoint! {
    /// Lists the versions that this server has run, and since when; no sign-in needed.
    GetVersionHistory = GET "/server/version-history" -> Json<Vec<ServerVersionHistoryResponseDto>>;
    ServerApi.get_version_history, "getVersionHistory" {authenticated: false};
}

response! {
    /// The version of the server, where it was built, and what it is built on.
    struct ServerAboutResponseDto {
        /// The number of the build.
        build: Option<String>,
        /// The tag of the container image.
        build_image: Option<String>,
        /// The URL of the container image.
        build_image_url: Option<String>,
        /// The URL of the build.
        build_url: Option<String>,
        /// The version of ExifTool.
        exiftool: Option<String>,
        /// Transcoding of videos with FFmpeg.
        ffmpeg: Option<String>,
        /// The version of ImageMagick.
        imagemagick: Option<String>,
        /// The version of libvips.
        libvips: Option<String>,
        /// Whether the server has a license.
        licensed: bool,
        /// The version of Node.js.
        nodejs: Option<String>,
        /// The name of the source repository.
        repository: Option<String>,
        /// The URL of the source repository.
        repository_url: Option<String>,
        /// The commit of the source.
        source_commit: Option<String>,
        /// The branch or tag of the source.
        source_ref: Option<String>,
        /// The URL of the source.
        source_url: Option<String>,
        /// Where bugs of a modified version are reported.
        third_party_bug_feature_url: Option<String>,
        /// The documentation of a modified version.
        third_party_documentation_url: Option<String>,
        /// The source of a modified version.
        third_party_source_url: Option<String>,
        /// Where a modified version has support.
        third_party_support_url: Option<String>,
        /// The version as text with a `v` before it, such as `v3.1.0`.
        version: String,
        /// The URL of the release notes.
        version_url: String,
    }
}

response! {
    /// Where to download the Android app that fits the server, by processor.
    struct ServerApkLinksDto {
        /// The URL of the Android app for 64-bit ARM.
        arm64v8a: String,
        /// The URL of the Android app for 32-bit ARM.
        armeabiv7a: String,
        /// The URL of the Android app for every processor.
        universal: String,
        /// The URL of the Android app for 64-bit x86.
        #[serde(rename = "x86_64")] x86_64: String,
    }
}

response! {
    /// Settings that apps need, for anyone; newer servers have `get_public_config`.
    struct ServerConfigDto {
        /// The URL that the server has for visitors, which shared links are made with.
        external_domain: String,
        /// Whether the server has an administrator yet.
        is_initialized: bool,
        /// Whether the introduction was completed.
        is_onboarded: bool,
        /// The text that the sign-in page shows.
        login_page_message: String,
        /// Whether the server is in maintenance mode.
        maintenance_mode: bool,
        /// The URL of the style of the map in the dark theme.
        map_dark_style_url: String,
        /// The URL of the style of the map in the light theme.
        map_light_style_url: String,
        /// The number of faces from which on a person is made of them. Since 3.0.0.
        min_faces: Option<i64>,
        /// Where users manage their account at the identity provider. Since 3.2.0.
        oauth_account_management_url: Option<String>,
        /// The label of the button that signs in through the identity provider.
        oauth_button_text: String,
        /// Whether users can see the names of all others.
        public_users: bool,
        /// After how many days in the trash an asset is deleted for good.
        trash_days: i64,
        /// After how many days a deleted user is removed for good.
        user_delete_delay: i64,
    }
}

response! {
    /// Which parts of the server are switched on, to know what to offer.
    struct ServerFeaturesDto {
        /// Whether the settings come from a file, so that they cannot be changed here.
        config_file: bool,
        /// Detection of assets that look alike.
        duplicate_detection: bool,
        /// The e-mail address.
        email: bool,
        /// Recognition of faces: which belong to one person.
        facial_recognition: bool,
        /// Whether faces are read from the metadata of files.
        import_faces: bool,
        /// The map.
        map: bool,
        /// Sign-in through an identity provider.
        oauth: bool,
        /// Whether the sign-in page goes to the identity provider at once.
        oauth_auto_launch: bool,
        /// Text recognition in images (OCR).
        ocr: bool,
        /// Sign-in with a password.
        password_login: bool,
        /// Whether videos can be converted while watching; missing in 2.x. Since 3.0.0.
        realtime_transcoding: Option<bool>,
        /// Names of places for coordinates.
        reverse_geocoding: bool,
        /// Search by content.
        search: bool,
        /// XMP sidecar files.
        sidecar: bool,
        /// Whether `search_smart` works; it needs machine learning.
        smart_search: bool,
        /// The trash.
        trash: bool,
    }
}

response! {
    /// The file name extensions that the server accepts for upload.
    struct ServerMediaTypesResponseDto {
        /// Extensions of photos, in small letters and with the dot.
        image: Vec<String>,
        /// XMP sidecar files.
        sidecar: Vec<String>,
        /// Extensions of videos, in small letters and with the dot.
        video: Vec<String>,
    }
}

response! {
    /// A sign that the server is there.
    struct ServerPingResponse {
        /// Always `pong`.
        res: String,
    }
}

response! {
    /// How many photos and videos the server has and how much space they take, in all and by user.
    struct ServerStatsResponseDto {
        /// The number of photos.
        photos: i64,
        /// Size of all original files in bytes.
        usage: i64,
        /// The usage of each user.
        usage_by_user: Vec<UsageByUserDto>,
        /// The bytes used by photos.
        usage_photos: i64,
        /// The bytes used by videos.
        usage_videos: i64,
        /// The number of videos.
        videos: i64,
    }
}

response! {
    /// How big and how full the disk of the server is.
    struct ServerStorageResponseDto {
        /// Free space as text for people, such as `70.8 GiB`.
        disk_available: String,
        /// Free space in bytes.
        disk_available_raw: i64,
        /// The size of the disk in words, such as `1.8 TiB`.
        disk_size: String,
        /// The size of the disk in bytes.
        disk_size_raw: i64,
        /// How full the disk is, from 0 to 100.
        disk_usage_percentage: f64,
        /// The used space in words.
        disk_use: String,
        /// Used space in bytes, also that of other programs.
        disk_use_raw: i64,
    }
}

response! {
    /// The look of the web app on servers 2.x; later ones have `get_public_config`.
    struct ServerThemeDto {
        /// CSS that the web application loads additionally.
        custom_css: String,
    }
}

response! {
    /// A version that the server ran, and since when.
    struct ServerVersionHistoryResponseDto {
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The id.
        id: Uuid,
        /// The version.
        version: String,
    }
}

response! {
    /// The version of a server or of a release, in its parts.
    struct ServerVersionResponseDto {
        /// The major version.
        major: i64,
        /// The minor version.
        minor: i64,
        /// The patch version.
        patch: i64,
        /// The number of a release candidate, null for a finished release; missing in 2.x. Since 3.0.0.
        prerelease: Option<i64>,
    }
}

response! {
    /// How many photos and videos one user has and how much space they take.
    struct UsageByUserDto {
        /// The number of photos.
        photos: i64,
        /// How much the user may store, in bytes; null for unlimited.
        quota_size_in_bytes: Option<i64>,
        /// Size of the original files of the user in bytes.
        usage: i64,
        /// The bytes used by photos.
        usage_photos: i64,
        /// The bytes used by videos.
        usage_videos: i64,
        /// The id of the user.
        user_id: UserId,
        /// The name of the user.
        user_name: String,
        /// The number of videos.
        videos: i64,
    }
}
