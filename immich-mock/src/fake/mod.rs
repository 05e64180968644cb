//! The fake server.

mod about;
mod albums;
mod answer;
mod api_keys;
mod asked;
mod assets;
mod auth;
mod check;
mod download;
mod fault;
mod file;
mod files;
mod line;
mod media;
mod multipart;
mod permissions;
mod profile_image;
mod random;
mod route;
mod search;
mod server;
mod sessions;
mod shared_links;
mod stacks;
mod state;
mod stored;
mod tags;
mod time;
mod timeline;
mod trash;
mod upload;
mod users;
mod zip;

pub use server::FakeImmich;
pub use stored::{Handled, StoredAsset};
