//! The client: an address, credentials, and a backend.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use http::{HeaderMap, Request, Response};

use crate::api::GetServerVersion;
use crate::auth::{Credential, Credentials};
use crate::base_url::BaseUrl;
use crate::body::{Body, ResponseBody};
use crate::builder::ClientBuilder;
use crate::call::{Call, Options};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::layer::{RetryPolicy, Timeouts};
use crate::operation::Operation;
use crate::response::ResponseLimits;
use crate::send::HttpSend;
use crate::timer::Timer;
#[cfg(feature = "fs")]
use crate::transfer::threads::Threads;
use crate::version::{KnownVersion, ServerVersion};

/// A client of one Immich server.
///
/// It is cheap to clone, and its clones share one backend. Operations are grouped by methods named as in Immich's API:
/// `client.albums()`, `client.assets()`, `client.search()` and so on, see [`api`](crate::api). A backend you pass in
/// stays yours; it is never closed.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(backend: impl immich_sdk::HttpSend + 'static) -> Result<(), immich_sdk::Error> {
/// use immich_sdk::Client;
///
/// let client = Client::builder("https://photos.example").api_key("secret").backend(backend).build()?;
/// for album in client.albums().get_all_albums().await? {
///     println!("{}: {} assets", album.album_name, album.asset_count);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    credentials: Arc<RwLock<Credentials>>,
}

/// The state shared by clients with different credentials.
pub(crate) struct Shared {
    pub(crate) base: BaseUrl,
    /// The headers of every request, with any credential.
    pub(crate) headers: HeaderMap,
    pub(crate) sender: Box<dyn HttpSend>,
    pub(crate) timer: Option<Arc<dyn Timer>>,
    pub(crate) timeouts: Timeouts,
    /// Used for resuming downloads, which happens above the layers.
    #[cfg_attr(not(feature = "checksum"), allow(dead_code))]
    pub(crate) retry: RetryPolicy,
    pub(crate) limits: ResponseLimits,
    /// Where transfers do what blocks, if not on the threads of `blocking`.
    #[cfg(feature = "fs")]
    pub(crate) threads: Option<Threads>,
    pub(crate) version: Mutex<KnownVersion>,
}

impl Client {
    /// Starts building a client of the server at `base_url`, with or without `/api`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }

    pub(crate) fn new(shared: Shared, credentials: Credentials) -> Self {
        Self { shared: Arc::new(shared), credentials: Arc::new(RwLock::new(credentials)) }
    }

