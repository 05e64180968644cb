//! Backends of others whose bodies do not have the length that the head announces.

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, Full, StreamBody};
use immich_sdk::{AssetId, Body, Client, ErrorKind, HttpSend, ResponseBody, TransportError, TransportErrorKind};

/// Responds with pieces whose sum it does not know, and with these headers.
struct Foreign {
    headers: Vec<(&'static str, &'static str)>,
    pieces: Vec<&'static str>,
    is_sized: bool,
}

#[async_trait]
impl HttpSend for Foreign {
    async fn send(&self, _: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let body = if self.is_sized {
            let bytes = Full::new(Bytes::from(self.pieces.concat()));
            ResponseBody::new(bytes.map_err(|never| match never {}))
        } else {
            let frames = self.pieces.iter().map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes()))));
            ResponseBody::new(StreamBody::new(stream::iter(frames.collect::<Vec<_>>())))
        };
        let mut response = Response::builder().header("content-type", "image/jpeg");
        for (name, value) in &self.headers {
            response = response.header(*name, *value);
        }
        Ok(response.body(body).expect("a response"))
    }
}

async fn download(backend: Foreign) -> Result<Bytes, immich_sdk::Error> {
    let client = Client::builder("http://immich.test").backend(backend).build().expect("a client");
    client.assets().download_asset(AssetId::default()).await?.bytes(1 << 20).await
}

#[tokio::test]
async fn a_body_has_the_length_of_its_head_or_is_an_error() {
    for (length, pieces, expected) in [
        ("6", vec!["abc", "def"], None),
        ("6", vec!["abc"], Some((TransportErrorKind::Closed, "3 of the 6 bytes came"))),
        ("6", vec![], Some((TransportErrorKind::Closed, "0 of the 6 bytes came"))),
        ("6", vec!["abcdef", "g"], Some((TransportErrorKind::Protocol, "more than the 6 bytes"))),
        ("0", vec!["a"], Some((TransportErrorKind::Protocol, "more than the 0 bytes"))),
        ("0", vec![], None),
        ("no number", vec!["abc"], None),
    ] {
        let headers = vec![("content-length", length)];
        let whole = pieces.concat();
        match (download(Foreign { headers, pieces, is_sized: false }).await, expected) {
            (Ok(bytes), None) => assert_eq!(bytes, whole),
            (Err(error), Some((kind, text))) => {
                assert_eq!(error.transport_error().map(TransportError::kind), Some(kind), "{error}");
                assert!(error.to_string().contains(text), "{error}");
            }
            (outcome, expected) => panic!("{length}: {outcome:?}, {expected:?}"),
        }
    }
}

#[tokio::test]
async fn a_length_that_does_not_count_is_not_looked_at() {
    let headers = vec![("content-length", "6"), ("transfer-encoding", "chunked")];
    let bytes = download(Foreign { headers, pieces: vec!["abc", "defg"], is_sized: false }).await;
    assert_eq!(bytes.expect("bytes"), "abcdefg");
    // What the body itself says of its length counts before the head.
    let headers = vec![("content-length", "6")];
    let bytes = download(Foreign { headers, pieces: vec!["abcdefg"], is_sized: true }).await;
    assert_eq!(bytes.expect("bytes"), "abcdefg");
}

#[tokio::test]
async fn a_cut_body_of_json_is_no_json() {
    let backend =
        Foreign { headers: vec![("content-length", "20")], pieces: vec![r#"{"res":"pong"}"#], is_sized: false };
    let client = Client::builder("http://immich.test").backend(backend).build().expect("a client");
    let error = client.server().ping_server().await.expect_err("cut");
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
}
