//! The way of an input through the steps, from top to bottom.

use std::io;
use std::sync::Arc;

use crate::error::Error;
use crate::transfer::upload::CHANGES;
use crate::transfer::upload::checking::Verdict;
use crate::transfer::upload::copies::Lead;
use crate::transfer::upload::engine::{Doubt, Event, Stage, Then, Upload};
use crate::transfer::upload::hashing::Hashed;
use crate::transfer::upload::item::{Found, Item, Source};
use crate::transfer::upload::local_files::{Removal, Removed, update_stamp};
use crate::transfer::upload::outcome::{LivePhoto, SkipReason, SourceResult, UploadOutcome, UploadResult};
use crate::transfer::upload::scanning::prepare;
use crate::transfer::upload::sending::{Sent, Start};
use crate::transfer::upload::tickets::{Parked, Ticket};

/// The maximum number of outcomes that wait to be returned.
const READY: usize = 256;

impl Upload {
    /// Starts all steps that can run.
    pub(super) fn begin(&mut self) {
        match &mut self.stage {
            Stage::New(items, paths) => {
                let (items, paths) = (std::mem::take(items), std::mem::take(paths));
                let run = Arc::clone(&self.run);
                self.tasks.push(Box::pin(async move {
                    let prepared = prepare(&run, items, paths).await;
                    Event::Prepared(prepared.map(Box::new))
                }));
                self.stage = Stage::Preparing;
            }
            Stage::Preparing | Stage::Failed(_) => {}
            Stage::Running => {
                if self.run.is_stopping() {
                    self.skip_unstarted();
                }
                self.tasks.extend(self.scanning.begin());
                self.hash();
                self.tasks.extend(self.checking.begin(&self.run, self.sending.has_enough(&self.run)));
                self.send();
                self.tasks.extend(self.files.changes.begin());
                while let Some(task) = self.files.removal.begin(&self.run, &self.files.journal) {
                    self.tasks.push(task);
                }
                let (task, written) = self.files.journal.begin();
                self.tasks.extend(task);
                self.written(written);
                let is_last = self.are_results_known();
                if is_last {
                    self.tasks.extend(self.files.journal.sync());
                }
                self.tasks.extend(self.follow_ups.begin(&self.run, is_last));
            }
        }
    }

    /// Handles the result of a task.
    pub(super) fn handle_event(&mut self, event: Event) {
        match event {
            Event::Prepared(Ok(prepared)) => {
                self.stage = Stage::Running;
                (self.scanning, self.files) = *prepared;
                if self.scanning.is_total_known() {
                    self.run.progress.total_is_known();
                }
            }
            // Nothing else starts.
            Event::Prepared(Err(error)) => self.stage = Stage::Failed(error),
            Event::Scanned(scanner, found) => self.scanning.done(&self.run, scanner, found),
            Event::Hashed(item, hashed) => self.hashing_done(item, hashed),
            Event::Checked(items, verdicts) => self.checked(items, verdicts),
            Event::Restored(items, restored) => self.restored(items, restored),
            Event::Sent(item, sent) => {
                self.sending.done();
                if let Some((item, sent)) = self.files.changes.push(item, sent) {
                    self.sent(item, sent);
                }
            }
            Event::ChangesChecked(files) => {
                self.files.changes.done();
                files.into_iter().for_each(|(item, sent)| self.sent(item, sent));
            }
            Event::TrashChecked(item, asset, is_trashed) => self.is_duplicate(item, asset, is_trashed),
            Event::Proven(item, asset, doubt, copy) => self.proven(item, asset, doubt, copy),
            Event::Repaired(item, asset, repaired) => self.repaired(item, asset, repaired),
            Event::RoomChecked(item, shortage, left, error) => self.room_checked(item, shortage, left, error),
            Event::CredentialChecked(item, error, is_accepted) => self.credential_checked(item, error, is_accepted),
            Event::Superseded => {}
            Event::FollowedUp(done) => {
                self.follow_ups.done(done);
                self.release();
            }
            Event::Removed(item, result, fate) => {
                self.files.removal.done();
                self.removed(item, result, fate);
            }
            Event::SidecarRemoved(item, result, fate, sidecar) => self.settle(item, result, fate, sidecar),
            Event::Written(written) => {
                let then = self.files.journal.done(written);
                self.written(then);
            }
        }
    }

