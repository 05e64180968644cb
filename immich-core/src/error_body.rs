//! Error responses of servers 2.x and 3.x, and of proxies in front of them.

use std::fmt;
use std::time::Duration;

use http::header::{DATE, LOCATION, RETRY_AFTER, SERVER};
use http::{HeaderMap, Method, Response, StatusCode, Uri};
use jiff::Timestamp;
use serde_json::Value;

use crate::body::ResponseBody;
use crate::operation::Operation;
use crate::response::{ResponseLimits, coding, is_page};
use crate::shown::{in_one_line, line};

/// The maximum number of characters shown of a name in a response.
const NAME_LENGTH: usize = 80;

/// The maximum number of characters shown of a message.
const MESSAGE_LENGTH: usize = 300;

/// Once this many characters of messages are shown, the remaining messages are only counted.
const MESSAGES_LENGTH: usize = 600;

/// A validation error of a request, as reported by servers 3.x.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidationIssue {
    /// The path of the field, such as `assets.0.id`.
    pub path: String,
    /// The code of the rule, such as `invalid_type`.
    pub code: String,
    /// The message of the server.
    pub message: String,
}

/// An error response: any status other than 2xx, or an HTML page.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) messages: Vec<String>,
    pub(crate) issues: Vec<ValidationIssue>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Hints on how to fix the problem, as sentences.
    pub(crate) advice: Option<String>,
    source: Source,
    /// The `server` header.
    server: Option<String>,
    /// The target of a redirect that was not followed.
    redirect: Option<Redirect>,
    /// The content coding, if the body is compressed.
    coding: Option<String>,
}

/// A redirect that was not followed.
#[derive(Debug)]
enum Redirect {
    /// To the same server.
    SameOrigin,
    /// To another origin: scheme and authority.
    OtherOrigin(String),
    /// To an app on the user's device, by its scheme.
    App(String),
}

/// The origin of an error response, judged by its form.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    /// JSON with a message.
    Immich,
    /// An HTML page, with its title.
    Page(Option<String>),
    /// Anything else.
    Unknown,
}

pub(crate) async fn read(operation: &Operation, response: Response<ResponseBody>) -> Refusal {
    // A longer error response does not come from Immich.
    let limit = ResponseLimits::of(&response).error_bytes;
    let is_page = is_page(&response);
    let (head, body) = response.into_parts();
    let text = |name: &str| Some(head.headers.get(name)?.to_str().ok()?.to_owned());
    // The status is reported even if the body is truncated.
    let bytes = body.bytes(limit).await.unwrap_or_default().unwrap_or_default();
    let json: Value = if is_page { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or_default() };
    let messages = strings(&json["message"]);
    let in_body = json["correlationId"].as_str().map(str::to_owned);
    let correlation_id = in_body.or_else(|| text("x-correlation-id")).or_else(|| text("x-immich-cid"));
    let source = match () {
        () if is_page => Source::Page(title(&String::from_utf8_lossy(&bytes))),
        () if messages.is_empty() => Source::Unknown,
        () => Source::Immich,
    };
    let mut refusal = Refusal {
        status: head.status,
        messages,
        issues: json["errors"].as_array().map(|list| list.iter().map(issue).collect()).unwrap_or_default(),
        // A server 3.1.0 sends this if it has none.
        correlation_id: correlation_id.filter(|id| id != "undefined").and_then(|id| shown(&id)),
        retry_after: retry_after(&head.headers, &Timestamp::now),
        source,
        server: text(SERVER.as_str()).and_then(|name| shown(&name)),
        redirect: redirect(&head.headers).filter(|_| head.status.is_redirection()),
        coding: coding(&head.headers),
        advice: None,
    };
    refusal.advice = refusal.advise(operation);
    refusal
}

/// Returns a string, or each string of an array.
fn strings(value: &Value) -> Vec<String> {
    let several = std::slice::from_ref(value);
    let strings = value.as_array().map_or(several, Vec::as_slice).iter().filter_map(Value::as_str);
    strings.map(|text| without_query(text).to_owned()).collect()
}

