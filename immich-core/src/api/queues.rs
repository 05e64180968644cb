//! Queues of background jobs.

use crate::prelude::*;

group! {
    /// Queues of background jobs.
    QueuesApi: queues
}

endpoint! {
    /// Lists all queues of background jobs with their counts, and which are paused; administrators only.
    GetQueues = GET "/queues" -> Json<Vec<QueueResponseDto>>;
    QueuesApi.get_queues, "getQueues" [permission "queue.read"];
}

endpoint! {
    /// Returns how many jobs of one queue wait, run and have failed, and whether it is paused; administrators only.
    GetQueue = GET "/queues/{name}" -> Json<QueueResponseDto>;
    QueuesApi.get_queue, "getQueue" [permission "queue.read"];
    path { name: QueueName }
}

endpoint! {
    /// Pauses or resumes a queue of background jobs; administrators only.
    UpdateQueue = PUT "/queues/{name}" -> Json<QueueResponseDto>;
    QueuesApi.update_queue, "updateQueue" [permission "queue.update"];
    path { name: QueueName }
    body { QueueUpdateDto }
}

endpoint! {
    /// Removes the jobs that wait in a queue, and with `failed` also those that have failed; administrators only.
    EmptyQueue = DELETE "/queues/{name}/jobs" -> Empty;
    QueuesApi.empty_queue, "emptyQueue" [permission "queueJob.delete"];
    path { name: QueueName }
    body { QueueDeleteDto }
}

endpoint! {
    /// Lists the jobs of one queue, if wanted only those of the given `status`; administrators only.
    GetQueueJobs = GET "/queues/{name}/jobs" -> Json<Vec<QueueJobResponseDto>>;
    QueuesApi.get_queue_jobs, "getQueueJobs" [permission "queueJob.read"];
    path { name: QueueName }
    optional {
        /// Only jobs in these states.
        status: Vec<QueueJobStatus> = "status",
    }
}

