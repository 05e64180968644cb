//! The step that creates stacks, one at a time.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use crate::api::StackCreateDto;
use crate::client::Client;
use crate::error::Error;
use crate::ids::{AssetId, StackId};
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::follow_up::FollowedUp;
use crate::transfer::upload::item::{Item, is_new};
use crate::transfer::upload::outcome::{StackOutcome, UploadResult};
use crate::transfer::upload::run::Run;
use crate::transfer::upload::tickets::{StepOutcome, Ticket, Tickets};

/// The stacks of a run.
#[derive(Default)]
pub(super) struct Stacks {
    incomplete: HashMap<u64, Stack>,
    to_create: VecDeque<ToCreate>,
    is_busy: bool,
    outcomes: Vec<StackOutcome>,
}

/// A stack of which some members are not done.
#[derive(Default)]
struct Stack {
    missing: usize,
    /// The assets of the members that are done, with their positions.
    assets: Vec<(u64, AssetId)>,
    /// Whether any of them is new.
    is_new: bool,
    /// Whether an earlier run may have sent any of them.
    are_old: bool,
    /// Whether any member is not on the server.
    is_incomplete: bool,
    /// The follow-up steps that wait for the stack.
    tickets: Vec<Ticket>,
}

struct ToCreate {
    /// The assets, the one on top first.
    assets: Vec<AssetId>,
    tickets: Vec<Ticket>,
    are_old: bool,
    /// Why the sources are kept even if the stack is created.
    failure: Option<String>,
}

/// A stack that was or could not be created.
pub(super) struct Stacked {
    outcomes: Vec<StepOutcome>,
    outcome: StackOutcome,
}

impl Stacks {
    /// Announces a stack and the number of its members.
    pub(super) fn expect(&mut self, number: u64, members: usize) {
        self.incomplete.insert(number, Stack { missing: members, ..Stack::default() });
    }

    /// Adds a member that ended, with its asset if it has one. Returns the steps that are done because the stack is
    /// not created.
    pub(super) fn add(
        &mut self,
        item: &Item,
        result: &UploadResult,
        asset: Option<(AssetId, Ticket)>,
        tickets: &mut Tickets,
    ) -> Vec<StepOutcome> {
        let Some((number, place)) = item.stack.map(|stack| (stack >> 32, stack & u64::from(u32::MAX))) else {
            return Vec::new();
        };
        let Some(stack) = self.incomplete.get_mut(&number) else { return Vec::new() };
        stack.missing -= 1;
        stack.is_new |= is_new(item, result);
        stack.are_old |= item.state.resumed || !is_new(item, result);
        if let Some((asset, ticket)) = asset {
            tickets.add_step(ticket);
            stack.assets.push((place, asset));
            stack.tickets.push(ticket);
        } else {
            stack.is_incomplete = true;
        }
        if stack.missing > 0 {
            return Vec::new();
        }
        let Stack { mut assets, is_new, are_old, is_incomplete, tickets, .. } = std::mem::take(stack);
        self.incomplete.remove(&number);
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
            self.to_create.push_back(ToCreate { assets: once, tickets, are_old, failure });
            return Vec::new();
        }
        tickets.into_iter().map(|ticket| (ticket, failure.clone())).collect()
    }

    pub(super) fn begin(&mut self, run: &Arc<Run>) -> Option<Task> {
        let ToCreate { assets, tickets, are_old, failure } =
            if self.is_busy { None } else { self.to_create.pop_front() }?;
        self.is_busy = true;
        let run = Arc::clone(run);
        Some(Box::pin(async move {
            let result = run.outages.retry_outages(|| stack(&run.client, &assets, are_old)).await;
            let failure = failure.or_else(|| result.as_ref().err().map(ToString::to_string));
            let outcomes = tickets.into_iter().map(|ticket| (ticket, failure.clone())).collect();
            Event::FollowedUp(FollowedUp::Stack(Stacked { outcomes, outcome: StackOutcome { assets, result } }))
        }))
    }

    pub(super) fn done(&mut self, stacked: Stacked) -> Vec<StepOutcome> {
        self.is_busy = false;
        self.outcomes.push(stacked.outcome);
        stacked.outcomes
    }

    /// Whether nothing is pending or running.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_busy && self.to_create.is_empty()
    }

    pub(super) fn outcomes(&self) -> &[StackOutcome] {
        &self.outcomes
    }
}

/// Creates a stack with the first asset on top. With `are_old`, an earlier run may have stacked the assets with
/// others whose files it removed. Such a stack is preserved.
async fn stack(client: &Client, assets: &[AssetId], are_old: bool) -> Result<StackId, Error> {
    let mut members = assets.to_vec();
    if are_old {
        let (mut stacks, mut are_alone) = (BTreeMap::new(), false);
        for asset in assets {
            match client.assets().get_asset_info(*asset).await?.stack {
                Some(stack) => drop(stacks.insert(stack.id, stack.primary_asset_id)),
                None => are_alone = true,
            }
        }
        if let (1, false, Some(id)) = (stacks.len(), are_alone, stacks.keys().next()) {
            return Ok(*id);
        }
        for (id, top) in stacks {
            let others = client.stacks().get_stack(id).await?.assets.into_iter().map(|asset| asset.id);
            if !members.contains(&top) {
                members.insert(0, top);
            }
            let others: Vec<_> = others.filter(|id| !members.contains(id)).collect();
            members.extend(others);
        }
    }
    Ok(client.stacks().create_stack(StackCreateDto::new(members)).await?.id)
}
