//! The engine that runs several downloads.
//!
//! Each group of assets that belong together passes these stages: it is listed ([`Feed`]); existing files that may be
//! the wanted ones are hashed, for several groups at once; the groups get their names one after another, in the order
//! of the list; the assets are downloaded, several at once.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::mem;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::StreamExt as _;
use futures_util::stream::{FuturesOrdered, FuturesUnordered};

use super::asset_info::AssetInfo;
use super::journal::{Journal, JournalEntry};
use super::layout::Layout;
use super::listing::{Feed, Group, Listed, Needs, Source};
use super::names::{Reserved, Wanted};
use super::outcome::{DownloadOutcome, DownloadResult, DownloadSkip, DownloadSummary};
use super::part;
use super::place::{self, Collision};
use super::remote_file::RemoteFile;
use super::to_file::{Downloaded, Slot};
use super::{Download, ModifiedTime, Options, Total, count_bytes, count_file, count_total};
use crate::api::AssetMediaSize;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::AssetId;
use crate::listing::Incomplete;
use crate::transfer::account::account;
use crate::transfer::outage::Outages;
use crate::transfer::threads::{self, unblock};
use crate::transfer::{Checksum, Progress};

/// The version of each asset to download.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Original,
    Edited,
    Thumbnail(AssetMediaSize),
    Playback,
}

impl Kind {
    fn of(&self, id: AssetId) -> RemoteFile {
        match self {
            Self::Original => RemoteFile::Original(id),
            Self::Edited => RemoteFile::Edited(id),
            Self::Thumbnail(size) => RemoteFile::Thumbnail(id, size.clone()),
            Self::Playback => RemoteFile::Playback(id),
        }
    }

    /// Returns the identifier used in a journal.
    fn name(&self) -> String {
        match self {
            Self::Original => "original".to_owned(),
            Self::Edited => "edited".to_owned(),
            Self::Thumbnail(size) => format!("thumbnail-{}", size.as_str()),
            Self::Playback => "playback".to_owned(),
        }
    }

    pub(super) fn is_original(&self) -> bool {
        matches!(self, Self::Original)
    }
}

pub(super) struct ManyOptions {
    pub(super) concurrency: usize,
    pub(super) layout: Layout,
    pub(super) motion_videos: bool,
    pub(super) progress: Progress,
    pub(super) journal: Option<PathBuf>,
    /// The options of each file.
    pub(super) each: Options,
}

type Boxed<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;
type Shared = Arc<Mutex<Journal>>;
type Batch<'c> = (Box<Feed<'c>>, Result<Option<Vec<Group>>, Error>);

enum Listing<'c> {
    /// The journal must be opened first.
    New(Box<Feed<'c>>),
    Opening(Boxed<'c, (Box<Feed<'c>>, Result<Journal, Error>)>),
    Waiting(Box<Feed<'c>>),
    Requesting(Boxed<'c, Batch<'c>>),
    Done,
}

/// A group, and the names that it should get.
struct Prepared {
    group: Group,
    folder: PathBuf,
    /// The wanted names of the members and the others of the group; empty if the responses determine the names.
    wanted: Vec<Wanted>,
    /// For each member that exists according to the journal, the checksum of its bytes, if recorded.
    recorded: Vec<Option<Option<Checksum>>>,
}

/// A group with its assigned names.
struct Named {
    group: Group,
    folder: PathBuf,
    recorded: Vec<Option<Option<Checksum>>>,
    names: io::Result<Names>,
}

enum Names {
    Reserved(Vec<Reserved>),
    /// The first number for the names that the responses determine.
    Number(u32),
    None,
}

/// An asset that is ready to be downloaded.
struct Job {
    listed: Listed,
    folder: PathBuf,
    name: Name,
    is_repeated: bool,
}

enum Name {
    Existing { name: String, length: u64, checksum: Option<Checksum>, by_journal: bool },
    Given(String),
    Slot(Slot),
    Failed(Error),
}

struct Finished {
    outcome: DownloadOutcome,
    journal_error: Option<Error>,
}

