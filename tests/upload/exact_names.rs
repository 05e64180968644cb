//! File names reach the server unchanged.

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

async fn upload_names(setup: Setup) {
    for (number, name) in NAMES.iter().enumerate() {
        setup.write(&format!("plain/{name}"), format!("plain {number}"));
        setup.write(&format!("with/{name}"), format!("with {number}"));
        setup.write(&format!("with/{name}.xmp"), format!("sidecar {number}"));
    }
    let (outcomes, summary) = run(setup.client.upload().path(setup.folder.path()).start().expect("an upload")).await;
    assert!(summary.is_complete(), "{outcomes:?}");
    for (number, name) in NAMES.iter().enumerate() {
        let assets = setup.server.assets();
        let find =
            |bytes: String| assets.iter().find(|asset| asset.bytes == bytes.as_bytes()).expect("an asset").clone();
        assert_eq!(find(format!("plain {number}")).original_file_name, *name);
        let with = find(format!("with {number}"));
        assert_eq!(with.original_file_name, *name);
        assert_eq!(with.sidecar.as_deref(), Some(format!("sidecar {number}").as_bytes()), "{name:?}");
    }
}

#[tokio::test]
async fn names_are_kept_with_and_without_sidecars() {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        upload_names(Setup::version(version)).await;
        upload_names(Setup::hyper_version(version).await).await;
        upload_names(Setup::reqwest_version(version).await).await;
    }
}
