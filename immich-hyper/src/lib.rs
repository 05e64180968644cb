//! Sends the requests of [`immich_core`] with [hyper]: HTTP/1.1 and HTTP/2, on tokio, with rustls.
//!
//! ```no_run
//! # async fn example() -> Result<(), immich_core::Error> {
//! use immich_core::Client;
//! use immich_hyper::HyperBackend;
//!
//! let backend = HyperBackend::builder().root_certificate_pem(std::fs::read("nas.pem").unwrap_or_default()).build()?;
//! let client = Client::builder("https://nas.local:2283").api_key("secret").backend(backend).build()?;
//! println!("{:?}", client.server().get_server_version().await?);
//! # Ok(()) }
//! ```

mod backend;
mod connector;
mod proxied;

pub use backend::HyperBackend;
pub use connector::Connector;
/// Builds a [`HyperBackend`].
pub use immich_backend::BackendBuilder;
