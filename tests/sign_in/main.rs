//! Signing in by every way there is, what a credential may do, and what the server saw of it: against the fake server
//! of both lines, in memory and over TCP.

mod credentials;
mod oauth;
mod permissions;
mod sessions;
mod setup;
mod shared_links;
mod versions;
#[path = "../wire/mod.rs"]
mod wire;
