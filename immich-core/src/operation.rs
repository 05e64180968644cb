//! The static description of an API operation.

use http::Method;

use crate::version::{ServerVersion, VersionRange};

/// The static description of an API operation. It is stored in the extensions of each request, as `&'static Operation`,
/// for layers, backends and mocks.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::{Endpoint, api::GetAlbumInfo};
///
/// let operation = GetAlbumInfo::OPERATION;
/// assert_eq!((operation.id, operation.path), ("getAlbumInfo", "/albums/{id}"));
/// assert_eq!(operation.permission, Some("album.read"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The operation id in the Immich API.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below `/api`, with its parameters in braces.
    pub path: &'static str,
    /// The permission that an API key needs (`all`: every permission), if known.
    pub permission: Option<&'static str>,
    /// Whether the operation requires authentication.
    pub authenticated: bool,
    /// Whether the operation is idempotent.
    pub idempotent: bool,
    /// The header with which a request is idempotent although the operation is not: the server recognizes what it has
    /// processed already.
    pub idempotent_with: Option<&'static str>,
    /// Whether the request or the response contains a secret, such as a password or a new key.
    pub sensitive: bool,
    /// The first version that has the operation; `None` if it is in the oldest known version
    /// ([`OLDEST_VERSION`](crate::api::OLDEST_VERSION)).
    pub since: Option<ServerVersion>,
    /// The last version that has the operation; `None` if it is in the newest known version
    /// ([`NEWEST_VERSION`](crate::api::NEWEST_VERSION)).
    pub until: Option<ServerVersion>,
}

impl Operation {
    /// Creates an operation that requires authentication, and is idempotent unless its method is POST or PATCH.
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        let idempotent = !matches!(method, Method::POST | Method::PATCH);
        Self {
            id,
            method,
            path,
            permission: None,
            authenticated: true,
            idempotent,
            idempotent_with: None,
            sensitive: false,
            since: None,
            until: None,
        }
    }

    /// Returns whether a server of this version has the operation. A version newer than all known ones counts as the
    /// newest, and an older one as the oldest.
    pub fn is_in(&self, server: ServerVersion) -> bool {
        self.range().contains(server)
    }

    pub(crate) fn range(&self) -> VersionRange {
        VersionRange { since: self.since, until: self.until }
    }
}

macro_rules! setters {
    ($($field:ident: $type:ty $(=> $wrap:ident)?,)+) => {
        impl Operation {$(
            #[doc = concat!("Sets [`", stringify!($field), "`](Self#structfield.", stringify!($field), ").")]
            #[must_use]
            pub const fn $field(mut self, $field: $type) -> Self {
                self.$field = $($wrap)?($field);
                self
            }
        )+}
    };
}

setters! {
    permission: &'static str => Some,
    authenticated: bool,
    idempotent: bool,
    idempotent_with: &'static str => Some,
    sensitive: bool,
    since: ServerVersion => Some,
    until: ServerVersion => Some,
}
