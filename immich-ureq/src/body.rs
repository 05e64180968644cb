//! Bodies as ureq reads and writes them, on its thread.

use std::cell::RefCell;
use std::io::{self, Read};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use immich_core::blocking::block_on;
use immich_core::{Body, TransportError};
use ureq::BodyReader;

use crate::attempt::Attempt;
use crate::failure::cut;

/// How much of a response is read at once.
const CHUNK: usize = 64 << 10;

/// A request body that ureq reads.
pub(crate) struct RequestReader {
    body: Body,
    chunk: Bytes,
    /// How many bytes ureq still expects, where the body has a length.
    left: Option<u64>,
    attempt: Arc<Attempt>,
    /// Why the body could not be read. ureq does not always hand it back.
    fault: Rc<RefCell<Option<io::Error>>>,
}

impl RequestReader {
    pub(crate) fn new(body: Body, attempt: Arc<Attempt>) -> (Self, Rc<RefCell<Option<io::Error>>>) {
        let fault = Rc::default();
        let left = body.len();
        (Self { body, chunk: Bytes::new(), left, attempt, fault: Rc::clone(&fault) }, fault)
    }
}

impl RequestReader {
    fn count(&mut self, count: usize) -> usize {
        self.left = self.left.map(|left| left.saturating_sub(count as u64));
        count
    }
}

impl Read for RequestReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.attempt.is_cut() {
            // Nothing is sent any more, and ureq only counts what is left. A body without a length ends here.
            let count = buffer.len().min(usize::try_from(self.left.unwrap_or_default()).unwrap_or(usize::MAX));
            return Ok(self.count(count));
        }
        while self.chunk.is_empty() {
            match block_on(self.body.chunk()) {
                Some(Ok(chunk)) => self.chunk = chunk,
                Some(Err(error)) => {
                    let kind = error.kind();
                    *self.fault.borrow_mut() = Some(error);
                    return Err(kind.into());
                }
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        buffer[..count].copy_from_slice(&self.chunk.split_to(count));
        Ok(self.count(count))
    }
}

/// A response body. Polling it blocks, which is what its thread is for.
pub(crate) struct ResponseReader {
    reader: BodyReader<'static>,
    buffer: BytesMut,
    left: Option<u64>,
    attempt: Arc<Attempt>,
}

impl ResponseReader {
    pub(crate) fn new(body: ureq::Body, attempt: Arc<Attempt>) -> Result<Self, TransportError> {
        let left = body.content_length();
        let mut body = Self { reader: body.into_reader(), buffer: BytesMut::new(), left, attempt };
        if left == Some(0) {
            body.end()?;
        }
        Ok(body)
    }

    /// Reads the end after the last bytes, so that the connection is free when the caller has them.
    fn end(&mut self) -> Result<(), TransportError> {
        self.reader.read(&mut [0]).map_err(cut)?;
        self.attempt.finish();
        Ok(())
    }

    fn read(&mut self) -> Result<Bytes, TransportError> {
        if self.buffer.is_empty() {
            self.buffer.resize(CHUNK, 0);
        }
        let count = self.reader.read(&mut self.buffer).map_err(cut)?;
        let chunk = self.buffer.split_to(count).freeze();
        self.left = self.left.map(|left| left.saturating_sub(count as u64));
        if self.left == Some(0) {
            self.end()?;
        } else if count == 0 {
            self.attempt.finish();
        }
        Ok(chunk)
    }
}

impl http_body::Body for ResponseReader {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if self.left == Some(0) {
            return Poll::Ready(None);
        }
        Poll::Ready(match self.read() {
            Ok(chunk) if chunk.is_empty() => None,
            Ok(chunk) => Some(Ok(Frame::data(chunk))),
            Err(error) => Some(Err(error)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
