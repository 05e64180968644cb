//! Complete lists of assets, or lists that report that they may be incomplete.
//!
//! Numbered pages lose assets: an asset that is trashed, archived or added between two pages shifts the rest, and
//! servers 2.x do not order photos of the same moment. So a search is read by cursor if the server supports that, else
//! by time ([`search`]). For an album and the whole library, the download info of the server lists every asset in one
//! response, and adds those that the search left out.

mod search;

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::api::{
    AssetResponseDto, AssetVisibility, DownloadInfoDto, GetAlbumInfo, GetAssetInfo, GetDownloadInfo, GetMyUser,
    MetadataSearchDto, SearchAssetStatistics, SearchAssets,
};
use crate::call::Options;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::{AlbumId, AssetId, UserId};
use crate::operation::Operation;
use crate::polled::{Polled, Source};

use search::Search;

/// The number of assets that are requested individually for one batch, and how many of them concurrently.
const BATCH: usize = 32;
const AT_ONCE: usize = 4;

/// Why a list may lack assets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Incomplete {
    /// The list was not read to its end.
    Unfinished,
    /// The search started at a later page than the first.
    StartPage,
    /// The server returned repeated pages without assets, each followed by another page.
    EmptyPages,
    /// The list was read several times, and the server's own count never matched the number of assets found.
    #[non_exhaustive]
    Counted {
        /// The number of assets found.
        found: u64,
        /// The number of assets reported by the server.
        counted: u64,
    },
    /// The server refused to count the assets, and there was no other way to check whether the list is complete.
    Uncounted(Error),
    /// The server cannot count by the conditions of this search, and there was no other way to check.
    NotCountable,
    /// The server lists these assets, but refuses to return them.
    Unreadable(Vec<AssetId>),
}

impl fmt::Display for Incomplete {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfinished => formatter.write_str("it was not read to its end"),
            Self::StartPage => formatter.write_str("it was read from a later page than the first"),
            Self::EmptyPages => formatter.write_str("the server gave one empty page after the other"),
            Self::Counted { found, counted } => {
                write!(formatter, "{found} assets were found, and the server counts {counted}")
            }
            Self::Uncounted(error) => write!(formatter, "the server did not count the assets: {error}"),
            Self::NotCountable => formatter.write_str("the server cannot count what this search finds"),
            Self::Unreadable(ids) => write!(formatter, "{} assets are listed that cannot be read", ids.len()),
        }
    }
}

impl Client {
    /// Lists every asset of an album, including archived ones and those of other users, on servers of every version.
    ///
    /// The videos of live photos are not listed separately. Visitors of a shared link can list its album.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client, id: immich_sdk::AlbumId) -> Result<(), immich_sdk::Error> {
    /// let mut assets = client.album_assets(id);
    /// while let Some(batch) = assets.next().await? {
    ///     for asset in batch {
    ///         println!("{}", asset.original_file_name);
    ///     }
    /// }
    /// if let Some(why) = assets.incomplete() {
    ///     eprintln!("there may be more: {why}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn album_assets(&self, id: impl Into<AlbumId>) -> AssetListing<'_> {
        AssetListing::new(Lister::album(self, id.into()))
    }

    /// Lists every asset of the signed-in user, including archived ones, but not those in the trash.
    ///
    /// The videos of live photos are not listed separately. Assets in the locked folder can only be read by a session
    /// that was unlocked with the PIN code; without one, they are reported as [`Incomplete::Unreadable`].
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
    /// let assets = client.library_assets().collect().await?;
    /// println!("{} assets", assets.len());
    /// # Ok(()) }
    /// ```
    pub fn library_assets(&self) -> AssetListing<'_> {
        AssetListing::new(Lister::library(self))
    }

    /// Lists every asset that a search finds, each once, even if the library changes meanwhile.
    ///
    /// A search without `visibility` includes archived assets on servers of every version. `size` is the maximum page
    /// size. Defaults to 1,000.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::api::MetadataSearchDto;
    ///
    /// let favorites = client.found_assets(MetadataSearchDto::new().is_favorite(true)).collect().await?;
    /// println!("{} favorites", favorites.len());
    /// # Ok(()) }
    /// ```
    pub fn found_assets(&self, search: MetadataSearchDto) -> AssetListing<'_> {
        AssetListing::new(Lister::found(self, search))
    }
}

