//! Handles the result of an input: releases the inputs that wait for it, hands its asset to the follow-up steps, and
//! reports its outcome.

use std::sync::Arc;

use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::upload::album::join;
use crate::transfer::upload::engine::{Copies, Event, Pair, Stack, ToStack, Upload};
use crate::transfer::upload::follow_up::{Parked, StepOutcome, Ticket};
#[cfg(feature = "fs")]
use crate::transfer::upload::item::Source;
use crate::transfer::upload::item::{Item, Role};
use crate::transfer::upload::names::composed;
use crate::transfer::upload::options::AlbumTarget;
#[cfg(feature = "fs")]
use crate::transfer::upload::outcome::SidecarFile;
use crate::transfer::upload::outcome::{DuplicateOf, LivePhoto, SourceResult, UploadOutcome, UploadResult};
use crate::transfer::upload::tags::Tagged;

impl Upload {
    /// Handles the result of an input.
    pub(super) fn end_input(&mut self, mut item: Box<Item>, result: UploadResult) {
        self.release_waiting(&mut item, Some(&result));
        #[cfg(feature = "fs")]
        self.set_kept_bytes(&mut item, None);
        if item.state.active {
            self.busy -= 1;
        }
        let ticket = self.follow_ups.begin();
        self.add_follow_ups(&item, &result, ticket);
        match item.role {
            Role::Alone => {}
            Role::Video(number) => {
                item.live_photo = LivePhoto::Video;
                let pair = self.pairs.entry(number).or_default();
                pair.video = Some(result.live_asset());
                pair.is_video_new = is_new(&item, &result);
                if let Some(image) = pair.image.take() {
                    self.send_later(image);
                }
            }
            Role::Image(number) => {
                let pair = self.pairs.entry(number).or_default();
                pair.image_ended = Some(result.live_asset().is_some());
                if let UploadResult::Duplicate { .. } = result {
                    pair.old_image = result.live_asset();
                }
            }
        }
        let pair = item.role.pair();
        #[cfg(feature = "fs")]
        if self.removes_source(&item, &result) {
            self.park_source(item, result, ticket);
        } else {
            self.report_and_park(item, result, ticket);
        }
        #[cfg(not(feature = "fs"))]
        {
            self.settle(item, result, SourceResult::Kept, SourceResult::Kept);
            self.park(ticket, Parked::Nothing);
        }
        if let Some(number) = pair {
            self.settle_pair(number);
        }
    }

