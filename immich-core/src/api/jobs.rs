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
        IntegrityMissingFiles = "integrity-missing-files",
        IntegrityUntrackedFiles = "integrity-untracked-files",
        IntegrityChecksumMismatch = "integrity-checksum-mismatch",
        IntegrityMissingFilesRefresh = "integrity-missing-files-refresh",
        IntegrityUntrackedFilesRefresh = "integrity-untracked-files-refresh",
        IntegrityChecksumMismatchRefresh = "integrity-checksum-mismatch-refresh",
        IntegrityMissingFilesDeleteAll = "integrity-missing-files-delete-all",
        IntegrityUntrackedFilesDeleteAll = "integrity-untracked-files-delete-all",
        IntegrityChecksumMismatchDeleteAll = "integrity-checksum-mismatch-delete-all",
    }
}

string_enum! {
    /// What to do with a queue: start, pause, go on, empty it, or drop its failed jobs.
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
        job_counts: QueueStatisticsDto,
        queue_status: QueueStatusLegacyDto,
    }
}

response! {
    /// Whether a queue is at work and whether it is paused.
    struct QueueStatusLegacyDto {
        is_active: bool,
        is_paused: bool,
    }
}

response! {
    /// All queues of the server by name, as older operations show them.
    struct QueuesResponseLegacyDto {
        background_task: QueueResponseLegacyDto,
        backup_database: QueueResponseLegacyDto,
        duplicate_detection: QueueResponseLegacyDto,
        editor: QueueResponseLegacyDto,
        face_detection: QueueResponseLegacyDto,
        facial_recognition: QueueResponseLegacyDto,
        integrity_check: Option<QueueResponseLegacyDto>,
        library: QueueResponseLegacyDto,
        metadata_extraction: QueueResponseLegacyDto,
        migration: QueueResponseLegacyDto,
        notifications: QueueResponseLegacyDto,
        ocr: QueueResponseLegacyDto,
        search: QueueResponseLegacyDto,
        sidecar: QueueResponseLegacyDto,
        smart_search: QueueResponseLegacyDto,
        storage_template_migration: QueueResponseLegacyDto,
        thumbnail_generation: QueueResponseLegacyDto,
        video_conversion: QueueResponseLegacyDto,
        workflow: QueueResponseLegacyDto,
    }
}
