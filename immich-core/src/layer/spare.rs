//! One copy of the head of a request, for all layers that may send it once more.

use std::sync::Arc;

use http::Request;
use http::request::Parts;

use crate::body::Body;

/// In the extensions of a request from the outermost layer that keeps a copy to the innermost one.
#[derive(Clone)]
pub(super) struct Spare(Arc<Parts>);

impl Spare {
    /// Makes the copy, and lets the layers within have it.
    pub(super) fn share(request: Request<Body>) -> (Self, Request<Body>) {
        let (spare, mut request) = Self::copy(request);
        request.extensions_mut().insert(spare.clone());
        (spare, request)
    }

    /// Takes the copy of a layer further out.
    pub(super) fn take(request: &mut Request<Body>) -> Option<Self> {
        request.extensions_mut().remove()
    }

    pub(super) fn copy(request: Request<Body>) -> (Self, Request<Body>) {
        let (head, body) = request.into_parts();
        (Self(Arc::new(head.clone())), Request::from_parts(head, body))
    }

    pub(super) fn head(&self) -> &Parts {
        &self.0
    }

    /// The request once more.
    pub(super) fn again(&self, body: Body) -> Request<Body> {
        Request::from_parts(Parts::clone(&self.0), body)
    }
}
