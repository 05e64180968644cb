//! A request and its sender.

use bytes::Bytes;
use http::{HeaderMap, Method};
use immich_core::incoming::IncomingRequest;
use immich_core::{ApiKeyId, Operation, SessionId, SharedLinkId, UserId};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::check::Check;
use super::fault::Fault;

/// A request whose operation is known, and whose sender may use it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) operation: &'static Operation,
    pub(super) method: Method,
    /// The percent-encoded path below `/api`, with the query.
    pub(super) path_and_query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) who: Option<Who>,
}

/// The sender of a request, and the credential.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who {
    pub(super) user: UserId,
    pub(super) by: By,
}

/// The credential of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Session(SessionId),
    Key(ApiKeyId),
    Link(SharedLinkId),
}

impl Asked {
    pub(super) fn recorded(&self) -> IncomingRequest<'_> {
        let Self { method, path_and_query, headers, body, .. } = self;
        IncomingRequest { method, path_and_query, headers, body }
    }

    pub(super) fn who(&self) -> Result<Who, Fault> {
        self.who.ok_or_else(|| Fault::unauthorized("Authentication required"))
    }

    /// The signed-in user.
    pub(super) fn user(&self) -> Result<UserId, Fault> {
        self.who().map(|who| who.user)
    }

    /// The permission of the operation.
    pub(super) fn permission(&self) -> &'static str {
        self.operation.permission.unwrap_or("all")
    }

    /// The refusal of a resource that does not exist, or that the sender may not access.
    pub(super) fn no_access(&self) -> Fault {
        Fault::no_access(self.permission())
    }

    /// A path parameter, as text.
    pub(super) fn path_text(&self, index: usize) -> String {
        let values = self.recorded().path_values(self.operation).unwrap_or_default();
        values.into_iter().nth(index).unwrap_or_default()
    }

    /// A path parameter, as an id.
    pub(super) fn path_id<T: From<Uuid>>(&self, index: usize) -> Result<T, Fault> {
        let name = self.operation.path.split('{').nth(index + 1).and_then(|rest| rest.split('}').next());
        let name = name.unwrap_or("id");
        let mut check = Check::fields(Map::from_iter([(name.to_owned(), Value::from(self.path_text(index)))]));
        let id = check.required_id(name);
        check.done()?;
        id.ok_or_else(|| self.no_access())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The first value of a query parameter.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        self.recorded().query_values(name).into_iter().next()
    }

    /// The query parameters with these names.
    pub(super) fn query_fields(&self, names: &[&str]) -> Check {
        let fields = names.iter().filter_map(|name| Some(((*name).to_owned(), Value::from(self.query(name)?))));
        Check::fields(fields.collect())
    }

    /// The fields of the JSON body.
    pub(super) fn fields(&self) -> Result<Check, Fault> {
        Check::body(&self.body)
    }
}
