//! The settings of the server, for administrators.

use crate::prelude::*;

group! {
    /// The settings of the server, for administrators.
    ConfigAdminApi: config_admin
}

endpoint! {
    /// Gives all settings of the server as they are now, passwords and other secrets included; administrators only.
    GetAdminConfig = GET "/admin/config" -> Json<AdminConfigDto>;
    ConfigAdminApi.get_admin_config, "getAdminConfig" [since "3.2.0"] {sensitive: true};
}

endpoint! {
    /// Replaces all settings of the server, so the body must hold every one of them; administrators only.
    UpdateAdminConfig = PUT "/admin/config" -> Json<AdminConfigDto>;
    ConfigAdminApi.update_admin_config, "updateAdminConfig" [since "3.2.0"] {sensitive: true};
    body { AdminConfigDto }
}

endpoint! {
    /// Gives all settings of the server as they are when nothing was changed; administrators only.
    GetAdminConfigDefaults = GET "/admin/config/defaults" -> Json<AdminConfigDto>;
    ConfigAdminApi.get_admin_config_defaults, "getAdminConfigDefaults" [since "3.2.0"] {sensitive: true};
}
