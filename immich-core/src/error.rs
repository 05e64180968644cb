//! The one error of the client.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode};

use crate::body::ResponseBody;
use crate::decode::NOT_JSON;
use crate::endpoint::Operation;
use crate::error_body::{self, Refusal, in_one_line};
use crate::layer::{Attempts, GiveUpReason};
use crate::send::{TransportError, TransportErrorKind};
use crate::shown::line;
use crate::version::ServerVersion;

/// What kind of thing went wrong. More kinds come with more features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the client could not be built: something given was wrong. Nothing was sent.
    Build,
    /// No complete response came.
    Transport,
    /// A time limit passed.
    Timeout,
    /// The server refused: any status but 2xx, 401 and 403.
    Api,
    /// The server does not accept the credential (401), or it is not allowed to do this (403).
    Auth,
    /// The response is not what the description promises, or does not come from an Immich API.
    Decode,
    /// The response is longer than the limit.
    TooLarge,
    /// The server is of a version that does not have the operation. (`FakeImmich` answers 501 to what it lacks itself,
    /// which is an `Api` error.)
    Unsupported,
    /// The bytes that were moved are not those of the checksum.
    Checksum,
    /// Something of this machine, such as a file, could not be read or written.
    Io,
}

/// A violated rule of a request, as servers 3.x name it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidationIssue {
    /// Where, such as `assets.0.id`.
    pub path: String,
    /// Which rule, such as `invalid_type`.
    pub code: String,
    /// What the server says.
    pub message: String,
}

/// The error of every call.
///
/// It never shows a key, a query or the content of a body; the path is shown as its template. Its text is one line, and
/// cut where the server says too much; [`messages`](Self::messages) and [`issues`](Self::issues) are as they came.
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
    asked: Option<String>,
    server: Option<ServerVersion>,
    attempts: Option<Attempts>,
    transport: Option<Arc<TransportError>>,
    /// What helps, where neither a refusal nor the transport says it.
    hint: Option<String>,
    /// Whether the response seems to be of something else than Immich.
    foreign: bool,
    io: Option<Arc<io::Error>>,
}

/// How much of a cause is shown.
const CAUSE_LENGTH: usize = 300;

impl Error {
    fn new(kind: ErrorKind, operation: Option<&'static Operation>, message: String) -> Self {
        Self(Box::new(Inner {
            kind,
            operation,
            message,
            json_path: None,
            refusal: None,
            asked: None,
            server: None,
            attempts: None,
            transport: None,
            hint: None,
            foreign: false,
            io: None,
        }))
    }

    /// An error in what the caller gave, for endpoints of one's own.
    pub fn build(operation: &'static Operation, message: &str) -> Self {
        Self::new(ErrorKind::Build, Some(operation), message.to_owned())
    }

