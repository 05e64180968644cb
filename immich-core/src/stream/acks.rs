//! Acknowledgements of the sync stream.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::api::SyncAckSetDto;
use crate::client::Client;
use crate::error::Error;

/// The maximum number of acknowledgements in a request.
const BATCH: usize = 1000;

/// The acknowledgement of an event of the sync stream: a string of the server, which can be stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SyncAck(String);

impl SyncAck {
    /// Returns the string, such as `AssetV2|01a207a4-c545-75df-b219-c8491d0a8370`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the kind, of which the server stores one acknowledgement. It is not always the type of the line.
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

/// The server requests a full resync: discard everything received from earlier streams. Then pass it to
/// [`SyncAcks::wiped`]; until it is acknowledged, each stream is a reset again.
#[derive(Debug)]
#[must_use = "each stream is a reset until this one is acknowledged"]
pub struct SyncReset(pub(super) SyncAck);

/// Collects acknowledgements of processed events, to send them together.
///
/// Only the last one of each kind is kept, as on the server. An acknowledged event is never sent again, so acknowledge
/// an event only once it is stored: a program that crashes before [`send`](Self::send) receives the same events again.
#[derive(Clone, Debug, Default)]
pub struct SyncAcks {
    reset: Option<SyncAck>,
    /// The last acknowledgement of each kind, in the order in which they were added.
    last: Vec<SyncAck>,
}

impl SyncAcks {
    /// Creates an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the acknowledgement of an event that is stored. Events of one type must be added in their order.
    pub fn handled(&mut self, ack: SyncAck) {
        // From the end, because the kind is usually the same as before.
        if let Some(before) = self.last.iter().rposition(|before| before.kind() == ack.kind()) {
            self.last.remove(before);
        }
        self.last.push(ack);
    }

    /// Adds a reset, once everything received from earlier streams is discarded. Acknowledgements not sent yet are
    /// dropped, because they would confirm data that was just discarded.
    pub fn wiped(&mut self, reset: SyncReset) {
        self.last.clear();
        self.reset = Some(reset.0);
    }

    /// Returns the number of acknowledgements that are not sent.
    pub fn len(&self) -> usize {
        self.last.len() + usize::from(self.reset.is_some())
    }

    /// Returns whether all acknowledgements are sent.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sends the acknowledgements, with the session that requested the stream. If this fails, they are kept for the
    /// next call.
    ///
    /// # Errors
    /// Those of `send_sync_ack`; `Auth` if the client authenticates with an API key.
    pub async fn send(&mut self, client: &Client) -> Result<(), Error> {
        // Sent alone, because the server ignores what follows a reset.
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
