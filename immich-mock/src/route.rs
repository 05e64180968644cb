//! Which operation a request is of, for requests that came over a socket and carry no `Operation`.

use http::{Method, Request};
use immich_core::Operation;
use immich_core::recorded::RecordedRequest;

/// The operation that the request was built for, or else the one with its method and path.
pub(crate) fn operation<B>(request: &Request<B>) -> Option<&'static Operation> {
    let carried = request.extensions().get::<&'static Operation>().copied();
    carried.or_else(|| by_path(request.method(), request.uri().path()))
}

/// The operation of a method and a path, whatever stands before its `/api`.
pub(crate) fn by_path(method: &Method, path: &str) -> Option<&'static Operation> {
    let (_, below) = path.split_once("/api/")?;
    let headers = http::HeaderMap::new();
    let path = format!("/{below}");
    let request = RecordedRequest { method, path_and_query: &path, headers: &headers, body: &[] };
    request.reader().map(|reader| reader.operation)
}
