//! The loop: stages with bounded queues, inside the task of the caller.
//!
//! Inputs go through `found` -> hash -> `to_check` -> check -> `to_send` -> send -> end. Each step is a future in
//! `tasks` that gives an [`Event`]; all that is decided is decided here, between two events, so nothing is shared and nothing is
//! locked. Dropping the engine drops the futures, and with them every request that is under way.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
#[cfg(feature = "fs")]
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use crate::client::Client;
use crate::error::Error;
use crate::ids::{AssetId, StackId};
use crate::transfer::outage::Outages;
#[cfg(feature = "fs")]
use crate::transfer::threads;
use crate::transfer::upload::albums::{AlbumWork, Albums};
use crate::transfer::upload::check::Verdict;
use crate::transfer::upload::follow_up::{FollowUps, StepOutcome, Ticket};
use crate::transfer::upload::item::{Found, Item, UploadItem};
#[cfg(feature = "fs")]
use crate::transfer::upload::journal::{Account, Journal, Knowledge, Line};
use crate::transfer::upload::options::Options;
#[cfg(feature = "fs")]
use crate::transfer::upload::outcome::SourceResult;
use crate::transfer::upload::outcome::{UploadInput, UploadOutcome, UploadResult, UploadSummary};
use crate::transfer::upload::proof::Copy;
use crate::transfer::upload::room::{Room, Shortage};
#[cfg(feature = "fs")]
use crate::transfer::upload::scan::Scanner;
use crate::transfer::upload::send::Sent;
use crate::transfer::upload::tags::Tags;
use crate::transfer::{Checksum, Progress};

/// An upload under way: a stream of what became of each input, in the order in which that is known.
///
/// It makes progress only while [`next`](Self::next) or [`finish`](Self::finish) is being awaited. Dropping it
/// cancels it: an upload that is not complete leaves nothing on the server.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # #[cfg(feature = "fs")]
/// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
/// use immich_sdk::transfer::UploadResult;
///
/// let mut upload = client.upload().path("photos").journal("photos.journal").start()?;
/// let progress = upload.progress();
/// while let Some(outcome) = upload.next().await? {
///     let now = progress.snapshot();
///     println!("{} of {}: {}", now.files_done, now.files_total, outcome.input);
///     if let UploadResult::Failed(error) = outcome.result {
///         eprintln!("{error}");
///     }
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is uploaded until it is asked for its outcomes"]
pub struct Upload {
    pub(super) client: Client,
    pub(super) options: Arc<Options>,
    pub(super) progress: Progress,
    pub(super) tasks: FuturesUnordered<Pin<Box<dyn Future<Output = Event> + Send>>>,
    /// Makes the threads that hash stop.
    pub(super) stop: Arc<AtomicBool>,
    /// When it began, by the time of day.
    pub(super) started: jiff::Timestamp,
    pub(super) stopping: bool,
    pub(super) stage: Stage,
    pub(super) fatal: Option<Error>,

    pub(super) items: Vec<UploadItem>,
    #[cfg(feature = "fs")]
    pub(super) paths: Vec<PathBuf>,
    #[cfg(feature = "fs")]
    pub(super) scanner: Scan,
    /// Of the files that the server takes.
    pub(super) extensions: HashSet<String>,
    pub(super) found: VecDeque<Found>,
    pub(super) to_hash: VecDeque<Box<Item>>,
    pub(super) hashing: usize,
    pub(super) to_check: Vec<Box<Item>>,
    pub(super) checking: bool,
    pub(super) to_send: VecDeque<Box<Item>>,
    pub(super) sending: usize,
    /// Files that were sent, which may have changed meanwhile.
    #[cfg(feature = "fs")]
    pub(super) to_look_at: Vec<(Box<Item>, Sent)>,
    #[cfg(feature = "fs")]
    pub(super) looking: bool,
    /// Those whose source may go.
    pub(super) to_remove: VecDeque<(Box<Item>, UploadResult)>,
    #[cfg(feature = "fs")]
    pub(super) removing: usize,
    /// How many were begun and have no result.
    pub(super) busy: usize,
    /// How many were begun and have no outcome.
    pub(super) active: usize,
    /// How many bytes of small files are kept, those that are being read counted.
    #[cfg(feature = "fs")]
    pub(super) kept: u64,

