//! Splits a response into lines as its bytes arrive.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http_body::Body as _;

use crate::body::ResponseBody;
use crate::transport_error::TransportError;

/// One line, without its line break.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: Bytes,
    /// Whether the line break was received; if not, the response ended within the line.
    pub(super) is_terminated: bool,
}

/// Why there is no next line.
#[derive(Debug)]
pub(super) enum Fault {
    Transport(TransportError),
    TooLong,
    Blank,
}

/// The maximum number of blank lines in a row.
const BLANK_LINES: u32 = 1000;

/// The lines of a body. Blank ones are skipped.
#[derive(Debug)]
pub(super) struct Lines {
    body: ResponseBody,
    /// Received bytes that are not processed yet.
    chunk: Bytes,
    /// The beginning of a line that continues in the next chunk. Only such lines are copied.
    partial: BytesMut,
    /// The number of blank lines in a row.
    blank: u32,
    /// The maximum number of bytes of a line.
    pub(super) limit: usize,
}

impl Lines {
    pub(super) fn new(body: ResponseBody, limit: usize) -> Self {
        Self { body, chunk: Bytes::new(), partial: BytesMut::new(), blank: 0, limit }
    }

    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Line, Fault>>> {
        loop {
            let end = memchr::memchr(b'\n', &self.chunk);
            let piece = self.chunk.split_to(end.unwrap_or(self.chunk.len()));
            if self.partial.len() + piece.len() > self.limit {
                return Poll::Ready(Some(Err(Fault::TooLong)));
            }
            if end.is_none() {
                self.partial.extend_from_slice(&piece);
                match ready!(self.poll_chunk(context)) {
                    Some(Ok(())) => continue,
                    Some(Err(error)) => return Poll::Ready(Some(Err(Fault::Transport(error)))),
                    None => return Poll::Ready(line(self.partial.split().freeze(), false).map(Ok)),
                }
            }
            self.chunk.advance(1);
            let text = if self.partial.is_empty() {
                piece
            } else {
                self.partial.extend_from_slice(&piece);
                self.partial.split().freeze()
            };
            if let Some(line) = line(text, true) {
                self.blank = 0;
                return Poll::Ready(Some(Ok(line)));
            }
            self.blank += 1;
            if self.blank > BLANK_LINES {
                return Poll::Ready(Some(Err(Fault::Blank)));
            }
        }
    }

    /// Reads the next chunk; `None` at the end.
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<(), TransportError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        // Trailers contain no data.
        Poll::Ready(frame.map(|frame| frame.map(|frame| self.chunk = frame.into_data().unwrap_or_default())))
    }
}

/// Returns a line, unless it is blank.
fn line(text: Bytes, is_terminated: bool) -> Option<Line> {
    (!text.trim_ascii().is_empty()).then_some(Line { text, is_terminated })
}
