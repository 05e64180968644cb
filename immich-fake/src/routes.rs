//! The control routes below `/_fake`.

use std::path::Path;
use std::time::Duration;

use http::{Method, StatusCode};
use immich_mock::{Handled, PlannedFault, Seeded};
use serde_json::{Map, Value, json};

use crate::control::Controlled;
use crate::{options, save};

/// The routes, as `GET /_fake` lists them.
const ROUTES: [&str; 15] = [
    "GET /_fake",
    "POST /_fake/reset",
    "POST /_fake/checkpoint",
    "POST /_fake/seed",
    "GET /_fake/state",
    "PUT /_fake/state",
    "POST /_fake/save",
    "GET /_fake/version",
    "PUT /_fake/version",
    "GET /_fake/requests",
    "DELETE /_fake/requests",
    "PUT /_fake/assets/ID/exif",
    "GET /_fake/faults",
    "POST /_fake/faults",
    "DELETE /_fake/faults",
];

/// The response of a route.
pub(crate) enum Reply {
    Nothing,
    Json(Value),
    /// JSON that is already text.
    Text(String),
}

type Refusal = (StatusCode, String);

fn bad_request(message: impl Into<String>) -> Refusal {
    (StatusCode::BAD_REQUEST, message.into())
}

/// Responds to a control request; `route` is the path after `/_fake`.
pub(crate) fn respond(this: &Controlled, method: &Method, route: &str, body: &[u8]) -> Result<Reply, Refusal> {
    let server = &this.server;
    match (method.as_str(), route) {
        ("GET", "") => return Ok(Reply::Json(overview(this))),
        ("POST", "/reset") => server.reset(),
        ("POST", "/checkpoint") => server.checkpoint(),
        ("POST", "/seed") => return seed(this, &fields(body)?).map(Reply::Json),
        ("GET", "/state") => return Ok(Reply::Text(server.snapshot())),
        ("PUT", "/state") => {
            let text = std::str::from_utf8(body).map_err(|_| bad_request("a snapshot is text in UTF-8"))?;
            server.restore(text).map_err(|error| bad_request(error.to_string()))?;
        }
        ("POST", "/save") => {
            let no_file = || (StatusCode::CONFLICT, "there is no file: start the program with --state".to_owned());
            let file = this.state_file.as_deref().ok_or_else(no_file)?;
            let failed = |error| (StatusCode::INTERNAL_SERVER_ERROR, save::failed(file, &error));
            save::write(file, &server.snapshot()).map_err(failed)?;
        }
        ("GET", "/version") => return Ok(Reply::Json(json!({ "version": server.version().to_string() }))),
        ("PUT", "/version") => {
            let fields = fields(body)?;
            let version = fields.get("version").and_then(Value::as_str);
            let version = version.ok_or_else(|| bad_request("the body is JSON like {\"version\": \"3.1.0\"}"))?;
            server.set_version(options::version(version).map_err(bad_request)?);
        }
        ("GET", "/requests") => return Ok(Reply::Json(server.requests().iter().map(request).collect())),
        ("DELETE", "/requests") => server.clear_requests(),
        ("GET", "/faults") => return Ok(Reply::Json(server.planned().iter().map(PlannedFault::to_json).collect())),
        ("POST", "/faults") => server.plan(fault(&fields(body)?).map_err(bad_request)?),
        ("DELETE", "/faults") => server.clear_planned(),
        ("PUT", _) if route.starts_with("/assets/") && route.ends_with("/exif") => {
            let id = &route["/assets/".len()..route.len() - "/exif".len()];
            let id = id.parse().map_err(|_| bad_request(format!("{id:?} is not the id of an asset")))?;
            server.set_exif(id, &fields(body)?).map_err(bad_request)?;
        }
        _ => return Err(unknown(route)),
    }
    Ok(Reply::Nothing)
}