/// A list of assets, read in batches.
///
/// [`next`](Self::next) is cancel-safe: if a call is dropped, its request continues with the next call.
///
/// An API key needs the permissions of several operations: see [`operations`](Self::operations).
#[must_use = "nothing is listed until `next` or `collect` is awaited"]
pub struct AssetListing<'c> {
    operations: &'static [&'static Operation],
    lister: Polled<'c, Batches<'c>>,
    incomplete: Option<Incomplete>,
}

/// Reads batches that are not empty.
struct Batches<'c>(Box<Lister<'c>>);

impl Source for Batches<'_> {
    type Item = Vec<AssetResponseDto>;

    async fn next(&mut self) -> Result<Option<Vec<AssetResponseDto>>, Error> {
        loop {
            match self.0.next_assets().await? {
                Some(assets) if assets.is_empty() => {}
                batch => return Ok(batch),
            }
        }
    }
}

impl<'c> AssetListing<'c> {
    fn new(lister: Lister<'c>) -> Self {
        let operations = lister.operations();
        Self { operations, lister: Polled::Idle(Batches(Box::new(lister))), incomplete: Some(Incomplete::Unfinished) }
    }

    /// Returns the operations that a complete list needs, on servers of every version, for
    /// [`Permissions::missing`](crate::Permissions::missing).
    pub fn operations(&self) -> Vec<&'static Operation> {
        self.operations.to_vec()
    }

    /// Returns the next assets, at least one and usually at most 1,000; `None` after the last.
    ///
    /// # Errors
    /// Those of the requests. The next call repeats the failed request.
    pub async fn next(&mut self) -> Result<Option<Vec<AssetResponseDto>>, Error> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Vec<AssetResponseDto>>, Error>> {
        let batch = self.lister.poll(context);
        if let (Poll::Ready(Ok(None)), Some(Batches(lister))) = (&batch, self.lister.source()) {
            self.incomplete = lister.incomplete.clone();
        }
        batch
    }

    /// Returns whether the list was read to its end and is complete, as far as the server reports.
    pub fn is_complete(&self) -> bool {
        self.incomplete.is_none()
    }

    /// Returns why the list may lack assets; [`Incomplete::Unfinished`] before its end.
    pub fn incomplete(&self) -> Option<&Incomplete> {
        self.incomplete.as_ref()
    }

    /// Returns all assets at once.
    ///
    /// # Errors
    /// Those of the requests; `Decode` if the list may lack assets. To use such a list, read it with
    /// [`next`](Self::next).
    pub async fn collect(mut self) -> Result<Vec<AssetResponseDto>, Error> {
        let mut all = Vec::new();
        while let Some(batch) = self.next().await? {
            all.extend(batch);
        }
        match self.incomplete {
            None => Ok(all),
            Some(why) => Err(Error::decode(SearchAssets::OPERATION, "", &format!("the list may lack assets: {why}"))),
        }
    }
}

/// Yields the batches of the list. After an error, the next item repeats the request that failed.
impl Stream for AssetListing<'_> {
    type Item = Result<Vec<AssetResponseDto>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context).map(Result::transpose)
    }
}

impl fmt::Debug for AssetListing<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AssetListing").field("incomplete", &self.incomplete).finish_non_exhaustive()
    }
}

/// An asset of a list.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    Asset(Box<AssetResponseDto>),
    /// An asset of which only the id is known.
    Id(AssetId),
}

