//! The sync stream as a sequence of events.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::event::SyncEvent;
use super::lines::{Fault, Line, Lines};
use crate::api::{GetSyncStream, SyncEntityType};
use crate::call::{Call, Options};
use crate::client::Client;
use crate::decode::from_json;
use crate::error::Error;
use crate::operation::Operation;
use crate::transport_error::TransportError;

const OPERATION: &Operation = GetSyncStream::OPERATION;

/// The default maximum length of a line: more than the largest value that an app can store with an asset.
const LINE_LENGTH: usize = 16 << 20;

/// The hint if the stream was interrupted.
const AGAIN: &str = "Acknowledge the handled events and request the stream again: it resumes after them.";

/// The events of the sync stream as they arrive. Only one line at a time is in memory.
///
/// See [`stream`](crate::stream) for an overview. It also implements [`Stream`].
#[must_use = "events are read by `next`"]
pub struct SyncEvents {
    client: Client,
    /// The options of the call.
    options: Options,
    lines: Lines,
    read: fn(&[u8]) -> Result<SyncEvent, Error>,
    media_type: Option<String>,
    /// The number of the line that was read last.
    number: u64,
    received: u64,
    end_state: EndState,
    is_over: bool,
    /// Whether the version was already requested to explain an error.
    version_requested: bool,
    /// An error for which the server version is being requested.
    explaining: Option<Pin<Box<dyn Future<Output = Error> + Send>>>,
}

/// The end of the stream, as announced by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EndState {
    Nothing,
    Reset,
    Complete,
}

impl Call<'_, GetSyncStream> {
    /// Sends the request, and returns the response event by event.
    ///
    /// # Errors
    /// Those of the call: `Auth` (403) if the client authenticates with an API key, because the stream needs a
    /// [`Session`](crate::Session); `Api` (400) for a type that the server does not support yet or any more, see
    /// [`Client::sync_types`].
    // Inline, so that the deserializers of all types of lines are only compiled into programs that call it.
    #[inline]
    pub fn events(self) -> impl Future<Output = Result<SyncEvents, Error>> + Send {
        SyncEvents::open(self, read)
    }
}

/// Deserializes the event of a line.
#[inline]
fn read(line: &[u8]) -> Result<SyncEvent, Error> {
    from_json(OPERATION, line)
}

impl SyncEvents {
    async fn open(call: Call<'_, GetSyncStream>, read: fn(&[u8]) -> Result<SyncEvent, Error>) -> Result<Self, Error> {
        let (client, options) = (call.client.clone(), call.options.for_version_request());
        let response = call.await?;
        let media_type = response.content_type().map(str::to_owned);
        Ok(Self {
            client,
            options,
            lines: Lines::new(response.into_body(), LINE_LENGTH),
            read,
            media_type,
            number: 0,
            received: 0,
            end_state: EndState::Nothing,
            is_over: false,
            version_requested: false,
            explaining: None,
        })
    }

    /// Sets the maximum number of bytes of a line. Defaults to 16 MiB; a longer line is a `TooLarge` error.
    pub fn max_line_bytes(mut self, bytes: usize) -> Self {
        self.lines.limit = bytes;
        self
    }

    /// Returns the next event, or `None` at the end.
    ///
    /// # Errors
    /// `Transport` or `Timeout` if the stream is interrupted or ends before the server marks it as complete, and
    /// `TooLarge` for a line that is too long; the stream is then over. `Decode` for a line that does not match the API
    /// description; the next call continues after it, and the acknowledgement of a later event of its type includes it.
    pub async fn next(&mut self) -> Result<Option<SyncEvent>, Error> {
        poll_fn(|context| self.poll(context)).await.transpose()
    }

