//! The scripted backend.

mod expectation;
mod mock;
mod reply;
mod seen;
mod timer;

pub use expectation::Expectation;
pub use mock::MockSend;
pub use reply::Reply;
pub use seen::SeenRequest;
pub use timer::ManualTimer;
