//! Sends the requests of [`immich_core`] with [reqwest]: HTTP/1.1 and HTTP/2, on tokio, with rustls.
//!
//! ```no_run
//! # async fn example() -> Result<(), immich_core::Error> {
//! use immich_core::Client;
//! use immich_reqwest::ReqwestBackend;
//!
//! let backend = ReqwestBackend::builder().proxy("http://proxy.example:3128").build()?;
//! let client = Client::builder("https://nas.local:2283").api_key("secret").backend(backend).build()?;
//! println!("{:?}", client.server().get_server_version().await?);
//! # Ok(()) }
//! ```
//!
//! The features `gzip`, `brotli` and `zstd` ask for JSON that is compressed so, and decompress it within the limits of
//! the client. Photos and other files are requested without compression.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod backend;

pub use backend::ReqwestBackend;
/// Builds a [`ReqwestBackend`].
pub use immich_backend::BackendBuilder;
/// The library that this backend sends with.
pub use reqwest;
