//! The outcomes of the inputs, and the summary.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::ids::{AlbumId, AssetId, StackId};
use crate::transfer::Checksum;

/// An input of an upload: a file, or an item given by the caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UploadInput {
    /// The path of a file, as it was found.
    Path(PathBuf),
    /// An item, with its position among the given items, from zero, and its name.
    Item {
        /// The number of items given before it. The video of a live photo counts before its image.
        index: usize,
        /// The name of the item.
        name: String,
    },
}

impl UploadInput {
    /// Returns the path, if the input is a file.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Path(path) => Some(path),
            Self::Item { .. } => None,
        }
    }
}

impl fmt::Display for UploadInput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(formatter),
            Self::Item { name, .. } => name.fmt(formatter),
        }
    }
}

/// The outcome of one input.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UploadOutcome {
    /// The input.
    pub input: UploadInput,
    /// The length in bytes, if known.
    pub length: Option<u64>,
    /// The SHA-1, if it was computed or given.
    pub checksum: Option<Checksum>,
    /// The result.
    pub result: UploadResult,
    /// The sidecar of the file.
    pub sidecar: Option<SidecarFile>,
    /// The role in a live photo.
    pub live_photo: LivePhoto,
    /// The result for the local file.
    pub source: SourceResult,
    /// Assets of earlier states of the file, which changed while it was sent. They were moved to the trash.
    pub superseded: Vec<AssetId>,
    /// Assets whose bytes the server lost when it failed to store the file. Their records were deleted, and the file
    /// was uploaded again.
    pub lost: Vec<AssetId>,
}

/// The result of one input.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum UploadResult {
    /// The server did not have the file before, and has it now.
    Uploaded {
        /// The new asset.
        asset: AssetId,
    },
    /// The server already had the same bytes.
    Duplicate {
        /// The asset with these bytes.
        asset: AssetId,
        /// Where the asset comes from.
        of: DuplicateOf,
    },
    /// The file was intentionally not sent.
    Skipped(SkipReason),
    /// The file was not sent, or it is not known whether it arrived. [`Error::attempts`] returns the number of
    /// attempts.
    Failed(Error),
}

impl UploadResult {
    /// Returns the asset on the server, if there is one.
    pub fn asset(&self) -> Option<AssetId> {
        match self {
            Self::Uploaded { asset } | Self::Duplicate { asset, .. } | Self::Skipped(SkipReason::InTrash { asset }) => {
                Some(*asset)
            }
            Self::Skipped(_) | Self::Failed(_) => None,
        }
    }

    /// Returns the asset, if it is not in the trash.
    pub(super) fn live_asset(&self) -> Option<AssetId> {
        match self {
            Self::Skipped(_) | Self::Duplicate { of: DuplicateOf::Trashed, .. } => None,
            _ => self.asset(),
        }
    }
}

/// Where the asset comes from that has the bytes of a duplicate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DuplicateOf {
    /// It was on the server.
    Server,
    /// It was in the trash on the server, and stays there.
    Trashed,
    /// It was in the trash on the server, and was restored.
    Restored,
    /// It was uploaded for this input of the same run.
    SameRun(UploadInput),
    /// It is recorded in the journal of an earlier run; no request was sent.
    EarlierRun,
}

/// Why an input was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// The server does not support this type of file.
    UnsupportedType,
    /// The file is empty, and the server does not accept empty files.
    Empty,
    /// It is a symbolic link, and links are not followed.
    SymbolicLink,
    /// It is neither a file nor a folder.
    NotAFile,
    /// It is a folder created by a system, such as `@eaDir` or `$RECYCLE.BIN`. Its contents were not scanned. See
    /// [`system_folders`](super::UploadBuilder::system_folders).
    SystemFolder,
    /// It is a file created by a system, such as the `._` files of a Mac. See
    /// [`system_folders`](super::UploadBuilder::system_folders).
    SystemFile,
    /// The server has the file in the trash, and such files are skipped.
    InTrash {
        /// The asset in the trash.
        asset: AssetId,
    },
    /// The file would be uploaded if this were not a dry run, or an earlier input with the same bytes would be.
    DryRun {
        /// The earlier input with the same bytes.
        same_as: Option<UploadInput>,
    },
    /// The upload was stopped before this input was started.
    Stopped,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::UnsupportedType => "the server does not support this file type",
            Self::Empty => "it is empty",
            Self::SymbolicLink => "it is a symbolic link",
            Self::NotAFile => "it is neither a file nor a folder",
            Self::SystemFolder => "it is a folder created by a system",
            Self::SystemFile => "it is a file created by a system",
            Self::InTrash { .. } => "the server has it in the trash",
            Self::DryRun { same_as: None } => "dry run",
            Self::DryRun { .. } => "dry run, same bytes as an earlier input",
            Self::Stopped => "stopped before it was started",
        })
    }
}

/// The sidecar of a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SidecarFile {
    /// The path of the sidecar.
    pub path: PathBuf,
    /// Whether other files share it, such as a RAW and its JPEG.
    pub shared: bool,
    /// The result for the local sidecar, reported with the last of the files that share it.
    pub fate: SourceResult,
    /// Why the sidecar could not be read: it is longer than 16 MiB, is no longer a regular file, or may not be read.
    /// The photo was sent without it, and neither of them is deleted or moved.
    pub error: Option<Error>,
}