    pub(super) pairs: HashMap<u64, Pair>,
    pub(super) copies: HashMap<Checksum, Copies>,
    pub(super) stacks: HashMap<u64, Stack>,
    #[cfg(feature = "fs")]
    pub(super) sidecars: HashMap<Arc<Path>, Sidecar>,

    #[cfg(feature = "fs")]
    pub(super) knowledge: Knowledge,
    #[cfg(feature = "fs")]
    pub(super) journal: Option<Journal>,
    /// Whose assets the journal is about.
    #[cfg(feature = "fs")]
    pub(super) account: Option<Account>,
    /// Lines for the journal, and what is done once they are in it.
    #[cfg(feature = "fs")]
    pub(super) to_write: Vec<(Line, Then)>,
    #[cfg(feature = "fs")]
    pub(super) writing: bool,
    /// How many lines were taken to be written, and how many are written.
    #[cfg(feature = "fs")]
    pub(super) lines_taken: u64,
    #[cfg(feature = "fs")]
    pub(super) lines_written: u64,

    pub(super) outages: Outages,
    pub(super) room: Room,
    pub(super) follow_ups: FollowUps,
    pub(super) albums: Albums,
    pub(super) tags: Option<Tags>,
    pub(super) tagging: bool,
    pub(super) to_stack: VecDeque<ToStack>,
    pub(super) stacking: bool,

    pub(super) ready: VecDeque<UploadOutcome>,
    pub(super) summary: UploadSummary,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    New,
    Preparing,
    Running,
}

/// Where the scanner is.
#[cfg(feature = "fs")]
pub(super) enum Scan {
    Idle(Box<Scanner>),
    Busy,
    Done,
}

/// A live photo of which one half has not ended.
#[derive(Default)]
pub(super) struct Pair {
    /// The asset of the video, once that has ended.
    pub(super) video: Option<Option<AssetId>>,
    /// Whether this run uploaded the video.
    pub(super) is_video_new: bool,
    /// The asset of the image, if the server had it already.
    pub(super) old_image: Option<AssetId>,
    /// The image, if it waits for the video.
    pub(super) image: Option<Box<Item>>,
    /// Whether the image has ended, and well.
    pub(super) image_ended: Option<bool>,
    /// The follow-up steps that wait for both halves.
    pub(super) videos: Vec<Ticket>,
    pub(super) images: Vec<Ticket>,
}

/// Inputs with the same bytes.
pub(super) enum Copies {
    /// One is sent, and the others wait.
    Sending(Vec<Box<Item>>),
    /// One has ended; a dry run has no asset.
    Done(UploadInput, Option<AssetId>),
}

/// A stack of which some have not ended.
pub(super) struct Stack {
    pub(super) missing: usize,
    /// Those that have, with their places.
    pub(super) assets: Vec<(u64, AssetId)>,
    /// Whether any of them is new.
    pub(super) is_new: bool,
    /// Whether an earlier run may have sent any of them.
    pub(super) are_old: bool,
    /// Whether any of them is not on the server.
    pub(super) is_incomplete: bool,
    /// The follow-up steps that wait for the stack.
    pub(super) tickets: Vec<Ticket>,
}

/// A stack that is to be made.
pub(super) struct ToStack {
    /// The one on top first.
    pub(super) assets: Vec<AssetId>,
    pub(super) tickets: Vec<Ticket>,
    pub(super) are_old: bool,
    /// Why their sources stay all the same.
    pub(super) failure: Option<String>,
}

#[cfg(feature = "fs")]
impl Stack {
    pub(super) fn of(missing: usize) -> Self {
        Self { missing, assets: Vec::new(), is_new: false, are_old: false, is_incomplete: false, tickets: Vec::new() }
    }
}

/// The action after a line is in the journal.
#[cfg(feature = "fs")]
pub(super) enum Then {
    Nothing,
    Send(Box<Item>),
    Tell(Box<UploadOutcome>),
}

/// The inputs that have one sidecar.
#[cfg(feature = "fs")]
pub(super) struct Sidecar {
    pub(super) missing: u32,
    pub(super) keep: bool,
}

