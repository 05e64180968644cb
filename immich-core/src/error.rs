//! The error type of the client.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode};

use crate::attempts::{Attempts, GiveUpReason};
use crate::body::ResponseBody;
use crate::error_body::{self, Refusal, ValidationIssue};
use crate::operation::Operation;
use crate::response::NOT_JSON;
use crate::shown::{in_one_line, line};
use crate::transport_error::{TransportError, TransportErrorKind};
use crate::version::ServerVersion;

/// The kind of an error. Features add more kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the client could not be built, because a value is not valid. No request was sent.
    Build,
    /// There was no complete response.
    Transport,
    /// A timeout expired.
    Timeout,
    /// The server returned an error: any status other than 2xx, 401 and 403.
    Api,
    /// The server does not accept the credential (401), or it is not allowed to do this (403).
    Auth,
    /// The response does not match the API description, or does not come from an Immich API.
    Decode,
    /// The response is longer than the limit.
    TooLarge,
    /// The server version does not support the operation. (`FakeImmich` returns 501 for operations that it does not
    /// implement, which is an `Api` error.)
    Unsupported,
    /// The checksum of the transferred bytes does not match.
    Checksum,
    /// A local file or another local resource could not be read or written.
    Io,
}

/// The error of every call.
///
/// It never contains a key, a query or the content of a body; the path is shown as its template. Its text is a single
/// line of bounded length; [`messages`](Self::messages) and [`issues`](Self::issues) are complete.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client, id: immich_sdk::AlbumId) {
/// use immich_sdk::ErrorKind;
///
/// match client.albums().get_album_info(id).await {
///     Ok(album) => println!("{}", album.album_name),
///     Err(error) if error.kind() == ErrorKind::Auth => match error.missing_permission() {
///         Some(name) => eprintln!("the API key lacks the permission {name}"),
///         None => eprintln!("sign in again"),
///     },
///     Err(error) => eprintln!("{error}"),
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    message: String,
    json_path: Option<String>,
    refusal: Option<Arc<Refusal>>,
    base_url: Option<String>,
    server: Option<ServerVersion>,
    attempts: Option<Attempts>,
    transport: Option<Arc<TransportError>>,
    /// A hint, if neither the refusal nor the transport has one.
    hint: Option<String>,
    /// Whether the response does not seem to come from Immich.
    foreign: bool,
    io: Option<Arc<io::Error>>,
}

/// The maximum number of characters shown of a cause.
const CAUSE_LENGTH: usize = 300;

impl Error {
    fn new(kind: ErrorKind, operation: Option<&'static Operation>, message: String) -> Self {
        Self(Box::new(Inner {
            kind,
            operation,
            message,
            json_path: None,
            refusal: None,
            base_url: None,
            server: None,
            attempts: None,
            transport: None,
            hint: None,
            foreign: false,
            io: None,
        }))
    }

    /// Creates an error for a value that is not valid, for custom endpoints.
    pub fn build(operation: &'static Operation, message: &str) -> Self {
        Self::new(ErrorKind::Build, Some(operation), message.to_owned())
    }

