//! The work of each backend: photos up into an album, listed, and down again, as single calls and by the transfer engines, on a
//! fake server.

mod transfer;

use std::error::Error;
use std::time::Duration;

use immich_core::api::{AssetMediaStatus, BulkIdsDto, CreateAlbumDto};
use immich_core::jiff::Timestamp;
use immich_core::{AssetId, Client, ErrorKind, FilePart, HttpSend, RetryPolicy, Secret, Timeouts};
use immich_mock::{FakeImmich, Served};

/// The error of [`run`].
pub type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The fake server. It is on tokio, on threads of its own, so that the backend may be on any runtime.
pub struct Server {
    served: Served,
    key: Secret,
    /// `None` once it is stopped.
    runtime: Option<tokio::runtime::Runtime>,
}

impl Server {
    /// Starts it on a port of this machine.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn start() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let fake = FakeImmich::new();
        let key = fake.api_key();
        // On a thread that is surely of no other runtime.
        let started = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(Served::start(fake))).join());
        let served = started.map_err(|_| "the server panicked")??;
        Ok(Self { served, key, runtime: Some(runtime) })
    }

    /// Returns its address.
    pub fn url(&self) -> String {
        self.served.url()
    }

    /// Returns the API key of its user.
    pub fn key(&self) -> Secret {
        self.key.clone()
    }

    /// Stops it: from now on its port is closed.
    pub async fn stop(mut self) {
        self.served.close().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // The caller may be on a thread of another runtime, which must not wait.
            runtime.shutdown_background();
        }
    }
}

/// Runs the quickstart through a backend, and stops the server in the end.
///
/// # Errors
/// Says what went wrong.
pub async fn run(backend: impl HttpSend + 'static, server: Server) -> Result {
    let builder = Client::builder(server.url()).api_key(server.key());
    let has_timer = backend.timer().is_some();
    let builder = if has_timer {
        builder.retry(RetryPolicy::default()).timeouts(Timeouts::new().call(Duration::from_secs(60)))
    } else {
        builder
    };
    let client = builder.backend(backend).build()?;
    let version = client.server().get_server_version().await?;
    println!("{}, Immich {}.{}.{}, timer: {has_timer}", client.base_url(), version.major, version.minor, version.patch);

    let taken: Timestamp = "2024-05-06T07:08:09Z".parse()?;
    let album = client.albums().create_album(CreateAlbumDto::new("Quickstart")).await?;
    for number in 0..4 {
        let uploaded = client.assets().upload_asset(photo(number), taken, taken).await?;
        check(uploaded.status == AssetMediaStatus::Created, "a new photo is created")?;
        client.albums().add_assets_to_album(album.id, BulkIdsDto::new([uploaded.id])).await?;
    }
    let again = client.assets().upload_asset(photo(0), taken, taken).await?;
    check(again.status == AssetMediaStatus::Duplicate, "the same photo is a duplicate")?;

    let mut found = 0;
    let mut listing = client.album_assets(album.id);
    while let Some(assets) = listing.next().await? {
        for asset in assets {
            let bytes = client.assets().download_asset(asset.id).await?.bytes(8 << 20).await?;
            let number = asset.original_file_name.trim_end_matches(".jpg").parse()?;
            check(bytes == content(number), "the bytes that come back are those that went")?;
            println!("{}: {} bytes up and down", asset.original_file_name, bytes.len());
            found += 1;
        }
    }
    check(found == 4, "the album has all photos")?;

    // A response that is dropped half-way is no harm to the next request.
    let mut original = client.assets().download_asset(again.id).await?;
    check(original.chunk().await?.is_some(), "a download has a first chunk")?;
    drop(original);
    let error = client.assets().get_asset_info(AssetId::default()).await.err();
    check(error.is_some_and(|error| error.kind() == ErrorKind::Api), "an error of the server is one of the API")?;

    transfer::transfer(&client).await?;

    server.stop().await;
    let create = client.albums().create_album(CreateAlbumDto::new("Late")).retry(RetryPolicy::never());
    let error = create.await.err().ok_or("the server is gone")?;
    check(error.kind() == ErrorKind::Transport, "a closed port is an error of the transport")?;
    Ok(())
}

fn photo(number: u8) -> FilePart {
    FilePart::new(format!("{number}.jpg"), content(number))
}

/// Some megabytes, so that a body comes in many chunks.
fn content(number: u8) -> Vec<u8> {
    (0..3 << 20).map(|index: u32| (index % 251) as u8 ^ number).collect()
}

fn check(is_so: bool, what: &str) -> Result {
    if is_so { Ok(()) } else { Err(format!("it is not so that {what}").into()) }
}
