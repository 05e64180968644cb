//! Small calls: one list of 20 albums, one after the other.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use immich_sdk::api::AlbumResponseDto;
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::{ReqwestBackend, reqwest};
use immich_sdk::{Client, ClientBuilder, RateLimit, RetryPolicy, Timeouts};

use crate::Result;
use crate::clock::{Turns, cpu};

const CALLS: u32 = 100;
const TURNS: usize = 20;
const ROUNDS: usize = 12;

type Connections = Hyper<HttpConnector, Full<Bytes>>;

pub async fn measure(url: &str) -> Result<()> {
    let mut rounds = [Turns::default(), Turns::default(), Turns::default()];
    // New connections for each round: which threads they come to is luck, and stays.
    for _ in 0..ROUNDS {
        let [hyper, reqwest, layers] = &mut rounds;
        let by_hand: Connections = Hyper::builder(TokioExecutor::new()).build_http();
        take_turns(hyper, async || hyper_by_hand(&by_hand, url).await, &none(url)?.build()?).await?;

        let by_hand = reqwest_client()?;
        let client = Client::builder(url).api_key("key").backend(ReqwestBackend::new()?).build()?;
        take_turns(reqwest, async || reqwest_by_hand(&by_hand, url).await, &client).await?;

        let client = none(url)?.build()?;
        take_turns(layers, async || calls(&client).await, &with_all_layers(none(url)?).build()?).await?;
    }
    let [hyper, reqwest, layers] = rounds;
    hyper.print("a small call, hyper", CALLS);
    reqwest.print("a small call, reqwest", CALLS);
    layers.print("a small call, without and with all layers", CALLS);
    Ok(())
}

/// Half of the time the one comes first, half of the time the other: who comes second finds what the first one left in
/// the caches.
async fn take_turns(turns: &mut Turns, by_hand: impl AsyncFn() -> Result<Duration>, client: &Client) -> Result<()> {
    // The first calls connect.
    by_hand().await?;
    calls(client).await?;
    for turn in 0..TURNS {
        if turn % 2 == 0 {
            turns.by_hand(by_hand().await?);
            turns.by_crate(calls(client).await?);
        } else {
            turns.by_crate(calls(client).await?);
            turns.by_hand(by_hand().await?);
        }
    }
    Ok(())
}

fn none(url: &str) -> Result<ClientBuilder> {
    Ok(Client::builder(url).api_key("key").backend(HyperBackend::new()?))
}

/// Plain HTTP needs no roots, and a client of this build of reqwest needs to be given its TLS.
fn reqwest_client() -> Result<reqwest::Client> {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(reqwest::Client::builder().tls_backend_preconfigured(tls).build()?)
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
