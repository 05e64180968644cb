//! The downloaded album: colliding names, live photos, stacks, and a file that arrives in many chunks.

use immich_sdk::api::{CreateAlbumDto, StackCreateDto};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::FakeImmich;
use immich_sdk::{AssetId, Client, FilePart};

use crate::photos::content;

pub async fn fill(fake: &FakeImmich) {
    let client = Client::builder("http://immich.test").api_key(fake.api_key()).backend(fake.clone()).build();
    let client = client.expect("a client");
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(put(&client, "IMG_0001.jpg", &format!("{number}"), 1000 + number * 900, None).await);
        ids.push(put(&client, "same length.jpg", &format!("{number}"), 2000, None).await);
    }
    for number in 0..3 {
        let video = put(&client, "FullSizeRender.MOV", &format!("{number}"), 5000, None).await;
        ids.push(put(&client, "FullSizeRender.HEIC", &format!("{number}"), 3000, Some(video)).await);
        let raw = put(&client, "DSC_1.dng", &format!("{number}"), 9000, None).await;
        let developed = put(&client, "DSC_1.jpg", &format!("{number}"), 4000, None).await;
        client.stacks().create_stack(StackCreateDto::new([developed, raw])).await.expect("a stack");
        ids.extend([raw, developed]);
    }
    ids.push(put(&client, "long.mp4", "", 900_000, None).await);
    let album = client.albums().create_album(CreateAlbumDto::new("album").asset_ids(ids)).await;
    album.expect("an album");
}

async fn put(client: &Client, name: &str, number: &str, length: usize, video: Option<AssetId>) -> AssetId {
    let bytes = content(&format!("{number} {name}"), length);
    let time = Timestamp::from_second(1_600_000_000 + i64::try_from(length).expect("a length")).expect("a time");
    let mut upload = client.assets().upload_asset(FilePart::new(name.to_owned(), bytes), time, time);
    if let Some(video) = video {
        upload = upload.live_photo_video_id(video);
    }
    upload.await.expect("an upload").id
}
