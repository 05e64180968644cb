//! What the layers know of one call.

use std::sync::Arc;

use http::Request;

use crate::auth::Credentials;
use crate::body::Body;
use crate::layer::{AttemptCounter, RetryPolicy, Timeouts};
use crate::send::{TransportError, TransportErrorKind};

/// What belongs to one call and not to its request. Through the layers of the caller it travels in the extensions of the
/// request, as one piece, which costs less than many. Those of the client hand it on: no backend sees it.
#[derive(Default)]
pub(crate) struct CallContext {
    /// The headers for the origin of the server.
    pub(crate) credentials: Credentials,
    /// In place of the time limits of the client.
    pub(crate) timeouts: Option<Timeouts>,
    /// In place of the retry policy of the client.
    pub(crate) retry: Option<RetryPolicy>,
    /// Told how often the request was sent.
    pub(crate) attempts: Option<AttemptCounter>,
    /// Whether sending it twice is the same as sending it once, though its operation does not say so.
    pub(crate) repeatable: bool,
    /// Whether it is sent beside all limits on their number: a caller may hold what it would wait for.
    pub(crate) is_beside: bool,
    /// Where the response is read as a whole: up to this many bytes.
    pub(crate) whole: Option<u64>,
}

impl CallContext {
    pub(crate) fn put(self, request: &mut Request<Body>) {
        request.extensions_mut().insert(Arc::new(self));
    }

    /// Without it a request would go out without credentials, as if the client had none.
    pub(super) fn take(request: &mut Request<Body>) -> Result<Arc<Self>, TransportError> {
        request.extensions_mut().remove().ok_or_else(|| {
            TransportError::new(TransportErrorKind::LostExtensions)
                .not_sent()
                .with_hint("Change the request that the layer was given, or copy its extensions to the new one.")
        })
    }
}