    /// Hands an asset to the follow-up steps.
    fn add_follow_ups(&mut self, item: &Item, result: &UploadResult, ticket: Ticket) {
        let asset = result.live_asset().filter(|_| !self.run.options.dry_run);
        self.add_to_stack(item, result, asset.map(|asset| (asset, ticket)));
        let Some(asset) = asset else { return };
        if let Some(number) = item.role.pair() {
            self.follow_ups.add_step(ticket);
            let pair = self.pairs.entry(number).or_default();
            let tickets = if let Role::Video(_) = item.role { &mut pair.videos } else { &mut pair.images };
            tickets.push(ticket);
        }
        if let Role::Video(_) = item.role {
            return;
        }
        let target = match self.run.options.album.clone() {
            Some(AlbumTarget::Folder) => item.folder.as_deref().map(|folder| AlbumTarget::Name(composed(folder))),
            target => target,
        };
        if let Some(target) = target {
            self.follow_ups.add_step(ticket);
            self.albums.push(target, asset, ticket);
        }
        if let Some(tags) = &mut self.tags {
            self.follow_ups.add_step(ticket);
            let is_of_run = matches!(result, UploadResult::Duplicate { of: DuplicateOf::SameRun(_), .. });
            tags.pending.push(Tagged { asset, ticket, is_fresh: is_of_run || is_new(item, result) });
        }
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

    /// Handles the outcomes of a follow-up step.
    pub(super) fn followed_up(&mut self, outcomes: impl IntoIterator<Item = StepOutcome>) {
        for outcome in outcomes {
            let done = self.follow_ups.done(outcome);
            self.release(done);
        }
    }

    /// Sets the action that waits for the follow-up steps of an input.
    pub(super) fn park(&mut self, ticket: Ticket, parked: Parked) {
        let done = self.follow_ups.park(ticket, parked);
        self.release(done);
    }

    fn release(&mut self, done: Option<(Parked, Option<String>)>) {
        match done {
            None | Some((Parked::Nothing, _)) => {}
            Some((Parked::Source(item, result), None)) => self.to_remove.push_back((item, result)),
            Some((Parked::Source(item, result), Some(why))) => {
                let error = Error::io(None, "keeping the file", std::io::Error::other(why));
                let kept = SourceResult::KeptBecause(error);
                #[cfg(feature = "fs")]
                self.removed(item, result, kept);
                #[cfg(not(feature = "fs"))]
                self.settle(item, result, kept, SourceResult::Kept);
            }
            #[cfg(feature = "fs")]
            Some((Parked::Line(line), None)) => self.queue_line(line),
            // The next run repeats the failed step.
            #[cfg(feature = "fs")]
            Some((Parked::Line(_), Some(_))) => {}
        }
    }

    /// Completes a live photo when both halves have a result.
    fn settle_pair(&mut self, number: u64) {
        if !self.pairs.get(&number).is_some_and(Pair::is_over) {
            return;
        }
        let Some(pair) = self.pairs.remove(&number) else { return };
        // The image was on the server before its video, for example because the video failed in an earlier run.
        if let (Some(image), Some(Some(video)), true) = (pair.old_image, pair.video, pair.is_video_new) {
            let run = Arc::clone(&self.run);
            let tickets = [pair.images, pair.videos].concat();
            self.spawn(async move {
                let joined = run.outages.retry_outages(|| join(&run.client, image, video)).await;
                Event::Joined(image, video, tickets, joined)
            });
            return;
        }
        let missing =
            |is_there: bool, half: &str| (!is_there).then(|| format!("the {half} of the live photo was not uploaded"));
        let (image, video) = (pair.image_ended == Some(true), pair.video.flatten().is_some());
        self.followed_up(pair.images.into_iter().map(|ticket| (ticket, missing(video, "video"))));
        self.followed_up(pair.videos.into_iter().map(|ticket| (ticket, missing(image, "image"))));
    }

    fn add_to_stack(&mut self, item: &Item, result: &UploadResult, asset: Option<(AssetId, Ticket)>) {
        let Some((number, place)) = item.stack.map(|stack| (stack >> 32, stack & u64::from(u32::MAX))) else { return };
        let Some(stack) = self.stacks.get_mut(&number) else { return };
        stack.missing -= 1;
        stack.is_new |= is_new(item, result);
        stack.are_old |= item.state.resumed || !is_new(item, result);
        if let Some((asset, ticket)) = asset {
            self.follow_ups.add_step(ticket);
            stack.assets.push((place, asset));
            stack.tickets.push(ticket);
        } else {
            stack.is_incomplete = true;
        }
        if stack.missing > 0 {
            return;
        }
        let Some(Stack { mut assets, is_new, are_old, is_incomplete, tickets, .. }) = self.stacks.remove(&number)
        else {
            return;
        };
        assets.sort_unstable();
        let mut once: Vec<AssetId> = Vec::new();
        for (_, asset) in assets {
            // Files with the same bytes are one asset, and the server rejects repeated ids.
            if !once.contains(&asset) {
                once.push(asset);
            }
        }
        let failure = is_incomplete.then(|| "another photo of its stack was not uploaded".to_owned());
        if once.len() > 1 && is_new {
            self.to_stack.push_back(ToStack { assets: once, tickets, are_old, failure });
        } else {
            self.followed_up(tickets.into_iter().map(|ticket| (ticket, failure.clone())));
        }
    }
}

/// Whether the asset was uploaded by this run, or by an earlier one that was interrupted.
pub(super) fn is_new(item: &Item, result: &UploadResult) -> bool {
    match result {
        UploadResult::Uploaded { .. } => true,
        UploadResult::Duplicate { of, .. } => item.state.resumed && *of != DuplicateOf::Trashed,
        _ => false,
    }
}

impl Pair {
    fn is_over(&self) -> bool {
        self.video.is_some() && self.image_ended.is_some()
    }
}
