//! Decoding of responses.

use std::future::Future;
use std::marker::PhantomData;

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::binary::BinaryResponse;
use crate::body::ResponseBody;
use crate::error::Error;
use crate::integers::with_integers;
use crate::operation::Operation;
use crate::place::{self, Place};
use crate::response::{NOT_JSON, PATH_LENGTH, ResponseLimits, coding, is_page, media_type};
use crate::shown::in_one_line;

/// Decodes a response into a value.
pub trait Decode: Send + 'static {
    /// The decoded value.
    type Output: Send;

    /// The media type to accept.
    const ACCEPT: &'static str;

    /// Whether the response is read into memory completely. If it is, a truncated response can be retried; a streamed
    /// response is never retried once its headers have arrived.
    const WHOLE: bool = false;

    /// Decodes the response; any status other than 2xx is an error.
    fn decode(
        operation: &'static Operation,
        response: Response<ResponseBody>,
    ) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// Decodes JSON.
#[derive(Debug)]
pub struct Json<T>(PhantomData<fn() -> T>);

/// Decodes text.
#[derive(Debug)]
pub struct Text;

/// Ignores the body of the response.
#[derive(Debug)]
pub struct Empty;

/// Returns the bytes of the response as a stream.
#[derive(Debug)]
pub struct Binary;

impl<T: DeserializeOwned + Send + 'static> Decode for Json<T> {
    type Output = T;
    const ACCEPT: &'static str = "application/json";
    const WHOLE: bool = true;

    async fn decode(operation: &'static Operation, response: Response<ResponseBody>) -> Result<T, Error> {
        let content_type = response.headers().get(CONTENT_TYPE).cloned();
        let bytes = read(operation, response).await?;
        from_json(operation, &bytes).map_err(|error| error.with_media_type(media_type(content_type.as_ref())))
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
        // The body is read to its end so that the connection can be reused.
        read(operation, response).await.map(drop)
    }
}

impl Decode for Binary {
    type Output = BinaryResponse;
    const ACCEPT: &'static str = "*/*";

    async fn decode(operation: &'static Operation, response: Response<ResponseBody>) -> Result<BinaryResponse, Error> {
        Ok(BinaryResponse::new(operation, check_status(operation, response).await?))
    }
}

/// Returns the response if it is 2xx and came from the API.
async fn check_status(
    operation: &'static Operation,
    response: Response<ResponseBody>,
) -> Result<Response<ResponseBody>, Error> {
    let limits = ResponseLimits::of(&response);
    if response.headers().len() > limits.headers {
        return Err(Error::too_large(operation, &format!("more than {} headers", limits.headers)).with_limit_hint());
    }
    if let Some(coding) = coding(response.headers()).filter(|_| response.status().is_success()) {
        return Err(Error::compressed(operation, &coding));
    }
    if response.status().is_success() && !is_page(&response) {
        return Ok(response);
    }
    // Boxed, so that successful responses do not need its space.
    Err(Box::pin(Error::from_response(operation, response)).await)
}

async fn read(operation: &'static Operation, response: Response<ResponseBody>) -> Result<Bytes, Error> {
    let limit = ResponseLimits::of(&response).bytes;
    let body = check_status(operation, response).await?.into_body();
    let bytes = body.bytes(limit).await.map_err(|error| Error::transport(operation, error))?;
    bytes.ok_or_else(|| Error::too_large(operation, &format!("more than {limit} bytes")).with_limit_hint())
}

/// Responses up to this length are checked for such numbers even if the error does not mention one.
const ALWAYS_REPAIRED: usize = 1 << 20;

/// Decodes JSON. If that fails, it is decoded again with numbers such as `12.0` converted to integers, as some proxies
/// and serializers write them. Only this second pass has a cost.
// A single call of serde_json, so that the decoder of each type is compiled once.
pub(crate) fn from_json<T: DeserializeOwned>(operation: &'static Operation, bytes: &[u8]) -> Result<T, Error> {
    // UTF-8 is checked once, instead of for each string.
    let json = std::str::from_utf8(bytes).map_err(|_| Error::decode(operation, "", NOT_JSON))?;
    let mut repaired = None;
    loop {
        let json = repaired.as_deref().unwrap_or(json);
        let error = match serde_json::from_str(json) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        match repair(json, &error).filter(|_| repaired.is_none()) {
            Some(json) => repaired = Some(json),
            None => return Err(mismatch_error(operation, json, &error)),
        }
    }
}

/// Converts numbers such as `12.0` to integers, if one of them may have caused the error.
fn repair(json: &str, error: &serde_json::Error) -> Option<String> {
    let is_number = || json.len() <= ALWAYS_REPAIRED || error.to_string().contains("floating point");
    if error.is_data() && is_number() { with_integers(json) } else { None }
}

/// Returns the error of JSON that does not match the API description, or is not valid.
fn mismatch_error(operation: &'static Operation, json: &str, error: &serde_json::Error) -> Error {
    if !error.is_data() {
        return Error::decode(operation, "", malformed(json, error));
    }
    let Place { path, kind } = place::of_error(json, error);
    let path = in_one_line(&path, PATH_LENGTH).unwrap_or_default();
    let whole = if path.is_empty() { "in the response: " } else { "" };
    Error::decode(operation, &path, &format!("{whole}{}", without_content(error, kind)))
}

