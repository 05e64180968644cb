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
use crate::decode::ResponseLimits;
use crate::endpoint::{Endpoint, Operation};
use crate::error::Error;
use crate::layer::{RetryPolicy, Timeouts};
use crate::send::HttpSend;
use crate::timer::Timer;
#[cfg(feature = "fs")]
use crate::transfer::threads::Threads;
use crate::version::{KnownVersion, ServerVersion};

/// A client of one Immich server.
///
/// It is cheap to clone, and its clones share one backend. Groups of operations are reached by methods named
/// as in Immich's API: `client.albums()`, `client.assets()`, `client.search()` and so on, see
/// [`api`](crate::api). Dropping it closes nothing that the caller injected.
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

/// What clients with different credentials have in common.
pub(crate) struct Shared {
    pub(crate) base: BaseUrl,
    /// The headers of every request, whoever asks.
    pub(crate) headers: HeaderMap,
    pub(crate) sender: Box<dyn HttpSend>,
    pub(crate) timer: Option<Arc<dyn Timer>>,
    pub(crate) timeouts: Timeouts,
    /// What says how long to wait before a download is resumed, which no layer sees.
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

    /// The address of the API.
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// Sends an endpoint, or a reference of one. Await the call, or add to it first.
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

    /// Asks with another credential from now on, instead of all before: this client and its clones.
    ///
    /// # Errors
    /// `Build` if the credential is empty or cannot stand in a header; the one before stays.
    pub fn set_credential(&self, credential: Credential) -> Result<(), Error> {
        self.replace(Credentials::new(&self.shared.headers, &[credential])?);
        Ok(())
    }

    /// Asks without a credential from now on: this client and its clones.
    pub fn clear_credential(&self) {
        self.replace(Credentials::common(&self.shared.headers));
    }

    /// A client of the same server on the same backend, with a credential of its own.
    ///
    /// # Errors
    /// `Build` if the credential is empty or cannot stand in a header.
    pub fn with_credential(&self, credential: Credential) -> Result<Self, Error> {
        Ok(self.with(Credentials::new(&self.shared.headers, &[credential])?))
    }

    /// A client of the same server on the same backend, without a credential.
    pub(crate) fn without_credential(&self) -> Self {
        self.with(Credentials::common(&self.shared.headers))
    }

    fn with(&self, credentials: Credentials) -> Self {
        Self { shared: Arc::clone(&self.shared), credentials: Arc::new(RwLock::new(credentials)) }
    }

    pub(crate) fn credentials(&self) -> Credentials {
        self.credentials.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it authenticates as a visitor of a shared link.
    #[cfg(feature = "checksum")]
    pub(crate) fn is_visitor(&self) -> bool {
        let credentials = self.credentials();
        ["x-immich-share-key", "x-immich-share-slug"].iter().any(|name| credentials.headers().contains_key(*name))
    }

    pub(crate) fn replace(&self, credentials: Credentials) {
        *self.credentials.write().unwrap_or_else(PoisonError::into_inner) = credentials;
    }

    /// The version of the server: asked for once, and kept for this client and all that share its backend.
    ///
    /// It is requested anew after a response that does not fit the version.
    ///
    /// # Errors
    /// Those of `get_server_version`.
    pub async fn server_version(&self) -> Result<ServerVersion, Error> {
        if let KnownVersion::Told(version) = self.known_version() {
            return Ok(version);
        }
        self.ask_version(Options::default()).await
    }

    async fn ask_version(&self, options: Options) -> Result<ServerVersion, Error> {
        let mut call = self.send(GetServerVersion::new());
        call.options = options;
        let version = call.await?;
        let version = ServerVersion::try_from(&version)?;
        self.set_known_version(KnownVersion::Told(version));
        Ok(version)
    }

    /// The version for whose server a request is to be built; `None` if it cannot be found out.
    pub(crate) async fn version_for_form(&self, options: &Options) -> Option<ServerVersion> {
        match self.known_version() {
            KnownVersion::Untold => return None,
            KnownVersion::Told(version) => return Some(version),
            KnownVersion::Unknown => {}
        }
        let asked = self.ask_version(options.for_question()).await;
        if asked.as_ref().is_err_and(Error::will_not_pass) {
            self.set_known_version(KnownVersion::Untold);
        }
        asked.ok()
    }

    fn known_version(&self) -> KnownVersion {
        *self.shared.version.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_known_version(&self, version: KnownVersion) {
        *self.shared.version.lock().unwrap_or_else(PoisonError::into_inner) = version;
    }

    /// Forgets the version, so that it is requested anew: a program calls it when it knows of an upgrade.
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

    /// The way of every request: layers first, the backend last. Not generic, so that it is compiled once.
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

    /// Adds to an error what the client knows, and what the server says of its version where that may explain it.
    pub(crate) async fn explain(&self, error: Error, options: &Options) -> Error {
        let mut error = self.told(error);
        self.explain_by_version(&mut error, options).await;
        error
    }

    /// The same as [`explain`](Self::explain), without a question.
    pub(crate) fn explain_by_known_version(&self, error: Error) -> Error {
        let mut error = self.told(error);
        if let (true, KnownVersion::Told(version)) = (error.is_misfit(), self.known_version()) {
            error.set_server(version);
        }
        error
    }

    /// Adds to an error the address that was asked.
    pub(crate) fn told(&self, error: Error) -> Error {
        error.asked(&self.shared.base)
    }

    /// Asks for the version of the server where that may be the reason: it does not know the path, or what it
    /// answered does not fit.
    pub(crate) async fn explain_by_version(&self, error: &mut Error, options: &Options) {
        let Some(operation) = error.operation() else { return };
        // What every version has is not missing because of the version.
        let ranged = operation.since.or(operation.until).is_some();
        // A path that is gone may be taken for another: `/assets/random` for the asset `random`.
        let (misfit, unknown) =
            (error.is_misfit(), error.is_unknown_route() || (ranged && error.is_taken_for_another()));
        if !(misfit || unknown) {
            return;
        }
        // A kept version may be the reason: the server was upgraded since.
        self.forget_server_version();
        // The question itself is not asked again and again where no server answers it.
        if !(misfit || ranged) || operation.id == GetServerVersion::OPERATION.id {
            return;
        }
        // The caller may hold the response that is to be explained.
        let options = options.for_question().beside();
        let Ok(version) = Box::pin(self.ask_version(options)).await else { return };
        if misfit {
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
