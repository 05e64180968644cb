//! Adds what belongs to the origin of the server, and to no other: credentials and the caller's headers.

use std::sync::Arc;

use http::Request;

use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::layer::CallContext;
use crate::send::{HttpSend, Sending};
use crate::timer::Timer;

pub(crate) struct Auth<S> {
    pub(crate) base: BaseUrl,
    pub(crate) next: S,
}

impl<S: HttpSend> HttpSend for Auth<S> {
    fn send<'s, 'f>(&'s self, mut request: Request<Body>) -> Sending<'f>
    where
        's: 'f,
        Self: 'f,
    {
        if let Some(context) = CallContext::take(&mut request)
            && self.base.covers(request.uri())
        {
            for (name, value) in context.credentials.headers() {
                // A header of the call itself wins.
                request.headers_mut().entry(name).or_insert_with(|| value.clone());
            }
        }
        self.next.send(request)
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.next.timer()
    }
}
