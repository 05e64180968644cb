//! The client builder.

use std::fmt;
use std::sync::Mutex;

use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use serde::Deserialize;

use crate::auth::{Credential, Credentials, sensitive};
use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::client::{Client, Shared};
use crate::decode::{Decode, Json};
use crate::error::Error;
#[cfg(feature = "tracing")]
use crate::layer::Trace;
use crate::layer::{Pipeline, RateLimit, RetryPolicy, Timeouts};
use crate::operation::Operation;
use crate::response::ResponseLimits;
use crate::secret::Secret;
use crate::send::HttpSend;
#[cfg(feature = "fs")]
use crate::transfer::{BlockingJob, threads::Threads};

type WrapBackend = Box<dyn FnOnce(Box<dyn HttpSend>) -> Box<dyn HttpSend> + Send + Sync>;
type MakeBackend = Box<dyn Fn() -> Result<Box<dyn HttpSend>, Error> + Send + Sync>;

/// Builds a [`Client`].
///
/// Credentials are optional, and there can be several: the server prefers a shared-link key or slug over a session, and
/// a session over an API key. They are sent to the origin of the base URL only.
pub struct ClientBuilder {
    base_url: String,
    credentials: Vec<Credential>,
    headers: Vec<(String, Secret)>,
    user_agent: String,
    backend: Option<Box<dyn HttpSend>>,
    make_backend: Option<MakeBackend>,
    layers: Vec<WrapBackend>,
    retry: RetryPolicy,
    rate_limit: Option<RateLimit>,
    timeouts: Timeouts,
    limits: ResponseLimits,
    #[cfg(feature = "fs")]
    threads: Option<Threads>,
}

