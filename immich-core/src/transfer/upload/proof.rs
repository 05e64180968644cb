//! Verifies that the server has the bytes of an asset, and not only a record of it.
//!
//! A server that fails after it inserted the record of an upload keeps the record and deletes the file. From then on
//! it reports every upload of these bytes as a duplicate. Only a request for the original reveals that they are
//! missing.

use std::io;
use std::time::Duration;

use http::StatusCode;
use http::header::RANGE;

use jiff::{SignedDuration, Timestamp};

use crate::api::{AssetBulkDeleteDto, DownloadAsset};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::AssetId;
use crate::transfer::Checksum;
use crate::transfer::download::ContentRange;
use crate::transfer::upload::options::CopyProof;
use crate::transfer::upload::tags::pause;

/// How long the server may take to delete a record, which it does in a background job.
const REMOVAL: Duration = Duration::from_secs(60);
const CHECK_INTERVAL: Duration = Duration::from_millis(500);

/// How far the clock of the server may be behind.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_hours(1);

/// The copy of an asset on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Copy {
    /// The server has the bytes.
    There,
    /// The server has only a record, for this reason.
    Lost(String),
}

/// Requests the original of an asset that should have `length` bytes with this checksum.
///
/// # Errors
/// The errors of the request that do not reveal whether the server has the bytes.
pub(super) async fn prove(
    client: &Client,
    asset: AssetId,
    checksum: Option<Checksum>,
    length: Option<u64>,
    proof: CopyProof,
) -> Result<Copy, Error> {
    match (proof, checksum) {
        (CopyProof::Bytes, Some(checksum)) => prove_bytes(client, asset, checksum).await,
        _ => prove_length(client, asset, length).await,
    }
}

async fn prove_bytes(client: &Client, asset: AssetId, checksum: Checksum) -> Result<Copy, Error> {
    let received = client.download_asset(asset).checksum(checksum).for_each_chunk(|_| Ok(())).await;
    match received {
        Ok(_) => Ok(Copy::There),
        Err(error) if error.kind() == ErrorKind::Checksum => Ok(Copy::Lost("its file has other bytes".to_owned())),
        Err(error) => lost(error),
    }
}

/// Requests the first byte; the response contains the total length.
async fn prove_length(client: &Client, asset: AssetId, length: Option<u64>) -> Result<Copy, Error> {
    let response = client.send(DownloadAsset::new(asset)).header(RANGE.as_str(), "bytes=0-0").raw().await?;
    let total = match response.status() {
        StatusCode::PARTIAL_CONTENT => match ContentRange::of(response.headers()) {
            Some(ContentRange::Part { total, .. }) => total,
            _ => None,
        },
        // Behind a proxy that does not support ranges, the headers have the length, and the body is not read.
        StatusCode::OK => {
            response.headers().get(http::header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok())
        }
        _ => return lost(Error::from_response(DownloadAsset::OPERATION, response).await),
    };
    let mut body = response.into_body();
    let first = body.chunk().await.transpose().map_err(|error| Error::transport(DownloadAsset::OPERATION, error))?;
    if first.is_none_or(|bytes| bytes.is_empty()) && length != Some(0) {
        return Ok(Copy::Lost("its file is empty".to_owned()));
    }
    match total.zip(length) {
        Some((total, length)) if total != length => {
            Ok(Copy::Lost(format!("its file has {total} bytes instead of {length}")))
        }
        _ => Ok(Copy::There),
    }
}

/// Interprets an error of the original: if the file is missing, Immich 2.x responds with 500, and 3.x with 404.
fn lost(error: Error) -> Result<Copy, Error> {
    let is_gone = error.status().is_some_and(|status| matches!(status.as_u16(), 400 | 404 | 500));
    if is_gone && !error.is_from_elsewhere() { Ok(Copy::Lost(error.to_string())) } else { Err(error) }
}

/// Permanently deletes the record of an asset whose bytes the server lost, so that they can be uploaded again, and
/// waits until it is gone. In the trash it would still count as a duplicate. A record older than `made_after` is
/// kept.
///
/// # Errors
/// The errors of the requests; `Io` if the record is kept.
pub(super) async fn delete_record(
    client: &Client,
    asset: AssetId,
    made_after: Timestamp,
    why: &str,
) -> Result<(), Error> {
    let held = match client.assets().get_asset_info(asset).await {
        Err(error) if error.is_not_found() => return Ok(()),
        held => held?,
    };
    if held.created_at.saturating_add(CLOCK_SKEW).is_ok_and(|made| made < made_after) {
        return Err(lost_error(asset, why));
    }
    client.assets().delete_assets(AssetBulkDeleteDto::new([asset]).force(true)).await?;
    let checks = REMOVAL.as_millis() / CHECK_INTERVAL.as_millis();
    for _ in 0..checks {
        match client.assets().get_asset_info(asset).await {
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        pause(client, CHECK_INTERVAL).await;
    }
    let message = format!("the server lost the bytes of asset {asset}, and does not remove its record");
    Err(Error::io(None, "uploading it again", io::Error::other(message)))
}

/// Creates the error for an asset whose bytes the server lost.
pub(super) fn lost_error(asset: AssetId, why: &str) -> Error {
    let message = format!("the server has a record of it (asset {asset}), but not its bytes: {why}");
    Error::io(None, "keeping the file", io::Error::other(message))
}
