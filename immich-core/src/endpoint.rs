//! Requests as plain values, and their conversion to `http::Request`.

use std::fmt;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;

use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::decode::Decode;
use crate::error::Error;
use crate::multipart::Form;
use crate::operation::Operation;
use crate::param::Param;
use crate::place;
use crate::version::ServerVersion;

/// All characters except those that RFC 3986 leaves unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request of the API: a plain value that can be built, inspected, and sent by a [`Client`](crate::Client).
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::{AlbumId, BaseUrl, Endpoint, api::GetAlbumInfo};
///
/// let album: AlbumId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse()?;
/// let request = GetAlbumInfo::new(album).to_request(&BaseUrl::parse("https://photos.example")?)?;
/// assert_eq!(request.uri(), "https://photos.example/api/albums/3fa85f64-5717-4562-b3fc-2c963f66afa6");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// For example, a media player can be given the URL of `PlayAssetVideo`, and request it with its own `x-api-key`
/// header.
pub trait Endpoint: Send + Sync {
    /// The decoder of the response, which determines its type.
    type Decode: Decode;

    /// Returns the description of the operation.
    fn operation(&self) -> &'static Operation;

    /// Returns path, query, headers and body, in the form for a server of this version; `None` if the version is not
    /// known.
    ///
    /// # Errors
    /// `Build` if a value is not valid in its place, such as an empty path segment.
    fn parts(&self, server: Option<ServerVersion>) -> Result<RequestParts, Error>;

    /// Returns whether the parts depend on the server version. If so, the client determines it first.
    fn is_versioned(&self) -> bool {
        false
    }

    /// Builds the request for the server at `base`, without credentials, in a form that every version accepts. Pure:
    /// the same value gives the same request, except for the boundary of a multipart form.
    ///
    /// # Errors
    /// Those of [`parts`](Self::parts).
    fn to_request(&self, base: &BaseUrl) -> Result<http::Request<Body>, Error> {
        self.to_request_for(base, None)
    }

    /// Builds the request for a server of this version.
    ///
    /// # Errors
    /// Those of [`parts`](Self::parts).
    fn to_request_for(&self, base: &BaseUrl, server: Option<ServerVersion>) -> Result<http::Request<Body>, Error> {
        self.parts(server)?.into_request(base, Self::Decode::ACCEPT)
    }
}

impl<E: Endpoint> Endpoint for &E {
    type Decode = E::Decode;

    fn operation(&self) -> &'static Operation {
        (**self).operation()
    }

    fn parts(&self, server: Option<ServerVersion>) -> Result<RequestParts, Error> {
        (**self).parts(server)
    }

    fn is_versioned(&self) -> bool {
        (**self).is_versioned()
    }
}

/// The parts of a request.
pub struct RequestParts {
    operation: &'static Operation,
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Body,
}

impl RequestParts {
    /// Creates the parts of a request of `operation`, with `segments` as its path parameters, in order.
    ///
    /// # Errors
    /// `Build` if a segment is empty, `.` or `..`, or if the number of segments does not match the path.
    pub fn new(operation: &'static Operation, segments: &[&dyn Param]) -> Result<Self, Error> {
        let path = fill_path(operation, segments)?;
        let (query, headers, body) = (String::new(), HeaderMap::new(), Body::empty());
        Ok(Self { operation, method: operation.method.clone(), path, query, headers, body })
    }

    /// Creates the parts of a request with an arbitrary path, which is sent unchanged.
    pub(crate) fn raw(operation: &'static Operation, path: &str) -> Result<Self, Error> {
        let mut parts = Self::new(operation, &[])?;
        let encoded = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\');
        if !path.starts_with('/') || !path.bytes().all(encoded) {
            return Err(Error::build(operation, "the path must start with / and be percent-encoded, without a query"));
        }
        // Some HTTP libraries resolve these, encoded or not, and so would request another path.
        if path.split('/').any(|segment| matches!(percent_decode_str(segment).decode_utf8_lossy().as_ref(), "." | ".."))
        {
            return Err(Error::build(operation, "the path has a `.` or `..` segment"));
        }
        path.clone_into(&mut parts.path);
        Ok(parts)
    }

    /// Adds a query parameter: once for each item of a list, not at all for `None`.
    pub fn query(&mut self, name: &str, value: &dyn Param) {
        value.each(&mut |text| push_pair(&mut self.query, name, text));
    }