impl ClientBuilder {
    pub(crate) fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            credentials: Vec::new(),
            headers: Vec::new(),
            user_agent: concat!("immich-sdk/", env!("CARGO_PKG_VERSION")).into(),
            backend: None,
            make_backend: None,
            layers: Vec::new(),
            retry: RetryPolicy::never(),
            rate_limit: None,
            timeouts: Timeouts::new(),
            limits: ResponseLimits::default(),
            #[cfg(feature = "fs")]
            threads: None,
        }
    }

    /// Authenticates with an API key, sent as `x-api-key`.
    #[must_use]
    pub fn api_key(self, key: impl Into<Secret>) -> Self {
        self.credential(Credential::ApiKey(key.into()))
    }

    /// Authenticates with an access token, such as the one `login` returns, sent as `Authorization: Bearer`.
    #[must_use]
    pub fn access_token(self, token: impl Into<Secret>) -> Self {
        self.credential(Credential::AccessToken(token.into()))
    }

    /// Authenticates with a session token, sent as `x-immich-session-token`.
    #[must_use]
    pub fn session_token(self, token: impl Into<Secret>) -> Self {
        self.credential(Credential::SessionToken(token.into()))
    }

    /// Authenticates as a visitor of a shared link by its key, sent as `x-immich-share-key`.
    #[must_use]
    pub fn shared_link_key(self, key: impl Into<Secret>) -> Self {
        self.credential(Credential::SharedLinkKey(key.into()))
    }

    /// Authenticates as a visitor of a shared link by its slug, sent as `x-immich-share-slug`.
    #[must_use]
    pub fn shared_link_slug(self, slug: impl Into<Secret>) -> Self {
        self.credential(Credential::SharedLinkSlug(slug.into()))
    }

    /// Authenticates with a credential of any kind.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credentials.push(credential);
        self
    }

    /// Adds a header to every request, such as one required by a proxy in front of the server.
    ///
    /// It is treated like a credential: it is never shown, and not sent to other origins.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the user agent. Defaults to `immich-sdk/` and the version.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets the backend: one of the crates of this project, or your own.
    #[must_use]
    pub fn backend(mut self, backend: impl HttpSend + 'static) -> Self {
        self.backend = Some(Box::new(backend));
        self
    }

    /// Sets a function that creates a backend if none has been set when the client is built.
    #[must_use]
    pub fn default_backend<B: HttpSend + 'static>(
        mut self,
        make: impl Fn() -> Result<B, Error> + Send + Sync + 'static,
    ) -> Self {
        self.make_backend = Some(Box::new(move || Ok(Box::new(make()?))));
        self
    }

    /// Sets the retry policy. By default, nothing is retried.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Limits the request rate and the number of concurrent requests.
    #[must_use]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Sets the timeouts of every call. By default, there are only those of the backend.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets the maximum size of responses, and the maximum number of their headers.
    #[must_use]
    pub fn response_limits(mut self, limits: ResponseLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Runs the blocking work of uploads and downloads of files on the caller's threads. Each job passed to `spawn` reads, writes
    /// or hashes up to a few hundred KiB, or hashes a whole file. By default, jobs run on the threads of the crate
    /// `blocking`, which starts as many as are needed, up to 500.
    ///
    /// Everything else of a transfer, and of every call, runs on the task that awaits it. Bodies of [`file_body`] that the
    /// caller creates, and [`file_checksum`], use the threads of `blocking`, as does a job that `spawn` drops.
    ///
    /// ```
    /// # extern crate immich_core as immich_sdk;
    /// # use immich_sdk::Client;
    /// // With tokio: `.spawn_blocking(|job| drop(tokio::task::spawn_blocking(job)))`.
    /// let builder = Client::builder("https://photos.example").spawn_blocking(|job| drop(std::thread::spawn(job)));
    /// ```
    ///
    /// [`file_body`]: crate::transfer::file_body
    /// [`file_checksum`]: crate::transfer::file_checksum
    #[cfg(feature = "fs")]
    #[must_use]
    pub fn spawn_blocking(mut self, spawn: impl Fn(BlockingJob) + Send + Sync + 'static) -> Self {
        self.threads = Some(Threads::new(spawn));
        self
    }

    /// Adds a layer around everything except the span of the feature `tracing`. It sees each call once, before the
    /// client adds credentials. Layers added later are outermost.
    ///
    /// To see each attempt, wrap the backend before passing it to the client.
    ///
    /// ```
    /// # extern crate immich_core as immich_sdk;
    /// use std::sync::{Arc, Mutex};
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// use async_trait::async_trait;
    /// use immich_sdk::{Body, Client, HttpSend, ResponseBody, TransportError, http};
    ///
    /// /// Counts the calls.
    /// struct Counting<S>(S, Arc<AtomicU64>);
    ///
    /// #[async_trait]
    /// impl<S: HttpSend> HttpSend for Counting<S> {
    ///     async fn send(&self, request: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError> {
    ///         self.1.fetch_add(1, Ordering::Relaxed);
    ///         self.0.send(request).await
    ///     }
    /// }
    ///
    /// let count = Arc::new(AtomicU64::new(0));
    /// let counted = Arc::clone(&count);
    /// let builder = Client::builder("https://photos.example").layer(|next| Counting(next, counted));
    /// ```
    ///
    /// A layer may modify the request that it is given. If it creates a new request, it must copy the extensions, which
    /// hold the credentials and the options of the call; without them, the call fails with
    /// [`TransportErrorKind::LostExtensions`](crate::TransportErrorKind::LostExtensions):
    ///
    /// ```
    /// # extern crate immich_core as immich_sdk;
    /// # use immich_sdk::{Body, http};
    /// fn without_query(request: http::Request<Body>) -> http::Result<http::Request<Body>> {
    ///     let (head, body) = request.into_parts();
    ///     let mut new = http::Request::builder().method(head.method).uri(head.uri.path()).body(body)?;
    ///     *new.headers_mut() = head.headers;
    ///     *new.extensions_mut() = head.extensions;
    ///     Ok(new)
    /// }
    /// ```
    #[must_use]
    pub fn layer<L: HttpSend + 'static>(
        mut self,
        wrap: impl FnOnce(Box<dyn HttpSend>) -> L + Send + Sync + 'static,
    ) -> Self {
        self.layers.push(Box::new(|next| Box::new(wrap(next))));
        self
    }

    /// Requests the address of the API from the server (`/.well-known/immich`), and uses it as the base URL.
    ///
    /// No credential is sent. An address on another host is accepted, unless it downgrades https to http.
    ///
    /// # Errors
    /// `Build` as in [`build`](Self::build), or if the reported address is not usable; otherwise as any call. The
    /// builder is lost on an error, so call this before setting values that cannot be created again.
    pub async fn discover(mut self) -> Result<Self, Error> {
        static DISCOVER: Operation = Operation::new("discover", Method::GET, "/.well-known/immich");

        let base = BaseUrl::parse(&self.base_url)?;
        let uri = base.well_known().ok_or_else(|| Error::misconfigured("the base URL is too long"))?;
        let pipeline = Pipeline::new(base.clone(), self.take_backend()?);
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = uri.clone();
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(USER_AGENT, header_value("user agent", &self.user_agent)?);
        request.extensions_mut().insert(&DISCOVER);
        let response = pipeline
            .send_unauthenticated(request)
            .await
            .map_err(|error| Error::transport(&DISCOVER, error).with_base_url(&base))?;
        let well_known =
            Json::<WellKnown>::decode(&DISCOVER, response).await.map_err(|error| error.with_base_url(&base))?;
        self.base_url = resolve(&uri, &well_known.api.endpoint)?;
        self.backend = Some(pipeline.into_backend());
        Ok(self)
    }

    /// Builds the client. No request is sent.
    ///
    /// # Errors
    /// `Build` if the base URL is not usable, a credential is empty, a header is malformed, there is no backend and the
    /// default one cannot be created, or retries, timeouts or rate limits are set and the backend has no timer.
    pub fn build(mut self) -> Result<Client, Error> {
        let base = BaseUrl::parse(&self.base_url)?;
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, header_value("user agent", &self.user_agent)?);
        for (name, value) in &self.headers {
            let key: HeaderName =
                name.parse().map_err(|_| Error::misconfigured("the name of a header is not valid"))?;
            headers.insert(key, sensitive(&format!("header `{name}`"), value.expose())?);
        }
        let credentials = Credentials::new(&headers, &self.credentials)?;
        let backend = self.take_backend()?;
        let timer = backend.timer();
        let limited = self.rate_limit.is_some() || !self.timeouts.is_empty() || self.retry.waits();
        if timer.is_none() && limited {
            return Err(Error::misconfigured(
                "retry, rate limit and time limits need a timer, and the backend has none",
            ));
        }
        if self.rate_limit.as_ref().is_some_and(|limit| !limit.is_possible()) {
            return Err(Error::misconfigured("a rate limit lets nothing through"));
        }
        let pipeline = Pipeline::new(base.clone(), backend).with(self.retry.clone(), self.rate_limit, self.timeouts);
        let mut sender: Box<dyn HttpSend> = Box::new(pipeline);
        for layer in self.layers {
            sender = layer(sender);
        }
        #[cfg(feature = "tracing")]
        {
            sender = Box::new(Trace::new(&base, sender));
        }
        let (timeouts, limits, retry) = (self.timeouts, self.limits, self.retry);
        Ok(Client::new(
            Shared {
                base,
                headers,
                sender,
                timer,
                timeouts,
                limits,
                retry,
                #[cfg(feature = "fs")]
                threads: self.threads,
                version: Mutex::default(),
            },
            credentials,
        ))
    }

    fn take_backend(&mut self) -> Result<Box<dyn HttpSend>, Error> {
        match (self.backend.take(), &self.make_backend) {
            (Some(backend), _) => Ok(backend),
            (None, Some(make)) => make(),
            (None, None) => {
                Err(Error::misconfigured("no backend: give one with `backend`, or start with `immich_sdk::connect`"))
            }
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct WellKnown {
    api: Api,
}

#[derive(Deserialize)]
struct Api {
    endpoint: String,
}

/// Resolves the reported address to a base URL.
fn resolve(base: &Uri, endpoint: &str) -> Result<String, Error> {
    let invalid = || Error::misconfigured("the server reported an API address that is not usable");
    if let Some(path) = endpoint.strip_prefix('/').filter(|path| !path.starts_with('/')) {
        let (scheme, authority) = base.scheme_str().zip(base.authority()).ok_or_else(invalid)?;
        return Ok(format!("{scheme}://{authority}/{path}"));
    }
    let target: Uri = endpoint.parse().map_err(|_| invalid())?;
    let downgrade = base.scheme_str() == Some("https") && target.scheme_str() != Some("https");
    if downgrade {
        return Err(Error::misconfigured("the server reported an API address that downgrades https to http"));
    }
    Ok(endpoint.to_owned())
}

fn header_value(name: &str, value: &str) -> Result<HeaderValue, Error> {
    let value = HeaderValue::from_str(value);
    value.map_err(|_| {
        Error::misconfigured(format!("the header `{name}` contains characters that are not allowed in a header"))
    })
}
