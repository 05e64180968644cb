//! Requests for endpoints that this crate does not cover.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde::Serialize;

use crate::decode::{Decode, Json};
use crate::endpoint::{Endpoint, RequestParts};
use crate::error::Error;
use crate::operation::Operation;
use crate::version::ServerVersion;

/// A request for an endpoint that this crate does not cover, such as one of a newer server or a fork.
///
/// The response is any JSON, unless another decoder is selected, as in
/// `RawRequest::get("/new/file").decode_as::<Binary>()`.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
/// use immich_sdk::RawRequest;
///
/// let response = client.send(RawRequest::get("/new/thing").query("page", "2")).await?;
/// # let _: serde_json::Value = response; Ok(()) }
/// ```
pub struct RawRequest<D = Json<serde_json::Value>> {
    operation: &'static Operation,
    path: String,
    query: Vec<(String, String)>,
    json: Option<Bytes>,
    decode: PhantomData<fn() -> D>,
}

macro_rules! methods {
    ($($function:ident $method:ident $words:literal,)+) => {
        impl RawRequest {$(
            #[doc = concat!("Creates a ", $words, " request with a JSON response of any shape.")]
            ///
            /// `path` is the path below `/api`, percent-encoded and without a query.
            pub fn $function(path: impl Into<String>) -> Self {
                static OPERATION: Operation = Operation::new("undescribed", Method::$method, "/...");
                Self { operation: &OPERATION, path: path.into(), query: Vec::new(), json: None, decode: PhantomData }
            }
        )+}
    };
}

methods! {
    get GET "GET",
    post POST "POST",
    put PUT "PUT",
    patch PATCH "PATCH",
    delete DELETE "DELETE",
}

impl<D> RawRequest<D> {
    /// Selects another decoder of the response, such as `Json<MyType>`, `Text`, `Empty` or `Binary`.
    pub fn decode_as<Other: Decode>(self) -> RawRequest<Other> {
        let Self { operation, path, query, json, .. } = self;
        RawRequest { operation, path, query, json, decode: PhantomData }
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets a JSON body.
    ///
    /// # Errors
    /// `Build` if the value cannot be serialized.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Result<Self, Error> {
        let json = serde_json::to_vec(value);
        self.json = Some(json.map_err(|_| Error::build(self.operation, "the body cannot be written as JSON"))?.into());
        Ok(self)
    }
}

impl<D> fmt::Debug for RawRequest<D> {
    /// Omits the values of the query and the body, which may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        let mut shown = formatter.debug_struct("RawRequest");
        shown.field("method", &self.operation.method).field("path", &self.path).field("query", &names);
        shown.field("json", &self.json.as_ref().map(Bytes::len)).finish_non_exhaustive()
    }
}

impl<D: Decode> Endpoint for RawRequest<D> {
    type Decode = D;

    fn operation(&self) -> &'static Operation {
        self.operation
    }

    fn parts(&self, _: Option<ServerVersion>) -> Result<RequestParts, Error> {
        let mut parts = RequestParts::raw(self.operation, &self.path)?;
        for (name, value) in &self.query {
            parts.query(name, value);
        }
        if let Some(json) = &self.json {
            parts.body(HeaderValue::from_static("application/json"), json.clone());
        }
        Ok(parts)
    }
}
