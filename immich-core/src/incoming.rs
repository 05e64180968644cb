//! Requests as a server receives them, and responses, decoded by operation: for tests and fakes (feature `fixtures`).

use std::fmt;

use http::Method;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::body::Body;
use crate::decode::{Binary, Decode, Empty, Json, Text, from_json};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::operation::Operation;
use crate::routes::fits;
pub use crate::routes::operations_at;
use crate::version::ServerVersion;
use crate::{BaseUrl, api};

/// A request as it was sent.
#[derive(Clone, Copy, Debug)]
pub struct IncomingRequest<'r> {
    /// The method.
    pub method: &'r Method,
    /// The path below `/api`, encoded, with its query.
    pub path_and_query: &'r str,
    /// The headers.
    pub headers: &'r http::HeaderMap,
    /// The body.
    pub body: &'r [u8],
}

impl IncomingRequest<'_> {
    /// Returns the route with this method and path. A path without parameters takes precedence over one with
    /// parameters.
    pub fn reader(&self) -> Option<&'static Route> {
        let operation = operations_at(self.method, self.path()).next()?;
        api::RECORDED.iter().find(|reader| reader.operation.id == operation.id)
    }

    /// Returns the path below `/api`, encoded, without its query.
    fn path(&self) -> &str {
        self.path_and_query.split('?').next().unwrap_or_default()
    }

    /// Returns the decoded values of the path parameters, in order, if the path matches the operation.
    pub fn path_values(&self, operation: &Operation) -> Option<Vec<String>> {
        let (path, template) = (self.path(), operation.path);
        if path.split('/').count() != template.split('/').count() || !fits(template, path) {
            return None;
        }
        let parameters = template.split('/').zip(path.split('/')).filter(|(wanted, _)| wanted.starts_with('{'));
        Some(parameters.map(|(_, given)| percent_decode_str(given).decode_utf8_lossy().into_owned()).collect())
    }

    /// Returns the decoded values of a query parameter.
    pub fn query_values(&self, name: &str) -> Vec<String> {
        let query = self.path_and_query.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| decode(key) == name).map(|(_, value)| decode(value)).collect()
    }

    /// Returns the values of a header.
    pub fn header_values(&self, name: &str) -> Vec<String> {
        let values = self.headers.get_all(name).iter();
        values.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect()
    }
}

/// Decodes a value of a query, in which a plus is a space.
fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// An endpoint that can be parsed from a request.
pub trait Incoming: Endpoint + Sized {
    /// Parses the endpoint of a request; `None` if it is not of this operation, or is a form.
    fn read(request: &IncomingRequest<'_>) -> Option<Self>;
}

/// A decoder whose responses can be serialized again.
pub trait Rewritten: Decode {
    /// Decodes a response and serializes it again; `None` if it is not JSON.
    fn rewrite(operation: &'static Operation, bytes: &[u8]) -> Option<Result<Value, Error>>;

    /// Returns the `Debug` output of a response; `None` if it is not JSON that can be decoded.
    fn shown(operation: &'static Operation, bytes: &[u8]) -> Option<String>;
}

impl<T: DeserializeOwned + Serialize + fmt::Debug + Send + 'static> Rewritten for Json<T> {
    fn rewrite(operation: &'static Operation, bytes: &[u8]) -> Option<Result<Value, Error>> {
        let rewritten = from_json::<T>(operation, bytes)
            .and_then(|value| serde_json::to_value(value).map_err(|_| Error::build(operation, "not to be written")));
        Some(rewritten)
    }

    fn shown(operation: &'static Operation, bytes: &[u8]) -> Option<String> {
        Some(format!("{:?}", from_json::<T>(operation, bytes).ok()?))
    }
}

macro_rules! not_json {
    ($($decode:ty),+) => {$(
        impl Rewritten for $decode {
            fn rewrite(_: &'static Operation, _: &[u8]) -> Option<Result<Value, Error>> {
                None
            }

            fn shown(_: &'static Operation, _: &[u8]) -> Option<String> {
                None
            }
        }
    )+};
}

not_json!(Text, Empty, Binary);

/// A response that was decoded and serialized again.
pub type Rewriting = Result<Value, Error>;

/// A request that was parsed and built again.
pub type Rebuilding = Result<http::Request<Body>, Error>;

/// Parses recorded requests and responses of one operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Route {
    /// The operation.
    pub operation: &'static Operation,
    /// Decodes a response and serializes it again; `None` if the responses of the operation are not JSON.
    pub rewrite: fn(&'static Operation, &[u8]) -> Option<Rewriting>,
    /// Parses a request into its endpoint, and builds it again for a server version; `None` if the endpoint cannot
    /// represent it.
    pub rebuild: fn(&IncomingRequest<'_>, &BaseUrl, Option<ServerVersion>) -> Option<Rebuilding>,
    /// Returns the `Debug` output of the endpoint of a request; `None` if the endpoint cannot represent it.
    pub shown: fn(&IncomingRequest<'_>) -> Option<String>,
    /// Returns the `Debug` output of a response; `None` if it is not JSON that can be decoded.
    pub shown_answer: fn(&'static Operation, &[u8]) -> Option<String>,
}

impl Route {
    /// Creates the route of the operation of `E`.
    pub(crate) const fn new<E>(operation: &'static Operation) -> Self
    where
        E: Incoming + fmt::Debug,
        E::Decode: Rewritten,
    {
        Self {
            operation,
            rewrite: |operation, bytes| E::Decode::rewrite(operation, bytes),
            rebuild: |request, base, server| Some(E::read(request)?.to_request_for(base, server)),
            shown: |request| Some(format!("{:?}", E::read(request)?)),
            shown_answer: |operation, bytes| E::Decode::shown(operation, bytes),
        }
    }
}

/// Parses a value from its strings: as a string, as JSON (a number, `true`), or as an array.
pub(crate) fn value<T: DeserializeOwned>(texts: &[String]) -> Option<T> {
    let parsed = |text: &String| serde_json::from_str::<Value>(text).unwrap_or_else(|_| text.as_str().into());
    let as_list = |of: fn(&String) -> Value| serde_json::from_value(texts.iter().map(of).collect()).ok();
    let single = match texts {
        [only] => {
            let text = serde_json::from_value(only.as_str().into());
            // Some versions require a date to be sent with a time.
            let date = || serde_json::from_value(only.split('T').next()?.into()).ok();
            text.or_else(|_| serde_json::from_value(parsed(only))).ok().or_else(date)
        }
        _ => None,
    };
    single
        .or_else(|| as_list(|text| text.as_str().into()))
        .or_else(|| serde_json::from_value(texts.iter().map(parsed).collect()).ok())
}

/// Parses a value that may be absent; `None` if a value is present and cannot be parsed.
#[allow(clippy::option_option)]
pub(crate) fn optional<T: DeserializeOwned>(texts: &[String]) -> Option<Option<T>> {
    if texts.is_empty() { Some(None) } else { value(texts).map(Some) }
}

/// Parses a body, or one that may be absent.
pub(crate) fn body<T: DeserializeOwned, B: BodyOf<T>>(request: &IncomingRequest<'_>) -> Option<B> {
    B::of(request.body)
}

pub(crate) trait BodyOf<T>: Sized {
    fn of(bytes: &[u8]) -> Option<Self>;
}

impl<T: DeserializeOwned> BodyOf<T> for T {
    fn of(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

impl<T: DeserializeOwned> BodyOf<T> for Option<T> {
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() { Some(None) } else { serde_json::from_slice(bytes).ok().map(Some) }
    }
}