/// The result of a task.
pub(super) enum Event {
    Prepared(Result<Box<Prepared>, Error>),
    #[cfg(feature = "fs")]
    Scanned(Box<Scanner>, Vec<Found>),
    Hashed(Box<Item>, io::Result<Hashed>),
    Checked(Vec<Box<Item>>, Vec<Result<Verdict, Error>>),
    /// Whether the server has the bytes of an asset of which an input is a duplicate.
    Proven(Box<Item>, AssetId, Doubt, Result<Copy, Error>),
    /// The record of an asset whose bytes were lost is gone.
    Repaired(Box<Item>, AssetId, Result<(), Error>),
    /// How much room there is on the server, after it did not store an input.
    RoomIsKnown(Box<Item>, Shortage, Option<u64>, Error),
    /// Whether the credential is still accepted, after a refusal that does not tell.
    CredentialIsChecked(Box<Item>, Error, bool),
    Restored(Vec<(Box<Item>, AssetId)>, Result<(), Error>),
    Sent(Box<Item>, Sent),
    /// Whether each file looks otherwise than when it was hashed.
    #[cfg(feature = "fs")]
    Looked(Vec<(Box<Item>, Sent)>, Vec<bool>),
    /// Whether the asset of which an input is a duplicate is in the trash, where that is known.
    LookedAt(Box<Item>, AssetId, bool),
    /// The asset made of a file before it changed is in the trash.
    Superseded,
    #[cfg(feature = "fs")]
    Removed(Box<Item>, UploadResult, SourceResult),
    #[cfg(feature = "fs")]
    SidecarRemoved(Box<Item>, UploadResult, SourceResult, SourceResult),
    #[cfg(feature = "fs")]
    Written(Journal, Vec<Then>, io::Result<()>),
    Added(Box<AlbumWork>),
    Tagged(Tags, Vec<StepOutcome>),
    Stacked(Vec<AssetId>, Vec<StepOutcome>, Result<StackId, Error>),
    /// An image that the server had, and its video that it had not.
    Joined(AssetId, AssetId, Vec<Ticket>, Result<(), Error>),
}

/// Why it is doubted that the server has the bytes of a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// An attempt of this run may have failed after it made the record.
    Sent,
    /// The check found it, and an earlier run may have failed so, or the caller wants to know.
    Checked,
}

/// The facts that are needed before the first file.
pub(super) struct Prepared {
    pub(super) extensions: HashSet<String>,
    pub(super) found: VecDeque<Found>,
    #[cfg(feature = "fs")]
    pub(super) scanner: Option<Box<Scanner>>,
    #[cfg(feature = "fs")]
    pub(super) journal: Option<(Journal, Knowledge)>,
    #[cfg(feature = "fs")]
    pub(super) account: Option<Account>,
}

/// The checksum of an input, and what else was seen of it.
pub(super) struct Hashed {
    pub(super) checksum: Checksum,
    pub(super) length: u64,
    #[cfg(feature = "fs")]
    pub(super) metadata: Option<std::fs::Metadata>,
    #[cfg(feature = "fs")]
    pub(super) bytes: Option<bytes::Bytes>,
}

