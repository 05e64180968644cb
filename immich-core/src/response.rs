//! Facts of a response before it is decoded: its limits and its media type.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response};

use crate::body::ResponseBody;
use crate::shown::in_one_line;

/// The maximum number of characters shown of a path in a response.
pub(crate) const PATH_LENGTH: usize = 200;

/// The message for a response that is not JSON.
pub(crate) const NOT_JSON: &str = "the response is not JSON";

/// Limits on the size of a response. Binary responses are streamed without a limit.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::ResponseLimits;
///
/// let small = ResponseLimits::default().max_bytes(1 << 20).max_error_bytes(4 << 10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponseLimits {
    pub(crate) bytes: u64,
    pub(crate) error_bytes: u64,
    pub(crate) headers: usize,
}

impl Default for ResponseLimits {
    /// 512 MiB of JSON or text, more than the timeline of a million photos; 64 KiB of an error; 100 headers.
    fn default() -> Self {
        Self { bytes: 512 << 20, error_bytes: 64 << 10, headers: 100 }
    }
}

impl ResponseLimits {
    /// Sets the maximum number of bytes of JSON or text. A longer response is a `TooLarge` error.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sets the maximum number of bytes of an error response. Of a longer one, only the status is reported.
    #[must_use]
    pub fn max_error_bytes(mut self, bytes: u64) -> Self {
        self.error_bytes = bytes;
        self
    }

    /// Sets the maximum number of headers of a response. More are a `TooLarge` error; the HTTP library may have a lower
    /// limit, which is 100 for hyper and reqwest.
    #[must_use]
    pub fn max_headers(mut self, headers: usize) -> Self {
        self.headers = headers;
        self
    }

    /// Returns the limits that the client set on this response, or the defaults.
    pub(crate) fn of(response: &Response<ResponseBody>) -> Self {
        response.extensions().get().copied().unwrap_or_default()
    }
}

/// Returns whether the response is an HTML page, which the API never returns.
pub(crate) fn is_page(response: &Response<ResponseBody>) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

/// Returns the content coding of a compressed body. A backend that decompresses removes the header.
pub(crate) fn coding(headers: &HeaderMap) -> Option<String> {
    let codings = headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let coding = codings
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .find(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"));
    in_one_line(coding?, PATH_LENGTH)
}

/// Returns the media type without its parameters.
pub(crate) fn media_type(content_type: Option<&HeaderValue>) -> Option<String> {
    in_one_line(content_type?.to_str().ok()?.split(';').next()?, PATH_LENGTH)
}
