//! A place for one value between two tasks, on whatever threads they are.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Runs when the taker is dropped.
type OnGone = Box<dyn FnOnce() + Send>;

struct State<T> {
    value: Option<T>,
    /// Whether a value may be put before the taker asks for one.
    is_ahead: bool,
    is_wanted: bool,
    has_putter: bool,
    has_taker: bool,
    putter: Option<Waker>,
    taker: Option<Waker>,
    on_gone: Option<OnGone>,
}

struct Shared<T>(Mutex<State<T>>);

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes both ends. With `is_ahead`, one value may wait in the slot; without, each is put when it is requested.
pub(crate) fn slot<T>(is_ahead: bool) -> (Put<T>, Take<T>) {
    let shared = Arc::new(Shared(Mutex::new(State {
        value: None,
        is_ahead,
        is_wanted: false,
        has_putter: true,
        has_taker: true,
        putter: None,
        taker: None,
        on_gone: None,
    })));
    (Put(Arc::clone(&shared)), Take(shared))
}

/// The taker was dropped.
#[derive(Debug)]
pub(crate) struct Gone;

/// Puts values.
pub(crate) struct Put<T>(Arc<Shared<T>>);

impl<T> Put<T> {
    /// Waits until a value can be put.
    pub(crate) fn poll_room(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        let mut state = self.0.lock();
        if !state.has_taker {
            return Poll::Ready(Err(Gone));
        }
        if state.value.is_none() && (state.is_ahead || state.is_wanted) {
            return Poll::Ready(Ok(()));
        }
        register(&mut state.putter, context);
        Poll::Pending
    }

    /// Waits until the taker is dropped.
    pub(crate) fn poll_gone(&mut self, context: &mut Context<'_>) -> Poll<Gone> {
        let mut state = self.0.lock();
        if !state.has_taker {
            return Poll::Ready(Gone);
        }
        register(&mut state.putter, context);
        Poll::Pending
    }

    pub(crate) fn is_gone(&self) -> bool {
        !self.0.lock().has_taker
    }

    /// Calls `action` once when the taker is dropped; at once if it was already.
    pub(crate) fn on_gone(&self, action: impl FnOnce() + Send + 'static) {
        let mut state = self.0.lock();
        if state.has_taker {
            let earlier = state.on_gone.replace(Box::new(action));
            drop(state);
            drop(earlier);
        } else {
            drop(state);
            action();
        }
    }

    /// Puts a value, after there was room.
    pub(crate) fn put(&mut self, value: T) {
        let mut state = self.0.lock();
        let unused = if state.has_taker { state.value.replace(value) } else { Some(value) };
        state.is_wanted = false;
        let taker = state.taker.take();
        // Neither a waker nor a value runs the code of others under the lock.
        drop(state);
        drop(unused);
        wake(taker);
    }
}

impl<T> Drop for Put<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.has_putter = false;
        let (taker, putter, on_gone) = (state.taker.take(), state.putter.take(), state.on_gone.take());
        drop(state);
        drop((putter, on_gone));
        wake(taker);
    }
}

/// Takes values.
pub(crate) struct Take<T>(Arc<Shared<T>>);

impl<T> Take<T> {
    /// Waits for the next value; `None` once the other end was dropped and nothing is left.
    pub(crate) fn poll_take(&mut self, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock();
        let value = state.value.take();
        let (polled, putter) = if value.is_some() {
            (Poll::Ready(value), if state.is_ahead { state.putter.take() } else { None })
        } else if state.has_putter {
            register(&mut state.taker, context);
            let is_new = !std::mem::replace(&mut state.is_wanted, true);
            (Poll::Pending, if is_new && !state.is_ahead { state.putter.take() } else { None })
        } else {
            (Poll::Ready(None), None)
        };
        drop(state);
        wake(putter);
        polled
    }
}

impl<T> Drop for Take<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.has_taker = false;
        let (value, on_gone) = (state.value.take(), state.on_gone.take());
        let (putter, taker) = (state.putter.take(), state.taker.take());
        drop(state);
        drop((value, taker));
        if let Some(action) = on_gone {
            action();
        }
        wake(putter);
    }
}

/// Keeps the waker of this task, which replaces that of an earlier poll.
pub(crate) fn register(place: &mut Option<Waker>, context: &Context<'_>) {
    match place {
        Some(waker) => waker.clone_from(context.waker()),
        None => *place = Some(context.waker().clone()),
    }
}

pub(crate) fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