/// Removes the query from `Cannot GET /path?key=...`, because it may contain a secret.
fn without_query(message: &str) -> &str {
    if message.starts_with("Cannot ") { message.split('?').next().unwrap_or_default() } else { message }
}

fn issue(value: &Value) -> ValidationIssue {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let steps = value["path"].as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let steps: Vec<_> = steps.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
    ValidationIssue { path: steps.join("."), code: text("code"), message: text("message") }
}

/// Shortens a name from a response, so that it can be shown.
fn shown(name: &str) -> Option<String> {
    in_one_line(name, NAME_LENGTH)
}

fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    shown(page.get(start..end)?)
}

/// Parses `Retry-After`: seconds, or the date until which to wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: &dyn Fn() -> Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit()) {
        // A value that overflows means forever.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = |value: &str| Some(jiff::fmt::rfc2822::parse(value).ok()?.timestamp());
    let until = date(value)?;
    // Relative to the clock of the server, because the local one may be wrong.
    let sent = headers.get(DATE).and_then(|value| date(value.to_str().ok()?.trim()));
    Some(Duration::try_from(until.duration_since(sent.unwrap_or_else(now))).unwrap_or_default())
}

fn redirect(headers: &HeaderMap) -> Option<Redirect> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    if let Some((scheme, _)) = location.split_once(':')
        && !scheme.starts_with("http")
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    {
        return Some(Redirect::App(line(scheme, NAME_LENGTH)));
    }
    let Ok(target) = location.parse::<Uri>() else { return Some(Redirect::SameOrigin) };
    let (Some(scheme), Some(host)) = (target.scheme_str(), target.host()) else { return Some(Redirect::SameOrigin) };
    let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(Redirect::OtherOrigin(format!("{scheme}://{}{port}", line(host, NAME_LENGTH))))
}

impl Refusal {
    pub(crate) fn missing_permission(&self) -> Option<&str> {
        self.messages.iter().find_map(|message| message.strip_prefix("Missing required permission: "))
    }

    /// Returns whether the response seems to come from a proxy or another server, not from Immich.
    pub(crate) fn is_from_elsewhere(&self) -> bool {
        self.source != Source::Immich
    }

    /// Returns hints on how to fix the problem, as sentences.
    fn advise(&self, operation: &Operation) -> Option<String> {
        if let Some(permission) = self.missing_permission() {
            return Some(format!("Give the API key the permission `{}`.", line(permission, NAME_LENGTH)));
        }
        let elsewhere = self.is_from_elsewhere();
        let has_message = |text: &str| self.messages.iter().any(|message| message == text);
        let is_page = matches!(self.source, Source::Page(_));
        let advice = match self.status.as_u16() {
            200..=299 if self.source == Source::Page(Some("Immich".to_owned())) => {
                "This is the Immich web application, not its API. Check the base URL and the proxy."
            }
            200..=299 => "Check the base URL, and whether a sign-in page is in front of Immich.",
            304 => {
                "A proxy in front of Immich caches its API and treats this as a conditional request. Disable its cache for /api."
            }
            400 if elsewhere && self.is_plain_http_on_tls_port() => {
                "The port is for HTTPS. Use https:// in the base URL."
            }
            300..=399 => return self.redirect.as_ref().map(|redirect| redirect.advise(operation).to_owned()),
            401 | 403 if is_page => {
                "The response is not from Immich. If the proxy requires a header, set it with `ClientBuilder::header`."
            }
            401 if has_message("Password required") => {
                "Unlock the shared link with its password (`unlock_shared_link`)."
            }
            401 if has_message("Elevated permission is required") => {
                "Unlock the session with the PIN code (`Session::unlock`)."
            }
            401 if has_message("Authentication required") => "Set an API key or an access token on the client.",
            // A failed sign-in already says what is wrong with the input.
            401 if !operation.authenticated || has_message("Invalid password") => return None,
            401 if has_message("Invalid share key") || has_message("Invalid share slug") => {
                "Check that the link is correct and has not expired."
            }
            401 => "Check that the key or token is correct and has not expired.",
            403 if !elsewhere => "The credential is valid, but this operation may need a session or an administrator.",
            404 if elsewhere || self.is_unknown_route() => "Check that the base URL is that of an Immich server.",
            406 if self.is_web_route() => "Check that the base URL is that of an Immich server.",
            413 if elsewhere => "Raise the proxy's limit for request bodies, or connect to Immich directly.",
            413 => "Send less in one request.",
            502..=504 | 520..=527 | 530 if elsewhere => "Immich may be starting or down.",
            _ => return None,
        };
        Some(advice.to_owned())
    }

