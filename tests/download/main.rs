//! Downloads in memory and over TCP: the bytes, the requests that the server received, the files on disk.

#![cfg(all(feature = "fs", feature = "mock"))]

mod archives;
mod between;
mod bytes;
mod cancel;
#[path = "../upload/clock.rs"]
#[allow(dead_code)] // Parts of it are used by the upload tests only.
mod clock;
mod faults;
mod files;
mod journal;
mod lists;
mod many;
mod names;
mod outages;
mod pairs;
mod setup;
mod stops;
mod tcp;
