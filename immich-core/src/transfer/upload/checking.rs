//! The step that checks which files the server already has, in batches and with one request at a time.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::{AssetBulkUploadCheckDto, AssetBulkUploadCheckItem, AssetRejectReason, AssetUploadAction, BulkIdsDto};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::AssetId;
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::item::Item;
use crate::transfer::upload::run::Run;

/// The maximum number of files per check: the server accepts ten megabytes, which is ten times that.
const BATCH: usize = 5000;

/// The maximum number of files per check after a larger check failed.
const SMALL_BATCH: usize = 500;

/// The verdict of the server on a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    New,
    Has(AssetId),
    HasInTrash(AssetId),
    Unsupported,
}

/// The inputs to check.
#[derive(Default)]
pub(super) struct Checking {
    waiting: Vec<Box<Item>>,
    is_busy: bool,
}

impl Checking {
    pub(super) fn push(&mut self, item: Box<Item>) {
        self.waiting.push(item);
    }

    /// Starts to check the inputs that were hashed during the previous check. With `can_wait`, only a full batch is
    /// checked.
    pub(super) fn begin(&mut self, run: &Arc<Run>, can_wait: bool) -> Option<Task> {
        let enough = if can_wait { BATCH } else { 1 };
        if self.is_busy || self.waiting.len() < enough {
            return None;
        }
        self.is_busy = true;
        let rest = self.waiting.split_off(self.waiting.len().min(BATCH));
        let batch = std::mem::replace(&mut self.waiting, rest);
        let run = Arc::clone(run);
        Some(Box::pin(async move {
            let verdicts = check(&run, &batch).await;
            Event::Checked(batch, verdicts)
        }))
    }

    pub(super) fn done(&mut self) {
        self.is_busy = false;
    }

    /// Returns the inputs that are not being checked.
    pub(super) fn drain(&mut self) -> Vec<Box<Item>> {
        std::mem::take(&mut self.waiting)
    }
}

/// Returns the verdict on each item, in order. A failed check is repeated in smaller batches, so that it does not
/// fail thousands of files.
async fn check(run: &Run, items: &[Box<Item>]) -> Vec<Result<Verdict, Error>> {
    let error = match run.outages.retry_outages(|| check_batch(&run.client, items)).await {
        Ok(verdicts) => return verdicts.into_iter().map(Ok).collect(),
        Err(error) => error,
    };
    if items.len() <= SMALL_BATCH || error.kind() == ErrorKind::Auth || run.outages.gave_up() {
        return failed(items, &error);
    }
    let mut verdicts = Vec::new();
    for batch in items.chunks(SMALL_BATCH) {
        match run.outages.retry_outages(|| check_batch(&run.client, batch)).await {
            Ok(known) => verdicts.extend(known.into_iter().map(Ok)),
            Err(error) => verdicts.append(&mut failed(batch, &error)),
        }
    }
    verdicts
}

fn failed(items: &[Box<Item>], error: &Error) -> Vec<Result<Verdict, Error>> {
    items.iter().map(|_| Err(error.clone())).collect()
}

/// Sends one check. Items that the response does not mention count as new; the upload will show whether they are.
async fn check_batch(client: &Client, items: &[Box<Item>]) -> Result<Vec<Verdict>, Error> {
    // Items are identified by number, because the server need not know their local paths.
    let checks = items.iter().enumerate().filter_map(|(number, item)| {
        Some(AssetBulkUploadCheckItem::new(item.checksum?.to_string(), number.to_string()))
    });
    let response = client.assets().check_bulk_upload(AssetBulkUploadCheckDto::new(checks)).await?;
    let results: HashMap<_, _> = response.results.iter().map(|result| (result.id.as_str(), result)).collect();
    let verdict = |number: usize| {
        let Some(result) = results.get(number.to_string().as_str()) else { return Verdict::New };
        match (&result.action, &result.reason, result.asset_id) {
            (AssetUploadAction::Reject, Some(AssetRejectReason::UnsupportedFormat), _) => Verdict::Unsupported,
            (AssetUploadAction::Reject, _, Some(asset)) if result.is_trashed == Some(true) => {
                Verdict::HasInTrash(asset)
            }
            (AssetUploadAction::Reject, _, Some(asset)) => Verdict::Has(asset),
            _ => Verdict::New,
        }
    };
    Ok((0..items.len()).map(verdict).collect())
}

/// Restores assets from the trash.
pub(super) async fn restore(client: &Client, assets: &[AssetId]) -> Result<(), Error> {
    client.trash().restore_assets(BulkIdsDto::new(assets.iter().copied())).await.map(drop)
}
