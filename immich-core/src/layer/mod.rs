//! The way of a call from the client to the backend: [`pipeline`], and what it is made of.

mod context;
mod credentials;
mod deadline;
mod limiter;
mod pipeline;
mod rate_limit;
mod redirect;
mod replay;
mod request_head;
mod retry;
mod timeouts;
#[cfg(feature = "tracing")]
mod trace;

pub(crate) use context::CallContext;
pub(crate) use pipeline::Pipeline;
pub use rate_limit::RateLimit;
pub(crate) use retry::AttemptCounter;
pub use retry::RetryPolicy;
pub use timeouts::Timeouts;
#[cfg(feature = "tracing")]
pub(crate) use trace::Trace;
