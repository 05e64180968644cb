//! Uploads: files, folders, bytes and streams up to the server, each once.

// An input goes from queue to queue in its box.
#![allow(clippy::vec_box)]

mod album;
mod arrive;
mod builder;
mod check;
mod end;
mod engine;
#[cfg(feature = "fs")]
mod files;
#[cfg(feature = "fs")]
mod filter;
mod item;
#[cfg(feature = "fs")]
mod journal;
pub(in crate::transfer) mod media;
mod meter;
#[cfg(feature = "fs")]
mod on_disk;
mod options;
mod outcome;
#[cfg(feature = "fs")]
mod pair;
#[cfg(feature = "fs")]
mod scan;
mod send;
#[cfg(feature = "fs")]
mod sidecar;
#[cfg(feature = "fs")]
mod source;
mod stages;

pub use builder::UploadBuilder;
pub use engine::Upload;
pub use item::UploadItem;
#[cfg(feature = "fs")]
pub use options::SourcePolicy;
pub use options::{FileTimes, SameNamePolicy, StackRule, TrashPolicy};
pub use outcome::{
    AlbumOutcome, DuplicateOf, JoinOutcome, LivePhoto, SidecarFile, SkipReason, SourceFate, StackOutcome, TagOutcome,
    UploadInput, UploadOutcome, UploadResult, UploadSummary,
};

/// How often a file that changes is hashed and sent.
#[cfg(feature = "fs")]
const CHANGES: u32 = 4;
