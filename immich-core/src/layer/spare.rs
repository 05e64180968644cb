//! A copy of the head of a request, for the layers that may send it once more.

use http::{Extensions, HeaderMap, Method, Request, Uri};

use crate::body::Body;
use crate::endpoint::Operation;

pub(super) struct Spare {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    operation: Option<&'static Operation>,
    /// All extensions, where there are more than the operation: copying them costs more than all else of a head.
    extensions: Option<Extensions>,
}

impl Spare {
    pub(super) fn of(request: &Request<Body>) -> Self {
        let extensions = request.extensions();
        let operation = extensions.get().copied();
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            operation,
            extensions: (extensions.len() > usize::from(operation.is_some())).then(|| extensions.clone()),
        }
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The request once more.
    pub(super) fn again(&self, body: Body) -> Request<Body> {
        let mut request = Request::new(body);
        request.method_mut().clone_from(&self.method);
        request.uri_mut().clone_from(&self.uri);
        request.headers_mut().clone_from(&self.headers);
        *request.extensions_mut() = self.extensions.clone().unwrap_or_default();
        if let Some(operation) = self.operation {
            request.extensions_mut().insert(operation);
        }
        request
    }
}
