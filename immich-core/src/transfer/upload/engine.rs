//! The engine of an upload: stages with bounded queues, polled in the caller's task.
//!
//! Inputs pass `found` -> hash -> `to_check` -> check -> `to_send` -> send -> end. Each step is a future in `tasks`
//! that returns an [`Event`]. All decisions are made here between two events, so no state is shared and no locks are
//! needed. Dropping the engine drops the futures, and cancels their requests.

#[cfg(feature = "fs")]
use std::collections::HashMap;
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
#[cfg(feature = "fs")]
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use crate::client::Client;
use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::Progress;
#[cfg(feature = "fs")]
use crate::transfer::threads;
use crate::transfer::upload::checking::{Checking, Verdict};
use crate::transfer::upload::copies::Copies;
use crate::transfer::upload::follow_up::{FollowUps, FollowedUp};
use crate::transfer::upload::hashing::{Hashed, Hashing};
use crate::transfer::upload::item::{Found, Item, UploadItem};
#[cfg(feature = "fs")]
use crate::transfer::upload::journal::{Account, Journal, JournalEntries, Line};
use crate::transfer::upload::options::Options;
#[cfg(feature = "fs")]
use crate::transfer::upload::outcome::SourceResult;
use crate::transfer::upload::outcome::{UploadOutcome, UploadResult, UploadSummary};
use crate::transfer::upload::proof::Copy;
use crate::transfer::upload::room::Shortage;
use crate::transfer::upload::run::Run;
#[cfg(feature = "fs")]
use crate::transfer::upload::scan::Scanner;
use crate::transfer::upload::sending::{Sending, Sent};

/// A running upload: a stream of the outcomes of its inputs, in order of completion.
///
/// It makes progress only while [`next`](Self::next) or [`finish`](Self::finish) is being awaited. Dropping it
/// cancels the upload: files that are not completely sent leave nothing on the server.
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
#[must_use = "nothing is uploaded until its outcomes are awaited"]
pub struct Upload {
    pub(super) run: Arc<Run>,
    pub(super) tasks: FuturesUnordered<Task>,
    pub(super) stage: Stage,
    pub(super) fatal: Option<Error>,

    pub(super) items: Vec<UploadItem>,
    #[cfg(feature = "fs")]
    pub(super) paths: Vec<PathBuf>,
    #[cfg(feature = "fs")]
    pub(super) scanner: Scan,
    /// The extensions of the files that the server accepts.
    pub(super) extensions: HashSet<String>,
    pub(super) found: VecDeque<Found>,
    pub(super) hashing: Hashing,
    pub(super) checking: Checking,
    pub(super) copies: Copies,
    pub(super) sending: Sending,
    /// Files that were sent, and must be checked for changes meanwhile.
    #[cfg(feature = "fs")]
    pub(super) to_check_changes: Vec<(Box<Item>, Sent)>,
    #[cfg(feature = "fs")]
    pub(super) checking_changes: bool,
    /// Inputs whose source may be deleted or moved.
    pub(super) to_remove: VecDeque<(Box<Item>, UploadResult)>,
    #[cfg(feature = "fs")]
    pub(super) removing: usize,
    #[cfg(feature = "fs")]
    pub(super) sidecars: HashMap<Arc<Path>, Sidecar>,

    #[cfg(feature = "fs")]
    pub(super) knowledge: JournalEntries,
    #[cfg(feature = "fs")]
    pub(super) journal: Option<Journal>,
    /// The owner of the assets in the journal.
    #[cfg(feature = "fs")]
    pub(super) account: Option<Account>,
    /// Lines for the journal, and the actions that wait until they are written.
    #[cfg(feature = "fs")]
    pub(super) to_write: Vec<(Line, Then)>,
    #[cfg(feature = "fs")]
    pub(super) writing: bool,
    /// The number of lines passed to the journal, and the number of lines written.
    #[cfg(feature = "fs")]
    pub(super) lines_taken: u64,
    #[cfg(feature = "fs")]
    pub(super) lines_written: u64,

    pub(super) follow_ups: FollowUps,

    pub(super) ready: VecDeque<UploadOutcome>,
    pub(super) summary: UploadSummary,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    New,
    Preparing,
    Running,
}

/// The state of the scanner.
#[cfg(feature = "fs")]
pub(super) enum Scan {
    Idle(Box<Scanner>),
    Busy,
    Done,
}

/// The action after a line is written to the journal.
#[cfg(feature = "fs")]
pub(super) enum Then {
    Nothing,
    Send(Box<Item>),
    Report(Box<UploadOutcome>),
}

/// The state of a sidecar, which several inputs may share.
#[cfg(feature = "fs")]
pub(super) struct Sidecar {
    pub(super) missing: u32,
    pub(super) keep: bool,
}

/// A step of an input that runs.
pub(super) type Task = Pin<Box<dyn Future<Output = Event> + Send>>;

