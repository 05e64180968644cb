//! The canary: one marker instead of every secret. It is seen at the origin of the base URL, and nowhere else: at no
//! other origin, in no `Debug`, in no error.

use std::fmt::Debug;
use std::sync::Arc;

use immich_recordings::{Description, Sample, SampleAnswer, SampleRequest};
use immich_sdk::api::{
    DownloadAsset, FinishOauth, GetServerVersion, LogoutOauth, OPERATIONS, RECORDED, SharedLinkLogin, StartOauth,
    UploadAsset,
};
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::http::{HeaderMap, Method};
use immich_sdk::incoming::{IncomingRequest, Route};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{FakeImmich, MockSend, Reply, Served};
use immich_sdk::{
    AssetId, BaseUrl, Client, ClientBuilder, Credential, Endpoint, Error, FilePart, HttpSend, Json, OAuthFlow,
    Operation, RawRequest, RequestParts, ServerVersion, Session,
};
use serde_json::{Value, json};

use wire::Wire;

mod wire;

const CANARY: &str = "canary-7d02";

/// The fields and parameters that hold secrets, by hand: another list than that of the generator.
const SECRETS: [&str; 15] = [
    "accessToken",
    "activationKey",
    "apiKey",
    "clientSecret",
    "codeVerifier",
    "licenseKey",
    "logout_token",
    "newPassword",
    "newPinCode",
    "password",
    "pinCode",
    "secret",
    "slug",
    "token",
    "sessionKey",
];

#[track_caller]
fn assert_silent(what: &str, shown: &str) {
    assert!(!shown.contains(CANARY), "{what} shows a secret: {shown}");
}

#[track_caller]
fn assert_no_debug(what: &str, value: &impl Debug) {
    assert_silent(what, &format!("{value:?} {value:#?}"));
}

#[track_caller]
fn assert_no_error(what: &str, error: &Error) {
    let mut shown = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        shown += &format!(" {error} {error:?}");
        cause = error.source();
    }
    assert_silent(what, &shown);
}

/// Puts the marker where a secret is; how many there were.
fn mark(value: &mut Value, type_is_oauth: bool) -> usize {
    match value {
        Value::Object(fields) => fields
            .iter_mut()
            .map(|(name, field)| {
                let secret =
                    SECRETS.contains(&name.as_str()) || (type_is_oauth && ["url", "state"].contains(&name.as_str()));
                if secret && field.is_string() {
                    *field = CANARY.into();
                    return 1;
                }
                mark(field, type_is_oauth)
            })
            .sum(),
        Value::Array(items) => items.iter_mut().map(|item| mark(item, type_is_oauth)).sum(),
        _ => 0,
    }
}

/// A request of each operation and each description, with the marker in it: path, query, headers and body.
fn marked() -> Vec<(&'static Route, String, HeaderMap, Vec<u8>, usize)> {
    let descriptions = Description::oldest_and_newest().expect("the descriptions");
    let mut requests = Vec::new();
    for description in &descriptions {
        for described in description.operations() {
            let reader = RECORDED.iter().find(|reader| {
                let operation = reader.operation;
                let found = description.operation(operation.method.as_str(), operation.path);
                found.is_some_and(|found| found.id == described.id)
            });
            let reader = reader.expect("it is generated");
            let mut sample = SampleRequest::new(Sample::Full, &descriptions, description, described);
            let mut count = sample.body.as_mut().map_or(0, |body| mark(body, described.path.starts_with("/oauth")));
            for (name, value) in &mut sample.query {
                if name == "key" || SECRETS.contains(&name.as_str()) {
                    *value = CANARY.into();
                    count += 1;
                }
            }
            let body = sample.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
            requests.push((reader, sample.path_and_query(reader.operation.path), sample.header_map(), body, count));
        }
    }
    requests
}

/// A request of a recording, as an endpoint.
struct Sent<'r>(&'static Operation, IncomingRequest<'r>);

impl Endpoint for Sent<'_> {
    type Decode = Json<Value>;

    fn operation(&self) -> &'static Operation {
        self.0
    }

    fn parts(&self, _: Option<ServerVersion>) -> Result<RequestParts, Error> {
        let values = self.1.path_values(self.0).expect("the path");
        let segments: Vec<&dyn immich_sdk::Param> = values.iter().map(|value| value as _).collect();
        let mut parts = RequestParts::new(self.0, &segments)?;
        for name in SECRETS.into_iter().chain(["key"]) {
            for value in self.1.query_values(name) {
                parts.query(name, &value);
            }
        }
        if !self.1.body.is_empty() {
            parts.json(&serde_json::from_slice::<Value>(self.1.body).expect("JSON"))?;
        }
        assert_no_debug("the parts of a request", &parts);
        Ok(parts)
    }
}

