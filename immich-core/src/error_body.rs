//! What a server says when it refuses, in the forms of 2.x and 3.x, and what a proxy in front of it says.

use std::fmt;
use std::time::Duration;

use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER, SERVER};
use http::{HeaderMap, Response, StatusCode, Uri};
use jiff::Timestamp;
use serde_json::Value;

use crate::body::ResponseBody;
use crate::decode::AnswerLimits;
use crate::error::ValidationIssue;
use crate::shown::line;

/// How many characters of a name from elsewhere are shown.
const NAME_LENGTH: usize = 80;

/// How many characters of one message are shown.
const MESSAGE_LENGTH: usize = 300;

/// After how many characters of messages the others are only counted.
const MESSAGES_LENGTH: usize = 600;

/// A refusal: any answer but 2xx, or a page of HTML.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) messages: Vec<String>,
    pub(crate) issues: Vec<ValidationIssue>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    source: Source,
    /// What `server` of the headers says.
    server: Option<String>,
    /// Scheme and authority of a redirect that was not followed.
    redirect: Option<String>,
}

/// Who refused, by the form of the answer.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    /// JSON with a message.
    Immich,
    /// A page, and its title.
    Page(Option<String>),
    /// Anything else.
    Unclear,
}

pub(crate) async fn read(response: Response<ResponseBody>) -> Refusal {
    // A longer refusal does not come from Immich.
    let limit = AnswerLimits::of(&response).error_bytes;
    let (head, body) = response.into_parts();
    let text = |name: &str| Some(head.headers.get(name)?.to_str().ok()?.to_owned());
    let is_page = text(CONTENT_TYPE.as_str()).is_some_and(|value| value.starts_with("text/html"));
    // The status counts, even where what explains it was cut short.
    let bytes = body.bytes(limit).await.unwrap_or_default().unwrap_or_default();
    let json: Value = if is_page { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or_default() };
    let messages = texts(&json["message"]);
    let in_body = json["correlationId"].as_str().map(str::to_owned);
    let correlation_id = in_body.or_else(|| text("x-correlation-id")).or_else(|| text("x-immich-cid"));
    let source = match () {
        () if is_page => Source::Page(title(&String::from_utf8_lossy(&bytes))),
        () if messages.is_empty() => Source::Unclear,
        () => Source::Immich,
    };
    Refusal {
        status: head.status,
        messages,
        issues: json["errors"].as_array().map(|list| list.iter().map(issue).collect()).unwrap_or_default(),
        correlation_id: correlation_id.and_then(|id| shown(&id)),
        retry_after: retry_after(&head.headers, &Timestamp::now),
        source,
        server: text(SERVER.as_str()).and_then(|name| shown(&name)),
        redirect: redirect(&head.headers).filter(|_| head.status.is_redirection()),
    }
}

/// A text, or each text of a list.
fn texts(value: &Value) -> Vec<String> {
    let several = std::slice::from_ref(value);
    let texts = value.as_array().map_or(several, Vec::as_slice).iter().filter_map(Value::as_str);
    texts.map(|text| without_query(text).to_owned()).collect()
}

/// `Cannot GET /path?key=...` repeats the query, which may hold a secret.
fn without_query(message: &str) -> &str {
    if message.starts_with("Cannot ") { message.split('?').next().unwrap_or_default() } else { message }
}

fn issue(value: &Value) -> ValidationIssue {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let steps = value["path"].as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let steps: Vec<_> = steps.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
    ValidationIssue { path: steps.join("."), code: text("code"), message: text("message") }
}

/// A name from elsewhere, as far as it can be shown.
fn shown(name: &str) -> Option<String> {
    Some(line(name, NAME_LENGTH)).filter(|line| !line.is_empty())
}

fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    shown(page.get(start..end)?)
}

/// `Retry-After`: seconds, or the date until which to wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: &dyn Fn() -> Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit()) {
        // More than a number holds is for ever.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    Some(Duration::try_from(until.duration_since(now())).unwrap_or_default())
}

fn redirect(headers: &HeaderMap) -> Option<String> {
    let target: Uri = headers.get(LOCATION)?.to_str().ok()?.parse().ok()?;
    let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{}{port}", target.scheme_str()?, line(target.host()?, NAME_LENGTH)))
}

impl Refusal {
    pub(crate) fn missing_permission(&self) -> Option<&str> {
        self.messages.iter().find_map(|message| message.strip_prefix("Missing required permission: "))
    }

    /// Whether it looks as if not Immich, but something in front or in place of it refused.
    pub(crate) fn is_from_elsewhere(&self) -> bool {
        self.source != Source::Immich
    }

    /// What the author of the program may do about it, as a sentence.
    pub(crate) fn advice(&self) -> Option<String> {
        if let Some(permission) = self.missing_permission() {
            return Some(format!("Give the API key the permission `{}`.", line(permission, NAME_LENGTH)));
        }
        let elsewhere = self.is_from_elsewhere();
        let advice = match self.status.as_u16() {
            200..=299 => "Is the base URL that of an Immich server, and is there a sign-in page in front of it?",
            401 => "Is the key or token right, and not expired?",
            404 if elsewhere || self.is_unknown_route() => "Is the base URL that of an Immich server?",
            413 if elsewhere => "Raise the limit for the size of requests of the proxy, or go around it.",
            502..=504 if elsewhere => "Immich may be starting, or be down.",
            300..=399 if self.redirect.is_some() => {
                "It is not followed. Is the base URL the one that the server wants?"
            }
            _ => return None,
        };
        Some(advice.to_owned())
    }

    /// What the server says, as far as a line can hold it.
    fn write_messages(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages = self.messages.iter().map(|message| line(message, MESSAGE_LENGTH));
        let issue = |issue: &ValidationIssue| {
            format!("`{}`: {}", line(&issue.path, NAME_LENGTH), line(&issue.message, MESSAGE_LENGTH))
        };
        let mut texts = messages.chain(self.issues.iter().map(issue));
        let (mut separator, mut length) = (if self.messages.is_empty() { "; " } else { ": " }, 0);
        while length < MESSAGES_LENGTH {
            let Some(text) = texts.next() else { return Ok(()) };
            write!(formatter, "{separator}{text}")?;
            separator = "; ";
            length += separator.len() + text.chars().count();
        }
        match texts.count() {
            0 => Ok(()),
            left => write!(formatter, "; and {left} more"),
        }
    }

    /// Whether the server does not know the path at all.
    pub(crate) fn is_unknown_route(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && self.messages.iter().any(|text| text.starts_with("Cannot "))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = match &self.source {
            Source::Page(Some(title)) => Some(format!("a page of HTML titled `{title}`")),
            Source::Page(None) => Some("a page of HTML".to_owned()),
            Source::Immich | Source::Unclear => None,
        };
        match &page {
            Some(page) if self.status.is_success() => {
                return write!(formatter, "{page} came instead of an answer of Immich");
            }
            _ => write!(formatter, "the server answered {}", self.status)?,
        }
        let proxy = matches!(self.status.as_u16(), 413 | 502..=504) && self.is_from_elsewhere();
        match (page, &self.server) {
            (Some(page), Some(server)) => write!(formatter, " with {page}, and calls itself `{server}`")?,
            (Some(page), None) => write!(formatter, " with {page}")?,
            (None, Some(server)) if proxy => write!(formatter, ", and calls itself `{server}`")?,
            (None, _) => {}
        }
        if proxy {
            formatter.write_str(": it was not Immich, but a proxy in front of it")?;
        }
        if let Some(target) = &self.redirect {
            write!(formatter, ", a redirect to {target}")?;
        }
        self.write_messages(formatter)
    }
}
