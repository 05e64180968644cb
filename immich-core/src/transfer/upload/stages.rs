//! Starts the steps of an upload within their limits.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use crate::body::Body;
use crate::client::Client;
use crate::error::Error;
#[cfg(feature = "fs")]
use crate::transfer::Checksum;
use crate::transfer::Checksummer;
#[cfg(feature = "fs")]
use crate::transfer::account::account;
#[cfg(feature = "fs")]
use crate::transfer::threads;
use crate::transfer::upload::check::{self, check};
#[cfg(feature = "fs")]
use crate::transfer::upload::engine::Scan;
use crate::transfer::upload::engine::{Copies, Event, Hashed, Prepared, Stage, Upload};
use crate::transfer::upload::item::{Found, Item, Source, item_inputs};
#[cfg(feature = "fs")]
use crate::transfer::upload::journal::Account;
use crate::transfer::upload::media;
#[cfg(feature = "fs")]
use crate::transfer::upload::on_disk;
use crate::transfer::upload::outcome::{DuplicateOf, LivePhoto, SkipReason, SourceResult, UploadOutcome, UploadResult};
use crate::transfer::upload::run::Run;
#[cfg(feature = "fs")]
use crate::transfer::upload::send::are_changed;
use crate::transfer::upload::send::send;

/// The maximum number of files that are found in advance.
#[cfg(feature = "fs")]
const FOUND: usize = 16 << 10;

/// The maximum number of active inputs, most of which wait to be sent.
const ACTIVE: usize = 8 << 10;

/// The maximum number of bytes of small files in memory between hashing and sending, besides one file per hasher.
#[cfg(feature = "fs")]
const KEPT: u64 = 8 << 20;

