//! The operation that a request belongs to.

use http::{Method, Request};
use immich_core::Operation;
use immich_core::incoming::operations_at;

/// The operation with the method and path of the request. Defaults to the operation that the request was built for:
/// a request from a socket carries none, and a redirected request carries that of the original request.
pub(crate) fn operation<B>(request: &Request<B>) -> Option<&'static Operation> {
    let carried = || request.extensions().get::<&'static Operation>().copied();
    by_path(request.method(), request.uri().path()).or_else(carried)
}

/// The operation of a method and a path, with any prefix before `/api`.
pub(crate) fn by_path(method: &Method, path: &str) -> Option<&'static Operation> {
    let (_, below) = path.split_once("/api/")?;
    operations_at(method, &format!("/{below}")).next()
}
