//! The step that deletes or moves the sources of inputs.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use crate::error::Error;
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::item::{Item, Source, is_new};
use crate::transfer::upload::journaling::Journaling;
use crate::transfer::upload::options::SourcePolicy;
use crate::transfer::upload::outcome::{DuplicateOf, SourceResult, UploadResult};
use crate::transfer::upload::remove::{confirm, remove};
use crate::transfer::upload::run::Run;

/// The sources to remove.
#[derive(Default)]
pub(super) struct Removal {
    waiting: VecDeque<(Box<Item>, UploadResult)>,
    running: usize,
    sidecars: HashMap<Arc<Path>, Sidecar>,
}

/// The state of a sidecar, which several inputs may share.
struct Sidecar {
    missing: u32,
    keep: bool,
}

impl Removal {
    /// Whether the source of an input is to be deleted or moved.
    pub(super) fn is_wanted(run: &Run, item: &Item, result: &UploadResult) -> bool {
        *policy(run, item, result) != SourcePolicy::Keep && matches!(item.source, Source::File(_))
    }

    pub(super) fn push(&mut self, item: Box<Item>, result: UploadResult) {
        self.waiting.push_back((item, result));
    }

    /// Starts to remove the next source, with the same concurrency as sending.
    pub(super) fn begin(&mut self, run: &Arc<Run>, journal: &Journaling) -> Option<Task> {
        if self.running >= run.options.concurrency || !journal.has_written(&self.waiting.front()?.0) {
            return None;
        }
        let (item, result) = self.waiting.pop_front()?;
        self.running += 1;
        let run = Arc::clone(run);
        Some(Box::pin(async move {
            let fate = remove_source(&run, &item, &result).await.unwrap_or_else(SourceResult::KeptBecause);
            Event::Removed(item, result, fate)
        }))
    }

    pub(super) fn done(&mut self) {
        self.running -= 1;
    }

    /// Handles a source that was kept or removed. The sidecar is removed with the last file that has it, if it was
    /// uploaded with all of them.
    pub(super) fn removed(&mut self, run: &Run, item: Box<Item>, result: UploadResult, fate: SourceResult) -> Removed {
        let Source::File(file) = &item.source else { return Removed::Settled(item, result, fate) };
        let Some(sidecar) = &file.sidecar else { return Removed::Settled(item, result, fate) };
        let state = self
            .sidecars
            .entry(Arc::clone(&sidecar.path))
            .or_insert(Sidecar { missing: sidecar.users, keep: sidecar.others });
        state.missing = state.missing.saturating_sub(1);
        state.keep |= sidecar.problem().is_some() || !fate.is_gone() || !is_new(&item, &result);
        if state.missing > 0 {
            return Removed::Settled(item, result, fate);
        }
        let keep = state.keep;
        self.sidecars.remove(&sidecar.path);
        if keep {
            return Removed::Settled(item, result, fate);
        }
        let (path, stamp, policy) = (sidecar.path.to_path_buf(), sidecar.stamp, policy(run, &item, &result).clone());
        let relative = path.file_name().map(|name| file.relative.with_file_name(name)).unwrap_or_default();
        Removed::Task(Box::pin(async move {
            let gone = remove(path, relative, stamp, policy).await;
            let gone =
                gone.unwrap_or_else(|error| SourceResult::KeptBecause(Error::io(None, "removing the sidecar", error)));
            Event::SidecarRemoved(item, result, fate, gone)
        }))
    }
}

/// A source that is done, or whose sidecar is being removed.
pub(super) enum Removed {
    Settled(Box<Item>, UploadResult, SourceResult),
    Task(Task),
}

fn policy<'r>(run: &'r Run, item: &Item, result: &UploadResult) -> &'r SourcePolicy {
    match result {
        _ if run.options.dry_run => &SourcePolicy::Keep,
        _ if is_new(item, result) => &run.options.files.after_upload,
        UploadResult::Duplicate { of, .. } if *of != DuplicateOf::Trashed => &run.options.files.after_duplicate,
        _ => &SourcePolicy::Keep,
    }
}

/// Removes the source of an input after the server has confirmed that it has the bytes.
async fn remove_source(run: &Run, item: &Item, result: &UploadResult) -> Result<SourceResult, Error> {
    let (Source::File(file), Some(asset), Some(checksum)) = (&item.source, result.live_asset(), item.checksum) else {
        return Ok(SourceResult::Kept);
    };
    let files = &run.options.files;
    let proof = if is_new(item, result) { files.upload_proof } else { files.duplicate_proof };
    run.outages.retry_outages(|| confirm(&run.client, asset, checksum, file.stamp.length, proof)).await?;
    let removed = remove(file.path.clone(), file.relative.clone(), file.stamp, policy(run, item, result).clone()).await;
    removed.map_err(|error| Error::io(None, "removing the file", error))
}
