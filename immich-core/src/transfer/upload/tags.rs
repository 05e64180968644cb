//! Adds tags to assets so that they persist.
//!
//! Some time after an upload, the server reads the metadata of the file, and replaces the tags of the asset with
//! those in the file. Tags that were added before are lost. So new assets are tagged after that, and checked
//! afterwards, because tagging makes the server write a sidecar and read the metadata again.

use std::collections::{HashMap, HashSet};
use std::future::IntoFuture as _;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};

use crate::api::{AssetResponseDto, TagBulkAssetsDto, TagUpsertDto};
use crate::client::Client;
use crate::error::Error;
use crate::ids::{AssetId, TagId};
use crate::transfer::upload::album::{BATCH, deduplicated};
use crate::transfer::upload::outcome::TagOutcome;
use crate::transfer::upload::run::Run;
use crate::transfer::upload::tickets::{StepOutcome, Ticket};

/// The numbers of assets that are checked concurrently, and between two pauses.
const CHECK_CONCURRENCY: usize = 4;
const CHECKS_PER_ROUND: usize = 200;

/// The delay between two checks of assets whose metadata is not read yet.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// How long an asset must keep its tags. A server writes them to a sidecar and reads it again, which takes two to
/// three seconds on a real server.
const SETTLING: Duration = Duration::from_secs(4);

/// The tags that are added to assets.
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
    /// Whether the server may not have read its metadata yet.
    pub(super) is_fresh: bool,
}

/// An asset that was tagged, and may lose its tags.
#[derive(Clone, Copy, Debug)]
struct Watched {
    asset: AssetId,
    /// The time when it was tagged.
    since: Duration,
    /// Whether its tags were missing in the previous check.
    is_missing: bool,
}

/// The result of checking an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TagCheck {
    is_read: bool,
    is_tagged: bool,
}

impl Tags {
    pub(super) fn new(names: Vec<String>) -> Self {
        Self { names, ids: None, pending: Vec::new(), outcome: TagOutcome::default() }
    }

    /// Returns a replacement that collects assets while these tags are being added.
    pub(super) fn successor(&self) -> Self {
        Self { outcome: self.outcome.clone(), ..Self::new(Vec::new()) }
    }

    /// Tags the pending assets, and returns the outcome for each.
    ///
    /// Waits for the metadata of new assets, until none was read for `metadata_wait`.
    pub(super) async fn add(&mut self, run: &Run) -> Vec<StepOutcome> {
        let pending = std::mem::take(&mut self.pending);
        let assets = |fresh: bool| {
            let pairs = pending.iter().filter(|tagged| tagged.is_fresh == fresh);
            deduplicated(&pairs.map(|tagged| (tagged.asset, tagged.ticket)).collect::<Vec<_>>())
        };
        let mut failures = HashMap::new();
        self.tag(run, &assets(false), &mut failures).await;
        self.tag_fresh(run, assets(true), &mut failures).await;
        self.outcome.untagged.extend(failures.keys());
        let unsettled: HashSet<_> = self.outcome.unsettled.iter().copied().collect();
        let reason = |asset: AssetId| {
            let waiting = || unsettled.contains(&asset).then(|| "the server has not read its metadata yet".to_owned());
            failures.get(&asset).cloned().or_else(waiting)
        };
        pending.into_iter().map(|tagged| (tagged.ticket, reason(tagged.asset))).collect()
    }

    /// Tags assets in batches.
    async fn tag(&mut self, run: &Run, assets: &[AssetId], failures: &mut HashMap<AssetId, String>) {
        for batch in assets.chunks(BATCH) {
            match self.tag_batch(run, batch).await {
                Ok(count) => self.outcome.tagged = self.outcome.tagged.saturating_add(count),
                Err(error) => {
                    let why = error.to_string();
                    failures.extend(batch.iter().map(|asset| (*asset, why.clone())));
                    self.outcome.error = Some(error);
                }
            }
        }
    }

    async fn tag_batch(&mut self, run: &Run, assets: &[AssetId]) -> Result<u64, Error> {
        let ids = match &self.ids {
            Some(ids) => ids,
            None => {
                let names = &self.names;
                let upsert = || run.client.tags().upsert_tags(TagUpsertDto::new(names.iter().cloned())).into_future();
                let tags = run.outages.retry_outages(upsert).await?;
                self.ids.insert(tags.into_iter().map(|tag| tag.id).collect())
            }
        };
        let body = || TagBulkAssetsDto::new(assets.iter().copied(), ids.iter().copied());
        let tagged = run.outages.retry_outages(|| run.client.tags().bulk_tag_assets(body()).into_future()).await?;
        Ok(tagged.count.try_into().unwrap_or_default())
    }

