//! Signing in and out, passwords, PIN codes and OAuth.

use crate::prelude::*;

group! {
    /// Signing in and out, passwords, PIN codes and OAuth.
    AuthApi: auth
}

endpoint! {
    /// Placeholder.
    SignUpAdmin = POST "/auth/admin-sign-up" -> Json<UserAdminResponseDto>;
    AuthApi.sign_up_admin, "signUpAdmin" {authenticated: false, sensitive: true};
    body { SignUpDto }
}

endpoint! {
    /// Placeholder.
    ChangePassword = POST "/auth/change-password" -> Json<UserAdminResponseDto>;
    AuthApi.change_password, "changePassword" [permission "auth.changePassword"] {sensitive: true};
    body { ChangePasswordDto }
}

endpoint! {
    /// Placeholder.
    Login = POST "/auth/login" -> Json<LoginResponseDto>;
    AuthApi.login, "login" {authenticated: false, sensitive: true};
    body { LoginCredentialDto }
}

endpoint! {
    /// Placeholder.
    Logout = POST "/auth/logout" -> Json<LogoutResponseDto>;
    AuthApi.logout, "logout" [permission "all"];
}

endpoint! {
    /// Placeholder.
    ResetPinCode = DELETE "/auth/pin-code" -> Empty;
    AuthApi.reset_pin_code, "resetPinCode" [permission "pinCode.delete"] {sensitive: true};
    body { PinCodeResetDto }
}

endpoint! {
    /// Placeholder.
    SetupPinCode = POST "/auth/pin-code" -> Empty;
    AuthApi.setup_pin_code, "setupPinCode" [permission "pinCode.create"] {sensitive: true};
    body { PinCodeSetupDto }
}

endpoint! {
    /// Placeholder.
    ChangePinCode = PUT "/auth/pin-code" -> Empty;
    AuthApi.change_pin_code, "changePinCode" [permission "pinCode.update"] {sensitive: true};
    body { PinCodeChangeDto }
}

endpoint! {
    /// Placeholder.
    LockAuthSession = POST "/auth/session/lock" -> Empty;
    AuthApi.lock_auth_session, "lockAuthSession" [permission "all"];
}

endpoint! {
    /// Placeholder.
    UnlockAuthSession = POST "/auth/session/unlock" -> Empty;
    AuthApi.unlock_auth_session, "unlockAuthSession" [permission "all"] {sensitive: true};
    body { SessionUnlockDto }
}

endpoint! {
    /// Placeholder.
    GetAuthStatus = GET "/auth/status" -> Json<AuthStatusResponseDto>;
    AuthApi.get_auth_status, "getAuthStatus" [permission "all"];
}

endpoint! {
    /// Placeholder.
    ValidateAccessToken = POST "/auth/validateToken" -> Json<ValidateAccessTokenResponseDto>;
    AuthApi.validate_access_token, "validateAccessToken" {idempotent: true};
}

endpoint! {
    /// Placeholder.
    StartOauth = POST "/oauth/authorize" -> Json<OAuthAuthorizeResponseDto>;
    AuthApi.start_oauth, "startOAuth" {authenticated: false, sensitive: true};
    body { OAuthConfigDto }
}

endpoint! {
    /// Placeholder.
    LogoutOauth = POST "/oauth/backchannel-logout" -> Empty;
    AuthApi.logout_oauth, "logoutOAuth" [since "3.1.0"] {authenticated: false, sensitive: true};
    form { logout_token: Secret = "logout_token" }
}

endpoint! {
    /// Placeholder.
    FinishOauth = POST "/oauth/callback" -> Json<LoginResponseDto>;
    AuthApi.finish_oauth, "finishOAuth" {authenticated: false, sensitive: true};
    body { OAuthCallbackDto }
}

endpoint! {
    /// Placeholder.
    LinkOauthAccount = POST "/oauth/link" -> Json<UserAdminResponseDto>;
    AuthApi.link_oauth_account, "linkOAuthAccount" [permission "all"] {sensitive: true};
    body { OAuthCallbackDto }
}

endpoint! {
    /// Placeholder.
    RedirectOauthToMobile = GET "/oauth/mobile-redirect" -> Empty;
    AuthApi.redirect_oauth_to_mobile, "redirectOAuthToMobile" {authenticated: false, sensitive: true};
}

endpoint! {
    /// Placeholder.
    UnlinkOauthAccount = POST "/oauth/unlink" -> Json<UserAdminResponseDto>;
    AuthApi.unlink_oauth_account, "unlinkOAuthAccount" [permission "all"] {sensitive: true};
}

response! {
    /// Placeholder.
    struct AuthStatusResponseDto {
        expires_at: Option<String>,
        is_elevated: bool,
        password: bool,
        pin_code: bool,
        pin_expires_at: Option<String>,
    }
}

request! {
    /// Placeholder.
    struct ChangePasswordDto {
        required {
            new_password: Secret,
            password: Secret,
        }
        optional {
            invalidate_sessions: bool,
        }
    }
}

request! {
    /// Placeholder.
    struct LoginCredentialDto {
        required {
            email: String,
            password: Secret,
        }
    }
}

response! {
    /// Placeholder.
    struct LoginResponseDto {
        access_token: Secret,
        is_admin: bool,
        is_onboarded: bool,
        name: String,
        profile_image_path: String,
        should_change_password: bool,
        user_email: String,
        user_id: UserId,
    }
}

response! {
    /// Placeholder.
    struct LogoutResponseDto {
        redirect_uri: String,
        successful: bool,
    }
}

response! {
    /// Placeholder.
    struct OAuthAuthorizeResponseDto {
        url: String,
    }
}

request! {
    /// Placeholder.
    struct OAuthCallbackDto {
        required {
            url: Secret,
        }
        optional {
            code_verifier: Secret,
            state: Secret,
        }
    }
}

request! {
    /// Placeholder.
    struct OAuthConfigDto {
        required {
            redirect_uri: String,
        }
        optional {
            code_challenge: String,
            state: Secret,
        }
    }
}

request! {
    /// Placeholder.
    struct PinCodeChangeDto {
        required {
            new_pin_code: Secret,
        }
        optional {
            password: Secret,
            pin_code: Secret,
        }
    }
}

request! {
    /// Placeholder.
    struct PinCodeResetDto {
        optional {
            password: Secret,
            pin_code: Secret,
        }
    }
}

request! {
    /// Placeholder.
    struct PinCodeSetupDto {
        required {
            pin_code: Secret,
        }
    }
}

request! {
    /// Placeholder.
    struct SessionUnlockDto {
        optional {
            password: Secret,
            pin_code: Secret,
        }
    }
}

request! {
    /// Placeholder.
    struct SignUpDto {
        required {
            email: String,
            name: String,
            password: Secret,
        }
    }
}

response! {
    /// Placeholder.
    struct ValidateAccessTokenResponseDto {
        auth_status: bool,
    }
}
