//! A stock nginx with HTTP/2 in front of the fake server. It closes each connection after 1,000 requests, with GOAWAY.
//!
//! It runs where nginx is installed, and is skipped with a message where it is not. `IMMICH_NGINX_CALLS=20000` sets how
//! many calls are made; a fifth as many uploads and three tenths as many downloads follow.

mod proxy;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::{AssetId, Client, Error, FilePart, HttpSend, RetryPolicy};

use proxy::Nginx;

/// How many calls are made at once.
const AT_ONCE: usize = 50;

fn calls() -> usize {
    std::env::var("IMMICH_NGINX_CALLS").map_or(4000, |calls| calls.parse().expect("a number"))
}

async fn all<F: Future<Output = Result<(), Error>>>(what: &str, count: usize, call: impl Fn(usize) -> F) {
    let mut outcomes = stream::iter(0..count).map(call).buffer_unordered(AT_ONCE);
    let (mut failed, mut first) = (0, None);
    while let Some(outcome) = outcomes.next().await {
        if let Err(error) = outcome {
            failed += 1;
            first.get_or_insert(error);
        }
    }
    println!("{what}: {failed} of {count} failed");
    assert_eq!(failed, 0, "{what}: {first:?}");
}

async fn run(name: &str, backend: impl Fn(&Nginx) -> Arc<dyn HttpSend>) {
    let fake = FakeImmich::new();
    let served = Served::start(fake.clone()).await.expect("a port");
    let Some(nginx) = Nginx::start(&served.url()).await else { return };
    let policy = RetryPolicy::default().base_delay(Duration::from_millis(1));
    let client = Client::builder(nginx.url()).api_key(fake.api_key()).retry(policy).backend(backend(&nginx));
    let client = &client.build().expect("a client");

    all(&format!("{name}, calls"), calls(), async |_| client.server().ping_server().await.map(drop)).await;
    let photo = |number: usize| format!("photo {number} ").repeat(40);
    let put = async |number: usize| {
        let file = FilePart::new(format!("{number}.jpg"), photo(number));
        client.assets().upload_asset(file, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH).await.map(drop)
    };
    all(&format!("{name}, uploads"), calls() / 5, put).await;
    let assets = fake.assets();
    assert_eq!(assets.len(), calls() / 5, "each once");
    let ids: Vec<AssetId> = assets.iter().map(|asset| asset.id).collect();
    let get = async |number: usize| {
        let at = number % ids.len();
        let bytes = client.assets().download_asset(ids[at]).await?.bytes(1 << 20).await?;
        assert_eq!(bytes, assets[at].bytes);
        Ok(())
    };
    all(&format!("{name}, downloads"), calls() * 3 / 10, get).await;
    assert!(nginx.is_http2(), "the test is for HTTP/2");
}

fn hyper(nginx: &Nginx) -> Arc<dyn HttpSend> {
    Arc::new(HyperBackend::builder().root_certificate_pem(nginx.authority_pem()).build().expect("a backend"))
}

fn reqwest(nginx: &Nginx) -> Arc<dyn HttpSend> {
    Arc::new(ReqwestBackend::builder().root_certificate_pem(nginx.authority_pem()).build().expect("a backend"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_fails_over_hyper() {
    run("hyper", hyper).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_fails_over_reqwest() {
    run("reqwest", reqwest).await;
}

/// nginx takes 1 MiB, responds before it has read the rest, and resets the stream.
#[tokio::test]
async fn a_file_that_is_too_large_for_the_proxy_gets_its_413() {
    for backend in [hyper, reqwest] {
        let fake = FakeImmich::new();
        let served = Served::start(fake.clone()).await.expect("a port");
        let Some(nginx) = Nginx::start(&served.url()).await else { return };
        let client = Client::builder(nginx.url()).api_key(fake.api_key()).backend(backend(&nginx));
        let client = client.retry(RetryPolicy::default()).build().expect("a client");
        for length in [2 << 20, 24 << 20] {
            let file = FilePart::new("a.jpg", vec![7; length]);
            let upload = client.assets().upload_asset(file, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
            let error = upload.await.expect_err("too large");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(413), "{error}");
            assert!(error.is_from_elsewhere() && error.to_string().contains("Raise the proxy's limit"), "{error}");
        }
        // The connection is good for others.
        client.server().ping_server().await.expect("a response");
    }
}
