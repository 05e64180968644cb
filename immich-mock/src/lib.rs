//! Backends of [`immich_core`] that need no network, for the tests of programs that talk to Immich.
//!
//! * [`MockSend`] answers what a test scripts, and knows what it was asked.

mod script;

pub use script::{Expectation, ManualTimer, MockSend, Reply, SeenRequest};
