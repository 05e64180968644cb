//! Maintenance mode, and checks of the integrity of the stored files.

use crate::prelude::*;

group! {
    /// Maintenance mode, and checks of the integrity of the stored files.
    MaintenanceAdminApi: maintenance_admin
}

endpoint! {
    /// Placeholder.
    GetIntegrityReport = GET "/admin/integrity/report" -> Json<IntegrityReportResponseDto>;
    MaintenanceAdminApi.get_integrity_report, "getIntegrityReport" [permission "maintenance"] [since "3.1.0"];
    query { type_: IntegrityReport = "type" }
    optional { cursor: String = "cursor", limit: i64 = "limit" }
}

endpoint! {
    /// Placeholder.
    DeleteIntegrityReport = DELETE "/admin/integrity/report/{id}" -> Empty;
    MaintenanceAdminApi.delete_integrity_report, "deleteIntegrityReport" [permission "maintenance"] [since "3.1.0"];
    path { id: Uuid }
}

endpoint! {
    /// Placeholder.
    GetIntegrityReportFile = GET "/admin/integrity/report/{id}/file" -> Binary;
    MaintenanceAdminApi.get_integrity_report_file, "getIntegrityReportFile" [permission "maintenance"] [since "3.1.0"];
    path { id: Uuid }
}

endpoint! {
    /// Placeholder.
    GetIntegrityReportCsv = GET "/admin/integrity/report/{type}/csv" -> Binary;
    MaintenanceAdminApi.get_integrity_report_csv, "getIntegrityReportCsv" [permission "maintenance"] [since "3.1.0"];
    path { type_: IntegrityReport }
}

endpoint! {
    /// Placeholder.
    GetIntegrityReportSummary = GET "/admin/integrity/summary" -> Json<IntegrityReportSummaryResponseDto>;
    MaintenanceAdminApi.get_integrity_report_summary, "getIntegrityReportSummary" [permission "maintenance"] [since "3.1.0"];
}

endpoint! {
    /// Placeholder.
    SetMaintenanceMode = POST "/admin/maintenance" -> Empty;
    MaintenanceAdminApi.set_maintenance_mode, "setMaintenanceMode" [permission "maintenance"];
    body { SetMaintenanceModeDto }
}

endpoint! {
    /// Placeholder.
    DetectPriorInstall = GET "/admin/maintenance/detect-install" -> Json<MaintenanceDetectInstallResponseDto>;
    MaintenanceAdminApi.detect_prior_install, "detectPriorInstall" [permission "maintenance"];
}

endpoint! {
    /// Placeholder.
    MaintenanceLogin = POST "/admin/maintenance/login" -> Json<MaintenanceAuthDto>;
    MaintenanceAdminApi.maintenance_login, "maintenanceLogin" {authenticated: false, sensitive: true};
    body { MaintenanceLoginDto }
}

endpoint! {
    /// Placeholder.
    GetMaintenanceStatus = GET "/admin/maintenance/status" -> Json<MaintenanceStatusResponseDto>;
    MaintenanceAdminApi.get_maintenance_status, "getMaintenanceStatus" {authenticated: false};
}

string_enum! {
    /// Placeholder.
    enum IntegrityReport {
        UntrackedFile = "untracked_file",
        MissingFile = "missing_file",
        ChecksumMismatch = "checksum_mismatch",
    }
}

response! {
    /// Placeholder.
    struct IntegrityReportResponseDto {
        items: Vec<IntegrityReportResponseDtoItemsInner>,
        next_cursor: Option<String>,
    }
}

response! {
    /// Placeholder.
    struct IntegrityReportResponseDtoItemsInner {
        id: Uuid,
        path: String,
        type_: IntegrityReport,
    }
}

response! {
    /// Placeholder.
    struct IntegrityReportSummaryResponseDto {
        #[serde(rename = "checksum_mismatch")] checksum_mismatch: i64,
        #[serde(rename = "missing_file")] missing_file: i64,
        #[serde(rename = "untracked_file")] untracked_file: i64,
    }
}

string_enum! {
    /// Placeholder.
    enum MaintenanceAction {
        Start = "start",
        End = "end",
        SelectDatabaseRestore = "select_database_restore",
        RestoreDatabase = "restore_database",
    }
}

response! {
    /// Placeholder.
    struct MaintenanceAuthDto {
        username: String,
    }
}

response! {
    /// Placeholder.
    struct MaintenanceDetectInstallResponseDto {
        storage: Vec<MaintenanceDetectInstallStorageFolderDto>,
    }
}

response! {
    /// Placeholder.
    struct MaintenanceDetectInstallStorageFolderDto {
        files: i64,
        folder: StorageFolder,
        readable: bool,
        writable: bool,
    }
}

request! {
    /// Placeholder.
    struct MaintenanceLoginDto {
        optional {
            token: Secret,
        }
    }
}

response! {
    /// Placeholder.
    struct MaintenanceStatusResponseDto {
        action: MaintenanceAction,
        active: bool,
        error: Option<String>,
        progress: Option<f64>,
        task: Option<String>,
    }
}

request! {
    /// Placeholder.
    struct SetMaintenanceModeDto {
        required {
            action: MaintenanceAction,
        }
        optional {
            restore_backup_filename: String,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum StorageFolder {
        EncodedVideo = "encoded-video",
        Library = "library",
        Upload = "upload",
        Profile = "profile",
        Thumbs = "thumbs",
        Backups = "backups",
    }
}
