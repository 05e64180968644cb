//! What the engine does with files: the scan, the journal, and the removal of sources.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use crate::error::Error;
use crate::transfer::Progress;
use crate::transfer::upload::engine::{Event, Scan, Sidecar, Stack, Upload};
use crate::transfer::upload::files::Stamp;
use crate::transfer::upload::item::{Found, Item, Role, Source};
use crate::transfer::upload::journal::{Journal, Knowledge};
use crate::transfer::upload::options::{FileTimes, Options, SourcePolicy};
use crate::transfer::upload::outcome::{DuplicateOf, LivePhoto, SourceFate, UploadInput, UploadOutcome, UploadResult};
use crate::transfer::upload::scan::Scanner;
use crate::transfer::upload::source::{confirm, remove};
use crate::transfer::upload::times::times;

type Opened = (Option<Box<Scanner>>, Option<(Journal, Knowledge)>);

/// The scanner of the paths, and the journal.
pub(super) fn open(
    paths: Vec<PathBuf>,
    options: &Options,
    extensions: HashSet<String>,
    progress: Progress,
    server: &str,
) -> Result<Opened, Error> {
    let files = &options.files;
    let journal = files.journal.as_deref().map(|path| Journal::open(path, server)).transpose();
    let journal = journal.map_err(|error| Error::io(None, "opening the journal", error))?;
    let scanner = (!paths.is_empty())
        .then(|| Box::new(Scanner::new(paths, files.clone(), options.times.clone(), extensions, progress)));
    Ok((scanner, journal))
}

impl Upload {
    pub(super) fn scanned(&mut self, scanner: Box<Scanner>, found: Vec<Found>) {
        if found.is_empty() || self.stopping {
            if !self.stopping {
                self.summary.unmatched_patterns = scanner.unmatched_patterns();
            }
            self.scanner = Scan::Done;
            self.progress.total_is_known();
        } else {
            self.scanner = Scan::Idle(scanner);
        }
        self.found.extend(found);
    }

    /// What is found and is no file to upload.
    pub(super) fn pass(&mut self, found: Found) {
        let (input, length, result) = match found {
            Found::Skipped(input, reason, length) => (input, length, UploadResult::Skipped(reason)),
            Found::Failed(input, error) => {
                (input, 0, UploadResult::Failed(Arc::new(Error::io(None, "looking at it", error))))
            }
            Found::Stack(number, missing) => {
                self.stacks.insert(number, Stack { missing, assets: Vec::new(), is_new: false });
                return;
            }
            Found::Input(_) => return,
        };
        self.progress.add_bytes(length);
        self.progress.add_file();
        self.tell(UploadOutcome {
            input,
            length: Some(length),
            checksum: None,
            result,
            sidecar: None,
            live_photo: LivePhoto::None,
            source: SourceFate::Kept,
            superseded: Vec::new(),
        });
    }

    /// Takes over how a file looked while it was hashed.
    pub(super) fn looks(&self, item: &mut Item, metadata: &Metadata) {
        let Source::File { stamp, path, .. } = &mut item.source else { return };
        let now = Stamp::of(metadata).through_link(stamp.is_link());
        if *stamp != now {
            *stamp = now;
            let (created, modified) = times(metadata);
            let mut of_file = FileTimes { created, modified };
            if let Some(times) = &self.options.times {
                of_file = times(&UploadInput::Path(path.clone()), of_file);
            }
            (item.created_at, item.modified_at) = (of_file.created, of_file.modified);
        }
    }

    /// Keeps the bytes of a small file, or lets them go.
    pub(super) fn keep(&mut self, item: &mut Item, bytes: Option<Bytes>) {
        let length = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        self.kept = (self.kept + length(&bytes)).saturating_sub(length(&item.state.bytes));
        item.state.bytes = bytes;
    }

    /// Looks a file up in the journal. Whether nothing more needs to be done with it.
    pub(super) fn recall(&mut self, item: &mut Item) -> bool {
        let Source::File { absolute, stamp, .. } = &item.source else { return false };
        let Some(known) = self.knowledge.of(absolute, stamp) else { return false };
        item.checksum = Some(known.checksum);
        item.state.known = Some(known.asset);
        !self.options.files.verify_journal
    }

    /// The line of the journal about an input, if there is something new to keep.
    pub(super) fn line(&self, item: &Item, result: &UploadResult, fate: &SourceFate) -> Option<String> {
        let (Source::File { absolute, stamp, .. }, Some(journal)) = (&item.source, self.options.files.journal.as_ref())
        else {
            return None;
        };
        let asset = result.live_asset()?;
        let checksum = item.checksum?;
        let is_known = item.state.known == Some(asset);
        if is_known || fate.is_gone() || self.options.dry_run || journal.as_os_str().is_empty() {
            return None;
        }
        let server = self.client.base_url().to_string();
        Some(Journal::line(&server, absolute, stamp, checksum, asset))
    }

