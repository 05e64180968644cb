//! Maintenance mode, and checks of the integrity of the stored files.

use crate::prelude::*;

group! {
    /// Maintenance mode, and checks of the integrity of the stored files.
    MaintenanceAdminApi: maintenance_admin
}

endpoint! {
    /// Lists the findings of one kind of integrity check, by default 500 at a time, going on at `cursor`; administrators only.
    GetIntegrityReport = GET "/admin/integrity/report" -> Json<IntegrityReportResponseDto>;
    MaintenanceAdminApi.get_integrity_report, "getIntegrityReport" [permission "maintenance"] [since "3.0.0"];
    query {
        /// The kind of check whose results are listed.
        type_: IntegrityReport = "type",
    }
    optional {
        /// The cursor of the page, from `next_cursor` of the page before.
        cursor: String = "cursor",
        /// The greatest number of results. Servers 3.0.0 to 3.1.0 refuse it.
        limit: i64 = "limit",
    }
}

endpoint! {
    /// Clears up one finding of the integrity checks, which moves its asset to the trash or deletes its file; administrators only.
    DeleteIntegrityReport = DELETE "/admin/integrity/report/{id}" -> Empty;
    MaintenanceAdminApi.delete_integrity_report, "deleteIntegrityReport" [permission "maintenance"] [since "3.0.0"];
    path { id: Uuid }
}

endpoint! {
    /// Downloads the file that a finding of the integrity checks is about; administrators only.
    GetIntegrityReportFile = GET "/admin/integrity/report/{id}/file" -> Binary;
    MaintenanceAdminApi.get_integrity_report_file, "getIntegrityReportFile" [permission "maintenance"] [since "3.0.0"];
    path { id: Uuid }
}

endpoint! {
    /// Downloads all findings of one kind of integrity check as a table of comma-separated values; administrators only.
    GetIntegrityReportCsv = GET "/admin/integrity/report/{type}/csv" -> Binary;
    MaintenanceAdminApi.get_integrity_report_csv, "getIntegrityReportCsv" [permission "maintenance"] [since "3.0.0"];
    path { type_: IntegrityReport }
}

endpoint! {
    /// Counts the findings of the integrity checks: untracked files, missing files and wrong checksums; administrators only.
    GetIntegrityReportSummary = GET "/admin/integrity/summary" -> Json<IntegrityReportSummaryResponseDto>;
    MaintenanceAdminApi.get_integrity_report_summary, "getIntegrityReportSummary" [permission "maintenance"] [since "3.0.0"];
}

endpoint! {
    /// Starts or ends maintenance mode, or restores a backup there, as `action` says; the server restarts. Administrators only.
    SetMaintenanceMode = POST "/admin/maintenance" -> Empty;
    MaintenanceAdminApi.set_maintenance_mode, "setMaintenanceMode" [permission "maintenance"];
    body { SetMaintenanceModeDto }
}

endpoint! {
    /// Reports for each storage folder how many files it holds and whether the server can read and write there; administrators only.
    DetectPriorInstall = GET "/admin/maintenance/detect-install" -> Json<MaintenanceDetectInstallResponseDto>;
    MaintenanceAdminApi.detect_prior_install, "detectPriorInstall" [permission "maintenance"];
}

endpoint! {
    /// Signs in to a server in maintenance mode with the token of the link that it gave; status 400 in normal operation.
    MaintenanceLogin = POST "/admin/maintenance/login" -> Json<MaintenanceAuthDto>;
    MaintenanceAdminApi.maintenance_login, "maintenanceLogin" {authenticated: false, sensitive: true};
    body { MaintenanceLoginDto }
}

endpoint! {
    /// Returns whether the server is in maintenance mode, and the progress of a running task; needs no authentication.
    GetMaintenanceStatus = GET "/admin/maintenance/status" -> Json<MaintenanceStatusResponseDto>;
    MaintenanceAdminApi.get_maintenance_status, "getMaintenanceStatus" {authenticated: false};
}

string_enum! {
    /// The fault of a stored file: unknown to the database, missing, or changed.
    enum IntegrityReport {
        UntrackedFile = "untracked_file",
        MissingFile = "missing_file",
        ChecksumMismatch = "checksum_mismatch",
    }
}

response! {
    /// A page of files that an integrity check found something wrong with.
    struct IntegrityReportResponseDto {
        /// The files that the check found.
        items: Vec<IntegrityReportResponseDtoItemsInner>,
        /// The cursor of the next page; null on the last one.
        next_cursor: Option<String>,
    }
}

response! {
    /// One file that an integrity check found something wrong with.
    struct IntegrityReportResponseDtoItemsInner {
        /// The id.
        id: Uuid,
        /// The path on the server.
        path: String,
        /// The check that found the file.
        type_: IntegrityReport,
    }
}

response! {
    /// How many files of each kind of trouble the integrity checks found.
    struct IntegrityReportSummaryResponseDto {
        /// The number of files with another checksum than was stored.
        #[serde(rename = "checksum_mismatch")] checksum_mismatch: i64,
        /// The number of files that are missing.
        #[serde(rename = "missing_file")] missing_file: i64,
        /// The number of files that no asset has.
        #[serde(rename = "untracked_file")] untracked_file: i64,
    }
}

string_enum! {
    /// The action on maintenance mode: enter it, leave it, or restore the database in it.
    enum MaintenanceAction {
        Start = "start",
        End = "end",
        SelectDatabaseRestore = "select_database_restore",
        RestoreDatabase = "restore_database",
    }
}

response! {
    /// Who has signed in to a server that is in maintenance mode.
    struct MaintenanceAuthDto {
        /// The user name.
        username: String,
    }
}

response! {
    /// The content of the server's storage folders, such as files of an earlier installation.
    struct MaintenanceDetectInstallResponseDto {
        /// The folders of the storage.
        storage: Vec<MaintenanceDetectInstallStorageFolderDto>,
    }
}

response! {
    /// One storage folder of the server: how many files it has and whether they can be used.
    struct MaintenanceDetectInstallStorageFolderDto {
        /// The number of files.
        files: i64,
        /// The folder.
        folder: StorageFolder,
        /// Whether the server can read it.
        readable: bool,
        /// Whether the server can write to it.
        writable: bool,
    }
}

request! {
    /// The token that lets an administrator in while the server is in maintenance mode.
    struct MaintenanceLoginDto {
        optional {
            /// The token.
            token: Secret,
        }
    }
}

response! {
    /// Whether the server is in maintenance mode, what it does there and how far it is.
    struct MaintenanceStatusResponseDto {
        /// The running action in maintenance mode.
        action: MaintenanceAction,
        /// Whether it is running, or how many are.
        active: bool,
        /// Why it failed.
        error: Option<String>,
        /// The progress in percent.
        progress: Option<f64>,
        /// The running task.
        task: Option<String>,
    }
}

request! {
    /// The action in maintenance mode, for `set_maintenance_mode`.
    struct SetMaintenanceModeDto {
        required {
            /// Whether to start or end maintenance mode, or to restore a backup.
            action: MaintenanceAction,
        }
        optional {
            /// The backup to restore; needed for `restore_database`.
            restore_backup_filename: String,
        }
    }
}

string_enum! {
    /// The folders in which the server keeps its files, by what is in them.
    enum StorageFolder {
        EncodedVideo = "encoded-video",
        Library = "library",
        Upload = "upload",
        Profile = "profile",
        Thumbs = "thumbs",
        Backups = "backups",
    }
}
