//! Follows redirects of GET and HEAD to the same origin, or to its https form. Others are not followed: the call fails
//! and reports the target.

use std::borrow::Cow;
use std::mem;

use http::header::{CONTENT_LENGTH, LOCATION, TRANSFER_ENCODING};
use http::uri::Authority;
use http::{Method, Request, Response, StatusCode, Uri};

use crate::base_url::same_origin_or_upgrade;
use crate::body::{Body, ResponseBody};
use crate::layer::request_head::RequestHead;
use crate::layer::{Auth, CallContext};
use crate::send::Outcome;

/// More redirects than this are a loop.
const MAX_HOPS: usize = 5;

pub(crate) struct Redirect(pub(crate) Auth);

impl Redirect {
    /// Sends a request without credentials, before there is a client.
    pub(crate) async fn send_unauthenticated(&self, mut request: Request<Body>) -> Outcome {
        self.send(&mut request, &CallContext::default(), None).await
    }

    /// Sends the request, which is replaced with an empty one.
    pub(super) async fn send(
        &self,
        request: &mut Request<Body>,
        call: &CallContext,
        head: Option<&RequestHead>,
    ) -> Outcome {
        let followed = matches!(*request.method(), Method::GET | Method::HEAD);
        let own = (followed && head.is_none()).then(|| Box::new(RequestHead::of(request)));
        let request = mem::replace(request, Request::new(Body::empty()));
        let response = self.send_once(request, call).await?;
        match head.or(own.as_deref()).filter(|_| followed && response.status().is_redirection()) {
            // Boxed, so that other responses do not need its space.
            Some(head) => Box::pin(self.follow_redirects(response, call, head)).await,
            None => Ok(response),
        }
    }

    /// Sends one request, and sets the expected length of the response body.
    async fn send_once(&self, request: Request<Body>, call: &CallContext) -> Outcome {
        let is_head = request.method() == Method::HEAD;
        let mut response = self.0.send(request, call).await?;
        if let (Some(length), false) = (length(&response), is_head) {
            response.body_mut().announce(length);
        }
        Ok(response)
    }

    /// Follows redirects with the same request head.
    async fn follow_redirects(
        &self,
        mut response: Response<ResponseBody>,
        call: &CallContext,
        head: &RequestHead,
    ) -> Outcome {
        let mut uri = Cow::Borrowed(head.uri());
        for _ in 0..MAX_HOPS {
            let Some(target) = target(&uri, &response) else { break };
            let mut request = head.to_request(Body::empty());
            request.uri_mut().clone_from(&target);
            uri = Cow::Owned(target);
            response = self.send_once(request, call).await?;
        }
        Ok(response)
    }
}

/// Returns the length of the body, as announced by the headers.
fn length(response: &Response<ResponseBody>) -> Option<u64> {
    let headers = response.headers();
    let has_body = !matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let has_length = has_body && !headers.contains_key(TRANSFER_ENCODING);
    headers.get(CONTENT_LENGTH).filter(|_| has_length)?.to_str().ok()?.trim().parse().ok()
}

/// Returns the target, if the response is a redirect that may be followed.
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

/// Resolves a reference as specified by RFC 3986, section 5.2.
fn resolve(from: &Uri, reference: &str) -> Option<Uri> {
    let reference = reference.split('#').next()?;
    let scheme = from.scheme_str()?;
    if reference.starts_with("//") {
        return parse_absolute(&format!("{scheme}:{reference}"));
    }
    let (path, query) = reference.split_once('?').map_or((reference, None), |(path, query)| (path, Some(query)));
    if path.split('/').next().is_some_and(|first| first.contains(':')) {
        return parse_absolute(reference);
    }
    let folder = from.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = match path {
        "" => from.path().to_owned(),
        absolute if absolute.starts_with('/') => without_dots(absolute),
        relative => without_dots(&format!("{folder}/{relative}")),
    };
    build_uri(scheme, from.authority()?, &path, query)
}

/// Normalizes a URL with a scheme.
fn parse_absolute(url: &str) -> Option<Uri> {
    let url: Uri = url.parse().ok()?;
    build_uri(url.scheme_str()?, url.authority()?, &without_dots(url.path()), url.query())
}

fn build_uri(scheme: &str, authority: &Authority, path: &str, query: Option<&str>) -> Option<Uri> {
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
    fn resolves_references_as_in_rfc_3986() {
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
