//! Adds the headers that are only for the origin of the server: credentials and the headers of the client builder.

use http::uri::PathAndQuery;
use http::{Request, Uri};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use crate::auth::Credentials;
use crate::body::Body;

const SLUG: &str = "x-immich-share-slug";

/// Adds the credentials. A header that the request has takes precedence.
pub(super) fn add(request: &mut Request<Body>, credentials: &Credentials) {
    for (name, value) in credentials.headers() {
        // Servers ignore headers that are not ASCII.
        if name == SLUG && !value.as_bytes().is_ascii() {
            with_slug(request.uri_mut(), value.as_bytes());
            continue;
        }
        request.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
}

/// Adds the slug of a shared link to the query, unless the query has one.
fn with_slug(uri: &mut Uri, slug: &[u8]) {
    let query = uri.query().unwrap_or_default();
    if query.split('&').any(|pair| pair.starts_with("slug=")) {
        return;
    }
    let mark = if query.is_empty() { "" } else { "&" };
    let text = format!("{}?{query}{mark}slug={}", uri.path(), percent_encode(slug, NON_ALPHANUMERIC));
    let mut parts = uri.clone().into_parts();
    // If the URI becomes too long, the slug is left out, and the server reports that it is missing.
    if let Ok(path_and_query) = text.parse::<PathAndQuery>() {
        parts.path_and_query = Some(path_and_query);
        *uri = Uri::from_parts(parts).unwrap_or_else(|_| uri.clone());
    }
}
