//! Changing the credential of a client.

use immich_sdk::{Client, Credential, ErrorKind, Session};

use crate::setup::Setup;

async fn send_request(client: &Client) {
    client.users().get_my_user().await.expect("the user");
}

#[tokio::test]
async fn a_new_credential_applies_to_a_client_and_its_clones() {
    for setup in Setup::all().await {
        let client = setup.client();
        let (clone, other) = (client.clone(), client.with_credential(Credential::ApiKey(setup.server.api_key())));
        let other = other.expect("a client");
        let old = setup.server.api_key().expose().to_owned();
        let new = setup.server.add_api_key(setup.server.user_id(), &["all"]);

        client.set_credential(Credential::ApiKey(new.clone())).expect("a key");
        for client in [&client, &clone] {
            send_request(client).await;
            assert_eq!(setup.take_credentials(), [("x-api-key", new.expose().to_owned())]);
        }
        send_request(&other).await;
        assert_eq!(setup.take_credentials(), [("x-api-key", old)], "a separate credential is kept");

        let session = Session::log_in(&client, setup.server.email(), setup.server.password()).await.expect("a session");
        setup.wire.take();
        for (credential, header) in [
            (Credential::SessionToken(session.token().clone()), "x-immich-session-token"),
            (Credential::AccessToken(session.token().clone()), "authorization"),
        ] {
            clone.set_credential(credential).expect("a token");
            send_request(&client).await;
            let [(shown, value)] = &setup.take_credentials()[..] else {
                panic!("one credential, replacing all others")
            };
            assert!(*shown == header && value.ends_with(session.token().expose()));
        }

        let error = client.set_credential(Credential::ApiKey("two\nlines".into())).expect_err("no header");
        assert_eq!(error.kind(), ErrorKind::Build);
        assert!(!error.to_string().contains("lines"), "{error}");
        send_request(&client).await;
        setup.wire.take();

        client.clear_credential();
        for client in [&client, &clone] {
            let error = client.users().get_my_user().await.expect_err("no credential");
            assert_eq!(error.kind(), ErrorKind::Auth);
            assert_eq!(setup.take_credentials(), []);
        }
    }
}

#[tokio::test]
async fn the_headers_of_the_client_are_kept_when_the_credential_changes() {
    for setup in Setup::all().await {
        let client = setup.builder().header("cf-access", "for the proxy").api_key(setup.server.api_key());
        let client = client.build().expect("a client");
        let session = Session::log_in(&client, setup.server.email(), setup.server.password()).await.expect("a session");
        send_request(session.client()).await;
        client.clear_credential();
        client.users().get_my_user().await.expect_err("no credential");
        for seen in setup.wire.take() {
            assert_eq!(seen.header("cf-access"), Some("for the proxy"), "{}", seen.uri);
        }
    }
}

#[tokio::test]
async fn a_removed_key_is_reported_as_invalid() {
    for setup in Setup::all().await {
        let client = setup.client();
        setup.server.remove_api_key(&setup.server.api_key());
        let error = client.users().get_my_user().await.expect_err("no key");
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert!(error.to_string().contains("Invalid API key"), "{error}");
        let new = setup.server.add_api_key(setup.server.user_id(), &["all"]);
        client.set_credential(Credential::ApiKey(new)).expect("a key");
        send_request(&client).await;
    }
}
