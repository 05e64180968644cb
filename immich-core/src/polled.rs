//! Polls a source that is read by an `async` function.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::Error;

/// A source of items that are read one by one.
pub(crate) trait Source: Send {
    type Item: Send;

    /// Reads the next item; `None` after the last. After an error, the next call repeats the failed read.
    fn next(&mut self) -> impl Future<Output = Result<Option<Self::Item>, Error>> + Send;
}

type Reading<'c, S> = Pin<Box<dyn Future<Output = (S, Next<S>)> + Send + 'c>>;
type Next<S> = Result<Option<<S as Source>::Item>, Error>;

/// A [`Source`] as a state machine. It stores the future of a read, so that nothing is lost if the caller stops
/// polling.
pub(crate) enum Polled<'c, S: Source> {
    Idle(S),
    Reading(Reading<'c, S>),
    Done(S),
    /// Only after a panic in the source.
    Lost,
}

impl<'c, S: Source + 'c> Polled<'c, S> {
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Next<S>> {
        loop {
            match mem::replace(self, Self::Lost) {
                Self::Idle(mut source) => {
                    *self = Self::Reading(Box::pin(async move {
                        let item = source.next().await;
                        (source, item)
                    }));
                }
                Self::Reading(mut reading) => {
                    let Poll::Ready((source, item)) = reading.as_mut().poll(context) else {
                        *self = Self::Reading(reading);
                        return Poll::Pending;
                    };
                    *self = if matches!(item, Ok(None)) { Self::Done(source) } else { Self::Idle(source) };
                    return Poll::Ready(item);
                }
                Self::Done(source) => {
                    *self = Self::Done(source);
                    return Poll::Ready(Ok(None));
                }
                Self::Lost => return Poll::Ready(Ok(None)),
            }
        }
    }

    /// Returns the source; `None` while it is being read.
    pub(crate) fn source(&self) -> Option<&S> {
        match self {
            Self::Idle(source) | Self::Done(source) => Some(source),
            Self::Reading(_) | Self::Lost => None,
        }
    }
}
