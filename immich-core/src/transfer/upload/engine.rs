//! The engine of an upload: stages with bounded queues, polled in the caller's task.
//!
//! Inputs pass scanning -> hashing -> checking -> sending -> end. Each step owns its queue, and its work is a future in
//! `tasks` that returns an [`Event`]. All decisions are made in `conductor.rs` between two events, so no state is
//! shared and no locks are needed. Dropping the engine drops the futures, and cancels their requests.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use crate::client::Client;
use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::Progress;
use crate::transfer::upload::checking::{Checking, Verdict};
use crate::transfer::upload::copies::Copies;
use crate::transfer::upload::follow_up::{FollowUps, FollowedUp};
use crate::transfer::upload::hashing::{Hashed, Hashing};
use crate::transfer::upload::item::{Found, Item, UploadItem};
use crate::transfer::upload::local_files::{LocalFiles, Scanner, Written, with_threads};
use crate::transfer::upload::options::Options;
use crate::transfer::upload::outcome::{SourceResult, UploadOutcome, UploadResult, UploadSummary};
use crate::transfer::upload::proof::Copy;
use crate::transfer::upload::room::Shortage;
use crate::transfer::upload::run::Run;
use crate::transfer::upload::scanning::Scanning;
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
    pub(super) stage: Stage,
    pub(super) tasks: FuturesUnordered<Task>,
    pub(super) scanning: Scanning,
    pub(super) hashing: Hashing,
    pub(super) checking: Checking,
    pub(super) copies: Copies,
    pub(super) sending: Sending,
    pub(super) follow_ups: FollowUps,
    pub(super) files: LocalFiles,
    pub(super) ready: VecDeque<UploadOutcome>,
    pub(super) summary: UploadSummary,
}

pub(super) enum Stage {
    New(Vec<UploadItem>, Vec<PathBuf>),
    Preparing,
    Running,
    Failed(Error),
}

/// The action after a line is written to the journal.
#[cfg_attr(not(feature = "fs"), allow(dead_code))]
pub(super) enum Then {
    Send(Box<Item>),
    Report(Box<UploadOutcome>),
}

/// A step of an input that runs.
pub(super) type Task = Pin<Box<dyn Future<Output = Event> + Send>>;

/// The result of a task.
#[cfg_attr(not(feature = "fs"), allow(dead_code))]
pub(super) enum Event {
    Prepared(Result<Box<(Scanning, LocalFiles)>, Error>),
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
    /// The files that were sent, and whether they changed meanwhile.
    ChangesChecked(Vec<(Box<Item>, Sent)>),
    /// Whether the asset of which an input is a duplicate is in the trash, if known.
    TrashChecked(Box<Item>, AssetId, bool),
    /// The asset of an earlier state of a file was moved to the trash.
    Superseded,
    Removed(Box<Item>, UploadResult, SourceResult),
    SidecarRemoved(Box<Item>, UploadResult, SourceResult, SourceResult),
    Written(Written),
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

impl Upload {
    pub(super) fn new(client: Client, options: Options, items: Vec<UploadItem>, paths: Vec<PathBuf>) -> Self {
        Self {
            follow_ups: FollowUps::new(&options),
            run: Arc::new(Run::new(client, options)),
            stage: Stage::New(items, paths),
            tasks: FuturesUnordered::new(),
            scanning: Scanning::default(),
            hashing: Hashing::default(),
            checking: Checking::default(),
            copies: Copies::default(),
            sending: Sending::default(),
            files: LocalFiles::default(),
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
        summary.unmatched_patterns = self.scanning.unmatched_patterns().to_vec();
        summary.journal_error = self.files.journal.error().cloned();
        summary
    }

    fn poll_outcome(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<UploadOutcome>, Error>> {
        let run = Arc::clone(&self.run);
        with_threads(&run, || self.poll_here(context))
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
                    let Stage::Failed(error) = &self.stage else { return Poll::Ready(Ok(None)) };
                    let error = error.clone();
                    self.stage = Stage::Preparing;
                    return Poll::Ready(Err(error));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
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