/// A running download of several files. It makes progress only while [`next`](Self::next) is being awaited, in the
/// awaiting task, and stops when dropped. Downloaded bytes stay on disk, and another run resumes from them.
pub struct Downloads<'c> {
    client: &'c Client,
    kind: Kind,
    options: ManyOptions,
    folder: PathBuf,
    listing: Listing<'c>,
    outages: Outages,
    journal: Option<Shared>,
    groups: VecDeque<Group>,
    preparing: FuturesOrdered<Boxed<'c, Prepared>>,
    to_name: VecDeque<Prepared>,
    naming: Option<Boxed<'c, Named>>,
    jobs: VecDeque<Job>,
    running: FuturesUnordered<Boxed<'c, Finished>>,
    ending: Option<Boxed<'c, io::Result<()>>>,
    /// The reserved names of assets of a stack that are not listed yet.
    kept: HashMap<AssetId, (PathBuf, Reserved)>,
    album: Option<String>,
    /// Whether the caller stopped the run.
    stopping: bool,
    summary: DownloadSummary,
    /// The value that `incomplete` gets in the summary when the run ends.
    incomplete: Option<Incomplete>,
}

impl<'c> Downloads<'c> {
    pub(super) fn new(
        client: &'c Client,
        source: Source<'c>,
        kind: Kind,
        mut options: ManyOptions,
        folder: PathBuf,
    ) -> Self {
        let original = kind.is_original();
        let timed = matches!(kind, Kind::Original | Kind::Edited) && options.each.files.modified != ModifiedTime::Now;
        let videos = original && options.motion_videos;
        let known = videos
            || timed
            || options.layout.needs_date()
            || options.journal.is_some()
            || (original && options.each.verify);
        let visitor = client.is_visitor();
        let outages = Outages::new(client.clone(), options.each.outage.clone(), options.progress.clone());
        options.each.outages = Some(outages.clone());
        let needs = Needs { known, videos, stacks: original, visitor };
        let feed = Box::new(Feed::new(client, source, needs, outages.clone()));
        let listing = if options.journal.is_some() { Listing::New(feed) } else { Listing::Waiting(feed) };
        // The value stays if the run panics or is dropped early.
        let summary = DownloadSummary { incomplete: Some(Incomplete::Unfinished), ..DownloadSummary::default() };
        Self {
            client,
            kind,
            options,
            folder,
            listing,
            outages,
            journal: None,
            groups: VecDeque::new(),
            preparing: FuturesOrdered::new(),
            to_name: VecDeque::new(),
            naming: None,
            jobs: VecDeque::new(),
            running: FuturesUnordered::new(),
            ending: None,
            kept: HashMap::new(),
            album: None,
            stopping: false,
            summary,
            incomplete: Some(Incomplete::Unfinished),
        }
    }

    /// Returns the outcome of the next asset, in order of completion; `None` after the last.
    ///
    /// Cancel-safe: work that a dropped call started continues in the next call.
    ///
    /// # Errors
    /// The errors of listing the assets and of opening the journal. The next call continues with the assets that are
    /// already listed, and repeats the failed request.
    pub async fn next(&mut self) -> Result<Option<DownloadOutcome>, Error> {
        let threads = self.client.threads().cloned();
        poll_fn(|context| threads::with(threads.as_ref(), || self.poll(context))).await
    }

    /// Runs the downloads to completion and returns the summary of all assets, including those returned by
    /// [`next`](Self::next).
    ///
    /// # Errors
    /// The errors of [`next`](Self::next). Assets that fail are counted in the summary.
    pub async fn finish(mut self) -> Result<DownloadSummary, Error> {
        while self.next().await?.is_some() {}
        Ok(self.summary)
    }

    /// Stops starting new downloads. Running ones complete; the rest are reported as skipped
    /// ([`DownloadSkip::Stopped`]). Keep calling [`next`](Self::next), or call [`finish`](Self::finish).
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// Returns the summary of the outcomes so far.
    pub fn summary(&self) -> DownloadSummary {
        self.summary.clone()
    }

    /// Returns the progress, for a user interface. It stays current.
    pub fn progress(&self) -> Progress {
        self.options.progress.clone()
    }