/// Reads a list step by step. A step is one request, or several of one kind. Its results are stored only when it is
/// complete, so that a failed step can be repeated.
pub(crate) struct Lister<'c> {
    client: &'c Client,
    subject: Subject,
    steps: VecDeque<Part<'c>>,
    /// The ids that were returned, and the videos of live photos among them.
    seen: HashSet<AssetId>,
    videos: HashSet<AssetId>,
    /// Hidden videos of which it is not yet known whether they belong to a photo.
    hidden: Vec<AssetResponseDto>,
    /// Ids of the download info that are still to be requested, for [`Lister::next_assets`].
    unread: VecDeque<AssetId>,
    unreadable: Vec<AssetId>,
    /// Whether any source of the list was read to its end.
    proven: bool,
    incomplete: Option<Incomplete>,
}

enum Subject {
    Album { id: AlbumId, name: Option<String> },
    Library { user: Option<UserId> },
    Found,
}

enum Part<'c> {
    /// The first step: requests the album, the user or the version of the server.
    Subject(Option<Box<MetadataSearchDto>>),
    Search(Box<Search<'c>>),
    DownloadInfo,
    Hidden,
}

impl<'c> Lister<'c> {
    fn new(client: &'c Client, subject: Subject, search: Option<MetadataSearchDto>) -> Self {
        Self {
            client,
            subject,
            steps: [Part::Subject(search.map(Box::new))].into(),
            seen: HashSet::new(),
            videos: HashSet::new(),
            hidden: Vec::new(),
            unread: VecDeque::new(),
            unreadable: Vec::new(),
            proven: false,
            incomplete: None,
        }
    }

    pub(crate) fn album(client: &'c Client, id: AlbumId) -> Self {
        Self::new(client, Subject::Album { id, name: None }, None)
    }

    pub(crate) fn library(client: &'c Client) -> Self {
        Self::new(client, Subject::Library { user: None }, None)
    }

    pub(crate) fn found(client: &'c Client, search: MetadataSearchDto) -> Self {
        Self::new(client, Subject::Found, Some(search))
    }

