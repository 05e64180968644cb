//! The outcome of each input, and the summary.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::ids::{AlbumId, AssetId, StackId};
use crate::transfer::Checksum;

/// The input of an upload: a file, or an item that the program gave.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UploadInput {
    /// A file, by the path under which it was found.
    Path(PathBuf),
    /// An item, by the order in which it was given, from zero, and its name.
    Item {
        /// How many items were given before it; the video of a live photo counts before its image.
        index: usize,
        /// Its name.
        name: String,
    },
}

impl UploadInput {
    /// The path, if it is a file.
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
    /// Which input.
    pub input: UploadInput,
    /// How many bytes it has, where that is known.
    pub length: Option<u64>,
    /// Its SHA-1, where that was made or given.
    pub checksum: Option<Checksum>,
    /// The result.
    pub result: UploadResult,
    /// The sidecar that was found for it.
    pub sidecar: Option<SidecarFile>,
    /// Its part in a live photo.
    pub live_photo: LivePhoto,
    /// The result for the file on this machine.
    pub source: SourceResult,
    /// Assets of an earlier state of the file, which changed while it was sent. They were moved to the trash.
    pub superseded: Vec<AssetId>,
    /// Assets whose bytes the server lost when it failed while storing the file. Their records were deleted, and the
    /// file was uploaded again.
    pub lost: Vec<AssetId>,
}

/// The result of one input: exactly one of four.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum UploadResult {
    /// The server has it now, and had not before.
    Uploaded {
        /// The new asset.
        asset: AssetId,
    },
    /// The server has the same bytes already.
    Duplicate {
        /// The asset that has them.
        asset: AssetId,
        /// Of what it is a duplicate.
        of: DuplicateOf,
    },
    /// It was not sent, and that was meant.
    Skipped(SkipReason),
    /// It was not sent, or it is not known whether it arrived. [`Error::attempts`] returns the number of attempts.
    Failed(Error),
}

impl UploadResult {
    /// The asset on the server, where there is one.
    pub fn asset(&self) -> Option<AssetId> {
        match self {
            Self::Uploaded { asset } | Self::Duplicate { asset, .. } | Self::Skipped(SkipReason::InTrash { asset }) => {
                Some(*asset)
            }
            Self::Skipped(_) | Self::Failed(_) => None,
        }
    }

    /// The asset, if it is in the library and not in the trash.
    pub(super) fn live_asset(&self) -> Option<AssetId> {
        match self {
            Self::Skipped(_) | Self::Duplicate { of: DuplicateOf::Trashed, .. } => None,
            _ => self.asset(),
        }
    }
}

/// Of what an input is a duplicate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DuplicateOf {
    /// An asset of the server.
    Server,
    /// An asset of the server that is in the trash, and stays there.
    Trashed,
    /// An asset of the server that was in the trash, and was restored.
    Restored,
    /// An input of the same run, which was uploaded.
    SameRun(UploadInput),
    /// An asset in the journal of an earlier run; no request was sent.
    EarlierRun,
}

/// Why an input was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// The server takes no files of this type.
    UnsupportedType,
    /// It has no bytes, and the server takes no empty files.
    Empty,
    /// It is a symbolic link, and those are not followed.
    SymbolicLink,
    /// It is neither a file nor a folder.
    NotAFile,
    /// It is a folder that a system makes, such as `@eaDir` or `$RECYCLE.BIN`, and nothing in it was looked at.
    /// [`system_folders`](super::UploadBuilder::system_folders) takes them.
    SystemFolder,
    /// It is a file that a system makes, such as the `._` files of a Mac.
    /// [`system_folders`](super::UploadBuilder::system_folders) takes them.
    SystemFile,
    /// The server has it in the trash, and such files are to be skipped.
    InTrash {
        /// The asset in the trash.
        asset: AssetId,
    },
    /// It would be uploaded, if this were not a dry run; or an input before it, which has the same bytes.
    DryRun {
        /// The input with the same bytes.
        same_as: Option<UploadInput>,
    },
    /// The upload was stopped before its turn came.
    Stopped,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::UnsupportedType => "the server takes no files of this type",
            Self::Empty => "it is empty",
            Self::SymbolicLink => "it is a symbolic link",
            Self::NotAFile => "it is neither a file nor a folder",
            Self::SystemFolder => "it is a folder that a system makes",
            Self::SystemFile => "it is a file that a system makes",
            Self::InTrash { .. } => "the server has it in the trash",
            Self::DryRun { same_as: None } => "dry run",
            Self::DryRun { .. } => "dry run, and the same bytes as one before",
            Self::Stopped => "stopped before its turn",
        })
    }
}

