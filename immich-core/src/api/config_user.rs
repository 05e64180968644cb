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
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// The settings that an app needs once somebody has signed in.
    struct UserConfigDto {
        /// Transcoding of videos with FFmpeg.
        ffmpeg: UserConfigFFmpegDto,
        /// Images.
        image: UserConfigImageDto,
        /// Machine learning.
        machine_learning: UserConfigMachineLearningDto,
        /// The map.
        map: UserConfigMapDto,
        /// Sign-in through an identity provider.
        oauth: UserConfigOAuthDto,
        /// Sign-in with a password.
        password_login: UserConfigPasswordLoginDto,
        /// Names of places for coordinates.
        reverse_geocoding: UserConfigReverseGeocodingDto,
        /// The server itself.
        server: UserConfigServerDto,
        /// The appearance.
        theme: UserConfigThemeDto,
        /// The trash.
        trash: UserConfigTrashDto,
        /// The user.
        user: UserConfigUserDto,
    }
}

response! {
    /// Whether the server looks for duplicates, for signed-in users.
    struct UserConfigDuplicateDetectionDto {
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// The settings for the conversion of videos that signed-in users may see.
    struct UserConfigFFmpegDto {
        /// Transcoding while a video is watched.
        realtime: UserConfigFFmpegRealtimeDto,
    }
}

response! {
    /// Whether videos can be converted while watching, and into what.
    struct UserConfigFFmpegRealtimeDto {
        /// Whether it is turned on.
        enabled: bool,
        /// The heights in pixels.
        resolutions: Vec<i64>,
        /// The video codecs.
        video_codecs: Vec<VideoCodec>,
    }
}

response! {
    /// Whether the server recognizes people, and from how many faces on.
    struct UserConfigFacialRecognitionDto {
        /// Whether it is turned on.
        enabled: bool,
        /// The number of faces from which on a person is made of them.
        min_faces: i64,
    }
}

response! {
    /// Whether there are full-size images of originals that browsers cannot show.
    struct UserConfigGeneratedFullsizeImageDto {
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// How big previews or thumbnails are.
    struct UserConfigGeneratedImageDto {
        /// The height in pixels.
        size: i64,
    }
}

response! {
    /// The settings for generated images that signed-in users may see.
    struct UserConfigImageDto {
        /// Images in full size, for originals that browsers cannot show.
        fullsize: UserConfigGeneratedFullsizeImageDto,
        /// Previews.
        preview: UserConfigGeneratedImageDto,
        /// Thumbnails.
        thumbnail: UserConfigGeneratedImageDto,
    }
}

response! {
    /// Which parts of machine learning are switched on, for signed-in users.
    struct UserConfigMachineLearningDto {
        /// The model for search by content (CLIP).
        clip: UserConfigClipDto,
        /// Detection of assets that look alike.
        duplicate_detection: UserConfigDuplicateDetectionDto,
        /// Whether it is turned on.
        enabled: bool,
        /// Recognition of faces: which belong to one person.
        facial_recognition: UserConfigFacialRecognitionDto,
        /// Text recognition in images (OCR).
        ocr: UserConfigOcrDto,
    }
}

response! {
    /// Whether to show a map and what styles to draw it with, for signed-in users.
    struct UserConfigMapDto {
        /// The URL of the style of the map in the dark theme.
        dark_style: String,
        /// Whether it is turned on.
        enabled: bool,
        /// The URL of the style of the map in the light theme.
        light_style: String,
    }
}

response! {
    /// The settings for signing in through another service that signed-in users may see.
    struct UserConfigOAuthDto {
        /// Whether the sign-in page goes to the identity provider at once.
        auto_launch: bool,
        /// The label of the button that signs in through the identity provider.
        button_text: String,
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// Whether the server reads text in images, for signed-in users.
    struct UserConfigOcrDto {
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// Whether signing in by password is allowed, as signed-in users see it.
    struct UserConfigPasswordLoginDto {
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// Whether coordinates are turned into names of places, for signed-in users.
    struct UserConfigReverseGeocodingDto {
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// The settings of the server that signed-in users may see.
    struct UserConfigServerDto {
        /// The URL that the server has for visitors, which shared links are made with.
        external_domain: String,
        /// The text that the sign-in page shows.
        login_page_message: String,
        /// Whether users can see the names of all others.
        public_users: bool,
    }
}

response! {
    /// The look of the web app, as signed-in users get it.
    struct UserConfigThemeDto {
        /// CSS that the web application loads additionally.
        custom_css: String,
    }
}

response! {
    /// Whether there is a trash and how long it keeps assets, for signed-in users.
    struct UserConfigTrashDto {
        /// The number of days.
        days: i64,
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// The settings for the deletion of accounts that signed-in users may see.
    struct UserConfigUserDto {
        /// The days after which a deleted user is removed for good.
        delete_delay: i64,
    }
}