/// A client with the marker in everything that a client holds.
fn client(url: &str, backend: Arc<dyn HttpSend>) -> Client {
    let builder = with_secrets(Client::builder(url)).backend(backend);
    assert_no_debug("a builder", &builder);
    builder.build().expect("a client")
}

fn with_secrets(builder: ClientBuilder) -> ClientBuilder {
    builder
        .api_key(CANARY)
        .access_token(CANARY)
        .session_token(CANARY)
        .shared_link_key(CANARY)
        .shared_link_slug(CANARY)
        .header("cf-access-client-secret", CANARY)
}

#[test]
fn no_request_and_no_answer_shows_its_secrets() {
    let (mut requests, mut answers) = (0, 0);
    for (reader, path_and_query, headers, body, count) in marked() {
        let (method, path_and_query) = (&reader.operation.method, &*path_and_query);
        let request = IncomingRequest { method, path_and_query, headers: &headers, body: &body };
        let Some(shown) = (reader.shown)(&request) else { continue };
        assert_silent(reader.operation.id, &shown);
        if count > 0 {
            requests += 1;
            let base = BaseUrl::parse("http://immich.test").expect("an address");
            let built = (reader.rebuild)(&request, &base, None).expect("a request").expect("a request");
            let body = built.body().as_bytes().expect("bytes");
            let sent = built.uri().to_string().contains(CANARY) || String::from_utf8_lossy(body).contains(CANARY);
            assert!(sent, "{} does not send its secret", reader.operation.id);
            let in_body = String::from_utf8_lossy(body).contains(CANARY);
            assert!(!in_body || reader.operation.sensitive, "{} does not say that it is secret", reader.operation.id);
        }
    }
    let descriptions = Description::oldest_and_newest().expect("the descriptions");
    for SampleAnswer { name, reader, mut value } in SampleAnswer::all(&descriptions) {
        let operation = reader.operation;
        let of_oauth = operation.id == "startOAuth";
        let count = mark(&mut value, of_oauth) + share_keys(operation, &mut value);
        if let Some(shown) = (reader.shown_answer)(operation, value.to_string().as_bytes()) {
            assert_silent(&name, &shown);
            answers += usize::from(count > 0);
        }
        // A value that does not fit is reported without the value.
        spoil(&mut value);
        if let Some(Err(error)) = (reader.rewrite)(operation, value.to_string().as_bytes()) {
            assert_no_error(&name, &error);
        }
    }
    assert!(requests > 60 && answers > 20, "{requests} requests and {answers} answers with secrets");
}

/// The key of a shared link is called `key`, as much else is that is no secret.
fn share_keys(operation: &Operation, value: &mut Value) -> usize {
    let of_links = operation.path.starts_with("/shared-links");
    match value {
        Value::Array(items) => items.iter_mut().map(|item| share_keys(operation, item)).sum(),
        Value::Object(fields) => match fields.get_mut("key") {
            Some(key) if of_links => {
                *key = CANARY.into();
                1
            }
            _ => 0,
        },
        _ => 0,
    }
}

/// Puts the marker instead of everything that is no text.
fn spoil(value: &mut Value) {
    match value {
        Value::Object(fields) if !fields.is_empty() => fields.values_mut().for_each(spoil),
        Value::Array(items) if !items.is_empty() => items.iter_mut().for_each(spoil),
        Value::String(_) => {}
        other => *other = CANARY.into(),
    }
}

