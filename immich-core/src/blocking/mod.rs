//! Waiting on a thread, for programs without an async runtime.
//!
//! ```no_run
//! # extern crate immich_core as immich_sdk;
//! # fn example(backend: impl immich_sdk::HttpSend + 'static) -> Result<(), Box<dyn std::error::Error>> {
//! use immich_sdk::Client;
//! use immich_sdk::api::MetadataSearchDto;
//! use immich_sdk::blocking::{Reader, Wait, WaitEach};
//!
//! let client = Client::builder("https://photos.example").api_key("secret").backend(backend).build()?;
//! for album in client.albums().get_all_albums().wait()? {
//!     println!("{}", album.album_name);
//! }
//! for page in client.search().search_assets(MetadataSearchDto::new()).pages().wait_each() {
//!     for asset in page?.assets.items {
//!         let original = client.assets().download_asset(asset.id).wait()?;
//!         std::io::copy(&mut Reader::new(original), &mut std::fs::File::create(&asset.original_file_name)?)?;
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! The thread only waits; the backend does the work elsewhere. `immich-ureq` has threads of its own, and needs nothing else. A
//! backend on tokio needs its runtime around the call, and then [`Handle::block_on`] of tokio is what waits.
//!
//! [`Handle::block_on`]: https://docs.rs/tokio/latest/tokio/runtime/struct.Handle.html#method.block_on

mod reader;
mod timer;
mod wait;
mod wait_each;

pub use reader::Reader;
pub use timer::ThreadTimer;
pub use wait::{Wait, block_on};
pub use wait_each::{WaitEach, Waited};
