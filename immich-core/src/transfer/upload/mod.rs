//! Uploads of files, folders, bytes and streams, each once.

// Inputs move between queues in their boxes.
#![allow(clippy::vec_box)]

mod album;
mod albums;
mod arrive;
mod builder;
mod checking;
mod copies;
mod doubt;
mod end;
mod engine;
#[cfg(feature = "fs")]
mod files;
#[cfg(feature = "fs")]
mod filter;
mod follow_up;
mod hashing;
mod item;
#[cfg(feature = "fs")]
mod journal;
mod live_photos;
pub(in crate::transfer) mod media;
mod meter;
// Without `fs`, only album names use this module.
#[cfg_attr(not(feature = "fs"), allow(dead_code))]
mod names;
#[cfg(feature = "fs")]
mod on_disk;
mod options;
mod outcome;
#[cfg(feature = "fs")]
mod pair;
mod proof;
#[cfg(feature = "fs")]
mod relocate;
mod room;
mod run;
#[cfg(feature = "fs")]
mod scan;
mod sending;
#[cfg(feature = "fs")]
mod sidecar;
#[cfg(feature = "fs")]
mod source;
mod stacks;
mod stages;
#[cfg(feature = "fs")]
mod system;
mod tagging;
mod tags;
mod tickets;
#[cfg(feature = "fs")]
mod times;

pub use builder::UploadBuilder;
pub use engine::Upload;
pub use item::UploadItem;
#[cfg(feature = "fs")]
pub use options::{CopyProof, SourcePolicy};
pub use options::{FileTimes, SameNamePolicy, StackRule, TrashPolicy};
pub use outcome::{
    AlbumOutcome, DuplicateOf, JoinOutcome, LivePhoto, SidecarFile, SkipReason, SourceResult, StackOutcome, TagOutcome,
    UploadInput, UploadOutcome, UploadResult, UploadSummary,
};

/// The maximum number of attempts to hash and send a file that changes meanwhile.
#[cfg(feature = "fs")]
const CHANGES: u32 = 4;
