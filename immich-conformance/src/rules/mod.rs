//! The rules, by subject.

mod bodies;
mod cancellation;
mod connections;
mod failures;
mod http2;
mod requests;
mod responses;
mod streaming;
mod timer;
mod truncated;

use crate::rule::Rule;

/// All rules, in the order of the contract.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    let subjects: [&'static [Rule]; 10] = [
        requests::RULES,
        bodies::RULES,
        responses::RULES,
        truncated::RULES,
        failures::RULES,
        streaming::RULES,
        cancellation::RULES,
        connections::RULES,
        timer::RULES,
        http2::RULES,
    ];
    subjects.into_iter().flatten()
}
