//! A response of bytes, read as it arrives.

use bytes::Bytes;
use http::header::{AsHeaderName, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use http::{HeaderMap, StatusCode};

use crate::body::ResponseBody;
use crate::disposition;
use crate::endpoint::Operation;
use crate::error::Error;

/// A response of bytes, such as a photo: its headers, and its body as it arrives.
///
/// Read it with [`chunk`](Self::chunk) at any size, or with [`bytes`](Self::bytes) when it is small. A body that
/// is cut short ends with an error.
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

    /// 200, or 206 when a range was asked for and the server gave it.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The number of bytes still to come, where the server told it.
    pub fn len(&self) -> Option<u64> {
        self.body.len()
    }

    /// Whether the response is known to have no bytes.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The media type, such as `image/jpeg`.
    pub fn content_type(&self) -> Option<&str> {
        self.text(CONTENT_TYPE)
    }

    /// The entity tag, with which a broken download can be resumed.
    pub fn etag(&self) -> Option<&str> {
        self.text(ETAG)
    }

    /// The file name that the server suggests: never of another folder, without characters that cannot be seen, and of
    /// 255 bytes at most.
    ///
    /// It comes from another machine: two answers can have the same name, and a file system may not take all of its
    /// characters.
    pub fn file_name(&self) -> Option<String> {
        self.headers.get(CONTENT_DISPOSITION).and_then(|value| disposition::file_name(value.as_bytes()))
    }

    /// The next bytes, or `None` at the end.
    ///
    /// # Errors
    /// `Transport` if the response was cut short.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.body.chunk().await.transpose().map_err(|error| Error::transport(self.operation, error))
    }

    /// All bytes.
    ///
    /// # Errors
    /// `Transport` if the response was cut short, `TooLarge` if it has more than `limit` bytes.
    pub async fn bytes(self, limit: u64) -> Result<Bytes, Error> {
        let bytes = self.body.bytes(limit).await.map_err(|error| Error::transport(self.operation, error))?;
        bytes.ok_or_else(|| Error::too_large(self.operation, &format!("more than {limit} bytes")))
    }

    /// The body alone, for programs that work with [`http_body::Body`].
    pub fn into_body(self) -> ResponseBody {
        self.body
    }

    fn text(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
