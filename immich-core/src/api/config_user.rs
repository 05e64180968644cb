//! The settings of the server that a signed-in user may know.

use crate::prelude::*;

group! {
    /// The settings of the server that a signed-in user may know.
    ConfigUserApi: config_user
}

endpoint! {
    /// Gives those settings of the server that any signed-in user may know.
    GetUserConfig = GET "/config" -> Json<UserConfigDto>;
    ConfigUserApi.get_user_config, "getUserConfig" [since "3.3.5"];
}

endpoint! {
    /// Gives those settings that any signed-in user may know as they are on an unchanged server.
    GetUserConfigDefaults = GET "/config/defaults" -> Json<UserConfigDto>;
    ConfigUserApi.get_user_config_defaults, "getUserConfigDefaults" [since "3.3.5"];
}

response! {
    /// Placeholder.
    struct UserConfigClipDto {
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct UserConfigDto {
        ffmpeg: UserConfigFFmpegDto,
        image: UserConfigImageDto,
        machine_learning: UserConfigMachineLearningDto,
        map: UserConfigMapDto,
        oauth: UserConfigOAuthDto,
        password_login: UserConfigPasswordLoginDto,
        reverse_geocoding: UserConfigReverseGeocodingDto,
        server: UserConfigServerDto,
        theme: UserConfigThemeDto,
        trash: UserConfigTrashDto,
        user: UserConfigUserDto,
    }
}

response! {
    /// Placeholder.
    struct UserConfigDuplicateDetectionDto {
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct UserConfigFFmpegDto {
        realtime: UserConfigFFmpegRealtimeDto,
    }
}

response! {
    /// Placeholder.
    struct UserConfigFFmpegRealtimeDto {
        enabled: bool,
        resolutions: Vec<i64>,
        video_codecs: Vec<VideoCodec>,
    }
}

response! {
    /// Placeholder.
    struct UserConfigFacialRecognitionDto {
        enabled: bool,
        min_faces: i64,
    }
}

response! {
    /// Placeholder.
    struct UserConfigGeneratedFullsizeImageDto {
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct UserConfigGeneratedImageDto {
        size: i64,
    }
}

response! {
    /// Placeholder.
    struct UserConfigImageDto {
        fullsize: UserConfigGeneratedFullsizeImageDto,
        preview: UserConfigGeneratedImageDto,
        thumbnail: UserConfigGeneratedImageDto,
    }
}

response! {
    /// Placeholder.
    struct UserConfigMachineLearningDto {
        clip: UserConfigClipDto,
        duplicate_detection: UserConfigDuplicateDetectionDto,
        enabled: bool,
        facial_recognition: UserConfigFacialRecognitionDto,
        ocr: UserConfigOcrDto,
    }
}

response! {
    /// Placeholder.
    struct UserConfigMapDto {
        dark_style: String,
        enabled: bool,
        light_style: String,
    }
}

response! {
    /// Placeholder.
    struct UserConfigOAuthDto {
        auto_launch: bool,
        button_text: String,
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct UserConfigOcrDto {
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct UserConfigPasswordLoginDto {
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct UserConfigReverseGeocodingDto {
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct UserConfigServerDto {
        external_domain: String,
        login_page_message: String,
        public_users: bool,
    }
}

response! {
    /// Placeholder.
    struct UserConfigThemeDto {
        custom_css: String,
    }
}

response! {
    /// Placeholder.
    struct UserConfigTrashDto {
        days: i64,
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct UserConfigUserDto {
        delete_delay: i64,
    }
}
