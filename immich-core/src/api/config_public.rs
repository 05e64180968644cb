//! The settings of the server that anyone may know, signed in or not.

use crate::prelude::*;

group! {
    /// The settings of the server that anyone may know, signed in or not.
    ConfigPublicApi: config_public
}

endpoint! {
    /// Gives the settings that anyone may know without signing in, such as the ways to sign in and the look of the pages.
    GetPublicConfig = GET "/public/config" -> Json<PublicConfigDto>;
    ConfigPublicApi.get_public_config, "getPublicConfig" [since "3.3.5"] {authenticated: false};
}

endpoint! {
    /// Gives the settings that anyone may know as they are on an unchanged server; no sign-in needed.
    GetPublicConfigDefaults = GET "/public/config/defaults" -> Json<PublicConfigDto>;
    ConfigPublicApi.get_public_config_defaults, "getPublicConfigDefaults" [since "3.3.5"] {authenticated: false};
}

response! {
    /// Placeholder.
    struct PublicConfigDto {
        oauth: PublicConfigOAuthDto,
        password_login: PublicConfigPasswordLoginDto,
        server: PublicConfigServerDto,
        theme: PublicConfigThemeDto,
    }
}

response! {
    /// Placeholder.
    struct PublicConfigOAuthDto {
        auto_launch: bool,
        button_text: String,
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct PublicConfigPasswordLoginDto {
        enabled: bool,
    }
}

response! {
    /// Placeholder.
    struct PublicConfigServerDto {
        login_page_message: String,
    }
}

response! {
    /// Placeholder.
    struct PublicConfigThemeDto {
        custom_css: String,
    }
}