/// The role of an input in a live photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LivePhoto {
    /// It is not part of a live photo.
    #[default]
    None,
    /// It is the video.
    Video,
    /// It is the image, and its video is this asset.
    Image(AssetId),
    /// It is the image, and its video could not be uploaded: it is a still photo now.
    ImageWithoutVideo,
}

/// The result for the local file.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum SourceResult {
    /// It was kept.
    #[default]
    Kept,
    /// It should have been deleted or moved, but was kept because of this error.
    KeptBecause(Error),
    /// It was deleted, because the server has it.
    Deleted,
    /// It was moved to this path, because the server has it.
    Moved(PathBuf),
}

impl SourceResult {
    /// Returns true if the file was deleted or moved.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Deleted | Self::Moved(_))
    }
}

/// The summary of all inputs. `uploaded`, `duplicates`, `skipped` and `failed` add up to `inputs`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct UploadSummary {
    /// The number of inputs.
    pub inputs: u64,
    /// The number of uploaded inputs.
    pub uploaded: u64,
    /// The number of inputs whose bytes the server already had, or an earlier input has.
    pub duplicates: u64,
    /// The number of inputs that were intentionally not sent.
    pub skipped: u64,
    /// The number of inputs that failed. Albums, tags and stacks have their own outcomes;
    /// [`is_complete`](Self::is_complete) includes them.
    pub failed: u64,
    /// The number of photos that were sent without their sidecar, because it could not be read.
    pub sidecars_failed: u64,
    /// The patterns of [`include`](super::UploadBuilder::include) and [`exclude`](super::UploadBuilder::exclude) that
    /// matched nothing, as given, once the scan is complete. They do not make a run incomplete, because it is normal
    /// that some patterns do not match in a run.
    pub unmatched_patterns: Vec<String>,
    /// The number of bytes of the uploaded inputs whose length is known.
    pub bytes_uploaded: u64,
    /// The outcome of each album.
    pub albums: Vec<AlbumOutcome>,
    /// The outcome of the tags, if there are any.
    pub tags: Option<TagOutcome>,
    /// The outcome of each stack.
    pub stacks: Vec<StackOutcome>,
    /// Live photos whose image was on the server already, but whose video was not.
    pub joined: Vec<JoinOutcome>,
    /// The error that prevented writing the journal. The uploads are not affected.
    pub journal_error: Option<Error>,
    /// The error that ended the upload early: the server does not accept the credential, has no free space, or was
    /// unavailable for too long.
    pub stopped_by: Option<Error>,
    /// Whether the upload has ended: false while it runs, and after a panic in a function of the caller.
    pub finished: bool,
}

impl UploadSummary {
    /// Returns true if the upload has ended and nothing failed: no input, sidecar, album, tag, stack or journal.
    pub fn is_complete(&self) -> bool {
        self.finished
            && self.failed == 0
            && self.sidecars_failed == 0
            && self.journal_error.is_none()
            && self.stopped_by.is_none()
            && self.albums.iter().all(|album| album.error.is_none() && album.refused.is_empty())
            && self.tags.as_ref().is_none_or(TagOutcome::is_complete)
            && self.stacks.iter().all(|stack| stack.result.is_ok())
            && self.joined.iter().all(|joined| joined.result.is_ok())
    }

    pub(super) fn count(&mut self, outcome: &UploadOutcome) {
        self.inputs += 1;
        self.sidecars_failed += u64::from(outcome.sidecar.as_ref().is_some_and(|sidecar| sidecar.error.is_some()));
        match &outcome.result {
            UploadResult::Uploaded { .. } => {
                self.uploaded += 1;
                self.bytes_uploaded += outcome.length.unwrap_or_default();
            }
            UploadResult::Duplicate { .. } => self.duplicates += 1,
            UploadResult::Skipped(_) => self.skipped += 1,
            UploadResult::Failed(_) => self.failed += 1,
        }
    }
}

/// The outcome of one album.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AlbumOutcome {
    /// The name, unless the album was given by id.
    pub name: Option<String>,
    /// The id, once it is known.
    pub id: Option<AlbumId>,
    /// The number of assets that were added.
    pub added: u64,
    /// The number of assets that were in the album already.
    pub already: u64,
    /// The assets that the server did not add, and the reasons.
    pub refused: Vec<(AssetId, String)>,
    /// The last error of a request. The assets of that request are in `refused`.
    pub error: Option<Error>,
}

/// The outcome of the tags.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TagOutcome {
    /// The number of tags added to assets that did not have them.
    pub tagged: u64,
    /// The assets that do not have the tags.
    pub untagged: Vec<AssetId>,
    /// The assets that have the tags, but whose metadata the server has not read yet. When it does, it replaces their
    /// tags with those in the file. Tag them again later, or wait longer with
    /// [`metadata_wait`](super::UploadBuilder::metadata_wait).
    pub unsettled: Vec<AssetId>,
    /// The last error of a request.
    pub error: Option<Error>,
}

impl TagOutcome {
    fn is_complete(&self) -> bool {
        self.error.is_none() && self.untagged.is_empty() && self.unsettled.is_empty()
    }
}

/// The outcome of one stack.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StackOutcome {
    /// The assets, the one on top first.
    pub assets: Vec<AssetId>,
    /// The stack, or the error that prevented it.
    pub result: Result<StackId, Error>,
}

/// A live photo made from an image that the server already had.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct JoinOutcome {
    /// The image.
    pub image: AssetId,
    /// The video. If it cannot be joined, it stays a separate video.
    pub video: AssetId,
    /// The result: an error if they could not be joined.
    pub result: Result<(), Error>,
}
