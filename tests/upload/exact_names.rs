//! Names arrive as they are.

use immich_sdk::ServerVersion;

use crate::setup::{Setup, run};

const NAMES: [&str; 12] = [
    "plain.jpg",
    "quote\"s.jpg",
    "back\\slash.jpg",
    "line\nbreak.jpg",
    "cr\r\nlf.jpg",
    "tab\t.jpg",
    "percent%22%0A.jpg",
    "semi;colon='x'.jpg",
    " space .jpg",
    "emoji\u{1f600}.jpg",
    "e\u{301} decomposed.jpg",
    "\u{e9} composed.jpg",
];

async fn arrive(setup: Setup) {
    for (number, name) in NAMES.iter().enumerate() {
        setup.write(&format!("plain/{name}"), format!("plain {number}"));
        setup.write(&format!("with/{name}"), format!("with {number}"));
        setup.write(&format!("with/{name}.xmp"), format!("sidecar {number}"));
    }
    let (outcomes, summary) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert!(summary.is_complete(), "{outcomes:?}");
    for (number, name) in NAMES.iter().enumerate() {
        let assets = setup.server.assets();
        let of = |bytes: String| assets.iter().find(|asset| asset.bytes == bytes.as_bytes()).expect("an asset").clone();
        assert_eq!(of(format!("plain {number}")).original_file_name, *name);
        let with = of(format!("with {number}"));
        assert_eq!(with.original_file_name, *name);
        assert_eq!(with.sidecar.as_deref(), Some(format!("sidecar {number}").as_bytes()), "{name:?}");
    }
}

#[tokio::test]
async fn names_and_sidecars_arrive_together() {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        arrive(Setup::version(version)).await;
        arrive(Setup::hyper_version(version).await).await;
        arrive(Setup::reqwest_version(version).await).await;
    }
}
