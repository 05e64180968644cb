//! Handles the results of the steps.

use std::future::IntoFuture as _;
use std::io;
use std::sync::Arc;

use crate::api::AssetBulkDeleteDto;
use crate::error::{Error, ErrorKind};
use crate::ids::AssetId;
#[cfg(feature = "fs")]
use crate::transfer::upload::CHANGES;
use crate::transfer::upload::checking::{Verdict, restore};
#[cfg(feature = "fs")]
use crate::transfer::upload::engine::Scan;
use crate::transfer::upload::engine::{Doubt, Event, Prepared, Stage, Upload};
use crate::transfer::upload::hashing::Hashed;
use crate::transfer::upload::item::Item;
#[cfg(feature = "fs")]
use crate::transfer::upload::item::Source;
#[cfg(feature = "fs")]
use crate::transfer::upload::journal::Progress;
use crate::transfer::upload::options::TrashPolicy;
use crate::transfer::upload::outcome::{DuplicateOf, SkipReason, UploadResult};
use crate::transfer::upload::room::Shortage;
use crate::transfer::upload::sending::Sent;

impl Upload {
    pub(super) fn handle_event(&mut self, event: Event) {
        match event {
            Event::Prepared(Ok(prepared)) => self.prepared(*prepared),
            // The stage stays, so nothing else starts.
            Event::Prepared(Err(error)) => self.fatal = Some(error),
            #[cfg(feature = "fs")]
            Event::Scanned(scanner, found) => self.scanned(scanner, found),
            Event::Hashed(item, hashed) => {
                self.hashing.done();
                self.hashing_done(item, hashed);
            }
            Event::Checked(items, verdicts) => {
                self.checking.done();
                self.checked(items, verdicts);
            }
            Event::Restored(items, restored) => self.restored(items, restored),
            Event::Sent(item, sent) => {
                self.sending.done();
                #[cfg(feature = "fs")]
                if sent.is_of_bytes() && matches!(item.source, Source::File { .. }) {
                    return self.to_check_changes.push((item, sent));
                }
                self.sent(item, sent);
            }
            #[cfg(feature = "fs")]
            Event::ChangesChecked(looked, changed) => {
                self.checking_changes = false;
                for ((item, sent), is_changed) in looked.into_iter().zip(changed) {
                    self.sent(item, if is_changed { sent.changed() } else { sent });
                }
            }
            Event::TrashChecked(item, asset, is_trashed) => self.is_duplicate(item, asset, is_trashed),
            Event::Superseded => {}
            #[cfg(feature = "fs")]
            Event::Removed(item, result, fate) => {
                self.removing -= 1;
                self.removed(item, result, fate);
            }
            #[cfg(feature = "fs")]
            Event::SidecarRemoved(item, result, fate, sidecar) => self.settle(item, result, fate, sidecar),
            #[cfg(feature = "fs")]
            Event::Written(journal, then, written) => self.written(journal, then, written),
            Event::Proven(item, asset, doubt, copy) => self.proven(item, asset, doubt, copy),
            Event::Repaired(item, asset, repaired) => self.repaired(item, asset, repaired),
            Event::RoomChecked(item, shortage, left, error) => self.room_checked(item, shortage, left, error),
            Event::CredentialChecked(item, error, is_accepted) => {
                if !is_accepted {
                    self.stop_because_of(&error);
                }
                self.end_input(item, UploadResult::Failed(error));
            }
            Event::FollowedUp(done) => {
                self.follow_ups.done(done);
                self.release();
            }
        }
    }

    fn prepared(&mut self, prepared: Prepared) {
        self.stage = Stage::Running;
        self.extensions = prepared.extensions;
        self.found = prepared.found;
        #[cfg(feature = "fs")]
        {
            if let Some(scanner) = prepared.scanner {
                self.scanner = Scan::Idle(scanner);
            } else {
                self.run.progress.total_is_known();
            }
            if let Some((journal, knowledge)) = prepared.journal {
                self.journal = Some(journal);
                self.knowledge = knowledge;
                self.account = prepared.account;
            }
        }
        #[cfg(not(feature = "fs"))]
        self.run.progress.total_is_known();
    }

