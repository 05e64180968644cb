//! The spans and events that a subscriber of `tracing` sees of calls.

#![cfg(feature = "tracing")]

mod collector;

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use immich_core::api::{
    CreateAlbum, CreateAlbumDto, DownloadAsset, GetAlbumInfo, GetAllAlbums, GetServerVersion, Login,
    LoginCredentialDto, MetadataSearchDto, SearchAssets,
};
use immich_core::{AlbumId, AssetId, Client, ClientBuilder, RetryPolicy, TransportErrorKind};
use immich_mock::{MockSend, Reply};
use serde_json::json;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Level, info_span};

use collector::{Collector, Seen};

/// A value that must not be seen. It is a valid id as well.
const CANARY: &str = "0ca9a51e-5c1f-4d2b-9a3c-0123456789ab";

fn collect() -> (Collector, DefaultGuard) {
    let collector = Collector::default();
    (collector.clone(), set_default(collector))
}

fn builder(mock: &MockSend) -> ClientBuilder {
    Client::builder("https://photos.example/sub").api_key(CANARY).backend(mock.clone())
}

fn assert_fields(seen: &Seen, expected: &[(&str, Option<&str>)]) {
    for (name, value) in expected {
        assert_eq!(seen.fields.get(name), *value, "{name} of {seen:#?}");
    }
}

#[tokio::test]
async fn a_call_is_a_span_with_the_names_of_opentelemetry() {
    let mock = MockSend::new();
    let version = json!({"major": 3, "minor": 1, "patch": 0});
    mock.on(GetServerVersion::OPERATION).reply(Reply::json(&version));
    let client = builder(&mock).build().expect("a client");

    let (collector, _guard) = collect();
    client.server().get_server_version().await.expect("a version");

    let span = collector.span();
    assert_eq!((span.name, span.target, span.level, span.span), ("immich.call", "immich", Level::INFO, None));
    assert_eq!(span.handles, 0, "the span ends with the call");
    assert_fields(
        &span,
        &[
            ("otel.name", Some("GET /sub/api/server/version")),
            ("otel.kind", Some("client")),
            ("immich.operation", Some("getServerVersion")),
            ("http.request.method", Some("GET")),
            ("url.template", Some("/sub/api/server/version")),
            ("server.address", Some("photos.example")),
            ("server.port", Some("443")),
            ("http.request.body.size", Some("0")),
            ("http.response.status_code", Some("200")),
            ("http.response.body.size", Some("31")),
            ("http.request.resend_count", None),
            ("error.type", None),
            ("otel.status_code", None),
        ],
    );
    assert!(collector.events().is_empty());
}

#[tokio::test]
async fn address_and_port_are_those_of_the_base_url() {
    for (url, address, port) in [
        ("http://nas.local", "nas.local", "80"),
        ("http://10.0.0.2:2283", "10.0.0.2", "2283"),
        ("https://[fd00::1]:8443", "fd00::1", "8443"),
    ] {
        let mock = MockSend::new();
        let client = Client::builder(url).backend(mock.clone()).build().expect("a client");
        let (collector, _guard) = collect();
        client.server_version().await.expect("a version");
        assert_fields(&collector.span(), &[("server.address", Some(address)), ("server.port", Some(port))]);
    }
}

#[tokio::test]
async fn the_span_is_in_that_of_the_caller_and_around_what_the_layers_do() {
    let mock = MockSend::new();
    mock.on(GetAllAlbums::OPERATION).reply(Reply::json(&json!([])));
    let client = builder(&mock).layer(layer::Telling).build().expect("a client");

    let (collector, _guard) = collect();
    let of_caller = info_span!("backup");
    tracing::Instrument::instrument(async { client.albums().get_all_albums().await }, of_caller).await.expect("albums");

    let [backup, call] = &collector.spans()[..] else { panic!("two spans") };
    assert_eq!((backup.name, call.name, call.span), ("backup", "immich.call", Some(1)));
    let [event] = &collector.events()[..] else { panic!("one event") };
    assert_eq!((event.fields.get("message"), event.span), (Some("asked"), Some(2)));
}

#[tokio::test]
async fn retries_are_counted_and_told_even_if_the_call_succeeds() {
    let mock = MockSend::new();
    mock.on(GetAllAlbums::OPERATION)
        .reply(Reply::failure(TransportErrorKind::Closed))
        .reply(Reply::status(429).header("retry-after", "0"))
        .reply(Reply::json(&json!([])));
    let client = builder(&mock).retry(RetryPolicy::default().random(|| 0.0)).build().expect("a client");

    let (collector, _guard) = collect();
    client.albums().get_all_albums().await.expect("albums");

    let span = collector.span();
    assert_fields(&span, &[("http.request.resend_count", Some("2")), ("error.type", None)]);
    let [cut, limited] = &collector.events()[..] else { panic!("two events") };
    for (event, attempt, why) in
        [(cut, "1", "the connection ended too early"), (limited, "2", "the server returned 429 Too Many Requests")]
    {
        assert_eq!((event.target, event.level, event.span), ("immich", Level::WARN, Some(1)));
        assert_fields(
            event,
            &[
                ("message", Some("sending again")),
                ("immich.operation", Some("getAllAlbums")),
                ("attempt", Some(attempt)),
                ("why", Some(why)),
                ("delay", Some("0ns")),
            ],
        );
    }
}

