//! Thousands of calls at once: they share the connections, and wait in turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::{Client, HttpSend};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

const CALLS: usize = 3000;

/// Responds to pings over HTTP/1.1, and counts its connections.
struct Counting {
    url: String,
    connections: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl Counting {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let serving = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer(socket));
            }
        });
        Self { url, connections, serving }
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(mut socket: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    loop {
        while !head.ends_with(b"\r\n\r\n") {
            let mut bytes = [0; 1024];
            let count = socket.read(&mut bytes).await?;
            if count == 0 {
                return Ok(());
            }
            head.extend_from_slice(&bytes[..count]);
        }
        head.clear();
        let body = r#"{"res":"pong"}"#;
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        socket.write_all(format!("{head}{body}").as_bytes()).await?;
    }
}

async fn crowd(backend: impl HttpSend + 'static, server: &Counting) -> usize {
    let client = Client::builder(&server.url).backend(backend).build().expect("a client");
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let client = client.clone();
        calls.spawn(async move { client.server().ping_server().await.map(drop) });
    }
    while let Some(call) = calls.join_next().await {
        call.expect("no panic").expect("a pong");
    }
    server.connections.load(Ordering::SeqCst)
}

#[tokio::test]
async fn calls_beyond_the_limit_wait_for_a_connection() {
    // Twice as many at most: one that is made while another becomes free is kept.
    let server = Counting::start().await;
    assert!((1..=512).contains(&crowd(HyperBackend::new().expect("a backend"), &server).await));
    let server = Counting::start().await;
    assert!((1..=512).contains(&crowd(ReqwestBackend::new().expect("a backend"), &server).await));
    let server = Counting::start().await;
    let few = HyperBackend::builder().max_in_flight(4).build().expect("a backend");
    assert!((1..=8).contains(&crowd(few, &server).await));
    let server = Counting::start().await;
    let few = ReqwestBackend::builder().max_in_flight(4).build().expect("a backend");
    assert!((1..=8).contains(&crowd(few, &server).await));
}
