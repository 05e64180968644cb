//! Every kind of error, as the author of a program reads it who prints it and nothing more.
//!
//! The texts are compared with `snapshots/errors.txt`; `UPDATE_SNAPSHOTS=1 cargo test --test errors` writes it.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use immich_sdk::api::{
    CreateAlbum, CreateAlbumDto, GetAlbumInfo, GetAllAlbums, GetMySharedLink, GetSyncStream, Login, LoginCredentialDto,
    MergePersonDto, SearchAssets, SyncRequestType, SyncStreamDto, TimeBucketAssetResponseDto, UploadAsset,
};
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{FakeImmich, ManualTimer, MockSend, Reply, Served};
use immich_sdk::{
    AlbumId, AssetId, Body, Client, ClientBuilder, Credential, Error, FilePart, HttpSend, PersonId, ResponseLimits,
    RetryPolicy, ServerVersion, Timeouts, TransportErrorKind,
};
use serde_json::{Value, json};

use tls_server::{Authority, TlsServer};

#[path = "network/tls_server.rs"]
#[allow(dead_code)]
mod tls_server;

/// The strings that no text may show.
const CANARY: &str = "canary-41b7";

const URL: &str = "http://immich.test:2283";

/// The table: what went wrong, and the text of its error.
#[derive(Default)]
struct Table(Vec<(String, String)>);

impl Table {
    fn add(&mut self, what: &str, error: &Error) {
        let text = normalised(&error.to_string());
        assert!(!text.contains('\n'), "{what} takes more than one line: {text}");
        assert!(!format!("{error} {error:?}").contains(CANARY), "{what} shows a secret: {text} {error:?}");
        self.0.push((what.to_owned(), text));
    }
}

/// Without what is another number each time: ports, and numbers of errors of the system.
fn normalised(text: &str) -> String {
    let mut normal = String::new();
    let mut rest = text;
    while let Some(found) =
        ["127.0.0.1:", "localhost:", " (os error "].iter().filter_map(|mark| rest.find(mark).map(|at| (at, mark))).min()
    {
        let (at, mark) = found;
        normal.push_str(&rest[..at]);
        rest = rest[at + mark.len()..].trim_start_matches(|digit: char| digit.is_ascii_digit());
        match mark.strip_suffix(':') {
            Some(host) => {
                let _ = write!(normal, "{host}:PORT");
            }
            None => rest = rest.strip_prefix(')').unwrap_or(rest),
        }
    }
    normal + rest
}

fn builder(server: &MockSend) -> ClientBuilder {
    Client::builder(URL).api_key(CANARY).backend(server.clone())
}

/// The error of reading an album with this response.
async fn album(reply: Reply) -> Error {
    album_with(reply, |builder| builder).await
}

