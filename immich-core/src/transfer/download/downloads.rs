//! Several downloads as they run.
//!
//! A group of assets that belong together goes through these stages: it is listed ([`Feed`]), the files that may be it
//! already are hashed, several groups at once; then the groups get their names one after the other, in the order of the
//! list; and then its assets are downloaded, several at once.

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

use super::journal::{Journal, Noted};
use super::known::Known;
use super::layout::Layout;
use super::listing::{Feed, Group, Listed, Needs, Source};
use super::names::{Reserved, Wanted};
use super::outcome::{DownloadOutcome, DownloadResult, DownloadSkip, DownloadSummary};
use super::part;
use super::place::{self, Collision};
use super::to_file::{Downloaded, Slot};
use super::what::What;
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

/// The file to download of each asset.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Original,
    Edited,
    Thumbnail(AssetMediaSize),
    Playback,
}

impl Kind {
    fn of(&self, id: AssetId) -> What {
        match self {
            Self::Original => What::Original(id),
            Self::Edited => What::Edited(id),
            Self::Thumbnail(size) => What::Thumbnail(id, size.clone()),
            Self::Playback => What::Playback(id),
        }
    }

    /// Its name in a journal.
    fn name(&self) -> String {
        match self {
            Self::Original => "original".to_owned(),
            Self::Edited => "edited".to_owned(),
            Self::Thumbnail(size) => format!("thumbnail-{}", size.as_str()),
            Self::Playback => "playback".to_owned(),
        }
    }

    fn is_original(&self) -> bool {
        matches!(self, Self::Original)
    }
}

pub(super) struct ManyOptions {
    pub(super) concurrency: usize,
    pub(super) layout: Layout,
    pub(super) motion_videos: bool,
    pub(super) progress: Progress,
    pub(super) journal: Option<PathBuf>,
    /// Those of each file.
    pub(super) each: Options,
}

type Boxed<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;
type Shared = Arc<Mutex<Journal>>;
type Batch<'c> = (Box<Feed<'c>>, Result<Option<Vec<Group>>, Error>);

enum Listing<'c> {
    /// The journal is to be opened before.
    New(Box<Feed<'c>>),
    Opening(Boxed<'c, (Box<Feed<'c>>, Result<Journal, Error>)>),
    Waiting(Box<Feed<'c>>),
    Asking(Boxed<'c, Batch<'c>>),
    Done,
}

/// A group, and what is wanted of its names.
struct Prepared {
    group: Group,
    folder: PathBuf,
    /// The wanted names of the members and the others of the group; empty where the responses determine them.
    wanted: Vec<Wanted>,
    /// The files that are there by the journal, with the checksums that their bytes had.
    noted: Vec<Option<Option<Checksum>>>,
}

/// A group with its names.
struct Named {
    group: Group,
    folder: PathBuf,
    noted: Vec<Option<Option<Checksum>>>,
    names: io::Result<Names>,
}

enum Names {
    Reserved(Vec<Reserved>),
    /// The first number for the names that the responses tell.
    Number(u32),
    None,
}

/// An asset whose turn it is.
struct Job {
    listed: Listed,
    folder: PathBuf,
    name: Name,
    is_repeated: bool,
}

enum Name {
    There { name: String, length: u64, checksum: Option<Checksum>, by_journal: bool },
    Given(String),
    Slot(Slot),
    Failed(Error),
}

struct Finished {
    outcome: DownloadOutcome,
    journal_error: Option<Error>,
}

