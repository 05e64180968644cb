//! A reader of `multipart/form-data`, in constant memory except for the parts that are kept.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use immich_core::Body;

use super::failure::Failure;
use super::fault::Fault;

/// A form, read part by part.
pub(super) struct Multipart {
    body: Body,
    /// The end of a part: a line break, two dashes and the boundary.
    delimiter: Vec<u8>,
    buffer: BytesMut,
    ended: bool,
}

/// The headers of a part.
#[derive(Debug, Default)]
pub(super) struct PartHead {
    pub(super) name: String,
    /// The file name as sent, without folders; only a file has one.
    pub(super) file_name: Option<String>,
}

impl Multipart {
    pub(super) fn new(headers: &HeaderMap, body: Body) -> Result<Self, Fault> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary = content_type.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
        let Some(boundary) = boundary.filter(|_| content_type.starts_with("multipart/form-data")) else {
            return Err(Fault::bad_request("Multipart: Boundary not found"));
        };
        let delimiter = format!("\r\n--{}", boundary.trim_matches('"')).into_bytes();
        // The first boundary has no line break before it.
        Ok(Self { body, delimiter, buffer: BytesMut::from("\r\n"), ended: false })
    }

    /// Skips the rest of this part, and returns the next one; `None` after the last.
    pub(super) async fn next_part(&mut self) -> Result<Option<PartHead>, Failure> {
        while self.chunk().await?.is_some() {}
        // The delimiter is in the buffer: two dashes after it end the form, a line break begins a part.
        let after = self.delimiter.len();
        self.fill(after + 2).await?;
        if self.buffer[after..].starts_with(b"--") {
            return Ok(None);
        }
        let end = loop {
            if let Some(end) = find(&self.buffer[after..], b"\r\n\r\n") {
                break after + end;
            }
            self.fill(self.buffer.len() + 1).await?;
        };
        let head = self.buffer.split_to(end + 4);
        let head = String::from_utf8_lossy(&head[after..end]).into_owned();
        // An empty part, too, ends with a line break and a boundary, which are still in the buffer.
        let disposition = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then(|| value.to_owned())
        });
        let disposition = disposition.unwrap_or_default();
        let parameters = parameters(&disposition);
        let parameter = |wanted| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let name = parameter("name").unwrap_or_default().to_owned();
        Ok(Some(PartHead { name, file_name: parameter("filename").map(|name| base_name(name).to_owned()) }))
    }

    /// The next bytes of this part; `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            if let Some(end) = find(&self.buffer, &self.delimiter) {
                let rest = self.buffer.split_to(end).freeze();
                return Ok(Some(rest).filter(|rest| !rest.is_empty()));
            }
            // The last bytes may be the beginning of the delimiter.
            let safe = self.buffer.len().saturating_sub(self.delimiter.len() - 1);
            if safe > 0 {
                return Ok(Some(self.buffer.split_to(safe).freeze()));
            }
            self.fill(self.buffer.len() + 1).await?;
        }
    }

    /// All bytes of this part.
    pub(super) async fn bytes(&mut self) -> Result<Bytes, Failure> {
        let mut chunks = VecDeque::new();
        while let Some(chunk) = self.chunk().await? {
            chunks.push_back(chunk);
        }
        if chunks.len() == 1 {
            return Ok(chunks.pop_front().unwrap_or_default());
        }
        let mut all = Vec::with_capacity(chunks.iter().map(Bytes::len).sum());
        chunks.iter().for_each(|chunk| all.extend_from_slice(chunk));
        Ok(all.into())
    }

    /// Reads until the buffer has `length` bytes.
    async fn fill(&mut self, length: usize) -> Result<(), Failure> {
        while self.buffer.len() < length {
            let chunk = if self.ended { None } else { self.body.chunk().await };
            match chunk {
                Some(chunk) => self.buffer.extend_from_slice(&chunk?),
                None => {
                    self.ended = true;
                    return Err(Fault::bad_request("Multipart: Unexpected end of form").into());
                }
            }
        }
        Ok(())
    }
}

/// The position of `needle`.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(found) = haystack[from..].iter().position(|byte| *byte == first) {
        if haystack[from + found..].starts_with(needle) {
            return Some(from + found);
        }
        from += found + 1;
    }
    None
}

/// The parameters of a `Content-Disposition`, parsed like Immich does: in quoted strings, a backslash escapes quotes
/// and backslashes, and the percent-encoding of browsers (`%22`, `%0A`) is not decoded.
fn parameters(disposition: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Some((_, mut rest)) = disposition.split_once(';') else { return found };
    while let Some((name, value)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ';']).to_lowercase();
        let (value, left) = match value.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (value, left) = value.split_once(';').unwrap_or((value, ""));
                (value.trim().to_owned(), left)
            }
        };
        found.push((name, value));
        rest = left;
    }
    found
}

/// A string up to its closing quote, and the rest after it.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut escaping = false;
    for (index, character) in text.char_indices() {
        match character {
            '"' | '\\' if escaping => escaping = false,
            '\\' => {
                escaping = true;
                continue;
            }
            '"' => return (value, &text[index + 1..]),
            // The backslash did not escape anything.
            _ if std::mem::take(&mut escaping) => value.push('\\'),
            _ => {}
        }
        value.push(character);
    }
    (value, "")
}

/// A file name without its folders, with slashes or backslashes.
fn base_name(name: &str) -> &str {
    match name.rsplit(['/', '\\']).next().unwrap_or_default() {
        "." | ".." => "",
        base => base,
    }
}

#[cfg(test)]
mod tests {
    use super::{base_name, parameters};

    fn file_name(disposition: &str) -> String {
        let mut parameters = parameters(disposition).into_iter();
        parameters.find(|(name, _)| name == "filename").map(|(_, value)| value).unwrap_or_default()
    }

    #[test]
    fn percent_signs_stay_and_backslashes_escape() {
        let name = |name: &str| file_name(&format!("form-data; name=\"assetData\"; filename=\"{name}\""));
        assert_eq!(name("quote%22s.jpg"), "quote%22s.jpg");
        assert_eq!(name("line%0D%0Abreak.jpg"), "line%0D%0Abreak.jpg");
        assert_eq!(name(r#"quote\"s.jpg"#), "quote\"s.jpg");
        assert_eq!(name(r"back\\slash.jpg"), r"back\slash.jpg");
        assert_eq!(name(r"no\escape.jpg"), r"no\escape.jpg");
        assert_eq!(name("a;b=c.jpg"), "a;b=c.jpg");
        assert_eq!(file_name("form-data; filename=bare.jpg; name=x"), "bare.jpg");
    }

    #[test]
    fn folders_are_cut_off() {
        assert_eq!(base_name("C:\\photos\\a.jpg"), "a.jpg");
        assert_eq!(base_name("photos/a.jpg"), "a.jpg");
        assert_eq!(base_name(".."), "");
    }
}
