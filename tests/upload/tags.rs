//! Tags survive metadata extraction, which replaces the tags of an asset.

use std::time::Duration;

use immich_sdk::Credential;
use immich_sdk::ServerVersion;
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::SourcePolicy;

use crate::clock::{Clock, WithClock};
use crate::setup::{Setup, run};

fn setup_with_photos(version: ServerVersion, photos: usize) -> Setup {
    let server = FakeImmich::with_version(version);
    let setup = Setup::of(server.clone(), WithClock(server, Clock::default()));
    for number in 0..photos {
        setup.write(&format!("photos/{number}.jpg"), format!("photo {number}"));
    }
    setup
}

async fn count_tagged(setup: &Setup) -> usize {
    let mut tagged = 0;
    for asset in setup.server.assets() {
        let info = setup.client.assets().get_asset_info(asset.id).await.expect("the asset");
        tagged += usize::from(info.tags.is_some_and(|tags| tags.iter().any(|tag| tag.value == "trips/rome")));
    }
    tagged
}

#[tokio::test]
async fn tags_are_applied_whenever_metadata_is_extracted() {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        for delay in [0, 1, 2, 7, 50, 200, 1000] {
            let setup = setup_with_photos(version, 30);
            setup.server.delay_metadata(delay);
            let upload =
                setup.client.upload().path(setup.path("photos")).tag("trips/rome").after_upload(SourcePolicy::Delete);
            let upload = upload.metadata_wait(Duration::from_secs(2000));
            let (outcomes, summary) = run(upload.start().expect("an upload")).await;
            assert!(summary.is_complete(), "{delay}: {:?}", summary.tags);
            assert_eq!(summary.tags.expect("tags").tagged, 30, "{delay}");
            // Runs any job that is still pending.
            setup.server.run_metadata_jobs();
            assert_eq!(count_tagged(&setup).await, 30, "{delay}");
            assert!(outcomes.iter().all(|outcome| outcome.source.is_gone()), "{delay}: {outcomes:?}");
        }
    }
}

#[tokio::test]
async fn metadata_that_is_never_extracted_is_reported_and_sources_are_kept() {
    let setup = setup_with_photos(ServerVersion::new(3, 1, 0), 3);
    setup.server.delay_metadata(usize::MAX);
    let upload = setup.client.upload().path(setup.path("photos")).tag("trips/rome").after_upload(SourcePolicy::Delete);
    let (_, summary) = run(upload.metadata_wait(Duration::from_secs(10)).start().expect("an upload")).await;
    assert!(!summary.is_complete());
    let tags = summary.tags.expect("tags");
    assert_eq!((tags.unsettled.len(), tags.untagged.len()), (3, 0));
    assert_eq!(count_tagged(&setup).await, 3);
    assert!((0..3).all(|number| setup.exists(&format!("photos/{number}.jpg"))));
}

#[tokio::test]
async fn a_tag_that_cannot_be_applied_is_reported() {
    let setup = setup_with_photos(ServerVersion::new(3, 1, 0), 3);
    let key = setup.server.add_api_key(setup.server.user_id(), &["asset.upload", "asset.read", "tag.create"]);
    let client = setup.client.with_credential(Credential::ApiKey(key)).expect("a client");
    let upload = client.upload().path(setup.path("photos")).tag("trips/rome").after_upload(SourcePolicy::Delete);
    let (_, summary) = run(upload.start().expect("an upload")).await;
    assert!(!summary.is_complete());
    let tags = summary.tags.expect("tags");
    assert_eq!(tags.untagged.len(), 3);
    assert_eq!(tags.error.expect("an error").missing_permission(), Some("tag.asset"));
    assert!((0..3).all(|number| setup.exists(&format!("photos/{number}.jpg"))));
}
