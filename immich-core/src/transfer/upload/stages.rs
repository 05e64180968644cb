//! Starts the steps of an upload within their limits.

use std::collections::HashSet;
use std::sync::Arc;

use crate::client::Client;
use crate::error::Error;
#[cfg(feature = "fs")]
use crate::transfer::account::account;
#[cfg(feature = "fs")]
use crate::transfer::threads;
use crate::transfer::upload::copies::Lead;
#[cfg(feature = "fs")]
use crate::transfer::upload::engine::Scan;
use crate::transfer::upload::engine::{Event, Prepared, Stage, Upload};
use crate::transfer::upload::item::{Found, Item, Source, item_inputs};
#[cfg(feature = "fs")]
use crate::transfer::upload::journal::Account;
use crate::transfer::upload::media;
#[cfg(feature = "fs")]
use crate::transfer::upload::on_disk;
use crate::transfer::upload::outcome::{LivePhoto, SkipReason, SourceResult, UploadOutcome, UploadResult};
use crate::transfer::upload::sending::Start;
#[cfg(feature = "fs")]
use crate::transfer::upload::sending::are_changed;

/// The maximum number of files that are found in advance.
#[cfg(feature = "fs")]
const FOUND: usize = 16 << 10;

/// The maximum number of outcomes that wait to be returned.
const READY: usize = 256;

impl Upload {
    /// Starts all steps that can run.
    pub(super) fn begin(&mut self) {
        match self.stage {
            Stage::New => self.prepare(),
            Stage::Preparing => {}
            Stage::Running => {
                if self.run.is_stopping() {
                    self.skip_unstarted();
                }
                #[cfg(feature = "fs")]
                self.scan();
                self.hash();
                self.tasks.extend(self.checking.begin(&self.run, self.sending.has_enough(&self.run)));
                self.send();
                #[cfg(feature = "fs")]
                {
                    self.check_changes();
                    self.remove();
                    self.write();
                }
                self.follow_up();
            }
        }
    }

    fn prepare(&mut self) {
        self.stage = Stage::Preparing;
        let run = Arc::clone(&self.run);
        let items = std::mem::take(&mut self.items);
        #[cfg(feature = "fs")]
        let paths = std::mem::take(&mut self.paths);
        self.spawn(async move {
            let prepare = async {
                let extensions = run.outages.retry_outages(|| extensions(&run.client)).await?;
                let now = run.client.timer().map_or_else(jiff::Timestamp::now, |timer| timer.now());
                let items = item_inputs(items, now, run.options.times.as_ref(), &run.progress);
                let found = items.into_iter().map(|item| Found::Input(Box::new(item))).collect();
                #[cfg(feature = "fs")]
                let account = match &run.options.files.journal {
                    Some(_) => {
                        let user = run.outages.retry_outages(|| account(&run.client)).await?;
                        Some(Account { server: run.client.base_url().to_string(), user })
                    }
                    None => None,
                };
                #[cfg(feature = "fs")]
                let (scanner, journal) = {
                    let (extensions, account) = (extensions.clone(), account.clone());
                    threads::unblock(move || on_disk::open(paths, &run, extensions, account.as_ref())).await?
                };
                Ok(Box::new(Prepared {
                    extensions,
                    found,
                    #[cfg(feature = "fs")]
                    scanner,
                    #[cfg(feature = "fs")]
                    journal,
                    #[cfg(feature = "fs")]
                    account,
                }))
            };
            Event::Prepared(prepare.await)
        });
    }

    #[cfg(feature = "fs")]
    fn scan(&mut self) {
        if self.found.len() >= FOUND || !matches!(self.scanner, Scan::Idle(_)) {
            return;
        }
        if let Scan::Idle(mut scanner) = std::mem::replace(&mut self.scanner, Scan::Busy) {
            self.spawn(async move {
                let (scanner, found) = threads::unblock(move || {
                    let found = scanner.next_batch();
                    (scanner, found)
                })
                .await;
                Event::Scanned(scanner, found)
            });
        }
    }

    /// Handles a found entry that is not a file to upload.
    fn handle_found(&mut self, found: Found) {
        let (input, length, result) = match found {
            Found::Skipped(input, reason, length) => (input, length, UploadResult::Skipped(reason)),
            Found::Failed(input, error) => {
                (input, 0, UploadResult::Failed(Error::io(None, "reading its metadata", error)))
            }
            Found::Stack(number, missing) => {
                self.follow_ups.expect_stack(number, missing);
                return;
            }
            Found::Input(_) => return,
        };
        self.run.progress.add_bytes(length);
        self.run.progress.add_file();
        self.report(UploadOutcome {
            input,
            length: Some(length),
            checksum: None,
            result,
            sidecar: None,
            live_photo: LivePhoto::None,
            source: SourceResult::Kept,
            superseded: Vec::new(),
            lost: Vec::new(),
        });
    }

    fn hash(&mut self) {
        while self.hashing.has_room(&self.run) && self.ready.len() < READY {
            let item = match self.hashing.pop_changed() {
                Some(item) => item,
                None => match self.found.pop_front() {
                    None => return,
                    Some(Found::Input(item)) => item,
                    Some(other) => {
                        self.handle_found(other);
                        continue;
                    }
                },
            };
            self.hash_one(item);
        }
    }

