//! The metadata of a file from the headers of a response.

use http::HeaderMap;
use http::header::{CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED};

use crate::binary::BinaryResponse;

/// The metadata of a file on the server, as far as the headers contain it.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// The length of the whole file in bytes.
    pub(super) total: Option<u64>,
    pub(super) name: Option<String>,
    pub(super) content_type: Option<String>,
}

impl Head {
    pub(super) fn of(response: &BinaryResponse, total: Option<u64>) -> Self {
        Self { total, name: response.file_name(), ..Self::of_headers(response.headers()) }
    }

    pub(super) fn of_headers(headers: &HeaderMap) -> Self {
        let text = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let (etag, last_modified, content_type) = (text(ETAG), text(LAST_MODIFIED), text(CONTENT_TYPE));
        Self { etag, last_modified, content_type, total: None, name: None }
    }

    /// Returns the value of `If-Range`. The tags of Immich are weak, but Immich accepts them there.
    pub(super) fn validator(&self) -> Option<&str> {
        self.etag.as_deref().or(self.last_modified.as_deref())
    }

    /// Whether both can describe the same file: no field that both have differs.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        fn same<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.zip(other).is_none_or(|(one, other)| one == other)
        }
        same(self.etag.as_ref(), other.etag.as_ref())
            && (self.etag.is_some() || same(self.last_modified.as_ref(), other.last_modified.as_ref()))
            && same(self.total.as_ref(), other.total.as_ref())
    }
}

/// A `Content-Range` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transfer) enum ContentRange {
    /// The response contains the bytes from `first` on.
    Part { first: u64, total: Option<u64> },
    /// The requested range is past the end of the file, which has this many bytes.
    Beyond { total: u64 },
}

impl ContentRange {
    pub(in crate::transfer) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(CONTENT_RANGE)?.to_str().ok()?;
        let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
        if range.trim() == "*" {
            return Some(Self::Beyond { total: total.trim().parse().ok()? });
        }
        let (first, last) = range.split_once('-')?;
        let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        let total = match total.trim() {
            "*" => None,
            total => Some(total.parse().ok()?),
        };
        let possible = first <= last && total.is_none_or(|total| last < total);
        possible.then_some(Self::Part { first, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_RANGE, text.parse().expect("a header"));
            ContentRange::of(&headers)
        };
        assert_eq!(read("bytes 100-199/9914"), Some(ContentRange::Part { first: 100, total: Some(9914) }));
        assert_eq!(read("bytes 100-199/*"), Some(ContentRange::Part { first: 100, total: None }));
        assert_eq!(read("bytes */9914"), Some(ContentRange::Beyond { total: 9914 }));
        for invalid in
            ["bytes 100-99/200", "bytes 100-200/200", "bytes 1-2", "lines 1-2/3", "bytes */*", "bytes -1-2/3"]
        {
            assert_eq!(read(invalid), None, "{invalid}");
        }
    }
}
