//! An administrator's operations on the sign-in of others.

use crate::prelude::*;

group! {
    /// An administrator's operations on the sign-in of others.
    AuthAdminApi: auth_admin
}

endpoint! {
    /// Removes the link to the identity provider from all users of the server; administrators only.
    UnlinkAllOauthAccountsAdmin = POST "/admin/auth/unlink-all" -> Empty;
    AuthAdminApi.unlink_all_oauth_accounts_admin, "unlinkAllOAuthAccountsAdmin" [permission "adminAuth.unlinkAll"];
}
