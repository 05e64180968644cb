//! The bounded queue from the handles to the driver. Who waits for room is served in order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::slot::{register, wake};

struct State<C> {
    commands: VecDeque<C>,
    capacity: usize,
    /// Who waits for room, by the order in which they came.
    waiting: BTreeMap<u64, Waker>,
    /// The callers that were woken because there is room, and have not put their command yet.
    granted: BTreeSet<u64>,
    next_ticket: u64,
    driver: Option<Waker>,
    has_driver: bool,
    has_handles: bool,
}

impl<C> State<C> {
    fn has_room(&self) -> bool {
        self.commands.len() + self.granted.len() < self.capacity
    }

    /// Gives the room that there is to those who wait. The caller wakes them once the lock is free.
    fn grant(&mut self) -> Vec<Waker> {
        let mut wakers = Vec::new();
        while self.has_room() {
            let Some((ticket, waker)) = self.waiting.pop_first() else { break };
            self.granted.insert(ticket);
            wakers.push(waker);
        }
        wakers
    }
}

struct Shared<C>(Mutex<State<C>>);

impl<C> Shared<C> {
    fn lock(&self) -> MutexGuard<'_, State<C>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn queue<C>(capacity: usize) -> (Sender<C>, Receiver<C>) {
    let shared = Arc::new(Shared(Mutex::new(State {
        commands: VecDeque::new(),
        capacity: capacity.max(1),
        waiting: BTreeMap::new(),
        granted: BTreeSet::new(),
        next_ticket: 0,
        driver: None,
        has_driver: true,
        has_handles: true,
    })));
    (Sender(Arc::new(Handles(Arc::clone(&shared)))), Receiver(shared))
}

/// The end of the handles, which all clones share.
pub(super) struct Sender<C>(Arc<Handles<C>>);

impl<C> Clone for Sender<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Handles<C>(Arc<Shared<C>>);

impl<C> Drop for Handles<C> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.has_handles = false;
        let driver = state.driver.take();
        drop(state);
        wake(driver);
    }
}

impl<C> Sender<C> {
    /// Queues a command, once there is room; gives it back if the driver is gone.
    pub(super) async fn send(&self, command: C) -> Result<(), C> {
        let mut command = Some(command);
        let mut ticket = Ticket { shared: &self.0.0, number: None };
        let queued = poll_fn(|context| ticket.poll_send(&mut command, context)).await;
        match command {
            Some(command) if !queued => Err(command),
            _ => Ok(()),
        }
    }
}

/// A place among those who wait for room.
struct Ticket<'s, C> {
    shared: &'s Shared<C>,
    number: Option<u64>,
}

impl<C> Ticket<'_, C> {
    /// Takes the command out if it is queued; whether it was.
    fn poll_send(&mut self, command: &mut Option<C>, context: &mut Context<'_>) -> Poll<bool> {
        let mut state = self.shared.lock();
        if !state.has_driver {
            return Poll::Ready(false);
        }
        let may_send = match self.number {
            Some(number) => state.granted.remove(&number),
            None => state.waiting.is_empty() && state.has_room(),
        };
        if may_send {
            self.number = None;
            state.commands.extend(command.take());
            let driver = state.driver.take();
            drop(state);
            wake(driver);
            return Poll::Ready(true);
        }
        let number = self.number.unwrap_or(state.next_ticket);
        if self.number.replace(number).is_none() {
            state.next_ticket += 1;
        }
        let earlier = state.waiting.insert(number, context.waker().clone());
        drop(state);
        drop(earlier);
        Poll::Pending
    }
}

impl<C> Drop for Ticket<'_, C> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let mut state = self.shared.lock();
        let waker = state.waiting.remove(&number);
        // Its room goes to the next.
        let next = if state.granted.remove(&number) { state.grant() } else { Vec::new() };
        drop(state);
        drop(waker);
        next.into_iter().for_each(Waker::wake);
    }
}

/// The end of the driver. Dropping it lets everything fail that is queued or will be.
pub(super) struct Receiver<C>(Arc<Shared<C>>);

impl<C> Receiver<C> {
    /// Takes all that is queued. Ready with nothing once the last handle was dropped.
    pub(super) fn poll_take(&mut self, context: &mut Context<'_>) -> Poll<VecDeque<C>> {
        let mut state = self.0.lock();
        let commands = std::mem::take(&mut state.commands);
        let granted = state.grant();
        let polled = if commands.is_empty() && state.has_handles {
            register(&mut state.driver, context);
            Poll::Pending
        } else {
            Poll::Ready(commands)
        };
        drop(state);
        granted.into_iter().for_each(Waker::wake);
        polled
    }

    /// Takes no more, and gives what was queued.
    pub(super) fn close(&mut self) -> VecDeque<C> {
        let mut state = self.0.lock();
        state.has_driver = false;
        let commands = std::mem::take(&mut state.commands);
        let waiting = std::mem::take(&mut state.waiting);
        let driver = state.driver.take();
        state.granted.clear();
        drop(state);
        drop(driver);
        waiting.into_values().for_each(Waker::wake);
        commands
    }
}

impl<C> Drop for Receiver<C> {
    fn drop(&mut self) {
        drop(self.close());
    }
}
