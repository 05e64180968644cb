//! Backups of the database, and restoring one.

use crate::prelude::*;

group! {
    /// Backups of the database, and restoring one.
    BackupsApi: backups
}

endpoint! {
    /// Placeholder.
    DeleteDatabaseBackup = DELETE "/admin/database-backups" -> Empty;
    BackupsApi.delete_database_backup, "deleteDatabaseBackup" [permission "backup.delete"];
    body { DatabaseBackupDeleteDto }
}

endpoint! {
    /// Placeholder.
    ListDatabaseBackups = GET "/admin/database-backups" -> Json<DatabaseBackupListResponseDto>;
    BackupsApi.list_database_backups, "listDatabaseBackups" [permission "maintenance"];
}

endpoint! {
    /// Placeholder.
    StartDatabaseRestoreFlow = POST "/admin/database-backups/start-restore" -> Empty;
    BackupsApi.start_database_restore_flow, "startDatabaseRestoreFlow" {authenticated: false};
}

endpoint! {
    /// Placeholder.
    UploadDatabaseBackup = POST "/admin/database-backups/upload" -> Empty;
    BackupsApi.upload_database_backup, "uploadDatabaseBackup" [permission "backup.upload"];
    multipart {
        file: FilePart = "file";
    }
}

endpoint! {
    /// Placeholder.
    DownloadDatabaseBackup = GET "/admin/database-backups/{filename}" -> Binary;
    BackupsApi.download_database_backup, "downloadDatabaseBackup" [permission "backup.download"];
    path { filename: String }
}

request! {
    /// Placeholder.
    struct DatabaseBackupDeleteDto {
        required_lists {
            backups: String,
        }
    }
}

response! {
    /// Placeholder.
    struct DatabaseBackupDto {
        filename: String,
        filesize: i64,
        timezone: String,
    }
}

response! {
    /// Placeholder.
    struct DatabaseBackupListResponseDto {
        backups: Vec<DatabaseBackupDto>,
    }
}
