//! Signing in and out, passwords, PIN codes and OAuth.

use crate::prelude::*;

group! {
    /// Signing in and out, passwords, PIN codes and OAuth.
    AuthApi: auth
}

endpoint! {
    /// Creates the first administrator of a new server without a sign-in; status 400 once there is one.
    SignUpAdmin = POST "/auth/admin-sign-up" -> Json<UserAdminResponseDto>;
    AuthApi.sign_up_admin, "signUpAdmin" {authenticated: false, sensitive: true};
    body { SignUpDto }
}

endpoint! {
    /// Changes the password of the signed-in user, who must give the present one; `invalidate_sessions` ends their other sessions.
    ChangePassword = POST "/auth/change-password" -> Json<UserAdminResponseDto>;
    AuthApi.change_password, "changePassword" [permission "auth.changePassword"] {sensitive: true};
    body { ChangePasswordDto }
}

endpoint! {
    /// Signs in with email address and password, and returns with the token of a new session; status 401 if they are wrong.
    Login = POST "/auth/login" -> Json<LoginResponseDto>;
    AuthApi.login, "login" {authenticated: false, sensitive: true};
    body { LoginCredentialDto }
}

endpoint! {
    /// Ends the session in use, and returns where to send a browser then; an API key stays valid.
    Logout = POST "/auth/logout" -> Json<LogoutResponseDto>;
    AuthApi.logout, "logout" [permission "all"];
}

endpoint! {
    /// Removes the PIN code of the signed-in user, who must give it or their password, and locks all their sessions.
    ResetPinCode = DELETE "/auth/pin-code" -> Empty;
    AuthApi.reset_pin_code, "resetPinCode" [permission "pinCode.delete"] {sensitive: true};
    body { PinCodeResetDto }
}

endpoint! {
    /// Sets the first PIN code of the signed-in user, six digits; one who has a PIN code already gets status 400.
    SetupPinCode = POST "/auth/pin-code" -> Empty;
    AuthApi.setup_pin_code, "setupPinCode" [permission "pinCode.create"] {sensitive: true};
    body { PinCodeSetupDto }
}

endpoint! {
    /// Changes the PIN code of the signed-in user, who must give the present one or their password.
    ChangePinCode = PUT "/auth/pin-code" -> Empty;
    AuthApi.change_pin_code, "changePinCode" [permission "pinCode.update"] {sensitive: true};
    body { PinCodeChangeDto }
}

endpoint! {
    /// Locks the session in use again, so that locked assets are out of reach; needs a session, not an API key.
    LockAuthSession = POST "/auth/session/lock" -> Empty;
    AuthApi.lock_auth_session, "lockAuthSession" [permission "all"];
}

endpoint! {
    /// Unlocks the session in use for locked assets with the PIN code, for 15 minutes; needs a session, not an API key.
    UnlockAuthSession = POST "/auth/session/unlock" -> Empty;
    AuthApi.unlock_auth_session, "unlockAuthSession" [permission "all"] {sensitive: true};
    body { SessionUnlockDto }
}

endpoint! {
    /// Returns whether the signed-in user has a password and a PIN code, and whether this session is unlocked for locked assets.
    GetAuthStatus = GET "/auth/status" -> Json<AuthStatusResponseDto>;
    AuthApi.get_auth_status, "getAuthStatus" [permission "all"];
}

endpoint! {
    /// Returns that the token or API key of the request is valid; a wrong one is status 401.
    ValidateAccessToken = POST "/auth/validateToken" -> Json<ValidateAccessTokenResponseDto>;
    AuthApi.validate_access_token, "validateAccessToken" {idempotent: true};
}

endpoint! {
    /// Gives the address at the identity provider to which the user must be sent to sign in.
    StartOauth = POST "/oauth/authorize" -> Json<OAuthAuthorizeResponseDto>;
    AuthApi.start_oauth, "startOAuth" {authenticated: false, sensitive: true};
    body { OAuthConfigDto }
}

endpoint! {
    /// Ends the sessions that a signed `logout_token` names; it is for the identity provider to call, not for clients.
    LogoutOauth = POST "/oauth/backchannel-logout" -> Empty;
    AuthApi.logout_oauth, "logoutOAuth" [since "3.0.0"] {authenticated: false, sensitive: true};
    form {
        /// The token with which the identity provider ends sessions.
        logout_token: Secret = "logout_token",
    }
}

endpoint! {
    /// Signs in with the `url` to which the identity provider sent the user back, and returns with the token of a new session.
    FinishOauth = POST "/oauth/callback" -> Json<LoginResponseDto>;
    AuthApi.finish_oauth, "finishOAuth" {authenticated: false, sensitive: true};
    body { OAuthCallbackDto }
}

endpoint! {
    /// Links the account at the identity provider to the signed-in user, with the `url` to which the provider sent them back.
    LinkOauthAccount = POST "/oauth/link" -> Json<UserAdminResponseDto>;
    AuthApi.link_oauth_account, "linkOAuthAccount" [permission "all"] {sensitive: true};
    body { OAuthCallbackDto }
}

