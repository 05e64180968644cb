//! Downloads of several files: an album, the whole library, the results of a search, or a list.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::downloads::{Downloads, Kind, ManyOptions};
use super::layout::Layout;
use super::listing::Source;
use super::place::Collision;
use super::{ModifiedTime, Options};
use crate::api::{
    AssetMediaSize, DownloadAsset, GetAssetInfo, GetMyUser, MetadataSearchDto, PlayAssetVideo, SearchStacks, ViewAsset,
};
use crate::client::Client;
use crate::ids::{AlbumId, AssetId};
use crate::layer::RetryPolicy;
use crate::listing::Lister;
use crate::operation::Operation;
use crate::transfer::{OutageEvent, Progress};

/// The default number of concurrent downloads.
const CONCURRENCY: usize = 4;

/// A download of several files. [`to_folder`](Self::to_folder) starts it.
///
/// The files of a live photo get the same stem, as in `IMG_1.HEIC` and `IMG_1.MOV`, and so do a RAW and its developed
/// photo in the same stack: if a name is taken, all of them get the same number. Names are assigned in the order of
/// the list, so that a second run assigns the same ones.
///
/// An API key needs the permissions of several operations: see [`operations`](Self::operations).
#[must_use = "nothing is downloaded until a destination is given"]
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

    /// Downloads all assets of the signed-in user, including archived ones but not those in the trash: see
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

    /// Downloads the assets with the given ids.
    pub fn download_assets(&self, ids: impl IntoIterator<Item = impl Into<AssetId>>) -> DownloadMany<'_> {
        DownloadMany::new(self, Source::Ids(ids.into_iter().map(Into::into).collect()))
    }

    /// Downloads the assets that match a search: see [`found_assets`](Self::found_assets).
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

    /// Returns the operations that this download needs, on servers of every version, for
    /// [`Permissions::missing`](crate::Permissions::missing).
    pub fn operations(&self) -> Vec<&'static Operation> {
        let mut operations = match &self.source {
            Source::Ids(_) => vec![GetAssetInfo::OPERATION],
            Source::List(lister) => lister.operations().to_vec(),
        };
        operations.push(match self.kind {
            Kind::Original | Kind::Edited => DownloadAsset::OPERATION,
            Kind::Thumbnail(_) => ViewAsset::OPERATION,
            Kind::Playback => PlayAssetVideo::OPERATION,
        });
        if self.kind.is_original() {
            operations.push(SearchStacks::OPERATION);
        }
        if self.options.journal.is_some() {
            operations.push(GetMyUser::OPERATION);
        }
        operations
    }

    /// Downloads images with their edits applied. The server generates them, so they have no checksums.
    pub fn edited(mut self) -> Self {
        self.kind = Kind::Edited;
        self
    }

    /// Downloads thumbnails in one of the sizes that the server generates.
    pub fn thumbnails(mut self, size: AssetMediaSize) -> Self {
        self.kind = Kind::Thumbnail(size);
        self
    }

    /// Downloads videos as the server plays them. Assets that are not videos fail.
    pub fn playback(mut self) -> Self {
        self.kind = Kind::Playback;
        self
    }

    /// Sets the number of concurrent downloads. Defaults to 4; with 0, [`Downloads::next`] returns an error.
    pub fn concurrency(mut self, files: usize) -> Self {
        self.options.concurrency = files;
        self
    }

    /// Sets how files are distributed to subfolders of the target.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.options.layout = layout;
        self
    }

    /// Sets whether the videos of live photos are downloaded with the originals, with outcomes of their own. Defaults
    /// to `true`.
    pub fn motion_videos(mut self, motion_videos: bool) -> Self {
        self.options.motion_videos = motion_videos;
        self
    }

    /// Reports the files and their bytes to `progress`.
    pub fn progress(mut self, progress: &Progress) -> Self {
        self.options.progress = progress.clone();
        self
    }

    /// Sets what to do if a file of the name exists. Defaults to [`Collision::SkipSame`], so that a second run
    /// downloads only new files.
    pub fn collision(mut self, collision: Collision) -> Self {
        self.options.each.files.collision = Some(collision);
        self
    }

    /// Sets which modification time the files get.
    pub fn modified_time(mut self, time: ModifiedTime) -> Self {
        self.options.each.files.modified = time;
        self
    }

    /// Sets whether the SHA-1 of originals is verified. Defaults to `true`.
    pub fn verify(mut self, verify: bool) -> Self {
        self.options.each.verify = verify;
        self
    }

    /// Sets whether each file is flushed to disk. Defaults to `true`.
    pub fn durable(mut self, durable: bool) -> Self {
        self.options.each.files.durable = durable;
        self
    }

    /// Sets how often a broken transfer is resumed: see [`Download::resumes`](crate::transfer::Download::resumes).
    pub fn resumes(mut self, resumes: u32) -> Self {
        self.options.each.rules.resumes = resumes;
        self
    }

    /// Sets the delays before a broken transfer is resumed, and the attempts of each request.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.each.rules.retry = Some(policy);
        self
    }

    /// Sets how long to wait during an outage of the server: while it restarts, or while a gateway responds with 502,
    /// 503 or 504. Defaults to 15 minutes; with zero, each file that meets an outage fails.
    ///
    /// During an outage only one small request is sent every few seconds. When the limit is exceeded, the run stops,
    /// and the remaining assets are skipped as [`Stopped`](super::DownloadSkip::Stopped). The first request does not
    /// wait, because the address may be wrong.
    pub fn max_outage(mut self, limit: Duration) -> Self {
        self.options.each.outage.limit = limit;
        self
    }

    /// Calls a function when an outage of the server begins or ends.
    pub fn on_outage(mut self, observer: impl Fn(&OutageEvent) + Send + Sync + 'static) -> Self {
        self.options.each.outage.observer = Some(Arc::new(observer));
        self
    }

    /// Sets a journal file that records which assets were downloaded where, so that a later run need not hash or
    /// download those files again.
    ///
    /// A file in the journal is reported as [`AlreadyThere`](super::DownloadResult::AlreadyThere) if its length and
    /// modification time are unchanged and the asset still has the same checksum (for files that the server
    /// generates: if the asset has not changed). A journal can serve several folders, servers and users, but only one
    /// program at a time. Lines are only appended, so a killed program loses at most the last one. The folder of the
    /// journal is created.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.journal = Some(path.into());
        self
    }

    /// Creates the download into a folder. It makes progress only while [`Downloads::next`] is being awaited.
    pub fn to_folder(self, folder: impl Into<PathBuf>) -> Downloads<'c> {
        Downloads::new(self.client, self.source, self.kind, self.options, folder.into())
    }
}

impl fmt::Debug for DownloadMany<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DownloadMany").field("kind", &self.kind).finish_non_exhaustive()
    }
}
