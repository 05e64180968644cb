//! Counts the follow-up steps of each input. Its source is deleted or moved only after all of them.

use std::collections::HashMap;

use crate::transfer::upload::item::Item;
use crate::transfer::upload::local_files::Line;
use crate::transfer::upload::outcome::UploadResult;

/// Identifies an input during its follow-up steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Ticket(u64);

/// The outcome of one step for one input: the reason if it failed.
pub(super) type StepOutcome = (Ticket, Option<String>);

/// The action that waited for the steps of an input, and the reason if one of them failed.
pub(super) type Released = (Parked, Option<String>);

/// The action that waits for the follow-up steps of an input.
pub(super) enum Parked {
    /// Nothing.
    Nothing,
    /// The source of the input is deleted or moved.
    Source(Box<Item>, UploadResult),
    /// The journal line is written that marks the input as done.
    Line(Line),
}

struct FollowUp {
    left: u32,
    failure: Option<String>,
    parked: Parked,
}

/// The uploaded inputs whose follow-up steps are not done.
#[derive(Default)]
pub(super) struct Tickets {
    open: HashMap<Ticket, FollowUp>,
    last: u64,
    sources: usize,
}

impl Tickets {
    /// Starts the follow-up of an input. It stays open at least until [`park`](Self::park).
    pub(super) fn begin(&mut self) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        self.open.insert(ticket, FollowUp { left: 1, failure: None, parked: Parked::Nothing });
        ticket
    }

    /// Adds a step.
    pub(super) fn add_step(&mut self, ticket: Ticket) {
        if let Some(follow_up) = self.open.get_mut(&ticket) {
            follow_up.left += 1;
        }
    }

    /// Whether any steps are pending.
    pub(super) fn has_steps(&self, ticket: Ticket) -> bool {
        self.open.get(&ticket).is_some_and(|follow_up| follow_up.left > 1)
    }

    /// Sets the action that waits for the steps. If all steps are done already, returns it with the reason of a
    /// failure.
    pub(super) fn park(&mut self, ticket: Ticket, parked: Parked) -> Option<Released> {
        self.sources += usize::from(matches!(parked, Parked::Source(..)));
        if let Some(follow_up) = self.open.get_mut(&ticket) {
            follow_up.parked = parked;
        }
        self.done((ticket, None))
    }

    /// Completes a step. After the last one, returns the waiting action with the reason of a failure.
    pub(super) fn done(&mut self, (ticket, failure): StepOutcome) -> Option<Released> {
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

    /// Whether a source waits, so that steps are not delayed for larger batches.
    pub(super) fn has_sources(&self) -> bool {
        self.sources > 0
    }
}
