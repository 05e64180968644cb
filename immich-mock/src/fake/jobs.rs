//! Jobs: work that a server does some time after the request that caused it.

use immich_core::AssetId;
use serde::{Deserialize, Serialize};

use super::state::State;
use super::{sidecar, time};

/// The waiting jobs, timed by the number of responses.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Jobs {
    /// The number of responses so far.
    responses: u64,
    /// The number of further requests before the metadata of an upload is extracted.
    pub(super) metadata_delay: usize,
    /// The number of further requests before a deleted asset is removed.
    pub(super) deletion_delay: usize,
    /// Each waiting job, with the number of responses after which it runs.
    waiting: Vec<(u64, Job)>,
}

/// Work on one asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Job {
    /// Reads the file and its sidecar, and replaces the tags of the asset with those found there.
    ExtractMetadata(AssetId),
    /// Removes the row and the file of a permanently deleted asset.
    Remove(AssetId),
}

impl State {
    /// Runs a job at once, or after the delay that the test has set.
    pub(super) fn schedule(&mut self, job: Job) {
        let delay = match job {
            Job::ExtractMetadata(_) => self.jobs.metadata_delay,
            Job::Remove(_) => self.jobs.deletion_delay,
        };
        if delay == 0 {
            self.run(job);
        } else {
            // The current request is counted with its response.
            self.jobs.waiting.push((self.jobs.responses.saturating_add(1).saturating_add(delay as u64), job));
        }
    }

    pub(super) fn has_waiting_jobs(&self) -> bool {
        !self.jobs.waiting.is_empty()
    }

    /// Counts a response, and runs the jobs that are due after it.
    pub(super) fn count_response(&mut self) {
        self.jobs.responses += 1;
        let responses = self.jobs.responses;
        self.run_waiting(|due, _| due <= responses);
    }

    /// The number of waiting jobs that extract metadata.
    pub(super) fn waiting_for_metadata(&self) -> usize {
        self.jobs.waiting.iter().filter(|(_, job)| matches!(job, Job::ExtractMetadata(_))).count()
    }

    /// Runs the waiting jobs that extract metadata.
    pub(super) fn run_metadata_jobs(&mut self) {
        self.run_waiting(|_, job| matches!(job, Job::ExtractMetadata(_)));
    }

    /// Runs the waiting jobs that remove assets.
    pub(super) fn run_deletion_jobs(&mut self) {
        self.run_waiting(|_, job| matches!(job, Job::Remove(_)));
    }

    fn run_waiting(&mut self, is_due: impl Fn(u64, Job) -> bool) {
        let waiting = std::mem::take(&mut self.jobs.waiting);
        let (due, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(at, job)| is_due(*at, *job));
        self.jobs.waiting = waiting;
        for (_, job) in due {
            self.run(job);
        }
    }

    fn run(&mut self, job: Job) {
        match job {
            Job::ExtractMetadata(id) => self.extract_metadata(id),
            // The asset may have been moved back to the trash.
            Job::Remove(id) if self.assets.get(&id).is_some_and(|asset| asset.is_deleted) => self.remove_assets(&[id]),
            Job::Remove(_) => {}
        }
    }

    /// Does nothing if the file is lost, as on a real server.
    fn extract_metadata(&mut self, id: AssetId) {
        let Some(asset) = self.assets.get(&id).filter(|asset| !asset.original_is_lost) else { return };
        let owner = asset.owner;
        let names = asset.sidecar.as_deref().map(sidecar::tags).unwrap_or_default();
        let tags = names.iter().filter_map(|name| self.upsert_tag(owner, name)).collect();
        if let Some(asset) = self.assets.get_mut(&id) {
            #[cfg(feature = "metadata")]
            asset.take_metadata();
            asset.metadata_is_extracted = true;
            asset.updated_at = time::now();
            asset.tags = tags;
        }
    }
}
