//! Several files: an album, what a search finds, a list.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::layout::Layout;
use super::listing::{Listed, Source};
use super::outcome::{DownloadFate, DownloadOutcome, DownloadSkip, DownloadSummary};
use super::place::Collision;
use super::what::What;
use super::{Download, ModifiedTime, Options, Total};
use crate::api::{AssetMediaSize, MetadataSearchDto};
use crate::client::Client;
use crate::error::Error;
use crate::ids::{AlbumId, AssetId};
use crate::layer::RetryPolicy;
use crate::transfer::Progress;

/// How many files are downloaded at once.
const CONCURRENCY: usize = 4;

/// A download of several files, which [`to_folder`](Self::to_folder) begins.
#[must_use = "nothing is downloaded until it is told where to"]
pub struct DownloadMany<'c> {
    client: &'c Client,
    source: Source<'c>,
    kind: Kind,
    options: ManyOptions,
}

/// What is taken of each asset.
#[derive(Clone, Debug)]
enum Kind {
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
}

struct ManyOptions {
    concurrency: usize,
    layout: Layout,
    motion_videos: bool,
    progress: Progress,
    /// Those of each file.
    each: Options,
}

impl Client {
    /// Downloads every asset of an album.
    ///
    /// ```no_run
    /// # async fn example(client: immich_core::Client, id: immich_core::AlbumId) -> Result<(), immich_core::Error> {
    /// use immich_core::transfer::DownloadFate;
    ///
    /// let mut downloads = client.download_album(id).to_folder("holidays");
    /// while let Some(outcome) = downloads.next().await? {
    ///     if let DownloadFate::Failed { error, .. } = outcome.fate {
    ///         eprintln!("{}: {error}", outcome.asset_id);
    ///     }
    /// }
    /// println!("{} files are new", downloads.summary().downloaded);
    /// # Ok(()) }
    /// ```
    pub fn download_album(&self, id: impl Into<AlbumId>) -> DownloadMany<'_> {
        DownloadMany::new(self, Source::album(self, id.into()))
    }

    /// Downloads the assets of a list.
    pub fn download_all(&self, ids: impl IntoIterator<Item = impl Into<AssetId>>) -> DownloadMany<'_> {
        DownloadMany::new(self, Source::Ids(ids.into_iter().map(Into::into).collect()))
    }

    /// Downloads the assets that a search finds, page by page.
    ///
    /// ```no_run
    /// # async fn example(client: immich_core::Client) -> Result<(), immich_core::Error> {
    /// use immich_core::api::MetadataSearchDto;
    /// use immich_core::transfer::Layout;
    ///
    /// let favorites = MetadataSearchDto::new().is_favorite(true);
    /// let mut downloads = client.download_found(favorites).layout(Layout::Month).to_folder("favorites");
    /// while let Some(outcome) = downloads.next().await? {
    ///     println!("{outcome:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn download_found(&self, search: MetadataSearchDto) -> DownloadMany<'_> {
        DownloadMany::new(self, Source::search(self, search))
    }
}

impl<'c> DownloadMany<'c> {
    fn new(client: &'c Client, source: Source<'c>) -> Self {
        let options = ManyOptions {
            concurrency: CONCURRENCY,
            layout: Layout::default(),
            motion_videos: true,
            progress: Progress::new(client.timer().cloned()),
            each: Options::default(),
        };
        Self { client, source, kind: Kind::Original, options }
    }

    /// Takes the images with their edits. Their bytes are made by the server, and have no checksum.
    pub fn edited(mut self) -> Self {
        self.kind = Kind::Edited;
        self
    }

    /// Takes the pictures of the assets in one of the sizes that the server makes.
    pub fn thumbnails(mut self, size: AssetMediaSize) -> Self {
        self.kind = Kind::Thumbnail(size);
        self
    }

    /// Takes videos as they are played. An asset that is no video fails.
    pub fn playback(mut self) -> Self {
        self.kind = Kind::Playback;
        self
    }

    /// Sets how many files are downloaded at once; 4 otherwise, and zero is one.
    pub fn concurrency(mut self, files: usize) -> Self {
        self.options.concurrency = files.max(1);
        self
    }

