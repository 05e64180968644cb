//! Tags that stay.
//!
//! Some time after an upload the server reads the metadata of the file, and then replaces the tags of the asset by those
//! in the file. A tag that was put on it before is lost, so fresh assets are tagged again, and looked at, once that is
//! over.

use std::collections::{HashMap, HashSet};
use std::future::IntoFuture as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};

use crate::api::{AssetResponseDto, TagBulkAssetsDto, TagUpsertDto};
use crate::client::Client;
use crate::error::Error;
use crate::ids::{AssetId, TagId};
use crate::transfer::outage::Outages;
use crate::transfer::upload::album::{BATCH, once_each};
use crate::transfer::upload::follow_up::{StepOutcome, Ticket};
use crate::transfer::upload::outcome::TagOutcome;

/// How many assets are looked at at once.
const LOOKS: usize = 4;

/// The delay between two looks at assets whose metadata is not read yet.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// The time that the server has to replace the tags after it has stored the metadata. Real servers took 30 ms.
const SETTLING: Duration = Duration::from_secs(2);

/// The tags that are put on assets.
#[derive(Debug)]
pub(super) struct Tags {
    names: Vec<String>,
    ids: Option<Vec<TagId>>,
    pub(super) pending: Vec<Tagged>,
    pub(super) outcome: TagOutcome,
}

/// An asset to tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tagged {
    pub(super) asset: AssetId,
    pub(super) ticket: Ticket,
    /// Whether the server may still have to read its metadata.
    pub(super) is_fresh: bool,
}

/// What a look at an asset showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    is_read: bool,
    is_tagged: bool,
}

impl Tags {
    pub(super) fn new(names: Vec<String>) -> Self {
        Self { names, ids: None, pending: Vec::new(), outcome: TagOutcome::default() }
    }

    /// Returns the tags that take the place of these while they are worked on.
    pub(super) fn successor(&self) -> Self {
        Self { outcome: self.outcome.clone(), ..Self::new(Vec::new()) }
    }

    /// Tags what is pending, and returns the outcome for each.
    ///
    /// It waits for the metadata of fresh assets until none was read for the time `wait`.
    pub(super) async fn add(&mut self, client: &Client, outages: &Outages, wait: Duration) -> Vec<StepOutcome> {
        let pending = std::mem::take(&mut self.pending);
        let assets = |fresh: bool| {
            let pairs = pending.iter().filter(|tagged| tagged.is_fresh == fresh);
            once_each(&pairs.map(|tagged| (tagged.asset, tagged.ticket)).collect::<Vec<_>>())
        };
        let mut failures = HashMap::new();
        self.tag(client, outages, &assets(false), &mut failures).await;
        self.tag_fresh(client, outages, assets(true), wait, &mut failures).await;
        self.outcome.untagged.extend(failures.keys());
        let unsettled: HashSet<_> = self.outcome.unsettled.iter().copied().collect();
        let reason = |asset: AssetId| {
            let waiting = || unsettled.contains(&asset).then(|| "the server has not read its metadata yet".to_owned());
            failures.get(&asset).cloned().or_else(waiting)
        };
        pending.into_iter().map(|tagged| (tagged.ticket, reason(tagged.asset))).collect()
    }

    /// Tags assets in batches.
    async fn tag(
        &mut self,
        client: &Client,
        outages: &Outages,
        assets: &[AssetId],
        failures: &mut HashMap<AssetId, String>,
    ) {
        for batch in assets.chunks(BATCH) {
            match self.tag_batch(client, outages, batch).await {
                Ok(count) => self.outcome.tagged += count,
                Err(error) => {
                    let why = error.to_string();
                    failures.extend(batch.iter().map(|asset| (*asset, why.clone())));
                    self.outcome.error = Some(Arc::new(error));
                }
            }
        }
    }