async fn album_with(reply: Reply, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Error {
    let server = MockSend::new();
    server.on(GetAlbumInfo::OPERATION).reply(reply);
    let client = change(builder(&server)).build().expect("a client");
    client.albums().get_album_info(AlbumId::default()).await.expect_err("an error")
}

/// The error of creating an album with this response.
async fn create(reply: Reply) -> Error {
    let server = MockSend::new();
    server.on(CreateAlbum::OPERATION).reply(reply).times(1);
    let client = builder(&server).build().expect("a client");
    client.albums().create_album(CreateAlbumDto::new(CANARY)).await.expect_err("an error")
}

async fn upload(reply: Reply) -> Error {
    let server = MockSend::new();
    server.on(UploadAsset::OPERATION).reply(reply).times(1);
    let client = builder(&server).build().expect("a client");
    let (photo, taken) = (FilePart::new("a.jpg", "a photo"), Timestamp::UNIX_EPOCH);
    client.assets().upload_asset(photo, taken, taken).await.expect_err("an error")
}

fn refusal(status: u16, body: &Value) -> Reply {
    Reply::json(body).with_status(status)
}

fn page(status: u16, title: &str) -> Reply {
    let page = format!("<!DOCTYPE html>\n<html><head><title>\n {title}\n</title></head><body>{CANARY}</body></html>");
    Reply::bytes("text/html; charset=utf-8", page).with_status(status)
}

fn nginx(status: u16, title: &str) -> Reply {
    page(status, title).header("server", "nginx/1.25.3")
}

#[tokio::test]
async fn every_error_reads_as_it_did() {
    let mut table = Table::default();
    by_immich(&mut table).await;
    by_version(&mut table).await;
    by_credential(&mut table).await;
    by_proxies(&mut table).await;
    by_redirects(&mut table).await;
    by_answers(&mut table).await;
    by_streams(&mut table).await;
    by_limits(&mut table).await;
    by_transport(&mut table).await;
    by_tls(&mut table).await;
    by_time(&mut table).await;
    by_attempts(&mut table).await;
    by_building(&mut table).await;

    let shown = table.0.iter().fold(String::new(), |mut all, (what, text)| {
        let _ = writeln!(all, "## {what}\n{text}\n");
        all
    });
    let file = immich_recordings::workspace().join("tests/snapshots/errors.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, &shown).expect("the file");
    }
    let saved = std::fs::read_to_string(&file).unwrap_or_default();
    for (saved, shown) in saved.lines().zip(shown.lines()) {
        assert_eq!(saved, shown, "left: {}; UPDATE_SNAPSHOTS=1 writes it", file.display());
    }
    assert!(saved == shown, "{} has more or fewer errors; UPDATE_SNAPSHOTS=1 writes it", file.display());
}

async fn by_immich(table: &mut Table) {
    let two = json!({
        "message": ["albumName must be a string", "albumName should not be empty"], "error": "Bad Request",
        "statusCode": 400, "correlationId": "t3l5lmha",
    });
    table.add("2.x: a request that violates two rules", &create(refusal(400, &two)).await);
    let three = json!({
        "message": "Validation failed",
        "errors": [
            {"code": "invalid_type", "path": ["albumName"], "message": "Invalid input: expected string, received undefined"},
            {"code": "invalid_format", "path": ["assetIds", 0], "message": "Invalid UUID"},
            {"code": "custom", "path": [], "message": "Empty"},
        ],
    });
    let reply = refusal(400, &three).header("x-correlation-id", "0qh2w8ya");
    table.add("3.x: a request that violates three rules", &create(reply).await);
    let unknown = json!({"message": "Not found or no album.read access"});
    table.add("an album that is not there", &album(refusal(400, &unknown)).await);
    let broken = json!({"message": "Internal server error", "statusCode": 500, "correlationId": "9k3j1l0s"});
    table.add("an error of the server", &album(refusal(500, &broken)).await);
    let busy = json!({"message": "Too many requests"});
    table.add("too many requests", &album(refusal(429, &busy).header("retry-after", "30")).await);
    let long = json!({"message": "request entity too large"});
    table.add("413 of Immich", &create(refusal(413, &long)).await);
    table.add("a message of several lines", &album(refusal(400, &json!({"message": "one\r\n  two\n"}))).await);
    table.add("a status without a word", &album(Reply::status(500)).await);
}

async fn by_version(table: &mut Table) {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        let server = FakeImmich::with_version(version);
        let client = Client::builder(URL).api_key(server.api_key()).backend(server).build().expect("a client");
        let merge = client.people().merge_people(MergePersonDto::new([PersonId::default()]));
        table.add(&format!("an operation that {version} does not have yet"), &merge.await.expect_err("too old"));
    }
    let server = FakeImmich::new();
    let client = Client::builder(URL).api_key(server.api_key()).backend(server).build().expect("a client");
    #[allow(deprecated)]
    let gone = client.assets().get_random().await;
    table.add("an operation that 3.1.0 no longer has", &gone.expect_err("too new"));
    let missing = json!({"message": format!("Cannot GET /api/albums/1?key={CANARY}"), "error": "Not Found"});
    table.add("an unknown route", &album(refusal(404, &missing)).await);
}