    /// Creates an error in the configuration of a client or a backend. The message must not contain a secret.
    pub fn misconfigured(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Build, None, message.into())
    }

    pub(crate) fn transport(operation: &'static Operation, error: TransportError) -> Self {
        let kind = match error.kind() {
            TransportErrorKind::Timeout => ErrorKind::Timeout,
            TransportErrorKind::TooLarge => ErrorKind::TooLarge,
            TransportErrorKind::Runtime | TransportErrorKind::LostExtensions => ErrorKind::Build,
            _ => ErrorKind::Transport,
        };
        let mut this = Self::new(kind, Some(operation), transport_message(&error));
        this.0.attempts = error.attempts();
        this.0.transport = Some(Arc::new(error));
        this
    }

    pub(crate) fn decode(operation: &'static Operation, path: &str, message: &str) -> Self {
        let mut this = Self::new(ErrorKind::Decode, Some(operation), message.to_owned());
        // The keys of an object come from the server.
        this.0.json_path = (!matches!(path, "" | ".")).then(|| line(path, 200));
        this
    }

    /// Creates an error for a checksum that does not match.
    #[cfg(feature = "checksum")]
    pub(crate) fn checksum(operation: &'static Operation, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Checksum, Some(operation), message.into())
    }

    /// Creates an error for a local file; `what` names the file and the failed action.
    #[cfg(feature = "checksum")]
    pub(crate) fn io(operation: Option<&'static Operation>, what: impl fmt::Display, error: std::io::Error) -> Self {
        let mut this = Self::new(ErrorKind::Io, operation, format!("{what}: {error}"));
        this.0.io = Some(Arc::new(error));
        this
    }

    /// Creates an error for a response that exceeds a limit; `what` is a text such as "more than 100 bytes".
    pub(crate) fn too_large(operation: &'static Operation, what: &str) -> Self {
        Self::new(ErrorKind::TooLarge, Some(operation), format!("the response has {what}"))
    }

    /// Adds a hint on how to raise the limit.
    pub(crate) fn with_limit_hint(self) -> Self {
        self.with_hint("`ClientBuilder::response_limits` raises the limit.")
    }

    /// Creates an error for a compressed response that no layer below decompressed.
    pub(crate) fn compressed(operation: &'static Operation, coding: &str) -> Self {
        let message = format!("the response is compressed (`{coding}`) although no compression was requested");
        let mut this = Self::new(ErrorKind::Decode, Some(operation), message);
        this.0.foreign = true;
        let hint = "Configure the proxy in front of Immich to honor `accept-encoding`, or enable the feature of that name of the \
                    reqwest backend.";
        this.0.hint = Some(hint.to_owned());
        this
    }

    /// Adds the media type to the error of a response that is not JSON.
    pub(crate) fn with_media_type(mut self, media_type: Option<String>) -> Self {
        if self.0.message == NOT_JSON {
            if let Some(media_type) = media_type.filter(|media_type| media_type != "application/json") {
                self.0.message = format!("{NOT_JSON}, but `{media_type}`");
            }
            self.0.foreign = true;
            self.0.hint = Some("Check that the base URL is that of an Immich server.".to_owned());
        }
        self
    }

    /// Adds the line number of a stream, and the type of the line, if known.
    pub(crate) fn in_line(mut self, number: u64, kind: Option<&str>) -> Self {
        let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
        self.0.message = format!("{}, in line {number}{kind}", self.0.message);
        self
    }

    /// Sets a hint on how to fix the problem.
    pub(crate) fn with_hint(mut self, hint: &str) -> Self {
        self.0.hint = Some(hint.to_owned());
        self
    }

    /// Creates the error of a response that is not 2xx, or that is an HTML page.
    pub(crate) async fn from_response(operation: &'static Operation, response: Response<ResponseBody>) -> Self {
        let attempts = response.extensions().get().copied();
        let refusal = error_body::read(operation, response).await;
        let kind = match refusal.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorKind::Auth,
            status if status.is_success() => ErrorKind::Decode,
            _ => ErrorKind::Api,
        };
        let mut this = Self::new(kind, Some(operation), refusal.to_string());
        this.0.refusal = Some(Arc::new(refusal));
        this.0.attempts = attempts;
        this
    }

    /// Adds the base URL.
    pub(crate) fn with_base_url(mut self, base: impl fmt::Display) -> Self {
        self.0.base_url = Some(line(&base.to_string(), 200));
        self
    }

    /// Adds the version of the server.
    pub(crate) fn set_server(&mut self, version: ServerVersion) {
        self.0.server = Some(version);
    }

    /// Returns whether the same request is expected to fail again.
    pub(crate) fn is_permanent(&self) -> bool {
        let refused = self.status().is_some_and(|status| !status.is_server_error() && status.as_u16() != 429);
        refused || self.0.kind == ErrorKind::Decode
    }

    /// Returns whether the response is JSON from Immich that does not match the API description.
    pub(crate) fn is_schema_mismatch(&self) -> bool {
        self.0.kind == ErrorKind::Decode && self.0.refusal.is_none() && !self.0.foreign
    }

    /// Returns whether the server does not know the resource, or reads the path as another one.
    pub(crate) fn is_unknown_resource(&self) -> bool {
        self.status().is_some_and(|status| matches!(status.as_u16(), 400 | 404 | 405))
    }

    /// Returns whether the server may lack the path: it read its end as an id, or has the path with other methods only.
    pub(crate) fn is_route_mismatch(&self) -> bool {
        let is_id = |text: &str| text.contains("UUID") || text.contains("uuid");
        match self.status().map(|status| status.as_u16()) {
            Some(405) => true,
            Some(400) => {
                self.messages().iter().any(|text| is_id(text))
                    || self.issues().iter().any(|issue| is_id(&issue.message) || is_id(&issue.code))
            }
            _ => false,
        }
    }

    pub(crate) fn is_unknown_route(&self) -> bool {
        self.refusal().is_some_and(Refusal::is_unknown_route)
    }

    /// Creates an error for a server that is too old or too new for a part of the request.
    pub(crate) fn unsupported(operation: &'static Operation, server: ServerVersion, what: &str) -> Self {
        let message = format!("{what}, but the server is {server}");
        let mut this = Self::new(ErrorKind::Unsupported, Some(operation), message);
        this.0.server = Some(server);
        this
    }

    /// Changes the error to say that the server is too old or too new for the operation.
    pub(crate) fn set_unsupported(&mut self, server: ServerVersion) {
        let Some(range) = self.operation().and_then(|operation| operation.range().text()) else { return };
        self.0.kind = ErrorKind::Unsupported;
        self.0.server = Some(server);
        let message = std::mem::take(&mut self.0.message);
        self.0.message = format!("requires Immich {range}, but the server is {server}; {message}");
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the operation that failed; `None` if a client could not be built.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// Returns the status of the response, if the server returned an error or an HTML page.
    pub fn status(&self) -> Option<StatusCode> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// Returns all messages of an error response; empty if there are none that can be read.
    pub fn messages(&self) -> &[String] {
        self.refusal().map_or(&[], |refusal| &refusal.messages)
    }

    /// Returns the validation errors of the request, which servers 3.x report.
    pub fn issues(&self) -> &[ValidationIssue] {
        self.refusal().map_or(&[], |refusal| &refusal.issues)
    }

    /// Returns true if the resource does not exist or the caller has no access to it; Immich does not distinguish the
    /// two.
    ///
    /// The status alone is not enough: it is 400 for most resources, and 404 for the files of an asset from 3.0 on.
    pub fn is_not_found(&self) -> bool {
        let says_so = |message: &String| message.starts_with("Not found or no ") || message.ends_with(" not found");
        let is_client_error = self.status().is_some_and(|status| status.is_client_error());
        (is_client_error && self.messages().iter().any(says_so))
            || (self.status() == Some(StatusCode::NOT_FOUND) && !self.is_from_elsewhere() && !self.is_unknown_route())
    }

    /// Returns whether the response does not seem to come from the API of Immich, but for example from a proxy or the
    /// web application: the base URL may be wrong, or a proxy in front of Immich may require something.
    pub fn is_from_elsewhere(&self) -> bool {
        self.0.foreign || self.refusal().is_some_and(Refusal::is_from_elsewhere)
    }

    /// Returns the permission that the API key lacks, such as `album.read`, if that is the reason for the error.
    pub fn missing_permission(&self) -> Option<&str> {
        self.refusal()?.missing_permission()
    }

    /// Returns the correlation id under which the server logged the error.
    pub fn correlation_id(&self) -> Option<&str> {
        self.refusal()?.correlation_id.as_deref()
    }

    /// Returns how long the server wants the client to wait before a retry.
    pub fn retry_after(&self) -> Option<Duration> {
        self.refusal()?.retry_after
    }

    /// Returns the number of attempts, and why there was no further one; `None` if nothing retries.
    pub fn attempts(&self) -> Option<Attempts> {
        self.0.attempts
    }

    /// Returns the path in the response at which decoding failed, such as `assets.items[3].id`.
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// Returns the version of the server, if it is relevant to the error and known.
    pub fn server_version(&self) -> Option<ServerVersion> {
        self.0.server
    }

    /// Returns the transport error, if that is the cause.
    pub fn transport_error(&self) -> Option<&TransportError> {
        self.0.transport.as_deref()
    }

    /// Returns the I/O error of [`ErrorKind::Io`].
    pub fn io_error(&self) -> Option<&io::Error> {
        self.0.io.as_deref()
    }

    fn refusal(&self) -> Option<&Refusal> {
        self.0.refusal.as_deref()
    }

    /// Returns hints on how to fix the problem, as sentences.
    fn advice(&self) -> Option<&str> {
        let Inner { kind, refusal, transport, hint, .. } = &*self.0;
        if *kind == ErrorKind::Unsupported {
            return None;
        }
        hint.as_deref().or_else(|| refusal.as_ref()?.advice.as_deref()).or_else(|| transport.as_ref()?.hint())
    }
}

