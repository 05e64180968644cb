//! Uploads photos into an album, lists it, and downloads them again, without an async runtime in the client.
//!
//! ```text
//! cargo run -p immich-ureq --example blocking                             on a fake server, on a port of this machine
//! IMMICH_URL=http://nas:2283 IMMICH_API_KEY=... cargo run -p immich-ureq --example blocking
//! ```

use std::error::Error;
use std::io::Read;
use std::time::Duration;

use immich_core::api::{AssetMediaStatus, BulkIdsDto, CreateAlbumDto};
use immich_core::blocking::{Reader, Wait, WaitEach};
use immich_core::jiff::Timestamp;
use immich_core::{Client, FilePart, RetryPolicy, Secret, Timeouts};
use immich_mock::{FakeImmich, Served};
use immich_ureq::UreqBackend;

fn main() -> Result<(), Box<dyn Error>> {
    let Ok(url) = std::env::var("IMMICH_URL") else {
        // The fake server is one on tokio, on threads of its own. The client knows nothing of it.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let fake = FakeImmich::new();
        let key = fake.api_key();
        let served = runtime.block_on(Served::start(fake))?;
        return run(&served.url(), key);
    };
    run(&url, std::env::var("IMMICH_API_KEY")?)
}

fn run(url: &str, key: impl Into<Secret>) -> Result<(), Box<dyn Error>> {
    let client = Client::builder(url)
        .api_key(key)
        .backend(UreqBackend::new()?)
        .retry(RetryPolicy::default())
        .timeouts(Timeouts::new().idle(Duration::from_secs(60)))
        .build()?;
    let version = client.server().get_server_version().wait()?;
    println!("{}, Immich {}.{}.{}", client.base_url(), version.major, version.minor, version.patch);

    let album = client.albums().create_album(CreateAlbumDto::new("Blocking")).wait()?;
    let taken: Timestamp = "2024-05-06T07:08:09Z".parse()?;
    for number in 1..=3 {
        let name = format!("photo-{number}.jpg");
        let photo = FilePart::new(&name, vec![number; 1 << 20]);
        let uploaded = client.assets().upload_asset(photo, taken, taken).wait()?;
        let is_new = uploaded.status == AssetMediaStatus::Created;
        client.albums().add_assets_to_album(album.id, BulkIdsDto::new([uploaded.id])).wait()?;
        println!("{name}: {}", if is_new { "uploaded" } else { "there already" });
    }
    for assets in client.album_assets(album.id).wait_each() {
        for asset in assets? {
            let mut original = Reader::new(client.assets().download_asset(asset.id).wait()?);
            let mut bytes = Vec::new();
            original.read_to_end(&mut bytes)?;
            println!("{}: {} bytes came back", asset.original_file_name, bytes.len());
        }
    }
    Ok(())
}
