//! Tags that stay.
//!
//! Some time after an upload the server reads the metadata of the file, and then replaces the tags of the asset by those
//! in the file. A tag that was put on it before is lost. So fresh assets are tagged when that is over, and looked at
//! afterwards: tagging makes the server write a sidecar, and read the metadata again.

use std::collections::{HashMap, HashSet};
use std::future::IntoFuture as _;
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

/// How many assets are looked at at once, and between two pauses.
const LOOKS: usize = 4;
const LOOKS_IN_A_ROUND: usize = 200;

/// The delay between two looks at assets whose metadata is not read yet.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// How long an asset must keep its tags. A server writes them into a sidecar, and reads that again: two to three seconds on
/// a real one.
const SETTLING: Duration = Duration::from_secs(4);

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

/// An asset that was tagged, and may lose its tags.
#[derive(Clone, Copy, Debug)]
struct Watched {
    asset: AssetId,
    /// When it was tagged.
    since: Duration,
    /// Whether it did not have its tags at the last look.
    is_missing: bool,
}

/// The result of a look at an asset.
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
                Ok(count) => self.outcome.tagged = self.outcome.tagged.saturating_add(count),
                Err(error) => {
                    let why = error.to_string();
                    failures.extend(batch.iter().map(|asset| (*asset, why.clone())));
                    self.outcome.error = Some(error);
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

    /// Tags assets whose metadata the server has read, and looks whether each keeps its tags.
    ///
    /// They are not tagged earlier: that makes the server read their metadata once more, and so lose what was set since.
    async fn tag_fresh(
        &mut self,
        client: &Client,
        outages: &Outages,
        assets: Vec<AssetId>,
        wait: Duration,
        failures: &mut HashMap<AssetId, String>,
    ) {
        let most = self.outcome.tagged + (assets.len() * self.names.len()) as u64;
        let (mut unread, mut tagged): (Vec<_>, Vec<Watched>) = (assets, Vec::new());
        let mut waited = Duration::ZERO;
        loop {
            let before = (unread.len(), tagged.len());
            let mut to_tag = self.take_read(client, outages, &mut unread, failures).await;
            to_tag.extend(self.take_wiped(client, outages, &mut tagged, failures).await);
            if unread.is_empty() && tagged.is_empty() && to_tag.is_empty() {
                break;
            }
            let is_last = waited >= wait || client.timer().is_none();
            if is_last {
                to_tag.append(&mut unread.clone());
            }
            self.tag(client, outages, &to_tag, failures).await;
            if is_last {
                break;
            }
            let since = now(client);
            tagged.extend(to_tag.into_iter().map(|asset| Watched { asset, since, is_missing: false }));
            waited = if before == (unread.len(), tagged.len()) { waited + BETWEEN_LOOKS } else { Duration::ZERO };
            pause(client, BETWEEN_LOOKS).await;
        }
        // An asset that was tagged twice counts once.
        self.outcome.tagged = self.outcome.tagged.min(most);
        let left = unread.into_iter().chain(tagged.into_iter().map(|watched| watched.asset));
        self.outcome.unsettled.extend(left.filter(|asset| !failures.contains_key(asset)));
    }

    /// Takes those out whose metadata was read.
    async fn take_read(
        &self,
        client: &Client,
        outages: &Outages,
        unread: &mut Vec<AssetId>,
        failures: &mut HashMap<AssetId, String>,
    ) -> Vec<AssetId> {
        let count = unread.len().min(LOOKS_IN_A_ROUND);
        let looks = self.look(client, outages, &unread[..count], failures).await;
        // Others come first in the next round.
        unread.rotate_left(count);
        let is_read = |asset: &mut AssetId| looks.get(asset).is_some_and(|look| look.is_read);
        let read = unread.extract_if(.., is_read).collect();
        unread.retain(|asset| !failures.contains_key(asset));
        read
    }

    /// Takes those out that kept their tags for long enough, and returns those that lost them.
    async fn take_wiped(
        &self,
        client: &Client,
        outages: &Outages,
        tagged: &mut Vec<Watched>,
        failures: &mut HashMap<AssetId, String>,
    ) -> Vec<AssetId> {
        let due = |watched: &Watched| is_past(watched.since, client);
        let assets: Vec<_> = tagged.iter().filter(|watched| due(watched)).map(|watched| watched.asset).collect();
        let looks = self.look(client, outages, &assets, failures).await;
        let mut wiped = Vec::new();
        tagged.retain_mut(|watched| match looks.get(&watched.asset) {
            Some(look) if look.is_tagged => false,
            // The server may be about to put them back, from the sidecar that it wrote.
            Some(_) if !watched.is_missing => {
                watched.is_missing = true;
                true
            }
            Some(_) => {
                wiped.push(watched.asset);
                false
            }
            None => !failures.contains_key(&watched.asset),
        });
        wiped
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

fn now(client: &Client) -> Duration {
    client.timer().map(|timer| timer.elapsed()).unwrap_or_default()
}

/// Whether the server had time to replace the tags since.
fn is_past(since: Duration, client: &Client) -> bool {
    now(client).saturating_sub(since) >= SETTLING || client.timer().is_some_and(|timer| timer.is_manual())
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
