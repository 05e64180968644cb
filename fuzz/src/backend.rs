//! A backend that responses at once, and a client on it.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri};
use immich_core::bytes::Bytes;
use immich_core::{Body, Client, ClientBuilder, HttpSend, ResponseBody, Sleep, Timer, TransportError, http_body};

/// The key of every client.
pub const KEY: &str = "canary-5c1f";

/// A response, written like one of HTTP/1.1 without its first word: a status, headers, an empty line, the body.
#[derive(Clone, Default)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// How long the pieces are in which the body comes; 0 for all at once.
    pub pieces_of: usize,
}

impl Answer {
    /// Reads a response. What is no status is 200, what is no header is left out.
    pub fn read(data: &[u8]) -> Self {
        let mut answer = Self::default();
        let mut rest = data;
        for number in 0.. {
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            rest = after;
            if line.is_empty() {
                break;
            }
            if number == 0 {
                answer.status = StatusCode::from_bytes(line.trim_ascii()).unwrap_or_default();
            } else if let Some(colon) = line.iter().position(|byte| *byte == b':')
                && let Ok(name) = HeaderName::from_bytes(&line[..colon])
                && let Ok(value) = HeaderValue::from_bytes(line[colon + 1..].trim_ascii())
            {
                answer.headers.append(name, value);
            }
        }
        answer.body = rest.to_vec();
        answer
    }

    /// A response with one header.
    pub fn with_header(status: u16, name: &'static str, value: &[u8]) -> Option<Self> {
        let mut answer = Self { status: StatusCode::from_u16(status).ok()?, ..Self::default() };
        answer.headers.insert(name, HeaderValue::from_bytes(value).ok()?);
        Some(answer)
    }

    fn response(&self) -> Response<ResponseBody> {
        let body = match self.pieces_of {
            0 => ResponseBody::from(self.body.clone()),
            length => ResponseBody::new(Pieces { left: self.body.clone().into(), length }),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        response.headers_mut().clone_from(&self.headers);
        response
    }
}

/// A body in pieces.
struct Pieces {
    left: Bytes,
    length: usize,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, TransportError>>> {
        let length = self.length.min(self.left.len());
        Poll::Ready((length > 0).then(|| Ok(http_body::Frame::data(self.left.split_to(length)))))
    }
}

/// The requests: where they went, and whether with the key.
pub type Asked = (Uri, bool);

/// Gives the responses in order, the last one again and again. Clones are the same backend.
#[derive(Clone, Default)]
pub struct Answering(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: Vec<Answer>,
    asked: Vec<Asked>,
    elapsed: Duration,
}

impl Answering {
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers: Vec<_> = answers.into_iter().collect();
        Self(Arc::new(Mutex::new(State { answers, ..State::default() })))
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.0.lock().expect("a lock").asked.clone()
    }

    /// How long all waits together were.
    pub fn waited(&self) -> Duration {
        self.elapsed()
    }

    /// Starts a client of a server at `base` that this is.
    pub fn builder(&self, base: &str) -> ClientBuilder {
        Client::builder(base).api_key(KEY).backend(self.clone())
    }

    pub fn client(&self) -> Client {
        self.builder("http://immich.test").build().expect("a client")
    }
}

#[async_trait]
impl HttpSend for Answering {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let mut state = self.0.lock().expect("a lock");
        let with_key = request.headers().values().any(|value| value.as_bytes() == KEY.as_bytes());
        state.asked.push((request.uri().clone(), with_key));
        let answer = state.answers.get(state.asked.len() - 1).or(state.answers.last());
        Ok(answer.cloned().unwrap_or_default().response())
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(self.clone()))
    }
}

/// A wait is over at once, and the clock is moved by it.
impl Timer for Answering {
    fn sleep(&self, duration: Duration) -> Sleep {
        let state = Arc::clone(&self.0);
        Box::pin(async move {
            let mut state = state.lock().expect("a lock");
            state.elapsed = state.elapsed.saturating_add(duration);
        })
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().expect("a lock").elapsed
    }
}

/// The outcome of a call on a backend that responses at once.
pub fn now<T>(call: impl IntoFuture<Output = T>) -> T {
    match pin!(call.into_future()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("nothing is waited for"),
    }
}
