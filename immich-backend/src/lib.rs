//! The common parts of the backends of `immich-sdk` on tokio: their options, TLS with rustls, a timer, and the way from
//! a library's error to a [`TransportError`](immich_core::TransportError).
//!
//! A program uses `immich-hyper` or `immich-reqwest`; a backend of one's own may use this.

mod cause;
mod options;
mod parked;
mod proxy;
mod roots;
mod runtime;
mod timer;
mod tls;

pub use cause::{failed, kind};
pub use options::{BackendBuilder, Configured, MAX_IN_FLIGHT, Options};
pub use proxy::Proxy;
pub use runtime::in_runtime;
pub use rustls;
pub use timer::TokioTimer;
