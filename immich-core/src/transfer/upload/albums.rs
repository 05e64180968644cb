//! The step that adds assets to albums: one request at a time, in batches.

use std::collections::{HashMap, VecDeque};

use crate::ids::AssetId;
use crate::transfer::upload::album::{Album, BATCH, OwnAlbum};
use crate::transfer::upload::follow_up::{StepOutcome, Ticket};
use crate::transfer::upload::options::AlbumTarget;
use crate::transfer::upload::outcome::AlbumOutcome;

/// The albums of a run, and what is to be added to them.
#[derive(Default)]
pub(super) struct Albums {
    by_target: HashMap<AlbumTarget, Album>,
    /// Those with a full batch, and those with anything, each in the order in which they became so. One can be in both.
    full: VecDeque<AlbumTarget>,
    filling: VecDeque<AlbumTarget>,
    /// The albums of the user, once they are known.
    own: Option<Vec<OwnAlbum>>,
    is_busy: bool,
}

/// The work on one album.
pub(super) struct AlbumWork {
    target: AlbumTarget,
    pub(super) album: Album,
    pub(super) own: Option<Vec<OwnAlbum>>,
    pub(super) outcomes: Vec<StepOutcome>,
}

impl Albums {
    /// Adds an asset to what is to be added.
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

    /// Begins with the next album that has a full batch, or with any that has something, if `at_once`.
    pub(super) fn begin(&mut self, at_once: bool) -> Option<AlbumWork> {
        while !self.is_busy {
            let target = match self.full.pop_front() {
                Some(target) => target,
                None if at_once => self.filling.pop_front()?,
                None => return None,
            };
            let Some(album) = self.by_target.get_mut(&target).filter(|album| !album.pending.is_empty()) else {
                continue;
            };
            // What ends meanwhile is for the next batch.
            let successor = album.successor();
            let album = std::mem::replace(album, successor);
            self.is_busy = true;
            return Some(AlbumWork { target, album, own: self.own.take(), outcomes: Vec::new() });
        }
        None
    }

    /// Takes the work back, and returns the outcomes.
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

    /// Whether nothing is to be added.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_busy && self.filling.is_empty() && self.full.is_empty()
    }

    pub(super) fn outcomes(&self) -> Vec<AlbumOutcome> {
        let mut outcomes: Vec<_> = self.by_target.values().map(|album| album.outcome.clone()).collect();
        outcomes.sort_by(|one, other| one.name.cmp(&other.name));
        outcomes
    }
}
