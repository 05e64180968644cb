//! Downloads, on a server in memory and over TCP: the bytes, the requests that the server saw, the files on disk.

#![cfg(all(feature = "fs", feature = "mock"))]

mod archives;
mod bytes;
mod faults;
mod files;
mod many;
mod names;
mod setup;
mod tcp;
