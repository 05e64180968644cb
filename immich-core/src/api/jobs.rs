//! Background jobs: starting one, and the queues as older servers show them.

use crate::prelude::*;

group! {
    /// Background jobs: starting one, and the queues as older servers show them.
    JobsApi: jobs
}

endpoint! {
    /// Gives all queues of background jobs with their counts in the older form, one field for each queue; administrators only.
    #[deprecated = "use `GetQueues`"]
    GetQueuesLegacy = GET "/jobs" -> Json<QueuesResponseLegacyDto>;
    JobsApi.get_queues_legacy, "getQueuesLegacy" [permission "job.read"] [also DeprecatedApi];
}

endpoint! {
    /// Starts one of the jobs that are run by hand, such as a clean-up or a backup of the database; administrators only.
    CreateJob = POST "/jobs" -> Empty;
    JobsApi.create_job, "createJob" [permission "job.create"];
    body { JobCreateDto }
}

endpoint! {
    /// Starts, pauses, resumes or empties a queue of background jobs, or clears its failed ones; administrators only.
    #[deprecated = "use `UpdateQueue`"]
    RunQueueCommandLegacy = PUT "/jobs/{name}" -> Json<QueueResponseLegacyDto>;
    JobsApi.run_queue_command_legacy, "runQueueCommandLegacy" [permission "job.create"] [also DeprecatedApi];
    path { name: QueueName }
    body { QueueCommandDto }
}

request! {
    /// Which job to start by hand, for `create_job`.
    struct JobCreateDto {
        required {
            /// The job to run.
            name: ManualJobName,
        }
    }
}

string_enum! {
    /// The jobs that an administrator can start by hand, with `create_job`.
    enum ManualJobName {
        PersonCleanup = "person-cleanup",
        TagCleanup = "tag-cleanup",
        UserCleanup = "user-cleanup",
        MemoryCleanup = "memory-cleanup",
        MemoryCreate = "memory-create",
        BackupDatabase = "backup-database",
        IntegrityMissingFiles = "integrity-missing-files" (". Since 3.0.0."),
        IntegrityUntrackedFiles = "integrity-untracked-files" (". Since 3.0.0."),
        IntegrityChecksumMismatch = "integrity-checksum-mismatch" (". Since 3.0.0."),
        IntegrityMissingFilesRefresh = "integrity-missing-files-refresh" (". Since 3.0.0."),
        IntegrityUntrackedFilesRefresh = "integrity-untracked-files-refresh" (". Since 3.0.0."),
        IntegrityChecksumMismatchRefresh = "integrity-checksum-mismatch-refresh" (". Since 3.0.0."),
        IntegrityMissingFilesDeleteAll = "integrity-missing-files-delete-all" (". Since 3.0.0."),
        IntegrityUntrackedFilesDeleteAll = "integrity-untracked-files-delete-all" (". Since 3.0.0."),
        IntegrityChecksumMismatchDeleteAll = "integrity-checksum-mismatch-delete-all" (". Since 3.0.0."),
    }
}

string_enum! {
    /// The action on a queue: start, pause, resume, empty it, or drop its failed jobs.
    enum QueueCommand {
        Start = "start",
        Pause = "pause",
        Resume = "resume",
        Empty = "empty",
        ClearFailed = "clear-failed",
    }
}

request! {
    /// A command to one queue, for `run_queue_command_legacy`.
    struct QueueCommandDto {
        required {
            /// The command.
            command: QueueCommand,
        }
        optional {
            /// Whether `start` does everything again, or just what is missing.
            force: bool,
        }
    }
}

response! {
    /// A queue of background jobs, as older operations show it.
    struct QueueResponseLegacyDto {
        /// The numbers of jobs by state.
        job_counts: QueueStatisticsDto,
        /// Whether the queue runs.
        queue_status: QueueStatusLegacyDto,
    }
}

response! {
    /// Whether a queue is at work and whether it is paused.
    struct QueueStatusLegacyDto {
        /// Whether jobs are running.
        is_active: bool,
        /// Whether the queue is paused.
        is_paused: bool,
    }
}

response! {
    /// All queues of the server by name, as older operations show them.
    struct QueuesResponseLegacyDto {
        /// Other background jobs.
        background_task: QueueResponseLegacyDto,
        /// Backups of the database.
        backup_database: QueueResponseLegacyDto,
        /// Detection of assets that look alike.
        duplicate_detection: QueueResponseLegacyDto,
        /// Edits of photos.
        editor: QueueResponseLegacyDto,
        /// Detection of faces.
        face_detection: QueueResponseLegacyDto,
        /// Recognition of faces: which belong to one person.
        facial_recognition: QueueResponseLegacyDto,
        /// Checks of the stored files. Since 3.0.0.
        integrity_check: Option<QueueResponseLegacyDto>,
        /// External libraries.
        library: QueueResponseLegacyDto,
        /// Reading the metadata of files.
        metadata_extraction: QueueResponseLegacyDto,
        /// Moving generated files to other folders.
        migration: QueueResponseLegacyDto,
        /// Notifications.
        notifications: QueueResponseLegacyDto,
        /// Text recognition in images (OCR).
        ocr: QueueResponseLegacyDto,
        /// Search by content.
        search: QueueResponseLegacyDto,
        /// XMP sidecar files.
        sidecar: QueueResponseLegacyDto,
        /// Search by content.
        smart_search: QueueResponseLegacyDto,
        /// Moving files as the storage template says.
        storage_template_migration: QueueResponseLegacyDto,
        /// Making thumbnails and previews.
        thumbnail_generation: QueueResponseLegacyDto,
        /// Transcoding of videos.
        video_conversion: QueueResponseLegacyDto,
        /// Workflows.
        workflow: QueueResponseLegacyDto,
    }
}
