//! The step that adds assets to albums, in batches and with one request at a time.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::ids::AssetId;
use crate::transfer::upload::album::{Album, BATCH, OwnAlbum};
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::follow_up::FollowedUp;
use crate::transfer::upload::options::AlbumTarget;
use crate::transfer::upload::outcome::AlbumOutcome;
use crate::transfer::upload::run::Run;
use crate::transfer::upload::tickets::{StepOutcome, Ticket};

/// The albums of a run, and the assets to add to them.
#[derive(Default)]
pub(super) struct Albums {
    by_target: HashMap<AlbumTarget, Album>,
    /// The albums with a full batch, and those with any pending assets, both in order. An album can be in both
    /// queues.
    full: VecDeque<AlbumTarget>,
    filling: VecDeque<AlbumTarget>,
    /// The albums of the user, once they were requested.
    own: Option<Vec<OwnAlbum>>,
    is_busy: bool,
}

/// The work on one album.
pub(super) struct AlbumWork {
    target: AlbumTarget,
    album: Album,
    own: Option<Vec<OwnAlbum>>,
    outcomes: Vec<StepOutcome>,
}

impl Albums {
    /// Queues an asset to be added to an album.
    pub(super) fn push(&mut self, target: AlbumTarget, asset: AssetId, ticket: Ticket) {
        let album = self.by_target.entry(target.clone()).or_insert_with_key(|target| match target {
            AlbumTarget::Id(id) => Album::new(None, Some(*id)),
            AlbumTarget::Name(name) => Album::new(Some(name.clone()), None),
            AlbumTarget::Folder => Album::new(None, None),
        });
        album.pending.push((asset, ticket));
        match album.pending.len() {
            1 => self.filling.push_back(target),
            BATCH => self.full.push_back(target),
            _ => {}
        }
    }

    /// Starts work on the next album with a full batch, or with `at_once`, on the next one with any pending assets.
    pub(super) fn begin(&mut self, run: &Arc<Run>, at_once: bool) -> Option<Task> {
        while !self.is_busy {
            let target = match self.full.pop_front() {
                Some(target) => target,
                None if at_once => self.filling.pop_front()?,
                None => return None,
            };
            let Some(album) = self.by_target.get_mut(&target).filter(|album| !album.pending.is_empty()) else {
                continue;
            };
            // Assets that arrive meanwhile go to the next batch.
            let successor = album.successor();
            let album = std::mem::replace(album, successor);
            self.is_busy = true;
            let mut work = AlbumWork { target, album, own: self.own.take(), outcomes: Vec::new() };
            let run = Arc::clone(run);
            return Some(Box::pin(async move {
                work.outcomes = work.album.add(&run, &mut work.own).await;
                Event::FollowedUp(FollowedUp::Album(Box::new(work)))
            }));
        }
        None
    }

    /// Takes the finished work back, and returns the outcomes.
    pub(super) fn done(&mut self, work: AlbumWork) -> Vec<StepOutcome> {
        let AlbumWork { target, mut album, own, outcomes } = work;
        self.is_busy = false;
        self.own = own;
        if let Some(later) = self.by_target.get_mut(&target) {
            album.pending.append(&mut later.pending);
            *later = album;
        }
        outcomes
    }

    /// Whether nothing is pending or running.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_busy && self.filling.is_empty() && self.full.is_empty()
    }

    pub(super) fn outcomes(&self) -> Vec<AlbumOutcome> {
        let mut outcomes: Vec<_> = self.by_target.values().map(|album| album.outcome.clone()).collect();
        outcomes.sort_by(|one, other| one.name.cmp(&other.name));
        outcomes
    }
}
