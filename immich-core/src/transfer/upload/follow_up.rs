//! The steps that follow the upload of an asset: albums, tags, stacks, live photos. The source of an input goes
//! only when all of it is done.

use std::collections::HashMap;

use crate::transfer::upload::item::Item;
#[cfg(feature = "fs")]
use crate::transfer::upload::journal::Line;
use crate::transfer::upload::outcome::UploadResult;

/// The number of an input among those that arrived. Each step keeps it with the asset that it works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Ticket(u64);

/// The outcome of one step for one input: the reason if it failed.
pub(super) type StepOutcome = (Ticket, Option<String>);

/// The action that waits for the steps of an input.
pub(super) enum Parked {
    /// Nothing.
    Nothing,
    /// The input, whose source is to be deleted or moved.
    #[cfg_attr(not(feature = "fs"), allow(dead_code))]
    Source(Box<Item>, UploadResult),
    /// The line of the journal that says that all is done.
    #[cfg(feature = "fs")]
    Line(Line),
}

struct FollowUp {
    left: u32,
    failure: Option<String>,
    parked: Parked,
}

/// The inputs that arrived and of which something is still wanted.
#[derive(Default)]
pub(super) struct FollowUps {
    open: HashMap<Ticket, FollowUp>,
    last: u64,
    sources: usize,
}

impl FollowUps {
    /// Begins with an input. It stays open until [`park`](Self::park).
    pub(super) fn begin(&mut self) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        self.open.insert(ticket, FollowUp { left: 1, failure: None, parked: Parked::Nothing });
        ticket
    }

    /// One step more is to be done.
    pub(super) fn want(&mut self, ticket: Ticket) {
        if let Some(follow_up) = self.open.get_mut(&ticket) {
            follow_up.left += 1;
        }
    }

    /// Whether steps are to be done.
    #[cfg(feature = "fs")]
    pub(super) fn is_wanted(&self, ticket: Ticket) -> bool {
        self.open.get(&ticket).is_some_and(|follow_up| follow_up.left > 1)
    }

    /// Sets what waits for the steps. If all are done already, it is returned, with the reason if one failed.
    pub(super) fn park(&mut self, ticket: Ticket, parked: Parked) -> Option<(Parked, Option<String>)> {
        self.sources += usize::from(matches!(parked, Parked::Source(..)));
        if let Some(follow_up) = self.open.get_mut(&ticket) {
            follow_up.parked = parked;
        }
        self.done((ticket, None))
    }

    /// A step is done. After the last one, what waited is returned, with the reason if one failed.
    pub(super) fn done(&mut self, (ticket, failure): StepOutcome) -> Option<(Parked, Option<String>)> {
        let follow_up = self.open.get_mut(&ticket)?;
        follow_up.left -= 1;
        follow_up.failure = follow_up.failure.take().or(failure);
        if follow_up.left > 0 {
            return None;
        }
        let FollowUp { failure, parked, .. } = self.open.remove(&ticket)?;
        self.sources -= usize::from(matches!(parked, Parked::Source(..)));
        Some((parked, failure))
    }

    /// Whether a source waits, so that steps are not put off for larger batches.
    pub(super) fn has_sources(&self) -> bool {
        self.sources > 0
    }
}