impl Upload {
    pub(super) fn new(
        client: Client,
        options: Options,
        items: Vec<UploadItem>,
        #[cfg(feature = "fs")] paths: Vec<PathBuf>,
    ) -> Self {
        let progress = Progress::new(client.timer().cloned());
        let outages = Outages::new(client.clone(), options.outages.clone(), progress.clone());
        let tags = (!options.tags.is_empty()).then(|| Tags::new(options.tags.clone()));
        Self {
            client,
            options: Arc::new(options),
            progress,
            tasks: FuturesUnordered::new(),
            stop: Arc::default(),
            started: jiff::Timestamp::now(),
            stopping: false,
            stage: Stage::New,
            fatal: None,
            items,
            #[cfg(feature = "fs")]
            paths,
            #[cfg(feature = "fs")]
            scanner: Scan::Done,
            extensions: HashSet::new(),
            found: VecDeque::new(),
            to_hash: VecDeque::new(),
            hashing: 0,
            to_check: Vec::new(),
            checking: false,
            to_send: VecDeque::new(),
            sending: 0,
            #[cfg(feature = "fs")]
            to_look_at: Vec::new(),
            #[cfg(feature = "fs")]
            looking: false,
            to_remove: VecDeque::new(),
            #[cfg(feature = "fs")]
            removing: 0,
            busy: 0,
            active: 0,
            #[cfg(feature = "fs")]
            kept: 0,
            pairs: HashMap::new(),
            copies: HashMap::new(),
            stacks: HashMap::new(),
            #[cfg(feature = "fs")]
            sidecars: HashMap::new(),
            #[cfg(feature = "fs")]
            knowledge: Knowledge::default(),
            #[cfg(feature = "fs")]
            journal: None,
            #[cfg(feature = "fs")]
            account: None,
            #[cfg(feature = "fs")]
            to_write: Vec::new(),
            #[cfg(feature = "fs")]
            writing: false,
            #[cfg(feature = "fs")]
            lines_taken: 0,
            #[cfg(feature = "fs")]
            lines_written: 0,
            outages,
            room: Room::default(),
            follow_ups: FollowUps::default(),
            albums: Albums::default(),
            tags,
            tagging: false,
            to_stack: VecDeque::new(),
            stacking: false,
            ready: VecDeque::new(),
            summary: UploadSummary::default(),
        }
    }

    /// Returns the outcome of the next input; `None` after the last, when albums, tags and stacks are done too.
    ///
    /// It is cancel-safe: a dropped call loses nothing.
    ///
    /// # Errors
    /// The reason why the upload could not start: the server did not report which files it takes, or the journal cannot be
    /// opened. An input that fails is an outcome, not an error.
    pub async fn next(&mut self) -> Result<Option<UploadOutcome>, Error> {
        poll_fn(|context| self.poll_outcome(context)).await
    }

    /// Runs the upload to its end and returns the summary of all inputs, including those returned by [`next`](Self::next).
    ///
    /// # Errors
    /// Those of [`next`](Self::next).
    pub async fn finish(mut self) -> Result<UploadSummary, Error> {
        while self.next().await?.is_some() {}
        Ok(self.summary())
    }

    /// Begins nothing more: what is being sent is sent, and the rest is skipped as [`Stopped`](super::SkipReason::Stopped).
    /// Ask on for the outcomes, or [`finish`](Self::finish).
    pub fn stop(&mut self) {
        self.stopping = true;
        self.stop.store(true, Ordering::Relaxed);
    }

    /// How far it is, for a user interface; it stays current.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Returns the summary of the inputs so far.
    pub fn summary(&self) -> UploadSummary {
        let mut summary = self.summary.clone();
        summary.albums = self.albums.outcomes();
        summary.tags = self.tags.as_ref().map(|tags| tags.outcome.clone());
        summary
    }

    fn poll_outcome(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<UploadOutcome>, Error>> {
        #[cfg(feature = "fs")]
        {
            let threads = self.client.threads().cloned();
            threads::with(threads.as_ref(), || self.poll_here(context))
        }
        #[cfg(not(feature = "fs"))]
        self.poll_here(context)
    }

    fn poll_here(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<UploadOutcome>, Error>> {
        loop {
            if let Some(outcome) = self.ready.pop_front() {
                return Poll::Ready(Ok(Some(outcome)));
            }
            self.begin();
            if !self.ready.is_empty() {
                continue;
            }
            match self.tasks.poll_next_unpin(context) {
                Poll::Ready(Some(event)) => self.arrive(event),
                Poll::Ready(None) => {
                    // After a panic in a function of the caller something is left that no task works on.
                    self.summary.finished = self.is_over();
                    return Poll::Ready(self.fatal.take().map_or(Ok(None), Err));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    pub(super) fn spawn(&mut self, task: impl Future<Output = Event> + Send + 'static) {
        self.tasks.push(Box::pin(task));
    }
}

impl Stream for Upload {
    type Item = Result<UploadOutcome, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_outcome(context).map(Result::transpose)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Upload")
            .field("options", &self.options)
            .field("progress", &self.progress)
            .field("tasks", &self.tasks.len())
            .finish_non_exhaustive()
    }
}