    /// Returns the operations of all steps.
    pub(crate) fn operations(&self) -> &'static [&'static Operation] {
        match self.subject {
            Subject::Found => &[SearchAssets::OPERATION, SearchAssetStatistics::OPERATION],
            Subject::Album { .. } => &[
                GetAlbumInfo::OPERATION,
                SearchAssets::OPERATION,
                SearchAssetStatistics::OPERATION,
                GetDownloadInfo::OPERATION,
                GetAssetInfo::OPERATION,
            ],
            Subject::Library { .. } => &[
                GetMyUser::OPERATION,
                SearchAssets::OPERATION,
                SearchAssetStatistics::OPERATION,
                GetDownloadInfo::OPERATION,
                GetAssetInfo::OPERATION,
            ],
        }
    }

    /// Returns the name of the album, once it is known.
    #[cfg(feature = "fs")]
    pub(crate) fn album_name(&self) -> Option<&str> {
        match &self.subject {
            Subject::Album { name, .. } => name.as_deref(),
            _ => None,
        }
    }

    /// Returns why the list may lack assets, once it was read.
    #[cfg(feature = "fs")]
    pub(crate) fn incomplete(&self) -> Option<&Incomplete> {
        self.incomplete.as_ref()
    }

    /// Returns the next part of the list; `None` after its end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Found>>, Error> {
        let Some(part) = self.steps.front_mut() else { return Ok(None) };
        match part {
            Part::Subject(search) => {
                let search = search.clone();
                self.start(search).await
            }
            Part::Search(search) => {
                let page = match search.next().await {
                    // Visitors and keys without the permission cannot search. The download info then lists the assets.
                    Err(error) if is_refusal(&error) && !matches!(self.subject, Subject::Found) => {
                        self.steps.pop_front();
                        return Ok(Some(Vec::new()));
                    }
                    page => page?,
                };
                match page {
                    Some(assets) => Ok(Some(self.filter_new(assets))),
                    None => {
                        match search.incomplete() {
                            None => self.proven = true,
                            Some(why) => self.incomplete = Some(why.clone()),
                        }
                        self.steps.pop_front();
                        Ok(Some(Vec::new()))
                    }
                }
            }
            Part::DownloadInfo => self.add_download_info().await,
            Part::Hidden => {
                self.steps.pop_front();
                let videos = &self.videos;
                let alone = mem::take(&mut self.hidden).into_iter().filter(|asset| !videos.contains(&asset.id));
                Ok(Some(alone.map(|asset| Found::Asset(Box::new(asset))).collect()))
            }
        }
    }

    /// Requests the subject of the list, and plans the steps.
    async fn start(&mut self, search: Option<Box<MetadataSearchDto>>) -> Result<Option<Vec<Found>>, Error> {
        let client = self.client;
        let mut first = Vec::new();
        let parts: Vec<Part<'c>> = match &mut self.subject {
            Subject::Album { id, name } => {
                let album = client.send(GetAlbumInfo::new(*id)).await?;
                *name = Some(album.album_name);
                match album.assets {
                    // Servers 2.x return the assets with the album, in one response.
                    Some(assets) if !assets.is_empty() => {
                        first = assets;
                        self.proven = true;
                        vec![Part::DownloadInfo]
                    }
                    _ => vec![search_part(client, MetadataSearchDto::new().album_ids([*id])), Part::DownloadInfo],
                }
            }
            Subject::Library { user } => {
                let me = client.send(GetMyUser::new()).await?.id;
                *user = Some(me);
                // The visibility is set explicitly, because its default differs between versions.
                let shown = |visibility| search_part(client, MetadataSearchDto::new().visibility(visibility));
                vec![shown(AssetVisibility::Timeline), shown(AssetVisibility::Archive), Part::DownloadInfo]
            }
            Subject::Found => {
                let search = search.map_or_else(MetadataSearchDto::new, |search| *search);
                let is_open = search.visibility.is_none() && search.filter.is_none() && search.cursor.is_none();
                // Without a visibility, servers 2.x only find assets of the timeline.
                let is_old = is_open
                    && client.version_for_request(&Options::default()).await.is_some_and(|version| version.major < 3);
                if is_old {
                    let shown = |visibility| search_part(client, search.clone().visibility(visibility));
                    vec![shown(AssetVisibility::Timeline), shown(AssetVisibility::Archive)]
                } else {
                    vec![search_part(client, search)]
                }
            }
        };
        self.steps.pop_front();
        self.steps.extend(parts);
        self.steps.push_back(Part::Hidden);
        Ok(Some(self.filter_new(first)))
    }

    /// Adds the assets of the download info that the search did not find.
    async fn add_download_info(&mut self) -> Result<Option<Vec<Found>>, Error> {
        let wanted = match self.subject {
            Subject::Album { id, .. } => DownloadInfoDto::new().album_id(id),
            Subject::Library { user: Some(user) } => DownloadInfoDto::new().user_id(user),
            Subject::Library { user: None } | Subject::Found => {
                self.steps.pop_front();
                return Ok(Some(Vec::new()));
            }
        };
        let planned = match self.client.send(GetDownloadInfo::new(wanted)).await {
            // A caller without the permission to download gets the result of the search, if that was complete.
            Err(error) if is_refusal(&error) && (self.proven || self.incomplete.is_some()) => None,
            planned => Some(planned?),
        };
        self.steps.pop_front();
        let Some(planned) = planned else { return Ok(Some(Vec::new())) };
        self.incomplete = None;
        let ids = planned.archives.into_iter().flat_map(|archive| archive.asset_ids);
        let mut found = Vec::new();
        for id in ids {
            if !self.videos.contains(&id) && self.seen.insert(id) {
                found.push(Found::Id(id));
            }
        }
        Ok(Some(found))
    }

    /// Returns the assets that are new and belong to the list.
    fn filter_new(&mut self, assets: Vec<AssetResponseDto>) -> Vec<Found> {
        self.videos.extend(assets.iter().filter_map(|asset| asset.live_photo_video_id));
        let mut found = Vec::new();
        for asset in assets {
            // A search of the library also finds assets of partners.
            let is_other = matches!(self.subject, Subject::Library { user: Some(user) } if user != asset.owner_id);
            if is_other || !self.seen.insert(asset.id) {
                continue;
            }
            if asset.visibility == AssetVisibility::Hidden {
                self.hidden.push(asset);
            } else {
                found.push(Found::Asset(Box::new(asset)));
            }
        }
        found
    }

    /// Returns the next assets with all details.
    async fn next_assets(&mut self) -> Result<Option<Vec<AssetResponseDto>>, Error> {
        if self.unread.is_empty() {
            let Some(found) = self.next().await? else {
                if !self.unreadable.is_empty() {
                    self.incomplete = Some(Incomplete::Unreadable(mem::take(&mut self.unreadable)));
                }
                return Ok(None);
            };
            let mut assets = Vec::new();
            for found in found {
                match found {
                    Found::Asset(asset) => assets.push(*asset),
                    Found::Id(id) => self.unread.push_back(id),
                }
            }
            return Ok(Some(assets));
        }
        let ids: Vec<_> = self.unread.iter().copied().take(BATCH).collect();
        let mut assets = Vec::new();
        let mut unreadable = Vec::new();
        for (id, asset) in read(self.client, &ids, false).await {
            match asset {
                Ok(asset) => assets.push(asset),
                Err(error) if is_refusal(&error) => unreadable.push(id),
                Err(error) => return Err(error),
            }
        }
        self.unread.drain(..ids.len());
        self.unreadable.extend(unreadable);
        self.videos.extend(assets.iter().filter_map(|asset| asset.live_photo_video_id));
        // The download info lists the videos of live photos after the photos.
        assets.retain(|asset| !self.videos.contains(&asset.id));
        Ok(Some(assets))
    }
}