/// Several downloads as they run. They run while [`next`](Self::next) is awaited, in the task that awaits it, and end
/// when this is dropped; bytes that were fetched stay on disk, and another run resumes from them.
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
    /// The names of assets of a stack that were not listed yet.
    kept: HashMap<AssetId, (PathBuf, Reserved)>,
    album: Option<String>,
    /// Whether the caller stopped the run.
    stopping: bool,
    summary: DownloadSummary,
    /// The value of `incomplete` in the summary at the end.
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
        // A panic or an early end leaves it so.
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

    /// Returns what became of the next asset, in the order in which they are done; `None` after the last.
    ///
    /// It is cancel-safe: work that a dropped call had started continues with the next call.
    ///
    /// # Errors
    /// Those of listing the assets, and of opening the journal. Listed assets continue with the next call, which also
    /// lists again.
    pub async fn next(&mut self) -> Result<Option<DownloadOutcome>, Error> {
        let threads = self.client.threads().cloned();
        poll_fn(|context| threads::with(threads.as_ref(), || self.poll(context))).await
    }

    /// Runs the downloads to their end and returns the summary of all assets, including those returned by
    /// [`next`](Self::next).
    ///
    /// # Errors
    /// Those of [`next`](Self::next). An asset that fails is in the summary.
    pub async fn finish(mut self) -> Result<DownloadSummary, Error> {
        while self.next().await?.is_some() {}
        Ok(self.summary)
    }

    /// Starts no more downloads. Running ones complete; the rest are reported as skipped
    /// ([`DownloadSkip::Stopped`]). Keep calling [`next`](Self::next), or call [`finish`](Self::finish).
    pub fn stop(&mut self) {
        self.stopping = true;
    }

    /// Returns the number of assets by outcome so far.
    pub fn summary(&self) -> DownloadSummary {
        self.summary.clone()
    }

    /// Returns the progress, for a user interface; it stays current.
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
                Poll::Ready(None) if self.is_idle() => return self.end(context).map(|()| Ok(None)),
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

    /// Lists more assets, if there are not enough; whether anything changed.
    fn list(&mut self, context: &mut Context<'_>) -> Result<bool, Error> {
        match mem::replace(&mut self.listing, Listing::Done) {
            Listing::Done => return Ok(false),
            Listing::New(mut feed) | Listing::Waiting(mut feed) if self.is_stopped() => {
                let rest = feed.rest().into_iter().map(|id| Listed { id, known: None, error: None });
                rest.for_each(|listed| self.take(Group { members: vec![listed], ..Group::default() }));
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
                self.listing = Listing::Asking(Box::pin(async move {
                    let mut ride = outages.ride();
                    let groups = loop {
                        ride.ready().await;
                        match feed.next().await {
                            Ok(groups) => break Ok(groups),
                            Err(error) => {
                                if let Err(error) = ride.failed(error).await {
                                    break Err(error);
                                }
                            }
                        }
                    };
                    (feed, groups)
                }));
            }
            Listing::Asking(mut asking) => match asking.as_mut().poll(context) {
                Poll::Pending => {
                    self.listing = Listing::Asking(asking);
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
                    groups.into_iter().for_each(|group| self.take(group));
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

    fn take(&mut self, group: Group) {
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

    /// Whether the size of the asset is that of what is downloaded.
    fn knows_bytes(&self) -> bool {
        self.kind.is_original()
    }

    /// Looks for what is there already; whether anything changed.
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
            let mut noted: Vec<Option<Noted>> = Vec::new();
            if let Some(journal) = journal.filter(|_| is_open && collision == Collision::SkipSame) {
                let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
                let of = |listed: &Listed| journal.noted(listed.id, &kind, &folder, listed.known.as_ref()?, verified);
                noted.extend(group.members.iter().map(of));
            }
            let there: Vec<_> = noted.iter().map(|noted| noted.as_ref().and_then(Noted::is_there)).collect();
            let hits = noted.iter().zip(&there).map(|(noted, there)| there.as_ref().map(|_| noted.as_ref()?.checksum));
            let hits = hits.collect();
            let mut wanted = Vec::new();
            let members = group.members.iter().map(|listed| listed.known.as_ref());
            for (at, known) in members.chain(group.others.iter().map(|(_, known)| Some(known))).enumerate() {
                // A shared link returns the image with its edits, and then the response determines the extension.
                let is_made = known.is_some_and(|known| known.is_edited && is_visitor) || !is_original;
                wanted.push(Wanted {
                    name: known.filter(|_| !is_made).map(|known| known.name.clone()),
                    checksum: known.filter(|_| !is_made).and_then(|known| known.checksum),
                    bytes: known.filter(|_| !is_made).and_then(|known| known.bytes),
                    there: there.get(at).cloned().flatten(),
                });
            }
            // A failure here occurs again when the names are reserved, and is reported there.
            drop(folders.prepare(&folder, &wanted, collision));
            Prepared { group, folder, wanted, noted: hits }
        }))
    }

    fn collision(&self) -> Collision {
        self.options.each.files.collision.unwrap_or(Collision::SkipSame)
    }

    /// Gives the next group its names; whether anything changed.
    fn name(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(naming) = &mut self.naming {
            let Poll::Ready(named) = naming.as_mut().poll(context) else { return false };
            self.naming = None;
            self.queue(named);
            return true;
        }
        let Some(prepared) = self.to_name.pop_front() else { return false };
        let Prepared { group, folder, wanted, noted } = prepared;
        if self.is_stopped() || group.is_repeated {
            let names = Ok(Names::None);
            self.queue(Named { group, folder, noted, names });
            return true;
        }
        let is_kept =
            !group.members.is_empty() && group.members.iter().all(|listed| self.kept.contains_key(&listed.id));
        if is_kept {
            let kept: Vec<_> = group.members.iter().filter_map(|listed| self.kept.remove(&listed.id)).collect();
            let folder = kept.first().map_or(folder, |(folder, _)| folder.clone());
            let names = Ok(Names::Reserved(kept.into_iter().map(|(_, reserved)| reserved).collect()));
            self.queue(Named { group, folder, noted, names });
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
            } else if let Some(there) = wanted.first().filter(|_| !is_original).and_then(|wanted| wanted.there.clone())
            {
                Ok(Names::Reserved(vec![Reserved::There(there.0, there.1)]))
            } else if is_original && wanted.first().is_some_and(|wanted| wanted.name.is_some()) {
                folders.reserve(&folder, &wanted, collision).map(Names::Reserved)
            } else if let (Some(known), true) = (first, collision != Collision::Error) {
                folders.number(&folder, &known.name).map(Names::Number)
            } else {
                Ok(Names::None)
            };
            Named { group, folder, noted, names }
        })));
        true
    }

    /// Queues the assets of a group.
    fn queue(&mut self, named: Named) {
        let Named { group, folder, noted, names } = named;
        let is_repeated = group.is_repeated;
        let mut names = names;
        for (at, listed) in group.members.into_iter().enumerate() {
            let name = match &mut names {
                _ if is_repeated => Name::Slot(Slot::None),
                Ok(Names::Reserved(reserved)) => {
                    match reserved.get_mut(at).map(|reserved| mem::replace(reserved, Reserved::Stem(String::new()))) {
                        Some(Reserved::There(name, length)) => {
                            let by_journal = noted.get(at).copied().flatten();
                            let known = listed.known.as_ref().and_then(|known| known.checksum);
                            let checksum = by_journal.unwrap_or(known.filter(|_| self.kind.is_original()));
                            Name::There { name, length, checksum, by_journal: by_journal.is_some() }
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

    /// Starts what can run; the outcome of what need not.
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
            let one = self.one(job);
            self.running.push(Box::pin(one));
        }
        None
    }

    fn settle(&mut self, finished: Finished) -> DownloadOutcome {
        let Finished { outcome, journal_error } = finished;
        if let DownloadResult::Failed { error, .. } = &outcome.fate
            && (self.outages.gave_up() || (error.kind() == ErrorKind::Auth && !error.is_from_elsewhere()))
            && self.summary.stopped_by.is_none()
        {
            // Without a server, or a credential that it accepts, nothing more needs to be tried.
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

    /// Writes the journal to the disk, and ends.
    fn end(&mut self, context: &mut Context<'_>) -> Poll<()> {
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

    /// The download of one asset, to its outcome.
    fn one(&self, job: Job) -> impl Future<Output = Finished> + Send + use<'c> {
        let Job { listed: Listed { id, known, error: told }, folder, name, .. } = job;
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
            let done = match (told, name) {
                (Some(error), _) | (None, Name::Failed(error)) => Err(error),
                (None, Name::There { name, length, checksum, by_journal: noted }) => {
                    count_total(&options, Some(length));
                    count_bytes(&options, length);
                    count_file(&options);
                    by_journal = noted;
                    let path = folder.join(name);
                    if !noted {
                        let (key, there) = (what.key(), path.clone());
                        unblock(move || part::remove_leftover(&folder, &key, &there)).await;
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
                        Name::There { .. } | Name::Failed(_) => {}
                    }
                    Download { client, what, options }.to_folder(folder).await
                }
            };
            let fate = match done {
                Ok(done) => {
                    let journaled = match (journal.filter(|_| !by_journal), known) {
                        (Some(journal), Some(known)) => noted(journal, id, kind, &done, known).await,
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
async fn noted(journal: Shared, id: AssetId, kind: String, done: &Downloaded, known: Known) -> io::Result<()> {
    let (path, verified) = (done.path.clone(), done.verified);
    unblock(move || {
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.add(id, &kind, &path, &known, verified)
    })
    .await
}

/// The outcomes. After an error, the next item continues as [`next`](Downloads::next) does.
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
