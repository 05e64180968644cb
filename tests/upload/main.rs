//! Uploads: what the server got, and what became of the files.

mod basics;
mod choices;
mod faults;
mod faulty;
mod journal;
mod names;
mod planted;
mod scan;
mod setup;
mod sources;
mod together;
