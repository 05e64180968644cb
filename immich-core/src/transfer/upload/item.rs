//! Upload items given by the caller, and the inputs made from items and files.

use std::fmt;

use jiff::Timestamp;

use crate::body::Body;
use crate::ids::AssetId;
use crate::multipart::FilePart;
use crate::transfer::upload::local_files::{LocalFile, Recorded};
use crate::transfer::upload::meter::Meter;
use crate::transfer::upload::options::{FileTimes, TimesOf};
use crate::transfer::upload::outcome::{DuplicateOf, LivePhoto, SkipReason, UploadInput, UploadResult};
use crate::transfer::{Checksum, Progress};

/// An upload from memory or from a stream, rather than from a file.
///
/// A body that can be read again ([`Body::replayable`], or bytes) is hashed and checked like a file. A body that can
/// be read only once is checked only if its checksum is given. Otherwise it is sent directly, and the server detects
/// a duplicate.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::transfer::UploadItem;
///
/// let item = UploadItem::new("beach.jpg", "the bytes").modified_at("2024-05-06T07:08:09Z".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct UploadItem {
    pub(super) name: String,
    pub(super) body: Body,
    pub(super) content_type: Option<String>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) modified_at: Option<Timestamp>,
    pub(super) checksum: Option<Checksum>,
    pub(super) sidecar: Option<FilePart>,
    pub(super) video: Option<Box<UploadItem>>,
    pub(super) folder: Option<String>,
}

impl UploadItem {
    /// Creates an item called `name`, whose extension determines its type on the server.
    pub fn new(name: impl Into<String>, body: impl Into<Body>) -> Self {
        Self {
            name: name.into(),
            body: body.into(),
            content_type: None,
            created_at: None,
            modified_at: None,
            checksum: None,
            sidecar: None,
            video: None,
            folder: None,
        }
    }

    /// Sets the media type. Defaults to that of the extension.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Sets the time of creation. Defaults to the time of the last change.
    #[must_use]
    pub fn created_at(mut self, time: Timestamp) -> Self {
        self.created_at = Some(time);
        self
    }

    /// Sets the time of the last change. Defaults to now.
    #[must_use]
    pub fn modified_at(mut self, time: Timestamp) -> Self {
        self.modified_at = Some(time);
        self
    }

    /// Sets the SHA-1 if it is already known, which saves a read. A wrong value makes the server treat the item as a
    /// different file.
    #[must_use]
    pub fn checksum(mut self, checksum: Checksum) -> Self {
        self.checksum = Some(checksum);
        self
    }

    /// Adds an XMP sidecar, whose name must end in `.xmp`.
    #[must_use]
    pub fn sidecar(mut self, sidecar: FilePart) -> Self {
        self.sidecar = Some(sidecar);
        self
    }

    /// Makes the item a live photo with this video, which is uploaded first.
    #[must_use]
    pub fn live_photo_video(mut self, video: Self) -> Self {
        self.video = Some(Box::new(video));
        self
    }

    /// Sets the name of the folder for [`album_by_folder`](super::UploadBuilder::album_by_folder).
    #[must_use]
    pub fn folder(mut self, name: impl Into<String>) -> Self {
        self.folder = Some(name.into());
        self
    }
}

/// An input that passes through the stages.
pub(super) struct Item {
    pub(super) input: UploadInput,
    pub(super) source: Source,
    /// The name on the server.
    pub(super) name: String,
    pub(super) content_type: Option<String>,
    pub(super) length: Option<u64>,
    pub(super) created_at: Timestamp,
    pub(super) modified_at: Timestamp,
    pub(super) checksum: Option<Checksum>,
    pub(super) folder: Option<String>,
    pub(super) role: Role,
    pub(super) live_photo: LivePhoto,
    pub(super) stack: Option<u64>,
    pub(super) meter: Meter,
    pub(super) state: State,
}

