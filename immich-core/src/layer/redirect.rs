//! Follows redirects of GET and HEAD on the same origin, or to the https form of it. No other is followed:
//! the call then fails and says where the server pointed.

use std::sync::Arc;

use async_trait::async_trait;
use http::header::LOCATION;
use http::uri::Authority;
use http::{Method, Request, Response, StatusCode, Uri};

use crate::base_url::same_origin_or_upgrade;
use crate::body::{Body, ResponseBody};
use crate::send::{HttpSend, TransportError};
use crate::timer::Timer;

/// A server that needs more hops than this points in a circle.
const MAX_HOPS: usize = 5;

pub(crate) struct Redirect<S>(pub(crate) S);

#[async_trait]
impl<S: HttpSend> HttpSend for Redirect<S> {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return self.0.send(request).await;
        }
        let (head, body) = request.into_parts();
        let mut uri = head.uri.clone();
        let mut next = Request::from_parts(head.clone(), body);
        for _ in 0..MAX_HOPS {
            let response = self.0.send(next).await?;
            let Some(target) = target(&uri, &response) else { return Ok(response) };
            uri = target;
            next = Request::from_parts(head.clone(), Body::empty());
            *next.uri_mut() = uri.clone();
        }
        self.0.send(next).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.0.timer()
    }
}

/// Where to go next, if the response is a redirect that may be followed.
fn target(from: &Uri, response: &Response<ResponseBody>) -> Option<Uri> {
    let redirects = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !redirects.contains(&response.status()) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    resolve(from, location).filter(|target| same_origin_or_upgrade(from, target))
}

/// Resolves a reference as RFC 3986, section 5.2 does.
fn resolve(from: &Uri, reference: &str) -> Option<Uri> {
    let reference = reference.split('#').next()?;
    let scheme = from.scheme_str()?;
    if reference.starts_with("//") {
        return whole(&format!("{scheme}:{reference}"));
    }
    let (path, query) = reference.split_once('?').map_or((reference, None), |(path, query)| (path, Some(query)));
    if path.split('/').next().is_some_and(|first| first.contains(':')) {
        return whole(reference);
    }
    let folder = from.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = match path {
        "" => from.path().to_owned(),
        absolute if absolute.starts_with('/') => without_dots(absolute),
        relative => without_dots(&format!("{folder}/{relative}")),
    };
    join(scheme, from.authority()?, &path, query)
}

/// A URL with its scheme.
fn whole(url: &str) -> Option<Uri> {
    let url: Uri = url.parse().ok()?;
    join(url.scheme_str()?, url.authority()?, &without_dots(url.path()), url.query())
}

fn join(scheme: &str, authority: &Authority, path: &str, query: Option<&str>) -> Option<Uri> {
    let query = query.filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{authority}{path}{query}").parse().ok()
}

fn without_dots(path: &str) -> String {
    let mut kept = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_the_rfc_does() {
        let from: Uri = "http://a.example:2283/api/assets/1/thumbnail?size=fullsize".parse().expect("a URL");
        for (reference, expected) in [
            ("original?", "http://a.example:2283/api/assets/1/original"),
            ("original?edited=true#x", "http://a.example:2283/api/assets/1/original?edited=true"),
            ("../2/original", "http://a.example:2283/api/assets/2/original"),
            ("./", "http://a.example:2283/api/assets/1/"),
            ("../../../../etc", "http://a.example:2283/etc"),
            ("/login", "http://a.example:2283/login"),
            ("?size=preview", "http://a.example:2283/api/assets/1/thumbnail?size=preview"),
            ("//b.example/x", "http://b.example/x"),
            ("https://a.example/x", "https://a.example/x"),
            ("https://a.example/x/../../y?z", "https://a.example/y?z"),
        ] {
            assert_eq!(resolve(&from, reference).expect(reference).to_string(), expected);
        }
        assert_eq!(resolve(&from, "mailto:x"), None);
    }
}