/// Describes bytes that are not valid JSON.
fn malformed(json: &str, error: &serde_json::Error) -> &'static str {
    match error.classify() {
        _ if json.trim_ascii().is_empty() => "the response is empty, expected JSON",
        Category::Eof => "the JSON of the response is truncated",
        _ => NOT_JSON,
    }
}

/// Returns serde's message without the value, which may be a secret.
fn without_content(error: &serde_json::Error, found: Option<&'static str>) -> String {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    if message.starts_with("missing field") {
        return message.to_owned();
    }
    let found = found.unwrap_or("something else");
    let described = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    match described.and_then(|described| described.rsplit_once(", expected ")) {
        Some((value, expected)) => {
            // If a value was buffered, the path ends above it, but serde reports the inner value.
            let found = serde_kind(value).unwrap_or(found);
            let suffix = if message.starts_with("invalid value") { " that does not fit" } else { "" };
            format!("expected {}, found {found}{suffix}", expected_kind(expected))
        }
        None => match expected_form(message) {
            Some(form) => format!("expected {form}, found {}", found.replacen("a string", "another string", 1)),
            None => format!("found {found} of an unexpected form"),
        },
    }
}

/// Maps the start of a value description of serde to a JSON type.
fn serde_kind(described: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 7] = [
        ("string", "a string"),
        ("floating point", "a number with a fraction"),
        ("integer", "a number"),
        ("boolean", "a boolean"),
        ("sequence", "an array"),
        ("map", "an object"),
        ("null", "null"),
    ];
    KINDS.iter().find(|(name, _)| described.starts_with(name)).map(|(_, kind)| *kind)
}

/// Maps the description of an expected Rust type to a JSON type.
fn expected_kind(expected: &str) -> &str {
    match expected {
        "a string" | "a borrowed string" | "str" | "string" => "a string",
        "a sequence" => "an array",
        "f32" | "f64" => "a number",
        "unit" => "null",
        "a formatted UUID string" | "a UUID string" => "a UUID",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "an integer",
        _ if expected.starts_with("struct ") => "an object",
        _ if expected.starts_with("tuple ") => "an array",
        other => other,
    }
}

/// Returns what a string was expected to be, from the error of its parser.
fn expected_form(message: &str) -> Option<&'static str> {
    match message {
        _ if message.starts_with("UUID parsing failed") => Some("a UUID"),
        _ if message.starts_with("not a date and time") => Some("a date and time"),
        _ => None,
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
    fn decodes_integers_with_a_zero_fraction() {
        let items = decoded(r#"[{"count": 12.0}, {"count": -3.0, "name": "2.0"}]"#).expect("integers");
        assert_eq!((items[0].count, items[1].count), (12, -3));
        assert_eq!(items[1].name.as_deref(), Some("2.0"));
        assert!(decoded(r#"[{"count": 12.5}]"#).is_err());
        assert!(decoded(r#"[{"count": 1e300}]"#).is_err());
    }

    #[test]
    fn error_shows_the_path_but_not_the_content() {
        let error = decoded(r#"[{}, {"count": "hunter2"}]"#).expect_err("a string");
        assert_eq!(error.json_path(), Some("[1].count"));
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("expected an integer, found a string"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    fn message<T: DeserializeOwned>(json: &str) -> String {
        static ANY: Operation = Operation::new("any", Method::GET, "/any");
        let message = from_json::<T>(&ANY, json.as_bytes()).err().expect(json).to_string();
        message.strip_prefix("any (GET /any): ").expect("the operation").to_owned()
    }

    #[test]
    fn error_shows_expected_and_found_kinds() {
        use crate::{AssetId, LocalDateTime};
        use jiff::Timestamp;
        use std::collections::BTreeMap;

        for (message, expected) in [
            (message::<Vec<bool>>(r#"[null]"#), "at `[0]` of the response: expected a boolean, found null"),
            (message::<Vec<String>>(r#"[[1]]"#), "at `[0]` of the response: expected a string, found an array"),
            (message::<Vec<i64>>("{}"), "in the response: expected an array, found an object"),
            (
                message::<Vec<u8>>("[300]"),
                "at `[0]` of the response: expected an integer, found a number that does not fit",
            ),
            (
                message::<Vec<i64>>("[1.5]"),
                "at `[0]` of the response: expected an integer, found a number with a fraction",
            ),
            (message::<Vec<Item>>("[7]"), "at `[0]` of the response: expected an object, found a number"),
            (
                message::<Vec<AssetId>>(r#"["hunter2"]"#),
                "at `[0]` of the response: expected a UUID, found another string",
            ),
            (message::<Timestamp>(r#""hunter2""#), "in the response: found a string of an unexpected form"),
            (
                message::<LocalDateTime>(r#""hunter2""#),
                "in the response: expected a date and time, found another string",
            ),
            (
                message::<BTreeMap<String, bool>>("{\"a\\nb\": 1}"),
                "at `a b` of the response: expected a boolean, found a number",
            ),
            (message::<Vec<bool>>(""), "the response is empty, expected JSON"),
            (message::<Vec<bool>>("[true, "), "the JSON of the response is truncated"),
            (message::<Vec<bool>>("hunter2"), "the response is not JSON"),
        ] {
            assert_eq!(message, expected);
        }
    }
}