    /// Returns the number of events received so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Returns whether the server marked the stream as complete. If `next` returned `None` and this is false, there was
    /// a reset or an error, and another stream must be requested.
    pub fn is_complete(&self) -> bool {
        self.end_state == EndState::Complete
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<SyncEvent, Error>>> {
        loop {
            if let Some(explaining) = &mut self.explaining {
                let error = ready!(explaining.as_mut().poll(context));
                self.explaining = None;
                return Poll::Ready(Some(Err(error)));
            }
            if self.is_over {
                return Poll::Ready(None);
            }
            let outcome = match ready!(self.lines.poll_next(context)) {
                Some(Ok(line)) => self.event(&line).map(Some),
                Some(Err(fault)) => Err(self.stream_error(fault)),
                None => self.end().map(|()| None),
            };
            match outcome {
                Ok(event) => return Poll::Ready(event.map(Ok)),
                Err(error) => {
                    // The version is the same for all lines, so it is requested once.
                    if std::mem::replace(&mut self.version_requested, true) {
                        return Poll::Ready(Some(Err(self.client.explain_by_known_version(error))));
                    }
                    let (client, options) = (self.client.clone(), self.options.clone());
                    self.explaining = Some(Box::pin(async move { client.explain(error, &options).await }));
                }
            }
        }
    }

    fn event(&mut self, line: &Line) -> Result<SyncEvent, Error> {
        // A line without a line break may be complete, unless its JSON is truncated.
        if !line.is_terminated && serde_json::from_slice::<IgnoredAny>(&line.text).is_err_and(|error| error.is_eof()) {
            self.is_over = true;
            return Err(self.truncated());
        }
        self.number += 1;
        let event = (self.read)(&line.text).map_err(|error| self.line_error(error, line))?;
        self.received += 1;
        self.end_state = match (&event, self.end_state) {
            (SyncEvent::Complete(_), _) | (_, EndState::Complete) => EndState::Complete,
            (SyncEvent::Reset(_), _) => EndState::Reset,
            (SyncEvent::Change(_), _) => EndState::Nothing,
        };
        Ok(event)
    }

    fn end(&mut self) -> Result<(), Error> {
        self.is_over = true;
        if self.end_state == EndState::Nothing { Err(self.truncated()) } else { Ok(()) }
    }

    fn truncated(&self) -> Error {
        let s = if self.received == 1 { "" } else { "s" };
        let message =
            format!("the stream ended after {} event{s}, before the event that marks it as complete", self.received);
        Error::transport(OPERATION, TransportError::cut(message).with_hint(AGAIN))
    }

    fn stream_error(&mut self, fault: Fault) -> Error {
        self.is_over = true;
        match fault {
            Fault::Transport(error) if error.hint().is_some() => Error::transport(OPERATION, error),
            Fault::Transport(error) => Error::transport(OPERATION, error.with_hint(AGAIN)),
            Fault::Blank => {
                Error::decode(OPERATION, "", "one blank line comes after the other").in_line(self.number + 1, None)
            }
            Fault::TooLong => {
                let error = Error::too_large(OPERATION, &format!("a line of more than {} bytes", self.lines.limit));
                error.in_line(self.number + 1, None).with_hint("`SyncEvents::max_line_bytes` raises the limit.")
            }
        }
    }

    /// Adds the number of the line, and its type if it is a known one; anything else may be secret.
    fn line_error(&self, error: Error, line: &Line) -> Error {
        #[derive(Deserialize)]
        struct Kind {
            #[serde(rename = "type")]
            kind: SyncEntityType,
        }

        let kind = serde_json::from_slice::<Kind>(&line.text).ok().map(|line| line.kind);
        let kind = kind.as_ref().filter(|kind| !matches!(kind, SyncEntityType::Unknown(_)));
        // After the first event, the response is known to come from Immich.
        let error = if self.received == 0 { error.with_media_type(self.media_type.clone()) } else { error };
        error.in_line(self.number, kind.map(SyncEntityType::as_str))
    }
}

impl Stream for SyncEvents {
    type Item = Result<SyncEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl fmt::Debug for SyncEvents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, received, end_state, is_over, .. } = self;
        formatter
            .debug_struct("SyncEvents")
            .field("lines", number)
            .field("received", received)
            .field("said", end_state)
            .field("is_over", is_over)
            .finish_non_exhaustive()
    }
}