async fn by_credential(table: &mut Table) {
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        let server = FakeImmich::with_version(version);
        let client = Client::builder(URL).backend(server.clone()).build().expect("a client");
        // The server gives each refusal another id.
        let name = if version.major < 3 { "x-immich-cid" } else { "x-correlation-id" };
        let ask = || client.albums().get_all_albums().header(name, "k0r3lat1");
        table.add(&format!("{version}: no credential"), &ask().await.expect_err("no credential"));
        client.set_credential(Credential::ApiKey(CANARY.into())).expect("a key");
        table.add(&format!("{version}: a wrong key"), &ask().await.expect_err("a wrong key"));
        client.set_credential(Credential::AccessToken(CANARY.into())).expect("a token");
        table.add(&format!("{version}: a wrong token"), &ask().await.expect_err("a wrong token"));
        client.set_credential(Credential::SharedLinkKey(CANARY.into())).expect("a key");
        table.add(&format!("{version}: a wrong shared link"), &ask().await.expect_err("a wrong link"));
        let weak = server.add_api_key(server.user_id(), &["asset.read"]);
        client.set_credential(Credential::ApiKey(weak)).expect("a key");
        table.add(&format!("{version}: a weak key"), &ask().await.expect_err("a weak key"));
    }
    let server = MockSend::new();
    server.on(Login::OPERATION).reply(refusal(401, &json!({"message": "Incorrect email or password"})));
    server.on(GetMySharedLink::OPERATION).reply(refusal(401, &json!({"message": "Password required"})));
    server.on(GetAllAlbums::OPERATION).reply(refusal(403, &json!({"message": "Forbidden"})));
    let client = builder(&server).build().expect("a client");
    let login = client.auth().login(LoginCredentialDto::new("me@example.com", CANARY)).await;
    table.add("a wrong password", &login.expect_err("a wrong password"));
    let link = client.shared_links().get_my_shared_link().await;
    table.add("a shared link with a password", &link.expect_err("no password"));
    table.add("not for this user", &client.albums().get_all_albums().await.expect_err("no administrator"));
}

async fn by_proxies(table: &mut Table) {
    table.add("413 of a proxy", &upload(nginx(413, "413 Request Entity Too Large")).await);
    table.add("502 of a proxy", &album(nginx(502, "502 Bad Gateway")).await);
    let starting = Reply::bytes("text/plain", "upstream connect error").with_status(503).header("server", "envoy");
    table.add("503 of a proxy without a page", &album(starting).await);
    table.add("504 of a proxy", &upload(page(504, "504 Gateway Time-out")).await);
    table.add(
        "403 of a proxy",
        &album(page(403, "Attention Required! | Cloudflare").header("server", "cloudflare")).await,
    );
    table.add("401 of a proxy", &album(nginx(401, "401 Authorization Required")).await);
    table.add("404 of a proxy", &album(nginx(404, "404 Not Found")).await);
    table.add("a sign-in page", &album(page(200, "Sign in \u{2013} Authelia")).await);
    table.add("a page without a title", &album(Reply::bytes("text/html", "<html></html>")).await);
    table.add("the web application instead of the API", &album(page(200, "Immich")).await);
}

async fn by_redirects(table: &mut Table) {
    let to = |status, location: &str| Reply::status(status).header("location", location);
    let elsewhere = format!("https://auth.example/login?token={CANARY}");
    table.add("a redirect to another origin", &album(to(302, &elsewhere)).await);
    table.add("http to https, of a POST", &create(to(308, "https://immich.test:2283/api/albums")).await);
    table.add("a redirect of a POST on the same server", &create(to(307, "/api/albums/")).await);
    table.add("a circle of redirects", &album(to(302, "?again")).await);
    table.add("a redirect to nowhere", &album(Reply::status(302)).await);
}

