//! The steps after the upload of an asset: live photos, stacks, albums and tags.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::transfer::upload::albums::{AlbumWork, Albums};
use crate::transfer::upload::engine::Task;
use crate::transfer::upload::item::{Item, Role, is_new};
use crate::transfer::upload::live_photos::{Joined, LivePhotos};
use crate::transfer::upload::names::composed;
use crate::transfer::upload::options::{AlbumTarget, Options};
use crate::transfer::upload::outcome::{DuplicateOf, UploadResult, UploadSummary};
use crate::transfer::upload::run::Run;
use crate::transfer::upload::stacks::{Stacked, Stacks};
use crate::transfer::upload::tagging::Tagging;
use crate::transfer::upload::tags::{Tagged, Tags};
use crate::transfer::upload::tickets::{Parked, Released, StepOutcome, Ticket, Tickets};

/// The follow-up steps of a run.
pub(super) struct FollowUps {
    tickets: Tickets,
    live_photos: LivePhotos,
    stacks: Stacks,
    albums: Albums,
    tagging: Tagging,
    released: VecDeque<Released>,
}

/// The result of a task of a follow-up step.
pub(super) enum FollowedUp {
    LivePhoto(Joined),
    Stack(Stacked),
    Album(Box<AlbumWork>),
    Tags(Tags, Vec<StepOutcome>),
}

impl FollowUps {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            tickets: Tickets::default(),
            live_photos: LivePhotos::default(),
            stacks: Stacks::default(),
            albums: Albums::default(),
            tagging: Tagging::new(&options.tags),
            released: VecDeque::new(),
        }
    }

    /// Announces a stack and the number of its members.
    pub(super) fn expect_stack(&mut self, number: u64, members: usize) {
        self.stacks.expect(number, members);
    }

    /// Returns the input, unless it is the image of a live photo whose video is not done.
    pub(super) fn wait_for_video(&mut self, item: Box<Item>) -> Option<Box<Item>> {
        self.live_photos.wait_for_video(item)
    }

    /// Hands an input that ended to the steps. Returns its ticket, and the image that waited for it.
    pub(super) fn add(&mut self, run: &Run, item: &mut Item, result: &UploadResult) -> (Ticket, Option<Box<Item>>) {
        let ticket = self.tickets.begin();
        let asset = result.live_asset().filter(|_| !run.options.dry_run);
        let done = self.stacks.add(item, result, asset.map(|asset| (asset, ticket)), &mut self.tickets);
        self.steps_done(done);
        if let Some(asset) = asset {
            if item.role != Role::Alone {
                self.tickets.add_step(ticket);
                self.live_photos.add(item.role, ticket);
            }
            if !matches!(item.role, Role::Video(_)) {
                let target = match run.options.album.clone() {
                    Some(AlbumTarget::Folder) => {
                        item.folder.as_deref().map(|folder| AlbumTarget::Name(composed(folder)))
                    }
                    target => target,
                };
                if let Some(target) = target {
                    self.tickets.add_step(ticket);
                    self.albums.push(target, asset, ticket);
                }
                if self.tagging.is_wanted() {
                    self.tickets.add_step(ticket);
                    let is_of_run = matches!(result, UploadResult::Duplicate { of: DuplicateOf::SameRun(_), .. });
                    self.tagging.push(Tagged { asset, ticket, is_fresh: is_of_run || is_new(item, result) });
                }
            }
        }
        (ticket, self.live_photos.ended(item, result))
    }

    /// Whether any step of an input is not done.
    pub(super) fn has_steps(&self, ticket: Ticket) -> bool {
        self.tickets.has_steps(ticket)
    }

    /// Sets the action that waits for the steps of an input.
    pub(super) fn park(&mut self, ticket: Ticket, parked: Parked) {
        self.released.extend(self.tickets.park(ticket, parked));
    }

    /// Completes a live photo when both halves have a result.
    pub(super) fn settle_live_photo(&mut self, run: &Arc<Run>, role: Role) -> Option<Task> {
        let (task, done) = self.live_photos.settle(run, role.pair()?);
        self.steps_done(done);
        task
    }

    /// Starts albums, tags and stacks: in batches while files are sent, and the rest at the end. Nothing is delayed
    /// while sources wait for these steps.
    pub(super) fn begin(&mut self, run: &Arc<Run>, is_last: bool) -> impl Iterator<Item = Task> {
        let at_once = is_last || self.tickets.has_sources();
        let (album, tags) = (self.albums.begin(run, at_once), self.tagging.begin(run, at_once));
        album.into_iter().chain(tags).chain(self.stacks.begin(run))
    }

    pub(super) fn done(&mut self, done: FollowedUp) {
        let outcomes = match done {
            FollowedUp::LivePhoto(joined) => self.live_photos.done(joined),
            FollowedUp::Stack(stacked) => self.stacks.done(stacked),
            FollowedUp::Album(work) => self.albums.done(*work),
            FollowedUp::Tags(tags, outcomes) => self.tagging.done(tags, outcomes),
        };
        self.steps_done(outcomes);
    }

    fn steps_done(&mut self, outcomes: Vec<StepOutcome>) {
        for outcome in outcomes {
            self.released.extend(self.tickets.done(outcome));
        }
    }

    /// Returns the next action whose steps are done.
    pub(super) fn released(&mut self) -> Option<Released> {
        self.released.pop_front()
    }

    /// Whether nothing is pending or running.
    pub(super) fn is_idle(&self) -> bool {
        self.albums.is_idle() && self.tagging.is_idle() && self.stacks.is_idle()
    }

    pub(super) fn add_outcomes(&self, summary: &mut UploadSummary) {
        summary.albums = self.albums.outcomes();
        summary.tags = self.tagging.outcome();
        summary.stacks = self.stacks.outcomes().to_vec();
        summary.joined = self.live_photos.outcomes().to_vec();
    }
}
