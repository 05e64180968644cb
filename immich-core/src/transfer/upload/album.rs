//! Adds uploaded assets to an album.

use std::collections::{HashMap, HashSet};
use std::future::IntoFuture as _;

use jiff::Timestamp;

use crate::api::{BulkIdErrorReason, BulkIdsDto, CreateAlbumDto, DownloadInfoDto};
use crate::client::Client;
use crate::error::Error;
use crate::ids::{AlbumId, AssetId};
use crate::transfer::upload::names::composed;
use crate::transfer::upload::options::SameNamePolicy;
use crate::transfer::upload::outcome::AlbumOutcome;
use crate::transfer::upload::run::Run;
use crate::transfer::upload::tickets::{StepOutcome, Ticket};

/// The maximum number of assets per request.
pub(super) const BATCH: usize = 1000;

/// An album of the user: its name, its id, and the time of its creation.
pub(super) type OwnAlbum = (String, AlbumId, Timestamp);

/// An album that assets are added to.
#[derive(Debug)]
pub(super) struct Album {
    pub(super) outcome: AlbumOutcome,
    pub(super) pending: Vec<(AssetId, Ticket)>,
    /// Whether the album does not exist and could not be created.
    lost: bool,
}

impl Album {
    pub(super) fn new(name: Option<String>, id: Option<AlbumId>) -> Self {
        let outcome = AlbumOutcome { name, id, added: 0, already: 0, refused: Vec::new(), error: None };
        Self { outcome, pending: Vec::new(), lost: false }
    }

    /// Returns a replacement that collects assets while this album is being worked on.
    pub(super) fn successor(&self) -> Self {
        Self { outcome: self.outcome.clone(), pending: Vec::new(), lost: self.lost }
    }

    /// Adds the pending assets, and returns the outcome for each. The list of the user's albums is requested once.
    pub(super) async fn add(&mut self, run: &Run, own: &mut Option<Vec<OwnAlbum>>) -> Vec<StepOutcome> {
        let pending = std::mem::take(&mut self.pending);
        let mut refused = HashMap::new();
        if let Some(id) = self.find(run, own).await {
            for batch in deduplicated(&pending).chunks(BATCH) {
                self.add_batch(run, id, batch, &mut refused).await;
            }
        } else {
            let why = "the album could not be found or created, see `error`";
            refused.extend(pending.iter().map(|(asset, _)| (*asset, why.to_owned())));
        }
        let outcomes = pending.into_iter().map(|(asset, ticket)| (ticket, refused.get(&asset).cloned())).collect();
        self.outcome.refused.extend(refused);
        outcomes
    }

    async fn find(&mut self, run: &Run, own: &mut Option<Vec<OwnAlbum>>) -> Option<AlbumId> {
        if self.lost || self.outcome.id.is_some() {
            return self.outcome.id.filter(|_| !self.lost);
        }
        let name = self.outcome.name.as_deref().unwrap_or_default();
        let mut outage_retry = run.outages.outage_retry();
        let error = loop {
            outage_retry.ready().await;
            match find(&run.client, name, run.options.same_name, own).await {
                Ok(id) => {
                    self.outcome.id = Some(id);
                    return Some(id);
                }
                Err(error) => {
                    // If the response got lost, the album may have been created. A new list of the albums shows that.
                    *own = None;
                    if let Err(error) = outage_retry.failed(error).await {
                        break error;
                    }
                }
            }
        };
        self.lost = true;
        self.outcome.error = Some(error);
        None
    }

    async fn add_batch(&mut self, run: &Run, id: AlbumId, batch: &[AssetId], refused: &mut HashMap<AssetId, String>) {
        if run.client.is_visitor() {
            return self.find_in_link(run, id, batch, refused).await;
        }
        let add = || run.client.albums().add_assets_to_album(id, BulkIdsDto::new(batch.iter().copied())).into_future();
        match run.outages.retry_outages(add).await {
            Ok(results) => {
                for result in results {
                    match (result.success, result.error) {
                        (true, _) => self.outcome.added += 1,
                        (false, Some(BulkIdErrorReason::Duplicate)) => self.outcome.already += 1,
                        (false, error) => {
                            let why = error.map_or_else(|| "no reason was given".to_owned(), |error| error.to_string());
                            refused.insert(result.id.into(), result.error_message.unwrap_or(why));
                        }
                    }
                }
            }
            Err(error) => self.refuse(batch.iter().copied(), error, refused),
        }
    }

    /// Looks up the uploads of a visitor in the album of the shared link: the upload itself adds them, and adding
    /// them again is not allowed.
    async fn find_in_link(
        &mut self,
        run: &Run,
        id: AlbumId,
        batch: &[AssetId],
        refused: &mut HashMap<AssetId, String>,
    ) {
        let plan = || run.client.download().get_download_info(DownloadInfoDto::new().album_id(id)).into_future();
        match run.outages.retry_outages(plan).await {
            Ok(plan) => {
                let there: HashSet<_> = plan.archives.into_iter().flat_map(|archive| archive.asset_ids).collect();
                for asset in batch {
                    if there.contains(asset) {
                        self.outcome.added += 1;
                    } else {
                        refused.insert(*asset, "the server did not add it to the album of the shared link".to_owned());
                    }
                }
            }
            Err(error) => self.refuse(batch.iter().copied(), error, refused),
        }
    }

    fn refuse(&mut self, batch: impl Iterator<Item = AssetId>, error: Error, refused: &mut HashMap<AssetId, String>) {
        let why = error.to_string();
        refused.extend(batch.map(|asset| (asset, why.clone())));
        self.outcome.error = Some(error);
    }
}

/// Returns each asset once: files with the same bytes are one asset.
pub(super) fn deduplicated(pending: &[(AssetId, Ticket)]) -> Vec<AssetId> {
    let mut seen = HashSet::new();
    pending.iter().map(|(asset, _)| *asset).filter(|asset| seen.insert(*asset)).collect()
}

/// Finds the user's own album of this composed name, or creates it.
async fn find(
    client: &Client,
    name: &str,
    policy: SameNamePolicy,
    own: &mut Option<Vec<OwnAlbum>>,
) -> Result<AlbumId, Error> {
    let albums = match own {
        Some(albums) => albums,
        None => own.insert(list(client).await?),
    };
    // Names from a Mac are decomposed, but look the same.
    let mut same: Vec<_> = albums.iter().filter(|(other, ..)| composed(other) == name).collect();
    same.sort_by_key(|(.., created)| *created);
    match (same.as_slice(), policy) {
        ([], _) | ([_, _, ..], SameNamePolicy::Create) => {
            let created = client.albums().create_album(CreateAlbumDto::new(name)).await?;
            albums.push((name.to_owned(), created.id, created.created_at));
            Ok(created.id)
        }
        ([(_, id, _)], _) | ([.., (_, id, _)], SameNamePolicy::Newest) => Ok(*id),
        (several, SameNamePolicy::Error) => {
            Err(Error::misconfigured(format!("there are {} albums called `{name}`", several.len())))
        }
    }
}

/// Lists the albums that the user owns, without those that others share with the user.
async fn list(client: &Client) -> Result<Vec<OwnAlbum>, Error> {
    let mut call = client.albums().get_all_albums();
    // Before 3.0 only the user's own albums are listed, and the parameter does not exist.
    if client.server_version().await?.major >= 3 {
        call = call.is_owned(true);
    }
    Ok(call.await?.into_iter().map(|album| (album.album_name, album.id, album.created_at)).collect())
}
