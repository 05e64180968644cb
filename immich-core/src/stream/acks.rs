//! Telling the server how far one has got.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::api::SyncAckSetDto;
use crate::client::Client;
use crate::error::Error;

/// How many acknowledgements the server takes at once.
const BATCH: usize = 1000;

/// What acknowledges an event of the sync stream: a text of the server, which can be stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SyncAck(String);

impl SyncAck {
    /// The text, such as `AssetV2|01a207a4-c545-75df-b219-c8491d0a8370`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the server keeps one acknowledgement of. It is not always the type of the line.
    fn kind(&self) -> &str {
        self.0.split_once('|').map_or(&self.0, |(kind, _)| kind)
    }
}

impl From<String> for SyncAck {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<SyncAck> for String {
    fn from(ack: SyncAck) -> Self {
        ack.0
    }
}

impl fmt::Display for SyncAck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The server's word that everything is to be removed that came of earlier streams. When that is done, give it to
/// [`SyncAcks::wiped`]; until it is acknowledged, each stream is a reset again.
#[derive(Debug)]
#[must_use = "each stream is a reset until this one is acknowledged"]
pub struct SyncReset(pub(super) SyncAck);

/// Acknowledgements of what a program has taken in, to be sent together.
///
/// Of each type the last one is kept, as the server does. What is acknowledged never comes again, so hand an event over
/// when it is stored for good: a program that dies before [`send`](Self::send) gets the same events again.
#[derive(Clone, Debug, Default)]
pub struct SyncAcks {
    reset: Option<SyncAck>,
    /// The last of each type, in the order in which they were handed over.
    last: Vec<SyncAck>,
}

impl SyncAcks {
    /// Nothing to acknowledge.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the acknowledgement of an event that is stored. Events of one type must be handed over in their order.
    pub fn handled(&mut self, ack: SyncAck) {
        // From the end: most often it is the same type as before.
        if let Some(before) = self.last.iter().rposition(|before| before.kind() == ack.kind()) {
            self.last.remove(before);
        }
        self.last.push(ack);
    }

    /// Takes a reset, when everything that came of earlier streams is removed. What was not sent until now is dropped:
    /// it would tell the server that the program has what it has just removed.
    pub fn wiped(&mut self, reset: SyncReset) {
        self.last.clear();
        self.reset = Some(reset.0);
    }

    /// How many acknowledgements are not sent.
    pub fn len(&self) -> usize {
        self.last.len() + usize::from(self.reset.is_some())
    }

    /// Whether all are sent.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sends them, with the session that the stream was asked for with. What could not be sent stays, so that it is
    /// sent by the next call.
    ///
    /// # Errors
    /// Those of `send_sync_ack`; `Auth` if the client asks with an API key.
    pub async fn send(&mut self, client: &Client) -> Result<(), Error> {
        // Alone: the server passes over what stands behind a reset.
        if let Some(reset) = &self.reset {
            client.sync().send_sync_ack(SyncAckSetDto::new([reset.clone()])).await?;
            self.reset = None;
        }
        while !self.last.is_empty() {
            let batch = self.last.len().min(BATCH);
            client.sync().send_sync_ack(SyncAckSetDto::new(self.last[..batch].iter().cloned())).await?;
            self.last.drain(..batch);
        }
        Ok(())
    }
}
