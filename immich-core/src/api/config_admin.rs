//! The settings of the server, for administrators.

use crate::prelude::*;

group! {
    /// The settings of the server, for administrators.
    ConfigAdminApi: config_admin
}

endpoint! {
    /// Placeholder.
    GetAdminConfig = GET "/admin/config" -> Json<AdminConfigDto>;
    ConfigAdminApi.get_admin_config, "getAdminConfig" [since "3.3.5"] {sensitive: true};
}

endpoint! {
    /// Placeholder.
    UpdateAdminConfig = PUT "/admin/config" -> Json<AdminConfigDto>;
    ConfigAdminApi.update_admin_config, "updateAdminConfig" [since "3.3.5"] {sensitive: true};
    body { AdminConfigDto }
}

endpoint! {
    /// Placeholder.
    GetAdminConfigDefaults = GET "/admin/config/defaults" -> Json<AdminConfigDto>;
    ConfigAdminApi.get_admin_config_defaults, "getAdminConfigDefaults" [since "3.3.5"] {sensitive: true};
}
