//! Assertions about bytes from outside. Each function is one target; it panics if an assertion does not hold.
//!
//! Everything goes through the public interface: a client sends requests to a backend that responds with the input.

mod address;
mod answer;
mod backend;
mod header;
mod redirect;
mod shown;
mod stream;
mod value;

pub use address::{base_url, discovery};
pub use answer::{error_body, json};
pub use header::{file_name, retry_after};
pub use redirect::redirect;
pub use stream::{sync_lines, timeline};
pub use value::values;