    /// Starts the inputs that were found.
    fn hash(&mut self) {
        while self.hashing.has_room(&self.run) && self.ready.len() < READY {
            match self.hashing.pop_changed().map(Found::Input).or_else(|| self.scanning.pop()) {
                None => return,
                Some(Found::Input(item)) => self.hash_one(item),
                Some(other) => self.handle_found(other),
            }
        }
    }

    /// Handles a found entry that is not a file to upload.
    fn handle_found(&mut self, found: Found) {
        let (input, length, result) = match found {
            Found::Skipped(input, reason, length) => (input, length, UploadResult::Skipped(reason)),
            Found::Failed(input, error) => {
                (input, 0, UploadResult::Failed(Error::io(None, "reading its metadata", error)))
            }
            Found::Stack(number, missing) => return self.follow_ups.expect_stack(number, missing),
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

    fn hash_one(&mut self, mut item: Box<Item>) {
        self.hashing.start(&mut item);
        if item.length == Some(0) {
            return self.end_input(item, UploadResult::Skipped(SkipReason::Empty));
        }
        if !self.scanning.accepts(&item) {
            return self.end_input(item, UploadResult::Skipped(SkipReason::UnsupportedType));
        }
        if let Some(result) = self.files.journal.look_up(&self.run, &mut item) {
            return self.end_input(item, result);
        }
        if item.checksum.is_some() {
            return self.hashed(item);
        }
        if !item.is_repeatable() {
            return self.send_later(item);
        }
        self.tasks.push(self.hashing.begin(&self.run, item));
    }

    fn hashing_done(&mut self, mut item: Box<Item>, hashed: io::Result<Hashed>) {
        self.hashing.done();
        if self.run.is_stopping() {
            return self.end_input(item, UploadResult::Skipped(SkipReason::Stopped));
        }
        match hashed {
            Ok(hashed) => {
                item.checksum = Some(hashed.checksum);
                item.length = Some(hashed.length);
                if let Some(metadata) = &hashed.metadata {
                    update_stamp(&self.run, &mut item, metadata);
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

    /// Continues with an input whose checksum is known.
    fn hashed(&mut self, item: Box<Item>) {
        // Visitors of a shared link may not check.
        if self.run.options.check && !self.run.client.is_visitor() {
            self.checking.push(item);
        } else {
            self.send_later(item);
        }
    }

    /// Handles the verdicts of the server.
    fn checked(&mut self, items: Vec<Box<Item>>, verdicts: Vec<Result<Verdict, Error>>) {
        self.checking.done();
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

    /// Queues an input to be sent. The image of a live photo waits for its video.
    pub(super) fn send_later(&mut self, item: Box<Item>) {
        let Some(item) = self.follow_ups.wait_for_video(item) else { return };
        if self.run.is_stopping() {
            return self.end_input(item, UploadResult::Skipped(SkipReason::Stopped));
        }
        let Some(item) = self.lead(item) else { return };
        let Some(item) = self.files.journal.record_sending(&self.run, item) else { return };
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

    fn sent(&mut self, mut item: Box<Item>, sent: Sent) {
        match sent {
            Sent::Created(asset) => {
                self.sending.stored(&item);
                self.end_input(item, UploadResult::Uploaded { asset });
            }
            Sent::Duplicate { asset, is_doubtful: true } => self.prove(item, asset, Doubt::Sent),
            Sent::Duplicate { asset, .. } if self.is_doubtful(&item) => self.prove(item, asset, Doubt::Checked),
            Sent::Duplicate { asset, .. } => self.check_trash(item, asset),
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
                if is_doubtful {
                    self.files.journal.record_doubt(&self.run, &item);
                }
                self.failed(item, error);
            }
        }
    }

    pub(super) fn fail(&mut self, item: Box<Item>, error: Error) {
        self.end_input(item, UploadResult::Failed(error));
    }

    /// Handles the result of an input: releases the inputs that wait for it, hands its asset to the follow-up steps,
    /// and reports its outcome, unless its source is to be removed first.
    pub(super) fn end_input(&mut self, mut item: Box<Item>, result: UploadResult) {
        self.release_waiting(&mut item, Some(&result));
        self.hashing.ended(&mut item);
        let (ticket, image) = self.follow_ups.add(&self.run, &mut item, &result);
        self.release();
        if let Some(image) = image {
            self.send_later(image);
        }
        let role = item.role;
        let parked = if Removal::is_wanted(&self.run, &item, &result) {
            self.keep_until_done(item, result)
        } else {
            self.report_ended(item, result, ticket)
        };
        self.follow_ups.park(ticket, parked);
        self.release();
        self.tasks.extend(self.follow_ups.settle_live_photo(&self.run, role));
        self.release();
    }

    /// Releases the inputs with the same bytes that wait for this one. One of them is sent if this one was not.
    fn release_waiting(&mut self, item: &mut Item, result: Option<&UploadResult>) {
        let (waiting, result) = self.copies.release(item, result);
        for item in waiting {
            match result.clone() {
                Some(result) => self.end_input(item, result),
                None => self.send_later(item),
            }
        }
    }

    /// Lets an input wait until all steps are done that must precede the removal of its source.
    fn keep_until_done(&mut self, mut item: Box<Item>, result: UploadResult) -> Parked {
        if let Source::File(file) = &item.source
            && let Some(problem) = file.sidecar_problem().cloned()
        {
            // Without its photo, no later run would upload the sidecar.
            self.removed(item, result, SourceResult::KeptBecause(problem));
            return Parked::Nothing;
        }
        self.files.journal.record_unfinished(&self.run, &mut item, &result);
        Parked::Source(item, result)
    }

    /// Reports the outcome of an input whose source is kept, after its line is in the journal. Returns the line to
    /// write after the follow-up steps.
    fn report_ended(&mut self, item: Box<Item>, result: UploadResult, ticket: Ticket) -> Parked {
        let has_steps = self.follow_ups.has_steps(ticket);
        let (now, later) = self.files.journal.lines(&self.run, &item, &result, has_steps);
        let outcome = self.outcome(item, result, SourceResult::Kept, SourceResult::Kept);
        match now {
            Some(line) => self.files.journal.report_after(line, outcome),
            None => self.report(outcome),
        }
        later.map_or(Parked::Nothing, Parked::Line)
    }

    /// Runs the actions that waited for follow-up steps.
    fn release(&mut self) {
        while let Some((parked, failure)) = self.follow_ups.released() {
            match (parked, failure) {
                (Parked::Source(item, result), None) => self.files.removal.push(item, result),
                (Parked::Source(item, result), Some(why)) => {
                    let error = Error::io(None, "keeping the file", io::Error::other(why));
                    self.removed(item, result, SourceResult::KeptBecause(error));
                }
                (Parked::Line(line), None) => self.files.journal.push(line),
                // The next run repeats the failed step.
                (Parked::Line(_), Some(_)) | (Parked::Nothing, _) => {}
            }
        }
    }

    /// Runs the actions that waited for lines of the journal.
    fn written(&mut self, then: impl IntoIterator<Item = Then>) {
        for then in then {
            match then {
                Then::Send(item) => self.sending.push(item),
                Then::Report(outcome) => self.report(*outcome),
            }
        }
    }

    /// Handles a source that was kept or removed.
    fn removed(&mut self, item: Box<Item>, result: UploadResult, fate: SourceResult) {
        match self.files.removal.removed(&self.run, item, result, fate) {
            Removed::Settled(item, result, fate) => self.settle(item, result, fate, SourceResult::Kept),
            Removed::Task(task) => self.tasks.push(task),
        }
    }

    /// Reports the outcome of an input.
    fn settle(&mut self, item: Box<Item>, result: UploadResult, source: SourceResult, sidecar: SourceResult) {
        let outcome = self.outcome(item, result, source, sidecar);
        self.report(outcome);
    }

    fn outcome(
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
            self.supersede(superseded.clone());
        }
        UploadOutcome {
            sidecar: match &item.source {
                Source::File(file) => file.sidecar_outcome(sidecar),
                Source::Body { .. } => None,
            },
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

    fn report(&mut self, outcome: UploadOutcome) {
        self.summary.count(&outcome);
        self.ready.push_back(outcome);
    }

    /// Ends all inputs that were not started.
    fn skip_unstarted(&mut self) {
        self.scanning.stop();
        while let Some(found) = self.scanning.pop() {
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

    /// Whether the result of every input is known.
    fn are_results_known(&self) -> bool {
        self.scanning.is_over() && self.hashing.are_results_known()
    }

    /// Whether everything is done.
    pub(super) fn is_over(&self) -> bool {
        let is_idle = self.hashing.is_idle() && self.follow_ups.is_idle() && self.files.journal.is_idle();
        matches!(self.stage, Stage::Running) && self.are_results_known() && is_idle
    }
}
