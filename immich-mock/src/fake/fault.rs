//! Refusals, in the format of each server line.

use http::StatusCode;
use serde_json::{Value, json};

use super::answer::Answer;
use super::line::Line;

/// The refusal of a request.
#[derive(Debug)]
pub(super) struct Fault {
    status: StatusCode,
    message: String,
    issues: Vec<Issue>,
    /// Whether 2.x repeats the name of the status: not if the server gives no message of its own.
    is_named: bool,
}

/// One validation error of a request.
#[derive(Debug)]
pub(super) struct Issue {
    pub(super) field: String,
    /// The messages of 2.x.
    pub(super) messages: Vec<String>,
    /// The details of 3.x.
    pub(super) details: Value,
}

impl Fault {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), issues: Vec::new(), is_named: true }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// A file that does not exist, without a message of its own.
    pub(super) fn nothing_found() -> Self {
        Self { is_named: false, ..Self::not_found("Not Found") }
    }

    /// A bad request for which 2.x does not add the name of the status.
    pub(super) fn plain(message: &str) -> Self {
        Self { is_named: false, ..Self::bad_request(message) }
    }

    /// An internal error of the server.
    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }

    /// A resource that does not exist, or that the user may not access: the server does not report which.
    pub(super) fn no_access(permission: &str) -> Self {
        Self::bad_request(format!("Not found or no {permission} access"))
    }

    pub(super) fn invalid(issues: Vec<Issue>) -> Self {
        Self { issues, ..Self::bad_request("Validation failed") }
    }

    pub(super) fn respond(mut self, line: Line, correlation_id: &str) -> Answer {
        let status = self.status;
        if line.is_two() {
            self.issues.sort_by(|one, other| one.field.cmp(&other.field));
            let messages: Vec<_> = self.issues.into_iter().flat_map(|issue| issue.messages).collect();
            let message = if messages.is_empty() { json!(self.message) } else { json!(messages) };
            let mut body =
                json!({ "message": message, "statusCode": status.as_u16(), "correlationId": correlation_id });
            // The framework adds the name of the status to its own exceptions, but not to an internal error.
            if status != StatusCode::INTERNAL_SERVER_ERROR && self.is_named {
                body["error"] = status.canonical_reason().into();
            }
            return Answer::json_with(status, &body);
        }
        let issues: Vec<_> = self.issues.into_iter().map(|issue| issue.details).collect();
        let body = if issues.is_empty() {
            json!({ "message": self.message })
        } else {
            json!({ "message": self.message, "errors": issues })
        };
        Answer::json_with(status, &body)
    }
}
