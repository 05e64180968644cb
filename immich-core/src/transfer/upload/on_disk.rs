//! The engine's work on files: the scan, the journal, and the removal of sources.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::threads;
use crate::transfer::upload::engine::{Event, Scan, Sidecar, Then, Upload};
use crate::transfer::upload::files::Stamp;
use crate::transfer::upload::item::{Found, Item, Source, is_new};
use crate::transfer::upload::journal::{Account, FileEntry, Journal, JournalEntries, Line, Progress, SidecarEntry};
use crate::transfer::upload::options::{FileOptions, FileTimes, SourcePolicy};
use crate::transfer::upload::outcome::{DuplicateOf, SourceResult, UploadInput, UploadResult};
use crate::transfer::upload::run::Run;
use crate::transfer::upload::scan::Scanner;
use crate::transfer::upload::source::{confirm, remove, remove_here};
use crate::transfer::upload::tickets::{Parked, Ticket};
use crate::transfer::upload::times::times;

type Opened = (Option<Box<Scanner>>, Option<(Journal, JournalEntries)>);

/// Creates the scanner of the paths, and opens the journal.
pub(super) fn open(
    paths: Vec<PathBuf>,
    run: &Run,
    extensions: HashSet<String>,
    account: Option<&Account>,
) -> Result<Opened, Error> {
    let files = &run.options.files;
    let journal = files.journal.as_deref().zip(account).map(|(path, account)| Journal::open(path, account)).transpose();
    let journal = journal.map_err(|error| Error::io(None, "opening the journal", error))?;
    if let Some((_, knowledge)) = journal.as_ref().filter(|_| !run.options.dry_run) {
        remove_left_sidecars(&paths, files, knowledge);
    }
    let scanner = (!paths.is_empty()).then(|| {
        Box::new(Scanner::new(paths, files.clone(), run.options.times.clone(), extensions, run.progress.clone()))
    });
    Ok((scanner, journal))
}

/// Removes the sidecars of photos that an earlier run removed before it was interrupted.
fn remove_left_sidecars(roots: &[PathBuf], files: &FileOptions, knowledge: &JournalEntries) {
    for (photo, sidecar) in knowledge.left_sidecars() {
        let path = photo.with_file_name(&sidecar.name);
        let Some(stamp) = Stamp::read(&path).ok().filter(|stamp| sidecar.matches(stamp)) else { continue };
        let below = |root: &PathBuf| Some(path.strip_prefix(root.canonicalize().ok()?).ok()?.to_owned());
        let relative = roots.iter().find_map(below).unwrap_or_else(|| sidecar.name.clone().into());
        // A sidecar that cannot be removed stays, as in a run that is not interrupted.
        drop(remove_here(&path, &relative, stamp, &files.after_upload));
    }
}

impl Upload {
    pub(super) fn scanned(&mut self, scanner: Box<Scanner>, found: Vec<Found>) {
        if found.is_empty() || self.run.is_stopping() {
            if !self.run.is_stopping() {
                self.summary.unmatched_patterns = scanner.unmatched_patterns();
            }
            self.scanner = Scan::Done;
            self.run.progress.total_is_known();
        } else {
            self.scanner = Scan::Idle(scanner);
        }
        self.found.extend(found);
    }

    /// Updates an input to the state of the file while it was hashed.
    pub(super) fn update_stamp(&self, item: &mut Item, metadata: &Metadata) {
        let Source::File { stamp, path, .. } = &mut item.source else { return };
        let now = Stamp::of(metadata).through_link(stamp.is_link());
        if *stamp != now {
            *stamp = now;
            let (created, modified) = times(metadata);
            let mut of_file = FileTimes { created, modified };
            if let Some(times) = &self.run.options.times {
                of_file = times(&UploadInput::Path(path.clone()), of_file);
            }
            (item.created_at, item.modified_at) = (of_file.created, of_file.modified);
        }
    }

    /// Looks a file up in the journal. Returns true if the file is on the server and needs no further check.
    pub(super) fn look_up(&mut self, item: &mut Item) -> bool {
        let Source::File { absolute, stamp, .. } = &item.source else { return false };
        let Some(known) = self.knowledge.of(absolute, stamp) else { return false };
        item.checksum = Some(known.checksum);
        item.state.known = known.asset;
        item.state.recorded = Some(known.progress);
        if matches!(known.progress, Progress::Unfinished | Progress::Sending) {
            item.state.resumed = self.knowledge.is_sender(known.checksum, absolute);
        }
        // The entry of a file is not trusted while one with the same bytes is in doubt.
        let is_doubtful = self.run.options.files.verify_journal || self.knowledge.is_doubtful(known.checksum);
        match known.progress {
            Progress::Done | Progress::Unfinished => !is_doubtful,
            Progress::Sending | Progress::Lost => false,
        }
    }

