//! Adds what belongs to the origin of the server, and to no other: credentials and the caller's headers.

use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderMap, Request, Response};

use crate::base_url::BaseUrl;
use crate::body::{Body, ResponseBody};
use crate::send::{HttpSend, TransportError};
use crate::timer::Timer;

pub(crate) struct Auth<S> {
    pub(crate) base: BaseUrl,
    pub(crate) headers: HeaderMap,
    pub(crate) next: S,
}

#[async_trait]
impl<S: HttpSend> HttpSend for Auth<S> {
    async fn send(&self, mut request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if self.base.covers(request.uri()) {
            for (name, value) in &self.headers {
                // A header of the call itself wins.
                request.headers_mut().entry(name).or_insert_with(|| value.clone());
            }
        }
        self.next.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.next.timer()
    }
}
