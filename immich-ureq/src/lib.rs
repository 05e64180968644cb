//! Sends the requests of [`immich_core`] with [ureq]: HTTP/1.1 on threads, with rustls, and without an async runtime.
//!
//! A blocking program waits for its calls with [`immich_core::blocking`]:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use immich_core::Client;
//! use immich_core::blocking::{Reader, Wait};
//! use immich_ureq::UreqBackend;
//!
//! let client = Client::builder("https://nas.local:2283").api_key("secret").backend(UreqBackend::new()?).build()?;
//! for album in client.albums().get_all_albums().wait()? {
//!     println!("{}", album.album_name);
//!     if let Some(id) = album.album_thumbnail_asset_id {
//!         let original = client.assets().download_asset(id).wait()?;
//!         std::io::copy(&mut Reader::new(original), &mut std::fs::File::create("cover")?)?;
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! Its futures run under any executor, too.
//!
//! # Threads
//!
//! A request holds a thread from its start until its response is read or dropped. The threads are started as they are needed,
//! no more than [twice the requests in flight](UreqBackendBuilder::max_in_flight), and end after ten seconds without work.
//! Request bodies are read on the task that awaits the call, a chunk when ureq wants one.
//!
//! Dropping a call shuts its connection down, which ends what its thread waits for. Two things a thread waits out, within the
//! [time limit for connecting](UreqBackendBuilder::connect_timeout): the name to be found, and TCP to connect.
//!
//! # What ureq cannot do
//!
//! * HTTP/2.
//! * Read a response while it still sends. A server that responds early is heard when it has taken the body, or has closed the
//!   connection.

mod attempt;
mod backend;
mod body;
mod builder;
mod connect;
mod failure;
mod pool;
mod sending;

pub use backend::UreqBackend;
pub use builder::UreqBackendBuilder;