async fn by_answers(table: &mut Table) {
    let version = |value: Value| Reply::json(&value);
    let misfits = [
        ("a text where a number was", json!({"albumName": CANARY, "assetCount": CANARY})),
        ("null where a text was", json!({"albumName": null})),
        ("an array instead of an object", json!([CANARY])),
        ("a field that is missing", json!({"id": "3fa85f64-5717-4562-b3fc-2c963f66afa6"})),
    ];
    for (what, value) in misfits {
        table.add(what, &album(version(value)).await);
    }
    let server = MockSend::new();
    let mut asset = serde_json::to_value(immich_sdk::api::AssetResponseDto::default()).expect("JSON");
    asset["id"] = CANARY.into();
    let items = json!({"assets": {"total": 1, "count": 1, "nextPage": null, "facets": [], "items": [asset]},
        "albums": {"total": 0, "count": 0, "facets": [], "items": []}});
    server.on(SearchAssets::OPERATION).reply(Reply::json(&items));
    server.version(ServerVersion::new(2, 7, 5));
    let client = builder(&server).build().expect("a client");
    let found = client.search().search_assets(immich_sdk::api::MetadataSearchDto::new()).await;
    table.add("an invalid id, deep in a response", &found.expect_err("no UUID"));

    table.add("JSON that is cut short", &album(Reply::bytes("application/json", "{\"albumName\": \"cut")).await);
    table.add("no bytes where JSON was", &album(Reply::bytes("application/json", "")).await);
    table.add("text instead of JSON", &album(Reply::bytes("text/plain; charset=utf-8", CANARY)).await);
    table.add("what is called JSON, and is none", &album(Reply::bytes("application/json", CANARY)).await);
    let zipped = || Reply::bytes("application/json", vec![31, 139, 8, 0]).header("content-encoding", "gzip");
    table.add("a compressed response that was not requested", &album(zipped()).await);
    table.add("a refusal that nobody asked to compress", &album(zipped().with_status(500)).await);
}

async fn by_streams(table: &mut Table) {
    let gone = r#"{"type":"AssetDeleteV1","data":{"assetId":"3fa85f64-5717-4562-b3fc-2c963f66afa6"},"ack":"x"}"#;
    let odd = gone.replace("3fa85f64", CANARY);
    table.add("a sync stream that ends too early", &changes(format!("{gone}\n"), usize::MAX).await);
    table
        .add("a sync stream that is cut within a line", &changes(format!("{gone}\n{}", &gone[..50]), usize::MAX).await);
    table.add("a line of a sync stream that does not fit", &changes(format!("{gone}\n{odd}\n"), usize::MAX).await);
    table.add("a line of a sync stream that is no JSON", &changes(format!("{gone}\n{CANARY}\n"), usize::MAX).await);
    table.add("a line of a sync stream that is too long", &changes(format!("{gone}\n"), 50).await);
    let mut month = TimeBucketAssetResponseDto::default();
    month.id.push(AssetId::default());
    table.add("a month without all of its columns", &month.into_rows().err().expect("an error"));
}

/// The first error of a sync stream of these lines.
async fn changes(lines: String, longest: usize) -> Error {
    let server = MockSend::new();
    server.on(GetSyncStream::OPERATION).reply(Reply::bytes("application/jsonlines+json", lines));
    let client = builder(&server).build().expect("a client");
    let call = client.sync().get_sync_stream(SyncStreamDto::new([SyncRequestType::AssetsV2]));
    let mut events = call.events().await.expect("a stream").max_line_bytes(longest);
    loop {
        match events.next().await {
            Ok(event) => assert!(event.is_some(), "an error comes before the end"),
            Err(error) => return error,
        }
    }
}

async fn by_limits(table: &mut Table) {
    let limits = ResponseLimits::default().max_bytes(100).max_headers(5);
    let limited = |builder: ClientBuilder| builder.response_limits(limits);
    table.add("a response that is too long", &album_with(Reply::json(&"x".repeat(200)), limited).await);
    let headers = (0..6).fold(Reply::status(200), |reply, index| reply.header(&format!("x-{index}"), "x"));
    table.add("too many headers", &album_with(headers, limited).await);
    let server = MockSend::new();
    server.on(immich_sdk::api::DownloadAsset::OPERATION).reply(Reply::bytes("image/jpeg", vec![0; 200]));
    let client = builder(&server).build().expect("a client");
    let original = client.assets().download_asset(AssetId::default()).await.expect("an answer");
    table.add("a file longer than the caller takes", &original.bytes(100).await.expect_err("too long"));
}

