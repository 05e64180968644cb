//! From the errors of services and bodies to those of the transport.

use std::error::Error;

use immich_core::{TransportError, TransportErrorKind};

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// The error itself if it is one of the transport; else one with this as its source, and of the kind of the first
/// error of the transport behind it.
pub(crate) fn failed(error: impl Into<BoxError>, otherwise: TransportErrorKind) -> TransportError {
    let error = match error.into().downcast::<TransportError>() {
        Ok(error) => return *error,
        Err(error) => error,
    };
    match behind(&*error).map(|cause| (cause.kind(), cause.may_have_been_sent())) {
        Some((kind, true)) => TransportError::new(kind).with_source(error),
        Some((kind, false)) => TransportError::new(kind).not_sent().with_source(error),
        None => TransportError::new(otherwise).with_source(error),
    }
}

/// The error of the transport behind an error, such as one that a buffer shares among its callers.
fn behind<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e TransportError> {
    let source = error.source()?;
    source.downcast_ref().or_else(|| behind(source))
}
