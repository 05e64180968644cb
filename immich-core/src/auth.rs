//! Who asks: the credentials of a client.

use std::fmt;
use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::secret::Secret;

/// What a client shows the server to be let in.
///
/// Of several, the server takes the first in the order in which they stand here.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::Credential;
///
/// let credential = Credential::ApiKey("the key".into());
/// assert_eq!(format!("{credential:?}"), "ApiKey([redacted])");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// The key of a shared link (`x-immich-share-key`).
    SharedLinkKey(Secret),
    /// The slug of a shared link (`x-immich-share-slug`).
    SharedLinkSlug(Secret),
    /// The token of a session (`x-immich-session-token`).
    SessionToken(Secret),
    /// An access token, such as `login` answers (`Authorization: Bearer`).
    AccessToken(Secret),
    /// An API key (`x-api-key`).
    ApiKey(Secret),
}

impl Credential {
    fn parts(&self) -> (HeaderName, &'static str, &Secret) {
        match self {
            Self::SharedLinkKey(key) => (HeaderName::from_static("x-immich-share-key"), "shared-link key", key),
            Self::SharedLinkSlug(slug) => (HeaderName::from_static("x-immich-share-slug"), "shared-link slug", slug),
            Self::SessionToken(token) => (HeaderName::from_static("x-immich-session-token"), "session token", token),
            Self::AccessToken(token) => (AUTHORIZATION, "access token", token),
            Self::ApiKey(key) => (HeaderName::from_static("x-api-key"), "API key", key),
        }
    }

    /// Adds the header, marked as one that must not be shown or compressed.
    fn add(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        let (header, name, secret) = self.parts();
        let text = secret.expose().trim();
        if text.is_empty() {
            return Err(Error::misconfigured(format!("the {name} is empty")));
        }
        let text = if header == AUTHORIZATION { format!("Bearer {text}") } else { text.to_owned() };
        headers.insert(header, sensitive(name, &text)?);
        Ok(())
    }
}

/// A header value that is never shown.
pub(crate) fn sensitive(name: &str, value: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        Error::misconfigured(format!("the {name} contains characters that are not allowed in a header"))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The headers that go to the origin of the server and to no other. They travel with a request to the layer that
/// adds them.
#[derive(Clone, Default)]
pub(crate) struct Credentials(Arc<HeaderMap>);

impl Credentials {
    /// These credentials, after the headers that every request has.
    pub(crate) fn new(common: &HeaderMap, credentials: &[Credential]) -> Result<Self, Error> {
        let mut headers = common.clone();
        credentials.iter().try_for_each(|credential| credential.add(&mut headers))?;
        Ok(Self(Arc::new(headers)))
    }

    /// The headers that every request has, and no credential.
    pub(crate) fn common(common: &HeaderMap) -> Self {
        Self(Arc::new(common.clone()))
    }

    /// The same, and one header more.
    pub(crate) fn and(&self, name: HeaderName, value: HeaderValue) -> Self {
        let mut headers = HeaderMap::clone(&self.0);
        headers.insert(name, value);
        Self(Arc::new(headers))
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