    /// Returns the base URL of the API.
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// Sends an endpoint, or a reference to one. Await the call, or set options on it first.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::api::GetServerVersion;
    ///
    /// let request = GetServerVersion::new();
    /// let version = client.send(&request).await?;
    /// println!("{}.{}.{}", version.major, version.minor, version.patch);
    /// # Ok(()) }
    /// ```
    pub fn send<E: Endpoint>(&self, endpoint: E) -> Call<'_, E> {
        Call::new(self, endpoint)
    }

    /// Replaces all credentials of this client and its clones.
    ///
    /// # Errors
    /// `Build` if the credential is empty or is not a valid header value; the previous credentials are kept.
    pub fn set_credential(&self, credential: Credential) -> Result<(), Error> {
        self.replace(Credentials::new(&self.shared.headers, &[credential])?);
        Ok(())
    }

    /// Removes all credentials of this client and its clones.
    pub fn clear_credential(&self) {
        self.replace(Credentials::common(&self.shared.headers));
    }

    /// Creates a client for the same server on the same backend, with its own credential.
    ///
    /// # Errors
    /// `Build` if the credential is empty or is not a valid header value.
    pub fn with_credential(&self, credential: Credential) -> Result<Self, Error> {
        Ok(self.with(Credentials::new(&self.shared.headers, &[credential])?))
    }

    /// Creates a client for the same server on the same backend, without a credential.
    pub(crate) fn without_credential(&self) -> Self {
        self.with(Credentials::common(&self.shared.headers))
    }

    fn with(&self, credentials: Credentials) -> Self {
        Self { shared: Arc::clone(&self.shared), credentials: Arc::new(RwLock::new(credentials)) }
    }

    pub(crate) fn credentials(&self) -> Credentials {
        self.credentials.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns whether the client authenticates as a visitor of a shared link.
    #[cfg(feature = "checksum")]
    pub(crate) fn is_visitor(&self) -> bool {
        let credentials = self.credentials();
        ["x-immich-share-key", "x-immich-share-slug"].iter().any(|name| credentials.headers().contains_key(*name))
    }

    pub(crate) fn replace(&self, credentials: Credentials) {
        *self.credentials.write().unwrap_or_else(PoisonError::into_inner) = credentials;
    }

    /// Returns the version of the server. It is requested once and cached, for this client and all that share its
    /// backend.
    ///
    /// It is requested again after a response that does not match the version.
    ///
    /// # Errors
    /// Those of `get_server_version`.
    pub async fn server_version(&self) -> Result<ServerVersion, Error> {
        if let KnownVersion::Known(version) = self.known_version() {
            return Ok(version);
        }
        self.request_version(Options::default()).await
    }

    async fn request_version(&self, options: Options) -> Result<ServerVersion, Error> {
        let mut call = self.send(GetServerVersion::new());
        call.options = options;
        let version = call.await?;
        let version = ServerVersion::try_from(&version)?;
        self.set_known_version(KnownVersion::Known(version));
        Ok(version)
    }

    /// Returns the server version to build a request for; `None` if it cannot be determined.
    pub(crate) async fn version_for_request(&self, options: &Options) -> Option<ServerVersion> {
        match self.known_version() {
            KnownVersion::Unreported => return None,
            KnownVersion::Known(version) => return Some(version),
            KnownVersion::Unknown => {}
        }
        let version = self.request_version(options.for_version_request()).await;
        if version.as_ref().is_err_and(Error::is_permanent) {
            self.set_known_version(KnownVersion::Unreported);
        }
        version.ok()
    }

    fn known_version(&self) -> KnownVersion {
        *self.shared.version.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_known_version(&self, version: KnownVersion) {
        *self.shared.version.lock().unwrap_or_else(PoisonError::into_inner) = version;
    }

    /// Clears the cached version, so that it is requested again. Call it after an upgrade of the server.
    pub fn forget_server_version(&self) {
        self.set_known_version(KnownVersion::Unknown);
    }

    pub(crate) fn timer(&self) -> Option<&Arc<dyn Timer>> {
        self.shared.timer.as_ref()
    }

    #[cfg(feature = "checksum")]
    pub(crate) fn retry_policy(&self) -> &RetryPolicy {
        &self.shared.retry
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.shared.timeouts
    }

    #[cfg(feature = "fs")]
    pub(crate) fn threads(&self) -> Option<&Threads> {
        self.shared.threads.as_ref()
    }

    pub(crate) fn limits(&self) -> ResponseLimits {
        self.shared.limits
    }

    /// Sends a request through the layers and the backend. Not generic, so that it is compiled once.
    pub(crate) fn exchange(
        &self,
        operation: &'static Operation,
        request: Request<Body>,
    ) -> impl Future<Output = Result<Response<ResponseBody>, Error>> + Send {
        let sending = self.shared.sender.send(request);
        async move {
            let mut response = sending.await.map_err(|error| Error::transport(operation, error))?;
            if self.shared.limits != ResponseLimits::default() {
                response.extensions_mut().insert(self.shared.limits);
            }
            Ok(response)
        }
    }

    /// Adds details to an error, and requests the server version if that may explain it.
    pub(crate) async fn explain(&self, error: Error, options: &Options) -> Error {
        let mut error = self.with_base_url(error);
        self.explain_by_version(&mut error, options).await;
        error
    }

    /// Like [`explain`](Self::explain), but only with a cached version.
    pub(crate) fn explain_by_known_version(&self, error: Error) -> Error {
        let mut error = self.with_base_url(error);
        if let (true, KnownVersion::Known(version)) = (error.is_schema_mismatch(), self.known_version()) {
            error.set_server(version);
        }
        error
    }

    /// Adds the base URL to an error.
    pub(crate) fn with_base_url(&self, error: Error) -> Error {
        error.with_base_url(&self.shared.base)
    }

    /// Requests the server version if it may explain the error: the path is unknown to the server, or its response
    /// could not be decoded.
    pub(crate) async fn explain_by_version(&self, error: &mut Error, options: &Options) {
        let Some(operation) = error.operation() else { return };
        // An operation that every version has cannot be missing because of the version.
        let has_range = operation.since.or(operation.until).is_some();
        // A removed path may match another one: `/assets/random` is read as the asset `random`.
        let (is_mismatch, is_unknown) =
            (error.is_schema_mismatch(), error.is_unknown_route() || (has_range && error.is_route_mismatch()));
        if !(is_mismatch || is_unknown) {
            return;
        }
        // The cached version may be wrong, because the server was upgraded since.
        self.forget_server_version();
        // Avoids repeated version requests to a server that does not support them.
        if !(is_mismatch || has_range) || operation.id == GetServerVersion::OPERATION.id {
            return;
        }
        // Exempt from rate limits, because the caller may still hold the response in question.
        let options = options.for_version_request().without_rate_limit();
        let Ok(version) = Box::pin(self.request_version(options)).await else { return };
        if is_mismatch {
            error.set_server(version);
        } else if !operation.is_in(version) {
            error.set_unsupported(version);
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("base_url", &self.shared.base).finish_non_exhaustive()
    }
}
