//! The check which files the server has already.

use std::collections::HashMap;

use crate::api::{AssetBulkUploadCheckDto, AssetBulkUploadCheckItem, AssetRejectReason, AssetUploadAction, BulkIdsDto};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::AssetId;
use crate::transfer::outage::Outages;
use crate::transfer::upload::item::Item;

/// How many files are checked at once: the server takes ten megabytes, which is ten times that.
pub(super) const BATCH: usize = 5000;

/// How many are checked at once after a larger check failed.
const SMALL_BATCH: usize = 500;

/// The server's verdict on a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    New,
    Has(AssetId),
    HasInTrash(AssetId),
    Unsupported,
}

/// The verdict on each item, by its place. One check that fails is not the failure of thousands of files: it is repeated in
/// parts, after an outage or without one.
pub(super) async fn check(client: &Client, outages: &Outages, items: &[Box<Item>]) -> Vec<Result<Verdict, Error>> {
    let error = match outages.ride_out(|| check_batch(client, items)).await {
        Ok(verdicts) => return verdicts.into_iter().map(Ok).collect(),
        Err(error) => error,
    };
    if items.len() <= SMALL_BATCH || error.kind() == ErrorKind::Auth || outages.gave_up() {
        return failed(items, error);
    }
    let mut verdicts = Vec::new();
    for batch in items.chunks(SMALL_BATCH) {
        match outages.ride_out(|| check_batch(client, batch)).await {
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

/// One request. An item that the server says nothing about is new: the upload will tell.
async fn check_batch(client: &Client, items: &[Box<Item>]) -> Result<Vec<Verdict>, Error> {
    // The server need not know where files are here, so each goes by its number.
    let asked = items.iter().enumerate().filter_map(|(number, item)| {
        Some(AssetBulkUploadCheckItem::new(item.checksum?.to_string(), number.to_string()))
    });
    let response = client.assets().check_bulk_upload(AssetBulkUploadCheckDto::new(asked)).await?;
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

/// Takes assets out of the trash.
pub(super) async fn restore(client: &Client, assets: &[AssetId]) -> Result<(), Error> {
    client.trash().restore_assets(BulkIdsDto::new(assets.iter().copied())).await.map(drop)
}
