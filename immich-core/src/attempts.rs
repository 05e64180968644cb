//! The number of attempts of a request, and why there was no further one.

use std::fmt;

/// The number of attempts, and why there was no further one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempts {
    /// The number of attempts.
    pub made: u32,
    /// Why it was not retried.
    pub stopped: GiveUpReason,
}

/// Why a request was not retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUpReason {
    /// A retry would not change the outcome.
    Final,
    /// The server may have processed the request, and it is not idempotent.
    MayHaveBeenDone,
    /// The body can be read only once.
    BodyUsedUp,
    /// The policy allows no further attempts.
    AttemptsUsedUp,
    /// The next delay would exceed the time that the policy allows.
    TimeUsedUp,
    /// The `Retry-After` of the server exceeds the limit of the policy.
    AskedToWaitTooLong,
    /// The body is JSON of more than 10 MiB, to which Immich responds with 500 (seen on 2.7.5 and 3.1.0).
    BodyTooLong,
}

impl fmt::Display for GiveUpReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Final => "a retry would not help",
            Self::MayHaveBeenDone => "not retried, because the server may have processed it",
            Self::BodyUsedUp => "not retried, because its body can only be read once",
            Self::AttemptsUsedUp => "no attempts left",
            Self::TimeUsedUp => "no time left for a retry",
            Self::AskedToWaitTooLong => "the server's Retry-After exceeds the limit of the policy",
            Self::BodyTooLong => "Immich takes at most 10 MiB of JSON in one request",
        })
    }
}
