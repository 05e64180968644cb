//! Why a handler returns no response.

use std::io;

use super::answer::Answer;
use super::fault::Fault;

/// The reason why a handler returns no response.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server refuses the request.
    Refused(Fault),
    /// Reading the request body failed.
    Broken(io::Error),
    /// The server went away during the request.
    Gone,
    /// Something other than the API responds, such as a proxy or the web application.
    Elsewhere(Box<Answer>),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}
