//! The client: an address, credentials, and a backend.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use http::Request;

use crate::base_url::BaseUrl;
use crate::body::{Body, ResponseBody};
use crate::builder::ClientBuilder;
use crate::call::Call;
use crate::decode::Decode;
use crate::endpoint::{Endpoint, Operation};
use crate::error::Error;
use crate::send::HttpSend;

/// A client of one Immich server.
///
/// It is cheap to clone, and its clones share one backend. Groups of operations are reached by methods named
/// as in Immich's API: `client.albums()`, `client.assets()`, `client.search()` and so on, see
/// [`api`](crate::api). Dropping it closes nothing that the caller injected.
///
/// ```no_run
/// # async fn example(backend: impl immich_core::HttpSend + 'static) -> Result<(), immich_core::Error> {
/// use immich_core::Client;
///
/// let client = Client::builder("https://photos.example").api_key("secret").backend(backend).build()?;
/// for album in client.albums().get_all_albums().await? {
///     println!("{}: {} assets", album.album_name, album.asset_count);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    base: BaseUrl,
    sender: Box<dyn HttpSend>,
}

impl Client {
    /// Starts building a client of the server at `base_url`, with or without `/api`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }

    pub(crate) fn new(base: BaseUrl, sender: Box<dyn HttpSend>) -> Self {
        Self(Arc::new(Inner { base, sender }))
    }

    /// The address of the API.
    pub fn base_url(&self) -> &BaseUrl {
        &self.0.base
    }

    /// Sends an endpoint, or a reference of one. Await the call, or add to it first.
    ///
    /// ```no_run
    /// # async fn example(client: immich_core::Client) -> Result<(), immich_core::Error> {
    /// use immich_core::api::GetServerVersion;
    ///
    /// let request = GetServerVersion::new();
    /// let version = client.send(&request).await?;
    /// println!("{}.{}.{}", version.major, version.minor, version.patch);
    /// # Ok(()) }
    /// ```
    pub fn send<E: Endpoint>(&self, endpoint: E) -> Call<'_, E> {
        Call::new(self, endpoint)
    }

    /// The way of every request: layers first, the backend last. Not generic, so that it is compiled once.
    pub(crate) async fn exchange(
        &self,
        operation: &'static Operation,
        request: Request<Body>,
    ) -> Result<http::Response<ResponseBody>, Error> {
        self.0.sender.send(request).await.map_err(|error| Error::transport(operation, error).asked(&self.0.base))
    }

    /// Decodes the answer of an exchange; an error tells which address was asked.
    pub(crate) fn decode<D: Decode>(
        &self,
        operation: &'static Operation,
        response: http::Response<ResponseBody>,
    ) -> impl Future<Output = Result<D::Output, Error>> + Send + use<'_, D> {
        let decoded = D::decode(operation, response);
        async move { decoded.await.map_err(|error| error.asked(&self.0.base)) }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("base_url", &self.0.base).finish_non_exhaustive()
    }
}
