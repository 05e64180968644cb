//! Checks an implementation of [`HttpSend`](immich_core::HttpSend) against its contract, over real sockets.
//!
//! One test checks a backend with all rules. The kit brings its server, on threads of its own, so the backend may run on any
//! runtime:
//!
//! ```no_run
//! # struct MyBackend;
//! # #[async_trait::async_trait]
//! # impl immich_core::HttpSend for MyBackend {
//! #     async fn send(
//! #         &self,
//! #         _: immich_core::http::Request<immich_core::Body>,
//! #     ) -> Result<immich_core::http::Response<immich_core::ResponseBody>, immich_core::TransportError> {
//! #         Ok(immich_core::http::Response::new(immich_core::ResponseBody::empty()))
//! #     }
//! # }
//! // #[test]
//! fn keeps_its_contract() {
//!     immich_conformance::check(|_| MyBackend).run();
//! }
//! ```
//!
//! * A backend on a runtime names its executor: `check(..).executor(move |task| runtime.block_on(task))`.
//! * An ability that the transport lacks is declared with [`Kit::without`]; its rules are reported as not supported, and
//!   never pass silently. [`Kit::known`] declares a rule that is broken, and why.
//! * [`Kit::run`] panics with the report if a rule is broken: the rule in words, the expected behaviour, and the one that was seen.
//! * [`Kit::http2`] checks over HTTP/2 instead of HTTP/1.1.
//!
//! A layer is checked like a backend: `check(|_| MyLayer::new(HyperBackend::new().unwrap()))`.
#![doc = include_str!("../RULES.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod bench;
mod capability;
mod kit;
mod report;
mod rule;
mod rules;
mod server;

pub use capability::Capability;
pub use kit::{Kit, Task, check};
pub use report::{Report, Verdict};
pub use rule::{Broken, Protocol, Rule};

/// Returns all rules, in the order of the contract.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    rules::all()
}
