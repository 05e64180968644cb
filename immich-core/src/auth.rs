//! Credentials of a client.

use std::fmt;
use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::secret::Secret;

/// A credential the client authenticates with.
///
/// If a client has several, the server uses the first one in the order of the variants.
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
    /// An access token, such as the one `login` returns (`Authorization: Bearer`).
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

    /// Adds the header, marked as sensitive.
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

/// Creates a header value that is marked as sensitive, so that it is neither printed nor compressed.
pub(crate) fn sensitive(name: &str, value: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        Error::misconfigured(format!("the {name} contains characters that are not allowed in a header"))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The headers sent to the origin of the server only. They travel with a request to the layer that adds them.
#[derive(Clone, Default)]
pub(crate) struct Credentials(Arc<HeaderMap>);

impl Credentials {
    /// Creates the headers of these credentials, after the common headers.
    pub(crate) fn new(common: &HeaderMap, credentials: &[Credential]) -> Result<Self, Error> {
        let mut headers = common.clone();
        credentials.iter().try_for_each(|credential| credential.add(&mut headers))?;
        Ok(Self(Arc::new(headers)))
    }

    /// Creates the common headers without a credential.
    pub(crate) fn common(common: &HeaderMap) -> Self {
        Self(Arc::new(common.clone()))
    }

    /// Returns these headers and one more.
    pub(crate) fn with_header(&self, name: HeaderName, value: HeaderValue) -> Self {
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
