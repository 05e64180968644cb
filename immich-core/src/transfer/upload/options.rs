//! The options of an upload.

use std::fmt;
#[cfg(feature = "fs")]
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::api::{AssetMetadataUpsertItemDto, AssetVisibility};
use crate::ids::AlbumId;
use crate::transfer::outage::OutageOptions;
#[cfg(feature = "fs")]
use crate::transfer::upload::filter::Filter;
use crate::transfer::upload::outcome::UploadInput;

/// The action for a file whose copy on the server is in the trash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrashPolicy {
    /// It stays there, and the file is reported as a duplicate of it.
    #[default]
    Report,
    /// It stays there, and the file is reported as skipped.
    Skip,
    /// It is restored.
    Restore,
}

/// The action if the user has several albums of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameNamePolicy {
    /// Nothing is added to any of them, and the album is reported as failed.
    #[default]
    Error,
    /// The one that was created last is taken.
    Newest,
    /// Another one of that name is created.
    Create,
}

/// Which files to show as one on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StackRule {
    /// A RAW and a JPEG or HEIC of the same folder and name, the latter on top; those of a Pixel too, which are called
    /// `….RAW-01.COVER.jpg` and `….RAW-02.ORIGINAL.dng`.
    RawAndDeveloped,
    /// The photos of one press of the shutter, by the names that cameras give them, the one that the camera chose on top:
    /// `…_BURST001.jpg` and `…_BURST002_COVER.jpg` of most makers, `20220101_120000_001.jpg` of Samsung, and the
    /// `….MOTION-01.COVER.jpg` and `….MOTION-02.ORIGINAL.jpg` of a Pixel, also of other modes than `MOTION`.
    Bursts,
}

/// The action on a file once the server has it.
#[cfg(feature = "fs")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourcePolicy {
    /// It stays.
    #[default]
    Keep,
    /// It is deleted.
    Delete,
    /// It is moved into this folder, under its path below the folder that was given. Nothing is overwritten.
    MoveTo(PathBuf),
}

/// The proof that the server has the bytes of a file, before the file is deleted or moved.
///
/// A server can have a record of an asset without its bytes: one that fails while it stores an upload keeps the
/// record and deletes the file (seen on 2.7.5 and 3.1.0), and a disk can lose files. A record alone is never enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CopyProof {
    /// The first byte of the original is requested, and the length of the whole compared: one small request.
    Length,
    /// The whole original is downloaded, and its SHA-1 compared.
    #[cfg_attr(not(feature = "fs"), allow(dead_code))]
    Bytes,
}

/// When a file was made, and last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct FileTimes {
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

pub(super) type TimesOf = Arc<dyn Fn(&UploadInput, FileTimes) -> FileTimes + Send + Sync>;

/// Where the assets go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum AlbumTarget {
    Id(AlbumId),
    Name(String),
    Folder,
}

#[allow(clippy::struct_excessive_bools)]
pub(super) struct Options {
    pub(super) concurrency: usize,
    pub(super) hash_concurrency: usize,
    pub(super) check: bool,
    pub(super) dry_run: bool,
    pub(super) trash: TrashPolicy,
    pub(super) album: Option<AlbumTarget>,
    pub(super) same_name: SameNamePolicy,
    pub(super) tags: Vec<String>,
    pub(super) favorite: Option<bool>,
    pub(super) visibility: Option<AssetVisibility>,
    pub(super) metadata: Vec<AssetMetadataUpsertItemDto>,
    pub(super) times: Option<TimesOf>,
    pub(super) outages: OutageOptions,
    pub(super) metadata_wait: Duration,
    pub(super) verify_duplicates: bool,
    #[cfg(feature = "fs")]
    pub(super) files: FileOptions,
}

#[cfg(feature = "fs")]
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)]
pub(super) struct FileOptions {
    pub(super) filter: Filter,
    pub(super) recursive: bool,
    pub(super) hidden: bool,
    pub(super) system_folders: bool,
    pub(super) follow_links: bool,
    pub(super) sidecars: bool,
    pub(super) live_photos: bool,
    pub(super) stacks: Vec<StackRule>,
    pub(super) after_upload: SourcePolicy,
    pub(super) after_duplicate: SourcePolicy,
    pub(super) journal: Option<PathBuf>,
    pub(super) verify_journal: bool,
    pub(super) upload_proof: CopyProof,
    pub(super) duplicate_proof: CopyProof,
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("concurrency", &self.concurrency)
            .field("hash_concurrency", &self.hash_concurrency)
            .field("dry_run", &self.dry_run)
            .field("album", &self.album)
            .finish_non_exhaustive()
    }
}
