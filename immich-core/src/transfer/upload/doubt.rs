//! Duplicates whose bytes the server may have lost: they are verified, and uploaded again if they are missing.

use std::sync::Arc;

use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::upload::engine::{Doubt, Event, Upload};
use crate::transfer::upload::item::Item;
#[cfg(feature = "fs")]
use crate::transfer::upload::journal::Progress;
use crate::transfer::upload::options::CopyProof;
use crate::transfer::upload::outcome::UploadResult;
use crate::transfer::upload::proof::{self, Copy};

/// The maximum number of repeated uploads of a file whose bytes the server lost.
const REPAIRS: usize = 3;

impl Upload {
    /// Whether an asset that the check found must be verified.
    pub(super) fn is_doubtful(&self, item: &Item) -> bool {
        #[cfg(feature = "fs")]
        match item.state.recorded {
            Some(Progress::Sending | Progress::Lost) => return true,
            Some(Progress::Unfinished | Progress::Done) if self.run.options.files.verify_journal => return true,
            _ => {}
        }
        #[cfg(feature = "fs")]
        if item.checksum.is_some_and(|checksum| self.knowledge.is_doubtful(checksum)) {
            return true;
        }
        self.run.options.verify_duplicates || !item.state.lost.is_empty()
    }

    pub(super) fn prove(&mut self, item: Box<Item>, asset: AssetId, doubt: Doubt) {
        let run = Arc::clone(&self.run);
        self.spawn(async move {
            let (checksum, length) = (item.checksum, item.length);
            let copy = run
                .outages
                .retry_outages(|| proof::prove(&run.client, asset, checksum, length, CopyProof::Length))
                .await;
            Event::Proven(item, asset, doubt, copy)
        });
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
            Doubt::Checked => self.sent_after(&item).and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()),
        };
        let Some(made_after) = made_after else { return self.lost(item, asset, &why) };
        let run = Arc::clone(&self.run);
        self.spawn(async move {
            let repaired =
                run.outages.retry_outages(|| proof::delete_record(&run.client, asset, made_after, &why)).await;
            Event::Repaired(item, asset, repaired)
        });
    }

    /// Returns when an earlier run was about to send these bytes, in seconds since 1970.
    #[cfg(feature = "fs")]
    fn sent_after(&self, item: &Item) -> Option<i64> {
        self.knowledge.sent_after(item.checksum?)
    }

    #[cfg(not(feature = "fs"))]
    #[allow(clippy::unused_self)]
    fn sent_after(&self, _: &Item) -> Option<i64> {
        None
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
        #[cfg(feature = "fs")]
        self.record_progress(&item, Some(asset), Progress::Lost);
        self.fail(item, proof::lost_error(asset, why));
    }
}
