//! The code that the examples share.

use std::error::Error;

use immich_mock::{FakeImmich, Served};
use immich_sdk::{Client, ClientBuilder};

/// Starts a client of the server that the environment names, or else of a fake one: in memory, or over TCP where a backend
/// is requested. `fill` puts into the fake what the example needs. What is served must live as long as the client.
pub async fn start(
    backend: Option<&str>,
    fill: impl AsyncFnOnce(&FakeImmich) -> Result<(), Box<dyn Error>>,
) -> Result<(ClientBuilder, Option<Served>), Box<dyn Error>> {
    match (std::env::var("IMMICH_URL"), std::env::var("IMMICH_API_KEY")) {
        (Ok(url), Ok(key)) => return Ok((over(backend.unwrap_or("reqwest"), &url)?.api_key(key), None)),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => return Err("set both IMMICH_URL and IMMICH_API_KEY, or neither".into()),
        (Err(_), Err(_)) => {}
    }
    let fake = FakeImmich::new();
    fill(&fake).await?;
    let key = fake.api_key();
    let Some(backend) = backend else {
        return Ok((Client::builder("http://immich.test").backend(fake).api_key(key), None));
    };
    let served = Served::start(fake).await?;
    Ok((over(backend, &served.url())?.api_key(key), Some(served)))
}

/// Starts a client on a backend of this build, one that survives a restart of the server and a line that is bad.
fn over(backend: &str, url: &str) -> Result<ClientBuilder, Box<dyn Error>> {
    match backend {
        #[cfg(feature = "hyper")]
        "hyper" => Ok(immich_sdk::connect(url).backend(immich_sdk::backend::HyperBackend::new()?)),
        #[cfg(feature = "reqwest")]
        "reqwest" => Ok(immich_sdk::connect(url).backend(immich_sdk::backend::ReqwestBackend::new()?)),
        #[cfg(not(feature = "hyper"))]
        "hyper" => Err(format!("for {url} this build needs --features hyper").into()),
        #[cfg(not(feature = "reqwest"))]
        "reqwest" => Err(format!("for {url} this build needs --features reqwest").into()),
        other => Err(format!("there is no backend {other}: take hyper or reqwest").into()),
    }
}
