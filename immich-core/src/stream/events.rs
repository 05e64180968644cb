//! The sync stream, event by event.

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
use crate::endpoint::Operation;
use crate::error::Error;
use crate::send::TransportError;

const OPERATION: &Operation = GetSyncStream::OPERATION;

/// How long a line may be: more than the largest value that an app can store with an asset.
const LINE_LENGTH: usize = 16 << 20;

/// What helps when the stream broke off.
const AGAIN: &str = "Acknowledge the handled events and request the stream again: it resumes after them.";

/// The events of the sync stream as they arrive. One line at a time is in memory.
///
/// See [`stream`](crate::stream) for the whole of it. It is also a [`Stream`].
#[must_use = "events are read by `next`"]
pub struct SyncEvents {
    client: Client,
    /// Those of the call.
    options: Options,
    lines: Lines,
    read: fn(&[u8]) -> Result<SyncEvent, Error>,
    media_type: Option<String>,
    /// The number of the line that was read last.
    number: u64,
    received: u64,
    said: Said,
    is_over: bool,
    /// Whether the version was asked for to explain an error.
    has_asked: bool,
    /// An error that the version of the server is being asked for.
    explained: Option<Pin<Box<dyn Future<Output = Error> + Send>>>,
}

/// What the server said of the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    Reset,
    Complete,
}

impl Call<'_, GetSyncStream> {
    /// Sends the request, and gives the response event by event.
    ///
    /// # Errors
    /// Those of the call: `Auth` (403) if the client asks with an API key, for the stream needs a
    /// [`Session`](crate::Session); `Api` (400) for a type that the server does not know or know any more, see
    /// [`Client::sync_types`].
    // Inline, so that what reads all types of lines is compiled in programs that call it, and in no other.
    #[inline]
    pub fn events(self) -> impl Future<Output = Result<SyncEvents, Error>> + Send {
        SyncEvents::open(self, read)
    }
}

/// Reads the event of a line.
#[inline]
fn read(line: &[u8]) -> Result<SyncEvent, Error> {
    from_json(OPERATION, line)
}

impl SyncEvents {
    async fn open(call: Call<'_, GetSyncStream>, read: fn(&[u8]) -> Result<SyncEvent, Error>) -> Result<Self, Error> {
        let (client, options) = (call.client.clone(), call.options.for_question());
        let answer = call.await?;
        let media_type = answer.content_type().map(str::to_owned);
        Ok(Self {
            client,
            options,
            lines: Lines::new(answer.into_body(), LINE_LENGTH),
            read,
            media_type,
            number: 0,
            received: 0,
            said: Said::Nothing,
            is_over: false,
            has_asked: false,
            explained: None,
        })
    }

    /// Sets how many bytes a line may have, 16 MiB otherwise; a longer one is the error `TooLarge`.
    pub fn max_line_bytes(mut self, bytes: usize) -> Self {
        self.lines.limit = bytes;
        self
    }

    /// The next event, or `None` at the end.
    ///
    /// # Errors
    /// `Transport` or `Timeout` if the stream breaks off or ends before the server said that it is complete; `TooLarge`
    /// for a line that is too long: after these it is over. `Decode` for a line that is not as described: the next call
    /// goes on behind it, and an acknowledgement of a later event of its type covers it.
    pub async fn next(&mut self) -> Result<Option<SyncEvent>, Error> {
        poll_fn(|context| self.poll(context)).await.transpose()
    }

    /// How many events came until now.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Whether the server said that everything was told. If `next` gave `None` and this is false, there was a reset or
    /// an error, and another stream must be asked for.
    pub fn is_complete(&self) -> bool {
        self.said == Said::Complete
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<SyncEvent, Error>>> {
        loop {
            if let Some(explained) = &mut self.explained {
                let error = ready!(explained.as_mut().poll(context));
                self.explained = None;
                return Poll::Ready(Some(Err(error)));
            }
            if self.is_over {
                return Poll::Ready(None);
            }
            let outcome = match ready!(self.lines.poll_next(context)) {
                Some(Ok(line)) => self.event(&line).map(Some),
                Some(Err(fault)) => Err(self.broken(fault)),
                None => self.end().map(|()| None),
            };
            match outcome {
                Ok(event) => return Poll::Ready(event.map(Ok)),
                Err(error) => {
                    // The version is the same for all lines: one question is enough.
                    if std::mem::replace(&mut self.has_asked, true) {
                        return Poll::Ready(Some(Err(self.client.explain_by_known_version(error))));
                    }
                    let (client, options) = (self.client.clone(), self.options.clone());
                    self.explained = Some(Box::pin(async move { client.explain(error, &options).await }));
                }
            }
        }
    }

    fn event(&mut self, line: &Line) -> Result<SyncEvent, Error> {
        // A line without its end may be whole; one that breaks off within its JSON is none.
        if !line.is_whole && serde_json::from_slice::<IgnoredAny>(&line.text).is_err_and(|error| error.is_eof()) {
            self.is_over = true;
            return Err(self.too_early());
        }
        self.number += 1;
        let event = (self.read)(&line.text).map_err(|error| self.unread(error, line))?;
        self.received += 1;
        self.said = match (&event, self.said) {
            (SyncEvent::Complete(_), _) | (_, Said::Complete) => Said::Complete,
            (SyncEvent::Reset(_), _) => Said::Reset,
            (SyncEvent::Change(_), _) => Said::Nothing,
        };
        Ok(event)
    }

    fn end(&mut self) -> Result<(), Error> {
        self.is_over = true;
        if self.said == Said::Nothing { Err(self.too_early()) } else { Ok(()) }
    }

    fn too_early(&self) -> Error {
        let s = if self.received == 1 { "" } else { "s" };
        let message =
            format!("the stream ended after {} event{s}, before the event that marks it as complete", self.received);
        Error::transport(OPERATION, TransportError::cut(message).with_hint(AGAIN))
    }

    fn broken(&mut self, fault: Fault) -> Error {
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

    /// Says which line it was, and of which type, if that is one of the descriptions: what else stands there is content.
    fn unread(&self, error: Error, line: &Line) -> Error {
        #[derive(Deserialize)]
        struct Kind {
            #[serde(rename = "type")]
            kind: SyncEntityType,
        }

        let kind = serde_json::from_slice::<Kind>(&line.text).ok().map(|line| line.kind);
        let kind = kind.as_ref().filter(|kind| !matches!(kind, SyncEntityType::Unknown(_)));
        // Only what never was the stream comes from elsewhere.
        let error = if self.received == 0 { error.not_json(self.media_type.clone()) } else { error };
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
        let Self { number, received, said, is_over, .. } = self;
        formatter
            .debug_struct("SyncEvents")
            .field("lines", number)
            .field("received", received)
            .field("said", said)
            .field("is_over", is_over)
            .finish_non_exhaustive()
    }
}
