//! One call: an endpoint on its way.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::body::ResponseBody;
use crate::client::Client;
use crate::decode::Decode;
use crate::endpoint::Endpoint;
use crate::error::Error;

/// A call of an endpoint. Awaiting it sends the request and decodes the answer; nothing is sent before.
///
/// The optional parameters of the endpoint are methods of its call:
///
/// ```no_run
/// # async fn example(client: immich_core::Client) -> Result<(), immich_core::Error> {
/// let shared = client.albums().get_all_albums().is_shared(true).header("x-trace", "42").await?;
/// # drop(shared); Ok(()) }
/// ```
#[must_use = "a call is sent when it is awaited"]
pub struct Call<'c, E> {
    pub(crate) client: &'c Client,
    pub(crate) endpoint: E,
    headers: Vec<(String, String)>,
}

impl<'c, E: Endpoint> Call<'c, E> {
    pub(crate) fn new(client: &'c Client, endpoint: E) -> Self {
        Self { client, endpoint, headers: Vec::new() }
    }

    /// Adds a header to this request, in place of one of the client with the same name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends the request and gives the answer as it came, whatever its status.
    ///
    /// # Errors
    /// `Build` if the request cannot be built, `Transport` or `Timeout` if no response came.
    pub async fn raw(self) -> Result<Response<ResponseBody>, Error> {
        let operation = self.endpoint.operation();
        let mut request = self.endpoint.to_request(self.client.base_url())?;
        self.headers
            .into_iter()
            .try_for_each(|(name, value)| insert(request.headers_mut(), &name, &value))
            .map_err(|()| Error::build(operation, "a header of the call has characters that a header cannot hold"))?;
        self.client.exchange(operation, request).await
    }
}

fn insert(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), ()> {
    let name: HeaderName = name.parse().map_err(drop)?;
    headers.insert(name, HeaderValue::from_str(value).map_err(drop)?);
    Ok(())
}

impl<'c, E: Endpoint + 'c> IntoFuture for Call<'c, E> {
    type Output = Result<<E::Decode as Decode>::Output, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (client, operation) = (self.client, self.endpoint.operation());
            let response = self.raw().await?;
            client.decode::<E::Decode>(operation, response).await
        })
    }
}

impl<E: fmt::Debug> fmt::Debug for Call<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Call").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
