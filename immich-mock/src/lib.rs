//! Backends of [`immich_core`] that need no network, for the tests of programs that talk to Immich.
//!
//! * [`MockSend`] answers what a test scripts, and knows what it was asked.

mod route;
mod script;
#[cfg(feature = "serve")]
mod serve;

pub use script::{Expectation, ManualTimer, MockSend, Reply, SeenRequest};
#[cfg(feature = "serve")]
pub use serve::Served;
