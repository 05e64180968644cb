//! Rust client of [Immich](https://immich.app), the self-hosted photo and video server, for servers 2.6 to 3.3.
//!
//! [`connect`] starts a client on the backend of the chosen feature; a backend of your own goes into
//! [`ClientBuilder::backend`]. Each group of operations is a method of [`Client`], each operation a method of
//! its group, named as Immich names it, and its optional parameters are methods of the call:
//!
//! ```no_run
//! # #[cfg(any(feature = "reqwest", feature = "hyper", feature = "ureq"))]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use immich_sdk::api::{BulkIdsDto, CreateAlbumDto, MetadataSearchDto};
//! use immich_sdk::{FilePart, jiff::Timestamp};
//!
//! let client = immich_sdk::connect("https://photos.example").api_key("the key").build()?;
//!
//! let taken: Timestamp = "2024-05-06T07:08:09Z".parse()?;
//! let photo = FilePart::new("beach.jpg", std::fs::read("beach.jpg")?);
//! let uploaded = client.assets().upload_asset(photo, taken, taken).is_favorite(true).await?;
//! println!("{} is {}", uploaded.id, uploaded.status); // created, or duplicate
//!
//! let album = client.albums().create_album(CreateAlbumDto::new("Beach")).await?;
//! client.albums().add_assets_to_album(album.id, BulkIdsDto::new([uploaded.id])).await?;
//!
//! let found = client.search().search_assets(MetadataSearchDto::new().original_file_name("beach")).await?;
//! for asset in found.assets.items {
//!     let mut original = client.assets().download_asset(asset.id).await?;
//!     while let Some(chunk) = original.chunk().await? {
//!         // Bytes as they arrive; a download that is cut short ends with an error.
//!         println!("{} more bytes of {}", chunk.len(), asset.original_file_name);
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! # Features
//!
//! * `reqwest` (default): the backend on reqwest, [`backend::ReqwestBackend`].
//! * `hyper`: the backend on hyper alone, [`backend::HyperBackend`].
//! * `gzip`, `brotli`, `zstd`: responses over reqwest may be compressed; `ResponseLimits` count decompressed bytes.
//! * `oauth`: [`OAuthFlow`], signing in through an identity provider.
//! * `mock`: [`mock::MockSend`], which returns scripted responses, and [`mock::FakeImmich`], a small server in memory.
//! * `serve`: `mock::Served`, the backends in memory on a loopback port.
//! * `tracing`: a span for each call and an event for each retry; [`immich_core`] lists their fields.
//! * `ureq`: the backend on ureq, [`backend::UreqBackend`], for programs without an async runtime: see [`blocking`].
//! * `tower`: [`backend::TowerBackend`] sends with any service of HTTP, [`backend::SendService`] is a service of any backend.
//! * `fs`: [`transfer`] on files: folders up, albums down, verified and resumed; `checksum` alone has uploads of bytes and
//!   streams, and downloads to a writer or a stream.
//! * `fixtures`: types of responses can be made (`Default`) and written, for tests; `mock` has it.
//!
//! With none of `reqwest`, `hyper` and `ureq` there is no network in the program but what you bring: implement [`HttpSend`],
//! or [`bridge::LocalHttpSend`] for a transport that is bound to its thread. The guide
//! [`docs/bring-your-own-http-client.md`](https://github.com/immich-sdk/immich-sdk/blob/main/docs/bring-your-own-http-client.md)
//! leads from the trait to a backend.
//!
//! # Programs without async
//!
//! With `default-features = false, features = ["ureq"]`, no runtime is in the program, and [`blocking`] waits for calls:
//! `client.albums().get_all_albums().wait()?`.
//!
//! # Where things are
//!
//! * [`api`]: every operation and type. [`Client`] lists the groups.
//! * [`stream`]: what changed since the last time, and the timeline.
//! * [`transfer`]: files up and down, with everything that can go wrong on the way.
//! * [`Error`]: what can go wrong, by [`ErrorKind`].
//! * [`Endpoint`]: requests without a client, as plain [`http::Request`]s. [`RawRequest`]: requests that no
//!   description has.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub use immich_core::*;

/// The backends in memory, for tests.
#[cfg(feature = "mock")]
pub use immich_mock as mock;

pub mod backend;
mod renamed;

#[allow(deprecated, unused_imports)]
pub use renamed::*;

/// Starts a client of the server at `base_url`, with or without `/api`, on the backend of the chosen feature. Of
/// several it is the first of reqwest, hyper and ureq.
///
/// It is made for a program that runs unattended: what is safe to repeat is sent again ([`RetryPolicy::default`]),
/// and a line on which nothing moves for a minute, or a request without a response for five, is given up. Each of
/// the builder's methods replaces that. [`Client::builder`] starts with nothing, for a backend of your own or a mock.
///
/// ```
/// let client = immich_sdk::connect("http://nas.local:2283").api_key("the key").build()?;
/// assert_eq!(client.base_url().to_string(), "http://nas.local:2283/api");
/// # Ok::<(), immich_sdk::Error>(())
/// ```
#[cfg(any(feature = "reqwest", feature = "hyper", feature = "ureq"))]
pub fn connect(base_url: impl Into<String>) -> ClientBuilder {
    unattended(Client::builder(base_url))
}

/// Starts a client for the visitors of a shared link, of its URL, in the same way as [`connect`].
///
/// ```
/// let client = immich_sdk::connect_shared("https://photos.example/share/WkbZy2o3")?.build()?;
/// # Ok::<(), immich_sdk::Error>(())
/// ```
///
/// # Errors
/// Those of [`Client::from_share_url`].
#[cfg(any(feature = "reqwest", feature = "hyper", feature = "ureq"))]
pub fn connect_shared(url: &str) -> Result<ClientBuilder, Error> {
    Client::from_share_url(url).map(unattended)
}

#[cfg(any(feature = "reqwest", feature = "hyper", feature = "ureq"))]
fn unattended(builder: ClientBuilder) -> ClientBuilder {
    use std::time::Duration;

    #[cfg(all(feature = "hyper", not(feature = "reqwest")))]
    use immich_hyper::HyperBackend as Backend;
    #[cfg(feature = "reqwest")]
    use immich_reqwest::ReqwestBackend as Backend;
    #[cfg(not(any(feature = "reqwest", feature = "hyper")))]
    use immich_ureq::UreqBackend as Backend;

    let timeouts = Timeouts::new().idle(Duration::from_secs(60)).response(Duration::from_secs(300));
    builder.default_backend(Backend::new).retry(RetryPolicy::default()).timeouts(timeouts)
}

/// The guide's code compiles.
#[cfg(all(doctest, feature = "fs", feature = "mock", feature = "reqwest"))]
#[doc = include_str!("../docs/guide.md")]
struct Guide;

/// The README's code compiles.
#[cfg(all(doctest, feature = "fs", feature = "mock", feature = "reqwest"))]
#[doc = include_str!("../README.md")]
struct Readme;
