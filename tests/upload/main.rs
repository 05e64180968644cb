//! Uploads: what the server got, and what became of the files.

mod basics;
mod journal;
mod scan;
mod setup;
mod sources;
mod together;
