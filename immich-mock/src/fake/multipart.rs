//! A reader of `multipart/form-data`, in constant memory but for the parts that are kept.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use immich_core::Body;

use super::fault::Fault;
use super::server::Failure;

/// A form, read part by part.
pub(super) struct Multipart {
    body: Body,
    /// What ends a part: a line break, two dashes and the boundary.
    delimiter: Vec<u8>,
    buffer: BytesMut,
    ended: bool,
}

/// What stands at the head of a part.
#[derive(Debug, Default)]
pub(super) struct PartHead {
    pub(super) name: String,
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

    /// The next part, after what is left of this one; `None` after the last.
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
        // So that an empty part too ends with a line break and a boundary, which stand in the buffer.
        let disposition = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then(|| value.to_owned())
        });
        let disposition = disposition.unwrap_or_default();
        let name = parameter(&disposition, "name").unwrap_or_default();
        Ok(Some(PartHead { name, file_name: parameter(&disposition, "filename") }))
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

/// Where `needle` begins.
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

/// A quoted parameter of a header, with the characters that browsers escape.
fn parameter(header: &str, name: &str) -> Option<String> {
    let start = header.find(&format!("; {name}=\""))? + name.len() + 4;
    let (value, _) = header[start..].split_once('"')?;
    Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}
