//! What the examples have in common.

use std::error::Error;

use immich_sdk::ClientBuilder;

/// Starts a client on a backend of this build, one that survives a restart of the server and a line that is bad.
pub fn over(backend: &str, url: &str) -> Result<ClientBuilder, Box<dyn Error>> {
    match backend {
        #[cfg(feature = "hyper")]
        "hyper" => Ok(immich_sdk::connect(url).backend(immich_sdk::hyper::HyperBackend::new()?)),
        #[cfg(feature = "reqwest")]
        "reqwest" => Ok(immich_sdk::connect(url).backend(immich_sdk::reqwest::ReqwestBackend::new()?)),
        #[cfg(not(feature = "hyper"))]
        "hyper" => Err(format!("for {url} this build needs --features hyper").into()),
        #[cfg(not(feature = "reqwest"))]
        "reqwest" => Err(format!("for {url} this build needs --features reqwest").into()),
        other => Err(format!("there is no backend {other}: take hyper or reqwest").into()),
    }
}
