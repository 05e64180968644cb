//! What is done with assets once they are there: albums, tags, stacks.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::api::{
    BulkIdErrorReason, BulkIdsDto, CreateAlbumDto, StackCreateDto, TagBulkAssetsDto, TagUpsertDto, UpdateAssetDto,
};
use crate::client::Client;
use crate::error::Error;
use crate::ids::{AlbumId, AssetId, StackId, TagId};
use crate::transfer::upload::options::SameNamePolicy;
use crate::transfer::upload::outcome::{AlbumOutcome, TagOutcome};

/// How many assets are added at once.
pub(super) const BATCH: usize = 1000;

/// An album of the user: its name, its id, when it was created.
pub(super) type OwnAlbum = (String, AlbumId, Timestamp);

/// An album that assets are added to.
#[derive(Debug)]
pub(super) struct Album {
    pub(super) outcome: AlbumOutcome,
    pub(super) pending: Vec<AssetId>,
    /// There is no such album, and will be none.
    lost: bool,
}

impl Album {
    pub(super) fn new(name: Option<String>, id: Option<AlbumId>) -> Self {
        let outcome = AlbumOutcome { name, id, added: 0, already: 0, refused: Vec::new(), error: None };
        Self { outcome, pending: Vec::new(), lost: false }
    }

    /// What takes its place while it is worked on.
    pub(super) fn successor(&self) -> Self {
        Self { outcome: self.outcome.clone(), pending: Vec::new(), lost: self.lost }
    }

    /// Adds what is pending. The albums of the user are asked for once.
    pub(super) async fn add(&mut self, client: &Client, policy: SameNamePolicy, own: &mut Option<Vec<OwnAlbum>>) {
        let pending = once_each(std::mem::take(&mut self.pending));
        let outcome = &mut self.outcome;
        if !self.lost && outcome.id.is_none() {
            match find(client, outcome.name.as_deref().unwrap_or_default(), policy, own).await {
                Ok(id) => outcome.id = Some(id),
                Err(error) => {
                    self.lost = true;
                    outcome.error = Some(Arc::new(error));
                }
            }
        }
        let Some(id) = outcome.id.filter(|_| !self.lost) else {
            outcome.refused.extend(
                pending
                    .into_iter()
                    .map(|asset| (asset, "the album could not be found or made, see `error`".to_owned())),
            );
            return;
        };
        for batch in pending.chunks(BATCH) {
            match client.albums().add_assets_to_album(id, BulkIdsDto::new(batch.iter().copied())).await {
                Ok(results) => {
                    for result in results {
                        match (result.success, result.error) {
                            (true, _) => outcome.added += 1,
                            (false, Some(BulkIdErrorReason::Duplicate)) => outcome.already += 1,
                            (false, error) => {
                                let why =
                                    error.map_or_else(|| "no reason was given".to_owned(), |error| error.to_string());
                                outcome.refused.push((result.id.into(), result.error_message.unwrap_or(why)));
                            }
                        }
                    }
                }
                Err(error) => {
                    let why = error.to_string();
                    outcome.refused.extend(batch.iter().map(|asset| (*asset, why.clone())));
                    outcome.error = Some(Arc::new(error));
                }
            }
        }
    }
}

/// Equal files are one asset.
fn once_each(mut assets: Vec<AssetId>) -> Vec<AssetId> {
    let mut seen = HashSet::new();
    assets.retain(|asset| seen.insert(*asset));
    assets
}

/// The own album of that name, which is created if there is none.
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
    let mut same: Vec<_> = albums.iter().filter(|(other, ..)| other == name).collect();
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

/// The tags that are put on assets.
#[derive(Debug)]
pub(super) struct Tags {
    names: Vec<String>,
    ids: Option<Vec<TagId>>,
    pub(super) pending: Vec<AssetId>,
    pub(super) outcome: TagOutcome,
}

impl Tags {
    pub(super) fn new(names: Vec<String>) -> Self {
        Self { names, ids: None, pending: Vec::new(), outcome: TagOutcome::default() }
    }

    /// What takes its place while it is worked on.
    pub(super) fn successor(&self) -> Self {
        Self { outcome: self.outcome.clone(), ..Self::new(Vec::new()) }
    }

    pub(super) async fn add(&mut self, client: &Client) {
        for batch in once_each(std::mem::take(&mut self.pending)).chunks(BATCH) {
            match self.tag(client, batch).await {
                Ok(tagged) => self.outcome.tagged += tagged,
                Err(error) => {
                    self.outcome.untagged.extend_from_slice(batch);
                    self.outcome.error = Some(Arc::new(error));
                }
            }
        }
    }

    async fn tag(&mut self, client: &Client, assets: &[AssetId]) -> Result<u64, Error> {
        let ids = match &self.ids {
            Some(ids) => ids,
            None => {
                let tags = client.tags().upsert_tags(TagUpsertDto::new(self.names.iter().cloned())).await?;
                self.ids.insert(tags.into_iter().map(|tag| tag.id).collect())
            }
        };
        let body = TagBulkAssetsDto::new(assets.iter().copied(), ids.iter().copied());
        Ok(client.tags().bulk_tag_assets(body).await?.count.try_into().unwrap_or_default())
    }
}

/// Makes a stack, the first asset on top.
pub(super) async fn stack(client: &Client, assets: &[AssetId]) -> Result<StackId, Error> {
    Ok(client.stacks().create_stack(StackCreateDto::new(assets.iter().copied())).await?.id)
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
