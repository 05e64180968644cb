//! Which operation a request is of.

use http::{Method, Request};
use immich_core::Operation;
use immich_core::incoming::IncomingRequest;

/// The operation with the method and the path of the request, or else the one it was built for. One that came
/// over a socket carries no operation, and one that was redirected the operation it was first.
pub(crate) fn operation<B>(request: &Request<B>) -> Option<&'static Operation> {
    let carried = || request.extensions().get::<&'static Operation>().copied();
    by_path(request.method(), request.uri().path()).or_else(carried)
}

/// The operation of a method and a path, whatever stands before its `/api`.
pub(crate) fn by_path(method: &Method, path: &str) -> Option<&'static Operation> {
    let (_, below) = path.split_once("/api/")?;
    let headers = http::HeaderMap::new();
    let path = format!("/{below}");
    let request = IncomingRequest { method, path_and_query: &path, headers: &headers, body: &[] };
    request.reader().map(|reader| reader.operation)
}
