//! Checks which files the server already has.

use std::collections::HashMap;

use crate::api::{AssetBulkUploadCheckDto, AssetBulkUploadCheckItem, AssetRejectReason, AssetUploadAction, BulkIdsDto};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::AssetId;
use crate::transfer::outage::Outages;
use crate::transfer::upload::item::Item;

/// The maximum number of files per check: the server accepts ten megabytes, which is ten times that.
pub(super) const BATCH: usize = 5000;

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

/// Returns the verdict on each item, in order. A failed check is repeated in smaller batches, so that it does not
/// fail thousands of files.
pub(super) async fn check(client: &Client, outages: &Outages, items: &[Box<Item>]) -> Vec<Result<Verdict, Error>> {
    let error = match outages.retry_outages(|| check_batch(client, items)).await {
        Ok(verdicts) => return verdicts.into_iter().map(Ok).collect(),
        Err(error) => error,
    };
    if items.len() <= SMALL_BATCH || error.kind() == ErrorKind::Auth || outages.gave_up() {
        return failed(items, error);
    }
    let mut verdicts = Vec::new();
    for batch in items.chunks(SMALL_BATCH) {
        match outages.retry_outages(|| check_batch(client, batch)).await {
            Ok(known) => verdicts.extend(known.into_iter().map(Ok)),
            Err(error) => verdicts.append(&mut failed(batch, error)),
        }
    }
    verdicts
}

fn failed(items: &[Box<Item>], error: Error) -> Vec<Result<Verdict, Error>> {
    let error = error;
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
