//! Synchronization and the timeline.
//!
//! # Synchronization
//!
//! A program that keeps a copy of the data on the server requests the sync stream. The first stream contains
//! everything, later ones only additions, changes and deletions since the last acknowledgement. The server stores
//! acknowledgements per session, so it requires a [`Session`](crate::Session) and rejects API keys (403).
//!
//! ```no_run
//! # extern crate immich_core as immich_sdk;
//! # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
//! use std::collections::BTreeMap;
//!
//! use immich_sdk::Session;
//! use immich_sdk::api::{SyncData, SyncRequestType::AssetsV2, SyncStreamDto};
//! use immich_sdk::stream::{SyncAcks, SyncEvent};
//!
//! let session = Session::log_in(&client, "me@example.com", "the password").await?;
//! let client = session.client();
//!
//! let mut names = BTreeMap::new();
//! let mut acks = SyncAcks::new();
//! let types = client.sync_types([AssetsV2]).await?;
//! loop {
//!     let mut events = client.sync().get_sync_stream(SyncStreamDto::new(types.clone())).events().await?;
//!     while let Some(event) = events.next().await? {
//!         match event {
//!             SyncEvent::Change(change) => {
//!                 match change.data {
//!                     SyncData::AssetV1(asset) => _ = names.insert(asset.id, asset.original_file_name),
//!                     SyncData::AssetV2(asset) => _ = names.insert(asset.id, asset.original_file_name),
//!                     SyncData::AssetDeleteV1(gone) => _ = names.remove(&gone.asset_id),
//!                     _ => {}
//!                 }
//!                 acks.handled(change.ack);
//!             }
//!             SyncEvent::Reset(reset) => {
//!                 names.clear();
//!                 acks.wiped(reset);
//!             }
//!             SyncEvent::Complete(ack) => acks.handled(ack),
//!         }
//!         if events.received() % 1000 == 0 {
//!             // Store what was handled before it is acknowledged.
//!             acks.send(client).await?;
//!         }
//!     }
//!     acks.send(client).await?;
//!     if events.is_complete() {
//!         break;
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! * Store first, then acknowledge: an acknowledged event is never sent again, others are. So a program that crashes in
//!   between receives some events twice, but misses none. An event contains the complete new state of its item, so it
//!   is safe to apply it twice.
//! * A stream that ends before the server marks it as complete is an error, never a short stream.
//! * A line of an unknown type is [`SyncData::Unknown`](crate::api::SyncData::Unknown), with its data as JSON. Types
//!   that were not requested are not sent.
//! * [`Client::sync_types`](crate::Client::sync_types) selects the types to request from servers of different versions.
//!
//! # Timeline
//!
//! The server returns a month of the timeline as columns;
//! [`into_rows`](crate::api::TimeBucketAssetResponseDto::into_rows) converts each row to a [`TimelineAsset`].

mod acks;
mod event;
mod events;
mod lines;
mod timeline;
mod types;

pub use acks::{SyncAck, SyncAcks, SyncReset};
pub use event::{SyncChange, SyncEvent, UnknownData};
pub use events::SyncEvents;
pub use timeline::{TimelineAsset, TimelineStack};