    fn hash_one(&mut self, mut item: Box<Item>) {
        self.hashing.start(&mut item);
        if item.length == Some(0) {
            return self.end_input(item, UploadResult::Skipped(SkipReason::Empty));
        }
        if !self.is_supported(&item) {
            return self.end_input(item, UploadResult::Skipped(SkipReason::UnsupportedType));
        }
        #[cfg(feature = "fs")]
        if item.state.changes == 0 && self.look_up(&mut item) {
            let asset = item.state.known.unwrap_or_default();
            return self
                .end_input(item, UploadResult::Duplicate { asset, of: super::outcome::DuplicateOf::EarlierRun });
        }
        if item.checksum.is_some() {
            return self.hashed(item);
        }
        if !item.is_repeatable() {
            return self.send_later(item);
        }
        self.tasks.push(self.hashing.begin(&self.run, item));
    }

    /// Continues with an input whose checksum is known.
    pub(super) fn hashed(&mut self, item: Box<Item>) {
        // Visitors of a shared link may not check.
        if self.run.options.check && !self.run.client.is_visitor() {
            self.checking.push(item);
        } else {
            self.send_later(item);
        }
    }

    fn is_supported(&self, item: &Item) -> bool {
        // The scanner has already filtered files.
        !matches!(item.source, Source::Body { .. }) || self.extensions.contains(&media::extension(&item.name))
    }

    /// Queues an input to be sent. The image of a live photo waits for its video.
    pub(super) fn send_later(&mut self, item: Box<Item>) {
        let Some(item) = self.follow_ups.wait_for_video(item) else { return };
        if self.run.is_stopping() {
            return self.end_input(item, UploadResult::Skipped(SkipReason::Stopped));
        }
        let Some(item) = self.lead(item) else { return };
        #[cfg(feature = "fs")]
        let Some(item) = self.record_sending(item) else { return };
        self.sending.push(item);
    }

    /// Returns the input if it is the one to send of those with the same bytes.
    pub(super) fn lead(&mut self, item: Box<Item>) -> Option<Box<Item>> {
        match self.copies.lead(&self.run, item) {
            Lead::Yes(item) => return Some(item),
            Lead::Waits => {}
            Lead::Ended(item, result) => self.end_input(item, result),
        }
        None
    }

    fn send(&mut self) {
        while let Some(start) = self.sending.begin(&self.run) {
            match start {
                Start::Task(task) => self.tasks.push(task),
                Start::Ended(item, result) => self.end_input(item, result),
            }
        }
    }

    /// Checks for changes of the files that were sent since the last check, in one job on another thread.
    #[cfg(feature = "fs")]
    fn check_changes(&mut self) {
        if self.checking_changes || self.to_check_changes.is_empty() {
            return;
        }
        self.checking_changes = true;
        let sent = std::mem::take(&mut self.to_check_changes);
        self.spawn(async move {
            let changed = are_changed(sent.iter().filter_map(|(item, _)| item.path_and_stamp()).collect()).await;
            Event::ChangesChecked(sent, changed)
        });
    }

    fn follow_up(&mut self) {
        let is_last = self.are_results_known();
        #[cfg(feature = "fs")]
        if is_last {
            self.sync();
        }
        self.tasks.extend(self.follow_ups.begin(&self.run, is_last));
    }

    /// Whether the result of every input is known.
    fn are_results_known(&self) -> bool {
        #[cfg(feature = "fs")]
        if !matches!(self.scanner, Scan::Done) {
            return false;
        }
        self.found.is_empty() && self.hashing.are_results_known()
    }

    /// Whether everything is done.
    pub(super) fn is_over(&self) -> bool {
        #[cfg(feature = "fs")]
        if self.writing || !self.to_write.is_empty() {
            return false;
        }
        self.stage == Stage::Running && self.are_results_known() && self.hashing.is_idle() && self.follow_ups.is_idle()
    }

    /// Ends all inputs that were not started.
    fn skip_unstarted(&mut self) {
        #[cfg(feature = "fs")]
        if matches!(self.scanner, Scan::Idle(_)) {
            self.scanner = Scan::Done;
        }
        for found in std::mem::take(&mut self.found) {
            match found {
                Found::Input(item) => self.end_input(item, UploadResult::Skipped(SkipReason::Stopped)),
                other => self.handle_found(other),
            }
        }
        while let Some(item) = self.hashing.pop_changed() {
            self.end_input(item, UploadResult::Skipped(SkipReason::Stopped));
        }
        for item in self.checking.drain().into_iter().chain(self.sending.drain()) {
            self.end_input(item, UploadResult::Skipped(SkipReason::Stopped));
        }
    }
}

/// Requests the extensions of the files that the server accepts.
async fn extensions(client: &Client) -> Result<HashSet<String>, Error> {
    let types = client.server().get_supported_media_types().await?;
    Ok(types.image.into_iter().chain(types.video).map(|extension| extension.to_lowercase()).collect())
}
