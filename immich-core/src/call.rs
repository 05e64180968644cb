//! A call: an endpoint with its options, ready to be sent.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::{Pin, pin};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};

use crate::api::GetSyncStream;
use crate::body::{Body, ResponseBody};
use crate::client::Client;
use crate::decode::Decode;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::layer::{AttemptCounter, CallContext, RetryPolicy, Timeouts};
use crate::operation::Operation;
use crate::timer::first;
use crate::transport_error::{TimeLimit, TransportError};

/// A call of an endpoint. Awaiting it sends the request and decodes the response; nothing is sent before.
///
/// The optional parameters of the endpoint are methods of its call:
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
/// let shared = client.albums().get_all_albums().is_shared(true).header("x-trace", "42").await?;
/// # drop(shared); Ok(()) }
/// ```
#[must_use = "a call is sent when it is awaited"]
pub struct Call<'c, E> {
    pub(crate) client: &'c Client,
    pub(crate) endpoint: E,
    pub(crate) options: Options,
}

/// The options of a call. Not generic over the endpoint, so that the code is compiled once.
#[derive(Clone, Default)]
pub(crate) struct Options {
    headers: Vec<(String, String)>,
    timeouts: Option<Timeouts>,
    retry: Option<RetryPolicy>,
    counter: Option<AttemptCounter>,
    repeatable: bool,
    ignores_rate_limit: bool,
}

impl<'c, E: Endpoint> Call<'c, E> {
    pub(crate) fn new(client: &'c Client, endpoint: E) -> Self {
        Self { client, endpoint, options: Options::default() }
    }