    /// Returns the journal line about an input.
    fn line(&self, item: &Item, asset: Option<AssetId>, progress: Progress) -> Option<Line> {
        let account = self.account.as_ref().filter(|_| !self.run.options.dry_run)?;
        let Source::File { absolute, stamp, sidecar, .. } = &item.source else { return None };
        let mut known = FileEntry::new(stamp, item.checksum?, asset, progress);
        match progress {
            Progress::Sending => known.since = Some(jiff::Timestamp::now().as_second()),
            Progress::Unfinished => {
                let removed = sidecar.as_ref().filter(|sidecar| !sidecar.others);
                known.sidecar =
                    removed.and_then(|sidecar| SidecarEntry::new(&sidecar.path, &sidecar.stamp, sidecar.users));
            }
            Progress::Lost | Progress::Done => {}
        }
        Some(known.line(account, absolute))
    }

    /// Records that an input is about to be sent, so that the next run can recognize the asset as created by this
    /// program.
    ///
    /// Returns the input if no line needs to be written first.
    pub(super) fn record_sending(&mut self, mut item: Box<Item>) -> Option<Box<Item>> {
        if item.state.announced || item.state.recorded == Some(Progress::Sending) {
            return Some(item);
        }
        let Some(line) = self.line(&item, None, Progress::Sending) else { return Some(item) };
        item.state.announced = true;
        self.to_write.push((line, Then::Send(item)));
        None
    }

    /// Records that it is not known whether an input arrived, or that the server lost its bytes.
    pub(super) fn record_progress(&mut self, item: &Item, asset: Option<AssetId>, progress: Progress) {
        if let Some(line) =
            self.line(item, asset, progress).filter(|_| !item.state.announced || progress == Progress::Lost)
        {
            self.queue_line(line);
        }
    }

    pub(super) fn queue_line(&mut self, line: Line) {
        self.to_write.push((line, Then::Nothing));
    }

    /// Reports the outcome of an input whose source is kept, after its line is in the journal.
    pub(super) fn report_and_park(&mut self, item: Box<Item>, result: UploadResult, ticket: Ticket) {
        let asset = result.live_asset();
        let is_unfinished = self.follow_ups.has_steps(ticket) && is_new(&item, &result);
        let line = |progress| {
            let is_recorded = item.state.known == asset && item.state.recorded == Some(progress);
            asset.and_then(|_| self.line(&item, asset, progress)).filter(|_| !is_recorded)
        };
        // The next run repeats albums and tags in any case. Stacks and live photos depend on new assets.
        let (now, later) = if is_unfinished {
            (line(Progress::Unfinished), line(Progress::Done))
        } else {
            (line(Progress::Done), None)
        };
        let outcome = self.outcome(item, result, SourceResult::Kept, SourceResult::Kept);
        match now {
            Some(line) => self.to_write.push((line, Then::Report(Box::new(outcome)))),
            None => self.report(outcome),
        }
        self.follow_ups.park(ticket, later.map_or(Parked::Nothing, Parked::Line));
    }

    /// Parks an input until all steps are done that must precede the removal of its source.
    pub(super) fn park_source(&mut self, mut item: Box<Item>, result: UploadResult, ticket: Ticket) {
        if let Some(problem) = item.sidecar_problem().cloned() {
            // Without its photo, no later run would upload the sidecar.
            self.removed(item, result, SourceResult::KeptBecause(problem));
            return self.follow_ups.park(ticket, Parked::Nothing);
        }
        // A duplicate must not be recorded as unfinished, or the next run would count it as uploaded by this one.
        if is_new(&item, &result)
            && let Some(line) = self.line(&item, result.live_asset(), Progress::Unfinished)
        {
            self.queue_line(line);
            item.state.line = self.lines_queued();
        }
        self.follow_ups.park(ticket, Parked::Source(item, result));
    }

    /// Returns the number of lines so far, including those that are not written yet.
    fn lines_queued(&self) -> u64 {
        self.lines_taken + self.to_write.len() as u64
    }

    /// Writes the queued lines, then runs the actions that wait for them.
    pub(super) fn write(&mut self) {
        if self.writing || self.to_write.is_empty() {
            return;
        }
        let (lines, then): (Vec<_>, Vec<_>) = std::mem::take(&mut self.to_write).into_iter().unzip();
        self.lines_taken += lines.len() as u64;
        let Some(mut journal) = self.journal.take() else {
            // An earlier write failed.
            return self.after_lines(then);
        };
        self.writing = true;
        self.spawn(async move {
            let (journal, written) = threads::unblock(move || {
                let written = journal.add(&lines);
                (journal, written)
            })
            .await;
            Event::Written(journal, then, written)
        });
    }