    async fn tag_batch(&mut self, client: &Client, outages: &Outages, assets: &[AssetId]) -> Result<u64, Error> {
        let ids = match &self.ids {
            Some(ids) => ids,
            None => {
                let names = &self.names;
                let upsert = || client.tags().upsert_tags(TagUpsertDto::new(names.iter().cloned())).into_future();
                let tags = outages.ride_out(upsert).await?;
                self.ids.insert(tags.into_iter().map(|tag| tag.id).collect())
            }
        };
        let body = || TagBulkAssetsDto::new(assets.iter().copied(), ids.iter().copied());
        let tagged = outages.ride_out(|| client.tags().bulk_tag_assets(body()).into_future()).await?;
        Ok(tagged.count.try_into().unwrap_or_default())
    }

    /// Tags assets until each keeps its tags.
    async fn tag_fresh(
        &mut self,
        client: &Client,
        outages: &Outages,
        mut left: Vec<AssetId>,
        wait: Duration,
        failures: &mut HashMap<AssetId, String>,
    ) {
        let most = self.outcome.tagged + (left.len() * self.names.len()) as u64;
        let mut to_tag = left.clone();
        let (mut since_read, mut waited) = (HashMap::new(), Duration::ZERO);
        loop {
            self.tag(client, outages, &to_tag, failures).await;
            let looks = self.look(client, outages, &left, failures).await;
            let now = client.timer().map(|timer| timer.elapsed());
            let progress = (left.len(), since_read.len());
            to_tag.clear();
            left.retain(|asset| {
                let Some(look) = looks.get(asset).filter(|_| !failures.contains_key(asset)) else { return false };
                if !look.is_tagged {
                    to_tag.push(*asset);
                }
                let is_over = look.is_read && is_past(*since_read.entry(*asset).or_insert(now), now, client);
                !(look.is_tagged && is_over)
            });
            if progress != (left.len(), since_read.len()) {
                waited = Duration::ZERO;
            }
            if left.is_empty() || waited >= wait || client.timer().is_none() {
                break;
            }
            pause(client, BETWEEN_LOOKS).await;
            waited += BETWEEN_LOOKS;
        }
        self.tag(client, outages, &to_tag, failures).await;
        left.retain(|asset| !failures.contains_key(asset));
        // An asset that was tagged twice counts once.
        self.outcome.tagged = self.outcome.tagged.min(most);
        self.outcome.unsettled.extend(left);
    }

    async fn look(
        &self,
        client: &Client,
        outages: &Outages,
        assets: &[AssetId],
        failures: &mut HashMap<AssetId, String>,
    ) -> HashMap<AssetId, Look> {
        let look = |asset: AssetId| async move {
            (asset, outages.ride_out(|| client.assets().get_asset_info(asset).into_future()).await)
        };
        let looked: Vec<_> = stream::iter(assets.to_vec()).map(look).buffer_unordered(LOOKS).collect().await;
        let mut looks = HashMap::new();
        for (asset, info) in looked {
            match info {
                Ok(info) => drop(looks.insert(asset, self.seen(&info))),
                Err(error) => drop(failures.entry(asset).or_insert_with(|| error.to_string())),
            }
        }
        looks
    }

    fn seen(&self, asset: &AssetResponseDto) -> Look {
        let tags: HashSet<_> = asset.tags.iter().flatten().map(|tag| tag.id).collect();
        let ids = self.ids.as_deref().unwrap_or_default();
        Look { is_read: is_read(asset), is_tagged: !ids.is_empty() && ids.iter().all(|id| tags.contains(id)) }
    }
}

/// Whether the server had time to replace the tags after it was first seen that it read the metadata: it does both in
/// one job, the tags last.
fn is_past(since: Option<Duration>, now: Option<Duration>, client: &Client) -> bool {
    let has_passed = since.zip(now).is_some_and(|(since, now)| now.saturating_sub(since) >= SETTLING);
    has_passed || client.timer().is_some_and(|timer| timer.is_manual())
}

/// Waits, unless the clock stands still until a test moves it: what is waited for there does not need time.
pub(super) async fn pause(client: &Client, duration: Duration) {
    if let Some(timer) = client.timer().filter(|timer| !timer.is_manual()) {
        timer.sleep(duration).await;
    }
}

/// Whether the server has read the metadata of the file. A new asset has only the size of its file.
fn is_read(asset: &AssetResponseDto) -> bool {
    asset.exif_info.as_ref().is_some_and(|exif| exif.modify_date.is_some() || exif.date_time_original.is_some())
}