    /// An error in what a client or a backend was to be made of. The message must not show a secret.
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
        // The keys of a map are of the server.
        this.0.json_path = (!matches!(path, "" | ".")).then(|| line(path, 200));
        this
    }

    /// What was moved is not what it should be.
    #[cfg(feature = "checksum")]
    pub(crate) fn checksum(operation: &'static Operation, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Checksum, Some(operation), message.into())
    }

    /// A file here could not be read or written; `what` says which, and what was to be done with it.
    #[cfg(feature = "checksum")]
    pub(crate) fn io(operation: Option<&'static Operation>, what: impl fmt::Display, error: std::io::Error) -> Self {
        let mut this = Self::new(ErrorKind::Io, operation, format!("{what}: {error}"));
        this.0.io = Some(Arc::new(error));
        this
    }

    /// The response has too much of something, such as "more than 100 bytes".
    pub(crate) fn too_large(operation: &'static Operation, what: &str) -> Self {
        Self::new(ErrorKind::TooLarge, Some(operation), format!("the response has {what}"))
    }

    /// Says how to get more of a response than the limits of the client allow.
    pub(crate) fn over_the_limit(self) -> Self {
        self.with_hint("`ClientBuilder::response_limits` raises the limit.")
    }

    /// The response is compressed, and no layer below decompressed it.
    pub(crate) fn encoded(operation: &'static Operation, coding: &str) -> Self {
        let message = format!("the response is compressed (`{coding}`) although no compression was requested");
        let mut this = Self::new(ErrorKind::Decode, Some(operation), message);
        this.0.foreign = true;
        let hint = "Configure the proxy in front of Immich to honor `accept-encoding`, or enable the feature of that name of the \
                    reqwest backend.";
        this.0.hint = Some(hint.to_owned());
        this
    }

    /// Adds to the error of a response that is no JSON what it says of itself.
    pub(crate) fn not_json(mut self, media_type: Option<String>) -> Self {
        if self.0.message == NOT_JSON {
            if let Some(media_type) = media_type.filter(|media_type| media_type != "application/json") {
                self.0.message = format!("{NOT_JSON}, but `{media_type}`");
            }
            self.0.foreign = true;
            self.0.hint = Some("Check that the base URL is that of an Immich server.".to_owned());
        }
        self
    }

    /// Adds in which line of a stream it was, and of which type that is, as far as it is known.
    pub(crate) fn in_line(mut self, number: u64, kind: Option<&str>) -> Self {
        let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
        self.0.message = format!("{}, in line {number}{kind}", self.0.message);
        self
    }

    /// Says what helps.
    pub(crate) fn with_hint(mut self, hint: &str) -> Self {
        self.0.hint = Some(hint.to_owned());
        self
    }

    /// The error of a response that is not 2xx, or that is an HTML page.
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

    /// Adds the address that was asked.
    pub(crate) fn asked(mut self, base: impl fmt::Display) -> Self {
        self.0.asked = Some(line(&base.to_string(), 200));
        self
    }

    /// Adds the version of the server.
    pub(crate) fn set_server(&mut self, version: ServerVersion) {
        self.0.server = Some(version);
    }

    /// Whether the same request will fail again, as far as one can tell.
    pub(crate) fn will_not_pass(&self) -> bool {
        let refused = self.status().is_some_and(|status| !status.is_server_error() && status.as_u16() != 429);
        refused || self.0.kind == ErrorKind::Decode
    }

    /// Whether the response is JSON of Immich, and of another form than the descriptions say.
    pub(crate) fn is_misfit(&self) -> bool {
        self.0.kind == ErrorKind::Decode && self.0.refusal.is_none() && !self.0.foreign
    }

    /// Whether the server does not know what was asked for, or takes it for something else.
    pub(crate) fn is_no_such_thing(&self) -> bool {
        self.status().is_some_and(|status| matches!(status.as_u16(), 400 | 404 | 405))
    }

    /// Whether the server may not have the path, and so took its end for the id of something, or has it for other methods.
    pub(crate) fn is_taken_for_another(&self) -> bool {
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

    /// The server is too old or too new for a part of the request.
    pub(crate) fn unsupported(operation: &'static Operation, server: ServerVersion, what: &str) -> Self {
        let message = format!("{what}, but the server is {server}");
        let mut this = Self::new(ErrorKind::Unsupported, Some(operation), message);
        this.0.server = Some(server);
        this
    }

    /// Says that the server is too old or too new for the operation.
    pub(crate) fn set_unsupported(&mut self, server: ServerVersion) {
        let Some(range) = self.operation().and_then(|operation| operation.range().text()) else { return };
        self.0.kind = ErrorKind::Unsupported;
        self.0.server = Some(server);
        let told = std::mem::take(&mut self.0.message);
        self.0.message = format!("requires Immich {range}, but the server is {server}; {told}");
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed; `None` when a client could not be built.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// The status of the response, when there was a refusal, or a page instead of a response.
    pub fn status(&self) -> Option<StatusCode> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// Everything the server said about a refusal; empty if it said nothing that can be read.
    pub fn messages(&self) -> &[String] {
        self.refusal().map_or(&[], |refusal| &refusal.messages)
    }

    /// The rules that the request violated, where a server 3.x lists them.
    pub fn issues(&self) -> &[ValidationIssue] {
        self.refusal().map_or(&[], |refusal| &refusal.issues)
    }

    /// Whether what was asked for does not exist, or is not the caller's to see, which the server does not tell apart.
    ///
    /// The status is no help: it is 400 for most things, and 404 for the files of an asset from 3.0 on.
    pub fn is_not_found(&self) -> bool {
        let is_said = |message: &String| message.starts_with("Not found or no ") || message.ends_with(" not found");
        let said = self.status().is_some_and(|status| status.is_client_error()) && self.messages().iter().any(is_said);
        said || (self.status() == Some(StatusCode::NOT_FOUND) && !self.is_from_elsewhere() && !self.is_unknown_route())
    }

    /// Whether the response seems to come from something else than the API of Immich, such as a page of a proxy or of
    /// the web application: the base URL may be wrong, or a proxy in front of Immich wants something.
    pub fn is_from_elsewhere(&self) -> bool {
        self.0.foreign || self.refusal().is_some_and(Refusal::is_from_elsewhere)
    }

    /// The permission that the API key lacks, such as `album.read`, when that is why the server refused.
    pub fn missing_permission(&self) -> Option<&str> {
        self.refusal()?.missing_permission()
    }

    /// The number under which the server logged the refusal.
    pub fn correlation_id(&self) -> Option<&str> {
        self.refusal()?.correlation_id.as_deref()
    }

    /// How long the server asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.refusal()?.retry_after
    }

    /// How often the request was sent, and why not once more; `None` where nothing tries again.
    pub fn attempts(&self) -> Option<Attempts> {
        self.0.attempts
    }

    /// Where in the response decoding failed, such as `assets.items[3].id`.
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// The version of the server, where it has to do with the error and is known.
    pub fn server_version(&self) -> Option<ServerVersion> {
        self.0.server
    }

    /// What failed below HTTP.
    pub fn transport_error(&self) -> Option<&TransportError> {
        self.0.transport.as_deref()
    }

    /// What failed on this machine, for [`ErrorKind::Io`].
    pub fn io_error(&self) -> Option<&io::Error> {
        self.0.io.as_deref()
    }

    fn refusal(&self) -> Option<&Refusal> {
        self.0.refusal.as_deref()
    }

    /// What the author of the program may do about it, as sentences.
    fn advice(&self) -> Option<&str> {
        let Inner { kind, refusal, transport, hint, .. } = &*self.0;
        if *kind == ErrorKind::Unsupported {
            return None;
        }
        hint.as_deref().or_else(|| refusal.as_ref()?.advice.as_deref()).or_else(|| transport.as_ref()?.hint())
    }
}

impl fmt::Debug for Error {
    /// The text and the kind, since this is what `unwrap` prints.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self} (ErrorKind::{:?})", self.kind())
    }
}

impl fmt::Display for Error {
    /// One line: what was called, what came, what is known about it, and, as sentences, what may help.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, operation, message, json_path, refusal, asked, server, transport, foreign, .. } = &*self.0;
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
        if let Some(asked) = asked.as_ref().filter(|_| *foreign || transport.is_some() || elsewhere) {
            write!(formatter, "; base URL {asked}")?;
        }
        if let Some(wait) = self.retry_after().filter(|wait| !wait.is_zero()) {
            write!(formatter, "; retry after {wait:?}")?;
        }
        // That the server does not have an operation is nothing to look up in its log.
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

/// What a failure below HTTP says of itself, and the cause at its bottom.
fn transport_message(error: &TransportError) -> String {
    if error.kind() == TransportErrorKind::Timeout {
        // The causes say no more than that some time passed.
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
