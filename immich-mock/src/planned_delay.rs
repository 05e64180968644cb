//! How a backend and the server around it agree on who waits.

use std::time::Duration;

/// Marks a request that came over TCP: real time passes for its client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OverTcp;

/// How long the server holds back a response.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "serve"), allow(dead_code))]
pub(crate) struct Delay(pub(crate) Duration);
