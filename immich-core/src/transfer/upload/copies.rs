//! Inputs with the same bytes: one of them is sent, and the others wait for it.

use std::collections::HashMap;

use crate::ids::AssetId;
use crate::transfer::Checksum;
use crate::transfer::upload::item::Item;
use crate::transfer::upload::outcome::{DuplicateOf, SkipReason, UploadInput, UploadResult};
use crate::transfer::upload::run::Run;

/// The inputs that were about to be sent, by their bytes.
#[derive(Default)]
pub(super) struct Copies(HashMap<Checksum, Copy>);

enum Copy {
    /// One is being sent, and the others wait.
    Sending(Vec<Box<Item>>),
    /// One is done. A dry run has no asset.
    Done(UploadInput, Option<AssetId>),
}

/// Whether an input is the one that is sent.
pub(super) enum Lead {
    Yes(Box<Item>),
    /// It waits for the one that is sent.
    Waits,
    /// Another one is done.
    Ended(Box<Item>, UploadResult),
}

impl Copies {
    /// Whether another input of this run has the same bytes.
    pub(super) fn has_leader(&self, item: &Item) -> bool {
        item.checksum.is_some_and(|checksum| self.0.contains_key(&checksum))
    }

    /// Makes an input the leader of those with the same bytes, which is the one that is sent, before this is recorded
    /// in the journal.
    pub(super) fn lead(&mut self, run: &Run, mut item: Box<Item>) -> Lead {
        let Some(checksum) = item.checksum.filter(|_| !item.state.leads) else { return Lead::Yes(item) };
        match self.0.get_mut(&checksum) {
            Some(Copy::Sending(waiting)) => {
                waiting.push(item);
                return Lead::Waits;
            }
            Some(Copy::Done(input, Some(asset))) => {
                let (of, asset) = (DuplicateOf::SameRun(input.clone()), *asset);
                return Lead::Ended(item, UploadResult::Duplicate { asset, of });
            }
            Some(Copy::Done(input, None)) => {
                let same_as = Some(input.clone());
                return Lead::Ended(item, UploadResult::Skipped(SkipReason::DryRun { same_as }));
            }
            None if run.options.dry_run => drop(self.0.insert(checksum, Copy::Done(item.input.clone(), None))),
            None => {
                self.0.insert(checksum, Copy::Sending(Vec::new()));
                item.state.leads = true;
            }
        }
        Lead::Yes(item)
    }

    /// Returns the input, unless another one with the same bytes is being sent.
    pub(super) fn wait(&mut self, item: Box<Item>) -> Option<Box<Item>> {
        match item.checksum.filter(|_| !item.state.leads).and_then(|checksum| self.0.get_mut(&checksum)) {
            Some(Copy::Sending(waiting)) => {
                waiting.push(item);
                None
            }
            _ => Some(item),
        }
    }

    /// Returns the input of this run that was uploaded as this asset.
    pub(super) fn sent_as(&self, item: &Item, asset: AssetId) -> Option<&UploadInput> {
        match self.0.get(&item.checksum?)? {
            Copy::Done(input, Some(done)) if *done == asset => Some(input),
            _ => None,
        }
    }

    /// Ends the lead of an input. Returns those that waited for it, and their result; without one, they are to be
    /// sent.
    pub(super) fn release(
        &mut self,
        item: &mut Item,
        result: Option<&UploadResult>,
    ) -> (Vec<Box<Item>>, Option<UploadResult>) {
        let Some(checksum) = item.checksum.filter(|_| std::mem::take(&mut item.state.leads)) else {
            return (Vec::new(), None);
        };
        let Some(Copy::Sending(waiting)) = self.0.remove(&checksum) else { return (Vec::new(), None) };
        match result {
            Some(UploadResult::Uploaded { asset }) => {
                self.0.insert(checksum, Copy::Done(item.input.clone(), Some(*asset)));
                (waiting, None)
            }
            // The server has these bytes, so the waiting inputs are duplicates too.
            Some(UploadResult::Duplicate { asset, of }) if *of != DuplicateOf::Trashed => {
                (waiting, Some(UploadResult::Duplicate { asset: *asset, of: DuplicateOf::Server }))
            }
            // The first one is sent, and the others wait again.
            _ => (waiting, None),
        }
    }
}
