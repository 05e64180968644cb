//! Backups of the database, and restoring one.

use crate::prelude::*;

group! {
    /// Backups of the database, and restoring one.
    BackupsApi: backups
}

endpoint! {
    /// Deletes the backup files of the database whose names are in `backups`; administrators only.
    DeleteDatabaseBackup = DELETE "/admin/database-backups" -> Empty;
    BackupsApi.delete_database_backup, "deleteDatabaseBackup" [permission "backup.delete"];
    body { DatabaseBackupDeleteDto }
}

endpoint! {
    /// Lists the backups of the database with their file names and sizes in bytes; administrators only.
    ListDatabaseBackups = GET "/admin/database-backups" -> Json<DatabaseBackupListResponseDto>;
    BackupsApi.list_database_backups, "listDatabaseBackups" [permission "maintenance"];
}

endpoint! {
    /// Puts a server that is not set up yet into maintenance mode to restore a backup, without a sign-in; else status 400.
    StartDatabaseRestoreFlow = POST "/admin/database-backups/start-restore" -> Empty;
    BackupsApi.start_database_restore_flow, "startDatabaseRestoreFlow" {authenticated: false};
}

endpoint! {
    /// Uploads a backup of the database to restore from later; it is not restored by that. Administrators only.
    UploadDatabaseBackup = POST "/admin/database-backups/upload" -> Empty;
    BackupsApi.upload_database_backup, "uploadDatabaseBackup" [permission "backup.upload"];
    multipart {
        /// The file to upload.
        file: FilePart = "file";
    }
}

endpoint! {
    /// Downloads one backup of the database by its file name; administrators only.
    DownloadDatabaseBackup = GET "/admin/database-backups/{filename}" -> Binary;
    BackupsApi.download_database_backup, "downloadDatabaseBackup" [permission "backup.download"];
    path { filename: String }
}

request! {
    /// The names of database backups to delete.
    struct DatabaseBackupDeleteDto {
        required_lists {
            /// The backups.
            backups: String,
        }
    }
}

response! {
    /// A backup of the database that the server has in its folder.
    struct DatabaseBackupDto {
        /// The name of the file.
        filename: String,
        /// Size of the backup in bytes.
        filesize: i64,
        /// The time zone of the server, to read the time in `filename`. Since 2.7.0.
        timezone: Option<String>,
    }
}

response! {
    /// All database backups that the server has.
    struct DatabaseBackupListResponseDto {
        /// The backups.
        backups: Vec<DatabaseBackupDto>,
    }
}
