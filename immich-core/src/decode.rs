//! From an answer to its value.

use std::future::Future;
use std::marker::PhantomData;

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::binary::BinaryResponse;
use crate::body::ResponseBody;
use crate::endpoint::Operation;
use crate::error::Error;

/// How much of an answer is read. An answer of bytes streams, and has no limit.
///
/// ```
/// use immich_core::AnswerLimits;
///
/// let small = AnswerLimits::default().max_bytes(1 << 20).max_error_bytes(4 << 10);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AnswerLimits {
    pub(crate) bytes: u64,
    pub(crate) error_bytes: u64,
    headers: usize,
}

impl Default for AnswerLimits {
    /// 512 MiB of JSON or text, more than the timeline of a million photos; 64 KiB of an error; 100 headers.
    fn default() -> Self {
        Self { bytes: 512 << 20, error_bytes: 64 << 10, headers: 100 }
    }
}

impl AnswerLimits {
    /// Sets how many bytes of JSON or text are read into memory; a longer answer is the error `TooLarge`.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sets how many bytes of an error are read; a longer one is not read, and its status alone is told.
    #[must_use]
    pub fn max_error_bytes(mut self, bytes: u64) -> Self {
        self.error_bytes = bytes;
        self
    }

    /// Sets how many headers an answer may have; more are the error `TooLarge`, as are more than the HTTP library
    /// takes, which is 100 for hyper and reqwest.
    #[must_use]
    pub fn max_headers(mut self, headers: usize) -> Self {
        self.headers = headers;
        self
    }

    /// The limits that the client put on this answer.
    pub(crate) fn of(response: &Response<ResponseBody>) -> Self {
        response.extensions().get().copied().unwrap_or_default()
    }
}

/// How an answer becomes a value.
pub trait Decode: Send + 'static {
    /// The value.
    type Output: Send;

    /// The media type to ask for.
    const ACCEPT: &'static str;

    /// Whether the answer is read into memory as a whole. With a retry policy, one that breaks on the way is then
    /// asked for again where that is safe; an answer that streams is the caller's from its head on.
    const WHOLE: bool = false;

    /// Decodes the answer; any status but 2xx is an error.
    fn decode(
        operation: &'static Operation,
        response: Response<ResponseBody>,
    ) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// An answer of JSON.
#[derive(Debug)]
pub struct Json<T>(PhantomData<fn() -> T>);

/// An answer of text.
#[derive(Debug)]
pub struct Text;

/// An answer whose content does not matter.
#[derive(Debug)]
pub struct Empty;

/// An answer of bytes, read as they arrive.
#[derive(Debug)]
pub struct Binary;

impl<T: DeserializeOwned + Send + 'static> Decode for Json<T> {
    type Output = T;
    const ACCEPT: &'static str = "application/json";
    const WHOLE: bool = true;

    async fn decode(operation: &'static Operation, response: Response<ResponseBody>) -> Result<T, Error> {
        let bytes = read(operation, response).await?;
        from_json(operation, &bytes)
    }
}

impl Decode for Text {
    type Output = String;
    const ACCEPT: &'static str = "*/*";
    const WHOLE: bool = true;

    async fn decode(operation: &'static Operation, response: Response<ResponseBody>) -> Result<String, Error> {
        let bytes = read(operation, response).await?;
        String::from_utf8(bytes.into()).map_err(|_| Error::decode(operation, "", "the text is not UTF-8"))
    }
}

impl Decode for Empty {
    type Output = ();
    const ACCEPT: &'static str = "application/json";
    const WHOLE: bool = true;

    async fn decode(operation: &'static Operation, response: Response<ResponseBody>) -> Result<(), Error> {
        // The body is read so that the connection can be used again.
        read(operation, response).await.map(drop)
    }
}

impl Decode for Binary {
    type Output = BinaryResponse;
    const ACCEPT: &'static str = "*/*";

    async fn decode(operation: &'static Operation, response: Response<ResponseBody>) -> Result<BinaryResponse, Error> {
        Ok(BinaryResponse::new(operation, success(operation, response).await?))
    }
}