    /// Writes the lines of what has ended since the last write, and then tells their outcomes.
    pub(super) fn write(&mut self) {
        if self.writing || self.to_write.is_empty() {
            return;
        }
        let (lines, outcomes): (Vec<_>, Vec<_>) = std::mem::take(&mut self.to_write).into_iter().unzip();
        let Some(mut journal) = self.journal.take() else {
            // It could not be written before.
            outcomes.into_iter().for_each(|outcome| self.tell(outcome));
            return;
        };
        self.writing = true;
        self.spawn(async move {
            let (journal, written) = blocking::unblock(move || {
                let written = journal.add(&lines);
                (journal, written)
            })
            .await;
            Event::Written(journal, outcomes, written)
        });
    }

    /// Makes sure at the end that the journal outlives the machine.
    pub(super) fn sync(&mut self) {
        if let Some(mut journal) = self.journal.take_if(|journal| journal.is_dirty()) {
            self.spawn(async move {
                let (journal, synced) = blocking::unblock(move || {
                    let synced = journal.sync();
                    (journal, synced)
                })
                .await;
                Event::Written(journal, Vec::new(), synced)
            });
        }
    }

    pub(super) fn written(&mut self, journal: Journal, outcomes: Vec<UploadOutcome>, written: io::Result<()>) {
        self.writing = false;
        match written {
            Ok(()) => self.journal = Some(journal),
            Err(error) => self.summary.journal_error = Some(Arc::new(Error::io(None, "writing the journal", error))),
        }
        outcomes.into_iter().for_each(|outcome| self.tell(outcome));
    }

    /// Removes the file, if that is wished; that of a video not before its image has ended.
    pub(super) fn end_of_source(&mut self, item: Box<Item>, result: UploadResult) {
        if *self.policy(&result) == SourcePolicy::Keep || !matches!(item.source, Source::File { .. }) {
            return self.removed(item, result, SourceFate::Kept);
        }
        if let Some(problem) = item.sidecar_problem().cloned() {
            // Without its photo a sidecar would find its way to the server in no later run.
            return self.removed(item, result, SourceFate::KeptBecause(problem));
        }
        if let Role::Video(number) = item.role {
            let pair = self.pairs.entry(number).or_default();
            match pair.image_ended {
                None => {
                    pair.held = Some((item, result));
                    return;
                }
                Some(false) => {
                    let why = io::Error::other("the image of the live photo was not uploaded");
                    let fate = SourceFate::KeptBecause(Arc::new(Error::io(None, "keeping the file", why)));
                    return self.removed(item, result, fate);
                }
                Some(true) => {}
            }
        }
        self.to_remove.push_back((item, result));
    }

    fn policy(&self, result: &UploadResult) -> &SourcePolicy {
        match result {
            _ if self.options.dry_run => &SourcePolicy::Keep,
            UploadResult::Uploaded { .. } => &self.options.files.after_upload,
            UploadResult::Duplicate { of, .. } if *of != DuplicateOf::Trashed => &self.options.files.after_duplicate,
            _ => &SourcePolicy::Keep,
        }
    }

    /// Removes what is to be removed, as much at once as is sent at once.
    pub(super) fn remove(&mut self) {
        while self.removing < self.options.concurrency
            && let Some((item, result)) = self.to_remove.pop_front()
        {
            self.removing += 1;
            let (client, policy) = (self.client.clone(), self.policy(&result).clone());
            self.spawn(async move {
                let fate = match (&item.source, result.live_asset(), item.checksum) {
                    (Source::File { path, relative, stamp, .. }, Some(asset), Some(checksum)) => {
                        match confirm(&client, asset, checksum).await {
                            Ok(()) => remove(path.clone(), relative.clone(), *stamp, policy)
                                .await
                                .map_err(|error| Error::io(None, "removing the file", error)),
                            Err(error) => Err(error),
                        }
                    }
                    _ => Ok(SourceFate::Kept),
                };
                let fate = fate.unwrap_or_else(|error| SourceFate::KeptBecause(Arc::new(error)));
                Event::Removed(item, result, fate)
            });
        }
    }

    /// A file stays or is gone: the sidecar goes with the last that had it, if the server got it with all of them.
    pub(super) fn removed(&mut self, item: Box<Item>, result: UploadResult, fate: SourceFate) {
        let policy = self.policy(&result).clone();
        let Source::File { sidecar: Some(sidecar), relative, .. } = &item.source else {
            return self.settle(item, result, fate, SourceFate::Kept);
        };
        let state = self
            .sidecars
            .entry(Arc::clone(&sidecar.path))
            .or_insert(Sidecar { missing: sidecar.users, keep: sidecar.others });
        state.missing = state.missing.saturating_sub(1);
        state.keep |=
            sidecar.problem().is_some() || !fate.is_gone() || !matches!(result, UploadResult::Uploaded { .. });
        if state.missing > 0 {
            return self.settle(item, result, fate, SourceFate::Kept);
        }
        let keep = state.keep;
        self.sidecars.remove(&sidecar.path);
        if keep {
            return self.settle(item, result, fate, SourceFate::Kept);
        }
        let (path, stamp) = (sidecar.path.to_path_buf(), sidecar.stamp);
        let relative = path.file_name().map(|name| relative.with_file_name(name)).unwrap_or_default();
        self.spawn(async move {
            let gone = remove(path, relative, stamp, policy).await;
            let gone = gone.unwrap_or_else(|error| {
                SourceFate::KeptBecause(Arc::new(Error::io(None, "removing the sidecar", error)))
            });
            Event::SidecarRemoved(item, result, fate, gone)
        });
    }
}
