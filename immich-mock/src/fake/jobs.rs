//! Jobs: work that a server does some time after the request that caused it.

use immich_core::AssetId;

use super::state::State;
use super::{sidecar, time};

/// The jobs that wait, counted in answered requests.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    /// How many requests the server answered.
    answered: u64,
    /// After how many further requests the metadata of an upload is extracted.
    pub(super) metadata_delay: usize,
    /// After how many further requests a deleted asset is removed.
    pub(super) deletion_delay: usize,
    /// Each waiting job, and the number of answered requests at which it runs.
    waiting: Vec<(u64, Job)>,
}

/// Work on one asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// Reads the file and its sidecar, and replaces the tags of the asset by those in them.
    ExtractMetadata(AssetId),
    /// Removes the row and the file of an asset that was deleted for good.
    Remove(AssetId),
}

impl State {
    /// Runs a job at once, or some requests later if the test wants so.
    pub(super) fn schedule(&mut self, job: Job) {
        let delay = match job {
            Job::ExtractMetadata(_) => self.jobs.metadata_delay,
            Job::Remove(_) => self.jobs.deletion_delay,
        };
        if delay == 0 {
            self.run(job);
        } else {
            // The request that is being answered is counted at its end.
            self.jobs.waiting.push((self.jobs.answered.saturating_add(1).saturating_add(delay as u64), job));
        }
    }

    /// Counts an answered request, and runs the jobs that are due after it.
    pub(super) fn request_answered(&mut self) {
        self.jobs.answered += 1;
        let answered = self.jobs.answered;
        self.run_waiting(|due, _| due <= answered);
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
            // It may have been put into the trash again.
            Job::Remove(id) if self.assets.get(&id).is_some_and(|asset| asset.is_deleted) => self.remove_assets(&[id]),
            Job::Remove(_) => {}
        }
    }

    /// Fails, as on a real server, where the file is gone.
    fn extract_metadata(&mut self, id: AssetId) {
        let Some(asset) = self.assets.get(&id).filter(|asset| !asset.original_is_lost) else { return };
        let owner = asset.owner;
        let names = asset.sidecar.as_deref().map(sidecar::tags).unwrap_or_default();
        let tags = names.iter().filter_map(|name| self.upsert_tag(owner, name)).collect();
        if let Some(asset) = self.assets.get_mut(&id) {
            asset.metadata_is_extracted = true;
            asset.updated_at = time::now();
            asset.tags = tags;
        }
    }
}
