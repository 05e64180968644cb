//! A copy of the head of a request, for layers that may send it again.

use http::{Extensions, HeaderMap, Method, Request, Uri, Version};

use crate::body::Body;
use crate::operation::Operation;

pub(super) struct RequestHead {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    operation: Option<&'static Operation>,
    /// All extensions, if there are more than the operation, because copying them is the most expensive part of a head.
    extensions: Option<Extensions>,
}

impl RequestHead {
    pub(super) fn of(request: &Request<Body>) -> Self {
        let extensions = request.extensions();
        let operation = extensions.get().copied();
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            headers: request.headers().clone(),
            operation,
            extensions: (extensions.len() > usize::from(operation.is_some())).then(|| extensions.clone()),
        }
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    #[cfg(feature = "tracing")]
    pub(super) fn operation(&self) -> Option<&'static Operation> {
        self.operation
    }

    /// Creates the same request with another body.
    pub(super) fn to_request(&self, body: Body) -> Request<Body> {
        let mut request = Request::new(body);
        request.method_mut().clone_from(&self.method);
        request.uri_mut().clone_from(&self.uri);
        *request.version_mut() = self.version;
        request.headers_mut().clone_from(&self.headers);
        *request.extensions_mut() = self.extensions.clone().unwrap_or_default();
        if let Some(operation) = self.operation {
            request.extensions_mut().insert(operation);
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::PingServer;

    /// An extension that a custom layer passes to its backend.
    #[derive(Clone, Debug, PartialEq)]
    struct Marker(u8);

    #[test]
    fn copy_has_the_same_head() {
        for marker in [None, Some(Marker(7))] {
            let mut request = Request::patch("http://a.example/api/x?y=z").version(Version::HTTP_2).header("x-a", "b");
            request = request.extension(PingServer::OPERATION);
            if let Some(marker) = &marker {
                request = request.extension(marker.clone());
            }
            let request = request.body(Body::from("first")).expect("a request");
            let again = RequestHead::of(&request).to_request(Body::from("again"));
            assert_eq!((again.method(), again.uri()), (request.method(), request.uri()));
            assert_eq!((again.version(), again.headers()), (request.version(), request.headers()));
            let operation = again.extensions().get::<&'static Operation>().map(|operation| operation.id);
            assert_eq!(operation, Some(PingServer::OPERATION.id));
            assert_eq!(again.extensions().get(), marker.as_ref());
        }
    }
}
