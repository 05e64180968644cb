//! Errors that point to the cause: what is wrong with the address, with what is in front of the server, and with a clock.

use std::time::Duration;

use async_trait::async_trait;
use immich_sdk::api::{GetAllAlbums, PingServer};
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::http::{Request, Response};
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{
    Body, Client, Error, ErrorKind, HttpSend, ResponseBody, RetryPolicy, TransportError, TransportErrorKind,
};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn ping(reply: Reply) -> Error {
    let mock = MockSend::new();
    drop(mock.on(PingServer::OPERATION).reply(reply));
    let client = Client::builder("http://immich.test").backend(mock).build().expect("a client");
    client.server().ping_server().await.expect_err("no pong")
}

#[test]
fn an_address_that_cannot_be_used_says_why() {
    for (url, why) in [
        ("http://bücher.example", "Punycode"),
        ("http://[fe80::1%25eth0]:2283", "zone"),
        ("http://[fe80::1%eth0]:2283", ""),
    ] {
        let error = Client::builder(url).backend(MockSend::new()).build().expect_err("an error");
        assert!(error.kind() == ErrorKind::Build && error.to_string().contains(why), "{url}: {error}");
    }
    let name = Client::builder("http://immich.test").header("s3cret name", "x").backend(MockSend::new());
    let error = name.build().expect_err("an error");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[tokio::test]
async fn plain_http_to_a_port_for_https_is_told() {
    let backends: [Box<dyn HttpSend>; 2] =
        [Box::new(HyperBackend::new().expect("a backend")), Box::new(ReqwestBackend::new().expect("a backend"))];
    for backend in backends {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                drop(socket.read(&mut [0; 1024]).await);
                // The alert of a TLS server that was sent something else.
                drop(socket.write_all(&[0x15, 3, 3, 0, 2, 2, 70]).await);
            }
        });
        let client = Client::builder(url).backend(backend).build().expect("a client");
        let error = client.server().ping_server().await.expect_err("no HTTP");
        assert!(error.to_string().contains("https://"), "{error}");
        serving.abort();
    }
    let page = "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>";
    let error = ping(Reply::bytes("text/html", page).with_status(400)).await;
    assert!(error.to_string().contains("https://"), "{error}");
}

#[tokio::test]
async fn refusals_say_what_helps() {
    let said = |message: &str| Reply::json(&json!({ "message": message }));
    let error = ping(said("Elevated permission is required").with_status(401)).await;
    assert!(error.to_string().contains("unlock"), "{error}");
    let error = ping(Reply::status(304)).await;
    assert!(error.to_string().contains("conditional"), "{error}");
    let app = Reply::status(307).header("location", "app.immich:///oauth-callback?code=s3cret");
    let error = ping(app).await.to_string();
    assert!(error.contains("app.immich") && !error.contains("circle") && !error.contains("s3cret"), "{error}");
    for (message, status, is_not_found) in [
        ("Album not found", 400, true),
        ("User not found", 400, true),
        ("Not found or no album.read access", 400, true),
        ("Asset not found", 404, true),
        ("Validation failed", 400, false),
        ("Plugin not found", 500, false),
    ] {
        assert_eq!(ping(said(message).with_status(status)).await.is_not_found(), is_not_found, "{message}");
    }
}

#[tokio::test]
async fn what_cloudflare_says_of_its_origin_is_tried_again() {
    for status in [520, 521, 522, 523, 524, 525, 526, 527, 530] {
        let mock = MockSend::new();
        let page = Reply::bytes("text/html", "<title>Web server is down</title>").with_status(status);
        drop(mock.on(GetAllAlbums::OPERATION).reply(page.clone()).reply(Reply::json(&json!([]))));
        drop(mock.on(PingServer::OPERATION).reply(page));
        let policy = RetryPolicy::default().base_delay(Duration::ZERO);
        let client =
            Client::builder("http://immich.test").retry(policy).backend(mock.clone()).build().expect("a client");
        client.albums().get_all_albums().await.expect("the second attempt");
        let error = client.server().ping_server().await.expect_err("down");
        assert!(error.is_from_elsewhere() && error.to_string().contains("may be starting"), "{status}: {error}");
    }
}

#[tokio::test]
async fn a_date_to_wait_for_is_by_the_clock_of_the_server() {
    for (sent, until, wait) in [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT", 30),
        ("Fri, 06 Nov 2099 08:49:37 GMT", "Fri, 06 Nov 2099 08:49:40 GMT", 3),
        ("Fri, 06 Nov 2099 08:49:37 GMT", "Fri, 06 Nov 2099 08:49:30 GMT", 0),
    ] {
        let reply = Reply::status(503).header("date", sent).header("retry-after", until);
        assert_eq!(ping(reply).await.retry_after(), Some(Duration::from_secs(wait)), "{until}");
    }
}

#[tokio::test]
async fn unwrap_prints_the_text_first() {
    let error = ping(Reply::status(401)).await;
    assert!(
        format!("{error:?}").starts_with(&error.to_string()) && format!("{error:?}").ends_with("(ErrorKind::Auth)")
    );
    let failed = TransportError::new(TransportErrorKind::Connect).not_sent().with_source("refused");
    let text = "could not connect to the server: refused (TransportErrorKind::Connect, not sent)";
    assert_eq!(format!("{failed:?}"), text);
}

/// A layer that makes each request anew, with or without what it cannot see.
struct Anew {
    next: Box<dyn HttpSend>,
    with_extensions: bool,
}

#[async_trait]
impl HttpSend for Anew {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        let (head, body) = request.into_parts();
        let mut new = Request::builder().method(head.method).uri(head.uri).body(body).expect("a request");
        *new.headers_mut() = head.headers;
        if self.with_extensions {
            *new.extensions_mut() = head.extensions;
        }
        self.next.send(new).await
    }
}

#[tokio::test]
async fn a_layer_that_loses_the_credentials_is_told() {
    for with_extensions in [true, false] {
        let mock = MockSend::new();
        drop(mock.on(GetAllAlbums::OPERATION).reply(Reply::json(&json!([]))));
        let builder = Client::builder("http://immich.test").api_key("the key").backend(mock.clone());
        let client = builder.layer(move |next| Anew { next, with_extensions }).build().expect("a client");
        let outcome = client.albums().get_all_albums().await;
        let keys = mock.requests().iter().filter(|request| request.header("x-api-key").is_some()).count();
        let sent = usize::from(with_extensions);
        assert_eq!((outcome.is_ok(), keys, mock.requests().len()), (with_extensions, sent, sent));
        if let Err(error) = outcome {
            assert!(error.kind() == ErrorKind::Build && error.to_string().contains("copy its extensions"), "{error}");
        }
    }
}
