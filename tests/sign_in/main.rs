//! Sign-in methods, permissions, and the credentials that the server receives: tested with fake servers 2.x and 3.x,
//! in memory and over TCP.

mod credentials;
mod oauth;
mod permissions;
mod sessions;
mod setup;
mod shared_links;
mod versions;
#[path = "../wire/mod.rs"]
mod wire;
