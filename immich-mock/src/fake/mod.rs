//! The fake server: `server` takes a request, `auth` finds who asks, `route` the handler, and a file of each
//! subject answers from `state`. Requests are read with `check`, refusals are made with `fault`.

mod about;
mod activities;
mod album_json;
mod album_users;
mod albums;
mod answer;
mod api_keys;
mod asked;
mod asset_json;
mod asset_metadata;
mod assets;
mod auth;
mod check;
mod download;
mod fault;
mod file;
mod files;
mod known_assets;
mod line;
mod map;
mod media;
mod multipart;
mod permissions;
mod preferences;
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
mod sync;
mod sync_rows;
mod tags;
mod time;
mod timeline;
mod trash;
mod upload;
mod users;
mod zip;

pub use server::FakeImmich;
pub use stored::{Handled, StoredAsset};
