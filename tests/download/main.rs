//! Downloads, on a server in memory and over TCP: the bytes, the requests that the server saw, the files on disk.

#![cfg(all(feature = "fs", feature = "mock"))]

mod archives;
mod between;
mod bytes;
mod cancel;
mod faults;
mod files;
mod journal;
mod lists;
mod many;
mod names;
mod pairs;
mod setup;
mod stops;
mod tcp;
