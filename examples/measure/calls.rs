//! Small calls: one list of 20 albums, one after the other.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use immich_sdk::api::AlbumResponseDto;
use immich_sdk::hyper::HyperBackend;
use immich_sdk::reqwest::{ReqwestBackend, reqwest};
use immich_sdk::{Client, ClientBuilder, RateLimit, RetryPolicy, Timeouts};

use crate::Result;
use crate::clock::{Turns, cpu};

const CALLS: u32 = 100;
const TURNS: usize = 200;

type Connections = Hyper<HttpConnector, Full<Bytes>>;

pub async fn measure(url: &str) -> Result<()> {
    let hyper: Connections = Hyper::builder(TokioExecutor::new()).build_http();
    let on_hyper = Client::builder(url).api_key("key").backend(HyperBackend::new()?);
    let mut turns = Turns::default();
    let client = on_hyper.build()?;
    for _ in 0..TURNS {
        turns.by_hand(hyper_by_hand(&hyper, url).await?);
        turns.by_crate(calls(&client).await?);
    }
    turns.print("a small call, hyper", CALLS);

    // Plain HTTP needs no roots, and a client of this build of reqwest needs to be given its TLS.
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let reqwest = reqwest::Client::builder().tls_backend_preconfigured(tls).build()?;
    let client = Client::builder(url).api_key("key").backend(ReqwestBackend::new()?).build()?;
    let mut turns = Turns::default();
    for _ in 0..TURNS {
        turns.by_hand(reqwest_by_hand(&reqwest, url).await?);
        turns.by_crate(calls(&client).await?);
    }
    turns.print("a small call, reqwest", CALLS);

    let none = Client::builder(url).api_key("key").backend(HyperBackend::new()?).build()?;
    let all = with_all_layers(Client::builder(url).api_key("key").backend(HyperBackend::new()?)).build()?;
    let mut turns = Turns::default();
    for _ in 0..TURNS {
        turns.by_hand(calls(&none).await?);
        turns.by_crate(calls(&all).await?);
    }
    turns.print("a small call, without and with all layers", CALLS);
    Ok(())
}

fn with_all_layers(builder: ClientBuilder) -> ClientBuilder {
    let minute = Duration::from_secs(60);
    let timeouts = Timeouts::new().call(minute).attempt(minute).response(minute).idle(minute);
    let limit = RateLimit::new().per_second(1e9).burst(1000).max_in_flight(100);
    builder.retry(RetryPolicy::default()).timeouts(timeouts).rate_limit(limit)
}

async fn calls(client: &Client) -> Result<Duration> {
    let before = cpu();
    for _ in 0..CALLS {
        let albums = client.albums().get_all_albums().await?;
        assert_eq!(albums.len(), 20);
    }
    Ok(cpu() - before)
}

async fn hyper_by_hand(client: &Connections, url: &str) -> Result<Duration> {
    let before = cpu();
    for _ in 0..CALLS {
        let request = http::Request::get(format!("{url}/api/albums"))
            .header("x-api-key", "key")
            .header("accept", "application/json")
            .header("user-agent", "measure");
        let response = client.request(request.body(Full::default())?).await?;
        assert_eq!(response.status(), 200);
        let bytes = response.into_body().collect().await?.to_bytes();
        let albums: Vec<AlbumResponseDto> = serde_json::from_slice(&bytes)?;
        assert_eq!(albums.len(), 20);
    }
    Ok(cpu() - before)
}

async fn reqwest_by_hand(client: &reqwest::Client, url: &str) -> Result<Duration> {
    let before = cpu();
    for _ in 0..CALLS {
        let request = client.get(format!("{url}/api/albums"));
        let request = request.header("x-api-key", "key").header("accept", "application/json");
        let response = request.header("user-agent", "measure").send().await?.error_for_status()?;
        let albums: Vec<AlbumResponseDto> = serde_json::from_slice(&response.bytes().await?)?;
        assert_eq!(albums.len(), 20);
    }
    Ok(cpu() - before)
}
