//! The server's records about itself.

use crate::prelude::*;

group! {
    /// The server's records about itself.
    SystemMetadataApi: system_metadata
}

endpoint! {
    /// Returns whether the first set-up of the server was completed; administrators only.
    GetAdminOnboarding = GET "/system-metadata/admin-onboarding" -> Json<AdminOnboardingUpdateDto>;
    SystemMetadataApi.get_admin_onboarding, "getAdminOnboarding" [permission "systemMetadata.read"];
}

endpoint! {
    /// Sets whether the first set-up of the server was completed; administrators only.
    UpdateAdminOnboarding = POST "/system-metadata/admin-onboarding" -> Empty;
    SystemMetadataApi.update_admin_onboarding, "updateAdminOnboarding" [permission "systemMetadata.update"];
    body { AdminOnboardingUpdateDto }
}

endpoint! {
    /// Returns which list of places the server uses to name coordinates, and its age; administrators only.
    GetReverseGeocodingState = GET "/system-metadata/reverse-geocoding-state" -> Json<ReverseGeocodingStateResponseDto>;
    SystemMetadataApi.get_reverse_geocoding_state, "getReverseGeocodingState" [permission "systemMetadata.read"];
}

endpoint! {
    /// Returns the result of the last look for a newer release of Immich; administrators only.
    GetVersionCheckState = GET "/system-metadata/version-check-state" -> Json<VersionCheckStateResponseDto>;
    SystemMetadataApi.get_version_check_state, "getVersionCheckState" [permission "systemMetadata.read"];
}

exchanged! {
    /// Whether the first administrator has been through the first steps of a new server.
    struct AdminOnboardingUpdateDto {
        required {
            /// Whether the introduction was completed.
            is_onboarded: bool,
        }
    }
}

response! {
    /// Which data about places the server has loaded.
    struct ReverseGeocodingStateResponseDto {
        /// The file that place names were last imported from.
        last_import_file_name: Option<String>,
        /// When place names were last imported.
        last_update: Option<String>,
    }
}