    /// Sets into which folder below the target each file goes.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.options.layout = layout;
        self
    }

    /// Whether originals of live photos bring their videos, as outcomes of their own; they do unless switched off.
    pub fn motion_videos(mut self, motion_videos: bool) -> Self {
        self.options.motion_videos = motion_videos;
        self
    }

    /// Counts the files and their bytes in `progress`.
    pub fn progress(mut self, progress: &Progress) -> Self {
        self.options.progress = progress.clone();
        self
    }

    /// Sets what is done where there is a file of the name; [`Collision::SkipSame`] otherwise, so that a second run
    /// downloads what is new.
    pub fn collision(mut self, collision: Collision) -> Self {
        self.options.each.files.collision = Some(collision);
        self
    }

    /// Sets the time that the files say they were changed at.
    pub fn modified_time(mut self, time: ModifiedTime) -> Self {
        self.options.each.files.modified = time;
        self
    }

    /// Whether to compare the SHA-1 of originals; it is done unless switched off.
    pub fn verify(mut self, verify: bool) -> Self {
        self.options.each.verify = verify;
        self
    }

    /// Whether to wait until the disk has each file; it is done unless switched off.
    pub fn durable(mut self, durable: bool) -> Self {
        self.options.each.files.durable = durable;
        self
    }

    /// Sets how often in a row a broken transfer of a file is gone on with; see [`Download::resumes`].
    pub fn resumes(mut self, resumes: u32) -> Self {
        self.options.each.rules.resumes = resumes;
        self
    }

    /// Sets the waits before a broken transfer is gone on with, and the attempts of each request.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.each.rules.retry = Some(policy);
        self
    }

    /// Begins, as far as [`Downloads::next`] is awaited.
    pub fn to_folder(self, folder: impl Into<PathBuf>) -> Downloads<'c> {
        let Self { client, source, kind, options } = self;
        Downloads {
            client,
            kind,
            options,
            folder: folder.into(),
            listing: Listing::Waiting(source),
            queue: VecDeque::new(),
            running: FuturesUnordered::new(),
            listed: HashSet::new(),
            album: None,
            summary: DownloadSummary::default(),
        }
    }
}

impl fmt::Debug for DownloadMany<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DownloadMany").field("kind", &self.kind).finish_non_exhaustive()
    }
}

type Boxed<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;
type Page<'c> = (Source<'c>, Result<(Vec<Listed>, bool), Error>);

enum Listing<'c> {
    Waiting(Source<'c>),
    Asking(Boxed<'c, Page<'c>>),
    Done,
}

/// Something that was found, in its turn.
enum Item {
    Download(Listed),
    Repeated(Listed),
}

/// What became of an item, and the video that belongs to it.
struct Finished {
    outcome: DownloadOutcome,
    video: Option<AssetId>,
}

/// Several downloads as they run. They run while [`next`](Self::next) is awaited, in the task that awaits it, and end
/// when this is dropped; what was fetched stays on disk, and another run goes on with it.
pub struct Downloads<'c> {
    client: &'c Client,
    kind: Kind,
    options: ManyOptions,
    folder: PathBuf,
    listing: Listing<'c>,
    queue: VecDeque<Item>,
    running: FuturesUnordered<Boxed<'c, Finished>>,
    listed: HashSet<AssetId>,
    album: Option<String>,
    summary: DownloadSummary,
}

impl<'c> Downloads<'c> {
    /// What became of the next asset, in the order in which they are done; `None` after the last.
    ///
    /// # Errors
    /// Those of listing the assets. What was listed goes on with the next call, which also lists again.
    pub async fn next(&mut self) -> Result<Option<DownloadOutcome>, Error> {
        poll_fn(|context| self.poll(context)).await
    }

    /// How many assets became what until now.
    pub fn summary(&self) -> DownloadSummary {
        self.summary
    }

