//! A connection of HTTP/1.1, byte by byte.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;

use super::exchange::{Exchange, Wire};
use super::{Handler, LIMIT, STALLED};

pub(crate) struct Http1 {
    stream: TcpStream,
    /// Bytes that were read and not used.
    unread: Vec<u8>,
    left: Left,
    is_chunked: bool,
    is_complete: bool,
}

/// The rest of the request body.
#[derive(Clone, Copy)]
enum Left {
    Length(u64),
    Chunked,
    Nothing,
}

pub(super) fn serve(stream: TcpStream, handler: &Handler, requests: &AtomicUsize) -> io::Result<()> {
    let mut http1 = Http1 { stream, unread: Vec::new(), left: Left::Nothing, is_chunked: false, is_complete: true };
    while http1.is_complete && matches!(http1.left, Left::Nothing) {
        let Some((method, target, mut headers)) = http1.read_head()? else { return Ok(()) };
        requests.fetch_add(1, Ordering::SeqCst);
        let authority = headers.iter().position(|(name, _)| name == "host").map(|at| headers.remove(at).1);
        let authority = authority.unwrap_or_default();
        handler(&mut Exchange { method, target, authority, headers, wire: Wire::Http1(&mut http1) });
    }
    http1.stream.shutdown(Shutdown::Both)
}

type Head = (String, String, Vec<(String, Vec<u8>)>);

impl Http1 {
    /// Reads the head of the next request, or `None` if the connection ends before it.
    fn read_head(&mut self) -> io::Result<Option<Head>> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 256];
            let mut request = httparse::Request::new(&mut headers);
            let parsed = request.parse(&self.unread).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
            if let httparse::Status::Complete(length) = parsed {
                let head = (
                    request.method.unwrap_or_default().to_owned(),
                    request.path.unwrap_or_default().to_owned(),
                    request.headers.iter().map(|header| (header.name.to_lowercase(), header.value.to_vec())).collect(),
                );
                self.unread.drain(..length);
                self.begin(&head);
                return Ok(Some(head));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn begin(&mut self, (_, _, headers): &Head) {
        let value = |name: &str| headers.iter().find(|(other, _)| other == name).map(|(_, value)| &value[..]);
        let length = value("content-length").and_then(|value| std::str::from_utf8(value).ok()?.parse().ok());
        self.left = match (value("transfer-encoding"), length) {
            (Some(_), _) => Left::Chunked,
            (None, Some(0) | None) => Left::Nothing,
            (None, Some(length)) => Left::Length(length),
        };
        (self.is_chunked, self.is_complete) = (false, false);
    }

    /// Reads more bytes; `false` at the end of the connection.
    fn fill(&mut self) -> io::Result<bool> {
        let mut buffer = [0; 16 << 10];
        let read = self.stream.read(&mut buffer)?;
        self.unread.extend_from_slice(&buffer[..read]);
        Ok(read > 0)
    }

    /// Takes up to `most` bytes, at least one.
    fn take(&mut self, most: u64) -> io::Result<Bytes> {
        if self.unread.is_empty() && !self.fill()? {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let length = usize::try_from(most).unwrap_or(usize::MAX).min(self.unread.len());
        Ok(self.unread.drain(..length).collect::<Vec<_>>().into())
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|window| window == b"\r\n") {
                let line = self.unread[..end].to_vec();
                self.unread.drain(..end + 2);
                return Ok(line);
            }
            if !self.fill()? {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    pub(super) fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        match self.left {
            Left::Nothing => Ok(None),
            Left::Length(left) => {
                let bytes = self.take(left)?;
                let left = left - bytes.len() as u64;
                self.left = if left == 0 { Left::Nothing } else { Left::Length(left) };
                Ok(Some(bytes))
            }
            Left::Chunked => {
                let line = String::from_utf8_lossy(&self.line()?).into_owned();
                let size = line.split(';').next().unwrap_or_default().trim();
                let mut size = u64::from_str_radix(size, 16).map_err(io::Error::other)?;
                if size == 0 {
                    while !self.line()?.is_empty() {}
                    self.left = Left::Nothing;
                    return Ok(None);
                }
                let mut chunk = Vec::new();
                while size > 0 {
                    let bytes = self.take(size)?;
                    size -= bytes.len() as u64;
                    chunk.extend_from_slice(&bytes);
                }
                self.line()?;
                Ok(Some(chunk.into()))
            }
        }
    }

    pub(super) fn head(
        &mut self,
        status: u16,
        headers: &[(&str, &[u8])],
        is_head: bool,
        is_last: bool,
    ) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {status} As It Is\r\n").into_bytes();
        for (name, value) in headers {
            head.extend_from_slice(format!("{name}: ").as_bytes());
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
        let has_length = headers.iter().any(|(name, _)| *name == "content-length");
        self.is_chunked = !has_length && !is_head && !matches!(status, 204 | 304);
        if self.is_chunked {
            head.extend_from_slice(b"transfer-encoding: chunked\r\n");
        }
        head.extend_from_slice(b"\r\n");
        self.write(&head)?;
        if is_last { self.end(&[]) } else { Ok(()) }
    }

    pub(super) fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.is_chunked {
            return self.write(bytes);
        }
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.write(&chunk)
    }

    pub(super) fn end(&mut self, trailers: &[(&str, &str)]) -> io::Result<()> {
        self.is_complete = true;
        if !self.is_chunked {
            return Ok(());
        }
        let mut last = "0\r\n".to_owned();
        for (name, value) in trailers {
            last += &format!("{name}: {value}\r\n");
        }
        self.write((last + "\r\n").as_bytes())
    }

    /// Sends these bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.set_write_timeout(Some(LIMIT))?;
        self.stream.write_all(bytes)
    }

    /// Says that the response was written directly and is complete.
    pub(crate) fn complete(&mut self) {
        self.is_complete = true;
    }

    /// Ends the sending half, and keeps the other.
    pub(crate) fn finish_sending(&mut self) {
        drop(self.stream.shutdown(Shutdown::Write));
    }

    /// Closes the connection with a reset.
    pub(crate) fn reset(&mut self) {
        drop(socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)));
        self.is_complete = false;
    }

    pub(super) fn cut(&mut self) {
        self.is_complete = false;
        drop(self.stream.shutdown(Shutdown::Write));
    }

    pub(super) fn is_left(&mut self) -> bool {
        self.is_complete = false;
        let mut buffer = [0; 16 << 10];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
            }
        }
    }

    pub(super) fn flood(&mut self, most: usize) -> usize {
        drop(self.stream.set_write_timeout(Some(STALLED)));
        let (bytes, mut sent) = ([7; 16 << 10], 0);
        while sent < most {
            match self.stream.write(&bytes[..bytes.len().min(most - sent)]) {
                Ok(0) | Err(_) => break,
                Ok(written) => sent += written,
            }
        }
        sent
    }
}
