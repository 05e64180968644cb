//! The client against a real server, and the same steps against the fake one, so that they are known to work.
//!
//! ```text
//! IMMICH_URL=http://nas:2283 IMMICH_API_KEY=... cargo test --all-features --test live -- --nocapture
//! ```
//!
//! With `IMMICH_EMAIL` and `IMMICH_PASSWORD` it signs in as well. Without a server it says so, and passes.

use std::env;
use std::sync::Arc;

use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::{HttpSend, ServerVersion};

use steps::{Server, run};

#[path = "live/steps.rs"]
mod steps;

fn backends() -> [(&'static str, Arc<dyn HttpSend>); 2] {
    [
        ("hyper", Arc::new(HyperBackend::new().expect("a backend"))),
        ("reqwest", Arc::new(ReqwestBackend::new().expect("a backend"))),
    ]
}

#[tokio::test]
async fn against_a_real_server() {
    let (Ok(url), Ok(key)) = (env::var("IMMICH_URL"), env::var("IMMICH_API_KEY")) else {
        println!("skipped: set IMMICH_URL and IMMICH_API_KEY to run against a server");
        return;
    };
    let user = env::var("IMMICH_EMAIL").ok().zip(env::var("IMMICH_PASSWORD").ok());
    for (name, backend) in backends() {
        let user = user.clone().map(|(email, password)| (email, password.into()));
        let server = Server { url: url.clone(), key: key.as_str().into(), user, backend };
        match run(&server).await {
            Ok(left_out) => left_out.iter().for_each(|step| println!("left out over {name}: {step}")),
            Err(error) => panic!("over {name}: {error}"),
        }
    }
}

#[tokio::test]
async fn against_the_fake_server() {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        for (name, backend) in backends() {
            let fake = FakeImmich::with_version(version);
            let served = Served::start(fake.clone()).await.expect("a port");
            let user = Some((fake.email().to_owned(), fake.password()));
            let server = Server { url: served.url(), key: fake.api_key(), user, backend };
            let left_out = run(&server).await.unwrap_or_else(|error| panic!("{version} over {name}: {error}"));
            assert_eq!(left_out, [""; 0], "everything is tried");
            assert_eq!(fake.assets().len(), 0, "nothing is left behind");
            let left = served_state(&server).await;
            assert_eq!(left, (0, 0, 1), "albums, links, keys");
        }
    }
}

/// How many albums, shared links and API keys a server has.
async fn served_state(server: &Server) -> (usize, usize, usize) {
    let client = immich_sdk::Client::builder(&server.url).api_key(server.key.clone());
    let client = client.backend(Arc::clone(&server.backend)).build().expect("a client");
    let albums = client.albums().get_all_albums().await.expect("albums").len();
    let links = client.shared_links().get_all_shared_links().await.expect("links").len();
    (albums, links, client.api_keys().get_api_keys().await.expect("keys").len())
}

#[tokio::test]
async fn a_key_that_may_too_little_changes_nothing() {
    let fake = FakeImmich::new();
    let key = fake.add_api_key(fake.user_id(), &["asset.upload", "asset.read"]);
    let server = Server { url: "http://immich.test".into(), key, user: None, backend: Arc::new(fake.clone()) };
    let error = run(&server).await.expect_err("a weak key").to_string();
    assert!(error.contains("asset.download") && error.contains("album.create"), "{error}");
    assert_eq!(fake.assets().len(), 0);
}
