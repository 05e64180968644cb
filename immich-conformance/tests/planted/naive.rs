//! A client of HTTP/1.1 by hand, as a first draft has it, with faults in its parser.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use immich_core::http::{HeaderName, HeaderValue, Request, Response};
use immich_core::{Body, HttpSend, ResponseBody, TransportError};

/// The fault of the parser.
#[derive(Clone, Copy, PartialEq)]
pub enum Quirk {
    None,
    TakesInformational,
    WantsNoTrailers,
    WantsPlainSizes,
    ReadsHeadOnce,
    WantsReason,
    IgnoresClose,
}

pub struct Naive(pub SocketAddr, pub Quirk, pub std::sync::Mutex<Option<TcpStream>>);

#[async_trait::async_trait]
impl HttpSend for Naive {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let (parts, body) = request.into_parts();
        let body = body.bytes().await.map_err(TransportError::cut)?;
        self.exchange(&parts, &body).map_err(TransportError::cut)
    }
}

impl Naive {
    fn exchange(
        &self,
        parts: &immich_core::http::request::Parts,
        body: &[u8],
    ) -> std::io::Result<Response<ResponseBody>> {
        let kept = self.2.lock().expect("no panic").take().filter(|_| self.1 == Quirk::IgnoresClose);
        let mut stream = kept.map_or_else(|| TcpStream::connect(self.0), Ok)?;
        let target = parts.uri.path_and_query().expect("a path");
        write!(stream, "{} {target} HTTP/1.1\r\nhost: {}\r\n", parts.method, self.0)?;
        write!(stream, "content-length: {}\r\n\r\n", body.len())?;
        stream.write_all(body)?;

        let mut reader = BufReader::new(stream.try_clone()?);
        if self.1 == Quirk::ReadsHeadOnce && !reader.fill_buf()?.ends_with(b"\r\n\r\n") {
            return Err(std::io::Error::other("a head in pieces"));
        }
        let mut response = loop {
            let response = self.head(&mut reader)?;
            if !response.status().is_informational() || self.1 == Quirk::TakesInformational {
                break response;
            }
        };
        let length = response.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
        let mut bytes = vec![0; length.unwrap_or(0)];
        if length.is_some() {
            reader.read_exact(&mut bytes)?;
        } else if response.headers().contains_key("transfer-encoding") {
            self.chunks(&mut reader, &mut bytes)?;
        }
        *response.body_mut() = ResponseBody::from(bytes);
        *self.2.lock().expect("no panic") = Some(stream);
        Ok(response)
    }

    fn head(&self, reader: &mut impl BufRead) -> std::io::Result<Response<ResponseBody>> {
        let status = line(reader)?;
        let mut words = status.splitn(3, ' ').skip(1);
        let code = words.next().and_then(|code| code.parse::<u16>().ok());
        if self.1 == Quirk::WantsReason && words.next().is_none_or(str::is_empty) {
            return Err(std::io::Error::other("no reason"));
        }
        let mut response = Response::new(ResponseBody::empty());
        *response.status_mut() = code.unwrap_or(500).try_into().map_err(std::io::Error::other)?;
        loop {
            let header = line(reader)?;
            let Some((name, value)) = header.split_once(": ") else { return Ok(response) };
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(std::io::Error::other)?;
            response.headers_mut().append(name, HeaderValue::from_str(value).map_err(std::io::Error::other)?);
        }
    }

    fn chunks(&self, reader: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<()> {
        loop {
            let size = line(reader)?;
            let plain = if self.1 == Quirk::WantsPlainSizes { &size[..] } else { size.split(';').next().unwrap_or("") };
            let size = u64::from_str_radix(plain, 16).map_err(std::io::Error::other)?;
            reader.take(size).read_to_end(bytes)?;
            if size > 0 {
                line(reader)?;
                continue;
            }
            while !line(reader)?.is_empty() {
                if self.1 == Quirk::WantsNoTrailers {
                    return Err(std::io::Error::other("trailers"));
                }
            }
            return Ok(());
        }
    }
}

fn line(reader: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}
