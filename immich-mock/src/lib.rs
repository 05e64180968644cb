//! Backends of [`immich_core`] that need no network, for the tests of programs that talk to Immich.
//!
//! * [`MockSend`] answers what a test scripts, and knows what it was asked.
//! * [`FakeImmich`] is a small server with state: what is uploaded can be found, put into albums, and downloaded.
//! * `Served` (feature `serve`) has either of them on a loopback port.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), immich_core::Error> {
//! use immich_core::Client;
//! use immich_mock::FakeImmich;
//!
//! let server = FakeImmich::new();
//! let client = Client::builder("http://immich.test").api_key(server.api_key()).backend(server.clone()).build()?;
//! assert_eq!(client.assets().get_asset_statistics().await?.total, 0);
//! # Ok(()) }
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod fake;
mod route;
mod script;
#[cfg(feature = "serve")]
mod serve;

pub use fake::{FakeImmich, Handled, StoredAsset, Unanswered};
pub use script::{Expectation, ManualTimer, MockSend, Reply, SeenRequest};
#[cfg(feature = "serve")]
pub use serve::Served;
