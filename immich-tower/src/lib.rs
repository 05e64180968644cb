//! From [`tower::Service`](https://docs.rs/tower) to the [`HttpSend`](immich_core::HttpSend) of [`immich_core`], and
//! back.
//!
//! * [`TowerBackend`] makes a backend of any service that responses `http` requests.
//! * [`SendService`] makes a service of any backend, so that the layers of tower fit around it.
//!
//! Both together put a layer of tower around the calls of a client:
//!
//! ```
//! # fn example(backend: impl immich_core::HttpSend + 'static) -> Result<(), immich_core::Error> {
//! use immich_core::Client;
//! use immich_tower::{SendService, TowerBackend};
//! use tower::limit::ConcurrencyLimit;
//!
//! let client = Client::builder("https://photos.example")
//!     .backend(backend)
//!     .layer(|next| TowerBackend::new(ConcurrencyLimit::new(SendService::new(next), 4)))
//!     .build()?;
//! # Ok(()) }
//! ```

mod backend;
mod failure;
mod service;

pub use backend::TowerBackend;
pub use service::SendService;