/// The progress of an input through the stages.
#[derive(Debug, Default)]
pub(super) struct State {
    /// How often it changed while it was sent.
    pub(super) changes: u32,
    /// The assets of earlier states of the file.
    pub(super) superseded: Vec<AssetId>,
    /// Whether it is counted in `active`.
    pub(super) active: bool,
    /// Whether the server did not have it when this run checked.
    pub(super) is_new: bool,
    /// Whether an earlier run sent it, but did not complete its follow-up steps.
    pub(super) resumed: bool,
    /// Assets whose bytes the server lost.
    pub(super) lost: Vec<AssetId>,
    /// Whether inputs with the same bytes wait for it.
    pub(super) leads: bool,
    /// The bytes of a small file, from hashing to sending.
    pub(super) bytes: Option<bytes::Bytes>,
    /// Its state in the journal.
    #[cfg_attr(not(feature = "fs"), allow(dead_code))]
    pub(super) recorded: Recorded,
}

/// An entry that the scanner found.
#[cfg_attr(not(feature = "fs"), allow(dead_code))]
pub(super) enum Found {
    Input(Box<Item>),
    Skipped(UploadInput, SkipReason, u64),
    Failed(UploadInput, std::io::Error),
    /// The number of a stack, and the number of its members, which follow.
    Stack(u64, usize),
}

pub(super) enum Source {
    Body {
        body: Body,
        sidecar: Option<FilePart>,
    },
    #[cfg_attr(not(feature = "fs"), allow(dead_code))]
    File(LocalFile),
}

/// The role in a live photo, with the number of the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Alone,
    Video(u64),
    Image(u64),
}

impl Role {
    pub(super) fn pair(self) -> Option<u64> {
        match self {
            Self::Alone => None,
            Self::Video(pair) | Self::Image(pair) => Some(pair),
        }
    }
}

impl Item {
    /// Whether its bytes can be read twice, to hash them before they are sent.
    pub(super) fn is_repeatable(&self) -> bool {
        match &self.source {
            Source::Body { body, .. } => body.try_clone().is_some(),
            Source::File(_) => true,
        }
    }
}

/// Whether the asset was uploaded by this run, or by an earlier one that was interrupted.
pub(super) fn is_new(item: &Item, result: &UploadResult) -> bool {
    match result {
        UploadResult::Uploaded { .. } => true,
        UploadResult::Duplicate { of, .. } => item.state.resumed && *of != DuplicateOf::Trashed,
        _ => false,
    }
}

/// Converts the items of the caller to inputs, the videos of live photos before their images.
pub(super) fn item_inputs(
    items: Vec<UploadItem>,
    now: Timestamp,
    times: Option<&TimesOf>,
    progress: &Progress,
) -> Vec<Item> {
    let mut inputs = Vec::new();
    for (number, mut item) in items.into_iter().enumerate() {
        // The scanner numbers its pairs from zero.
        let pair = u64::MAX - number as u64;
        let mut role = Role::Alone;
        if let Some(video) = item.video.take() {
            inputs.push(input(*video, inputs.len(), Role::Video(pair), now, times, progress));
            role = Role::Image(pair);
        }
        inputs.push(input(item, inputs.len(), role, now, times, progress));
    }
    inputs
}

fn input(
    item: UploadItem,
    index: usize,
    role: Role,
    now: Timestamp,
    times: Option<&TimesOf>,
    progress: &Progress,
) -> Item {
    let input = UploadInput::Item { index, name: item.name.clone() };
    let modified = item.modified_at.unwrap_or(now);
    let mut of_file = FileTimes { created: item.created_at.unwrap_or(modified), modified };
    if let Some(times) = times {
        of_file = times(&input, of_file);
    }
    let length = item.body.len();
    progress.add_total(1, length.unwrap_or_default());
    Item {
        input,
        source: Source::Body { body: item.body, sidecar: item.sidecar },
        name: item.name,
        content_type: item.content_type,
        length,
        created_at: of_file.created,
        modified_at: of_file.modified,
        checksum: item.checksum,
        folder: item.folder,
        role,
        live_photo: LivePhoto::None,
        stack: None,
        meter: Meter::new(progress.clone(), length.unwrap_or_default()),
        state: State::default(),
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Item").field("input", &self.input).finish_non_exhaustive()
    }
}
