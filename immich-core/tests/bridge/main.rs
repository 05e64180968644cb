//! The bridge to thread-bound transports: bodies, cancellation, the end of either side, and crowds.

#![allow(clippy::unwrap_used, missing_docs)]

mod bodies;
mod crowds;
mod ends;
mod timer;
mod transport;