/// The refusal of a path, or of a method of a path.
fn unknown(route: &str) -> Refusal {
    let path = format!("/_fake{route}");
    let methods = ROUTES.iter().filter_map(|known| known.split_once(' ')).filter(|(_, known)| *known == path);
    let methods: Vec<_> = methods.map(|(method, _)| method).collect();
    match methods.is_empty() {
        true => (StatusCode::NOT_FOUND, format!("there is no route {path}; GET /_fake lists all")),
        false => (StatusCode::METHOD_NOT_ALLOWED, format!("{path} takes {}", methods.join(", "))),
    }
}

fn overview(this: &Controlled) -> Value {
    let server = &this.server;
    json!({
        "version": server.version().to_string(),
        "userId": server.admin(),
        "assets": server.asset_count(),
        "requests": server.requests().len(),
        "faults": server.planned().len(),
        "routes": ROUTES,
    })
}

fn request(handled: &Handled) -> Value {
    json!({
        "operation": handled.operation,
        "method": handled.method.as_str(),
        "path": handled.path,
        "status": handled.status.as_u16(),
    })
}

/// The fields of a JSON object.
fn fields(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(body).map_err(|error| bad_request(format!("the body is not a JSON object: {error}")))
}

/// Adds photos that are made up, or the files of a folder.
fn seed(this: &Controlled, fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let how = "the body is JSON like {\"photos\": 10} or {\"folder\": \"/photos\"}";
    let seeded = match (fields.get("photos").and_then(Value::as_u64), fields.get("folder").and_then(Value::as_str)) {
        (Some(count), None) => {
            let count = usize::try_from(count).ok().filter(|count| *count <= MOST_PHOTOS);
            let count = count.ok_or_else(|| bad_request(format!("at most {MOST_PHOTOS} photos at once")))?;
            let added = this.server.add_photos(count);
            return Ok(json!({ "added": added.len(), "duplicates": 0, "skipped": 0, "assetIds": added }));
        }
        (None, Some(_)) if !this.may_read_folders => {
            let message = "folders can only be named if the server listens on a loopback address";
            return Err((StatusCode::FORBIDDEN, message.to_owned()));
        }
        (None, Some(folder)) => this.server.seed_directory(Path::new(folder)),
        _ => return Err(bad_request(how)),
    };
    let Seeded { added, duplicates, skipped, .. } = seeded.map_err(|error| bad_request(error.to_string()))?;
    Ok(json!({ "added": added, "duplicates": duplicates, "skipped": skipped }))
}

/// More would take long enough to look like a server that hangs.
const MOST_PHOTOS: usize = 100_000;

/// The fault that a request describes, in the form of [`PlannedFault::to_json`].
fn fault(fields: &Map<String, Value>) -> Result<PlannedFault, String> {
    let known = ["operation", "times", "status", "retryAfter", "latencyMs", "cutAfter"];
    if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("{name:?} is not a field of a fault: {}", known.join(", ")));
    }
    let number = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| format!("{name:?} is a number that is not negative")),
    };
    let mut fault = match (number("status")?, number("latencyMs")?, number("cutAfter")?) {
        (Some(code), None, None) => PlannedFault::status(options::status(u16::try_from(code).unwrap_or(u16::MAX))?),
        (None, Some(millis), None) => PlannedFault::latency(Duration::from_millis(millis)),
        (None, None, Some(bytes)) => PlannedFault::cut(bytes),
        _ => return Err("a fault has one of status, latencyMs and cutAfter".to_owned()),
    };
    if let Some(seconds) = number("retryAfter")? {
        fault = fault.retry_after(seconds);
    }
    if let Some(times) = number("times")? {
        fault = fault.times(u32::try_from(times).map_err(|_| "\"times\" is too large".to_owned())?);
    }
    match fields.get("operation").map(Value::as_str) {
        None | Some(Some("*")) => Ok(fault),
        Some(Some(name)) if options::is_operation(name) => Ok(fault.of(name)),
        _ => Err("\"operation\" is not an operation of Immich; operations are named like uploadAsset".to_owned()),
    }
}
