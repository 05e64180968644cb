//! Servers that have the record of a file but have lost its bytes.

use std::collections::HashSet;
use std::fs;

use immich_sdk::api::AssetBulkDeleteDto;
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{CopyProof, SourcePolicy, SourceResult, UploadResult};
use immich_sdk::{Credential, RetryPolicy, ServerVersion};

use crate::setup::{Setup, run, words};

const VERSIONS: [ServerVersion; 2] = [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)];

fn photos(setup: &Setup, count: usize) {
    for number in 0..count {
        setup.write(&format!("photos/{number}.jpg"), format!("the bytes of {number}"));
    }
}

/// Downloads all originals.
async fn originals(setup: &Setup) -> HashSet<Vec<u8>> {
    let mut originals = HashSet::new();
    for asset in setup.server.assets() {
        let mut bytes = Vec::new();
        setup.client.download_asset(asset.id).to_writer(&mut bytes).await.expect("the original");
        originals.insert(bytes);
    }
    originals
}

async fn uploads_lost_files_again(setup: Setup) {
    photos(&setup, 12);
    setup.server.lose_next_uploads(3);
    let upload = setup.client.upload().path(setup.path("photos")).after_upload(SourcePolicy::Delete);
    let (outcomes, summary) = run(upload.start().expect("an upload")).await;
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!((summary.uploaded, outcomes.iter().map(|outcome| outcome.lost.len()).sum::<usize>()), (12, 3));
    let expected: HashSet<_> = (0..12).map(|number| format!("the bytes of {number}").into_bytes()).collect();
    assert_eq!(originals(&setup).await, expected);
    assert_eq!(fs::read_dir(setup.path("photos")).expect("the folder").count(), 0);
}

#[tokio::test]
async fn a_lost_file_is_uploaded_again_before_its_source_is_deleted() {
    for version in VERSIONS {
        uploads_lost_files_again(Setup::version(version)).await;
        uploads_lost_files_again(Setup::hyper_version(version).await).await;
        uploads_lost_files_again(Setup::reqwest_version(version).await).await;
    }
}

#[tokio::test]
async fn a_delayed_deletion_of_the_record_is_waited_for() {
    let setup = Setup::memory();
    photos(&setup, 5);
    setup.server.lose_next_uploads(2);
    setup.server.delay_deletions(7);
    let (_, summary) = run(setup.client.upload().path(setup.path("photos")).start().expect("an upload")).await;
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(originals(&setup).await.len(), 5);
}

#[tokio::test]
async fn an_unrecoverable_upload_is_reported_and_its_source_is_kept() {
    for lacking in ["asset.delete", "asset.download"] {
        let setup = Setup::memory();
        photos(&setup, 3);
        let granted = ["asset.upload", "asset.read", "asset.download", "asset.delete"];
        let granted: Vec<_> = granted.into_iter().filter(|name| *name != lacking).collect();
        let key = setup.server.add_api_key(setup.server.user_id(), &granted);
        let client = setup.client.with_credential(Credential::ApiKey(key)).expect("a client");
        setup.server.lose_next_uploads(1);
        let upload = client.upload().path(setup.path("photos")).concurrency(1).after_upload(SourcePolicy::Delete);
        let (outcomes, summary) = run(upload.start().expect("an upload")).await;
        assert!(!summary.is_complete());
        assert_eq!(summary.failed, 1, "{lacking}: {outcomes:?}");
        for outcome in &outcomes {
            let path = outcome.input.path().expect("a path");
            assert!(path.exists() || matches!(outcome.result, UploadResult::Uploaded { .. }), "{outcome:?}");
        }
    }
}

