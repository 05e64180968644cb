//! Decoding a page of 1000 assets, against hand-written structs of the same fields.

use std::time::Duration;

use immich_sdk::api::{AssetResponseDto, SearchResponseDto};
use immich_sdk::jiff::Timestamp;
use immich_sdk::uuid::Uuid;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Result;
use crate::clock::{Turns, cpu};

const PAGES: u32 = 20;
const TURNS: usize = 8;

/// The fields of a recorded asset, written as one would write them by hand.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct Asset {
    id: Uuid,
    created_at: Timestamp,
    device_asset_id: Option<String>,
    owner_id: Uuid,
    device_id: Option<String>,
    library_id: Option<Uuid>,
    #[serde(rename = "type")]
    kind: String,
    original_path: String,
    original_file_name: String,
    original_mime_type: Option<String>,
    thumbhash: Option<String>,
    file_created_at: Timestamp,
    file_modified_at: Timestamp,
    local_date_time: Timestamp,
    updated_at: Timestamp,
    is_favorite: bool,
    is_archived: bool,
    is_trashed: bool,
    visibility: String,
    duration: Option<String>,
    exif_info: Option<Exif>,
    live_photo_video_id: Option<Uuid>,
    people: Vec<Value>,
    checksum: String,
    is_offline: bool,
    has_metadata: bool,
    duplicate_id: Option<Uuid>,
    resized: bool,
    width: Option<i64>,
    height: Option<i64>,
    is_edited: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct Exif {
    make: Option<String>,
    model: Option<String>,
    exif_image_width: Option<i64>,
    exif_image_height: Option<i64>,
    file_size_in_byte: Option<i64>,
    orientation: Option<String>,
    date_time_original: Option<Timestamp>,
    modify_date: Option<Timestamp>,
    time_zone: Option<String>,
    lens_model: Option<String>,
    f_number: Option<f64>,
    focal_length: Option<f64>,
    iso: Option<i64>,
    exposure_time: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
    description: Option<String>,
    projection_type: Option<String>,
    rating: Option<i64>,
}

#[derive(Deserialize)]
struct Page {
    assets: Assets,
}

#[derive(Deserialize)]
struct Assets {
    items: Vec<Asset>,
}

pub fn measure() -> Result<()> {
    let recorded = include_str!("../../tests/recordings/immich-v2.7.5/109-search-metadata-page1.json");
    let recorded: Value = serde_json::from_str(recorded)?;
    let mut page = recorded["response"]["body"]["json"].clone();
    page["assets"]["items"] = json!(vec![page["assets"]["items"][0].clone(); 1000]);
    let bytes = serde_json::to_vec(&page)?;
    let mut turns = Turns::default();
    for _ in 0..TURNS {
        turns.by_hand(pages(|| Ok(serde_json::from_slice::<Page>(&bytes)?.assets.items.len()))?);
        turns.by_crate(pages(|| {
            let items: Vec<AssetResponseDto> = serde_json::from_slice::<SearchResponseDto>(&bytes)?.assets.items;
            Ok(items.len())
        })?);
    }
    turns.print("decoding a page of 1000 assets", PAGES);
    Ok(())
}

fn pages(decode: impl Fn() -> Result<usize>) -> Result<Duration> {
    let before = cpu();
    for _ in 0..PAGES {
        assert_eq!(decode()?, 1000);
    }
    Ok(cpu() - before)
}
