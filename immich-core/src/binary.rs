//! Binary responses, streamed.

use bytes::Bytes;
use http::header::{AsHeaderName, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use http::{HeaderMap, StatusCode};

use crate::body::ResponseBody;
use crate::disposition;
use crate::error::Error;
use crate::operation::Operation;

/// A binary response, such as a photo: its headers and its streamed body.
///
/// Read it with [`chunk`](Self::chunk), or with [`bytes`](Self::bytes) if it is small. A truncated body ends with an
/// error.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client, id: immich_sdk::AssetId) -> Result<(), Box<dyn std::error::Error>> {
/// use std::io::Write;
///
/// let mut original = client.assets().download_asset(id).await?;
/// let mut file = std::fs::File::create("photo.part")?;
/// while let Some(chunk) = original.chunk().await? {
///     file.write_all(&chunk)?;
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct BinaryResponse {
    operation: &'static Operation,
    status: StatusCode,
    headers: HeaderMap,
    body: ResponseBody,
}

impl BinaryResponse {
    pub(crate) fn new(operation: &'static Operation, response: http::Response<ResponseBody>) -> Self {
        let (head, body) = response.into_parts();
        Self { operation, status: head.status, headers: head.headers, body }
    }

    /// Returns 200, or 206 if a range was requested and the server honored it.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the number of remaining bytes, if the server reported it.
    pub fn len(&self) -> Option<u64> {
        self.body.len()
    }

    /// Returns whether the response is known to have no bytes.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// Returns the media type, such as `image/jpeg`.
    pub fn content_type(&self) -> Option<&str> {
        self.text(CONTENT_TYPE)
    }

    /// Returns the entity tag, which allows an interrupted download to be resumed.
    pub fn etag(&self) -> Option<&str> {
        self.text(ETAG)
    }

    /// Returns the file name that the server suggests, without directories and invisible characters, and at most 255
    /// bytes long.
    ///
    /// It is untrusted input: two responses may have the same name, and a file system may not support all of its
    /// characters.
    pub fn file_name(&self) -> Option<String> {
        self.headers.get(CONTENT_DISPOSITION).and_then(|value| disposition::file_name(value.as_bytes()))
    }

    /// Returns the next bytes, or `None` at the end.
    ///
    /// # Errors
    /// `Transport` if the response was truncated.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.body.chunk().await.transpose().map_err(|error| Error::transport(self.operation, error))
    }

    /// Returns all bytes.
    ///
    /// # Errors
    /// `Transport` if the response was truncated, `TooLarge` if it has more than `limit` bytes.
    pub async fn bytes(self, limit: u64) -> Result<Bytes, Error> {
        let bytes = self.body.bytes(limit).await.map_err(|error| Error::transport(self.operation, error))?;
        bytes.ok_or_else(|| Error::too_large(self.operation, &format!("more than {limit} bytes")))
    }

    /// Returns the body alone, for use with [`http_body::Body`].
    pub fn into_body(self) -> ResponseBody {
        self.body
    }

    fn text(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
