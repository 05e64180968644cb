//! What a server says when it refuses, in the forms of 2.x and 3.x.

use std::fmt;
use std::time::Duration;

use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode, Uri};
use jiff::Timestamp;
use serde_json::Value;

use crate::body::ResponseBody;
use crate::error::ValidationIssue;

/// A longer refusal does not come from Immich, and is not read.
const LIMIT: u64 = 64 << 10;

/// A refusal: any answer but 2xx, or a page of HTML.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) html: bool,
    pub(crate) messages: Vec<String>,
    pub(crate) issues: Vec<ValidationIssue>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Scheme and authority of a redirect that was not followed.
    redirect: Option<String>,
}

pub(crate) async fn read(response: Response<ResponseBody>) -> Refusal {
    let (head, body) = response.into_parts();
    let text = |name: &str| Some(head.headers.get(name)?.to_str().ok()?.to_owned());
    let html = text(CONTENT_TYPE.as_str()).is_some_and(|value| value.starts_with("text/html"));
    // The status counts, even where what explains it was cut short.
    let bytes = if html { None } else { body.bytes(LIMIT).await.unwrap_or_default() };
    let json: Value = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let in_body = json["correlationId"].as_str().map(str::to_owned);
    Refusal {
        status: head.status,
        html,
        messages: texts(&json["message"]),
        issues: json["errors"].as_array().map(|list| list.iter().map(issue).collect()).unwrap_or_default(),
        correlation_id: in_body.or_else(|| text("x-correlation-id")).or_else(|| text("x-immich-cid")),
        retry_after: text(RETRY_AFTER.as_str()).and_then(|value| wait(&value)),
        redirect: redirect(&head.headers),
    }
}

/// A text, or each text of a list.
fn texts(value: &Value) -> Vec<String> {
    let several = std::slice::from_ref(value);
    value.as_array().map_or(several, Vec::as_slice).iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn issue(value: &Value) -> ValidationIssue {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let steps = value["path"].as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let steps: Vec<_> = steps.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
    ValidationIssue { path: steps.join("."), code: text("code"), message: text("message") }
}

/// `Retry-After`: seconds, or the date until which to wait.
fn wait(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    Some(Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default())
}

fn redirect(headers: &HeaderMap) -> Option<String> {
    let target: Uri = headers.get(LOCATION)?.to_str().ok()?.parse().ok()?;
    let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{}{port}", target.scheme_str()?, target.host()?))
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.html {
            return write!(formatter, "the answer ({}) is a page of HTML: this is not an Immich API", self.status);
        }
        write!(formatter, "the server answered {}", self.status)?;
        match &self.redirect {
            Some(target) if self.status.is_redirection() => {
                write!(formatter, ", a redirect to {target} that is not followed: is that the base URL?")?;
            }
            _ => {}
        }
        for (index, message) in self.messages.iter().enumerate() {
            write!(formatter, "{}{message}", if index == 0 { ": " } else { "; " })?;
        }
        for issue in &self.issues {
            write!(formatter, "; `{}`: {}", issue.path, issue.message)?;
        }
        Ok(())
    }
}
