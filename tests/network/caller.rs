//! Clients of the libraries that the caller made, and still owns.

use std::sync::Arc;

use immich_sdk::api::PingServer;
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::{ReqwestBackend, reqwest};
use immich_sdk::mock::{MockSend, Reply, Served};
use immich_sdk::{Body, Client, HttpSend};
use serde_json::json;

async fn pong() -> (MockSend, Served) {
    let server = MockSend::new();
    server.on(PingServer::OPERATION).reply(Reply::json(&json!({"res": "pong"})));
    let served = Served::start(server.clone()).await.expect("a port");
    (server, served)
}

async fn ping(backend: impl HttpSend + 'static, url: &str) {
    let client = Client::builder(url).backend(backend).build().expect("a client");
    client.server().ping_server().await.expect("an answer");
}

#[tokio::test]
async fn a_given_hyper_client_is_used_and_stays_open() {
    use hyper_util::client::legacy;
    use hyper_util::rt::TokioExecutor;

    let (server, served) = pong().await;
    let given: legacy::Client<_, Body> = legacy::Client::builder(TokioExecutor::new()).build_http();
    ping(HyperBackend::from_client(given.clone()), &served.url()).await;
    ping(HyperBackend::from_client(given), &served.url()).await;
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_given_reqwest_client_is_used_and_stays_open() {
    let (server, served) = pong().await;
    let plain = reqwest::Client::builder().tls_backend_preconfigured(no_roots());
    let given = plain.user_agent("mine").redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    ping(ReqwestBackend::from_client(given.clone()), &served.url()).await;
    let again = given.get(format!("{}/api/server/ping", served.url())).send().await.expect("an answer");
    assert_eq!(again.status(), 200);
    assert_eq!(server.requests()[1].header("user-agent"), Some("mine"));
}

#[tokio::test]
async fn a_given_reqwest_client_that_follows_redirects_is_told_off() {
    let (elsewhere, target) = pong().await;
    let server = MockSend::new();
    let location = format!("{}/api/server/ping", target.url());
    server.on(PingServer::OPERATION).reply(Reply::status(302).header("location", &location));
    let served = Served::start(server).await.expect("a port");
    let given = reqwest::Client::builder().tls_backend_preconfigured(no_roots()).build().expect("a client");
    let client = Client::builder(served.url()).backend(ReqwestBackend::from_client(given)).build().expect("a client");
    let error = client.server().ping_server().await.expect_err("a redirect that was followed");
    let cause = std::error::Error::source(&error).expect("a cause").to_string();
    assert!(cause.contains("follows redirects"), "{cause}");
    assert_eq!(elsewhere.requests().len(), 1, "the library went there by itself");
}

/// TLS that trusts nobody: these clients speak plain HTTP.
fn no_roots() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}
