//! The step that sends inputs.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use crate::api::{AssetMediaStatus, UploadAsset};
use crate::error::Error;
#[cfg(feature = "fs")]
use crate::error::ErrorKind;
use crate::ids::AssetId;
use crate::layer::AttemptCounter;
use crate::multipart::FilePart;
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::item::{Item, Role, Source};
use crate::transfer::upload::media;
use crate::transfer::upload::outcome::{LivePhoto, SkipReason, UploadResult};
use crate::transfer::upload::room::{self, Room, Shortage};
use crate::transfer::upload::run::Run;

/// The number of inputs that wait, per concurrent upload, below which the next batch is checked.
const AHEAD: usize = 2;

/// The inputs to send.
#[derive(Default)]
pub(super) struct Sending {
    waiting: VecDeque<Box<Item>>,
    running: usize,
    room: Room,
}

/// An input that is being sent, or that ended without being sent.
pub(super) enum Start {
    Task(Task),
    Ended(Box<Item>, UploadResult),
}

impl Sending {
    pub(super) fn push(&mut self, item: Box<Item>) {
        self.waiting.push_back(item);
    }

    /// Whether enough inputs wait, so that the next ones need not be checked yet.
    pub(super) fn has_enough(&self, run: &Run) -> bool {
        self.waiting.len() > AHEAD * run.options.concurrency
    }

    /// Starts to send the next input, within the concurrency of the run.
    pub(super) fn begin(&mut self, run: &Arc<Run>) -> Option<Start> {
        if self.running >= run.options.concurrency || self.room.is_checking {
            return None;
        }
        let item = self.waiting.pop_front()?;
        if run.options.dry_run {
            return Some(Start::Ended(item, UploadResult::Skipped(SkipReason::DryRun { same_as: None })));
        }
        if let Some(refusal) = self.room.refusal(item.length) {
            return Some(Start::Ended(item, UploadResult::Failed(refusal)));
        }
        self.running += 1;
        let run = Arc::clone(run);
        Some(Start::Task(Box::pin(async move {
            let sent = send(&run, &item).await;
            Event::Sent(item, sent)
        })))
    }

    pub(super) fn done(&mut self) {
        self.running -= 1;
    }

    /// Counts an input that was stored.
    pub(super) fn stored(&mut self, item: &Item) {
        self.room.stored(item.length.unwrap_or_default());
    }

    /// Requests the free space on the server, which did not store an input. Nothing is sent meanwhile.
    pub(super) fn check_room(&mut self, run: &Arc<Run>, item: Box<Item>, shortage: Shortage, error: Error) -> Task {
        self.room.is_checking = true;
        let run = Arc::clone(run);
        Box::pin(async move {
            let left = room::left(&run.client, shortage).await;
            Event::RoomChecked(item, shortage, left, error)
        })
    }

    /// Records the free space, and returns whether the run should stop.
    pub(super) fn room_checked(&mut self, item: &Item, shortage: Shortage, left: Option<u64>, error: &Error) -> bool {
        self.room.refused(shortage, item.length.unwrap_or_default(), left, error)
    }

    /// Returns the inputs that are not being sent.
    pub(super) fn drain(&mut self) -> VecDeque<Box<Item>> {
        std::mem::take(&mut self.waiting)
    }
}

/// The result of sending an input.
pub(super) enum Sent {
    Created(AssetId),
    Duplicate {
        asset: AssetId,
        /// Whether an earlier attempt may have created the asset, perhaps without its bytes.
        is_doubtful: bool,
    },
    /// The file changed after it was hashed. Contains the asset that was created from it, if any.
    Changed(Option<AssetId>),
    Failed {
        error: Error,
        /// Whether the server may have a record of it.
        is_doubtful: bool,
    },
}

#[cfg(feature = "fs")]
impl Sent {
    /// Whether the result depends on the bytes sent. For a duplicate, the server compared only the checksum.
    pub(super) fn is_of_bytes(&self) -> bool {
        match self {
            Self::Created(_) => true,
            Self::Failed { error, .. } => error.kind() != ErrorKind::Auth,
            Self::Duplicate { .. } | Self::Changed(_) => false,
        }
    }

    /// Makes the result that of a file that changed meanwhile.
    pub(super) fn set_changed(&mut self) {
        *self = Self::Changed(if let Self::Created(asset) = self { Some(*asset) } else { None });
    }
}

async fn send(run: &Run, item: &Item) -> Sent {
    item.meter.restart();
    // For a small file, the bytes that were hashed are sent, so changes do not matter.
    if let Source::File(file) = &item.source
        && item.state.bytes.is_none()
        && file.is_changed().await
    {
        return Sent::Changed(None);
    }
    let counter = AttemptCounter::default();
    let mut outage_retry = run.outages.outage_retry();
    let mut is_doubtful = false;
    loop {
        outage_retry.ready().await;
        let response = match form(run, item).await {
            // Safe to repeat: Immich stores equal bytes of a user once.
            Ok(form) => run.client.send(form).repeatable().count_attempts(counter.clone()).await,
            Err(error) => return Sent::Failed { error, is_doubtful },
        };
        is_doubtful |= counter.made() > 1;
        let error = match response {
            Ok(response) if response.status == AssetMediaStatus::Duplicate => {
                return Sent::Duplicate { asset: response.id, is_doubtful };
            }
            Ok(response) => return Sent::Created(response.id),
            Err(error) => error,
        };
        // After an error response, Immich has no record, unless the error is a server error.
        is_doubtful |= error.status().is_none_or(|status| status.is_server_error());
        let error = match outage_retry.failed(error).await {
            Ok(()) if item.is_repeatable() => continue,
            Ok(()) => Error::io(None, "sending it again", io::Error::other("its bytes can be read only once")),
            Err(error) => error,
        };
        return Sent::Failed { error, is_doubtful };
    }
}

async fn form(run: &Run, item: &Item) -> Result<UploadAsset, Error> {
    let Run { client, options, .. } = run;
    let (body, sidecar) = match &item.source {
        Source::Body { body, sidecar } => (body.handle(), sidecar.as_ref().map(FilePart::handle)),
        Source::File(file) => file.parts(item.state.bytes.as_ref()).await,
    };
    let extension = media::extension(&item.name);
    let content_type = item.content_type.as_deref().unwrap_or_else(|| media::content_type(&extension));
    let file = FilePart::new(item.name.as_str(), item.meter.counted(body)).content_type(content_type);
    let mut form = UploadAsset::new(file, item.created_at, item.modified_at);
    // With the header, the server would not add existing assets of its owner to the album of a visitor's link.
    form.x_immich_checksum = item.checksum.filter(|_| !client.is_visitor()).map(|checksum| checksum.to_string());
    form.filename = needs_text_part(&item.name).then(|| item.name.clone());
    form.sidecar_data = sidecar;
    form.live_photo_video_id = if let LivePhoto::Image(video) = item.live_photo { Some(video) } else { None };
    form.is_favorite = options.favorite;
    // The server hides the video of a live photo only if it would otherwise be in the timeline.
    form.visibility = options.visibility.clone().filter(|_| !matches!(item.role, Role::Video(_)));
    form.metadata = (!options.metadata.is_empty()).then(|| options.metadata.clone());
    Ok(form)
}

/// Whether a name has characters that servers do not decode in the headers of a part.
fn needs_text_part(name: &str) -> bool {
    name.contains(|character: char| matches!(character, '"' | '\\') || character.is_control())
}