    fn after_lines(&mut self, then: Vec<Then>) {
        self.lines_written = self.lines_taken;
        for then in then {
            match then {
                Then::Nothing => {}
                Then::Send(item) => self.sending.push(item),
                Then::Report(outcome) => self.report(*outcome),
            }
        }
    }

    /// Flushes the journal to disk at the end.
    pub(super) fn sync(&mut self) {
        if let Some(mut journal) = self.journal.take_if(|journal| journal.is_dirty()) {
            self.writing = true;
            self.spawn(async move {
                let (journal, synced) = threads::unblock(move || {
                    let synced = journal.sync();
                    (journal, synced)
                })
                .await;
                Event::Written(journal, Vec::new(), synced)
            });
        }
    }

    pub(super) fn written(&mut self, journal: Journal, then: Vec<Then>, written: io::Result<()>) {
        self.writing = false;
        match written {
            Ok(()) => self.journal = Some(journal),
            Err(error) => self.summary.journal_error = Some(Error::io(None, "writing the journal", error)),
        }
        self.after_lines(then);
    }

    /// Whether the source of an input is to be deleted or moved.
    pub(super) fn removes_source(&self, item: &Item, result: &UploadResult) -> bool {
        *self.policy(item, result) != SourcePolicy::Keep && matches!(item.source, Source::File { .. })
    }

    fn policy(&self, item: &Item, result: &UploadResult) -> &SourcePolicy {
        match result {
            _ if self.run.options.dry_run => &SourcePolicy::Keep,
            _ if is_new(item, result) => &self.run.options.files.after_upload,
            UploadResult::Duplicate { of, .. } if *of != DuplicateOf::Trashed => {
                &self.run.options.files.after_duplicate
            }
            _ => &SourcePolicy::Keep,
        }
    }

    /// Removes sources, with the same concurrency as sending.
    pub(super) fn remove(&mut self) {
        while self.removing < self.run.options.concurrency
            && let Some((item, result)) = self.to_remove.pop_front()
        {
            if item.state.line > self.lines_written && self.summary.journal_error.is_none() {
                // The line of the input is not written yet.
                return self.to_remove.push_front((item, result));
            }
            self.removing += 1;
            let files = &self.run.options.files;
            let proof = if is_new(&item, &result) { files.upload_proof } else { files.duplicate_proof };
            let (run, policy) = (Arc::clone(&self.run), self.policy(&item, &result).clone());
            self.spawn(async move {
                let fate = match (&item.source, result.live_asset(), item.checksum) {
                    (Source::File { path, relative, stamp, .. }, Some(asset), Some(checksum)) => {
                        match run
                            .outages
                            .retry_outages(|| confirm(&run.client, asset, checksum, stamp.length, proof))
                            .await
                        {
                            Ok(()) => remove(path.clone(), relative.clone(), *stamp, policy)
                                .await
                                .map_err(|error| Error::io(None, "removing the file", error)),
                            Err(error) => Err(error),
                        }
                    }
                    _ => Ok(SourceResult::Kept),
                };
                let fate = fate.unwrap_or_else(SourceResult::KeptBecause);
                Event::Removed(item, result, fate)
            });
        }
    }

    /// Handles a source that was kept or removed. The sidecar is removed with the last file that has it, if it was
    /// uploaded with all of them.
    pub(super) fn removed(&mut self, item: Box<Item>, result: UploadResult, fate: SourceResult) {
        let policy = self.policy(&item, &result).clone();
        let Source::File { sidecar: Some(sidecar), relative, .. } = &item.source else {
            return self.settle(item, result, fate, SourceResult::Kept);
        };
        let state = self
            .sidecars
            .entry(Arc::clone(&sidecar.path))
            .or_insert(Sidecar { missing: sidecar.users, keep: sidecar.others });
        state.missing = state.missing.saturating_sub(1);
        state.keep |= sidecar.problem().is_some() || !fate.is_gone() || !is_new(&item, &result);
        if state.missing > 0 {
            return self.settle(item, result, fate, SourceResult::Kept);
        }
        let keep = state.keep;
        self.sidecars.remove(&sidecar.path);
        if keep {
            return self.settle(item, result, fate, SourceResult::Kept);
        }
        let (path, stamp) = (sidecar.path.to_path_buf(), sidecar.stamp);
        let relative = path.file_name().map(|name| relative.with_file_name(name)).unwrap_or_default();
        self.spawn(async move {
            let gone = remove(path, relative, stamp, policy).await;
            let gone =
                gone.unwrap_or_else(|error| SourceResult::KeptBecause(Error::io(None, "removing the sidecar", error)));
            Event::SidecarRemoved(item, result, fate, gone)
        });
    }
}
