//! One call: an endpoint on its way.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::{Pin, pin};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};

use crate::api::GetSyncStream;
use crate::body::{Body, ResponseBody};
use crate::client::Client;
use crate::decode::Decode;
use crate::endpoint::{Endpoint, Operation};
use crate::error::Error;
use crate::layer::{AttemptCounter, CallContext, RetryPolicy, Timeouts};
use crate::send::{TimeLimit, TransportError};
use crate::timer::first;

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

/// What was added to a call. Apart from the endpoint, for the code about it to exist once.
#[derive(Clone, Default)]
pub(crate) struct Options {
    headers: Vec<(String, String)>,
    timeouts: Option<Timeouts>,
    retry: Option<RetryPolicy>,
    counter: Option<AttemptCounter>,
    repeatable: bool,
    is_beside: bool,
}

impl<'c, E: Endpoint> Call<'c, E> {
    pub(crate) fn new(client: &'c Client, endpoint: E) -> Self {
        Self { client, endpoint, options: Options::default() }
    }

    /// Adds a header to this request, instead of one of the client with the same name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.headers.push((name.into(), value.into()));
        self
    }

    /// Limits the time of the whole call; the other time limits of the client stay.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeouts = Some(self.options.timeouts.unwrap_or(self.client.timeouts()).call(limit));
        self
    }

    /// Sets all time limits of this call, instead of those of the client.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.options.timeouts = Some(timeouts);
        self
    }

    /// Sets the retry policy of this call, instead of that of the client.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Counts how often the request is sent, where something tries again.
    #[cfg(feature = "checksum")]
    pub(crate) fn count_attempts(mut self, counter: AttemptCounter) -> Self {
        self.options.counter = Some(counter);
        self
    }

    /// Says that sending the request twice is the same as sending it once, whatever its operation.
    #[cfg(feature = "checksum")]
    pub(crate) fn repeatable(mut self) -> Self {
        self.options.repeatable = true;
        self
    }

    /// Sends the request and gives the response as it came, whatever its status.
    ///
    /// # Errors
    /// `Build` if the request cannot be built, `Transport` or `Timeout` if no response came.
    pub async fn raw(self) -> Result<Response<ResponseBody>, Error> {
        let work = pin!(self.exchange(false));
        self.options.limited(self.client, self.endpoint.operation(), work).await
    }

    /// Sends the request with `if-none-match`, and returns `None` if the server still has the version of `etag`.
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

    async fn exchange(&self, whole: bool) -> Result<Response<ResponseBody>, Error> {
        let versioned = self.endpoint.is_versioned();
        // Without the version the request goes in a form that every version takes; what is wrong with the server or
        // the way to it, the request itself will tell.
        let version = if versioned { self.client.version_for_form(&self.options).await } else { None };
        let operation = self.endpoint.operation();
        let request = self.endpoint.to_request_for(self.client.base_url(), version)?;
        let request = self.options.added(self.client, operation, request, whole)?;
        // What can be sent only once is not sent in another form.
        let is_replayable = versioned && request.body().try_clone().is_some();
        let response = self.client.exchange(operation, request).await?;
        if response.status() != StatusCode::BAD_REQUEST || !(versioned || operation.id == GetSyncStream::OPERATION.id) {
            return Ok(response);
        }
        // Perhaps the form was that of another version: the server was upgraded since, or set back.
        self.client.forget_server_version();
        let Some(old) = version.filter(|_| is_replayable) else { return Ok(response) };
        match self.client.version_for_form(&self.options).await {
            Some(new) if new != old => {
                let request = self.endpoint.to_request_for(self.client.base_url(), Some(new))?;
                let request = self.options.added(self.client, operation, request, whole)?;
                self.client.exchange(operation, request).await
            }
            _ => Ok(response),
        }
    }
}

impl Options {
    /// Those that a question about the server keeps, which is requested the sake of this call.
    pub(crate) fn for_question(&self) -> Self {
        Self { counter: None, repeatable: false, ..self.clone() }
    }

    /// The same beside all limits on the number of requests.
    pub(crate) fn beside(self) -> Self {
        Self { is_beside: true, ..self }
    }

    /// The request with what was added to the call.
    fn added(
        &self,
        client: &Client,
        operation: &'static Operation,
        mut request: Request<Body>,
        whole: bool,
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
            is_beside: self.is_beside,
            whole: whole.then_some(client.limits().bytes),
        };
        context.put(&mut request);
        Ok(request)
    }

    /// Runs `work`, and explains its error, within the time of the whole call.
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
                Ok(answer) => Ok(answer),
                Err(error) => Err(Box::pin(client.explain(error, self)).await),
            };
        };
        let mut end = timer.sleep(limit);
        match first(work, end.as_mut()).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                let mut error = client.told(error);
                let mut explained = Box::pin(client.explain_by_version(&mut error, self));
                // What is not explained by the end stays as it is.
                let _ = first(explained.as_mut(), end.as_mut()).await;
                drop(explained);
                Err(error)
            }
            Err(()) => Err(client.told(Error::transport(operation, TransportError::timed_out(TimeLimit::Call, limit)))),
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