#[tokio::test]
async fn an_old_duplicate_is_verified_before_its_source_is_deleted() {
    for (proof, is_lost) in
        [(None, true), (None, false), (Some(CopyProof::Length), true), (Some(CopyProof::Length), false)]
    {
        let setup = Setup::memory();
        photos(&setup, 1);
        let upload = || setup.client.upload().path(setup.path("photos"));
        run(upload().start().expect("an upload")).await;
        if is_lost {
            assert!(setup.server.lose_original(setup.server.assets()[0].id));
        }
        let upload = upload().after_duplicate(SourcePolicy::Delete);
        let upload = if let Some(proof) = proof { upload.duplicate_proof(proof) } else { upload };
        let (outcomes, _) = run(upload.start().expect("an upload")).await;
        assert_eq!(words(&outcomes), ["0.jpg server"]);
        assert_eq!(setup.exists("photos/0.jpg"), is_lost);
        assert_eq!(matches!(outcomes[0].source, SourceResult::KeptBecause(_)), is_lost, "{outcomes:?}");
        // The record may belong to albums or people, so it must not be deleted.
        assert_eq!((setup.server.assets().len(), setup.request_count("deleteAssets")), (1, 0));
    }
}

#[tokio::test]
async fn the_journal_keeps_unverified_uploads() {
    let setup = Setup::memory();
    photos(&setup, 4);
    let client = setup.client_with_retry(RetryPolicy::never());
    let journal = setup.path("journal");
    let upload = || client.upload().path(setup.path("photos")).journal(&journal);
    setup.server.lose_next_uploads(2);
    let (_, summary) = run(upload().start().expect("an upload")).await;
    assert_eq!((summary.uploaded, summary.failed), (2, 2), "{summary:?}");
    // The server now reports those two as duplicates.
    let (_, summary) = run(upload().start().expect("an upload")).await;
    assert_eq!((summary.uploaded, summary.duplicates, summary.failed), (2, 2, 0), "{summary:?}");
    assert_eq!(originals(&setup).await.len(), 4);
}

#[tokio::test]
async fn verifying_a_journal_checks_the_bytes() {
    let setup = Setup::memory();
    photos(&setup, 2);
    let upload = || setup.client.upload().path(setup.path("photos")).journal(setup.path("journal"));
    run(upload().start().expect("an upload")).await;
    let (lost, kept) = (setup.server.assets()[0].id, setup.server.assets()[1].id);
    assert!(setup.server.lose_original(lost));
    let (outcomes, summary) = run(upload().verify_journal(true).start().expect("an upload")).await;
    assert_eq!((summary.duplicates, summary.failed), (1, 1), "{outcomes:?}");
    let failed = outcomes.iter().find_map(|outcome| match &outcome.result {
        UploadResult::Failed(error) => Some(error.to_string()),
        _ => None,
    });
    assert!(failed.is_some_and(|error| error.contains("but not its bytes")), "{outcomes:?}");
    // A run that does not verify still reports the failure.
    let (_, summary) = run(upload().start().expect("an upload")).await;
    assert!(!summary.is_complete());
    // Once the user deletes the record, the file is uploaded again.
    setup.client.assets().delete_assets(AssetBulkDeleteDto::new([lost]).force(true)).await.expect("deleted");
    let (_, summary) = run(upload().start().expect("an upload")).await;
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(originals(&setup).await.len(), 2);
    assert!(setup.server.assets().iter().any(|asset| asset.id == kept));
}

#[tokio::test]
async fn duplicates_can_be_verified_without_a_journal() {
    let setup = Setup::memory();
    photos(&setup, 3);
    let upload = || setup.client.upload().path(setup.path("photos"));
    run(upload().start().expect("an upload")).await;
    assert!(setup.server.lose_original(setup.server.assets()[0].id));
    let (_, summary) = run(upload().start().expect("an upload")).await;
    assert_eq!(summary.duplicates, 3);
    let (_, summary) = run(upload().verify_duplicates(true).start().expect("an upload")).await;
    assert_eq!((summary.duplicates, summary.failed), (2, 1));
}

#[tokio::test]
async fn lost_files_are_uploaded_again_without_the_check() {
    let setup = Setup::of_server(FakeImmich::new());
    photos(&setup, 4);
    setup.server.lose_next_uploads(4);
    let upload = setup.client.upload().path(setup.path("photos")).check(false).after_upload(SourcePolicy::Delete);
    let (_, summary) = run(upload.start().expect("an upload")).await;
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(originals(&setup).await.len(), 4);
}