    /// Adds a header, if there is a value.
    ///
    /// # Errors
    /// `Build` if a value contains characters that are not allowed in a header.
    pub fn header(&mut self, name: &'static str, value: &dyn Param) -> Result<(), Error> {
        let mut result = Ok(());
        value.each(&mut |text| match HeaderValue::from_str(text) {
            Ok(text) => drop(self.headers.append(HeaderName::from_static(name), text)),
            Err(_) => result = Err(Error::build(self.operation, &format!("`{name}` cannot stand in a header"))),
        });
        result
    }

    /// Sets a JSON body.
    ///
    /// # Errors
    /// `Build` if the value cannot be serialized; the message names the field, such as a required one that is not set.
    pub fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let mut json = Vec::with_capacity(128);
        serde_json::to_writer(&mut json, value).map_err(|error| self.serialize_error(&json, &error))?;
        self.body(HeaderValue::from_static("application/json"), json);
        Ok(())
    }

    /// Returns the error of a value that cannot be serialized. The JSON written so far ends at the field.
    fn serialize_error(&self, json: &[u8], error: &serde_json::Error) -> Error {
        let place = place::end(&String::from_utf8_lossy(json)).path;
        Error::build(self.operation, &format!("`{place}` of the body cannot be written: {error}"))
    }

    /// Sets an `application/x-www-form-urlencoded` body.
    pub fn urlencoded(&mut self, pairs: &[(&str, &dyn Param)]) {
        let mut form = String::new();
        for (name, value) in pairs {
            value.each(&mut |text| push_pair(&mut form, name, text));
        }
        self.body(HeaderValue::from_static("application/x-www-form-urlencoded"), form);
    }

    /// Sets a `multipart/form-data` body.
    ///
    /// # Errors
    /// None at present: the boundary only contains characters that are valid in a header.
    pub fn multipart(&mut self, form: Form) -> Result<(), Error> {
        let (content_type, body) = form.into_body();
        let content_type = HeaderValue::from_str(&content_type)
            .map_err(|_| Error::build(self.operation, "the boundary cannot stand in a header"))?;
        self.body(content_type, body);
        Ok(())
    }

    /// Sets any other body.
    pub fn body(&mut self, content_type: HeaderValue, body: impl Into<Body>) {
        self.headers.insert(CONTENT_TYPE, content_type);
        self.body = body.into();
    }

    fn into_request(self, base: &BaseUrl, accept: &'static str) -> Result<http::Request<Body>, Error> {
        let uri = base.join(&self.path, &self.query);
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = uri.ok_or_else(|| Error::build(self.operation, "the address is too long"))?;
        *request.headers_mut() = self.headers;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(accept));
        request.extensions_mut().insert(self.operation);
        Ok(request)
    }
}

impl fmt::Debug for RequestParts {
    /// Omits query and headers, which may contain a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("RequestParts");
        shown.field("method", &self.method).field("path", &self.path).field("body", &self.body).finish_non_exhaustive()
    }
}

/// Fills the parameters into the path of the operation.
fn fill_path(operation: &'static Operation, segments: &[&dyn Param]) -> Result<String, Error> {
    let mut path = String::new();
    let mut rest = operation.path;
    let mut segments = segments.iter();
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        let value = segments.next().ok_or_else(|| Error::build(operation, &format!("`{name}` has no value")))?;
        path.push_str(before);
        let mut result = Err(format!("`{name}` has no value"));
        value.each(&mut |text| {
            result = match text {
                "" => Err(format!("`{name}` is empty")),
                "." | ".." => Err(format!("`{name}` is `{text}`, which is not a valid path segment")),
                _ => {
                    path.extend(utf8_percent_encode(text, RESERVED));
                    Ok(())
                }
            }
        });
        result.map_err(|message| Error::build(operation, &message))?;
        rest = after;
    }
    if segments.next().is_some() {
        return Err(Error::build(operation, "more values than the path has parameters"));
    }
    path.push_str(rest);
    Ok(path)
}

fn push_pair(pairs: &mut String, name: &str, value: &str) {
    if !pairs.is_empty() {
        pairs.push('&');
    }
    pairs.extend(utf8_percent_encode(name, RESERVED));
    pairs.push('=');
    pairs.extend(utf8_percent_encode(value, RESERVED));
}
