//! A copy of the head of a request, for the layers that may send it once more.

use http::{Extensions, HeaderMap, Method, Request, Uri, Version};

use crate::body::Body;
use crate::endpoint::Operation;

pub(super) struct RequestHead {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    operation: Option<&'static Operation>,
    /// All extensions, where there are more than the operation: copying them costs more than all else of a head.
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

    /// The request once more.
    pub(super) fn again(&self, body: Body) -> Request<Body> {
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

    /// What a layer of the caller told its backend.
    #[derive(Clone, Debug, PartialEq)]
    struct Told(u8);

    #[test]
    fn the_head_is_the_same_once_more() {
        for told in [None, Some(Told(7))] {
            let mut request = Request::patch("http://a.example/api/x?y=z").version(Version::HTTP_2).header("x-a", "b");
            request = request.extension(PingServer::OPERATION);
            if let Some(told) = &told {
                request = request.extension(told.clone());
            }
            let request = request.body(Body::from("first")).expect("a request");
            let again = RequestHead::of(&request).again(Body::from("again"));
            assert_eq!((again.method(), again.uri()), (request.method(), request.uri()));
            assert_eq!((again.version(), again.headers()), (request.version(), request.headers()));
            let operation = again.extensions().get::<&'static Operation>().map(|operation| operation.id);
            assert_eq!(operation, Some(PingServer::OPERATION.id));
            assert_eq!(again.extensions().get(), told.as_ref());
        }
    }
}
