//! What an administrator does about the sign-in of others.

use crate::prelude::*;

group! {
    /// What an administrator does about the sign-in of others.
    AuthAdminApi: auth_admin
}

endpoint! {
    /// Placeholder.
    UnlinkAllOauthAccountsAdmin = POST "/admin/auth/unlink-all" -> Empty;
    AuthAdminApi.unlink_all_oauth_accounts_admin, "unlinkAllOAuthAccountsAdmin" [permission "adminAuth.unlinkAll"];
}
