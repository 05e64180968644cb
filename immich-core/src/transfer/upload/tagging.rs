//! The step that tags assets, in batches and with one request at a time.

use std::sync::Arc;

use crate::transfer::upload::album::BATCH;
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::follow_up::FollowedUp;
use crate::transfer::upload::outcome::TagOutcome;
use crate::transfer::upload::run::Run;
use crate::transfer::upload::tags::{Tagged, Tags};
use crate::transfer::upload::tickets::StepOutcome;

/// The tags of a run, and the assets to tag.
pub(super) struct Tagging {
    /// `None` if no tags are added.
    tags: Option<Tags>,
    is_busy: bool,
}

impl Tagging {
    pub(super) fn new(names: &[String]) -> Self {
        Self { tags: (!names.is_empty()).then(|| Tags::new(names.to_vec())), is_busy: false }
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.tags.is_some()
    }

    pub(super) fn push(&mut self, tagged: Tagged) {
        self.tags.iter_mut().for_each(|tags| tags.pending.push(tagged));
    }

    /// Starts tagging a full batch, or with `at_once`, any pending assets.
    pub(super) fn begin(&mut self, run: &Arc<Run>, at_once: bool) -> Option<Task> {
        let least = if at_once { 1 } else { BATCH };
        let mut tags = self.tags.take_if(|tags| !self.is_busy && tags.pending.len() >= least)?;
        self.is_busy = true;
        // Assets that arrive meanwhile go to the next batch.
        self.tags = Some(tags.successor());
        let run = Arc::clone(run);
        Some(Box::pin(async move {
            let outcomes = tags.add(&run).await;
            Event::FollowedUp(FollowedUp::Tags(tags, outcomes))
        }))
    }

    pub(super) fn done(&mut self, mut tags: Tags, outcomes: Vec<StepOutcome>) -> Vec<StepOutcome> {
        self.is_busy = false;
        if let Some(mut later) = self.tags.take() {
            tags.pending.append(&mut later.pending);
        }
        self.tags = Some(tags);
        outcomes
    }

    /// Whether nothing is pending or running.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_busy && self.tags.as_ref().is_none_or(|tags| tags.pending.is_empty())
    }

    pub(super) fn outcome(&self) -> Option<TagOutcome> {
        self.tags.as_ref().map(|tags| tags.outcome.clone())
    }
}
