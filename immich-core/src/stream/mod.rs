//! Everything that changed since the last time, and the timeline.
//!
//! # Synchronization
//!
//! A program that keeps a copy of what is on the server asks for the sync stream: the first time it brings everything,
//! later only what is new, has changed or is gone since what was acknowledged. The server keeps that for each session,
//! and so wants a [`Session`](crate::Session): it refuses API keys (403).
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
//! * Store first, acknowledge then: what is acknowledged never comes again, and what is not comes again. So a program
//!   that dies in between sees some events twice, and misses none. An event is the whole new state of its row, and to
//!   apply it twice does no harm.
//! * A stream that ends before the server said that it is complete is an error, never a short stream.
//! * A type of line that no description has is [`SyncData::Unknown`](crate::api::SyncData::Unknown), with what it holds
//!   as JSON. What was never asked for does not come.
//! * [`Client::sync_types`](crate::Client::sync_types) finds what to ask servers of different versions for.
//!
//! # Timeline
//!
//! The timeline of a month comes as columns;
//! [`into_rows`](crate::api::TimeBucketAssetResponseDto::into_rows) makes a [`TimelineAsset`] of each row.

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
