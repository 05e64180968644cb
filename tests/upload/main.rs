//! Uploads: the assets on the server, the outcomes, and the sources.

mod accounts;
mod basics;
mod choices;
mod clock;
mod exact_names;
mod faults;
mod faulty;
mod journal;
mod names;
mod order;
mod outages;
mod planted;
mod proof;
mod refusals;
mod scan;
mod setup;
mod sources;
mod tags;
mod together;
