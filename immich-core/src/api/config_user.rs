//! The settings of the server that a signed-in user may know.

use crate::prelude::*;

group! {
    /// The settings of the server that a signed-in user may know.
    ConfigUserApi: config_user
}

endpoint! {
    /// Gives those settings of the server that any signed-in user may know.
    GetUserConfig = GET "/config" -> Json<UserConfigDto>;
    ConfigUserApi.get_user_config, "getUserConfig" [since "3.2.0"];
}

endpoint! {
    /// Gives those settings that any signed-in user may know as they are on an unchanged server.
    GetUserConfigDefaults = GET "/config/defaults" -> Json<UserConfigDto>;
    ConfigUserApi.get_user_config_defaults, "getUserConfigDefaults" [since "3.2.0"];
}

response! {
    /// Whether photos can be found by what they show, for signed-in users.
    struct UserConfigClipDto {
        enabled: bool,
    }
}

response! {
    /// The settings that an app needs once somebody has signed in.
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
    /// Whether the server looks for duplicates, for signed-in users.
    struct UserConfigDuplicateDetectionDto {
        enabled: bool,
    }
}

response! {
    /// What signed-in users may know about the conversion of videos.
    struct UserConfigFFmpegDto {
        realtime: UserConfigFFmpegRealtimeDto,
    }
}

response! {
    /// Whether videos can be converted while watching, and into what.
    struct UserConfigFFmpegRealtimeDto {
        enabled: bool,
        resolutions: Vec<i64>,
        video_codecs: Vec<VideoCodec>,
    }
}

response! {
    /// Whether the server recognizes people, and from how many faces on.
    struct UserConfigFacialRecognitionDto {
        enabled: bool,
        min_faces: i64,
    }
}

response! {
    /// Whether there are full-size images of originals that browsers cannot show.
    struct UserConfigGeneratedFullsizeImageDto {
        enabled: bool,
    }
}

response! {
    /// How big previews or thumbnails are.
    struct UserConfigGeneratedImageDto {
        size: i64,
    }
}

response! {
    /// What signed-in users may know about the generated images.
    struct UserConfigImageDto {
        fullsize: UserConfigGeneratedFullsizeImageDto,
        preview: UserConfigGeneratedImageDto,
        thumbnail: UserConfigGeneratedImageDto,
    }
}

response! {
    /// Which parts of machine learning are switched on, for signed-in users.
    struct UserConfigMachineLearningDto {
        clip: UserConfigClipDto,
        duplicate_detection: UserConfigDuplicateDetectionDto,
        enabled: bool,
        facial_recognition: UserConfigFacialRecognitionDto,
        ocr: UserConfigOcrDto,
    }
}

response! {
    /// Whether to show a map and what styles to draw it with, for signed-in users.
    struct UserConfigMapDto {
        dark_style: String,
        enabled: bool,
        light_style: String,
    }
}

response! {
    /// What a signed-in user may know about signing in through another service.
    struct UserConfigOAuthDto {
        auto_launch: bool,
        button_text: String,
        enabled: bool,
    }
}

response! {
    /// Whether the server reads text in images, for signed-in users.
    struct UserConfigOcrDto {
        enabled: bool,
    }
}

response! {
    /// Whether signing in by password is allowed, as signed-in users see it.
    struct UserConfigPasswordLoginDto {
        enabled: bool,
    }
}

response! {
    /// Whether coordinates are turned into names of places, for signed-in users.
    struct UserConfigReverseGeocodingDto {
        enabled: bool,
    }
}

response! {
    /// What the server tells signed-in users about itself.
    struct UserConfigServerDto {
        external_domain: String,
        login_page_message: String,
        public_users: bool,
    }
}

response! {
    /// The look of the web app, as signed-in users get it.
    struct UserConfigThemeDto {
        custom_css: String,
    }
}

response! {
    /// Whether there is a trash and how long it keeps assets, for signed-in users.
    struct UserConfigTrashDto {
        days: i64,
        enabled: bool,
    }
}

response! {
    /// What signed-in users may know about the deletion of accounts.
    struct UserConfigUserDto {
        delete_delay: i64,
    }
}
