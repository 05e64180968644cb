//! OAuth with PKCE: the values that are sent to the server, and the values that never are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use immich_sdk::api::{FinishOauth, LinkOauthAccount, LoginResponseDto, StartOauth, UserAdminResponseDto};
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{Client, ErrorKind, OAuthFlow, Session};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::wire::{Seen, Wire};

const REDIRECT: &str = "http://127.0.0.1:8080/callback";

struct Provider {
    server: MockSend,
    wire: Wire,
    client: Client,
}

impl Provider {
    fn new() -> Self {
        let server = MockSend::new();
        server.on(StartOauth::OPERATION).reply(Reply::json(&json!({"url": "https://id.example/authorize?state=x"})));
        let wire = Wire::to(server.clone());
        let client = Client::builder("http://immich.test").api_key("the key").backend(wire.clone()).build();
        Self { server, wire, client: client.expect("a client") }
    }

    /// Starts a flow. Returns it with the request that was sent.
    async fn start(&self) -> (OAuthFlow, Seen) {
        let flow = OAuthFlow::start(&self.client, REDIRECT).await.expect("a flow");
        let [seen] = <[Seen; 1]>::try_from(self.wire.take()).ok().expect("one request");
        (flow, seen)
    }
}

fn text<'s>(json: &'s serde_json::Value, name: &str) -> &'s str {
    json[name].as_str().expect(name)
}

#[tokio::test]
async fn a_flow_is_finished_with_the_verifier_of_its_challenge() {
    let provider = Provider::new();
    let mut login = LoginResponseDto::default();
    login.access_token = "the token".into();
    provider.server.on(FinishOauth::OPERATION).reply(Reply::json(&login)).times(1);

    let (flow, started) = provider.start().await;
    assert_eq!(flow.authorization_url().expose(), "https://id.example/authorize?state=x");
    assert_eq!(crate::setup::credentials(&started), [], "the key of the client is not sent");
    let started = started.json();
    assert_eq!(started["redirectUri"], REDIRECT);

    let callback = format!("{REDIRECT}?code=abc&state={}", text(&started, "state"));
    let session = flow.finish(&provider.client, &*callback).await.expect("a session");
    let [finished] = <[Seen; 1]>::try_from(provider.wire.take()).ok().expect("one request");
    assert_eq!(crate::setup::credentials(&finished), []);
    let finished = finished.json();
    assert_eq!(finished["url"], callback);
    assert_eq!(finished["state"], started["state"]);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(text(&finished, "codeVerifier")));
    assert_eq!(started["codeChallenge"], challenge);
    // RFC 7636: 43 to 128 unreserved characters.
    let verifier = text(&finished, "codeVerifier");
    assert!((43..=128).contains(&verifier.len()), "{}", verifier.len());
    assert!(verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)));
    assert_eq!(session.token().expose(), "the token");
}

#[tokio::test]
async fn each_flow_has_its_own_state_and_challenge() {
    let provider = Provider::new();
    let (_, one) = provider.start().await;
    let (_, other) = provider.start().await;
    assert_ne!(one.json()["state"], other.json()["state"]);
    assert_ne!(one.json()["codeChallenge"], other.json()["codeChallenge"]);
}

#[tokio::test]
async fn a_callback_of_another_flow_is_rejected_before_anything_is_sent() {
    let provider = Provider::new();
    for query in [
        String::new(),
        "?code=abc".to_owned(),
        "?code=abc&state=".to_owned(),
        "?code=abc&state=of-another".to_owned(),
        "?code=abc&state=%ff".to_owned(),
        "#state=STATE".to_owned(),
        "?code=abc&xstate=STATE".to_owned(),
        "?state=of-another&state=STATE".to_owned(),
    ] {
        let (flow, started) = provider.start().await;
        let state = started.json();
        let callback = format!("{REDIRECT}{}", query.replace("STATE", text(&state, "state")));
        let error = flow.finish(&provider.client, callback).await.expect_err(&query);
        assert_eq!(error.kind(), ErrorKind::Build, "{error}");
        assert_eq!(provider.wire.take().len(), 0, "{query} went to the server");
        let message = format!("{error} {error:?}");
        assert!(!message.contains("abc") && !message.contains(text(&state, "state")), "{message}");
    }
}

#[tokio::test]
async fn an_account_is_linked_with_its_session() {
    let provider = Provider::new();
    let linked = Reply::json(&UserAdminResponseDto::default());
    provider.server.on(LinkOauthAccount::OPERATION).reply(linked).times(1);
    let session = Session::resume(&provider.client, "the token").expect("a session");

    let (flow, started) = provider.start().await;
    let started = started.json();
    // The provider may percent-encode unreserved characters.
    let state = text(&started, "state").replace('-', "%2D").replace('_', "%5F");
    flow.link(&session, format!("{REDIRECT}?state={state}&code=abc")).await.expect("linked");
    let [seen] = <[Seen; 1]>::try_from(provider.wire.take()).ok().expect("one request");
    assert_eq!(crate::setup::credentials(&seen), [("authorization", "Bearer the token".to_owned())]);
    assert_eq!(seen.json()["state"], started["state"]);

    let (flow, _) = provider.start().await;
    flow.link(&session, format!("{REDIRECT}?code=abc")).await.expect_err("no state");
    assert_eq!(provider.wire.take().len(), 0);
}

#[tokio::test]
async fn a_server_without_oauth_is_an_error() {
    let server = MockSend::new();
    let refusal = json!({"message": "OAuth is not enabled"});
    server.on(StartOauth::OPERATION).reply(Reply::json(&refusal).with_status(400)).times(1);
    let client = Client::builder("http://immich.test").backend(server).build().expect("a client");
    let error = OAuthFlow::start(&client, REDIRECT).await.expect_err("no provider");
    assert_eq!(error.messages(), ["OAuth is not enabled"]);
}
