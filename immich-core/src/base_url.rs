//! The base URL of a server, and its origin.

use std::fmt;

use bytes::Bytes;
use http::Uri;
use http::uri::{InvalidUri, Parts, PathAndQuery, Scheme};

use crate::error::Error;
use crate::shown::line;

/// The base URL of the API of a server.
///
/// It is parsed leniently: with or without `/api`, a trailing slash, a port, or a path prefix.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::BaseUrl;
///
/// let base = BaseUrl::parse("http://nas.local:2283/photos/")?;
/// assert_eq!(base.to_string(), "http://nas.local:2283/photos/api");
/// assert!(BaseUrl::parse("http://me:secret@nas.local").is_err());
/// # Ok::<(), immich_sdk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Scheme, host and port.
    origin: Uri,
    /// The path, up to and including `/api`.
    path: String,
}

/// The maximum length of a path and query in a [`Uri`].
const MAX_LENGTH: usize = 60_000;

impl BaseUrl {
    /// Parses a URL.
    ///
    /// # Errors
    /// `Build` if it is not a valid URL, its scheme is not http or https, or it contains credentials, a query or a
    /// fragment.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |what: &str| Error::misconfigured(format!("the base URL {what}"));
        let text = text.trim();
        if text.is_empty() {
            return Err(invalid("is empty"));
        }
        // Only the part after an `@` in the authority is the host; the part before it is never shown.
        let authority = text.split_once("://").map_or(text, |(_, rest)| rest).split(['/', '?', '#']).next();
        if authority.is_some_and(|authority| authority.contains('@')) {
            return Err(invalid("holds credentials; give them to the client instead"));
        }
        if text.contains(['?', '#']) {
            return Err(invalid("has a query or a fragment"));
        }
        // With a missing slash, the credentials are parsed as a path.
        let shown = if text.contains('@') { String::new() } else { format!("`{}` ", line(text, 200)) };
        if authority.is_some_and(|authority| !authority.is_ascii()) {
            return Err(invalid(&format!(
                "{shown}has a host that is not ASCII: write it in Punycode, as in `xn--bcher-kva.example`"
            )));
        }
        let uri: Uri = text.parse().map_err(|error: InvalidUri| invalid(&format!("{shown}is no URL: {error}")))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(invalid(&format!("{shown}does not start with http:// or https://")));
        };
        if !matches!(scheme, "http" | "https") {
            return Err(invalid(&format!("has the scheme `{scheme}`, which is neither http nor https")));
        }
        let host = authority.host();
        if host.contains('%') {
            return Err(invalid(&format!(
                "{shown}has an IPv6 address with a zone, which cannot be requested: use a name"
            )));
        }
        // `http` accepts any text around the brackets of an IPv6 address.
        let port = authority.as_str().strip_prefix(host).filter(|_| !host.is_empty());
        if !port
            .is_some_and(|port| port.is_empty() || authority.port().is_some_and(|known| port[1..] == *known.as_str()))
        {
            return Err(invalid(&format!("{shown}lacks a host, or has no port from 0 to 65535")));
        }
        let path = uri.path().trim_end_matches('/');
        if path.split('/').any(|segment| matches!(segment, "." | "..")) || path.contains("//") {
            return Err(invalid(&format!("{shown}has a path with an empty, `.` or `..` segment")));
        }
        if !path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(invalid(&format!("{shown}has a path with a character that must be percent-encoded")));
        }
        let path = path.strip_suffix("/api").unwrap_or(path);
        let path = format!("{path}/api");
        let origin = on_origin(&uri, "/".to_owned()).ok_or_else(|| invalid(&format!("{shown}is no URL")))?;
        Ok(Self { origin, path })
    }

    /// Returns the full URL of a path below the API, with a query unless it is empty; `None` if it is too long.
    pub(crate) fn join(&self, path: &str, query: &str) -> Option<Uri> {
        let mark = if query.is_empty() { "" } else { "?" };
        on_origin(&self.origin, [&self.path, path, mark, query].concat())
    }

    /// Returns the URL at which the server reports the address of its API.
    pub(crate) fn well_known(&self) -> Option<Uri> {
        let folder = self.path.strip_suffix("/api").unwrap_or_default();
        on_origin(&self.origin, format!("{folder}/.well-known/immich"))
    }

    /// Returns whether `uri` has the same origin, or the https form of it.
    pub(crate) fn covers(&self, uri: &Uri) -> bool {
        same_origin_or_upgrade(&self.origin, uri)
    }
}

