//! The fake over TCP, without a client.

#![cfg(feature = "serve")]
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::TcpStream;

use http::StatusCode;
use immich_mock::{FakeImmich, Served};

/// Sends a request on its own connection, and returns the response as text.
fn send(served: &Served, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(served.address()).unwrap();
    let length = body.len();
    write!(stream, "{head}\r\nhost: fake\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_upload_comes_back() {
    let server = FakeImmich::new();
    let served = Served::start(server.clone()).await.unwrap();
    let key = format!("x-api-key: {}", server.api_key().expose());
    let form = "--b\r\nContent-Disposition: form-data; name=\"fileCreatedAt\"\r\n\r\n2024-05-06T07:08:09.123Z\r\n\
                --b\r\nContent-Disposition: form-data; name=\"fileModifiedAt\"\r\n\r\n2024-05-06T07:08:09.123Z\r\n\
                --b\r\nContent-Disposition: form-data; name=\"assetData\"; filename=\"a.jpg\"\r\n\r\nphoto\r\n--b--\r\n";
    let head = format!("POST /api/assets HTTP/1.1\r\n{key}\r\ncontent-type: multipart/form-data; boundary=b");
    let response = send(&served, &head, form);
    assert!(response.starts_with("HTTP/1.1 201 Created\r\n"), "{response}");

    let id = server.assets()[0].id;
    let head = format!("GET /api/assets/{id}/original HTTP/1.1\r\n{key}\r\nrange: bytes=2-");
    let response = send(&served, &head, "");
    assert!(
        response.starts_with("HTTP/1.1 206 Partial Content\r\n") && response.ends_with("\r\n\r\noto"),
        "{response}"
    );
    let response = send(&served, &head.replace("GET", "HEAD").replace("\r\nrange: bytes=2-", ""), "");
    assert!(response.contains("content-length: 5\r\n") && response.ends_with("\r\n\r\n"), "{response}");
    // An archive is a stream of unknown length.
    let head = format!("POST /api/download/archive HTTP/1.1\r\n{key}\r\ncontent-type: application/json");
    let mut stream = TcpStream::connect(served.address()).unwrap();
    let body = format!("{{\"assetIds\":[\"{id}\"]}}");
    let length = body.len();
    write!(stream, "{head}\r\nhost: fake\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    assert!(String::from_utf8_lossy(&response).contains("transfer-encoding: chunked"));
}

/// A form with a photo of this name.
fn form(name: &str) -> String {
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"fileCreatedAt\"\r\n\r\n2024-05-06T07:08:09.123Z\r\n\
         --b\r\nContent-Disposition: form-data; name=\"fileModifiedAt\"\r\n\r\n2024-05-06T07:08:09.123Z\r\n\
         --b\r\nContent-Disposition: form-data; name=\"assetData\"; filename=\"{name}\"\r\n\r\n{name}\r\n--b--\r\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn trouble_is_the_same_over_tcp() {
    let server = FakeImmich::new();
    let served = Served::start(server.clone()).await.unwrap();
    let key = format!("x-api-key: {}", server.api_key().expose());
    let upload = |name: &str| {
        let head = format!("POST /api/assets HTTP/1.1\r\n{key}\r\ncontent-type: multipart/form-data; boundary=b");
        send(&served, &head, &form(name))
    };
    server.lose_next_uploads(1);
    assert!(upload("lost.jpg").starts_with("HTTP/1.1 500 "));
    assert!(upload("lost.jpg").ends_with("\"status\":\"duplicate\"}"));
    let id = server.assets()[0].id;
    let response = send(&served, &format!("GET /api/assets/{id}/original HTTP/1.1\r\n{key}\r\nrange: bytes=0-0"), "");
    assert!(response.starts_with("HTTP/1.1 404 ") && response.ends_with("{\"message\":\"Not Found\"}"), "{response}");

    server.fill_disk(true);
    assert!(upload("full.jpg").starts_with("HTTP/1.1 500 "));
    server.fill_disk(false);
    server.refuse_file("blocked.jpg", StatusCode::FORBIDDEN);
    let response = upload("blocked.jpg");
    assert!(response.starts_with("HTTP/1.1 403 ") && response.contains("<h1>Request blocked</h1>"), "{response}");
    server.set_gateway_error(Some(StatusCode::BAD_GATEWAY));
    let response = upload("proxy.jpg");
    assert!(response.starts_with("HTTP/1.1 502 ") && response.contains("server: nginx\r\n"), "{response}");
    server.set_gateway_error(None);

    assert_eq!(server.assets().len(), 1);
    assert!(upload("fine.jpg").starts_with("HTTP/1.1 201 "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_server_that_is_away_closes_its_connections() {
    let server = FakeImmich::new();
    let served = Served::start(server.clone()).await.unwrap();
    let mut stream = TcpStream::connect(served.address()).unwrap();
    server.go_away();
    write!(stream, "GET /api/server/ping HTTP/1.1\r\nhost: fake\r\n\r\n").unwrap();
    let mut response = Vec::new();
    // Closed or reset, but without a response.
    drop(stream.read_to_end(&mut response));
    assert!(response.is_empty());
    assert_eq!(server.unanswered().len(), 1);
    server.come_back();
    assert!(send(&served, "GET /api/server/ping HTTP/1.1", "").starts_with("HTTP/1.1 200 "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn paths_outside_the_api_are_pages() {
    let served = Served::start(FakeImmich::new()).await.unwrap();
    let response = send(&served, "GET /photos HTTP/1.1", "");
    assert!(response.contains("content-type: text/html"), "{response}");
    let response = send(&served, "GET /.well-known/immich HTTP/1.1", "");
    assert!(response.ends_with("{\"api\":{\"endpoint\":\"/api\"}}"), "{response}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn it_stops() {
    let server = FakeImmich::new();
    let served = Served::start(server.clone()).await.unwrap();
    let mut open = TcpStream::connect(served.address()).unwrap();
    let address = served.address();
    served.stop().await;
    assert_eq!(open.read(&mut [0]).unwrap_or_default(), 0, "the connection is closed");
    assert!(TcpStream::connect(address).is_err(), "the port is closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn it_closes_and_opens_again_on_the_same_port() {
    let server = FakeImmich::new();
    let mut served = Served::start(server.clone()).await.unwrap();
    let address = served.address();
    let mut idle = TcpStream::connect(address).unwrap();
    served.close().await;
    assert_eq!(idle.read(&mut [0]).unwrap_or_default(), 0, "the connection is closed");
    assert!(TcpStream::connect(address).is_err(), "the port is closed");
    served.reopen().await.unwrap();
    served.reopen().await.unwrap();
    assert_eq!(served.address(), address);
    assert!(send(&served, "GET /api/server/ping HTTP/1.1", "").starts_with("HTTP/1.1 200 "));
    assert_eq!(server.requests().len(), 1);
}
