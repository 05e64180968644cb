//! The address of a server, and what belongs to its origin.

use std::fmt;

use bytes::Bytes;
use http::Uri;
use http::uri::{InvalidUri, Parts, PathAndQuery, Scheme};

use crate::error::Error;
use crate::shown::line;

/// The address of the API of a server.
///
/// It is given as users know it: with or without `/api`, a slash at the end, a port, or a path of its own.
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
    /// The scheme, the host and the port.
    origin: Uri,
    /// The path up to and with `/api`.
    path: String,
}

/// What a [`Uri`] can hold of a path with its query.
const LONGEST: usize = 60_000;

impl BaseUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// `Build` if it is no URL, its scheme is not http or https, or it holds credentials, a query or a fragment.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |what: &str| Error::misconfigured(format!("the base URL {what}"));
        let text = text.trim();
        if text.is_empty() {
            return Err(wrong("is empty"));
        }
        // What follows an `@` in the authority is the host; what stands before it is never shown.
        let authority = text.split_once("://").map_or(text, |(_, rest)| rest).split(['/', '?', '#']).next();
        if authority.is_some_and(|authority| authority.contains('@')) {
            return Err(wrong("holds credentials; give them to the client instead"));
        }
        if text.contains(['?', '#']) {
            return Err(wrong("has a query or a fragment"));
        }
        // A slash too few makes a path of credentials.
        let shown = if text.contains('@') { String::new() } else { format!("`{}` ", line(text, 200)) };
        if authority.is_some_and(|authority| !authority.is_ascii()) {
            return Err(wrong(&format!(
                "{shown}has a host that is not ASCII: write it in Punycode, as in `xn--bcher-kva.example`"
            )));
        }
        let uri: Uri = text.parse().map_err(|error: InvalidUri| wrong(&format!("{shown}is no URL: {error}")))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong(&format!("{shown}does not start with http:// or https://")));
        };
        if !matches!(scheme, "http" | "https") {
            return Err(wrong(&format!("has the scheme `{scheme}`, which is neither http nor https")));
        }
        let host = authority.host();
        if host.contains('%') {
            return Err(wrong(&format!(
                "{shown}has an IPv6 address with a zone, which cannot be requested: use a name"
            )));
        }
        // `http` takes any text around the brackets of an IPv6 address.
        let port = authority.as_str().strip_prefix(host).filter(|_| !host.is_empty());
        if !port
            .is_some_and(|port| port.is_empty() || authority.port().is_some_and(|known| port[1..] == *known.as_str()))
        {
            return Err(wrong(&format!("{shown}lacks a host, or has no port from 0 to 65535")));
        }
        let path = uri.path().trim_end_matches('/');
        if path.split('/').any(|segment| matches!(segment, "." | "..")) || path.contains("//") {
            return Err(wrong(&format!("{shown}has a path with an empty, `.` or `..` segment")));
        }
        if !path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(wrong(&format!("{shown}has a path with a character that must be percent-encoded")));
        }
        let path = path.strip_suffix("/api").unwrap_or(path);
        let path = format!("{path}/api");
        let origin = on(&uri, "/".to_owned()).ok_or_else(|| wrong(&format!("{shown}is no URL")))?;
        Ok(Self { origin, path })
    }

    /// The full address of a path below the API, with a query if it is not empty; `None` if that is too long.
    pub(crate) fn join(&self, path: &str, query: &str) -> Option<Uri> {
        let mark = if query.is_empty() { "" } else { "?" };
        on(&self.origin, [&self.path, path, mark, query].concat())
    }

    /// Where the server tells the address of its API.
    pub(crate) fn well_known(&self) -> Option<Uri> {
        let folder = self.path.strip_suffix("/api").unwrap_or_default();
        on(&self.origin, format!("{folder}/.well-known/immich"))
    }

    /// Whether `uri` is on the origin of this address, or on the https form of it.
    pub(crate) fn covers(&self, uri: &Uri) -> bool {
        same_origin_or_upgrade(&self.origin, uri)
    }
}

/// A path and query on the origin of `origin`, which is not read anew.
fn on(origin: &Uri, path: String) -> Option<Uri> {
    if path.len() > LONGEST {
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

/// Whether `to` has the origin of `from`, or is what one gets by putting https instead of http: the same
/// host, and the same port or the usual port of both. A URL with a user in it never has: some HTTP libraries make
/// credentials of it, instead of ours.
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
    fn addresses_are_taken_as_users_write_them() {
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
    fn what_is_no_address_is_refused_with_the_reason_and_without_secrets() {
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
    fn only_the_origin_and_its_upgrade_are_covered() {
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
