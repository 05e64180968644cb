//! Lists of assets that are complete, or say that they may not be.
//!
//! Pages by number lose assets: what is trashed, archived or added between two pages shifts the rest, and a server
//! 2.x gives no order to photos of one moment. So a search is followed by cursor where the server has one, else by
//! time ([`search`]). For an album and the whole library, what the server would put into an archive names every asset
//! in one response, and adds what the search left out.

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
    MetadataSearchDto, SearchAssets,
};
use crate::call::Options;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::{AlbumId, AssetId, UserId};
use crate::polled::{Polled, Source};

use search::Search;

/// How many assets are looked at by themselves for one batch, and how many of them at once.
const BATCH: usize = 32;
const AT_ONCE: usize = 4;

/// Why a list may lack assets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Incomplete {
    /// The list was not read to its end.
    Unfinished,
    /// The search was to begin at a later page than the first.
    StartPage,
    /// The server gave pages without assets again and again, each with another page after it.
    EmptyPages,
    /// The list was read several times, and the server's own count is never that of the assets found.
    #[non_exhaustive]
    Counted {
        /// How many assets were found.
        found: u64,
        /// How many there are, as the server counts.
        counted: u64,
    },
    /// The server would not count the assets, and there was no other way to know whether all were found.
    Uncounted(Error),
    /// The search has conditions with which the server cannot count, and there was no other way to know.
    NotCountable,
    /// The server lists these assets, and does not let them be read.
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
    /// Lists every asset of an album: archived ones, those of other users, and from servers of every version.
    ///
    /// The videos of live photos are not listed by themselves. A visitor of a shared link can list its album.
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

    /// Lists every asset of the signed-in user, archived ones too, but not what is in the trash.
    ///
    /// The videos of live photos are not listed by themselves. Assets in the locked folder are named by the server and
    /// can be read only by a session that was unlocked with the PIN; otherwise they are in [`Incomplete::Unreadable`].
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

    /// Lists every asset that a search finds, each once, whatever changes meanwhile.
    ///
    /// A search without `visibility` finds archived assets on servers of every version. `size` is the most that is asked
    /// for at once, 1,000 unless it is set.
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
/// [`next`](Self::next) is cancel-safe: a request that a dropped call had begun goes on with the next call.
#[must_use = "nothing is listed until `next` or `collect` is awaited"]
pub struct AssetListing<'c> {
    lister: Polled<'c, Batches<'c>>,
    incomplete: Option<Incomplete>,
}

/// Reads batches that are not empty.
struct Batches<'c>(Box<Lister<'c>>);

impl Source for Batches<'_> {
    type Item = Vec<AssetResponseDto>;

    async fn next(&mut self) -> Result<Option<Vec<AssetResponseDto>>, Error> {
        loop {
            match self.0.assets().await? {
                Some(assets) if assets.is_empty() => {}
                batch => return Ok(batch),
            }
        }
    }
}

impl<'c> AssetListing<'c> {
    fn new(lister: Lister<'c>) -> Self {
        Self { lister: Polled::Idle(Batches(Box::new(lister))), incomplete: Some(Incomplete::Unfinished) }
    }

    /// Returns the next assets, at least one and at most some 1,000; `None` after the last.
    ///
    /// # Errors
    /// Those of the requests. The next call repeats the one that failed.
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

    /// Whether the list was read to its end and lacks nothing, as far as the server tells.
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
    /// Those of the requests; `Decode` if the list may lack assets. Read with [`next`](Self::next) to use it all the
    /// same.
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

/// The batches of the list. After an error, the next item repeats the request that failed.
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
    /// An asset of which the server has told the id alone.
    Id(AssetId),
}

