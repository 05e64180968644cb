//! A request that the server received, and the response to it.

use std::io;

use bytes::Bytes;

use super::http1::Http1;
use super::http2::Http2;

/// A request, whose body is read, and whose response is written, step by step.
pub(crate) struct Exchange<'c> {
    pub(crate) method: String,
    /// The path and the query, as they were sent.
    pub(crate) target: String,
    /// The host and the port, as they were sent.
    pub(crate) authority: Vec<u8>,
    /// The headers in order, with names in lower case. `host` is not among them.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(super) wire: Wire<'c>,
}

pub(super) enum Wire<'c> {
    Http1(&'c mut Http1),
    Http2(Box<Http2>),
}

macro_rules! on_wire {
    ($exchange:ident, $wire:ident => $call:expr) => {
        match &mut $exchange.wire {
            Wire::Http1($wire) => $call,
            Wire::Http2($wire) => $call,
        }
    };
}

impl Exchange<'_> {
    /// The values of a header.
    pub(crate) fn values(&self, name: &str) -> Vec<&[u8]> {
        self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| &value[..]).collect()
    }

    /// The header as text, if there is exactly one.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        match &self.values(name)[..] {
            [value] => Some(String::from_utf8_lossy(value).into_owned()),
            _ => None,
        }
    }

    /// Reads the next bytes of the request body, or `None` at its end.
    pub(crate) fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        on_wire!(self, wire => wire.chunk())
    }

    /// Reads the rest of the request body.
    pub(crate) fn body(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk()? {
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Reads the request body to its end or to that of the connection, and returns the number of bytes.
    pub(crate) fn drain(&mut self) -> (usize, io::Result<()>) {
        let mut bytes = 0;
        loop {
            match self.chunk() {
                Ok(Some(chunk)) => bytes += chunk.len(),
                Ok(None) => return (bytes, Ok(())),
                Err(error) => return (bytes, Err(error)),
            }
        }
    }

    /// Sends the head of a response. Without `content-length` its length is unknown.
    pub(crate) fn head(&mut self, status: u16, headers: &[(&str, &[u8])]) -> io::Result<()> {
        let is_head = self.method == "HEAD";
        on_wire!(self, wire => wire.head(status, headers, is_head, false))
    }

    /// Sends bytes of the response body.
    pub(crate) fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        on_wire!(self, wire => wire.data(bytes))
    }

    /// Ends the response body.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        on_wire!(self, wire => wire.end(&[]))
    }

    /// Ends a response body of unknown length with trailers.
    pub(crate) fn trailers(&mut self, trailers: &[(&str, &str)]) -> io::Result<()> {
        on_wire!(self, wire => wire.end(trailers))
    }

    /// Sends a whole response, with the length of its body unless the headers or the status say otherwise.
    pub(crate) fn reply(&mut self, status: u16, headers: &[(&str, &[u8])], body: &[u8]) -> io::Result<()> {
        let length = body.len().to_string();
        let mut headers = headers.to_vec();
        let has_length = headers.iter().any(|(name, _)| *name == "content-length");
        if !has_length && !matches!(status, 204 | 304) {
            headers.push(("content-length", length.as_bytes()));
        }
        let is_head = self.method == "HEAD";
        on_wire!(self, wire => wire.head(status, &headers, is_head, body.is_empty()))?;
        if body.is_empty() {
            return Ok(());
        }
        self.data(body)?;
        self.end()
    }

    /// Breaks the response off: closes the connection, or resets the stream.
    pub(crate) fn cut(&mut self) {
        on_wire!(self, wire => wire.cut());
    }

    /// Waits until the client closes the connection or resets the stream; `false` if it does not.
    pub(crate) fn is_left(&mut self) -> bool {
        on_wire!(self, wire => wire.is_left())
    }

    /// Sends data until the client takes no more for a while. Returns the number of bytes, up to `most`.
    pub(crate) fn flood(&mut self, most: usize) -> usize {
        on_wire!(self, wire => wire.flood(most))
    }

    /// The connection of HTTP/1.1, to be written to directly.
    pub(crate) fn http1(&mut self) -> Option<&mut Http1> {
        match &mut self.wire {
            Wire::Http1(wire) => Some(wire),
            Wire::Http2(_) => None,
        }
    }

    /// Resets the stream of HTTP/2 for a reason.
    pub(crate) fn reset(&mut self, reason: h2::Reason) {
        if let Wire::Http2(wire) = &mut self.wire {
            wire.reset(reason);
        }
    }
}