    /// Tags assets whose metadata the server has read, and checks that each keeps its tags.
    ///
    /// They are not tagged earlier, because tagging makes the server read the metadata again, which loses changes
    /// made meanwhile.
    async fn tag_fresh(&mut self, run: &Run, assets: Vec<AssetId>, failures: &mut HashMap<AssetId, String>) {
        let most = self.outcome.tagged + (assets.len() * self.names.len()) as u64;
        let (mut unread, mut tagged): (Vec<_>, Vec<Watched>) = (assets, Vec::new());
        let mut waited = Duration::ZERO;
        loop {
            let before = (unread.len(), tagged.len());
            let mut to_tag = self.drain_read(run, &mut unread, failures).await;
            to_tag.extend(self.drain_wiped(run, &mut tagged, failures).await);
            if unread.is_empty() && tagged.is_empty() && to_tag.is_empty() {
                break;
            }
            let is_last = waited >= run.options.metadata_wait || run.client.timer().is_none();
            if is_last {
                to_tag.append(&mut unread.clone());
            }
            self.tag(run, &to_tag, failures).await;
            if is_last {
                break;
            }
            let since = now(&run.client);
            tagged.extend(to_tag.into_iter().map(|asset| Watched { asset, since, is_missing: false }));
            waited = if before == (unread.len(), tagged.len()) { waited + CHECK_INTERVAL } else { Duration::ZERO };
            pause(&run.client, CHECK_INTERVAL).await;
        }
        // An asset that was tagged twice counts once.
        self.outcome.tagged = self.outcome.tagged.min(most);
        let left = unread.into_iter().chain(tagged.into_iter().map(|watched| watched.asset));
        self.outcome.unsettled.extend(left.filter(|asset| !failures.contains_key(asset)));
    }

    /// Removes and returns the assets whose metadata was read.
    async fn drain_read(
        &self,
        run: &Run,
        unread: &mut Vec<AssetId>,
        failures: &mut HashMap<AssetId, String>,
    ) -> Vec<AssetId> {
        let count = unread.len().min(CHECKS_PER_ROUND);
        let checks = self.check_assets(run, &unread[..count], failures).await;
        // Other assets come first in the next round.
        unread.rotate_left(count);
        let is_read = |asset: &mut AssetId| checks.get(asset).is_some_and(|check| check.is_read);
        let read = unread.extract_if(.., is_read).collect();
        unread.retain(|asset| !failures.contains_key(asset));
        read
    }

    /// Removes the assets that kept their tags for long enough, and returns those that lost them.
    async fn drain_wiped(
        &self,
        run: &Run,
        tagged: &mut Vec<Watched>,
        failures: &mut HashMap<AssetId, String>,
    ) -> Vec<AssetId> {
        let due = |watched: &Watched| is_past(watched.since, &run.client);
        let assets: Vec<_> = tagged.iter().filter(|watched| due(watched)).map(|watched| watched.asset).collect();
        let checks = self.check_assets(run, &assets, failures).await;
        let mut wiped = Vec::new();
        tagged.retain_mut(|watched| match checks.get(&watched.asset) {
            Some(check) if check.is_tagged => false,
            // The server may be about to restore them from the sidecar that it wrote.
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

    async fn check_assets(
        &self,
        run: &Run,
        assets: &[AssetId],
        failures: &mut HashMap<AssetId, String>,
    ) -> HashMap<AssetId, TagCheck> {
        let check = |asset: AssetId| async move {
            (asset, run.outages.retry_outages(|| run.client.assets().get_asset_info(asset).into_future()).await)
        };
        let checked: Vec<_> =
            stream::iter(assets.to_vec()).map(check).buffer_unordered(CHECK_CONCURRENCY).collect().await;
        let mut checks = HashMap::new();
        for (asset, info) in checked {
            match info {
                Ok(info) => drop(checks.insert(asset, self.evaluate(&info))),
                Err(error) => drop(failures.entry(asset).or_insert_with(|| error.to_string())),
            }
        }
        checks
    }

    fn evaluate(&self, asset: &AssetResponseDto) -> TagCheck {
        let tags: HashSet<_> = asset.tags.iter().flatten().map(|tag| tag.id).collect();
        let ids = self.ids.as_deref().unwrap_or_default();
        TagCheck { is_read: is_read(asset), is_tagged: !ids.is_empty() && ids.iter().all(|id| tags.contains(id)) }
    }
}

fn now(client: &Client) -> Duration {
    client.timer().map(|timer| timer.elapsed()).unwrap_or_default()
}

/// Whether the server had time to replace the tags since.
fn is_past(since: Duration, client: &Client) -> bool {
    now(client).saturating_sub(since) >= SETTLING || client.timer().is_some_and(|timer| timer.is_manual())
}

/// Waits, unless a test controls the clock: there, nothing needs time.
pub(super) async fn pause(client: &Client, duration: Duration) {
    if let Some(timer) = client.timer().filter(|timer| !timer.is_manual()) {
        timer.sleep(duration).await;
    }
}

/// Whether the server has read the metadata of the file. Before, an asset has only the size of its file.
fn is_read(asset: &AssetResponseDto) -> bool {
    asset.exif_info.as_ref().is_some_and(|exif| exif.modify_date.is_some() || exif.date_time_original.is_some())
}
