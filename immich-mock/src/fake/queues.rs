//! Queues of jobs. The fake runs its few jobs by itself, so most queues are always empty.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::line::Line;
use super::state::State;

/// The queues of 3.x, in the order of the list.
pub(super) const QUEUES: [&str; 19] = [
    "thumbnailGeneration",
    "metadataExtraction",
    "videoConversion",
    "faceDetection",
    "facialRecognition",
    "smartSearch",
    "duplicateDetection",
    "backgroundTask",
    "storageTemplateMigration",
    "migration",
    "search",
    "sidecar",
    "library",
    "notifications",
    "backupDatabase",
    "ocr",
    "workflow",
    "integrityCheck",
    "editor",
];

/// The queue that 2.x does not have.
const ONLY_THREE: &str = "integrityCheck";

/// The jobs that an administrator may start by name.
const JOBS: [&str; 6] =
    ["person-cleanup", "tag-cleanup", "user-cleanup", "memory-cleanup", "memory-create", "backup-database"];

/// The jobs that were added in 3.x.
const JOBS_OF_THREE: [&str; 9] = [
    "integrity-missing-files",
    "integrity-untracked-files",
    "integrity-checksum-mismatch",
    "integrity-missing-files-refresh",
    "integrity-untracked-files-refresh",
    "integrity-checksum-mismatch-refresh",
    "integrity-missing-files-delete-all",
    "integrity-untracked-files-delete-all",
    "integrity-checksum-mismatch-delete-all",
];

fn queues(line: Line) -> Vec<&'static str> {
    QUEUES.into_iter().filter(|name| !line.is_two() || *name != ONLY_THREE).collect()
}

impl State {
    /// The numbers of jobs: the metadata of uploads may wait.
    fn job_counts(&self, name: &str) -> Value {
        let waiting = if name == "metadataExtraction" { self.waiting_for_metadata() } else { 0 };
        let is_paused = self.paused_queues.contains(name);
        json!({
            "active": 0,
            "completed": 0,
            "failed": 0,
            "delayed": 0,
            "waiting": if is_paused { 0 } else { waiting },
            "paused": if is_paused { waiting } else { 0 },
        })
    }

    fn queue_json(&self, name: &str) -> Value {
        json!({
            "name": name,
            "isPaused": self.paused_queues.contains(name),
            "statistics": self.job_counts(name),
        })
    }

    fn legacy_queue_json(&self, name: &str) -> Value {
        let is_paused = self.paused_queues.contains(name);
        json!({
            "jobCounts": self.job_counts(name),
            "queueStatus": { "isActive": false, "isPaused": is_paused },
        })
    }

    fn pause(&mut self, name: &'static str, is_paused: bool) {
        if is_paused {
            self.paused_queues.insert(name.to_owned());
        } else {
            self.paused_queues.remove(name);
        }
    }
}

/// The queue of the path.
fn named(state: &State, asked: &Asked) -> Result<&'static str, Fault> {
    let mut check = super::check::Check::fields(Map::from_iter([("name".to_owned(), asked.path_text(0).into())]));
    let name = check.required_word("name", &queues(state.line()));
    check.done()?;
    name.ok_or_else(|| asked.no_access())
}

pub(super) fn list(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&queues(state.line()).into_iter().map(|name| state.queue_json(name)).collect()))
}

pub(super) fn list_legacy(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    let queues = queues(state.line()).into_iter().map(|name| (name.to_owned(), state.legacy_queue_json(name)));
    Ok(Answer::json(&Value::Object(queues.collect())))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.queue_json(named(state, asked)?)))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let name = named(state, asked)?;
    let mut check = asked.fields()?;
    let is_paused = check.boolean("isPaused");
    check.done()?;
    if let Some(is_paused) = is_paused {
        state.pause(name, is_paused);
    }
    get(state, asked)
}

/// The waiting jobs, which the fake does not list.
pub(super) fn jobs(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    named(state, asked)?;
    Ok(Answer::json(&json!([])))
}

pub(super) fn empty(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    named(state, asked)?;
    let mut check = asked.fields()?;
    check.boolean("failed");
    check.done()?;
    Ok(Answer::no_content())
}

/// Starts a job by its name. Only the backup has anything to do in the fake.
pub(super) fn create_job(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let more = if state.line().is_two() { &[][..] } else { &JOBS_OF_THREE[..] };
    let name = check.required_word("name", &[&JOBS[..], more].concat());
    check.done()?;
    if name == Some("backup-database") {
        state.back_up();
    }
    Ok(Answer::no_content())
}

/// Commands a queue; starting the extraction of metadata runs the jobs that wait.
pub(super) fn command(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let name = named(state, asked)?;
    let mut check = asked.fields()?;
    let command = check.required_word("command", &["start", "pause", "resume", "empty", "clear-failed"]);
    check.boolean("force");
    check.done()?;
    match command {
        Some("pause") => state.pause(name, true),
        Some("resume") => state.pause(name, false),
        Some("start") if name == "metadataExtraction" => state.run_metadata_jobs(),
        _ => {}
    }
    Ok(Answer::json(&state.legacy_queue_json(name)))
}
