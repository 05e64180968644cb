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

/// How to treat a file whose copy on the server is in the trash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrashPolicy {
    /// Keeps the copy in the trash, and reports the file as a duplicate of it.
    #[default]
    Report,
    /// Keeps the copy in the trash, and reports the file as skipped.
    Skip,
    /// Restores the copy.
    Restore,
}

/// How to choose if the user has several albums of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameNamePolicy {
    /// Adds nothing to any of them, and reports the album as failed.
    #[default]
    Error,
    /// Uses the album that was created last.
    Newest,
    /// Creates another album of the same name.
    Create,
}

/// Which files form a stack on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StackRule {
    /// A RAW and a JPEG or HEIC with the same folder and name, the latter on top. This includes files of a Pixel with
    /// names such as `….RAW-01.COVER.jpg` and `….RAW-02.ORIGINAL.dng`.
    RawAndDeveloped,
    /// The photos of a burst, by the file names of cameras, with the camera's choice on top: `…_BURST001.jpg` and
    /// `…_BURST002_COVER.jpg` of most makers, `20220101_120000_001.jpg` of Samsung, and `….MOTION-01.COVER.jpg` and
    /// `….MOTION-02.ORIGINAL.jpg` of a Pixel, including modes other than `MOTION`.
    Bursts,
}

/// How to treat a file once the server has it.
#[cfg(feature = "fs")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourcePolicy {
    /// Keeps the file.
    #[default]
    Keep,
    /// Deletes the file.
    Delete,
    /// Moves the file into this folder, with its path relative to the given folder. Nothing is overwritten.
    MoveTo(PathBuf),
}

/// The proof that the server has the bytes of a file, before the file is deleted or moved.
///
/// A server can have a record of an asset without its bytes: if it fails while storing an upload, it keeps the record
/// and deletes the file (seen on 2.7.5 and 3.1.0), and disks can lose files. A record alone is never enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CopyProof {
    /// Requests the first byte of the original, and compares the total length: one small request.
    Length,
    /// Downloads the whole original, and compares its SHA-1.
    #[cfg_attr(not(feature = "fs"), allow(dead_code))]
    Bytes,
}

/// The times of creation and of the last change of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct FileTimes {
    /// The time of creation.
    pub created: Timestamp,
    /// The time of the last change.
    pub modified: Timestamp,
}

pub(super) type TimesOf = Arc<dyn Fn(&UploadInput, FileTimes) -> FileTimes + Send + Sync>;

/// The album that the assets are added to.
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

#[cfg(feature = "fs")]
impl Default for FileOptions {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            recursive: true,
            hidden: false,
            system_folders: false,
            follow_links: false,
            sidecars: true,
            live_photos: true,
            stacks: Vec::new(),
            after_upload: SourcePolicy::Keep,
            after_duplicate: SourcePolicy::Keep,
            journal: None,
            verify_journal: false,
            upload_proof: CopyProof::Length,
            duplicate_proof: CopyProof::Bytes,
        }
    }
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
