//! Uploads: what the server got, and what became of the files.

mod basics;
mod setup;