    fn hashing_done(&mut self, mut item: Box<Item>, hashed: io::Result<Hashed>) {
        if self.run.is_stopping() {
            return self.end_input(item, UploadResult::Skipped(SkipReason::Stopped));
        }
        match hashed {
            Ok(hashed) => {
                item.checksum = Some(hashed.checksum);
                item.length = Some(hashed.length);
                #[cfg(feature = "fs")]
                if let Some(metadata) = &hashed.metadata {
                    self.update_stamp(&mut item, metadata);
                }
                self.hashing.keep(&mut item, hashed.bytes);
                if hashed.length == 0 {
                    return self.end_input(item, UploadResult::Skipped(SkipReason::Empty));
                }
                self.hashed(item);
            }
            Err(error) => self.fail(item, Error::io(None, "reading the file", error)),
        }
    }

    fn checked(&mut self, items: Vec<Box<Item>>, verdicts: Vec<Result<Verdict, Error>>) {
        let mut trashed = Vec::new();
        for (mut item, verdict) in items.into_iter().zip(verdicts) {
            match verdict {
                Ok(Verdict::New) => {
                    item.state.is_new = true;
                    self.send_later(item);
                }
                Ok(Verdict::Unsupported) => self.end_input(item, UploadResult::Skipped(SkipReason::UnsupportedType)),
                Ok(Verdict::Has(asset)) if self.is_doubtful(&item) || self.copies.has_leader(&item) => {
                    // One of several files with the same bytes is checked, so that the others are not reported as
                    // duplicates of a record that is deleted.
                    if let Some(item) = self.lead(item) {
                        self.prove(item, asset, Doubt::Checked);
                    }
                }
                Ok(Verdict::Has(asset)) => self.is_duplicate(item, asset, false),
                Ok(Verdict::HasInTrash(asset)) if self.restores() => trashed.push((item, asset)),
                Ok(Verdict::HasInTrash(asset)) => self.is_duplicate(item, asset, true),
                Err(error) => self.failed(item, error),
            }
        }
        self.restore(trashed);
    }

    fn restores(&self) -> bool {
        self.run.options.trash == TrashPolicy::Restore && !self.run.options.dry_run
    }

    fn restore(&mut self, items: Vec<(Box<Item>, AssetId)>) {
        if items.is_empty() {
            return;
        }
        let run = Arc::clone(&self.run);
        self.spawn(async move {
            let mut assets: Vec<_> = items.iter().map(|(_, asset)| *asset).collect();
            assets.sort_unstable();
            assets.dedup();
            let restored = run.outages.retry_outages(|| restore(&run.client, &assets)).await;
            Event::Restored(items, restored)
        });
    }

    fn restored(&mut self, items: Vec<(Box<Item>, AssetId)>, restored: Result<(), Error>) {
        let restored = restored;
        for (item, asset) in items {
            let result = match &restored {
                Ok(()) => UploadResult::Duplicate { asset, of: DuplicateOf::Restored },
                Err(error) => UploadResult::Failed(error.clone()),
            };
            self.end_input(item, result);
        }
    }

    /// Handles an input whose bytes the server has already.
    pub(super) fn is_duplicate(&mut self, item: Box<Item>, asset: AssetId, is_trashed: bool) {
        // If another input with these bytes is being sent, the asset was most likely created by this run.
        let Some(item) = self.copies.wait(item) else { return };
        if is_trashed && self.restores() {
            return self.restore(vec![(item, asset)]);
        }
        if is_trashed && self.run.options.trash == TrashPolicy::Skip {
            return self.end_input(item, UploadResult::Skipped(SkipReason::InTrash { asset }));
        }
        // An asset that this run created counts as uploaded, even if the file seemed to change afterwards but did
        // not.
        if item.state.superseded.contains(&asset) {
            return self.end_input(item, UploadResult::Uploaded { asset });
        }
        let of = match self.copies.sent_as(&item, asset) {
            Some(input) => DuplicateOf::SameRun(input.clone()),
            None if is_trashed => DuplicateOf::Trashed,
            None => DuplicateOf::Server,
        };
        self.end_input(item, UploadResult::Duplicate { asset, of });
    }