    fn is_stopped(&self) -> bool {
        self.stopping || self.summary.stopped_by.is_some()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<DownloadOutcome>, Error>> {
        if self.options.concurrency == 0 {
            return Poll::Ready(Err(Error::misconfigured("nothing is downloaded with a concurrency of zero")));
        }
        loop {
            if self.list(context)? {
                continue;
            }
            if self.prepare(context) || self.name(context) {
                continue;
            }
            if let Some(outcome) = self.start() {
                return Poll::Ready(Ok(Some(outcome)));
            }
            match self.running.poll_next_unpin(context) {
                Poll::Ready(Some(finished)) => return Poll::Ready(Ok(Some(self.settle(finished)))),
                Poll::Ready(None) if self.is_idle() => return self.finish_run(context).map(|()| Ok(None)),
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn is_idle(&self) -> bool {
        matches!(self.listing, Listing::Done)
            && self.groups.is_empty()
            && self.preparing.is_empty()
            && self.to_name.is_empty()
            && self.naming.is_none()
            && self.jobs.is_empty()
    }

    /// Lists more assets if needed. Returns whether anything changed.
    fn list(&mut self, context: &mut Context<'_>) -> Result<bool, Error> {
        match mem::replace(&mut self.listing, Listing::Done) {
            Listing::Done => return Ok(false),
            Listing::New(mut feed) | Listing::Waiting(mut feed) if self.is_stopped() => {
                let rest = feed.rest().into_iter().map(|id| Listed { id, known: None, error: None });
                rest.for_each(|listed| self.enqueue(Group { members: vec![listed], ..Group::default() }));
            }
            Listing::New(feed) => {
                let opening = self.open_journal(feed);
                self.listing = Listing::Opening(opening);
            }
            Listing::Opening(mut opening) => match opening.as_mut().poll(context) {
                Poll::Pending => {
                    self.listing = Listing::Opening(opening);
                    return Ok(false);
                }
                Poll::Ready((feed, Ok(journal))) => {
                    self.journal = Some(Arc::new(Mutex::new(journal)));
                    self.listing = Listing::Waiting(feed);
                }
                Poll::Ready((feed, Err(error))) => {
                    self.listing = Listing::New(feed);
                    return Err(error);
                }
            },
            Listing::Waiting(feed) if self.groups.len() >= self.options.concurrency => {
                self.listing = Listing::Waiting(feed);
                return Ok(false);
            }
            Listing::Waiting(mut feed) => {
                let outages = self.outages.clone();
                self.listing = Listing::Requesting(Box::pin(async move {
                    let mut outage_retry = outages.outage_retry();
                    let groups = loop {
                        outage_retry.ready().await;
                        match feed.next().await {
                            Ok(groups) => break Ok(groups),
                            Err(error) => {
                                if let Err(error) = outage_retry.failed(error).await {
                                    break Err(error);
                                }
                            }
                        }
                    };
                    (feed, groups)
                }));
            }
            Listing::Requesting(mut requesting) => match requesting.as_mut().poll(context) {
                Poll::Pending => {
                    self.listing = Listing::Requesting(requesting);
                    return Ok(false);
                }
                Poll::Ready((feed, Err(error))) => {
                    self.listing = Listing::Waiting(feed);
                    if !self.is_stopped() {
                        return Err(error);
                    }
                }
                Poll::Ready((feed, Ok(Some(groups)))) => {
                    self.album = feed.album_name().map(str::to_owned);
                    groups.into_iter().for_each(|group| self.enqueue(group));
                    self.listing = Listing::Waiting(feed);
                }
                Poll::Ready((feed, Ok(None))) => {
                    self.incomplete = feed.incomplete();
                    self.options.progress.total_is_known();
                }
            },
        }
        Ok(true)
    }

    fn open_journal(&self, feed: Box<Feed<'c>>) -> Boxed<'c, (Box<Feed<'c>>, Result<Journal, Error>)> {
        let (client, path) = (self.client, self.options.journal.clone().unwrap_or_default());
        Box::pin(async move {
            let opened = async {
                let (server, user) = (client.base_url().to_string(), account(client).await?);
                let shown = path.display().to_string();
                let opened = unblock(move || Journal::open(&path, server, user)).await;
                opened.map_err(|error| Error::io(None, format_args!("could not open the journal {shown}"), error))
            };
            let opened = opened.await;
            (feed, opened)
        })
    }

    fn enqueue(&mut self, group: Group) {
        for listed in &group.members {
            let bytes = listed
                .known
                .as_ref()
                .and_then(|known| known.bytes)
                .filter(|_| !group.is_repeated && self.knows_bytes());
            self.options.progress.add_total(1, bytes.unwrap_or_default());
        }
        self.groups.push_back(group);
    }

    /// Whether the size of an asset is the size of the file to download.
    fn knows_bytes(&self) -> bool {
        self.kind.is_original()
    }

    /// Looks for existing files. Returns whether anything changed.
    fn prepare(&mut self, context: &mut Context<'_>) -> bool {
        let mut changed = false;
        while self.preparing.len() + self.to_name.len() < self.options.concurrency
            && self.jobs.len() < self.options.concurrency
            && let Some(group) = self.groups.pop_front()
        {
            let preparing = self.prepared(group);
            self.preparing.push_back(preparing);
            changed = true;
        }
        while let Poll::Ready(Some(prepared)) = self.preparing.poll_next_unpin(context) {
            self.to_name.push_back(prepared);
            changed = true;
        }
        changed
    }

    fn prepared(&self, group: Group) -> Boxed<'c, Prepared> {
        let first = group.members.first().and_then(|listed| listed.known.as_ref());
        let folder = self.options.layout.folder(&self.folder, self.album.as_deref(), first);
        let (folders, collision) = (self.options.each.files.folders.clone(), self.collision());
        let is_original = self.kind.is_original();
        let is_visitor = self.client.is_visitor();
        let (journal, kind) = (self.journal.clone(), self.kind.name());
        let verified = is_original && self.options.each.verify;
        Box::pin(unblock(move || {
            let is_open = !group.is_repeated && group.members.iter().all(|listed| listed.error.is_none());
            let mut recorded: Vec<Option<JournalEntry>> = Vec::new();
            if let Some(journal) = journal.filter(|_| is_open && collision == Collision::SkipSame) {
                let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
                let of = |listed: &Listed| journal.find(listed.id, &kind, &folder, listed.known.as_ref()?, verified);
                recorded.extend(group.members.iter().map(of));
            }
            let existing: Vec<_> =
                recorded.iter().map(|recorded| recorded.as_ref().and_then(JournalEntry::unchanged_file)).collect();
            let hits = recorded
                .iter()
                .zip(&existing)
                .map(|(recorded, existing)| existing.as_ref().map(|_| recorded.as_ref()?.checksum));
            let hits = hits.collect();
            let mut wanted = Vec::new();
            let members = group.members.iter().map(|listed| listed.known.as_ref());
            for (at, known) in members.chain(group.others.iter().map(|(_, known)| Some(known))).enumerate() {
                // A shared link returns the edited image, so only the response determines the extension.
                let is_made = known.is_some_and(|known| known.is_edited && is_visitor) || !is_original;
                wanted.push(Wanted {
                    name: known.filter(|_| !is_made).map(|known| known.name.clone()),
                    checksum: known.filter(|_| !is_made).and_then(|known| known.checksum),
                    bytes: known.filter(|_| !is_made).and_then(|known| known.bytes),
                    existing: existing.get(at).cloned().flatten(),
                });
            }
            // An error occurs again when the names are reserved, and is reported then.
            drop(folders.prepare(&folder, &wanted, collision));
            Prepared { group, folder, wanted, recorded: hits }
        }))
    }

    fn collision(&self) -> Collision {
        self.options.each.files.collision.unwrap_or(Collision::SkipSame)
    }

    /// Assigns names to the next group. Returns whether anything changed.
    fn name(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(naming) = &mut self.naming {
            let Poll::Ready(named) = naming.as_mut().poll(context) else { return false };
            self.naming = None;
            self.queue(named);
            return true;
        }
        let Some(prepared) = self.to_name.pop_front() else { return false };
        let Prepared { group, folder, wanted, recorded } = prepared;
        if self.is_stopped() || group.is_repeated {
            let names = Ok(Names::None);
            self.queue(Named { group, folder, recorded, names });
            return true;
        }
        let is_kept =
            !group.members.is_empty() && group.members.iter().all(|listed| self.kept.contains_key(&listed.id));
        if is_kept {
            let kept: Vec<_> = group.members.iter().filter_map(|listed| self.kept.remove(&listed.id)).collect();
            let folder = kept.first().map_or(folder, |(folder, _)| folder.clone());
            let names = Ok(Names::Reserved(kept.into_iter().map(|(_, reserved)| reserved).collect()));
            self.queue(Named { group, folder, recorded, names });
            return true;
        }
        let (folders, collision) = (self.options.each.files.folders.clone(), self.collision());
        let is_original = self.kind.is_original();
        self.naming = Some(Box::pin(unblock(move || {
            let is_failed = group.members.iter().all(|listed| listed.error.is_some());
            let is_offline = |listed: &Listed| listed.known.as_ref().is_some_and(|known| known.is_offline);
            let first = group.members.first().and_then(|listed| listed.known.as_ref());
            let names = if is_failed || group.members.iter().all(is_offline) {
                Ok(Names::None)
            } else if let Some(existing) =
                wanted.first().filter(|_| !is_original).and_then(|wanted| wanted.existing.clone())
            {
                Ok(Names::Reserved(vec![Reserved::Existing(existing.0, existing.1)]))
            } else if is_original && wanted.first().is_some_and(|wanted| wanted.name.is_some()) {
                folders.reserve(&folder, &wanted, collision).map(Names::Reserved)
            } else if let (Some(known), true) = (first, collision != Collision::Error) {
                folders.number(&folder, &known.name).map(Names::Number)
            } else {
                Ok(Names::None)
            };
            Named { group, folder, recorded, names }
        })));
        true
    }

    /// Queues the assets of a group for download.
    fn queue(&mut self, named: Named) {
        let Named { group, folder, recorded, names } = named;
        let is_repeated = group.is_repeated;
        let mut names = names;
        for (at, listed) in group.members.into_iter().enumerate() {
            let name = match &mut names {
                _ if is_repeated => Name::Slot(Slot::None),
                Ok(Names::Reserved(reserved)) => {
                    match reserved.get_mut(at).map(|reserved| mem::replace(reserved, Reserved::Stem(String::new()))) {
                        Some(Reserved::Existing(name, length)) => {
                            let by_journal = recorded.get(at).copied().flatten();
                            let known = listed.known.as_ref().and_then(|known| known.checksum);
                            let checksum = by_journal.unwrap_or(known.filter(|_| self.kind.is_original()));
                            Name::Existing { name, length, checksum, by_journal: by_journal.is_some() }
                        }
                        Some(Reserved::Name(name)) => Name::Given(name),
                        Some(Reserved::Stem(stem)) => Name::Slot(Slot::Stem(stem)),
                        Some(Reserved::Taken(name)) => Name::Failed(self.failed(&folder, place::taken(&name))),
                        None => Name::Slot(Slot::None),
                    }
                }
                Ok(Names::Number(number)) => Name::Slot(Slot::Number(*number)),
                Ok(_) => Name::Slot(Slot::None),
                Err(error) => {
                    let error = io::Error::new(error.kind(), error.to_string());
                    Name::Failed(self.failed(&folder, error))
                }
            };
            self.jobs.push_back(Job { listed, folder: folder.clone(), name, is_repeated });
        }
        if let Ok(Names::Reserved(reserved)) = names {
            let others = reserved.into_iter().rev().zip(group.others.iter().rev());
            self.kept.extend(others.map(|(reserved, (id, _))| (*id, (folder.clone(), reserved))));
        }
    }

    fn failed(&self, folder: &std::path::Path, error: io::Error) -> Error {
        let operation = self.kind.of(AssetId::default()).operation();
        Error::io(Some(operation), format_args!("could not write to {}", folder.display()), error)
    }

    /// Starts queued downloads. Returns the outcome of an asset that is skipped.
    fn start(&mut self) -> Option<DownloadOutcome> {
        while self.running.len() < self.options.concurrency {
            let job = self.jobs.pop_front()?;
            let known = job.listed.known.as_ref();
            let skip = if job.is_repeated {
                Some(DownloadSkip::Repeated)
            } else if self.is_stopped() {
                Some(DownloadSkip::Stopped)
            } else {
                known.filter(|known| known.is_offline).map(|_| DownloadSkip::Offline)
            };
            if let Some(skip) = skip {
                let original_file_name = known.map(|known| known.name.clone());
                self.options.progress.add_file();
                let fate = DownloadResult::Skipped(skip);
                return Some(self.count(DownloadOutcome { asset_id: job.listed.id, original_file_name, fate }));
            }
            let download = self.download_one(job);
            self.running.push(Box::pin(download));
        }
        None
    }

    fn settle(&mut self, finished: Finished) -> DownloadOutcome {
        let Finished { outcome, journal_error } = finished;
        if let DownloadResult::Failed { error, .. } = &outcome.fate
            && (self.outages.gave_up() || (error.kind() == ErrorKind::Auth && !error.is_from_elsewhere()))
            && self.summary.stopped_by.is_none()
        {
            // Without a server, or with a rejected credential, all further downloads would fail.
            self.summary.stopped_by = Some(error.clone());
        }
        if let Some(error) = journal_error {
            self.summary.journal_error.get_or_insert(error);
        }
        self.count(outcome)
    }

    fn count(&mut self, outcome: DownloadOutcome) -> DownloadOutcome {
        self.summary.count(&outcome.fate);
        outcome
    }

    /// Flushes the journal to disk and completes the summary.
    fn finish_run(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(journal) = self.journal.take() {
            self.ending =
                Some(Box::pin(unblock(move || journal.lock().unwrap_or_else(PoisonError::into_inner).sync())));
        }
        if let Some(ending) = &mut self.ending {
            let synced = ready!(ending.as_mut().poll(context));
            self.ending = None;
            if let Err(error) = synced {
                let error = Error::io(None, "could not write the journal", error);
                self.summary.journal_error.get_or_insert(error);
            }
        }
        self.summary.incomplete.clone_from(&self.incomplete);
        Poll::Ready(())
    }

    /// Downloads one asset.
    fn download_one(&self, job: Job) -> impl Future<Output = Finished> + Send + use<'c> {
        let Job { listed: Listed { id, known, error: list_error }, folder, name, .. } = job;
        let ManyOptions { progress, each, .. } = &self.options;
        let counted = known.as_ref().is_some_and(|known| known.bytes.is_some()) && self.knows_bytes();
        let mut options = Options {
            known: known.clone(),
            progress: Some(progress.clone()),
            total: if counted { Total::Bytes } else { Total::File },
            requests: Arc::default(),
            ..each.clone()
        };
        let (client, what, kind) = (self.client, self.kind.of(id), self.kind.name());
        let (journal, progress) = (self.journal.clone(), progress.clone());
        async move {
            let original_file_name = known.as_ref().map(|known| known.name.clone());
            let requests = Arc::clone(&options.requests);
            let mut by_journal = false;
            let done = match (list_error, name) {
                (Some(error), _) | (None, Name::Failed(error)) => Err(error),
                (None, Name::Existing { name, length, checksum, by_journal: recorded }) => {
                    count_total(&options, Some(length));
                    count_bytes(&options, length);
                    count_file(&options);
                    by_journal = recorded;
                    let path = folder.join(name);
                    if !recorded {
                        let (key, existing) = (what.key(), path.clone());
                        unblock(move || part::remove_leftover(&folder, &key, &existing)).await;
                    }
                    Ok(Downloaded {
                        path,
                        bytes: length,
                        checksum,
                        verified: checksum.is_some(),
                        resumed_from: 0,
                        was_there: true,
                        requests: 0,
                        notes: Vec::new(),
                    })
                }
                (None, name) => {
                    match name {
                        Name::Given(name) => (options.files.name, options.files.slot) = (Some(name), Slot::Name),
                        Name::Slot(slot) => options.files.slot = slot,
                        Name::Existing { .. } | Name::Failed(_) => {}
                    }
                    Download { client, what, options }.to_folder(folder).await
                }
            };
            let fate = match done {
                Ok(done) => {
                    let journaled = match (journal.filter(|_| !by_journal), known) {
                        (Some(journal), Some(known)) => add_to_journal(journal, id, kind, &done, known).await,
                        _ => Ok(()),
                    };
                    let journal_error =
                        journaled.err().map(|error| Error::io(None, "could not write the journal", error));
                    let fate = if done.was_there {
                        DownloadResult::AlreadyThere(done)
                    } else {
                        DownloadResult::Downloaded(done)
                    };
                    return Finished {
                        outcome: DownloadOutcome { asset_id: id, original_file_name, fate },
                        journal_error,
                    };
                }
                Err(error) => {
                    progress.add_file();
                    DownloadResult::Failed { error, requests: requests.load(Ordering::Relaxed) }
                }
            };
            Finished { outcome: DownloadOutcome { asset_id: id, original_file_name, fate }, journal_error: None }
        }
    }
}

/// Adds a file to the journal.
async fn add_to_journal(
    journal: Shared,
    id: AssetId,
    kind: String,
    done: &Downloaded,
    known: AssetInfo,
) -> io::Result<()> {
    let (path, verified) = (done.path.clone(), done.verified);
    unblock(move || {
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.add(id, &kind, &path, &known, verified)
    })
    .await
}

/// The outcomes. After an error, the stream continues as [`next`](Downloads::next) does.
impl Stream for Downloads<'_> {
    type Item = Result<DownloadOutcome, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let threads = self.client.threads().cloned();
        threads::with(threads.as_ref(), || self.poll(context)).map(Result::transpose)
    }
}

impl fmt::Debug for Downloads<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Downloads").field("summary", &self.summary).finish_non_exhaustive()
    }
}
