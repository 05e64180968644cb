//! The interface between the client and the network.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

use crate::body::{Body, ResponseBody};
use crate::timer::Timer;
use crate::transport_error::TransportError;

/// Sends requests. Implemented by backends and layers.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use async_trait::async_trait;
/// use immich_sdk::{Body, HttpSend, ResponseBody, TransportError, http};
///
/// /// Responds to every request with 204.
/// struct Nothing;
///
/// #[async_trait]
/// impl HttpSend for Nothing {
///     async fn send(&self, _: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError> {
///         let mut response = http::Response::new(ResponseBody::empty());
///         *response.status_mut() = http::StatusCode::NO_CONTENT;
///         Ok(response)
///     }
/// }
/// ```
#[async_trait]
pub trait HttpSend: Send + Sync {
    /// Sends a request and returns the response as soon as its headers have arrived.
    ///
    /// * The method, the URI, the headers and the bytes of the body are sent unchanged. A body of known length is sent
    ///   with `content-length`.
    /// * Redirects are not followed, and nothing is retried: the client does both. Any status is `Ok`.
    /// * The response body is streamed. If the connection ends before the body is complete, it yields an error.
    /// * A backend that decompresses removes `content-encoding` and `content-length` from the response; other backends
    ///   return the bytes unchanged.
    /// * A response that arrives while the request body is still being sent is returned.
    /// * Dropping the future cancels the request, and dropping the response closes or reuses the connection.
    ///
    /// The [`Operation`](crate::Operation) of the request is in its extensions, as `&'static Operation`.
    ///
    /// # Errors
    /// A [`TransportError`] if there is no response. [`TransportError::not_sent`] marks a request that the server
    /// cannot have processed, so that any operation can be retried; without it, only idempotent ones are. The text of
    /// the error must not contain the URL, a header or the body.
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError>;

    /// Returns the timer of the runtime of this backend; layers forward it. Without one, timeouts, retries and rate
    /// limits cannot be set.
    fn timer(&self) -> Option<Arc<dyn Timer>> {
        None
    }

    /// Returns the maximum number of requests in flight, which limits the number of connections. Defaults to `None`,
    /// which is no limit. A client with a timer queues the others. A backend that wraps another forwards it.
    fn max_in_flight(&self) -> Option<u32> {
        None
    }

    /// Returns the maximum number of bytes of a request body in buffers below this backend. Defaults to 0.
    ///
    /// While buffers drain, an upload on a slow connection looks idle; [`Timeouts::idle`](crate::Timeouts::idle) allows
    /// for it. Up to 400 KiB need not be reported. A backend that wraps another forwards it.
    fn unseen_bytes(&self) -> u64 {
        0
    }
}

/// The boxed future returned by [`HttpSend::send`]. Implement `send` with it directly to forward the inner future
/// without a second allocation.
pub type SendFuture<'f> =
    Pin<Box<dyn Future<Output = Result<http::Response<ResponseBody>, TransportError>> + Send + 'f>>;

/// The outcome of a request.
pub(crate) type Outcome = Result<http::Response<ResponseBody>, TransportError>;

macro_rules! forward {
    ($($pointer:ident),+) => {$(
        impl<S: HttpSend + ?Sized> HttpSend for $pointer<S> {
            fn send<'s, 'f>(&'s self, request: http::Request<Body>) -> SendFuture<'f>
            where
                's: 'f,
                Self: 'f,
            {
                (**self).send(request)
            }

            fn timer(&self) -> Option<Arc<dyn Timer>> {
                (**self).timer()
            }

            fn max_in_flight(&self) -> Option<u32> {
                (**self).max_in_flight()
            }

            fn unseen_bytes(&self) -> u64 {
                (**self).unseen_bytes()
            }
        }
    )+};
}

forward!(Arc, Box);