    /// How far it is: the value that a user interface reads.
    pub fn progress(&self) -> &Progress {
        &self.options.progress
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<DownloadOutcome>, Error>> {
        loop {
            self.list();
            if let Listing::Asking(asking) = &mut self.listing
                && let Poll::Ready((source, page)) = asking.as_mut().poll(context)
            {
                self.album = source.album_name().map(str::to_owned);
                let (listed, more) = match page {
                    Ok(page) => page,
                    Err(error) => {
                        self.listing = Listing::Waiting(source);
                        return Poll::Ready(Err(error));
                    }
                };
                self.listing = if more { Listing::Waiting(source) } else { Listing::Done };
                listed.into_iter().for_each(|listed| self.take(listed));
                if !more {
                    self.options.progress.total_is_known();
                }
                continue;
            }
            if let Some(outcome) = self.start() {
                return Poll::Ready(Ok(Some(outcome)));
            }
            return match self.running.poll_next_unpin(context) {
                Poll::Ready(Some(Finished { outcome, video })) => {
                    // It belongs to what was asked for, so it comes next.
                    if let Some(id) = video.filter(|id| !self.listed.contains(id)) {
                        self.take(Listed { id, known: None });
                    }
                    Poll::Ready(Ok(Some(self.count(outcome))))
                }
                Poll::Ready(None) if matches!(self.listing, Listing::Done) => Poll::Ready(Ok(None)),
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            };
        }
    }

    /// Asks for more assets, if there are not enough.
    fn list(&mut self) {
        if self.queue.len() >= self.options.concurrency || !matches!(self.listing, Listing::Waiting(_)) {
            return;
        }
        if let Listing::Waiting(mut source) = std::mem::replace(&mut self.listing, Listing::Done) {
            self.listing = Listing::Asking(Box::pin(async move {
                let page = source.next().await;
                (source, page)
            }));
        }
    }

    fn take(&mut self, listed: Listed) {
        let bytes = listed.known.as_ref().filter(|_| self.knows_bytes()).and_then(|known| known.bytes);
        self.options.progress.add_total(1, bytes.unwrap_or_default());
        let new = self.listed.insert(listed.id);
        self.queue.push_back(if new { Item::Download(listed) } else { Item::Repeated(listed) });
    }

    /// Whether the size of the asset is that of what is downloaded.
    fn knows_bytes(&self) -> bool {
        matches!(self.kind, Kind::Original)
    }

    /// Starts what can run; the outcome of what need not.
    fn start(&mut self) -> Option<DownloadOutcome> {
        while self.running.len() < self.options.concurrency {
            let listed = match self.queue.pop_front()? {
                Item::Download(listed) => listed,
                Item::Repeated(Listed { id, known }) => {
                    let original_file_name = known.map(|known| known.name);
                    let fate = DownloadFate::Skipped(DownloadSkip::Repeated);
                    self.options.progress.add_file();
                    return Some(self.count(DownloadOutcome { asset_id: id, original_file_name, fate }));
                }
            };
            let one = self.one(listed);
            self.running.push(Box::pin(one));
        }
        None
    }

    fn count(&mut self, outcome: DownloadOutcome) -> DownloadOutcome {
        self.summary.count(&outcome.fate);
        outcome
    }

    /// The download of one asset, from what is known of it to its outcome.
    fn one(&self, Listed { id, known }: Listed) -> impl Future<Output = Finished> + Send + use<'c> {
        let ManyOptions { layout, motion_videos, progress, each, .. } = &self.options;
        let (layout, progress) = (*layout, progress.clone());
        let (folder, album) = (self.folder.clone(), self.album.clone());
        let counted = known.as_ref().is_some_and(|known| known.bytes.is_some()) && self.knows_bytes();
        let live = matches!(self.kind, Kind::Original) && *motion_videos;
        let options = Options {
            known,
            progress: Some(progress.clone()),
            total: if counted { Total::Bytes } else { Total::File },
            requests: Arc::default(),
            ..each.clone()
        };
        let mut download = Download { client: self.client, what: self.kind.of(id), options };
        async move {
            let learned = download.learn(live || layout.needs_date() || download.lacks_checksum()).await;
            let known = download.options.known.clone();
            let original_file_name = known.as_ref().map(|known| known.name.clone());
            let requests = Arc::clone(&download.options.requests);
            let video = known.as_ref().filter(|_| live).and_then(|known| known.live_photo_video);
            let is_offline = known.as_ref().is_some_and(|known| known.is_offline);
            let fate = match learned {
                Err(error) => Err(error),
                Ok(()) if is_offline => Ok(DownloadFate::Skipped(DownloadSkip::Offline)),
                Ok(()) => {
                    let folder = layout.folder(&folder, album.as_deref(), known.as_ref());
                    let done = download.to_folder(folder).await;
                    done.map(|done| match done.was_there {
                        true => DownloadFate::AlreadyThere(done),
                        false => DownloadFate::Downloaded(done),
                    })
                }
            };
            if !matches!(fate, Ok(DownloadFate::Downloaded(_) | DownloadFate::AlreadyThere(_))) {
                progress.add_file();
            }
            let fate =
                fate.unwrap_or_else(|error| DownloadFate::Failed { error, requests: requests.load(Ordering::Relaxed) });
            Finished { outcome: DownloadOutcome { asset_id: id, original_file_name, fate }, video }
        }
    }
}

impl fmt::Debug for Downloads<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Downloads").field("summary", &self.summary).finish_non_exhaustive()
    }
}
