//! Counts the bytes of one input for the progress.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use crate::body::{Body, ByteStream};
use crate::transfer::Progress;

/// Adds the bytes of one input to the progress of the run. Bytes that are sent again count once.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    progress: Progress,
    counted: Arc<AtomicU64>,
    /// The length that was added to the total of the progress.
    total: u64,
}

impl Meter {
    pub(super) fn new(progress: Progress, total: u64) -> Self {
        Self { progress, counted: Arc::default(), total }
    }

    fn add(&self, bytes: u64) {
        self.counted.fetch_add(bytes, Ordering::Relaxed);
        self.progress.add_bytes(bytes);
    }

    /// Subtracts the bytes that were counted, because sending restarts.
    pub(super) fn restart(&self) {
        let counted = self.counted.swap(0, Ordering::Relaxed);
        if counted > 0 {
            self.progress.take_back_bytes(counted);
        }
    }

    /// Counts the rest of the bytes, because the outcome of the input is known.
    pub(super) fn settle(&self) {
        let counted = self.counted.swap(self.total, Ordering::Relaxed);
        if counted > self.total {
            self.progress.take_back_bytes(counted - self.total);
        }
        self.progress.add_bytes(self.total.saturating_sub(counted));
        self.progress.add_file();
    }

    /// Wraps a body so that its bytes are counted as they are read.
    pub(super) fn counted(&self, body: Body) -> Body {
        let length = body.len();
        let once = body.try_clone().is_none();
        let meter = self.clone();
        if once {
            return Body::stream(Counted { body, meter }, length);
        }
        let open = move || {
            meter.restart();
            Ok(Box::pin(Counted { body: body.handle(), meter: meter.clone() }) as ByteStream)
        };
        Body::replayable(open, length)
    }
}

struct Counted {
    body: Body,
    meter: Meter,
}

impl Stream for Counted {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let chunk = self.body.poll_chunk(context);
        if let Poll::Ready(Some(Ok(bytes))) = &chunk {
            self.meter.add(bytes.len() as u64);
        }
        chunk
    }
}
