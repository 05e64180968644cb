//! The layers of a call. Custom layers and the tracing span wrap an [`HttpSend`](crate::HttpSend). The layers of the
//! client call each other directly, so that a call is a single boxed future.
//!
//! The order, outermost first: the span of the call (feature `tracing`); custom layers, the last added first; retry;
//! rate limit; timeouts; redirect; credentials; the backend. So the span covers the whole call. A custom layer sees
//! each call once, without credentials. Each attempt waits for its own permit and has its own timeouts. The target of
//! each redirect is checked before credentials are added.

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
