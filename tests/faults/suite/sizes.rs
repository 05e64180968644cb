//! Responses of any size must not fill the memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use immich_mock::MockSend;
use immich_sdk::bytes::Bytes;
use immich_sdk::http::{Request, Response};
use immich_sdk::{Body, Client, ClientBuilder, Error, HttpSend, ResponseBody, ResponseLimits, Timer, TransportError};

use super::answer::Answer;
use super::bench::{Backend, Behind, KEY};
use super::case::{Ask, Case};
use super::line::{Step, request, write};

const HUNDRED_MB: usize = 100 << 20;

/// The most that the buffers of both sides of a connection hold, generously.
const BUFFERS: usize = 20 << 20;

/// A head, and then a body of 100 MB.
fn endless(head: &str) -> Vec<Step> {
    let [first, rest] = request();
    vec![first, rest, write(format!("{head}\r\n\r\n")), Step::Endless(HUNDRED_MB)]
}

fn small(builder: ClientBuilder) -> ClientBuilder {
    builder.response_limits(ResponseLimits::default().max_bytes(1 << 20))
}

pub fn cases() -> Vec<Case> {
    let json = "HTTP/1.1 200 OK\r\ncontent-type: application/json";
    let page = "text/html\r\ncontent-length: 104857600";
    let headers = |count: usize| {
        (0..count).fold(Ask::Ping.healthy(), |answer, number| answer.header(&format!("x-{number}"), "1"))
    };
    vec![
        Case::line(
            "an error page of 100 MB, GET",
            Ask::Ping,
            endless(&format!("HTTP/1.1 500 Oh\r\ncontent-type: {page}")),
        )
        .most_written(BUFFERS)
        .gives("Api 500", "1 AttemptsUsedUp", 1)
        .connections(1),
        Case::line(
            "an error page of 100 MB, GET, retry",
            Ask::Ping,
            endless(&format!("HTTP/1.1 500 Oh\r\ncontent-type: {page}")),
        )
        .retry(3)
        .most_written(3 * BUFFERS)
        .gives("Api 500", "3 AttemptsUsedUp", 3)
        .connections(3),
        Case::line(
            "an error page without an end, GET",
            Ask::Ping,
            endless("HTTP/1.1 500 Oh\r\ncontent-type: text/html\r\nconnection: close"),
        )
        .most_written(BUFFERS)
        .gives("Api 500", "1 AttemptsUsedUp", 1)
        .connections(1),
        Case::line(
            "a page of 100 MB with 200, GET, retry",
            Ask::Ping,
            endless(&format!("HTTP/1.1 200 OK\r\ncontent-type: {page}")),
        )
        .retry(3)
        .most_written(BUFFERS)
        .gives("Decode 200", "-", 1)
        .connections(1),
        Case::line("JSON of 100 MB, GET", Ask::Ping, endless(&format!("{json}\r\ncontent-length: 104857600")))
            .setup(small)
            .most_written(BUFFERS)
            .gives("TooLarge", "-", 1)
            .connections(1),
        Case::line("JSON without an end, GET", Ask::Ping, endless(&format!("{json}\r\nconnection: close")))
            .setup(small)
            .most_written(BUFFERS)
            .gives("TooLarge", "-", 1)
            .connections(1),
        Case::line("JSON without an end, GET, retry", Ask::Ping, endless(&format!("{json}\r\nconnection: close")))
            .setup(small)
            .retry(3)
            .most_written(BUFFERS)
            .gives("TooLarge", "-", 1)
            .connections(1),
        Case::line(
            "a head of 100 MB, GET, retry",
            Ask::Ping,
            endless("HTTP/1.1 200 OK\r\nx: ").into_iter().map(unended).collect::<Vec<_>>(),
        )
        .retry(3)
        .most_written(BUFFERS)
        .gives("TooLarge", "1 Final", 1)
        .connections(1),
        Case::answers(
            "JSON above the limit, GET, retry",
            Ask::Ping,
            [Answer::bytes("application/json", vec![b' '; 2 << 20])],
        )
        .setup(small)
        .retry(3)
        .gives("TooLarge", "-", 1),
        Case::answers("200 headers, GET, retry", Ask::Ping, [headers(200)])
            .retry(3)
            .gives("TooLarge", "1 Final", 1)
            .but(Backend::Mock, "TooLarge", "-", 1),
        Case::answers("90 headers, GET", Ask::Ping, [headers(90)]).gives("ok", "-", 1),
        Case::answers("more headers than allowed, GET", Ask::Ping, [headers(60)])
            .setup(|builder| builder.response_limits(ResponseLimits::default().max_headers(50)))
            .gives("TooLarge", "-", 1),
        Case::answers("an error page of 100 MB, GET, as it is read", Ask::Ping, [])
            .only(&[Backend::Mock])
            .special(|bench| {
                Box::pin(async {
                    let Behind::Mock(mock) = &bench.behind else { panic!("on the mock") };
                    let read = Arc::new(AtomicUsize::new(0));
                    let large = bench.watched(Large { next: mock.clone(), read: Arc::clone(&read) });
                    let client = Client::builder("https://immich.test").api_key(KEY).backend(large).build()?;
                    let outcome = Ask::Ping.of(&client).await;
                    match read.load(Ordering::Relaxed) {
                        0..=200_000 => outcome,
                        read => Err(Error::misconfigured(format!("{read} bytes were read"))),
                    }
                })
            })
            .gives("Api 500", "1 AttemptsUsedUp", 1),
    ]
}

/// A head whose end does not come.
fn unended(step: Step) -> Step {
    match step {
        Step::Write(_) => write("HTTP/1.1 200 OK\r\nx: "),
        step => step,
    }
}

/// Responses with an error of 100 MB, and counts what is read of it.
struct Large {
    next: MockSend,
    read: Arc<AtomicUsize>,
}

#[async_trait]
impl HttpSend for Large {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let mut response = self.next.send(request).await?;
        let read = Arc::clone(&self.read);
        let piece = Bytes::from_static(&[b'x'; 16 << 10]);
        let pieces = (0..HUNDRED_MB / piece.len()).map(move |_| {
            read.fetch_add(piece.len(), Ordering::Relaxed);
            Ok(piece.clone())
        });
        *response.status_mut() = immich_sdk::http::StatusCode::INTERNAL_SERVER_ERROR;
        Ok(response.map(|_| Body::stream(futures_util::stream::iter(pieces), None).into()))
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.next)
    }
}