/// The sidecar of a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SidecarFile {
    /// Where it is.
    pub path: PathBuf,
    /// Whether other files have the same one, such as a RAW and its JPEG.
    pub shared: bool,
    /// The result for the sidecar, reported with the last of the files that have it.
    pub fate: SourceResult,
    /// Why it could not be read, if it was to be sent and could not: it is longer than 16 MiB, or no regular file any
    /// more, or may not be read. The photo was sent without it, and neither of them is deleted or moved.
    pub error: Option<Error>,
}

/// The part of an input in a live photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LivePhoto {
    /// It has none.
    #[default]
    None,
    /// It is the video.
    Video,
    /// It is the image, and its video is this asset.
    Image(AssetId),
    /// It is the image, and its video could not be uploaded: it is a photo without motion now.
    ImageWithoutVideo,
}

/// The result for the file on this machine.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum SourceResult {
    /// It is where it was.
    #[default]
    Kept,
    /// It was to be deleted or moved, and is where it was.
    KeptBecause(Error),
    /// It was deleted: the server has it.
    Deleted,
    /// It was moved there: the server has it.
    Moved(PathBuf),
}

impl SourceResult {
    /// Whether it is no longer where it was.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Deleted | Self::Moved(_))
    }
}

/// The summary of all inputs. The four counts add up to `inputs`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct UploadSummary {
    /// How many inputs there were.
    pub inputs: u64,
    /// How many were uploaded.
    pub uploaded: u64,
    /// How many the server, or an input before, had already.
    pub duplicates: u64,
    /// How many were not sent, and that was meant.
    pub skipped: u64,
    /// How many inputs failed. Albums, tags and stacks have their own outcomes:
    /// [`is_complete`](Self::is_complete) looks at all.
    pub failed: u64,
    /// How many photos were sent without the sidecar that they have, since it could not be read.
    pub sidecars_failed: u64,
    /// The patterns of [`include`](super::UploadBuilder::include) and [`exclude`](super::UploadBuilder::exclude) that fitted
    /// nothing, as they were given, once all files are found. They do not make a run incomplete: on some days there is
    /// nothing to leave out, and none of one type.
    pub unmatched_patterns: Vec<String>,
    /// The bytes of those uploaded, where their length was known.
    pub bytes_uploaded: u64,
    /// The outcome of each album.
    pub albums: Vec<AlbumOutcome>,
    /// The outcome of the tags, if there are any.
    pub tags: Option<TagOutcome>,
    /// The outcome of each stack.
    pub stacks: Vec<StackOutcome>,
    /// Live photos whose image the server had already, and whose video it had not.
    pub joined: Vec<JoinOutcome>,
    /// Why the journal could not be written, if it could not; the uploads are not touched by it.
    pub journal_error: Option<Error>,
    /// The reason why the upload ended early: the server does not accept the credential, has no room left, or was away
    /// for too long.
    pub stopped_by: Option<Error>,
    /// Whether the upload came to its end: false while it runs, and after a panic in a function of the caller.
    pub finished: bool,
}

impl UploadSummary {
    /// Returns true if the upload came to its end and nothing failed: no input, no sidecar, no album, no tag, no stack, no
    /// journal.
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
    /// Its name, unless it was given by id.
    pub name: Option<String>,
    /// Its id, once it is known.
    pub id: Option<AlbumId>,
    /// How many assets were added.
    pub added: u64,
    /// How many were in it already.
    pub already: u64,
    /// The assets that the server did not add, and why.
    pub refused: Vec<(AssetId, String)>,
    /// The last error of a call; the assets of that call are in `refused`.
    pub error: Option<Error>,
}

/// The outcome of the tags.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TagOutcome {
    /// How often a tag was put on an asset that did not have it.
    pub tagged: u64,
    /// The assets that do not have the tags.
    pub untagged: Vec<AssetId>,
    /// The assets that have the tags, but whose metadata the server has not read yet. When it does, it replaces their tags by
    /// those in the file: tag them again later, or wait longer with
    /// [`metadata_wait`](super::UploadBuilder::metadata_wait).
    pub unsettled: Vec<AssetId>,
    /// The last error of a call.
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
    /// Its assets, the one on top first.
    pub assets: Vec<AssetId>,
    /// The stack, or the error that prevented it.
    pub result: Result<StackId, Error>,
}

/// A live photo that was made of an image that the server had already.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct JoinOutcome {
    /// The image.
    pub image: AssetId,
    /// Its video. One that cannot be joined stays as a video of its own.
    pub video: AssetId,
    /// Why they could not be joined, if so.
    pub result: Result<(), Error>,
}
