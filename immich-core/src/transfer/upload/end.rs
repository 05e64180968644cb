//! Handles the result of an input: releases the inputs that wait for it, hands its asset to the follow-up steps, and
//! reports its outcome.

use crate::error::Error;
use crate::transfer::upload::engine::Upload;
use crate::transfer::upload::item::Item;
#[cfg(feature = "fs")]
use crate::transfer::upload::item::Source;
#[cfg(feature = "fs")]
use crate::transfer::upload::outcome::SidecarFile;
use crate::transfer::upload::outcome::{SourceResult, UploadOutcome, UploadResult};
use crate::transfer::upload::tickets::Parked;

impl Upload {
    /// Handles the result of an input.
    pub(super) fn end_input(&mut self, mut item: Box<Item>, result: UploadResult) {
        self.release_waiting(&mut item, Some(&result));
        self.hashing.ended(&mut item);
        let (ticket, image) = self.follow_ups.add(&self.run, &mut item, &result);
        self.release();
        if let Some(image) = image {
            self.send_later(image);
        }
        let role = item.role;
        #[cfg(feature = "fs")]
        if self.removes_source(&item, &result) {
            self.park_source(item, result, ticket);
        } else {
            self.report_and_park(item, result, ticket);
        }
        #[cfg(not(feature = "fs"))]
        {
            self.settle(item, result, SourceResult::Kept, SourceResult::Kept);
            self.follow_ups.park(ticket, Parked::Nothing);
        }
        self.release();
        self.tasks.extend(self.follow_ups.settle_live_photo(&self.run, role));
        self.release();
    }

    /// Releases the inputs with the same bytes that wait for this one. One of them is sent if this one was not.
    pub(super) fn release_waiting(&mut self, item: &mut Item, result: Option<&UploadResult>) {
        let (waiting, result) = self.copies.release(item, result);
        for item in waiting {
            match result.clone() {
                Some(result) => self.end_input(item, result),
                None => self.send_later(item),
            }
        }
    }

    /// Reports the outcome of an input.
    pub(super) fn settle(
        &mut self,
        item: Box<Item>,
        result: UploadResult,
        source: SourceResult,
        sidecar: SourceResult,
    ) {
        let outcome = self.outcome(item, result, source, sidecar);
        self.report(outcome);
    }

    pub(super) fn outcome(
        &mut self,
        item: Box<Item>,
        result: UploadResult,
        source: SourceResult,
        sidecar: SourceResult,
    ) -> UploadOutcome {
        self.hashing.reported(&item);
        item.meter.settle();
        let mut superseded = item.state.superseded.clone();
        superseded.retain(|made| Some(*made) != result.asset());
        if !superseded.is_empty() {
            self.supersede(&superseded);
        }
        #[cfg(not(feature = "fs"))]
        drop(sidecar);
        UploadOutcome {
            #[cfg(feature = "fs")]
            sidecar: match &item.source {
                Source::File { sidecar: Some(found), .. } => Some(SidecarFile {
                    path: found.path.to_path_buf(),
                    shared: found.users > 1 || found.others,
                    fate: sidecar,
                    error: found.problem().cloned(),
                }),
                _ => None,
            },
            #[cfg(not(feature = "fs"))]
            sidecar: None,
            input: item.input,
            length: item.length,
            checksum: item.checksum,
            result,
            live_photo: item.live_photo,
            source,
            superseded,
            lost: item.state.lost,
        }
    }

    pub(super) fn report(&mut self, outcome: UploadOutcome) {
        self.summary.count(&outcome);
        self.ready.push_back(outcome);
    }

    /// Runs the actions that waited for follow-up steps.
    pub(super) fn release(&mut self) {
        while let Some(released) = self.follow_ups.released() {
            match released {
                (Parked::Nothing, _) => {}
                (Parked::Source(item, result), None) => self.to_remove.push_back((item, result)),
                (Parked::Source(item, result), Some(why)) => {
                    let error = Error::io(None, "keeping the file", std::io::Error::other(why));
                    let kept = SourceResult::KeptBecause(error);
                    #[cfg(feature = "fs")]
                    self.removed(item, result, kept);
                    #[cfg(not(feature = "fs"))]
                    self.settle(item, result, kept, SourceResult::Kept);
                }
                #[cfg(feature = "fs")]
                (Parked::Line(line), None) => self.queue_line(line),
                // The next run repeats the failed step.
                #[cfg(feature = "fs")]
                (Parked::Line(_), Some(_)) => {}
            }
        }
    }
}
