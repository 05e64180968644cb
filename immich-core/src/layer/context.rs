//! The context of a call, for the layers.

use std::sync::Arc;

use http::Request;

use crate::auth::Credentials;
use crate::body::Body;
use crate::layer::{AttemptCounter, RetryPolicy, Timeouts};
use crate::transport_error::{TransportError, TransportErrorKind};

/// The data of a call that is not part of its request. It passes through custom layers in the extensions of the
/// request, as a single entry because that is cheaper. The layers of the client pass it on directly, so no backend sees
/// it.
#[derive(Default)]
pub(crate) struct CallContext {
    /// The headers for the origin of the server.
    pub(crate) credentials: Credentials,
    /// Overrides the timeouts of the client.
    pub(crate) timeouts: Option<Timeouts>,
    /// Overrides the retry policy of the client.
    pub(crate) retry: Option<RetryPolicy>,
    /// Counts the attempts.
    pub(crate) attempts: Option<AttemptCounter>,
    /// Whether the request is idempotent, even if its operation is not.
    pub(crate) repeatable: bool,
    /// Whether the request is exempt from rate limits, because the caller may hold the response it would wait for.
    pub(crate) ignores_rate_limit: bool,
    /// The maximum size of a response that is read completely; `None` if it is streamed.
    pub(crate) buffer_limit: Option<u64>,
}

impl CallContext {
    pub(crate) fn attach_to(self, request: &mut Request<Body>) {
        request.extensions_mut().insert(Arc::new(self));
    }

    /// An error, because the request would otherwise be sent without credentials.
    pub(super) fn take_from(request: &mut Request<Body>) -> Result<Arc<Self>, TransportError> {
        request.extensions_mut().remove().ok_or_else(|| {
            TransportError::new(TransportErrorKind::LostExtensions)
                .not_sent()
                .with_hint("Change the request that the layer was given, or copy its extensions to the new one.")
        })
    }
}