/// Sends a request of every operation, each with this response. It arrives with its secrets, and its error shows none.
async fn every_operation(over_tcp: bool, reply: impl Fn(&'static Operation) -> Reply) {
    let server = MockSend::new();
    for operation in OPERATIONS.iter().copied() {
        server.on(operation).reply(reply(operation));
    }
    let origin = Wire::to(server.clone());
    let served = Served::start(origin.clone()).await.expect("a port");
    let client = if over_tcp {
        client(&served.url(), Arc::new(HyperBackend::new().expect("a backend")))
    } else {
        client("http://immich.test", Arc::new(origin.clone()))
    };
    for (reader, path_and_query, headers, body, count) in marked() {
        let (operation, path_and_query) = (reader.operation, &*path_and_query);
        let request = IncomingRequest { method: &operation.method, path_and_query, headers: &headers, body: &body };
        let error = client.send(Sent(operation, request)).await.expect_err("no answer is good");
        assert_no_error(operation.id, &error);
        // An error may make the client ask for the version as well.
        let seen = origin.take();
        let [seen, ..] = &seen[..] else { panic!("{} did not arrive", operation.id) };
        let credentials = ["x-api-key", "x-immich-session-token", "x-immich-share-key", "authorization"];
        for name in credentials.into_iter().chain(["x-immich-share-slug", "cf-access-client-secret"]) {
            assert!(seen.header(name).is_some_and(|value| value.contains(CANARY)), "{name} of {}", operation.id);
        }
        let text = format!("{} {}", seen.uri, String::from_utf8_lossy(&seen.body));
        assert!(count == 0 || text.contains(CANARY), "{} lost its secret", operation.id);
    }
    if !over_tcp {
        // Over TCP, the mock cannot know that a header of the caller is a secret.
        server.requests().iter().for_each(|seen| assert_silent("a recorded request", &format!("{seen:?}")));
    }
    assert_no_debug("the mock", &server);
}

#[tokio::test]
async fn every_operation_that_is_not_there_shows_nothing() {
    every_operation(false, |operation| {
        let message = format!("Cannot {} {}?key={CANARY}", operation.method, operation.path);
        Reply::json(&json!({"message": message, "statusCode": 404})).with_status(404)
    })
    .await;
}

#[tokio::test]
async fn every_operation_that_meets_a_sign_in_page_shows_nothing() {
    let page = format!("<title>Sign in</title><p>{CANARY}");
    every_operation(false, |_| Reply::bytes("text/html", page.clone()).with_status(401)).await;
}

#[tokio::test]
async fn every_operation_whose_answer_is_no_json_shows_nothing() {
    every_operation(false, |_| Reply::bytes("application/json", format!("\"{CANARY}"))).await;
}

#[tokio::test]
async fn every_operation_that_is_redirected_stays_where_it_was_sent() {
    let elsewhere = Wire::to(MockSend::new());
    let target = Served::start(elsewhere.clone()).await.expect("a port");
    let location = format!("{}/api/x?key={CANARY}", target.url());
    every_operation(true, |operation| {
        let status = [301, 302, 303, 307, 308][operation.id.len() % 5];
        Reply::status(status).header("location", &location)
    })
    .await;
    assert_eq!(elsewhere.take().len(), 0, "another origin was asked");
}

#[tokio::test]
async fn what_a_program_may_print_shows_nothing() {
    let backends: [Arc<dyn HttpSend>; 2] = [Arc::new(hyper()), Arc::new(reqwest())];
    for backend in backends {
        let client = client("http://immich.test", backend);
        assert_no_debug("a client", &client);
        assert_no_debug("a group", &client.albums());
        let upload =
            client.assets().upload_asset(FilePart::new("a", CANARY), Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        assert_no_debug("a call", &upload.key(CANARY).slug(CANARY).header("cookie", CANARY));
        assert_no_debug("a session", &Session::resume(&client, CANARY).expect("a session"));
        let undescribed = RawRequest::get("/new/thing").query("key", CANARY).json(&json!({"password": CANARY}));
        assert_no_debug("an undescribed request", &undescribed.expect("a request"));
    }
    assert_no_debug("a form", &LogoutOauth::new(CANARY));
    let link = format!("http://immich.test/share/{CANARY}");
    assert_no_debug("a visitor", &Client::from_share_url(&link).expect("a link"));
    for credential in [
        Credential::ApiKey(CANARY.into()),
        Credential::AccessToken(CANARY.into()),
        Credential::SessionToken(CANARY.into()),
        Credential::SharedLinkKey(CANARY.into()),
        Credential::SharedLinkSlug(CANARY.into()),
    ] {
        assert_no_debug("a credential", &credential);
    }
}

fn hyper() -> HyperBackend {
    let builder = HyperBackend::builder().proxy(format!("http://me:{CANARY}@proxy.example:3128"));
    assert_no_debug("a builder of hyper", &builder);
    let backend = builder.build().expect("a backend");
    assert_no_debug("hyper", &backend);
    backend
}

fn reqwest() -> ReqwestBackend {
    let builder = ReqwestBackend::builder().proxy(format!("http://me:{CANARY}@proxy.example:3128"));
    assert_no_debug("a builder of reqwest", &builder);
    let backend = builder.build().expect("a backend");
    assert_no_debug("reqwest", &backend);
    backend
}

#[tokio::test]
async fn signing_in_shows_nothing() {
    let server = FakeImmich::new();
    let user = server.add_user("canary@immich.test", CANARY, "Canary");
    let client = Client::builder("http://immich.test").backend(server.clone()).build().expect("a client");
    let session = Session::log_in(&client, "canary@immich.test", CANARY).await.expect("a session");
    const PIN: &str = "730217";
    session.set_up_pin_code(PIN).await.expect("a PIN code");
    session.unlock(PIN).await.expect("unlocked");
    for error in [
        Session::log_in(&client, CANARY, CANARY).await.expect_err("no address"),
        session.set_up_pin_code(PIN).await.expect_err("there is one"),
        session.set_up_pin_code(CANARY).await.expect_err("not six digits"),
        session.unlock(format!("{CANARY}!")).await.expect_err("a wrong PIN code"),
    ] {
        assert_no_error("signing in", &error);
        assert!(!format!("{error:?} {error}").contains(PIN), "the PIN code: {error:?}");
    }
    assert_no_debug("a session", &session);
    assert_no_debug("the fake server", &server);
    assert_no_debug("what the fake server saw", &server.requests());
    assert!(!format!("{session:?} {server:?} {:?}", server.requests()).contains(PIN), "the PIN code");
    assert!(!format!("{server:?}").contains(server.api_key().expose()), "{user:?}");
}

#[tokio::test]
async fn oauth_shows_nothing() {
    let server = MockSend::new();
    let url = format!("https://id.example/authorize?state={CANARY}");
    server.on(StartOauth::OPERATION).reply(Reply::json(&json!({"url": url})));
    let refusal = Reply::json(&json!({"message": "no"})).with_status(400);
    server.on(FinishOauth::OPERATION).reply(refusal);
    let wire = Wire::to(server.clone());
    let client = Client::builder("http://immich.test").backend(wire.clone()).build().expect("a client");
    let flow = OAuthFlow::start(&client, "http://localhost/callback").await.expect("a flow");
    assert_no_debug("a flow", &flow);
    let state = wire.take()[0].json()["state"].as_str().expect("a state").to_owned();
    let callback = format!("http://localhost/callback?code={CANARY}&state={state}");
    let error = flow.finish(&client, callback).await.expect_err("a refusal");
    assert_no_error("the end of a flow", &error);
    let shown = format!("{:?}", server.requests());
    assert!(!shown.contains(CANARY) && !shown.contains(&state), "{shown}");
}

#[tokio::test]
async fn the_cookie_of_a_shared_link_shows_nowhere() {
    let server = MockSend::new();
    let cookie = format!("immich_shared_link_token={CANARY}; Path=/");
    let refusal = Reply::json(&json!({"message": "Invalid password"})).with_status(401);
    let odd = Reply::json(&json!({"key": CANARY})).with_status(201).header("set-cookie", &cookie);
    server.on(SharedLinkLogin::OPERATION).reply(refusal).reply(odd);
    let client = Client::builder("http://immich.test").shared_link_key(CANARY).backend(server.clone());
    let client = client.build().expect("a client");
    for _ in 0..2 {
        assert_no_error("a password", &client.unlock_shared_link(CANARY).await.expect_err("a refusal, and no link"));
    }
    assert_no_debug("a client", &client);
    assert_no_debug("what the mock saw", &server.requests());
}

#[tokio::test]
async fn discovery_takes_no_secret_along() {
    let elsewhere = Wire::to(MockSend::new());
    let target = Served::start(elsewhere.clone()).await.expect("a port");
    let server = MockSend::new();
    let told = Reply::json(&json!({"api": {"endpoint": format!("{}/api", target.url())}}));
    server.on_path(Method::GET, "/.well-known/immich").reply(told);
    let origin = Wire::to(server);
    let served = Served::start(origin.clone()).await.expect("a port");
    let builder = with_secrets(Client::builder(served.url())).backend(HyperBackend::new().expect("a backend"));
    let found = builder.discover().await.expect("an address");
    assert_no_debug("what was discovered", &found);
    assert_silent("the request of discovery", &origin.take()[0].text());
    assert_eq!(elsewhere.take().len(), 0);
}

#[tokio::test]
async fn a_download_is_redirected_with_its_secrets_on_the_origin_alone() {
    let server = MockSend::new();
    server.on(DownloadAsset::OPERATION).reply(Reply::status(302).header("location", "/api/server/version"));
    server
        .on(GetServerVersion::OPERATION)
        .when(|seen| seen.header("x-api-key").is_some())
        .reply(Reply::bytes("a/b", "x"));
    let client = client("http://immich.test", Arc::new(server.clone()));
    client.assets().download_asset(AssetId::default()).await.expect("the same origin");
    let (photo, now) = (FilePart::new("a.jpg", "photo"), Timestamp::UNIX_EPOCH);
    server.on(UploadAsset::OPERATION).reply(Reply::status(308).header("location", "http://other.example/"));
    let upload = client.assets().upload_asset(photo, now, now).x_immich_checksum(CANARY).await;
    assert_no_error("an upload", &upload.expect_err("another origin"));
}