    /// Writes the messages of the server, up to the maximum length.
    fn write_messages(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages = self.messages.iter().map(|message| line(message, MESSAGE_LENGTH));
        let issue = |issue: &ValidationIssue| {
            let place = in_one_line(&issue.path, NAME_LENGTH).map(|path| format!("`{path}`: ")).unwrap_or_default();
            place + &line(&issue.message, MESSAGE_LENGTH)
        };
        let mut strings = messages.chain(self.issues.iter().map(issue));
        let (mut separator, mut length) = (if self.messages.is_empty() { "; " } else { ": " }, 0);
        while length < MESSAGES_LENGTH {
            let Some(text) = strings.next() else { return Ok(()) };
            write!(formatter, "{separator}{text}")?;
            separator = "; ";
            length += separator.len() + text.chars().count();
        }
        match strings.count() {
            0 => Ok(()),
            left => write!(formatter, "; and {left} more"),
        }
    }

    /// Returns whether the server does not have the path.
    pub(crate) fn is_unknown_route(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && self.messages.iter().any(|text| text.starts_with("Cannot "))
    }

    /// Returns whether it is the page of a proxy that received plain HTTP on its HTTPS port.
    fn is_plain_http_on_tls_port(&self) -> bool {
        matches!(&self.source, Source::Page(Some(title)) if title.to_ascii_lowercase().contains("plain http request"))
    }

    /// Returns whether the path belongs to the web application, and so returns only HTML.
    fn is_web_route(&self) -> bool {
        self.messages.iter().any(|text| text.starts_with("The route ") && text.contains("only returns text/html"))
    }
}

impl Redirect {
    fn advise(&self, operation: &Operation) -> &'static str {
        let read = matches!(operation.method, Method::GET | Method::HEAD);
        match self {
            Self::SameOrigin if read => {
                "The redirects form a loop. Check the configuration of the proxy in front of Immich."
            }
            Self::SameOrigin => {
                "Redirects are followed for GET and HEAD only. Check the base URL (scheme, host, path)."
            }
            Self::App(_) => "Only a browser can follow it.",
            Self::OtherOrigin(_) => {
                "Redirects to another origin are not followed. If Immich is there, use that as the base URL."
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = match &self.source {
            Source::Page(Some(title)) => Some(format!("an HTML page titled `{title}`")),
            Source::Page(None) => Some("an HTML page".to_owned()),
            Source::Immich | Source::Unknown => None,
        };
        match &page {
            Some(page) if self.status.is_success() => {
                return write!(formatter, "{page} was returned instead of a response from Immich");
            }
            _ => write!(formatter, "the server returned {}", self.status)?,
        }
        let proxy = matches!(self.status.as_u16(), 413 | 502..=504) && self.is_from_elsewhere();
        match (page, &self.server) {
            (Some(page), Some(server)) => write!(formatter, " with {page}, sent by `{server}`")?,
            (Some(page), None) => write!(formatter, " with {page}")?,
            (None, Some(server)) if proxy => write!(formatter, ", sent by `{server}`")?,
            (None, _) => {}
        }
        if proxy {
            let from = if self.server.is_some() {
                ", a proxy in front of Immich"
            } else {
                ", from a proxy in front of Immich"
            };
            formatter.write_str(from)?;
        }
        match &self.redirect {
            Some(Redirect::OtherOrigin(target)) => write!(formatter, ", a redirect to {target}")?,
            Some(Redirect::App(scheme)) => write!(formatter, ", a redirect to an app, by the scheme `{scheme}`")?,
            Some(Redirect::SameOrigin) => formatter.write_str(", a redirect to the same server")?,
            None => {}
        }
        if let Some(coding) = &self.coding {
            write!(formatter, ", compressed (`{coding}`) although no compression was requested")?;
        }
        self.write_messages(formatter)
    }
}
