//! One call: an endpoint on its way.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::body::ResponseBody;
use crate::client::Client;
use crate::decode::Decode;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::layer::{AttemptCounter, RetryPolicy, Timeouts};
use crate::send::{TimeLimit, TransportError};
use crate::timer::first;

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
    timeouts: Option<Timeouts>,
    retry: Option<RetryPolicy>,
    counter: Option<AttemptCounter>,
}

impl<'c, E: Endpoint> Call<'c, E> {
    pub(crate) fn new(client: &'c Client, endpoint: E) -> Self {
        Self { client, endpoint, headers: Vec::new(), timeouts: None, retry: None, counter: None }
    }

    /// Adds a header to this request, in place of one of the client with the same name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Limits the time of the whole call; the other time limits of the client stay.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeouts = Some(self.timeouts.unwrap_or(self.client.timeouts()).call(limit));
        self
    }

    /// Sets all time limits of this call, in place of those of the client.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = Some(timeouts);
        self
    }

    /// Sets the retry policy of this call, in place of that of the client.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Counts how often the request is sent, where something tries again.
    #[cfg(feature = "checksum")]
    pub(crate) fn count_attempts(mut self, counter: AttemptCounter) -> Self {
        self.counter = Some(counter);
        self
    }

    /// Sends the request and gives the answer as it came, whatever its status.
    ///
    /// # Errors
    /// `Build` if the request cannot be built, `Transport` or `Timeout` if no response came.
    pub async fn raw(self) -> Result<Response<ResponseBody>, Error> {
        let client = self.client;
        match self.limited(|call| call.exchange()).await {
            Ok(response) => Ok(response),
            Err(error) => Err(client.explain(error).await),
        }
    }

    /// Runs `work` within the time of the whole call.
    async fn limited<T, W>(self, work: impl FnOnce(Self) -> W + Send) -> Result<T, Error>
    where
        W: Future<Output = Result<T, Error>> + Send,
    {
        let operation = self.endpoint.operation();
        let timer = self.client.timer().cloned();
        let own = self.timeouts.is_some_and(|timeouts| !timeouts.is_empty());
        if timer.is_none() && (own || self.retry.as_ref().is_some_and(RetryPolicy::waits)) {
            return Err(Error::build(operation, "retry and time limits need a timer, and the backend has none"));
        }
        let limit = self.timeouts.unwrap_or(self.client.timeouts()).call;
        match (limit, timer) {
            (Some(limit), Some(timer)) => match first(work(self), timer.sleep(limit)).await {
                Ok(outcome) => outcome,
                Err(()) => Err(Error::transport(operation, TransportError::timed_out(TimeLimit::Call, limit))),
            },
            _ => work(self).await,
        }
    }

    async fn exchange(self) -> Result<Response<ResponseBody>, Error> {
        let operation = self.endpoint.operation();
        let version = if self.endpoint.is_versioned() { Some(self.client.server_version().await?) } else { None };
        let mut request = self.endpoint.to_request_for(self.client.base_url(), version)?;
        self.headers
            .into_iter()
            .try_for_each(|(name, value)| insert(request.headers_mut(), &name, &value))
            .map_err(|()| Error::build(operation, "a header of the call has characters that a header cannot hold"))?;
        if let Some(timeouts) = self.timeouts {
            request.extensions_mut().insert(timeouts);
        }
        if let Some(policy) = self.retry {
            request.extensions_mut().insert(policy);
        }
        if let Some(counter) = self.counter {
            request.extensions_mut().insert(counter);
        }
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
            let work = async |call: Self| {
                let response = call.exchange().await?;
                client.decode::<E::Decode>(operation, response).await
            };
            match self.limited(work).await {
                Ok(answer) => Ok(answer),
                Err(error) => Err(client.explain(error).await),
            }
        })
    }
}

impl<E: fmt::Debug> fmt::Debug for Call<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Call").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
