//! Uploads: files, folders, bytes and streams up to the server, each once.

// An input goes from queue to queue in its box.
#![allow(clippy::vec_box)]

mod album;
mod albums;
mod arrive;
mod builder;
mod check;
mod doubt;
mod end;
mod engine;
#[cfg(feature = "fs")]
mod files;
#[cfg(feature = "fs")]
mod filter;
mod follow_up;
mod item;
#[cfg(feature = "fs")]
mod journal;
pub(in crate::transfer) mod media;
mod meter;
// Albums take what they need.
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
#[cfg(feature = "fs")]
mod scan;
mod send;
#[cfg(feature = "fs")]
mod sidecar;
#[cfg(feature = "fs")]
mod source;
mod stages;
#[cfg(feature = "fs")]
mod system;
mod tags;
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

/// How often a file that changes is hashed and sent.
#[cfg(feature = "fs")]
const CHANGES: u32 = 4;