    #[cfg_attr(not(feature = "fs"), allow(unused_mut))]
    fn sent(&mut self, mut item: Box<Item>, sent: Sent) {
        match sent {
            Sent::Created(asset) => {
                self.sending.stored(&item);
                self.end_input(item, UploadResult::Uploaded { asset });
            }
            Sent::Duplicate { asset, is_doubtful: true } => self.prove(item, asset, Doubt::Sent),
            Sent::Duplicate { asset, .. } if self.is_doubtful(&item) => self.prove(item, asset, Doubt::Checked),
            Sent::Duplicate { asset, .. } => self.check_trash(item, asset),
            #[cfg(feature = "fs")]
            Sent::Changed(made) => {
                item.state.superseded.extend(made);
                item.state.changes += 1;
                self.release_waiting(&mut item, None);
                self.hashing.keep(&mut item, None);
                if item.state.changes < CHANGES {
                    item.checksum = None;
                    item.meter.restart();
                    self.hashing.push_changed(item);
                } else {
                    self.fail(item, Error::io(None, "sending the file", io::Error::other("it kept changing")));
                }
            }
            Sent::Failed { error, is_doubtful } => {
                #[cfg(feature = "fs")]
                if is_doubtful {
                    self.record_progress(&item, None, Progress::Sending);
                }
                #[cfg(not(feature = "fs"))]
                let _ = is_doubtful;
                self.failed(item, error);
            }
        }
    }

    /// Checks whether an asset is in the trash, because the response to an upload does not contain that.
    pub(super) fn check_trash(&mut self, item: Box<Item>, asset: AssetId) {
        let run = Arc::clone(&self.run);
        self.spawn(async move {
            let held = run.outages.retry_outages(|| run.client.assets().get_asset_info(asset).into_future()).await;
            Event::TrashChecked(item, asset, held.is_ok_and(|held| held.is_trashed))
        });
    }

    /// Handles a failed input, and stops the run if the other inputs would fail too.
    pub(super) fn failed(&mut self, item: Box<Item>, error: Error) {
        if self.run.is_stopping() {
            return self.end_input(item, UploadResult::Failed(error));
        }
        if self.run.outages.gave_up() {
            self.stop_because_of(&error);
        } else if error.kind() == ErrorKind::Auth {
            // A firewall in front of the server may refuse a single file.
            if error.is_from_elsewhere() {
                return self.check_credential(item, error);
            }
            self.stop_because_of(&error);
        } else if let Some(shortage) = Shortage::of(&error) {
            self.tasks.push(self.sending.check_room(&self.run, item, shortage, error));
            return;
        }
        self.end_input(item, UploadResult::Failed(error));
    }

    /// Stops the run because of this error.
    fn stop_because_of(&mut self, error: &Error) {
        self.stop();
        self.summary.stopped_by.get_or_insert_with(|| error.clone());
    }

    /// Finds out whether an error that does not come from Immich concerns one file or all.
    fn check_credential(&mut self, item: Box<Item>, error: Error) {
        let run = Arc::clone(&self.run);
        self.spawn(async move {
            // A server that is away says nothing about the credential.
            let types =
                run.outages.retry_outages(|| run.client.server().get_supported_media_types().into_future()).await;
            let is_accepted = types.is_ok_and(|types| !types.image.is_empty());
            Event::CredentialChecked(item, error, is_accepted)
        });
    }

    fn room_checked(&mut self, item: Box<Item>, shortage: Shortage, left: Option<u64>, error: Error) {
        if self.sending.room_checked(&item, shortage, left, &error) {
            self.stop_because_of(&error);
        }
        self.end_input(item, UploadResult::Failed(error));
    }

    pub(super) fn fail(&mut self, item: Box<Item>, error: Error) {
        self.end_input(item, UploadResult::Failed(error));
    }

    /// Moves the asset of an earlier state of a file to the trash.
    pub(super) fn supersede(&mut self, superseded: &[AssetId]) {
        let run = Arc::clone(&self.run);
        let assets = superseded.to_vec();
        self.spawn(async move {
            // If it may not be deleted, it stays, and the outcome lists it.
            drop(run.client.assets().delete_assets(AssetBulkDeleteDto::new(assets)).await);
            Event::Superseded
        });
    }
}
