//! Adds what belongs to the origin of the server, and to no other: credentials and the caller's headers.

use http::Request;

use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::layer::CallContext;
use crate::send::{HttpSend, Sending};

pub(crate) struct Auth {
    pub(crate) base: BaseUrl,
    pub(crate) backend: Box<dyn HttpSend>,
}

impl Auth {
    pub(super) fn send(&self, mut request: Request<Body>, call: &CallContext) -> Sending<'_> {
        if self.base.covers(request.uri()) {
            for (name, value) in call.credentials.headers() {
                // A header of the call itself wins.
                request.headers_mut().entry(name).or_insert_with(|| value.clone());
            }
        }
        self.backend.send(request)
    }
}
