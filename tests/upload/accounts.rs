//! Journal entries are specific to a user of a server.

use immich_sdk::transfer::{DuplicateOf, UploadResult};
use immich_sdk::{Client, Credential, Session};

use crate::setup::{Setup, run};

#[tokio::test]
async fn journal_entries_are_specific_to_a_user() {
    let setup = Setup::memory();
    for number in 0..5 {
        setup.write(&format!("photos/{number}.jpg"), format!("photo {number}"));
    }
    let upload = |client: &Client| client.upload().path(setup.path("photos")).journal(setup.path("journal"));
    run(upload(&setup.client).start().expect("an upload")).await;

    let other = setup.server.add_user("other@immich.test", "password", "Other");
    let key = setup.server.add_api_key(other, &["all"]);
    let client = setup.client.with_credential(Credential::ApiKey(key)).expect("a client");
    let (_, summary) = run(upload(&client).start().expect("an upload")).await;
    assert_eq!((summary.uploaded, summary.duplicates), (5, 0));
    assert_eq!(setup.server.assets().len(), 10);

    // Each user's entries are also found with another key or a session.
    let another = setup.server.add_api_key(other, &["asset.upload", "user.read"]);
    let by_key = setup.client.with_credential(Credential::ApiKey(another)).expect("a client");
    let session = Session::log_in(&setup.client, "other@immich.test", "password").await.expect("a session");
    for client in [&setup.client, &client, &by_key, session.client()] {
        let (outcomes, summary) = run(upload(client).start().expect("an upload")).await;
        assert_eq!((summary.uploaded, summary.duplicates), (0, 5));
        let is_known =
            |result: &UploadResult| matches!(result, UploadResult::Duplicate { of: DuplicateOf::EarlierRun, .. });
        assert!(outcomes.iter().all(|outcome| is_known(&outcome.result)), "{outcomes:?}");
    }
}

#[tokio::test]
async fn a_journal_works_without_permission_to_read_the_user() {
    let setup = Setup::memory();
    setup.write("photos/a.jpg", "a");
    let key = setup.server.add_api_key(setup.server.user_id(), &["asset.upload"]);
    let client = setup.client.with_credential(Credential::ApiKey(key.clone())).expect("a client");
    let upload =
        || client.upload().path(setup.path("photos")).journal(setup.path("journal")).start().expect("an upload");
    run(upload()).await;
    let (_, summary) = run(upload()).await;
    assert_eq!((summary.duplicates, setup.request_count("uploadAsset")), (1, 1));
    let journal = std::fs::read_to_string(setup.path("journal")).expect("the journal");
    assert!(!journal.contains(key.expose()), "{journal}");
}
