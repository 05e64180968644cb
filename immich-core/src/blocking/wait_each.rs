//! What comes one by one, as an iterator that waits on this thread.

use std::future::poll_fn;
use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream;

use super::block_on;
use crate::api::AssetResponseDto;
use crate::binary::BinaryResponse;
use crate::body::ResponseBody;
use crate::decode::Decode;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::listing::AssetListing;
use crate::page::{Paged, Pages};
use crate::send::TransportError;
#[cfg(feature = "checksum")]
use crate::transfer::DownloadStream;
#[cfg(feature = "fs")]
use crate::transfer::{ArchiveOutcome, Archives, DownloadOutcome, Downloads};

/// Waits for what comes one by one: pages, listings, chunks of a download, events, outcomes of uploads, and every stream.
pub trait WaitEach: Sized {
    /// What comes.
    type Item;

    /// Waits on this thread for the next one; `None` at the end.
    fn wait_next(&mut self) -> Option<Self::Item>;

    /// Returns all that is to come as an iterator, which waits for each on this thread.
    ///
    /// A loop leaves it at the first error: after one, pages and listings request the same page again.
    fn wait_each(self) -> Waited<Self> {
        Waited(self)
    }
}

/// An iterator that waits on its thread.
#[derive(Debug)]
#[must_use = "nothing comes before it is asked for"]
pub struct Waited<S>(S);

impl<S> Waited<S> {
    /// Returns what the items come from, such as an upload, for its summary.
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

impl<E: Paged> WaitEach for Pages<'_, E> {
    type Item = Result<<<E as Endpoint>::Decode as Decode>::Output, Error>;

    fn wait_next(&mut self) -> Option<Self::Item> {
        block_on(self.next()).transpose()
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

macro_rules! one_by_one {
    ($(#[$when:meta])? $each:ty => $item:ty) => {
        $(#[$when])?
        impl WaitEach for $each {
            type Item = Result<$item, Error>;

            fn wait_next(&mut self) -> Option<Self::Item> {
                block_on(self.next()).transpose()
            }
        }
    };
}

one_by_one!(AssetListing<'_> => Vec<AssetResponseDto>);
one_by_one!(
    #[cfg(feature = "fs")]
    Downloads<'_> => DownloadOutcome
);
one_by_one!(
    #[cfg(feature = "fs")]
    Archives<'_> => ArchiveOutcome
);

#[cfg(feature = "checksum")]
impl WaitEach for DownloadStream {
    type Item = Result<Bytes, Error>;

    fn wait_next(&mut self) -> Option<Self::Item> {
        block_on(self.chunk()).transpose()
    }
}