/// Returns whether Immich itself refused access to the caller.
fn is_refusal(error: &Error) -> bool {
    !error.is_from_elsewhere()
        && (error.kind() == ErrorKind::Auth || error.is_not_found() || error.is_unknown_resource())
}

fn search_part(client: &Client, search: MetadataSearchDto) -> Part<'_> {
    Part::Search(Box::new(Search::new(client, search)))
}

/// Requests assets individually, a few concurrently, in the order of the ids. If `stops`, no more are requested once
/// the credential is rejected.
pub(crate) async fn read(
    client: &Client,
    ids: &[AssetId],
    stops: bool,
) -> Vec<(AssetId, Result<AssetResponseDto, Error>)> {
    type Reading<'c> = Pin<Box<dyn Future<Output = Result<AssetResponseDto, Error>> + Send + 'c>>;
    let mut left = ids.iter().copied().enumerate();
    let mut running: Vec<(usize, Reading<'_>)> = Vec::new();
    let mut results: Vec<Option<Result<AssetResponseDto, Error>>> = ids.iter().map(|_| None).collect();
    let mut is_rejected = false;
    poll_fn(|context| {
        loop {
            while running.len() < AT_ONCE
                && !is_rejected
                && let Some((index, id)) = left.next()
            {
                running.push((index, Box::pin(client.send(GetAssetInfo::new(id)).into_future())));
            }
            let before = running.len();
            running.retain_mut(|(index, reading)| match reading.as_mut().poll(context) {
                Poll::Ready(result) => {
                    let refused = |error: &Error| error.kind() == ErrorKind::Auth && !error.is_from_elsewhere();
                    is_rejected |= stops && result.as_ref().is_err_and(refused);
                    results[*index] = Some(result);
                    false
                }
                Poll::Pending => true,
            });
            if running.is_empty() && before == 0 {
                return Poll::Ready(());
            }
            if running.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await;
    ids.iter().copied().zip(results).filter_map(|(id, result)| Some((id, result?))).collect()
}
