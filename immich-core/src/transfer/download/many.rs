//! Several files: an album, the whole library, what a search finds, a list.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::downloads::{Downloads, Kind, ManyOptions};
use super::layout::Layout;
use super::listing::Source;
use super::place::Collision;
use super::{ModifiedTime, Options};
use crate::api::{AssetMediaSize, MetadataSearchDto};
use crate::client::Client;
use crate::ids::{AlbumId, AssetId};
use crate::layer::RetryPolicy;
use crate::listing::Lister;
use crate::transfer::{OutageEvent, Progress};

/// How many files are downloaded at once.
const CONCURRENCY: usize = 4;

/// A download of several files, which [`to_folder`](Self::to_folder) begins.
///
/// The files of a live photo have one stem, as `IMG_1.HEIC` and `IMG_1.MOV`, and so have a RAW and its developed photo that
/// are in one stack: where a name is taken, all of them get the same number. Names are given in the order of the list, so
/// that a second run gives the same.
#[must_use = "nothing is downloaded until it is told where to"]
pub struct DownloadMany<'c> {
    client: &'c Client,
    source: Source<'c>,
    kind: Kind,
    options: ManyOptions,
}

impl Client {
    /// Downloads every asset of an album.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client, id: immich_sdk::AlbumId) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::transfer::DownloadResult;
    ///
    /// let mut downloads = client.download_album(id).to_folder("holidays");
    /// while let Some(outcome) = downloads.next().await? {
    ///     if let DownloadResult::Failed { error, .. } = outcome.fate {
    ///         eprintln!("{}: {error}", outcome.asset_id);
    ///     }
    /// }
    /// println!("{} files are new", downloads.summary().downloaded);
    /// # Ok(()) }
    /// ```
    pub fn download_album(&self, id: impl Into<AlbumId>) -> DownloadMany<'_> {
        DownloadMany::new(self, Source::List(Box::new(Lister::album(self, id.into()))))
    }

    /// Downloads every asset of the signed-in user, archived ones too, but not what is in the trash: see
    /// [`library_assets`](Self::library_assets).
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::transfer::Layout;
    ///
    /// let library = client.download_library().layout(Layout::Month).journal("backup/.downloads.jsonl");
    /// let mut downloads = library.to_folder("backup");
    /// while let Some(outcome) = downloads.next().await? {
    ///     println!("{outcome:?}");
    /// }
    /// assert!(downloads.summary().is_complete());
    /// # Ok(()) }
    /// ```
    pub fn download_library(&self) -> DownloadMany<'_> {
        DownloadMany::new(self, Source::List(Box::new(Lister::library(self))))
    }

    /// Downloads the assets of a list.
    pub fn download_assets(&self, ids: impl IntoIterator<Item = impl Into<AssetId>>) -> DownloadMany<'_> {
        DownloadMany::new(self, Source::Ids(ids.into_iter().map(Into::into).collect()))
    }

    /// Downloads the assets that a search finds: see [`found_assets`](Self::found_assets).
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::api::MetadataSearchDto;
    /// use immich_sdk::transfer::Layout;
    ///
    /// let favorites = MetadataSearchDto::new().is_favorite(true);
    /// let mut downloads = client.download_search(favorites).layout(Layout::Month).to_folder("favorites");
    /// while let Some(outcome) = downloads.next().await? {
    ///     println!("{outcome:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn download_search(&self, search: MetadataSearchDto) -> DownloadMany<'_> {
        DownloadMany::new(self, Source::List(Box::new(Lister::found(self, search))))
    }
}

impl<'c> DownloadMany<'c> {
    fn new(client: &'c Client, source: Source<'c>) -> Self {
        let options = ManyOptions {
            concurrency: CONCURRENCY,
            layout: Layout::default(),
            motion_videos: true,
            progress: Progress::new(client.timer().cloned()),
            journal: None,
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

    /// Sets how many files are downloaded at once. Defaults to 4; zero is an error of [`Downloads::next`].
    pub fn concurrency(mut self, files: usize) -> Self {
        self.options.concurrency = files;
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

    /// Sets how often in a row a broken transfer of a file is resumed; see [`Download::resumes`](crate::transfer::Download::resumes).
    pub fn resumes(mut self, resumes: u32) -> Self {
        self.options.each.rules.resumes = resumes;
        self
    }

    /// Sets the waits before a broken transfer is resumed, and the attempts of each request.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.each.rules.retry = Some(policy);
        self
    }

    /// Sets how long to wait for a server that is away: one that restarts, or behind a gateway that responds with 502, 503
    /// or 504. Defaults to 15 minutes; zero fails each file that meets an outage.
    ///
    /// Meanwhile only one small request every few seconds is sent. After that time the run stops, and the rest is skipped as
    /// [`Stopped`](super::DownloadSkip::Stopped). The first request is not waited for: the address may be wrong.
    pub fn max_outage(mut self, limit: Duration) -> Self {
        self.options.each.outage.limit = limit;
        self
    }

    /// Calls a function when an outage of the server begins or ends.
    pub fn on_outage(mut self, observer: impl Fn(&OutageEvent) + Send + Sync + 'static) -> Self {
        self.options.each.outage.observer = Some(Arc::new(observer));
        self
    }

    /// Sets a file that keeps which assets were downloaded where, so that a later run neither reads the files again nor
    /// requests their bytes.
    ///
    /// A file of which the journal knows counts as [`AlreadyThere`](super::DownloadResult::AlreadyThere) if its length and
    /// time of change are what they were, and the server has the same checksum of the asset (for what the server makes:
    /// if the asset did not change). The journal can serve several folders, servers and users; one program at a time can use
    /// it. Lines are only added, so that a program that is killed loses at most the last one.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.journal = Some(path.into());
        self
    }

    /// Begins, as far as [`Downloads::next`] is awaited.
    pub fn to_folder(self, folder: impl Into<PathBuf>) -> Downloads<'c> {
        Downloads::new(self.client, self.source, self.kind, self.options, folder.into())
    }
}

impl fmt::Debug for DownloadMany<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DownloadMany").field("kind", &self.kind).finish_non_exhaustive()
    }
}