endpoint! {
    /// Redirects a browser from the identity provider to the mobile app; status 307, and of no use to other clients.
    RedirectOauthToMobile = GET "/oauth/mobile-redirect" -> Empty;
    AuthApi.redirect_oauth_to_mobile, "redirectOAuthToMobile" {authenticated: false, sensitive: true};
}

endpoint! {
    /// Removes the link between the signed-in user and their account at the identity provider.
    UnlinkOauthAccount = POST "/oauth/unlink" -> Json<UserAdminResponseDto>;
    AuthApi.unlink_oauth_account, "unlinkOAuthAccount" [permission "all"] {sensitive: true};
}

response! {
    /// How the signed-in user can prove who they are, and whether locked assets are open now.
    struct AuthStatusResponseDto {
        /// When the session ends; missing when it does not.
        expires_at: Option<String>,
        /// Whether this session may see locked assets at the moment.
        is_elevated: bool,
        /// Whether the user has a password; not when they sign in only by OAuth.
        password: bool,
        /// Whether the user has set a PIN code.
        pin_code: bool,
        /// Until when locked assets are open in this session; missing when they are not.
        pin_expires_at: Option<String>,
    }
}

request! {
    /// The old and the new password of the signed-in user, for `change_password`.
    struct ChangePasswordDto {
        named {
            /// The new password, with at least 8 characters.
            new_password: Secret,
            /// The password.
            password: Secret,
        }
        optional {
            /// Whether to end the other sessions of the user; false when left out.
            invalidate_sessions: bool,
        }
    }
}

request! {
    /// Mail address and password to sign in with, for `login`.
    struct LoginCredentialDto {
        required {
            /// The e-mail address.
            email: String,
            /// The password.
            password: Secret,
        }
    }
}

response! {
    /// The new session after signing in, and who it belongs to.
    struct LoginResponseDto {
        /// The token of the new session, to send as `Authorization: Bearer`.
        access_token: Secret,
        /// Whether the user is an administrator.
        is_admin: bool,
        /// Whether the introduction was completed.
        is_onboarded: bool,
        /// The name of the user.
        name: String,
        /// The path of the profile image on the server; empty if there is none.
        profile_image_path: String,
        /// Whether the user must choose a new password at the next sign-in.
        should_change_password: bool,
        /// The e-mail address of the user.
        user_email: String,
        /// The id of the user.
        user_id: UserId,
    }
}

response! {
    /// Whether signing out worked, and where a browser should go next.
    struct LogoutResponseDto {
        /// The URL that the browser is sent to afterwards.
        redirect_uri: String,
        /// Whether the session was ended; always true.
        successful: bool,
    }
}

response! {
    /// The address to open in a browser to sign in through another service.
    struct OAuthAuthorizeResponseDto {
        /// The URL of the identity provider to open in a browser.
        url: Secret,
    }
}

request! {
    /// The response of the other service, to finish signing in or linking the account.
    struct OAuthCallbackDto {
        required {
            /// The whole address that the other service sent the browser back to.
            url: Secret,
        }
        optional {
            /// The secret of PKCE whose hash was sent as `code_challenge`.
            code_verifier: Secret,
            /// The state or province, as the server names it.
            state: Secret,
        }
    }
}

request! {
    /// The client's input for signing in through another service, for `start_oauth`.
    struct OAuthConfigDto {
        required {
            /// The URL that the browser is sent to afterwards.
            redirect_uri: String,
        }
        optional {
            /// The hash of the secret of PKCE.
            code_challenge: String,
            /// The state or province, as the server names it.
            state: Secret,
        }
    }
}

request! {
    /// The new PIN code, and the old one or the password as a proof.
    struct PinCodeChangeDto {
        required {
            /// The new PIN code, six digits.
            new_pin_code: Secret,
        }
        optional {
            /// The password.
            password: Secret,
            /// The PIN code, six digits.
            pin_code: Secret,
        }
    }
}

request! {
    /// The PIN code or the password as a proof, to do without a PIN code from now on.
    struct PinCodeResetDto {
        optional {
            /// The password.
            password: Secret,
            /// The PIN code, six digits.
            pin_code: Secret,
        }
    }
}

request! {
    /// The first PIN code of a user, which opens locked assets.
    struct PinCodeSetupDto {
        required {
            /// Six digits, as text.
            pin_code: Secret,
        }
    }
}

request! {
    /// The PIN code or the password, to open locked assets for a while in this session.
    struct SessionUnlockDto {
        optional {
            /// The password.
            password: Secret,
            /// The PIN code, six digits.
            pin_code: Secret,
        }
    }
}

request! {
    /// The first user of a new server, who becomes its administrator.
    struct SignUpDto {
        named {
            /// The e-mail address.
            email: String,
            /// The name of the administrator.
            name: String,
            /// The password.
            password: Secret,
        }
    }
}

response! {
    /// Whether the credentials of the request are good.
    struct ValidateAccessTokenResponseDto {
        /// Always true: an invalid token is refused.
        auth_status: bool,
    }
}