    /// Adds a header to this request, overriding a header of the client with the same name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the timeout of the whole call. The other timeouts of the client still apply.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeouts = Some(self.options.timeouts.unwrap_or(self.client.timeouts()).call(limit));
        self
    }

    /// Sets all timeouts of this call, overriding those of the client.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.options.timeouts = Some(timeouts);
        self
    }

    /// Sets the retry policy of this call, overriding that of the client.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Counts the attempts of this call in `counter`.
    #[cfg(feature = "checksum")]
    pub(crate) fn count_attempts(mut self, counter: AttemptCounter) -> Self {
        self.options.counter = Some(counter);
        self
    }

    /// Marks the request as idempotent, whatever its operation.
    #[cfg(feature = "checksum")]
    pub(crate) fn repeatable(mut self) -> Self {
        self.options.repeatable = true;
        self
    }

    /// Sends the request and returns the response as received, whatever its status.
    ///
    /// # Errors
    /// `Build` if the request cannot be built, `Transport` or `Timeout` if there is no response.
    pub async fn raw(self) -> Result<Response<ResponseBody>, Error> {
        let work = pin!(self.exchange(false));
        self.options.limited(self.client, self.endpoint.operation(), work).await
    }

    /// Sends the request with `if-none-match`, and returns `None` if `etag` is still current.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client, id: immich_sdk::AssetId) -> Result<(), immich_sdk::Error> {
    /// # let etag = String::new();
    /// if let Some(thumbnail) = client.assets().view_asset(id).if_none_match(&etag).await? {
    ///     println!("it changed: {:?}", thumbnail.etag());
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of the call.
    pub async fn if_none_match(self, etag: &str) -> Result<Option<<E::Decode as Decode>::Output>, Error> {
        match self.header("if-none-match", etag).await {
            Ok(response) => Ok(Some(response)),
            Err(error) if error.status() == Some(StatusCode::NOT_MODIFIED) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn exchange(&self, is_buffered: bool) -> Result<Response<ResponseBody>, Error> {
        let versioned = self.endpoint.is_versioned();
        // If the version is not known, the request is sent in a form that every version accepts. If the server cannot
        // be reached, the request itself reports the error.
        let version = if versioned { self.client.version_for_request(&self.options).await } else { None };
        let operation = self.endpoint.operation();
        let request = self.endpoint.to_request_for(self.client.base_url(), version)?;
        let request = self.options.apply(self.client, operation, request, is_buffered)?;
        // A body that can be sent only once cannot be sent in another form.
        let is_replayable = versioned && request.body().try_clone().is_some();
        let response = self.client.exchange(operation, request).await?;
        if response.status() != StatusCode::BAD_REQUEST || !(versioned || operation.id == GetSyncStream::OPERATION.id) {
            return Ok(response);
        }
        // The form may be that of another version: the server may have been upgraded or downgraded since.
        self.client.forget_server_version();
        let Some(old) = version.filter(|_| is_replayable) else { return Ok(response) };
        match self.client.version_for_request(&self.options).await {
            Some(new) if new != old => {
                let request = self.endpoint.to_request_for(self.client.base_url(), Some(new))?;
                let request = self.options.apply(self.client, operation, request, is_buffered)?;
                self.client.exchange(operation, request).await
            }
            _ => Ok(response),
        }
    }
}

impl Options {
    /// Returns the options for a version request that is sent on behalf of this call.
    pub(crate) fn for_version_request(&self) -> Self {
        Self { counter: None, repeatable: false, ..self.clone() }
    }

    /// Returns the same options, exempt from rate limits.
    pub(crate) fn without_rate_limit(self) -> Self {
        Self { ignores_rate_limit: true, ..self }
    }

    /// Applies the options to the request.
    fn apply(
        &self,
        client: &Client,
        operation: &'static Operation,
        mut request: Request<Body>,
        is_buffered: bool,
    ) -> Result<Request<Body>, Error> {
        self.headers.iter().try_for_each(|(name, value)| insert(request.headers_mut(), name, value)).map_err(|()| {
            Error::build(operation, "a header of the call contains characters that are not allowed in a header")
        })?;
        let context = CallContext {
            credentials: client.credentials(),
            timeouts: self.timeouts,
            retry: self.retry.clone(),
            attempts: self.counter.clone(),
            repeatable: self.repeatable,
            ignores_rate_limit: self.ignores_rate_limit,
            buffer_limit: is_buffered.then_some(client.limits().bytes),
        };
        context.attach_to(&mut request);
        Ok(request)
    }

    /// Runs `work` and explains its error, within the timeout of the whole call.
    async fn limited<T>(
        &self,
        client: &Client,
        operation: &'static Operation,
        work: Pin<&mut (dyn Future<Output = Result<T, Error>> + Send)>,
    ) -> Result<T, Error> {
        let timer = client.timer();
        let own = self.timeouts.is_some_and(|timeouts| !timeouts.is_empty());
        if timer.is_none() && (own || self.retry.as_ref().is_some_and(RetryPolicy::waits)) {
            return Err(Error::build(operation, "retry and time limits need a timer, and the backend has none"));
        }
        let limit = self.timeouts.unwrap_or(client.timeouts()).call;
        let Some((limit, timer)) = limit.zip(timer) else {
            return match work.await {
                Ok(value) => Ok(value),
                Err(error) => Err(Box::pin(client.explain(error, self)).await),
            };
        };
        let mut end = timer.sleep(limit);
        match first(work, end.as_mut()).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                let mut error = client.with_base_url(error);
                let mut explained = Box::pin(client.explain_by_version(&mut error, self));
                // If the timeout expires first, the error is returned without an explanation.
                let _ = first(explained.as_mut(), end.as_mut()).await;
                drop(explained);
                Err(error)
            }
            Err(()) => {
                Err(client
                    .with_base_url(Error::transport(operation, TransportError::timed_out(TimeLimit::Call, limit))))
            }
        }
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
            let operation = self.endpoint.operation();
            let work = pin!(async {
                let response = self.exchange(E::Decode::WHOLE).await?;
                E::Decode::decode(operation, response).await
            });
            self.options.limited(self.client, operation, work).await
        })
    }
}

impl<E: fmt::Debug> fmt::Debug for Call<'_, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Call").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
