//! The settings of the server, as servers before 3.3 serve them.

use crate::prelude::*;

group! {
    /// The settings of the server, as servers before 3.3 serve them.
    SystemConfigApi: system_config
}

endpoint! {
    /// Gives all settings of the server as servers before 3.3 serve them, secrets included; administrators only.
    ///
    /// Immich marks it as deprecated: servers have [`GetAdminConfig`] since 3.2.0.
    GetConfig = GET "/system-config" -> Json<AdminConfigDto>;
    SystemConfigApi.get_config, "getConfig" [permission "systemConfig.read"] [also DeprecatedApi] {sensitive: true};
}

endpoint! {
    /// Replaces all settings of the server as servers before 3.3 take them; every one must be in the body. Administrators only.
    ///
    /// Immich marks it as deprecated: servers have [`UpdateAdminConfig`] since 3.2.0.
    UpdateConfig = PUT "/system-config" -> Json<AdminConfigDto>;
    SystemConfigApi.update_config, "updateConfig" [permission "systemConfig.update"] [also DeprecatedApi] {sensitive: true};
    body { AdminConfigDto }
}

endpoint! {
    /// Gives the settings of an unchanged server as servers before 3.3 serve them; administrators only.
    ///
    /// Immich marks it as deprecated: servers have [`GetAdminConfigDefaults`] since 3.2.0.
    GetConfigDefaults = GET "/system-config/defaults" -> Json<AdminConfigDto>;
    SystemConfigApi.get_config_defaults, "getConfigDefaults" [permission "systemConfig.read"] [also DeprecatedApi] {sensitive: true};
}

endpoint! {
    /// Lists the placeholders and ready-made patterns by which the server can name folders and files; administrators only.
    GetStorageTemplateOptions = GET "/system-config/storage-template-options" -> Json<SystemConfigTemplateStorageOptionDto>;
    SystemConfigApi.get_storage_template_options, "getStorageTemplateOptions" [permission "systemConfig.read"];
}

response! {
    /// The placeholders for dates that a storage template can use, and whole examples.
    struct SystemConfigTemplateStorageOptionDto {
        /// The variables for the day.
        day_options: Vec<String>,
        /// The variables for the hour.
        hour_options: Vec<String>,
        /// The variables for the minute.
        minute_options: Vec<String>,
        /// The variables for the month.
        month_options: Vec<String>,
        /// Complete templates to choose from.
        preset_options: Vec<String>,
        /// The variables for the second.
        second_options: Vec<String>,
        /// The variables for the week.
        week_options: Vec<String>,
        /// The variables for the year.
        year_options: Vec<String>,
    }
}