/// The result of a task.
pub(super) enum Event {
    Prepared(Result<Box<Prepared>, Error>),
    #[cfg(feature = "fs")]
    Scanned(Box<Scanner>, Vec<Found>),
    Hashed(Box<Item>, io::Result<Hashed>),
    Checked(Vec<Box<Item>>, Vec<Result<Verdict, Error>>),
    /// The check whether the server has the bytes of an asset of which an input is a duplicate.
    Proven(Box<Item>, AssetId, Doubt, Result<Copy, Error>),
    /// The record of an asset whose bytes were lost was deleted.
    Repaired(Box<Item>, AssetId, Result<(), Error>),
    /// The free space on the server, after it did not store an input.
    RoomChecked(Box<Item>, Shortage, Option<u64>, Error),
    /// The check whether the credential is still accepted, after an error that may not come from Immich.
    CredentialChecked(Box<Item>, Error, bool),
    Restored(Vec<(Box<Item>, AssetId)>, Result<(), Error>),
    Sent(Box<Item>, Sent),
    /// Whether each file changed after it was hashed.
    #[cfg(feature = "fs")]
    ChangesChecked(Vec<(Box<Item>, Sent)>, Vec<bool>),
    /// Whether the asset of which an input is a duplicate is in the trash, if known.
    TrashChecked(Box<Item>, AssetId, bool),
    /// The asset of an earlier state of a file was moved to the trash.
    Superseded,
    #[cfg(feature = "fs")]
    Removed(Box<Item>, UploadResult, SourceResult),
    #[cfg(feature = "fs")]
    SidecarRemoved(Box<Item>, UploadResult, SourceResult, SourceResult),
    #[cfg(feature = "fs")]
    Written(Journal, Vec<Then>, io::Result<()>),
    FollowedUp(FollowedUp),
}

/// Why the server may not have the bytes of a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// A failed attempt of this run may have created the record.
    Sent,
    /// The check found the asset, and either an earlier run may have failed like that, or the caller requested
    /// verification.
    Checked,
}

/// The facts that are needed before the first file.
pub(super) struct Prepared {
    pub(super) extensions: HashSet<String>,
    pub(super) found: VecDeque<Found>,
    #[cfg(feature = "fs")]
    pub(super) scanner: Option<Box<Scanner>>,
    #[cfg(feature = "fs")]
    pub(super) journal: Option<(Journal, JournalEntries)>,
    #[cfg(feature = "fs")]
    pub(super) account: Option<Account>,
}

impl Upload {
    pub(super) fn new(
        client: Client,
        options: Options,
        items: Vec<UploadItem>,
        #[cfg(feature = "fs")] paths: Vec<PathBuf>,
    ) -> Self {
        let follow_ups = FollowUps::new(&options);
        Self {
            run: Arc::new(Run::new(client, options)),
            tasks: FuturesUnordered::new(),
            stage: Stage::New,
            fatal: None,
            items,
            #[cfg(feature = "fs")]
            paths,
            #[cfg(feature = "fs")]
            scanner: Scan::Done,
            extensions: HashSet::new(),
            found: VecDeque::new(),
            hashing: Hashing::default(),
            checking: Checking::default(),
            copies: Copies::default(),
            sending: Sending::default(),
            #[cfg(feature = "fs")]
            to_check_changes: Vec::new(),
            #[cfg(feature = "fs")]
            checking_changes: false,
            to_remove: VecDeque::new(),
            #[cfg(feature = "fs")]
            removing: 0,
            #[cfg(feature = "fs")]
            sidecars: HashMap::new(),
            #[cfg(feature = "fs")]
            knowledge: JournalEntries::default(),
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
            follow_ups,
            ready: VecDeque::new(),
            summary: UploadSummary::default(),
        }
    }

    /// Returns the outcome of the next input; `None` after the last, when albums, tags and stacks are done too.
    ///
    /// Cancel-safe: a dropped call loses nothing.
    ///
    /// # Errors
    /// The reason why the upload could not start: the supported file types could not be requested, or the journal
    /// could not be opened. An input that fails is an outcome, not an error.
    pub async fn next(&mut self) -> Result<Option<UploadOutcome>, Error> {
        poll_fn(|context| self.poll_outcome(context)).await
    }

    /// Runs the upload to completion and returns the summary of all inputs, including those returned by
    /// [`next`](Self::next).
    ///
    /// # Errors
    /// The errors of [`next`](Self::next).
    pub async fn finish(mut self) -> Result<UploadSummary, Error> {
        while self.next().await?.is_some() {}
        Ok(self.summary())
    }

    /// Stops starting new uploads. Running ones complete; the rest are reported as skipped
    /// ([`SkipReason::Stopped`](super::SkipReason::Stopped)). Keep calling [`next`](Self::next), or call
    /// [`finish`](Self::finish).
    pub fn stop(&mut self) {
        self.run.stop();
    }

    /// Returns the progress, for a user interface. It stays current.
    pub fn progress(&self) -> Progress {
        self.run.progress.clone()
    }

    /// Returns the summary of the inputs so far.
    pub fn summary(&self) -> UploadSummary {
        let mut summary = self.summary.clone();
        self.follow_ups.add_outcomes(&mut summary);
        summary
    }

    fn poll_outcome(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<UploadOutcome>, Error>> {
        #[cfg(feature = "fs")]
        {
            let threads = self.run.client.threads().cloned();
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
                Poll::Ready(Some(event)) => self.handle_event(event),
                Poll::Ready(None) => {
                    // After a panic in a function of the caller, an input may be left that no task works on.
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
        self.run.stop();
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Upload")
            .field("options", &self.run.options)
            .field("progress", &self.run.progress)
            .field("tasks", &self.tasks.len())
            .finish_non_exhaustive()
    }
}