async fn by_transport(table: &mut Table) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let free = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let mut same = Vec::new();
    for backend in backends() {
        let client = Client::builder(&free).backend(backend).build().expect("a client");
        same.push(client.albums().get_all_albums().await.expect_err("nobody listens"));
    }
    add_same(table, "nobody listens", &same);

    let server = MockSend::new();
    server.on(GetAllAlbums::OPERATION).reply(Reply::failure(TransportErrorKind::Closed));
    let served = Served::start(server).await.expect("a port");
    let mut same = Vec::new();
    for backend in backends() {
        let client = Client::builder(served.url()).backend(backend).build().expect("a client");
        same.push(client.albums().get_all_albums().await.expect_err("the connection closes"));
    }
    add_same(table, "a connection that closes before the response", &same);

    let server = MockSend::new();
    server.on(GetAllAlbums::OPERATION).reply(Reply::json(&json!([])).cut_after(1));
    let client = builder(&server).build().expect("a client");
    table.add("a response that is cut short", &client.albums().get_all_albums().await.expect_err("cut"));

    let server = MockSend::new();
    let client = builder(&server).build().expect("a client");
    let gone = Body::replayable(|| Err(std::io::Error::new(std::io::ErrorKind::NotFound, "no such file")), Some(9));
    let (photo, taken) = (FilePart::new("a.jpg", gone), Timestamp::UNIX_EPOCH);
    table
        .add("a file that cannot be read", &client.assets().upload_asset(photo, taken, taken).await.expect_err("gone"));
    let error = client.albums().get_all_albums().await.expect_err("not expected");
    // A mock lists its expectations in full when it is checked.
    table.add("a mock that did not expect this", &error);
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| server.verify())).expect_err("it was not expected");
}

fn backends() -> [Arc<dyn HttpSend>; 2] {
    [Arc::new(HyperBackend::new().expect("a backend")), Arc::new(ReqwestBackend::new().expect("a backend"))]
}