#[tokio::test]
async fn giving_up_is_told_to_those_who_debug() {
    let mock = MockSend::new();
    mock.on(GetAllAlbums::OPERATION).reply(Reply::status(502)).times(2);
    let policy = RetryPolicy::default().max_attempts(2).random(|| 0.0);
    let client = builder(&mock).retry(policy).build().expect("a client");

    let (collector, _guard) = collect();
    client.albums().get_all_albums().await.expect_err("a refusal");

    assert_fields(
        &collector.span(),
        &[
            ("http.request.resend_count", Some("1")),
            ("http.response.status_code", Some("502")),
            ("error.type", Some("502")),
            ("otel.status_code", Some("ERROR")),
        ],
    );
    let [_again, gave_up] = &collector.events()[..] else { panic!("two events") };
    assert_eq!(gave_up.level, Level::DEBUG);
    let stopped = ("stopped", Some("no attempts left"));
    assert_fields(gave_up, &[("message", Some("gave up")), ("attempt", Some("2")), stopped]);
}

#[tokio::test]
async fn failures_have_a_name() {
    for (kind, name) in [
        (TransportErrorKind::Connect, "connect"),
        (TransportErrorKind::Tls, "tls"),
        (TransportErrorKind::Timeout, "timeout"),
        (TransportErrorKind::Closed, "closed"),
        (TransportErrorKind::RequestBody, "request_body"),
        (TransportErrorKind::Protocol, "protocol"),
        (TransportErrorKind::Other, "other"),
    ] {
        let mock = MockSend::new();
        mock.on(CreateAlbum::OPERATION).reply(Reply::failure(kind));
        let client = builder(&mock).build().expect("a client");
        let (collector, _guard) = collect();
        client.albums().create_album(CreateAlbumDto::new("one")).await.expect_err("a failure");
        let status = ("http.response.status_code", None);
        assert_fields(&collector.span(), &[("error.type", Some(name)), ("otel.status_code", Some("ERROR")), status]);
    }
}

#[tokio::test]
async fn the_span_of_a_download_lasts_until_its_end_and_counts_its_bytes() {
    let mock = MockSend::new();
    mock.on(DownloadAsset::OPERATION)
        .reply(Reply::bytes("image/jpeg", vec![7; 100_000]).without_length())
        .reply(Reply::bytes("image/jpeg", vec![7; 100_000]).cut_after(40_000));
    let client = builder(&mock).build().expect("a client");

    let (collector, _guard) = collect();
    let whole = client.assets().download_asset(AssetId::default()).await.expect("the head");
    assert!(collector.span().handles > 0, "the body is to come");
    whole.bytes(1 << 20).await.expect("the body");
    assert_fields(&collector.span(), &[("http.response.body.size", Some("100000")), ("error.type", None)]);
    assert_eq!(collector.span().handles, 0);

    let cut = client.assets().download_asset(AssetId::default()).await.expect("the head");
    cut.bytes(1 << 20).await.expect_err("a cut");
    let spans = collector.spans();
    assert_fields(&spans[1], &[("http.response.body.size", Some("40000")), ("error.type", Some("closed"))]);
}

#[test]
fn a_call_that_is_dropped_was_cancelled() {
    let mock = MockSend::new();
    mock.on(GetAllAlbums::OPERATION).reply(Reply::silence());
    let client = builder(&mock).build().expect("a client");
    let (collector, _guard) = collect();
    {
        let mut call = pin!(client.albums().get_all_albums().into_future());
        assert!(matches!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    }
    assert_fields(&collector.span(), &[("error.type", Some("cancelled")), ("http.response.status_code", None)]);
    assert_eq!(collector.span().handles, 0);
}

#[tokio::test]
async fn nothing_secret_is_told() {
    let mock = MockSend::new();
    let echo = json!({"message": [format!("no {CANARY}")], "error": CANARY, "correlationId": CANARY});
    let refused = Reply::json(&echo).with_status(503).header("location", CANARY).header("x-immich-cid", CANARY);
    for operation in [Login::OPERATION, GetAlbumInfo::OPERATION, SearchAssets::OPERATION, GetAllAlbums::OPERATION] {
        mock.on(operation).reply(refused.clone());
    }
    let policy = RetryPolicy::default().max_attempts(2).random(|| 0.0);
    let builder = builder(&mock).retry(policy).header("cf-access", CANARY).access_token(CANARY);
    let client = builder.build().expect("a client");
    let id: AlbumId = CANARY.parse().expect("an id");

    let (collector, _guard) = collect();
    client.auth().login(LoginCredentialDto::new("me@example.org", CANARY)).await.expect_err("a refusal");
    client
        .albums()
        .get_album_info(id)
        .header("x-trace", CANARY)
        .timeout(Duration::from_secs(1))
        .await
        .expect_err("refused");
    client.search().search_assets(MetadataSearchDto::new().original_file_name(CANARY)).await.expect_err("refused");
    client.albums().get_all_albums().asset_id(CANARY.parse::<AssetId>().expect("an id")).await.expect_err("refused");

    let (spans, events) = (collector.spans(), collector.events());
    assert!(spans.len() == 4 && events.len() >= 2, "{spans:#?} {events:#?}");
    assert_fields(&spans[1], &[("url.template", Some("/sub/api/albums/{id}"))]);
    assert!(mock.requests().iter().any(|request| request.path.contains(CANARY)), "the canary was there");
    let told = format!("{spans:?} {events:?}");
    assert!(!told.contains(CANARY) && !told.contains("me@example.org"), "{told}");
}

mod layer {
    use async_trait::async_trait;
    use immich_core::{Body, HttpSend, ResponseBody, TransportError, http};

    /// A layer that reports each call.
    pub struct Telling(pub Box<dyn HttpSend>);

    #[async_trait]
    impl HttpSend for Telling {
        async fn send(&self, request: http::Request<Body>) -> Result<http::Response<ResponseBody>, TransportError> {
            tracing::info!("asked");
            self.0.send(request).await
        }
    }
}
