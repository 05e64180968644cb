//! Who asks: the credentials of a client.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::secret::Secret;

/// A kind of credential, in the order in which the server looks for them: the first that is sent counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    SharedLinkKey,
    SharedLinkSlug,
    SessionToken,
    AccessToken,
    ApiKey,
}

impl Credential {
    fn header(self) -> HeaderName {
        match self {
            Self::SharedLinkKey => HeaderName::from_static("x-immich-share-key"),
            Self::SharedLinkSlug => HeaderName::from_static("x-immich-share-slug"),
            Self::SessionToken => HeaderName::from_static("x-immich-session-token"),
            Self::AccessToken => AUTHORIZATION,
            Self::ApiKey => HeaderName::from_static("x-api-key"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::SharedLinkKey => "shared-link key",
            Self::SharedLinkSlug => "shared-link slug",
            Self::SessionToken => "session token",
            Self::AccessToken => "access token",
            Self::ApiKey => "API key",
        }
    }

    /// Adds the header, marked as one that must not be shown or compressed.
    pub(crate) fn add(self, secret: &Secret, headers: &mut HeaderMap) -> Result<(), Error> {
        let text = secret.expose().trim();
        if text.is_empty() {
            return Err(Error::misconfigured(format!("the {} is empty", self.name())));
        }
        let text = if self == Self::AccessToken { format!("Bearer {text}") } else { text.to_owned() };
        let mut value = HeaderValue::from_str(&text).map_err(|_| {
            Error::misconfigured(format!("the {} has characters that a header cannot hold", self.name()))
        })?;
        value.set_sensitive(true);
        headers.insert(self.header(), value);
        Ok(())
    }
}
