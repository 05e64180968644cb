//! Streams as iterators that wait on this thread.

use std::future::poll_fn;
use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream;

use super::block_on;
use crate::binary::BinaryResponse;
use crate::body::ResponseBody;
use crate::error::Error;
#[cfg(feature = "checksum")]
use crate::transfer::DownloadStream;
use crate::transport_error::TransportError;

/// Waits for the items of a stream one by one: pages, listings, chunks of a download, events, outcomes of transfers.
pub trait WaitEach: Sized {
    /// An item.
    type Item;

    /// Waits on this thread for the next item; `None` at the end.
    fn wait_next(&mut self) -> Option<Self::Item>;

    /// Returns the items as an iterator, which waits for each on this thread.
    ///
    /// A loop should end at the first error: after one, pages and listings request the same page again.
    fn wait_each(self) -> Waited<Self> {
        Waited(self)
    }
}

/// An iterator that waits on its thread.
#[derive(Debug)]
#[must_use = "nothing is read before `next` is called"]
pub struct Waited<S>(S);

impl<S> Waited<S> {
    /// Returns the source of the items, such as an upload, for its summary.
    pub fn into_inner(self) -> S {
        self.0
    }
}

impl<S: WaitEach> Iterator for Waited<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        self.0.wait_next()
    }
}

impl<S: Stream + Unpin> WaitEach for S {
    type Item = S::Item;

    fn wait_next(&mut self) -> Option<S::Item> {
        block_on(poll_fn(|context| Pin::new(&mut *self).poll_next(context)))
    }
}

impl WaitEach for BinaryResponse {
    type Item = Result<Bytes, Error>;

    fn wait_next(&mut self) -> Option<Self::Item> {
        block_on(self.chunk()).transpose()
    }
}

impl WaitEach for ResponseBody {
    type Item = Result<Bytes, TransportError>;

    fn wait_next(&mut self) -> Option<Self::Item> {
        block_on(self.chunk())
    }
}

#[cfg(feature = "checksum")]
impl WaitEach for DownloadStream {
    type Item = Result<Bytes, Error>;

    fn wait_next(&mut self) -> Option<Self::Item> {
        block_on(self.chunk()).transpose()
    }
}
