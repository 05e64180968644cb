//! Programs that are killed on their way, again and again: after a last run, everything is as if none had been killed.
//!
//! The server is in the test, and the program that is killed is this test program in another process. It is killed at a
//! random one of the requests that the server sees, before or after its response. `IMMICH_KILLS=100` sets how often each
//! scenario is killed.

mod album;
mod photos;
mod program;
mod rounds;
mod scenarios;
mod server;
mod state;
