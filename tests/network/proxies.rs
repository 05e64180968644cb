//! Requests through a proxy.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use immich_sdk::Client;
use immich_sdk::api::PingServer;
use immich_sdk::mock::{MockSend, Reply, Served};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::tls_server::{Authority, TlsServer};
use crate::{LIBRARIES, backend};

/// A proxy that opens tunnels, and notes what it was asked.
struct Tunnels {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Tunnels {
    async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(tunnel(stream, Arc::clone(&notes)));
            }
        });
        Self { port, asked, accepting }
    }
}

impl Drop for Tunnels {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn tunnel(mut client: TcpStream, notes: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
    notes.lock().expect("the notes").push(head);
    let port = target.rsplit(':').next().unwrap_or_default().parse().unwrap_or_default();
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

#[tokio::test]
async fn https_goes_through_a_tunnel_and_only_the_proxy_sees_its_credentials() {
    let authority = Authority::new();
    let server = TlsServer::start(&authority, "localhost", b"http/1.1", None).await;
    for library in LIBRARIES {
        let proxy = Tunnels::start().await;
        let url = format!("http://me:p%40ss@127.0.0.1:{}", proxy.port);
        let backend = backend!(library, root_certificate_pem(authority.pem()), proxy(url)).expect("a backend");
        let client = Client::builder(format!("https://localhost:{}", server.port)).backend(backend).build();
        client.expect("a client").server().ping_server().await.expect("an answer");
        let asked = proxy.asked.lock().expect("the notes").clone();
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(asked[0].starts_with(&format!("CONNECT localhost:{} ", server.port)), "{asked:?}");
        assert!(asked[0].to_lowercase().contains("proxy-authorization: basic bwu6cebzcw=="), "{asked:?}");
    }
}

#[tokio::test]
async fn plain_http_is_asked_of_the_proxy_itself() {
    for library in LIBRARIES {
        let proxy = MockSend::new();
        proxy.on(PingServer::OPERATION).reply(Reply::json(&json!({"res": "pong"}))).times(1);
        let served = Served::start(proxy.clone()).await.expect("a port");
        let url = format!("http://me:p%40ss@{}", served.address());
        let backend = backend!(library, proxy(url)).expect("a backend");
        let client = Client::builder("http://nowhere.invalid:2283").backend(backend).build().expect("a client");
        client.server().ping_server().await.expect("an answer of the proxy");
        let request = &proxy.requests()[0];
        assert_eq!(request.header("host"), Some("nowhere.invalid:2283"));
        assert!(request.header("proxy-authorization").is_some());
    }
}
