//! Slow but alive peers: the call must continue.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_core::Stream;
use immich_mock::ManualTimer;
use immich_sdk::bytes::Bytes;
use immich_sdk::http::{Request, Response};
use immich_sdk::jiff::Timestamp;
use immich_sdk::{AssetId, Body, Client, Error, FilePart, HttpSend, ResponseBody, Timeouts, Timer, TransportError};

use super::bench::{Backend, Behind, KEY};
use super::case::{Ask, Case, LARGE};
use super::line::{Step, request, write};

/// Two hours, a byte a second.
const LONG: u64 = 2 * 60 * 60;

const IDLE: Duration = Duration::from_secs(30);

pub fn cases() -> Vec<Case> {
    let [head, rest] = request();
    let begun = write("HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: 40\r\n\r\n");
    let trickle = Step::Trickle(Bytes::from_static(&[7; 40]), Duration::from_millis(60));
    let pause = Step::Pause(Duration::from_millis(700));
    let piece = Step::Body(LARGE / 4);
    let created = write(Ask::Upload(0).healthy().to_wire());
    vec![
        Case::line("a download byte by byte, idle limit", Ask::Download, [head.clone(), rest.clone(), begun, trickle])
            .setup(|builder| builder.timeouts(Timeouts::new().idle(Duration::from_secs(2))))
            .gives("ok", "-", 1)
            .connections(1),
        // The bytes of memory are not taken for sent while they wait for the line.
        Case::line(
            "an upload that is read slowly, idle and response limit",
            Ask::Upload(LARGE),
            [
                head,
                pause.clone(),
                piece.clone(),
                pause.clone(),
                piece.clone(),
                pause.clone(),
                piece,
                pause,
                rest,
                created,
            ],
        )
        .setup(|builder| {
            let limit = Duration::from_secs(2);
            builder.timeouts(Timeouts::new().idle(limit).response(limit))
        })
        .gives("ok", "-", 1)
        .connections(1),
        Case::answers("a byte a second for hours, download, idle limit", Ask::Download, [])
            .only(&[Backend::Mock])
            .step(Duration::from_secs(1))
            .special(|bench| {
                Box::pin(async {
                    let Behind::Mock(mock) = &bench.behind else { panic!("on the mock") };
                    let timer = mock.timer();
                    let slow = bench.watched(Slow { next: mock.clone(), timer: timer.clone() });
                    let client = client(slow)?;
                    let answer = client.assets().download_asset(AssetId::default()).await?;
                    answer.bytes(LONG).await?;
                    took_long(&timer)
                })
            })
            .gives("ok", "-", 1),
        Case::answers("a byte a second for hours, upload, idle limit", Ask::Upload(0), [])
            .only(&[Backend::Mock])
            .step(Duration::from_secs(1))
            .special(|bench| {
                Box::pin(async {
                    let Behind::Mock(mock) = &bench.behind else { panic!("on the mock") };
                    let timer = mock.timer();
                    let client = client(bench.watched(mock.clone()))?;
                    let photo = FilePart::new("a.jpg", Body::stream(trickled(timer.clone()), Some(LONG)));
                    let taken = Timestamp::UNIX_EPOCH;
                    client.assets().upload_asset(photo, taken, taken).await?;
                    took_long(&timer)
                })
            })
            .gives("ok", "-", 1),
    ]
}

fn client(backend: impl HttpSend + 'static) -> Result<Client, Error> {
    let timeouts = Timeouts::new().idle(IDLE).response(IDLE);
    Client::builder("https://immich.test").api_key(KEY).backend(backend).timeouts(timeouts).build()
}

fn took_long(timer: &ManualTimer) -> Result<(), Error> {
    match timer.elapsed().as_secs() {
        LONG.. => Ok(()),
        seconds => Err(Error::misconfigured(format!("it took {seconds} s"))),
    }
}

/// A byte a second.
fn trickled(timer: ManualTimer) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    futures_util::stream::unfold((timer, LONG), |(timer, left)| async move {
        if left == 0 {
            return None;
        }
        timer.sleep(Duration::from_secs(1)).await;
        Some((Ok(Bytes::from_static(b"x")), (timer, left - 1)))
    })
}

/// Responses with a body that comes a byte a second.
struct Slow<S> {
    next: S,
    timer: ManualTimer,
}

#[async_trait]
impl<S: HttpSend> HttpSend for Slow<S> {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let response = self.next.send(request).await?;
        Ok(response.map(|_| Body::stream(trickled(self.timer.clone()), Some(LONG)).into()))
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        self.next.timer()
    }
}
