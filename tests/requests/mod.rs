//! Requests, compared by what they mean.

use http::Method;
use immich_core::incoming::{IncomingRequest, Route};
use immich_core::{BaseUrl, Body, ServerVersion};
use serde_json::Value;

/// The content of a request: the order of the query and the way it is escaped do not matter.
#[derive(Debug, PartialEq)]
pub struct Meaning {
    method: Method,
    pub path: String,
    pub query: Vec<(String, String)>,
    content_type: Option<String>,
    json: Option<Value>,
}

impl Meaning {
    /// The content of a request with this path below `/api`, with its query, and this JSON body, if any.
    pub fn new(method: Method, path_and_query: &str, json: Option<&Value>) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let mut query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        query.sort();
        let content_type = json.map(|_| "application/json".to_owned());
        Self { method, path: path.to_owned(), query, content_type, json: json.map(numbers) }
    }

    /// The content of a request that was built for [`base`].
    pub fn of(request: &http::Request<Body>) -> Self {
        let path_and_query = request.uri().path_and_query().expect("a path").as_str();
        let below = path_and_query.strip_prefix("/api").expect("below /api");
        let bytes = request.body().as_bytes().expect("bytes");
        let json = (!bytes.is_empty()).then(|| serde_json::from_slice(bytes).expect("JSON"));
        let content_type = request.headers().get("content-type");
        let content_type = content_type.map(|value| value.to_str().expect("text").to_owned());
        Self { content_type, ..Self::new(request.method().clone(), below, json.as_ref()) }
    }
}

/// The server that requests are built for.
pub fn base() -> BaseUrl {
    BaseUrl::parse("https://photos.example").expect("an address")
}

/// The request read by its operation, and built again for a server of a version.
pub fn rebuilt(
    reader: &Route,
    request: &IncomingRequest<'_>,
    server: Option<ServerVersion>,
) -> Result<http::Request<Body>, String> {
    let built =
        (reader.rebuild)(request, &base(), server).ok_or_else(|| format!("{} cannot hold it", reader.operation.id))?;
    built.map_err(|error| error.to_string())
}

/// The value with every number as a double: `7` and `7.0` are the same number.
fn numbers(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().expect("a number").into(),
        Value::Array(items) => items.iter().map(numbers).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), numbers(field))).collect(),
        other => other.clone(),
    }
}
