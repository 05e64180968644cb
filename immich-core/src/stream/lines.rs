//! The lines of a response, as its bytes arrive.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http_body::Body as _;

use crate::body::ResponseBody;
use crate::send::TransportError;

/// One line, without its end.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: Bytes,
    /// Whether the end of the line came; if not, the response ended before.
    pub(super) is_whole: bool,
}

/// Why there is no next line.
#[derive(Debug)]
pub(super) enum Fault {
    Transport(TransportError),
    TooLong,
    Blank,
}

/// How many blank lines may come in a row.
const BLANK_LINES: u32 = 1000;

/// The lines of a body. Blank ones are passed over.
#[derive(Debug)]
pub(super) struct Lines {
    body: ResponseBody,
    /// What came and was not looked at.
    chunk: Bytes,
    /// The beginning of a line that goes on in the next chunk. Only such lines are copied.
    begun: BytesMut,
    /// How many blank lines came in a row.
    blank: u32,
    /// How many bytes a line may have.
    pub(super) limit: usize,
}

impl Lines {
    pub(super) fn new(body: ResponseBody, limit: usize) -> Self {
        Self { body, chunk: Bytes::new(), begun: BytesMut::new(), blank: 0, limit }
    }

    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Line, Fault>>> {
        loop {
            let end = memchr::memchr(b'\n', &self.chunk);
            let piece = self.chunk.split_to(end.unwrap_or(self.chunk.len()));
            if self.begun.len() + piece.len() > self.limit {
                return Poll::Ready(Some(Err(Fault::TooLong)));
            }
            if end.is_none() {
                self.begun.extend_from_slice(&piece);
                match ready!(self.poll_chunk(context)) {
                    Some(Ok(())) => continue,
                    Some(Err(error)) => return Poll::Ready(Some(Err(Fault::Transport(error)))),
                    None => return Poll::Ready(line(self.begun.split().freeze(), false).map(Ok)),
                }
            }
            self.chunk.advance(1);
            let text = if self.begun.is_empty() {
                piece
            } else {
                self.begun.extend_from_slice(&piece);
                self.begun.split().freeze()
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

    /// Gets the next chunk; nothing if there is none.
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<(), TransportError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        // Trailers are no data.
        Poll::Ready(frame.map(|frame| frame.map(|frame| self.chunk = frame.into_data().unwrap_or_default())))
    }
}

/// A line, if there is more in it than spaces.
fn line(text: Bytes, is_whole: bool) -> Option<Line> {
    (!text.trim_ascii().is_empty()).then_some(Line { text, is_whole })
}
