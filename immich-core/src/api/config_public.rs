//! The settings of the server that anyone may know, signed in or not.

use crate::prelude::*;

group! {
    /// The settings of the server that anyone may know, signed in or not.
    ConfigPublicApi: config_public
}

endpoint! {
    /// Gives the settings that anyone may know without signing in, such as the ways to sign in and the look of the pages.
    GetPublicConfig = GET "/public/config" -> Json<PublicConfigDto>;
    ConfigPublicApi.get_public_config, "getPublicConfig" [since "3.2.0"] {authenticated: false};
}

endpoint! {
    /// Gives the settings that anyone may know as they are on an unchanged server; no sign-in needed.
    GetPublicConfigDefaults = GET "/public/config/defaults" -> Json<PublicConfigDto>;
    ConfigPublicApi.get_public_config_defaults, "getPublicConfigDefaults" [since "3.2.0"] {authenticated: false};
}

response! {
    /// The settings that an app needs before anybody has signed in.
    struct PublicConfigDto {
        /// Sign-in through an identity provider.
        oauth: PublicConfigOAuthDto,
        /// Sign-in with a password.
        password_login: PublicConfigPasswordLoginDto,
        /// The server itself.
        server: PublicConfigServerDto,
        /// The appearance.
        theme: PublicConfigThemeDto,
    }
}

response! {
    /// The settings that the sign-in page needs to offer another service to sign in with.
    struct PublicConfigOAuthDto {
        /// Whether the sign-in page goes to the identity provider at once.
        auto_launch: bool,
        /// The label of the button that signs in through the identity provider.
        button_text: String,
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// Whether the sign-in page asks for a password.
    struct PublicConfigPasswordLoginDto {
        /// Whether it is turned on.
        enabled: bool,
    }
}

response! {
    /// The server's text on the sign-in page.
    struct PublicConfigServerDto {
        /// The text that the sign-in page shows.
        login_page_message: String,
    }
}

response! {
    /// The look of the web app, for everybody.
    struct PublicConfigThemeDto {
        /// CSS that the web application loads additionally.
        custom_css: String,
    }
}
