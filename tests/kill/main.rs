//! Uploads and downloads that are killed repeatedly: after a final run, the state is the same as without kills.
//!
//! The server runs in the test; the killed program is this test program in another process. It is killed at a random
//! request, before or after the response. `IMMICH_KILLS=100` sets the number of kills per scenario.

mod album;
mod photos;
mod program;
mod rounds;
mod scenarios;
mod server;
mod state;
