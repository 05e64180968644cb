//! A connection of HTTP/2 with streams that end as a script says. What a library would not send is written by hand.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use immich_sdk::bytes::Bytes;
use immich_sdk::http::{Request, Response};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::answer::Answer;
use super::server::State;

/// The fate of a stream. Those after the script get a response.
#[derive(Clone, Copy, Debug)]
pub enum Stream {
    /// RST_STREAM instead of a response.
    Reset(Reason),
    /// GOAWAY that says that this stream was not processed.
    GoAway(Reason),
    /// The connection closes.
    Close,
    /// The head announces `length` bytes, `sent` of them come, and then RST_STREAM.
    Cut { length: usize, sent: usize, reason: Reason },
    /// The same, but the stream ends as if it were complete.
    End { length: usize, sent: usize },
}

/// Frames that are written behind those of the library.
#[derive(Clone, Default)]
struct ByHand(Arc<Mutex<Vec<u8>>>);

impl ByHand {
    fn frame(&self, kind: u8, stream: u32, payload: &[u32]) {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let length = u8::try_from(payload.len() * 4).expect("a short frame");
        bytes.extend([0, 0, length, kind, 0]);
        [stream].iter().chain(payload).for_each(|number| bytes.extend(number.to_be_bytes()));
    }

    fn reset(&self, stream: u32, reason: Reason) {
        self.frame(3, stream, &[reason.into()]);
    }

    fn go_away(&self, last: u32, reason: Reason) {
        self.frame(7, 0, &[last, reason.into()]);
    }
}

struct Socket {
    stream: TcpStream,
    by_hand: ByHand,
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    /// The library has written its frames when it comes here.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let by_hand = self.by_hand.clone();
        let mut bytes = by_hand.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !bytes.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &bytes))?;
            bytes.drain(..written);
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Serves the connection until the client closes it.
pub async fn serve(stream: TcpStream, script: Vec<Stream>, state: &Arc<State>) -> Result<(), h2::Error> {
    let by_hand = ByHand::default();
    let mut connection = h2::server::handshake(Socket { stream, by_hand: by_hand.clone() }).await?;
    let mut script = VecDeque::from(script);
    // Streams without a response must not be dropped: the library would reset them.
    let mut held = Vec::new();
    while let Some(accepted) = connection.accept().await {
        let (request, mut respond) = accepted?;
        state.request(head(&request));
        let id = respond.stream_id().as_u32();
        match script.pop_front() {
            None => drop(tokio::spawn(answer(request, respond, state.next_answer()))),
            Some(Stream::Close) => return Ok(()),
            Some(Stream::Reset(reason)) => {
                by_hand.reset(id, reason);
                held.push((request, Some(respond), None));
            }
            Some(Stream::GoAway(reason)) => {
                by_hand.go_away(id.saturating_sub(2), reason);
                held.push((request, Some(respond), None));
            }
            Some(Stream::Cut { length, sent, reason }) => {
                let mut body = respond.send_response(announced(length), false)?;
                body.send_data(Bytes::from(vec![b'['; sent]), false)?;
                by_hand.reset(id, reason);
                held.push((request, None, Some(body)));
            }
            Some(Stream::End { length, sent }) => {
                let mut body = respond.send_response(announced(length), false)?;
                body.send_data(Bytes::from(vec![b'['; sent]), true)?;
            }
        }
    }
    Ok(())
}

fn head(request: &Request<RecvStream>) -> String {
    let mut head = format!("{} {}\r\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes())));
    }
    head
}

fn announced(length: usize) -> Response<()> {
    let response = Response::builder().header("content-type", "application/json").header("content-length", length);
    response.body(()).expect("a response")
}

async fn answer(request: Request<RecvStream>, mut respond: SendResponse<Bytes>, answer: Answer) {
    let mut body = request.into_body();
    while let Some(Ok(chunk)) = body.data().await {
        drop(body.flow_control().release_capacity(chunk.len()));
    }
    let (head, bytes) = answer.to_response().into_parts();
    // An error is a client that went away.
    if let Ok(mut sending) = respond.send_response(Response::from_parts(head, ()), false) {
        drop(sending.send_data(bytes, true));
    }
}
