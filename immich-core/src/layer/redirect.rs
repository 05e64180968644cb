//! The targets of redirects. Those of GET and HEAD to the same origin, or to its https form, are followed.

use http::header::LOCATION;
use http::uri::Authority;
use http::{Response, StatusCode, Uri};

use crate::base_url::same_origin_or_upgrade;

/// Returns the target, if the response is a redirect that may be followed.
pub(super) fn target<B>(from: &Uri, response: &Response<B>) -> Option<Uri> {
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