/// The answer if it is 2xx and came from the API.
async fn success(
    operation: &'static Operation,
    response: Response<ResponseBody>,
) -> Result<Response<ResponseBody>, Error> {
    let limits = AnswerLimits::of(&response);
    if response.headers().len() > limits.headers {
        return Err(Error::too_large(operation, &format!("more than {} headers", limits.headers)));
    }
    if response.status().is_success() && !is_page(&response) {
        return Ok(response);
    }
    Err(Error::from_response(operation, response).await)
}

/// Whether it is a page of HTML, which no API answers with.
pub(crate) fn is_page(response: &Response<ResponseBody>) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

async fn read(operation: &'static Operation, response: Response<ResponseBody>) -> Result<Bytes, Error> {
    let limit = AnswerLimits::of(&response).bytes;
    let body = success(operation, response).await?.into_body();
    let bytes = body.bytes(limit).await.map_err(|error| Error::transport(operation, error))?;
    bytes.ok_or_else(|| Error::too_large(operation, &format!("more than {limit} bytes")))
}

/// Decodes JSON. What fails is tried again with numbers such as `12.0` made integers, as some proxies and
/// serializers write them; only that second look costs anything.
pub(crate) fn from_json<T: DeserializeOwned>(operation: &'static Operation, bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).or_else(|error| {
        if error.is_data()
            && let Ok(mut value) = serde_json::from_slice::<Value>(bytes)
            && make_integers(&mut value)
            && let Ok(value) = serde_json::from_value(value)
        {
            return Ok(value);
        }
        let deserializer = &mut serde_json::Deserializer::from_slice(bytes);
        let (path, error) = match serde_path_to_error::deserialize::<_, T>(deserializer) {
            Err(error) => (error.path().to_string(), error.into_inner()),
            Ok(_) => (String::new(), error),
        };
        Err(Error::decode(operation, &path, &without_content(&error)))
    })
}

/// Makes each number that has no fraction an integer; whether there was one.
pub(crate) fn make_integers(value: &mut Value) -> bool {
    /// Up to here, a double holds every integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => {
                #[allow(clippy::cast_possible_truncation)]
                let integer = float as i64;
                *value = integer.into();
                true
            }
            _ => false,
        },
        // `fold`, not `any`: every number is made an integer.
        Value::Array(items) => items.iter_mut().fold(false, |any, item| make_integers(item) | any),
        Value::Object(fields) => fields.values_mut().fold(false, |any, field| make_integers(field) | any),
        _ => false,
    }
}

/// What serde says, without the value that it found: it may be a secret.
fn without_content(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let expected = message.rsplit_once(", expected ").map(|(_, expected)| expected);
    let expected = expected.map(|text| text.split(" at line ").next().unwrap_or(text));
    match expected {
        Some(expected) if message.starts_with("invalid") => format!("expected {expected}"),
        _ if message.starts_with("missing field") => message.split(" at line ").next().unwrap_or_default().to_owned(),
        _ if !error.is_data() => "not JSON, or cut short".to_owned(),
        _ => "a value of another form than expected".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Item {
        #[serde(default)]
        count: i64,
        #[serde(default)]
        name: Option<String>,
    }

    fn decoded(json: &str) -> Result<Vec<Item>, Error> {
        static ANY: Operation = Operation::new("any", Method::GET, "/any");
        from_json(&ANY, json.as_bytes())
    }

    #[test]
    fn an_integer_may_come_with_a_fraction_of_zero() {
        let items = decoded(r#"[{"count": 12.0}, {"count": -3.0, "name": "2.0"}]"#).expect("integers");
        assert_eq!((items[0].count, items[1].count), (12, -3));
        assert_eq!(items[1].name.as_deref(), Some("2.0"));
        assert!(decoded(r#"[{"count": 12.5}]"#).is_err());
        assert!(decoded(r#"[{"count": 1e300}]"#).is_err());
    }

    #[test]
    fn an_error_names_the_place_and_never_the_content() {
        let error = decoded(r#"[{}, {"count": "hunter2"}]"#).expect_err("a text");
        assert_eq!(error.json_path(), Some("[1].count"));
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("expected i64") && !shown.contains("hunter2"), "{shown}");
    }
}