/// Adds an error that is the same over each library.
fn add_same(table: &mut Table, what: &str, errors: &[Error]) {
    let texts: Vec<_> = errors.iter().map(|error| normalised(&error.to_string())).collect();
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{what}: {texts:#?}");
    table.add(what, &errors[0]);
}

async fn by_tls(table: &mut Table) {
    let authority = Authority::new();
    let known = TlsServer::start(&authority, "localhost", b"http/1.1", None).await;
    let other = TlsServer::start(&authority, "other.example", b"http/1.1", None).await;
    let plain = Served::start(MockSend::new()).await.expect("a port");
    let pem = authority.pem();
    let trusting = || -> [Arc<dyn HttpSend>; 2] {
        let hyper = HyperBackend::builder().root_certificate_pem(pem.clone()).build().expect("a backend");
        let reqwest = ReqwestBackend::builder().root_certificate_pem(pem.clone()).build().expect("a backend");
        [Arc::new(hyper), Arc::new(reqwest)]
    };
    for (what, port, backends) in [
        ("a certificate of an unknown authority", known.port, backends()),
        ("a certificate of another name", other.port, trusting()),
        ("https where only http is spoken", plain.address().port(), backends()),
    ] {
        let mut same = Vec::new();
        for backend in backends {
            let client =
                Client::builder(format!("https://localhost:{port}")).backend(backend).build().expect("a client");
            same.push(client.albums().get_all_albums().await.expect_err(what));
        }
        add_same(table, what, &same);
    }
}

/// The error of a call that never gets a response, after some time.
async fn late(timeouts: Timeouts, endless_upload: bool) -> Error {
    let server = MockSend::new();
    server.on(GetAllAlbums::OPERATION).reply(Reply::silence());
    let client = builder(&server).timeouts(timeouts).build().expect("a client");
    let call = async {
        if endless_upload {
            let never = Body::stream(futures_util::stream::pending(), Some(9));
            let photo = FilePart::new("a.jpg", never);
            client.assets().upload_asset(photo, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH).await.expect_err("late")
        } else {
            client.albums().get_all_albums().await.expect_err("late")
        }
    };
    while_time_goes_on(&server.timer(), call).await
}

/// Moves the clock by a second whenever someone waits for it.
async fn while_time_goes_on<T>(timer: &ManualTimer, work: impl Future<Output = T>) -> T {
    let goes_on = async {
        loop {
            if timer.sleepers() > 0 {
                timer.advance(Duration::from_secs(1));
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        done = work => done,
        () = goes_on => unreachable!("it goes on for ever"),
    }
}

async fn by_time(table: &mut Table) {
    let (five, limits) = (Duration::from_secs(5), Timeouts::new());
    table.add("the time of the call", &late(limits.call(five), false).await);
    table.add("the time of an attempt", &late(limits.attempt(five), false).await);
    table.add("the timeout of the response", &late(limits.response(five), false).await);
    table.add("the time without a byte", &late(limits.idle(five), true).await);
    let connecting = Reply::failure_before_sending(TransportErrorKind::Timeout);
    table.add("the time to connect", &album(connecting).await);
    table.add("a time limit of the library", &album(Reply::failure(TransportErrorKind::Timeout)).await);
}

async fn by_attempts(table: &mut Table) {
    let policy = RetryPolicy::default().random(|| 0.0);
    let retried = |builder: ClientBuilder| builder.retry(policy.clone());
    table.add("refused each time", &album_with(Reply::status(503).header("retry-after", "0"), retried).await);
    table.add("asked to wait too long", &album_with(Reply::status(429).header("retry-after", "3600"), retried).await);

    let server = MockSend::new();
    server.on(CreateAlbum::OPERATION).reply(Reply::failure(TransportErrorKind::Closed)).times(1);
    server.on(UploadAsset::OPERATION).reply(Reply::failure_before_sending(TransportErrorKind::Connect)).times(1);
    let client = builder(&server).retry(policy).build().expect("a client");
    let created = client.albums().create_album(CreateAlbumDto::new("one")).await;
    table.add("a POST that the server may have done", &created.expect_err("no answer"));
    let once = Body::stream(futures_util::stream::iter([Ok(immich_sdk::bytes::Bytes::from_static(b"photo"))]), None);
    let (photo, taken) = (FilePart::new("a.jpg", once), Timestamp::UNIX_EPOCH);
    let uploaded = client.assets().upload_asset(photo, taken, taken).await;
    table.add("a body that can be read only once", &uploaded.expect_err("no connection"));
}

async fn by_building(table: &mut Table) {
    let with_password = format!("http://me:{CANARY}@nas.local");
    let urls = [
        ("no base URL", ""),
        ("a base URL without a scheme", "nas.local:2283"),
        ("a base URL with a password", &with_password),
        ("a base URL of another scheme", "ftp://nas.local"),
    ];
    for (what, url) in urls {
        let built = Client::builder(url).backend(MockSend::new()).build();
        table.add(what, &built.expect_err(what));
    }
    let plain = || Client::builder(URL).backend(MockSend::new());
    table.add("an empty key", &plain().api_key(" ").build().expect_err("empty"));
    table.add("a key of two lines", &plain().api_key(format!("{CANARY}\n{CANARY}")).build().expect_err("two lines"));
    let header = plain().header("cf access", CANARY).build();
    table.add("a header with a wrong name", &header.expect_err("a name with a space"));
    let header = plain().header("cf-access", format!("\r\n{CANARY}")).build();
    table.add("a header with a wrong value", &header.expect_err("two lines"));
    table.add("no backend", &Client::builder(URL).build().expect_err("no backend"));
    table.add("no URL of a shared link", &Client::from_share_url("http://nas.local/albums").expect_err("no link"));
    let proxy = HyperBackend::builder().proxy(format!("socks5://me:{CANARY}@proxy.example")).build();
    table.add("a proxy of another scheme", &proxy.expect_err("no http proxy"));
    let pem = HyperBackend::builder().root_certificate_pem(CANARY).build();
    table.add("an invalid root certificate", &pem.expect_err("no PEM"));

    let client = plain().build().expect("a client");
    let empty = client.server().get_server_version().header("x-a", format!("{CANARY}\n")).await;
    table.add("a header of a call", &empty.expect_err("two lines"));
    let path = client.send(immich_sdk::RawRequest::get(format!("no/slash?{CANARY}"))).await;
    table.add("a path with a query", &path.expect_err("a query"));
    let segment = client.send(immich_sdk::api::GetAssetMetadataByKey::new(AssetId::default(), "..")).await;
    table.add("a path that leads elsewhere", &segment.expect_err("two dots"));
}
