//! Files over HTTP: ranges, conditions and the headers around them.

use bytes::Bytes;
use http::StatusCode;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE,
};
use jiff::Timestamp;
use serde_json::json;

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::line::Line;
use super::{random, time};

/// The `Cache-Control` of an asset's files.
pub(super) const PRIVATE: &str =
    "private, max-age=86400, no-transform, stale-while-revalidate=2592000, stale-if-error=2592000";

/// A file to send.
#[derive(Debug)]
pub(super) struct File {
    pub(super) bytes: Bytes,
    pub(super) content_type: &'static str,
    /// The name in `Content-Disposition`, if any.
    pub(super) name: Option<String>,
    pub(super) modified: Timestamp,
    pub(super) cache_control: &'static str,
}

/// The part of a file that a `Range` header requests.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// The whole file: no range, several ranges, or a malformed one.
    Whole,
    Part(usize, usize),
    /// A range that starts past the end.
    Beyond,
}

impl File {
    pub(super) fn respond(self, asked: &Asked, line: Line) -> Answer {
        let size = self.bytes.len();
        let tag = format!("W/\"{size:x}-{:x}\"", self.modified.as_millisecond());
        let header = |name: http::HeaderName| asked.header(name.as_str());
        let wanted = match header(RANGE) {
            Some(range) if self.range_is_fresh(&tag, header(IF_RANGE)) => wanted(range, size),
            _ => Wanted::Whole,
        };
        let (status, body) = match wanted {
            Wanted::Whole => (StatusCode::OK, self.bytes.clone()),
            Wanted::Part(from, to) => (StatusCode::PARTIAL_CONTENT, self.bytes.slice(from..=to)),
            Wanted::Beyond if line.is_two() => (StatusCode::INTERNAL_SERVER_ERROR, internal_error()),
            Wanted::Beyond => (StatusCode::NOT_FOUND, json!({ "message": "Not Found" }).to_string().into()),
        };
        // The error replaces the file, but not its headers.
        let failed = wanted == Wanted::Beyond;
        let cache_control = if failed && line.is_two() { "none" } else { self.cache_control };
        let charset = if failed { "; charset=utf-8" } else { "" };
        let mut response = Answer::new(status, body)
            .with(CACHE_CONTROL, cache_control)
            .with(CONTENT_TYPE, &format!("{}{charset}", self.content_type))
            .with(ACCEPT_RANGES, "bytes")
            .with(LAST_MODIFIED, &time::http_date(self.modified))
            .with(ETAG, &tag);
        if let Some(name) = &self.name {
            response = response.with(CONTENT_DISPOSITION, &disposition(name));
        }
        match wanted {
            Wanted::Part(from, to) => response.with(CONTENT_RANGE, &format!("bytes {from}-{to}/{size}")),
            Wanted::Beyond => response.with(CONTENT_RANGE, &format!("bytes */{size}")),
            Wanted::Whole if self.is_known(&tag, asked) => response.not_modified(),
            Wanted::Whole => response,
        }
    }

    /// Whether the client already has this file.
    fn is_known(&self, tag: &str, asked: &Asked) -> bool {
        let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        if let Some(tags) = asked.header(IF_NONE_MATCH.as_str()) {
            return tags == "*" || tags.split(',').any(|given| strong(given) == strong(tag));
        }
        let since = asked.header(IF_MODIFIED_SINCE.as_str()).and_then(time::parse_http_date);
        since.is_some_and(|since| self.modified.as_second() <= since.as_second())
    }

    /// Whether the file matches `If-Range`.
    fn range_is_fresh(&self, tag: &str, condition: Option<&str>) -> bool {
        match condition {
            None => true,
            Some(condition) if condition.contains('"') => condition.contains(tag),
            Some(date) => time::parse_http_date(date).is_some_and(|date| self.modified.as_second() <= date.as_second()),
        }
    }
}

/// The response for an asset whose file is lost. 2.x has already set the headers of the file; 3.x checks first.
pub(super) fn lost(name: Option<&str>, content_type: &str, line: Line) -> Result<Answer, Fault> {
    if !line.is_two() {
        return Err(Fault::not_found("Not Found"));
    }
    let response = Answer::new(StatusCode::INTERNAL_SERVER_ERROR, internal_error())
        .with(CACHE_CONTROL, "none")
        .with(CONTENT_TYPE, &format!("{content_type}; charset=utf-8"));
    Ok(match name {
        Some(name) => response.with(CONTENT_DISPOSITION, &disposition(name)),
        None => response,
    })
}

fn disposition(name: &str) -> String {
    format!("inline; filename*=UTF-8''{}", encode(name))
}

/// The body of an internal error of 2.x.
fn internal_error() -> Bytes {
    let id = random::correlation_id();
    json!({ "message": "Internal server error", "statusCode": 500, "correlationId": id }).to_string().into()
}

fn wanted(range: &str, size: usize) -> Wanted {
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::Whole;
    };
    let (from, to) = (from.trim(), to.trim());
    let last = size.saturating_sub(1);
    let bounds = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => (from, to.min(last)),
        (Ok(from), Err(_)) if to.is_empty() => (from, last),
        (Err(_), Ok(suffix)) if from.is_empty() => (size.saturating_sub(suffix), last),
        _ => return Wanted::Whole,
    };
    match bounds {
        (from, to) if from >= size || from > to => Wanted::Beyond,
        (from, to) => Wanted::Part(from, to),
    }
}

/// Percent-encodes a name like `encodeURIComponent` in JavaScript.
fn encode(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            byte if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) => encoded.push(char::from(byte)),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{Wanted, encode, wanted};

    #[test]
    fn ranges() {
        assert_eq!(wanted("bytes=2-3", 10), Wanted::Part(2, 3));
        assert_eq!(wanted("bytes=2-99", 10), Wanted::Part(2, 9));
        assert_eq!(wanted("bytes=2-", 10), Wanted::Part(2, 9));
        assert_eq!(wanted("bytes=-3", 10), Wanted::Part(7, 9));
        assert_eq!(wanted("bytes=10-", 10), Wanted::Beyond);
        assert_eq!(wanted("bytes=0-", 0), Wanted::Beyond);
        for whole in ["bytes=1-2,4-5", "bytes=x-y", "lines=1-2", "bytes=-", ""] {
            assert_eq!(wanted(whole, 10), Wanted::Whole, "{whole}");
        }
    }

    #[test]
    fn names_are_encoded_as_in_javascript() {
        assert_eq!(encode("récordé (1)'.jpg"), "r%C3%A9cord%C3%A9%20(1)'.jpg");
    }
}
