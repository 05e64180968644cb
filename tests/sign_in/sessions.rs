//! E-mail address and password, tokens, and PIN codes.

use immich_sdk::api::AssetVisibility;
use immich_sdk::jiff::Timestamp;
use immich_sdk::{ErrorKind, FilePart, Session};

use crate::setup::Setup;

#[tokio::test]
async fn logging_in_does_not_send_the_api_key() {
    for setup in Setup::all().await {
        let with_key = setup.client();
        let session =
            Session::log_in(&with_key, setup.server.email(), setup.server.password()).await.expect("a session");

        let login = setup.take_request();
        assert_eq!(login.uri.path(), "/api/auth/login");
        assert_eq!(crate::setup::credentials(&login), [], "no other credential is sent");
        assert!(!login.text().contains(setup.server.api_key().expose()));
        assert_eq!(login.json()["password"], setup.server.password().expose());

        let me = session.client().users().get_my_user().await.expect("the user");
        assert_eq!(me.email, setup.server.email());
        assert_eq!(setup.take_credentials(), [("authorization", format!("Bearer {}", session.token().expose()))]);

        with_key.users().get_my_user().await.expect("the user");
        assert_eq!(
            setup.take_credentials(),
            [("x-api-key", setup.server.api_key().expose().to_owned())],
            "the client is unchanged"
        );
    }
}

#[tokio::test]
async fn a_wrong_password_is_reported_and_changes_nothing() {
    for setup in Setup::all().await {
        let client = setup.client();
        let error = Session::log_in(&client, setup.server.email(), "guess").await.expect_err("a wrong password");
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Auth, Some(401)));
        let message = error.to_string();
        assert!(message.contains("Incorrect email or password") && !message.contains("guess"), "{message}");
        assert!(!message.contains("key"), "the key is not wrong: {message}");
        client.users().get_my_user().await.expect("the key is good");
    }
}

#[tokio::test]
async fn a_session_can_be_resumed_until_it_ends() {
    for setup in Setup::all().await {
        let client = setup.client();
        let (email, password) = (&setup.server.email(), setup.server.password());
        let session = Session::log_in(&client, email, password.clone()).await.expect("a session");
        let token = session.token().clone();
        drop(session);
        setup.wire.take();

        let again = Session::resume(&client, token.clone()).expect("a token");
        assert_eq!(setup.wire.take().len(), 0, "nothing is sent");
        assert!(again.is_valid().await.expect("a response"));
        again.log_out().await.expect("signed out");
        assert!(!Session::resume(&client, token).expect("a token").is_valid().await.expect("a response"));

        let ended = Session::log_in(&client, email, password.clone()).await.expect("a session");
        let other = Session::log_in(&client, email, password).await.expect("a session");
        other.client().sessions().delete_all_sessions().await.expect("the others are ended");
        assert!(!ended.is_valid().await.expect("a response"), "the server ended it");
        assert!(other.is_valid().await.expect("a response"), "the calling session stays valid");

        for wrong in ["", " ", "two\nlines"] {
            let error = Session::resume(&client, wrong).expect_err("no token");
            assert_eq!(error.kind(), ErrorKind::Build);
        }
    }
}

#[tokio::test]
async fn the_validity_of_a_session_is_unknown_without_a_response() {
    let setup = Setup::in_memory(crate::setup::THREE);
    let client = immich_sdk::Client::builder("http://127.0.0.1:1")
        .backend(immich_sdk::backend::HyperBackend::new().expect("a backend"));
    let session = Session::resume(&client.build().expect("a client"), setup.server.api_key()).expect("a token");
    assert_eq!(session.is_valid().await.expect_err("no server").kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn a_pin_code_locks_and_unlocks() {
    for setup in Setup::all().await {
        let client = setup.client();
        let session = Session::log_in(&client, setup.server.email(), setup.server.password()).await.expect("a session");
        let status = session.status().await.expect("the status");
        assert!(status.password && !status.pin_code && !status.is_elevated);

        session.set_up_pin_code("123456").await.expect("a PIN code");
        let again = session.set_up_pin_code("654321").await.expect_err("there is one");
        assert_eq!(again.kind(), ErrorKind::Api);
        let error = session.unlock("000000").await.expect_err("a wrong PIN code");
        assert!(error.messages().contains(&"Wrong PIN code".to_owned()), "{error}");
        assert!(!error.to_string().contains("000000"), "{error}");
        assert!(!session.status().await.expect("the status").is_elevated);

        session.unlock("123456").await.expect("unlocked");
        let status = session.status().await.expect("the status");
        assert!(status.pin_code && status.is_elevated && status.pin_expires_at.is_some());

        let now = Timestamp::UNIX_EPOCH;
        let photo = FilePart::new("hidden.jpg", "a photo");
        let upload = session.client().assets().upload_asset(photo, now, now).visibility(AssetVisibility::Locked);
        let locked = upload.await.expect("an upload").id;
        session.client().assets().get_asset_info(locked).await.expect("it is unlocked");
        session.lock().await.expect("locked");
        assert!(!session.status().await.expect("the status").is_elevated);
        session.client().assets().get_asset_info(locked).await.expect_err("it is locked");

        setup.wire.take();
        let error = client.auth().unlock_auth_session(immich_sdk::api::SessionUnlockDto::new().pin_code("123456"));
        let error = error.await.expect_err("a key has no session");
        assert!(matches!(error.kind(), ErrorKind::Api | ErrorKind::Auth), "{error}");
    }
}