/// Returns the URI of a path and query on `origin`, without parsing the origin again.
fn on_origin(origin: &Uri, path: String) -> Option<Uri> {
    if path.len() > MAX_LENGTH {
        return None;
    }
    let mut parts = Parts::default();
    parts.scheme = origin.scheme().cloned();
    parts.authority = origin.authority().cloned();
    parts.path_and_query = Some(PathAndQuery::from_maybe_shared(Bytes::from(path)).ok()?);
    Uri::from_parts(parts).ok()
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, authority) = (self.origin.scheme_str(), self.origin.authority());
        let authority = authority.map_or("", |authority| authority.as_str());
        write!(formatter, "{}://{authority}{}", scheme.unwrap_or_default(), self.path)
    }
}

/// Returns whether `to` has the origin of `from`, or is its upgrade to https: the same host, and the same port or the
/// default port of both schemes. A URL with user information never matches, because some HTTP libraries send it as
/// credentials, instead of ours.
pub(crate) fn same_origin_or_upgrade(from: &Uri, to: &Uri) -> bool {
    let (Some(before), Some(after)) = (from.scheme(), to.scheme()) else { return false };
    let Some(authority) = to.authority().filter(|authority| !authority.as_str().contains('@')) else { return false };
    if before == after && from.authority().is_some_and(|from| from.as_str() == authority.as_str()) {
        return true;
    }
    let same_host = match (from.host(), to.host()) {
        (Some(from), Some(to)) => from.eq_ignore_ascii_case(to),
        _ => false,
    };
    let usual = |scheme: &Scheme| if *scheme == Scheme::HTTPS { 443 } else { 80 };
    let ports = (from.port_u16().unwrap_or(usual(before)), to.port_u16().unwrap_or(usual(after)));
    let upgrade = *before == Scheme::HTTP && *after == Scheme::HTTPS;
    same_host && (before == after || upgrade) && (ports.0 == ports.1 || (upgrade && ports == (80, 443)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_lenient_urls() {
        for (given, expected) in [
            ("https://photos.example", "https://photos.example/api"),
            ("https://photos.example/", "https://photos.example/api"),
            ("https://photos.example/api", "https://photos.example/api"),
            (" https://photos.example/api/ ", "https://photos.example/api"),
            ("http://10.0.0.2:2283", "http://10.0.0.2:2283/api"),
            ("http://[::1]:2283/", "http://[::1]:2283/api"),
            ("https://example.org/sub/path/", "https://example.org/sub/path/api"),
            ("https://example.org/sub/api", "https://example.org/sub/api"),
            ("HTTPS://photos.example/myapi", "https://photos.example/myapi/api"),
        ] {
            assert_eq!(BaseUrl::parse(given).expect(given).to_string(), expected);
        }
    }

    #[test]
    fn rejects_invalid_urls_without_showing_secrets() {
        for (given, reason) in [
            ("", "empty"),
            ("photos.example", "http://"),
            ("photos.example:2283", "http://"),
            ("ftp://photos.example", "scheme `ftp`"),
            ("https://me:hunter2@photos.example", "credentials"),
            ("me:hunter2@photos.example", "credentials"),
            ("https://photos.example/?key=hunter2", "query"),
            ("https://", "no URL"),
            ("https://photos.example:/", "port"),
            ("https://photos.example:65536", "port"),
            ("https://[::1]photos.example:80", "host"),
            ("https://photos[::1].example", "host"),
            ("https://photos.example/a/../b", "segment"),
            ("https://photos example", "no URL"),
            ("https:/me:hunter2@photos.example", "no URL"),
            ("https:\\\\me:hunter2@photos.example", "credentials"),
            ("https://photos.example/fot\u{f3}", "percent-encoded"),
            ("https://photos.example/a\\b", "percent-encoded"),
        ] {
            let error = BaseUrl::parse(given).expect_err(given).to_string();
            assert!(error.contains(reason) && !error.contains("hunter2"), "{given}: {error}");
        }
    }

    #[test]
    fn covers_only_the_origin_and_its_upgrade() {
        let covers = |base: &str, uri: &str| BaseUrl::parse(base).expect(base).covers(&uri.parse().expect(uri));
        assert!(covers("http://a.example", "http://A.example:80/x"));
        assert!(covers("http://a.example", "https://a.example/x"));
        assert!(covers("http://a.example:2283", "https://a.example:2283/x"));
        assert!(!covers("https://a.example", "http://a.example/x"));
        assert!(!covers("http://a.example:2283", "http://a.example/x"));
        assert!(!covers("http://a.example:2283", "https://a.example/x"));
        assert!(!covers("https://a.example", "https://b.a.example/x"));
        assert!(!covers("https://a.example", "https://me@a.example/x"));
        assert!(!covers("https://a.example", "/x"));
    }
}
