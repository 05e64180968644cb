//! Handles the result of an input: releases the inputs that wait for it, hands its asset to the follow-up steps, and
//! reports its outcome.

use crate::error::Error;
use crate::transfer::upload::engine::{Copies, Upload};
use crate::transfer::upload::item::Item;
#[cfg(feature = "fs")]
use crate::transfer::upload::item::Source;
#[cfg(feature = "fs")]
use crate::transfer::upload::outcome::SidecarFile;
use crate::transfer::upload::outcome::{DuplicateOf, SourceResult, UploadOutcome, UploadResult};
use crate::transfer::upload::tickets::Parked;

impl Upload {
    /// Handles the result of an input.
    pub(super) fn end_input(&mut self, mut item: Box<Item>, result: UploadResult) {
        self.release_waiting(&mut item, Some(&result));
        #[cfg(feature = "fs")]
        self.set_kept_bytes(&mut item, None);
        if item.state.active {
            self.busy -= 1;
        }
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
        if !std::mem::take(&mut item.state.leads) {
            return;
        }
        let Some(checksum) = item.checksum else { return };
        let waiting = match self.copies.remove(&checksum) {
            Some(Copies::Sending(waiting)) => waiting,
            _ => Vec::new(),
        };
        match result {
            Some(UploadResult::Uploaded { asset }) => {
                self.copies.insert(checksum, Copies::Done(item.input.clone(), Some(*asset)));
            }
            // The server has these bytes, so the waiting inputs are duplicates too.
            Some(UploadResult::Duplicate { asset, of }) if *of != DuplicateOf::Trashed => {
                let result = UploadResult::Duplicate { asset: *asset, of: DuplicateOf::Server };
                waiting.into_iter().for_each(|item| self.end_input(item, result.clone()));
                return;
            }
            _ => {}
        }
        // If none of the inputs was uploaded, the first one is sent, and the others wait again.
        waiting.into_iter().for_each(|item| self.send_later(item));
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
        if item.state.active {
            self.active -= 1;
        }
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