/// The number of inputs in the send queue, per concurrent upload, below which the next batch is checked.
const AHEAD: usize = 2;

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
                self.check();
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
        while self.hashing < self.run.options.hash_concurrency && self.active < ACTIVE && self.ready.len() < READY {
            #[cfg(feature = "fs")]
            if self.kept >= KEPT {
                return;
            }
            let item = match self.to_hash.pop_front() {
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
        if !item.state.active {
            item.state.active = true;
            self.active += 1;
            self.busy += 1;
        }
        if item.length == Some(0) {
            return self.end_input(item, UploadResult::Skipped(SkipReason::Empty));
        }
        if !self.is_supported(&item) {
            return self.end_input(item, UploadResult::Skipped(SkipReason::UnsupportedType));
        }
        #[cfg(feature = "fs")]
        if item.state.changes == 0 && self.look_up(&mut item) {
            let asset = item.state.known.unwrap_or_default();
            return self.end_input(item, UploadResult::Duplicate { asset, of: DuplicateOf::EarlierRun });
        }
        if item.checksum.is_some() {
            return self.hashed(item);
        }
        if !item.is_repeatable() {
            return self.send_later(item);
        }
        self.hashing += 1;
        let run = Arc::clone(&self.run);
        self.spawn(async move {
            let hashed = digest(&item, run).await;
            Event::Hashed(item, hashed)
        });
    }

    /// Continues with an input whose checksum is known.
    pub(super) fn hashed(&mut self, item: Box<Item>) {
        // Visitors of a shared link may not check.
        if self.run.options.check && !self.run.client.is_visitor() {
            self.to_check.push(item)
        } else {
            self.send_later(item)
        }
    }

    fn is_supported(&self, item: &Item) -> bool {
        // The scanner has already filtered files.
        !matches!(item.source, Source::Body { .. }) || self.extensions.contains(&media::extension(&item.name))
    }

    /// The files hashed during the previous check form the next batch. It grows while there is enough to send.
    fn check(&mut self) {
        let enough = self.to_send.len() > AHEAD * self.run.options.concurrency && self.to_check.len() < check::BATCH;
        if self.checking || self.to_check.is_empty() || enough {
            return;
        }
        self.checking = true;
        let rest = self.to_check.split_off(self.to_check.len().min(check::BATCH));
        let batch = std::mem::replace(&mut self.to_check, rest);
        let run = Arc::clone(&self.run);
        self.spawn(async move {
            let verdicts = check(&run.client, &run.outages, &batch).await;
            Event::Checked(batch, verdicts)
        });
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
        self.to_send.push_back(item);
    }

    /// Whether another input of this run has the same bytes.
    pub(super) fn has_leader(&self, item: &Item) -> bool {
        item.checksum.is_some_and(|checksum| self.copies.contains_key(&checksum))
    }

    /// Makes an input the leader of those with the same bytes, which is the one that is sent, before this is recorded
    /// in the journal. If another one leads, the input waits for it, or ends as its duplicate.
    pub(super) fn lead(&mut self, mut item: Box<Item>) -> Option<Box<Item>> {
        let Some(checksum) = item.checksum.filter(|_| !item.state.leads) else { return Some(item) };
        match self.copies.get_mut(&checksum) {
            Some(Copies::Sending(waiting)) => waiting.push(item),
            Some(Copies::Done(input, Some(asset))) => {
                let (of, asset) = (DuplicateOf::SameRun(input.clone()), *asset);
                self.end_input(item, UploadResult::Duplicate { asset, of });
            }
            Some(Copies::Done(input, None)) => {
                let same_as = Some(input.clone());
                self.end_input(item, UploadResult::Skipped(SkipReason::DryRun { same_as }));
            }
            None if self.run.options.dry_run => {
                self.copies.insert(checksum, Copies::Done(item.input.clone(), None));
                return Some(item);
            }
            None => {
                self.copies.insert(checksum, Copies::Sending(Vec::new()));
                item.state.leads = true;
                return Some(item);
            }
        }
        None
    }

    fn send(&mut self) {
        while self.sending < self.run.options.concurrency
            && !self.room.is_checking
            && let Some(item) = self.to_send.pop_front()
        {
            self.send_one(item);
        }
    }

    fn send_one(&mut self, item: Box<Item>) {
        if self.run.options.dry_run {
            return self.end_input(item, UploadResult::Skipped(SkipReason::DryRun { same_as: None }));
        }
        if let Some(refusal) = self.room.refusal(item.length) {
            return self.end_input(item, UploadResult::Failed(refusal));
        }
        self.sending += 1;
        let run = Arc::clone(&self.run);
        self.spawn(async move {
            let video = if let LivePhoto::Image(video) = item.live_photo { Some(video) } else { None };
            let sent = send(&run, &item, video).await;
            Event::Sent(item, sent)
        });
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
        self.found.is_empty() && self.busy == 0
    }

    /// Whether everything is done.
    pub(super) fn is_over(&self) -> bool {
        #[cfg(feature = "fs")]
        if self.writing || !self.to_write.is_empty() {
            return false;
        }
        self.stage == Stage::Running && self.are_results_known() && self.active == 0 && self.follow_ups.is_idle()
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
        let mut waiting: Vec<_> = std::mem::take(&mut self.to_hash).into();
        waiting.append(&mut self.to_check);
        waiting.extend(std::mem::take(&mut self.to_send));
        for item in waiting {
            self.end_input(item, UploadResult::Skipped(SkipReason::Stopped));
        }
    }
}

/// Requests the extensions of the files that the server accepts.
async fn extensions(client: &Client) -> Result<HashSet<String>, Error> {
    let types = client.server().get_supported_media_types().await?;
    Ok(types.image.into_iter().chain(types.video).map(|extension| extension.to_lowercase()).collect())
}

#[cfg_attr(not(feature = "fs"), allow(unused_variables))]
async fn digest(item: &Item, run: Arc<Run>) -> io::Result<Hashed> {
    match &item.source {
        Source::Body { body, .. } => digest_body(body.handle()).await,
        #[cfg(feature = "fs")]
        Source::File { path, stamp, .. } => {
            let (checksum, metadata, bytes) = super::files::hash(path.clone(), *stamp, run).await?;
            Ok(Hashed { checksum, length: metadata.len(), metadata: Some(metadata), bytes })
        }
    }
}

async fn digest_body(mut body: Body) -> io::Result<Hashed> {
    let (mut checksum, mut length) = (Checksummer::default(), 0);
    #[cfg(feature = "fs")]
    if let Some(bytes) = body.as_bytes().cloned() {
        let length = bytes.len() as u64;
        let checksum = threads::unblock(move || Checksum::of(bytes)).await;
        return Ok(Hashed { checksum, length, metadata: None, bytes: None });
    }
    while let Some(chunk) = body.chunk().await.transpose()? {
        checksum.update(&chunk);
        length += chunk.len() as u64;
    }
    Ok(Hashed {
        checksum: checksum.finish(),
        length,
        #[cfg(feature = "fs")]
        metadata: None,
        #[cfg(feature = "fs")]
        bytes: None,
    })
}
