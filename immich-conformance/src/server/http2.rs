//! A connection of HTTP/2.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::thread;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use super::exchange::{Exchange, Wire};
use super::wait::within;
use super::{Handler, LIMIT, STALLED, State};

/// The bytes of request bodies that wait to be read.
const WINDOW: u32 = 1 << 20;

/// The longest head of a request that is taken.
const HEAD: u32 = 1 << 20;

pub(crate) struct Http2 {
    body: RecvStream,
    response: SendResponse<Bytes>,
    data: Option<SendStream<Bytes>>,
}

pub(super) fn serve(stream: TcpStream, handler: &Handler, state: &Arc<State>, streams: u32) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        stream.set_nonblocking(true)?;
        let stream = tokio::net::TcpStream::from_std(stream)?;
        let mut builder = h2::server::Builder::new();
        builder.max_concurrent_streams(streams).max_header_list_size(HEAD);
        builder.initial_window_size(WINDOW).initial_connection_window_size(WINDOW);
        let mut http2 = builder.handshake::<_, Bytes>(stream).await.map_err(io::Error::other)?;
        while let Some(accepted) = http2.accept().await {
            let (request, response) = accepted.map_err(io::Error::other)?;
            state.requests.fetch_add(1, Ordering::SeqCst);
            let handler = Arc::clone(handler);
            thread::spawn(move || {
                let (parts, body) = request.into_parts();
                let named = parts.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
                handler(&mut Exchange {
                    method: parts.method.to_string(),
                    target: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
                    authority: parts.uri.authority().map(|name| name.as_str().into()).unwrap_or_default(),
                    headers: named.collect(),
                    wire: Wire::Http2(Box::new(Http2 { body, response, data: None })),
                });
            });
        }
        Ok(())
    })
}

impl Http2 {
    pub(super) fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        let chunk = within(LIMIT, self.body.data()).ok_or(ErrorKind::TimedOut)?;
        let chunk = chunk.transpose().map_err(io::Error::other)?;
        if let Some(chunk) = &chunk {
            self.body.flow_control().release_capacity(chunk.len()).map_err(io::Error::other)?;
        }
        Ok(chunk)
    }

    pub(super) fn head(&mut self, status: u16, headers: &[(&str, &[u8])], _: bool, is_last: bool) -> io::Result<()> {
        let mut response = Response::builder().status(status).body(()).map_err(io::Error::other)?;
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(io::Error::other)?;
            response.headers_mut().append(name, HeaderValue::from_bytes(value).map_err(io::Error::other)?);
        }
        self.data = Some(self.response.send_response(response, is_last).map_err(io::Error::other)?);
        Ok(())
    }

    fn stream(&mut self) -> io::Result<&mut SendStream<Bytes>> {
        self.data.as_mut().ok_or_else(|| io::Error::other("no head was sent"))
    }

    pub(super) fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.stream()?;
        let mut rest = Bytes::copy_from_slice(bytes);
        while !rest.is_empty() {
            stream.reserve_capacity(rest.len());
            let granted = within(LIMIT, poll_fn(|context| stream.poll_capacity(context)));
            let granted = granted.flatten().ok_or(ErrorKind::TimedOut)?.map_err(io::Error::other)?;
            let part = rest.split_to(granted.min(rest.len()));
            stream.send_data(part, false).map_err(io::Error::other)?;
        }
        Ok(())
    }

    pub(super) fn end(&mut self, trailers: &[(&str, &str)]) -> io::Result<()> {
        let stream = self.stream()?;
        if trailers.is_empty() {
            return stream.send_data(Bytes::new(), true).map_err(io::Error::other);
        }
        let mut map = HeaderMap::new();
        for (name, value) in trailers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(io::Error::other)?;
            map.append(name, HeaderValue::from_str(value).map_err(io::Error::other)?);
        }
        stream.send_trailers(map).map_err(io::Error::other)
    }

    pub(super) fn cut(&mut self) {
        self.reset(Reason::INTERNAL_ERROR);
    }

    pub(super) fn reset(&mut self, reason: Reason) {
        match &mut self.data {
            Some(stream) => stream.send_reset(reason),
            None => self.response.send_reset(reason),
        }
    }

    pub(super) fn is_left(&mut self) -> bool {
        let is_reset = |polled: Poll<Result<Reason, h2::Error>>| polled.map(|_| ());
        within(
            LIMIT,
            poll_fn(|context| match &mut self.data {
                Some(stream) => is_reset(stream.poll_reset(context)),
                None => is_reset(self.response.poll_reset(context)),
            }),
        )
        .is_some()
    }

    pub(super) fn flood(&mut self, most: usize) -> usize {
        let mut sent = 0;
        let Ok(stream) = self.stream() else { return 0 };
        while sent < most {
            stream.reserve_capacity(16 << 10);
            let granted = within(STALLED, poll_fn(|context| stream.poll_capacity(context)));
            let Some(Some(Ok(granted))) = granted else { return sent };
            if stream.send_data(vec![7; granted].into(), false).is_err() {
                return sent;
            }
            sent += granted;
        }
        sent
    }
}
