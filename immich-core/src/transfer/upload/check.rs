//! Asks the server which files it has already.

use std::collections::HashMap;

use crate::api::{AssetBulkUploadCheckDto, AssetBulkUploadCheckItem, AssetRejectReason, AssetUploadAction, BulkIdsDto};
use crate::client::Client;
use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::upload::item::Item;

/// How many files are asked about at once: the server takes ten megabytes, which is ten times that.
pub(super) const BATCH: usize = 5000;

/// What the server says about a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    New,
    Has(AssetId),
    HasInTrash(AssetId),
    Unsupported,
}

/// The verdict on each item, by its place. One that the server says nothing about is new: the upload will tell.
pub(super) async fn check(client: &Client, items: &[Box<Item>]) -> Result<Vec<Verdict>, Error> {
    // The server need not know where files are here, so each goes by its number.
    let asked = items.iter().enumerate().filter_map(|(number, item)| {
        Some(AssetBulkUploadCheckItem::new(item.checksum?.to_string(), number.to_string()))
    });
    let answer = client.assets().check_bulk_upload(AssetBulkUploadCheckDto::new(asked)).await?;
    let told: HashMap<_, _> = answer.results.iter().map(|result| (result.id.as_str(), result)).collect();
    let verdict = |number: usize| {
        let Some(result) = told.get(number.to_string().as_str()) else { return Verdict::New };
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
