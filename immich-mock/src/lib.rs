//! Backends of [`immich_core`] that need no network, for the tests of programs that talk to Immich.
//!
//! * [`MockSend`] returns the responses that a test scripts, and records the requests it receives.
//! * [`FakeImmich`] is a small server with state: uploaded assets can be found, added to albums, and downloaded.
//! * `Served` (feature `serve`) serves either of them on a loopback port.
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
mod planned_delay;
mod route;
mod script;
#[cfg(feature = "serve")]
mod serve;

pub use fake::{FakeBuilder, FakeImmich, Handled, PlannedFault, Seeded, SnapshotError, StoredAsset, Unanswered};
pub use script::{Expectation, ManualTimer, MockSend, Reply, SeenRequest};
#[cfg(feature = "serve")]
pub use serve::Served;
