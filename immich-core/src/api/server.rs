//! The server itself: version, features, statistics, storage and licence.

use crate::prelude::*;

group! {
    /// The server itself: version, features, statistics, storage and licence.
    ServerApi: server
}

endpoint! {
    /// Tells the version of the server, how it was built, and the versions of the tools that it uses.
    GetAboutInfo = GET "/server/about" -> Json<ServerAboutResponseDto>;
    ServerApi.get_about_info, "getAboutInfo" [permission "server.about"];
}

endpoint! {
    /// Gives the addresses from which the Android app can be downloaded in the version of the server.
    GetApkLinks = GET "/server/apk-links" -> Json<ServerApkLinksDto>;
    ServerApi.get_apk_links, "getApkLinks" [permission "server.apkLinks"];
}

endpoint! {
    /// Tells anyone what a client must know beforehand, such as the days in the trash and whether the server is set up.
    #[deprecated = "use `GetPublicConfig`"]
    GetServerConfig = GET "/server/config" -> Json<ServerConfigDto>;
    ServerApi.get_server_config, "getServerConfig" [also DeprecatedApi] {authenticated: false};
}

endpoint! {
    /// Tells anyone which features are switched on, such as smart search, trash and sign-in by password.
    #[deprecated = "use `GetPublicConfig`"]
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
    /// Answers `pong` to anyone, which is a cheap check that the server is there.
    PingServer = GET "/server/ping" -> Json<ServerPingResponse>;
    ServerApi.ping_server, "pingServer" {authenticated: false};
}

endpoint! {
    /// Counts the photos and videos of the whole server and of each user, with their size in bytes; administrators only.
    GetServerStatistics = GET "/server/statistics" -> Json<ServerStatsResponseDto>;
    ServerApi.get_server_statistics, "getServerStatistics" [permission "server.statistics"];
}

endpoint! {
    /// Tells how large the disk of the server is and how much of it is used, as text and in bytes.
    GetStorage = GET "/server/storage" -> Json<ServerStorageResponseDto>;
    ServerApi.get_storage, "getStorage" [permission "server.storage"];
}

endpoint! {
    /// Gives the style sheet that the administrators have added to the pages of the server; no sign-in needed.
    GetTheme = GET "/server/theme" -> Json<ServerThemeDto>;
    ServerApi.get_theme, "getTheme" [until "2.7.5"] {authenticated: false};
}

endpoint! {
    /// Tells anyone the version of the server as numbers; no sign-in needed.
    GetServerVersion = GET "/server/version" -> Json<ServerVersionResponseDto>;
    ServerApi.get_server_version, "getServerVersion" {authenticated: false};
}

endpoint! {
    /// Tells which release of Immich the server found when it last looked for a newer one, and when that was.
    GetVersionCheck = GET "/server/version-check" -> Json<VersionCheckStateResponseDto>;
    ServerApi.get_version_check, "getVersionCheck" [permission "server.versionCheck"];
}

endpoint! {
    /// Lists the versions that this server has run, and since when; no sign-in needed.
    GetVersionHistory = GET "/server/version-history" -> Json<Vec<ServerVersionHistoryResponseDto>>;
    ServerApi.get_version_history, "getVersionHistory" {authenticated: false};
}

response! {
    /// Placeholder.
    struct ServerAboutResponseDto {
        build: Option<String>,
        build_image: Option<String>,
        build_image_url: Option<String>,
        build_url: Option<String>,
        exiftool: Option<String>,
        ffmpeg: Option<String>,
        imagemagick: Option<String>,
        libvips: Option<String>,
        licensed: bool,
        nodejs: Option<String>,
        repository: Option<String>,
        repository_url: Option<String>,
        source_commit: Option<String>,
        source_ref: Option<String>,
        source_url: Option<String>,
        third_party_bug_feature_url: Option<String>,
        third_party_documentation_url: Option<String>,
        third_party_source_url: Option<String>,
        third_party_support_url: Option<String>,
        version: String,
        version_url: String,
    }
}

response! {
    /// Placeholder.
    struct ServerApkLinksDto {
        arm64v8a: String,
        armeabiv7a: String,
        universal: String,
        #[serde(rename = "x86_64")] x86_64: String,
    }
}

response! {
    /// Placeholder.
    struct ServerConfigDto {
        external_domain: String,
        is_initialized: bool,
        is_onboarded: bool,
        login_page_message: String,
        maintenance_mode: bool,
        map_dark_style_url: String,
        map_light_style_url: String,
        min_faces: Option<i64>,
        oauth_account_management_url: Option<String>,
        oauth_button_text: String,
        public_users: bool,
        trash_days: i64,
        user_delete_delay: i64,
    }
}

response! {
    /// Placeholder.
    struct ServerFeaturesDto {
        config_file: bool,
        duplicate_detection: bool,
        email: bool,
        facial_recognition: bool,
        import_faces: bool,
        map: bool,
        oauth: bool,
        oauth_auto_launch: bool,
        ocr: bool,
        password_login: bool,
        realtime_transcoding: Option<bool>,
        reverse_geocoding: bool,
        search: bool,
        sidecar: bool,
        smart_search: bool,
        trash: bool,
    }
}

response! {
    /// Placeholder.
    struct ServerMediaTypesResponseDto {
        image: Vec<String>,
        sidecar: Vec<String>,
        video: Vec<String>,
    }
}

response! {
    /// Placeholder.
    struct ServerPingResponse {
        res: String,
    }
}

response! {
    /// Placeholder.
    struct ServerStatsResponseDto {
        photos: i64,
        usage: i64,
        usage_by_user: Vec<UsageByUserDto>,
        usage_photos: i64,
        usage_videos: i64,
        videos: i64,
    }
}

response! {
    /// Placeholder.
    struct ServerStorageResponseDto {
        disk_available: String,
        disk_available_raw: i64,
        disk_size: String,
        disk_size_raw: i64,
        disk_usage_percentage: f64,
        disk_use: String,
        disk_use_raw: i64,
    }
}

response! {
    /// Placeholder.
    struct ServerThemeDto {
        custom_css: String,
    }
}

response! {
    /// Placeholder.
    struct ServerVersionHistoryResponseDto {
        created_at: Timestamp,
        id: Uuid,
        version: String,
    }
}

response! {
    /// Placeholder.
    struct ServerVersionResponseDto {
        major: i64,
        minor: i64,
        patch: i64,
        prerelease: Option<i64>,
    }
}

response! {
    /// Placeholder.
    struct UsageByUserDto {
        photos: i64,
        quota_size_in_bytes: Option<i64>,
        usage: i64,
        usage_photos: i64,
        usage_videos: i64,
        user_id: UserId,
        user_name: String,
        videos: i64,
    }
}
