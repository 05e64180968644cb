//! Layers: those of the caller and the span are an [`HttpSend`](crate::HttpSend) around an `HttpSend`; those of the
//! client call each other by name, for a call to be one future in one box.
//!
//! The order, outermost first: the span of the call (feature `tracing`); the caller's layers, the last added first;
//! retry; rate limit; timeouts; redirect; credentials; the backend. So all that happens to a call is in its span, a
//! layer of the caller sees each call once and no credential, each attempt waits for its turn anew and has its own
//! time, and each hop of a redirect is looked at before a credential is added to it.

mod auth;
mod buffer;
mod context;
mod limiter;
mod rate_limit;
mod redirect;
mod request_head;
mod retry;
mod timeout;
#[cfg(feature = "tracing")]
mod trace;

pub(crate) use auth::Auth;
pub(crate) use context::CallContext;
pub use rate_limit::RateLimit;
pub(crate) use rate_limit::RateLimited;
pub(crate) use redirect::Redirect;
pub(crate) use retry::{AttemptCounter, Retry};
pub use retry::{Attempts, GiveUpReason, RetryPolicy};
pub(crate) use timeout::Timeout;
pub use timeout::Timeouts;
#[cfg(feature = "tracing")]
pub(crate) use trace::Trace;