/// Reads a list step by step. Each step is one request, or several of one kind; what a step learned is kept only when
/// it is done, so that a step that failed can be repeated.
pub(crate) struct Lister<'c> {
    client: &'c Client,
    subject: Subject,
    steps: VecDeque<Part<'c>>,
    /// The ids that were given, and the videos of live photos among them.
    seen: HashSet<AssetId>,
    videos: HashSet<AssetId>,
    /// Hidden videos that were found before it is known whether they belong to a photo.
    hidden: Vec<AssetResponseDto>,
    /// Ids of the plan that are still to be looked at, for [`Lister::assets`].
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
    /// What the list is of: the album, the user, the version of the server.
    Subject(Option<Box<MetadataSearchDto>>),
    Search(Box<Search<'c>>),
    Plan,
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

    /// The name of the album, once it is known.
    #[cfg(feature = "fs")]
    pub(crate) fn album_name(&self) -> Option<&str> {
        match &self.subject {
            Subject::Album { name, .. } => name.as_deref(),
            _ => None,
        }
    }

    /// Why the list may lack assets, once it was read.
    #[cfg(feature = "fs")]
    pub(crate) fn incomplete(&self) -> Option<&Incomplete> {
        self.incomplete.as_ref()
    }

    /// More of the list; `None` after its end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Found>>, Error> {
        let Some(part) = self.steps.front_mut() else { return Ok(None) };
        match part {
            Part::Subject(search) => {
                let search = search.clone();
                self.begin(search).await
            }
            Part::Search(search) => {
                let page = match search.next().await {
                    // A visitor cannot search, nor a key without the permission: the plan of an archive tells.
                    Err(error) if is_refusal(&error) && !matches!(self.subject, Subject::Found) => {
                        self.steps.pop_front();
                        return Ok(Some(Vec::new()));
                    }
                    page => page?,
                };
                match page {
                    Some(assets) => Ok(Some(self.keep(assets))),
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
            Part::Plan => self.plan().await,
            Part::Hidden => {
                self.steps.pop_front();
                let videos = &self.videos;
                let alone = mem::take(&mut self.hidden).into_iter().filter(|asset| !videos.contains(&asset.id));
                Ok(Some(alone.map(|asset| Found::Asset(Box::new(asset))).collect()))
            }
        }
    }

    /// Learns what the list is of, and decides how it is read.
    async fn begin(&mut self, search: Option<Box<MetadataSearchDto>>) -> Result<Option<Vec<Found>>, Error> {
        let client = self.client;
        let mut first = Vec::new();
        let parts: Vec<Part<'c>> = match &mut self.subject {
            Subject::Album { id, name } => {
                let album = client.send(GetAlbumInfo::new(*id)).await?;
                *name = Some(album.album_name);
                match album.assets {
                    // Servers 2.x describe the assets with the album, all in one response.
                    Some(assets) if !assets.is_empty() => {
                        first = assets;
                        self.proven = true;
                        vec![Part::Plan]
                    }
                    _ => vec![searched(client, MetadataSearchDto::new().album_ids([*id])), Part::Plan],
                }
            }
            Subject::Library { user } => {
                let me = client.send(GetMyUser::new()).await?.id;
                *user = Some(me);
                // By name, since what is left out means another thing to each version.
                let shown = |visibility| searched(client, MetadataSearchDto::new().visibility(visibility));
                vec![shown(AssetVisibility::Timeline), shown(AssetVisibility::Archive), Part::Plan]
            }
            Subject::Found => {
                let search = search.map_or_else(MetadataSearchDto::new, |search| *search);
                let is_open = search.visibility.is_none() && search.filter.is_none() && search.cursor.is_none();
                // Without a visibility, a server 2.x finds what is in the timeline alone.
                let is_old = is_open
                    && client.version_for_form(&Options::default()).await.is_some_and(|version| version.major < 3);
                if is_old {
                    let shown = |visibility| searched(client, search.clone().visibility(visibility));
                    vec![shown(AssetVisibility::Timeline), shown(AssetVisibility::Archive)]
                } else {
                    vec![searched(client, search)]
                }
            }
        };
        self.steps.pop_front();
        self.steps.extend(parts);
        self.steps.push_back(Part::Hidden);
        Ok(Some(self.keep(first)))
    }

    /// Adds what the server would put into an archive and was not found yet.
    async fn plan(&mut self) -> Result<Option<Vec<Found>>, Error> {
        let wanted = match self.subject {
            Subject::Album { id, .. } => DownloadInfoDto::new().album_id(id),
            Subject::Library { user: Some(user) } => DownloadInfoDto::new().user_id(user),
            Subject::Library { user: None } | Subject::Found => {
                self.steps.pop_front();
                return Ok(Some(Vec::new()));
            }
        };
        let planned = match self.client.send(GetDownloadInfo::new(wanted)).await {
            // Who may read and not download has what the search found, if it found all.
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

    /// Keeps what is new and belongs to the list.
    fn keep(&mut self, assets: Vec<AssetResponseDto>) -> Vec<Found> {
        self.videos.extend(assets.iter().filter_map(|asset| asset.live_photo_video_id));
        let mut found = Vec::new();
        for asset in assets {
            // A search of the library finds the assets of partners too.
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

    /// The next assets with all that the server tells of them.
    async fn assets(&mut self) -> Result<Option<Vec<AssetResponseDto>>, Error> {
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
        // The videos of live photos stand at the end of a plan, after their photos.
        assets.retain(|asset| !self.videos.contains(&asset.id));
        Ok(Some(assets))
    }
}

/// Whether the server, and nothing in front of it, refused because of who asks.
fn is_refusal(error: &Error) -> bool {
    !error.is_from_elsewhere() && (error.kind() == ErrorKind::Auth || error.is_not_found() || error.is_no_such_thing())
}

fn searched(client: &Client, search: MetadataSearchDto) -> Part<'_> {
    Part::Search(Box::new(Search::new(client, search)))
}

/// Reads some assets by themselves, a few at once, in the order of the ids. Those after a refusal of the credential are
/// not asked for, if that `stops`.
pub(crate) async fn read(
    client: &Client,
    ids: &[AssetId],
    stops: bool,
) -> Vec<(AssetId, Result<AssetResponseDto, Error>)> {
    type Reading<'c> = Pin<Box<dyn Future<Output = Result<AssetResponseDto, Error>> + Send + 'c>>;
    let mut left = ids.iter().copied().enumerate();
    let mut running: Vec<(usize, Reading<'_>)> = Vec::new();
    let mut results: Vec<Option<Result<AssetResponseDto, Error>>> = ids.iter().map(|_| None).collect();
    let mut is_stopped = false;
    poll_fn(|context| {
        loop {
            while running.len() < AT_ONCE
                && !is_stopped
                && let Some((at, id)) = left.next()
            {
                running.push((at, Box::pin(client.send(GetAssetInfo::new(id)).into_future())));
            }
            let before = running.len();
            running.retain_mut(|(at, reading)| match reading.as_mut().poll(context) {
                Poll::Ready(result) => {
                    let refused = |error: &Error| error.kind() == ErrorKind::Auth && !error.is_from_elsewhere();
                    is_stopped |= stops && result.as_ref().is_err_and(refused);
                    results[*at] = Some(result);
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
