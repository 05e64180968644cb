//! The cases, and what runs them. The test `faults` and the example of the same name share this module.

mod answer;
mod bench;
mod bodies;
mod case;
mod connections;
mod garbage;
mod http2;
mod line;
mod pool;
mod redirects;
mod requests;
mod server;
mod silence;
mod sizes;
mod slow;
mod statuses;
mod streams;

#[allow(unused_imports, reason = "the test and the example use different ones")]
pub use {
    bench::{Backend, Behind, Bench},
    case::{Ask, Case, Row},
    line::Step,
    server::Server,
};

/// All cases, by what is at fault.
pub fn groups() -> Vec<(&'static str, Vec<Case>)> {
    vec![
        ("connections", connections::cases()),
        ("bodies", bodies::cases()),
        ("silence", silence::cases()),
        ("slow", slow::cases()),
        ("http2", http2::cases()),
        ("garbage", garbage::cases()),
        ("statuses", statuses::cases()),
        ("redirects", redirects::cases()),
        ("pool", pool::cases()),
        ("requests", requests::cases()),
        ("sizes", sizes::cases()),
    ]
}
