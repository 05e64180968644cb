//! Uploads: what the server got, and what became of the files.

mod basics;
mod choices;
mod clock;
mod faults;
mod faulty;
mod journal;
mod outages;
mod proof;
mod scan;
mod setup;
mod sources;
mod together;
