//! Albums, stacks and live photos of assets that are on the server.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::IntoFuture as _;

use jiff::Timestamp;

use crate::api::{BulkIdErrorReason, BulkIdsDto, CreateAlbumDto, DownloadInfoDto, StackCreateDto, UpdateAssetDto};
use crate::client::Client;
use crate::error::Error;
use crate::ids::{AlbumId, AssetId, StackId};
use crate::transfer::outage::Outages;
use crate::transfer::upload::follow_up::{StepOutcome, Ticket};
use crate::transfer::upload::names::composed;
use crate::transfer::upload::options::SameNamePolicy;
use crate::transfer::upload::outcome::AlbumOutcome;

/// How many assets are added at once.
pub(super) const BATCH: usize = 1000;

/// An album of the user: its name, its id, when it was created.
pub(super) type OwnAlbum = (String, AlbumId, Timestamp);

/// An album that assets are added to.
#[derive(Debug)]
pub(super) struct Album {
    pub(super) outcome: AlbumOutcome,
    pub(super) pending: Vec<(AssetId, Ticket)>,
    /// There is no such album, and will be none.
    lost: bool,
}

impl Album {
    pub(super) fn new(name: Option<String>, id: Option<AlbumId>) -> Self {
        let outcome = AlbumOutcome { name, id, added: 0, already: 0, refused: Vec::new(), error: None };
        Self { outcome, pending: Vec::new(), lost: false }
    }

    /// The placeholder while it is worked on.
    pub(super) fn successor(&self) -> Self {
        Self { outcome: self.outcome.clone(), pending: Vec::new(), lost: self.lost }
    }

    /// Adds what is pending, and returns the outcome for each. The albums of the user are requested once.
    pub(super) async fn add(
        &mut self,
        client: &Client,
        outages: &Outages,
        policy: SameNamePolicy,
        own: &mut Option<Vec<OwnAlbum>>,
    ) -> Vec<StepOutcome> {
        let pending = std::mem::take(&mut self.pending);
        let mut refused = HashMap::new();
        if let Some(id) = self.find(client, outages, policy, own).await {
            for batch in once_each(&pending).chunks(BATCH) {
                self.add_batch(client, outages, id, batch, &mut refused).await;
            }
        } else {
            let why = "the album could not be found or created, see `error`";
            refused.extend(pending.iter().map(|(asset, _)| (*asset, why.to_owned())));
        }
        let outcomes = pending.into_iter().map(|(asset, ticket)| (ticket, refused.get(&asset).cloned())).collect();
        self.outcome.refused.extend(refused);
        outcomes
    }

    async fn find(
        &mut self,
        client: &Client,
        outages: &Outages,
        policy: SameNamePolicy,
        own: &mut Option<Vec<OwnAlbum>>,
    ) -> Option<AlbumId> {
        if self.lost || self.outcome.id.is_some() {
            return self.outcome.id.filter(|_| !self.lost);
        }
        let name = self.outcome.name.as_deref().unwrap_or_default();
        let mut ride = outages.ride();
        let error = loop {
            ride.ready().await;
            match find(client, name, policy, own).await {
                Ok(id) => {
                    self.outcome.id = Some(id);
                    return Some(id);
                }
                Err(error) => {
                    // An album whose response did not arrive may have been created: the list shows that.
                    *own = None;
                    if let Err(error) = ride.failed(error).await {
                        break error;
                    }
                }
            }
        };
        self.lost = true;
        self.outcome.error = Some(error);
        None
    }

    async fn add_batch(
        &mut self,
        client: &Client,
        outages: &Outages,
        id: AlbumId,
        batch: &[AssetId],
        refused: &mut HashMap<AssetId, String>,
    ) {
        if client.is_visitor() {
            return self.find_in_link(client, outages, id, batch, refused).await;
        }
        let add = || client.albums().add_assets_to_album(id, BulkIdsDto::new(batch.iter().copied())).into_future();
        match outages.ride_out(add).await {
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

    /// Looks for what a visitor uploaded in the album of the shared link: the upload itself adds it there, and adding it
    /// again is not allowed.
    async fn find_in_link(
        &mut self,
        client: &Client,
        outages: &Outages,
        id: AlbumId,
        batch: &[AssetId],
        refused: &mut HashMap<AssetId, String>,
    ) {
        let plan = || client.download().get_download_info(DownloadInfoDto::new().album_id(id)).into_future();
        match outages.ride_out(plan).await {
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

/// The assets, each once: equal files are one asset.
pub(super) fn once_each(pending: &[(AssetId, Ticket)]) -> Vec<AssetId> {
    let mut seen = HashSet::new();
    pending.iter().map(|(asset, _)| *asset).filter(|asset| seen.insert(*asset)).collect()
}

/// The own album of that composed name, which is created if there is none.
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
    // A name that a Mac gave is decomposed, and shows as the same.
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

/// The albums that the user owns: those that others share with the user are not theirs to fill.
async fn list(client: &Client) -> Result<Vec<OwnAlbum>, Error> {
    let mut call = client.albums().get_all_albums();
    // Before 3.0 only own ones are listed, and the parameter is not known.
    if client.server_version().await?.major >= 3 {
        call = call.is_owned(true);
    }
    Ok(call.await?.into_iter().map(|album| (album.album_name, album.id, album.created_at)).collect())
}

/// Makes a stack, the first asset on top. If `are_old`, an earlier run may have stacked them, with others whose files it
/// removed: such a stack stays whole.
pub(super) async fn stack(client: &Client, assets: &[AssetId], are_old: bool) -> Result<StackId, Error> {
    let mut members = assets.to_vec();
    if are_old {
        let (mut stacks, mut are_alone) = (BTreeMap::new(), false);
        for asset in assets {
            match client.assets().get_asset_info(*asset).await?.stack {
                Some(stack) => drop(stacks.insert(stack.id, stack.primary_asset_id)),
                None => are_alone = true,
            }
        }
        if let (1, false, Some(id)) = (stacks.len(), are_alone, stacks.keys().next()) {
            return Ok(*id);
        }
        for (id, top) in stacks {
            let others = client.stacks().get_stack(id).await?.assets.into_iter().map(|asset| asset.id);
            if !members.contains(&top) {
                members.insert(0, top);
            }
            let others: Vec<_> = others.filter(|id| !members.contains(id)).collect();
            members.extend(others);
        }
    }
    Ok(client.stacks().create_stack(StackCreateDto::new(members)).await?.id)
}

/// Makes a live photo of an image and a video that are there, unless the image has a video.
#[allow(deprecated)] // Nothing else joins them in any version.
pub(super) async fn join(client: &Client, image: AssetId, video: AssetId) -> Result<(), Error> {
    if client.assets().get_asset_info(image).await?.live_photo_video_id.is_none() {
        let body = UpdateAssetDto::new().live_photo_video_id(video);
        client.assets().update_asset(image, body).await?;
    }
    Ok(())
}
