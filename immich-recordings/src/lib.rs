//! Recorded requests and responses of real servers, and the descriptions of their versions.
//!
//! The binary decodes every recorded JSON response below a folder: `cargo xtask decode DIR`. The library is what
//! tests are made with. It reads the descriptions by itself, and so is a second opinion on what is generated.

mod answer;
mod decoding;
mod description;
mod places;
mod recording;
mod request;
mod sample;

pub use answer::SampleAnswer;
pub use decoding::{Failure, Report, decode};
pub use description::{Described, Description, Parameter};
pub use places::Places;
pub use recording::{File, Form, Recorded, Recording, Request, Response};
pub use request::SampleRequest;
pub use sample::{Sample, Versioned};

use std::path::{Path, PathBuf};

/// A fault, with the file that has it.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The root of the workspace, where the recordings and the descriptions are.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}