impl fmt::Debug for Error {
    /// Writes the text and the kind, because `unwrap` prints this.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self} (ErrorKind::{:?})", self.kind())
    }
}

impl fmt::Display for Error {
    /// Writes one line: the operation, the failure, known details, and hints as sentences.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, operation, message, json_path, refusal, base_url, server, transport, foreign, .. } = &*self.0;
        if let Some(operation) = operation {
            write!(formatter, "{} ({} {}): ", operation.id, operation.method, operation.path)?;
        }
        if let Some(path) = json_path {
            write!(formatter, "at `{path}` of the response: ")?;
        }
        formatter.write_str(message)?;
        if let (ErrorKind::Decode, Some(server)) = (kind, server) {
            write!(formatter, "; the server is {server}")?;
        }
        let elsewhere = refusal.as_ref().is_some_and(|refusal| {
            *kind != ErrorKind::Unsupported && (refusal.is_from_elsewhere() || refusal.is_unknown_route())
        });
        if let Some(base_url) = base_url.as_ref().filter(|_| *foreign || transport.is_some() || elsewhere) {
            write!(formatter, "; base URL {base_url}")?;
        }
        if let Some(wait) = self.retry_after().filter(|wait| !wait.is_zero()) {
            write!(formatter, "; retry after {wait:?}")?;
        }
        // An unsupported operation is not worth looking up in the log of the server.
        if let Some(id) = self.correlation_id().filter(|_| *kind != ErrorKind::Unsupported) {
            write!(formatter, "; correlation id {id}")?;
        }
        match self.0.attempts {
            Some(Attempts { made: 1, stopped: GiveUpReason::Final | GiveUpReason::AttemptsUsedUp }) | None => {}
            Some(Attempts { made, stopped }) => {
                let s = if made == 1 { "" } else { "s" };
                write!(formatter, "; {made} attempt{s}: {stopped}")?;
            }
        }
        match self.advice() {
            Some(advice) => write!(formatter, ". {advice}"),
            None => Ok(()),
        }
    }
}

/// Returns the text of a transport error, with its root cause.
fn transport_message(error: &TransportError) -> String {
    if error.kind() == TransportErrorKind::Timeout {
        // The causes only repeat that a timeout expired.
        let connecting = error.time_limit().is_none() && !error.may_have_been_sent();
        return if connecting { "connecting timed out".to_owned() } else { error.to_string() };
    }
    let mut root = error.source();
    while let Some(next) = root.and_then(StdError::source) {
        root = Some(next);
    }
    let cause = root.and_then(|root| in_one_line(&root.to_string(), CAUSE_LENGTH));
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.io {
            Some(error) => Some(&**error),
            None => self.0.transport.as_ref()?.source(),
        }
    }
}
