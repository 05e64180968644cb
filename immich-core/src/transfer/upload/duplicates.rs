//! Duplicates: copies in the trash may be restored, and those whose bytes the server may have lost are verified, and
//! uploaded again if they are missing.

use std::future::IntoFuture as _;
use std::sync::Arc;

use crate::api::AssetBulkDeleteDto;
use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::upload::checking::restore;
use crate::transfer::upload::engine::{Doubt, Event, Upload};
use crate::transfer::upload::item::Item;
use crate::transfer::upload::options::{CopyProof, TrashPolicy};
use crate::transfer::upload::outcome::{DuplicateOf, SkipReason, UploadResult};
use crate::transfer::upload::proof::{self, Copy};

/// The maximum number of repeated uploads of a file whose bytes the server lost.
const REPAIRS: usize = 3;

impl Upload {
    pub(super) fn restores(&self) -> bool {
        self.run.options.trash == TrashPolicy::Restore && !self.run.options.dry_run
    }

    pub(super) fn restore(&mut self, items: Vec<(Box<Item>, AssetId)>) {
        if items.is_empty() {
            return;
        }
        let run = Arc::clone(&self.run);
        self.tasks.push(Box::pin(async move {
            let mut assets: Vec<_> = items.iter().map(|(_, asset)| *asset).collect();
            assets.sort_unstable();
            assets.dedup();
            let restored = run.outages.retry_outages(|| restore(&run.client, &assets)).await;
            Event::Restored(items, restored)
        }));
    }

    pub(super) fn restored(&mut self, items: Vec<(Box<Item>, AssetId)>, restored: Result<(), Error>) {
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

    /// Checks whether an asset is in the trash, because the response to an upload does not contain that.
    pub(super) fn check_trash(&mut self, item: Box<Item>, asset: AssetId) {
        let run = Arc::clone(&self.run);
        self.tasks.push(Box::pin(async move {
            let held = run.outages.retry_outages(|| run.client.assets().get_asset_info(asset).into_future()).await;
            Event::TrashChecked(item, asset, held.is_ok_and(|held| held.is_trashed))
        }));
    }

    /// Whether an asset that the check found must be verified.
    pub(super) fn is_doubtful(&self, item: &Item) -> bool {
        let is_requested = self.run.options.verify_duplicates || !item.state.lost.is_empty();
        is_requested || self.files.journal.is_doubtful(&self.run, item)
    }

    pub(super) fn prove(&mut self, item: Box<Item>, asset: AssetId, doubt: Doubt) {
        let run = Arc::clone(&self.run);
        self.tasks.push(Box::pin(async move {
            let (checksum, length) = (item.checksum, item.length);
            let copy = run
                .outages
                .retry_outages(|| proof::prove(&run.client, asset, checksum, length, CopyProof::Length))
                .await;
            Event::Proven(item, asset, doubt, copy)
        }));
    }

    pub(super) fn proven(&mut self, item: Box<Item>, asset: AssetId, doubt: Doubt, copy: Result<Copy, Error>) {
        match (copy, doubt) {
            // The first attempt succeeded, but its response was lost.
            (Ok(Copy::There), Doubt::Sent) if item.state.is_new => {
                self.sending.stored(&item);
                self.end_input(item, UploadResult::Uploaded { asset });
            }
            (Ok(Copy::There), Doubt::Sent) => self.check_trash(item, asset),
            (Ok(Copy::There), Doubt::Checked) => self.is_duplicate(item, asset, false),
            (Ok(Copy::Lost(why)), doubt) => self.repair(item, asset, doubt, why),
            (Err(error), _) => self.failed(item, error),
        }
    }

    /// Deletes the record of bytes that the server lost, if an interrupted upload created it. Any other record may
    /// have albums, people and dates that the user would lose with it.
    fn repair(&mut self, item: Box<Item>, asset: AssetId, doubt: Doubt, why: String) {
        let made_after = match doubt {
            _ if !item.is_repeatable() || item.state.lost.len() >= REPAIRS => None,
            Doubt::Sent => Some(self.run.started),
            Doubt::Checked if !item.state.lost.is_empty() => Some(self.run.started),
            Doubt::Checked => {
                self.files.journal.sent_after(&item).and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
            }
        };
        let Some(made_after) = made_after else { return self.lost(item, asset, &why) };
        let run = Arc::clone(&self.run);
        self.tasks.push(Box::pin(async move {
            let repaired =
                run.outages.retry_outages(|| proof::delete_record(&run.client, asset, made_after, &why)).await;
            Event::Repaired(item, asset, repaired)
        }));
    }

    pub(super) fn repaired(&mut self, mut item: Box<Item>, asset: AssetId, repaired: Result<(), Error>) {
        match repaired {
            Ok(()) => {
                item.state.lost.push(asset);
                item.state.is_new = true;
                self.send_later(item);
            }
            Err(error) => self.fail(item, error),
        }
    }

    /// Fails an input whose bytes the server lost. The local file may be the only copy.
    fn lost(&mut self, item: Box<Item>, asset: AssetId, why: &str) {
        self.files.journal.record_loss(&self.run, &item, asset);
        self.fail(item, proof::lost_error(asset, why));
    }

    /// Moves the asset of an earlier state of a file to the trash.
    pub(super) fn supersede(&mut self, superseded: Vec<AssetId>) {
        let run = Arc::clone(&self.run);
        self.tasks.push(Box::pin(async move {
            // If it may not be deleted, it stays, and the outcome lists it.
            drop(run.client.assets().delete_assets(AssetBulkDeleteDto::new(superseded)).await);
            Event::Superseded
        }));
    }
}
