//! The early end of a request body.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Waker};

/// Ends a request body when it is dropped.
pub(crate) struct BodyEnd(Arc<Mutex<EndState>>);

/// The signal to a request body that it has ended.
#[derive(Clone, Default)]
pub(crate) struct EndSignal(Arc<Mutex<EndState>>);

#[derive(Default)]
struct EndState {
    is_over: bool,
    waker: Option<Waker>,
}

impl EndSignal {
    pub(crate) fn end(&self) -> BodyEnd {
        BodyEnd(Arc::clone(&self.0))
    }

    /// Returns the error of a body that has ended, and wakes the task when it does.
    pub(crate) fn poll(&self, context: &mut Context<'_>) -> io::Result<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_over {
            return Err(io::Error::new(
                io::ErrorKind::ConnectionAborted,
                "the response came before the end of the body",
            ));
        }
        match &mut state.waker {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        Ok(())
    }
}

impl Drop for BodyEnd {
    fn drop(&mut self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_over = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl fmt::Debug for BodyEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BodyEnd")
    }
}
