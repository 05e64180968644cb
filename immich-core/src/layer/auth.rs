//! Adds what belongs to the origin of the server, and to no other: credentials and the caller's headers.

use std::sync::Arc;

use async_trait::async_trait;
use http::{Request, Response};

use crate::auth::Credentials;
use crate::base_url::BaseUrl;
use crate::body::{Body, ResponseBody};
use crate::send::{HttpSend, TransportError};
use crate::timer::Timer;

pub(crate) struct Auth<S> {
    pub(crate) base: BaseUrl,
    pub(crate) next: S,
}

#[async_trait]
impl<S: HttpSend> HttpSend for Auth<S> {
    async fn send(&self, mut request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if let Some(credentials) = request.extensions_mut().remove::<Credentials>()
            && self.base.covers(request.uri())
        {
            for (name, value) in credentials.headers() {
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