string_enum! {
    /// The kinds of single jobs that wait in the queues of the server.
    enum JobName {
        AssetDelete = "AssetDelete",
        AssetDeleteCheck = "AssetDeleteCheck",
        AssetDetectFacesQueueAll = "AssetDetectFacesQueueAll",
        AssetDetectFaces = "AssetDetectFaces",
        AssetDetectDuplicatesQueueAll = "AssetDetectDuplicatesQueueAll",
        AssetDetectDuplicates = "AssetDetectDuplicates",
        AssetEditThumbnailGeneration = "AssetEditThumbnailGeneration",
        AssetEncodeVideoQueueAll = "AssetEncodeVideoQueueAll",
        AssetEncodeVideo = "AssetEncodeVideo",
        AssetEmptyTrash = "AssetEmptyTrash",
        AssetExtractMetadataQueueAll = "AssetExtractMetadataQueueAll",
        AssetExtractMetadata = "AssetExtractMetadata",
        AssetFileMigration = "AssetFileMigration",
        AssetGenerateThumbnailsQueueAll = "AssetGenerateThumbnailsQueueAll",
        AssetGenerateThumbnails = "AssetGenerateThumbnails",
        AuditLogCleanup = "AuditLogCleanup" (". Up to 2.7.5."),
        AuditTableCleanup = "AuditTableCleanup",
        DatabaseBackup = "DatabaseBackup",
        FacialRecognitionQueueAll = "FacialRecognitionQueueAll",
        FacialRecognition = "FacialRecognition",
        FileDelete = "FileDelete",
        FileMigrationQueueAll = "FileMigrationQueueAll",
        LibraryDeleteCheck = "LibraryDeleteCheck",
        LibraryDelete = "LibraryDelete",
        LibraryRemoveAsset = "LibraryRemoveAsset",
        LibraryScanAssetsQueueAll = "LibraryScanAssetsQueueAll",
        LibrarySyncAssets = "LibrarySyncAssets",
        LibrarySyncFilesQueueAll = "LibrarySyncFilesQueueAll",
        LibrarySyncFiles = "LibrarySyncFiles",
        LibraryScanQueueAll = "LibraryScanQueueAll",
        MemoryCleanup = "MemoryCleanup",
        MemoryGenerate = "MemoryGenerate",
        NotificationsCleanup = "NotificationsCleanup",
        NotifyUserSignup = "NotifyUserSignup",
        NotifyAlbumInvite = "NotifyAlbumInvite",
        NotifyAlbumUpdate = "NotifyAlbumUpdate",
        UserDelete = "UserDelete",
        UserDeleteCheck = "UserDeleteCheck",
        UserSyncUsage = "UserSyncUsage",
        PersonCleanup = "PersonCleanup",
        PersonFileMigration = "PersonFileMigration",
        PersonGenerateThumbnail = "PersonGenerateThumbnail",
        SessionCleanup = "SessionCleanup",
        SendMail = "SendMail",
        SidecarQueueAll = "SidecarQueueAll",
        SidecarCheck = "SidecarCheck",
        SidecarWrite = "SidecarWrite",
        SmartSearchQueueAll = "SmartSearchQueueAll",
        SmartSearch = "SmartSearch",
        StorageTemplateMigration = "StorageTemplateMigration",
        StorageTemplateMigrationSingle = "StorageTemplateMigrationSingle",
        TagCleanup = "TagCleanup",
        VersionCheck = "VersionCheck",
        OcrQueueAll = "OcrQueueAll",
        Ocr = "Ocr",
        WorkflowRun = "WorkflowRun" (". Up to 2.7.5."),
        HlsSessionCleanup = "HlsSessionCleanup" (". Since 3.0.0."),
        WorkflowAssetTrigger = "WorkflowAssetTrigger" (". Since 3.0.0."),
        IntegrityUntrackedFilesQueueAll = "IntegrityUntrackedFilesQueueAll" (". Since 3.0.0."),
        IntegrityUntrackedFiles = "IntegrityUntrackedFiles" (". Since 3.0.0."),
        IntegrityUntrackedRefresh = "IntegrityUntrackedRefresh" (". Since 3.0.0."),
        IntegrityMissingFilesQueueAll = "IntegrityMissingFilesQueueAll" (". Since 3.0.0."),
        IntegrityMissingFiles = "IntegrityMissingFiles" (". Since 3.0.0."),
        IntegrityMissingFilesRefresh = "IntegrityMissingFilesRefresh" (". Since 3.0.0."),
        IntegrityChecksumFiles = "IntegrityChecksumFiles" (". Since 3.0.0."),
        IntegrityChecksumFilesRefresh = "IntegrityChecksumFilesRefresh" (". Since 3.0.0."),
        IntegrityDeleteReportType = "IntegrityDeleteReportType" (". Since 3.0.0."),
        IntegrityDeleteReports = "IntegrityDeleteReports" (". Since 3.0.0."),
    }
}

request! {
    /// The jobs to remove from a queue, for `empty_queue`.
    struct QueueDeleteDto {
        optional {
            /// The number of failed jobs, or whether they are meant.
            failed: bool,
        }
    }
}

response! {
    /// One job of a queue, with the data it works on.
    struct QueueJobResponseDto {
        /// The data, whose form depends on the kind.
        data: Value,
        /// The id.
        id: Option<String>,
        /// The kind of job.
        name: JobName,
        /// When the job was queued, in milliseconds since 1970.
        timestamp: i64,
    }
}

string_enum! {
    /// Distinguishes jobs that run, wait, failed or are done.
    enum QueueJobStatus {
        Active = "active",
        Failed = "failed",
        Completed = "completed",
        Delayed = "delayed",
        Waiting = "waiting",
        Paused = "paused",
    }
}

response! {
    /// A queue of background jobs, and how many jobs it has.
    struct QueueResponseDto {
        /// Whether the queue is paused.
        is_paused: bool,
        /// The queue.
        name: QueueName,
        /// The numbers of jobs by state.
        statistics: QueueStatisticsDto,
    }
}

request! {
    /// Whether to pause or to resume a queue.
    struct QueueUpdateDto {
        optional {
            /// Whether the queue is paused.
            is_paused: bool,
        }
    }
}
