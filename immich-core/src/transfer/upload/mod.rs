//! Uploads of files, folders, bytes and streams, each once.

// Inputs move between queues in their boxes.
#![allow(clippy::vec_box)]

mod album;
mod albums;
mod builder;
#[cfg(feature = "fs")]
mod changes;
mod checking;
mod conductor;
mod copies;
mod duplicates;
mod engine;
mod failures;
#[cfg(feature = "fs")]
mod files;
#[cfg(feature = "fs")]
mod filter;
mod follow_up;
#[cfg(feature = "fs")]
mod groups;
mod hashing;
mod item;
#[cfg(feature = "fs")]
mod journal;
#[cfg(feature = "fs")]
mod journaling;
mod live_photos;
#[cfg_attr(not(feature = "fs"), path = "no_local_files.rs")]
mod local_files;
pub(in crate::transfer) mod media;
mod meter;
// Without `fs`, only album names use this module.
#[cfg_attr(not(feature = "fs"), allow(dead_code))]
mod names;
mod options;
mod outcome;
mod proof;
#[cfg(feature = "fs")]
mod relocate;
#[cfg(feature = "fs")]
mod removal;
#[cfg(feature = "fs")]
mod remove;
mod room;
mod run;
#[cfg(feature = "fs")]
mod scanner;
mod scanning;
mod sending;
#[cfg(feature = "fs")]
mod sidecar;
mod stacks;
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
const CHANGES: u32 = 4;
