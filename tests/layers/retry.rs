//! Retries: which requests, when, how often, and why they stop.

use std::time::Duration;

use immich_sdk::api::{
    AlbumResponseDto, AssetBulkDeleteDto, CreateAlbum, CreateAlbumDto, DeleteAssets, GetAllAlbums, PingServer,
    RandomSearchDto, SearchRandom, UploadAsset,
};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::{MockSend, Reply};
use immich_sdk::{
    AssetId, Body, Client, Error, ErrorKind, FilePart, GiveUpReason, ResponseLimits, RetryPolicy, Timer,
    TransportErrorKind,
};
use serde_json::json;

use crate::drive::{Driven, arrivals};
use crate::{SECOND, builder, pong, without_jitter};

const HALF: Duration = Duration::from_millis(500);

fn client(mock: &MockSend, policy: RetryPolicy) -> Client {
    builder(mock).retry(policy).build().expect("a client")
}

fn stopped(error: &Error) -> (u32, GiveUpReason) {
    let attempts = error.attempts().expect("attempts are reported");
    (attempts.made, attempts.stopped)
}

/// Returns the times of the requests of a call that always fails, in half seconds.
fn failing_request_times(policy: RetryPolicy) -> Vec<u32> {
    let mock = MockSend::new();
    mock.on(PingServer::OPERATION).reply(Reply::status(502));
    let client = client(&mock, policy);
    let mut call = Driven::start(client.server().ping_server());
    let times = arrivals(&mock, &mut call, HALF, 1000);
    assert_eq!(stopped(&call.outcome().expect_err("a refusal")), (times.len() as u32, GiveUpReason::AttemptsUsedUp));
    times
}

#[test]
fn delays_double_up_to_the_maximum() {
    let policy = without_jitter().max_attempts(6).max_delay(5 * SECOND);
    assert_eq!(failing_request_times(policy), [0, 2, 6, 14, 24, 34], "1 s, 2 s, 4 s, 5 s, 5 s");
}

#[test]
fn a_delay_is_a_random_fraction_of_the_maximum() {
    let policy = without_jitter().max_attempts(4);
    assert_eq!(failing_request_times(policy.clone().random(|| 0.5)), [0, 1, 3, 7]);
    assert_eq!(failing_request_times(policy.clone().random(|| 0.0)), [0, 0, 0, 0]);
    assert_eq!(failing_request_times(policy.clone().random(|| 7.0)), [0, 2, 6, 14], "at most the maximum");
    assert_eq!(failing_request_times(policy.random(|| f64::NAN)), [0, 0, 0, 0], "NaN is no delay");
}

#[test]
fn the_default_jitter_is_between_zero_and_one() {
    for _ in 0..100 {
        let mock = MockSend::new();
        mock.on(PingServer::OPERATION).reply(Reply::status(502)).reply(pong()).times(2);
        let client = client(&mock, RetryPolicy::default().base_delay(SECOND));
        let mut call = Driven::start(client.server().ping_server());
        assert!(call.run(&mock.timer(), Duration::from_millis(1), SECOND) <= SECOND);
    }
}

#[test]
fn no_delay_starts_that_would_exceed_the_elapsed_time() {
    let mock = MockSend::new();
    mock.on(PingServer::OPERATION).reply(Reply::status(502)).times(3);
    let client = client(&mock, without_jitter().max_attempts(10).max_elapsed(6 * SECOND));
    let mut call = Driven::start(client.server().ping_server());
    // Delays of 1 s and 2 s; another 4 s would exceed the limit, so the call fails at once.
    assert_eq!(call.run(&mock.timer(), HALF, 60 * SECOND), 3 * SECOND);
    let error = call.outcome().expect_err("a refusal");
    assert_eq!(stopped(&error), (3, GiveUpReason::TimeUsedUp));
    assert!(error.to_string().contains("3 attempts: no time left for a retry"), "{error}");
}

#[test]
fn success_ends_the_retries() {
    let mock = MockSend::new();
    let closed = Reply::failure(TransportErrorKind::Closed);
    mock.on(PingServer::OPERATION).reply(closed).reply(Reply::status(500)).reply(pong()).times(3);
    let client = client(&mock, without_jitter());
    let mut call = Driven::start(client.server().ping_server());
    assert_eq!(arrivals(&mock, &mut call, HALF, 100), [0, 2, 6]);
    call.outcome().expect("pong");
}

#[test]
fn without_a_policy_everything_is_sent_once() {
    for client in [|mock: &MockSend| builder(mock), |mock: &MockSend| builder(mock).retry(RetryPolicy::never())] {
        let mock = MockSend::new();
        mock.on(PingServer::OPERATION).reply(Reply::status(503).header("retry-after", "0")).times(1);
        let client = client(&mock).build().expect("a client");
        let error = Driven::start(client.server().ping_server()).outcome().expect_err("a refusal");
        assert_eq!(stopped(&error), (1, GiveUpReason::AttemptsUsedUp));
        assert!(!error.to_string().contains("attempt"), "a single attempt is not mentioned: {error}");
    }
}

#[test]
fn a_call_can_have_its_own_policy() {
    let mock = MockSend::new();
    mock.on(PingServer::OPERATION).reply(Reply::status(502));
    let eager = client(&mock, without_jitter().random(|| 0.0).max_attempts(3));
    Driven::start(eager.server().ping_server().retry(RetryPolicy::never())).outcome().expect_err("a refusal");
    assert_eq!(mock.requests().len(), 1);
    let calm = builder(&mock).build().expect("a client");
    let policy = without_jitter().random(|| 0.0).max_attempts(5);
    Driven::start(calm.server().ping_server().retry(policy)).outcome().expect_err("a refusal");
    assert_eq!(mock.requests().len(), 1 + 5);
}

/// The attempts of creating an album, and of listing albums, if the server sends `reply`.
fn both(reply: impl Fn() -> Reply) -> [(u32, GiveUpReason); 2] {
    let mock = MockSend::new();
    mock.on(CreateAlbum::OPERATION).reply(reply());
    mock.on(GetAllAlbums::OPERATION).reply(reply());
    let client = client(&mock, without_jitter().random(|| 0.0).max_attempts(3));
    let created = Driven::start(client.albums().create_album(CreateAlbumDto::new("one"))).outcome();
    let created = stopped(&created.expect_err("a failure"));
    assert_eq!(mock.requests().len() as u32, created.0);
    let listed = Driven::start(client.albums().get_all_albums()).outcome();
    let listed = stopped(&listed.expect_err("a failure"));
    assert_eq!(mock.requests().len() as u32, created.0 + listed.0);
    [created, listed]
}

#[test]
fn only_safe_requests_are_retried() {
    use GiveUpReason::{AttemptsUsedUp, Final, MayHaveBeenDone};
    use TransportErrorKind::{Closed, Connect, Other, Protocol, RequestBody, Timeout, Tls};
    for status in [408, 500, 502, 503, 504] {
        assert_eq!(both(|| Reply::status(status)), [(1, MayHaveBeenDone), (3, AttemptsUsedUp)], "{status}");
    }
    for status in [400, 401, 403, 404, 409, 413, 501] {
        assert_eq!(both(|| Reply::status(status)), [(1, Final), (1, Final)], "{status}");
    }
    assert_eq!(both(|| Reply::status(429)), [(3, AttemptsUsedUp); 2], "the server did not process it");
    let busy = || Reply::status(503).header("retry-after", "0");
    assert_eq!(both(busy), [(3, AttemptsUsedUp); 2], "the server did not process it");
    for kind in [Connect, Timeout, Closed] {
        assert_eq!(both(|| Reply::failure_before_sending(kind)), [(3, AttemptsUsedUp); 2], "{kind:?}");
        assert_eq!(both(|| Reply::failure(kind)), [(1, MayHaveBeenDone), (3, AttemptsUsedUp)], "{kind:?}");
    }
    for kind in [Tls, RequestBody, Protocol, Other] {
        assert_eq!(both(|| Reply::failure(kind)), [(1, Final), (1, Final)], "{kind:?}");
    }
}

#[test]
fn a_search_is_retried_although_it_is_a_post() {
    let mock = MockSend::new();
    mock.on(SearchRandom::OPERATION).reply(Reply::status(500)).reply(Reply::json(&json!([]))).times(2);
    let client = client(&mock, without_jitter().random(|| 0.0));
    let found = Driven::start(client.search().search_random(RandomSearchDto::new())).outcome();
    assert!(found.expect("assets").is_empty());
    let [first, second] = &mock.requests()[..] else { panic!("two requests") };
    assert_eq!((&first.body, &first.headers), (&second.body, &second.headers), "the same request");
}

#[test]
fn a_range_past_the_end_is_final() {
    let mock = MockSend::new();
    mock.on(PingServer::OPERATION).reply(Reply::status(500).header("content-range", "bytes */10")).times(1);
    let client = client(&mock, without_jitter());
    let error = Driven::start(client.server().ping_server()).outcome().expect_err("a refusal");
    assert_eq!(stopped(&error), (1, GiveUpReason::Final));
}

fn upload(body: Body, checksum: bool) -> (MockSend, Result<AssetId, Error>) {
    let mock = MockSend::new();
    let created = json!({"id": AssetId::default(), "status": "duplicate"});
    let replies = mock.on(UploadAsset::OPERATION).reply(Reply::failure(TransportErrorKind::Closed));
    drop(replies.reply(Reply::json(&created)));
    let client = client(&mock, without_jitter().random(|| 0.0));
    let photo = FilePart::new("a.jpg", body);
    let mut call = client.assets().upload_asset(photo, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    if checksum {
        call = call.x_immich_checksum("qvTGHdzF6KLavt4PO0gs2a6pQ00=");
    }
    let outcome = Driven::start(call).outcome().map(|uploaded| uploaded.id);
    (mock, outcome)
}

fn uploads(mock: &MockSend) -> usize {
    mock.requests().iter().filter(|request| request.path == "/api/assets").count()
}

#[test]
fn an_upload_is_retried_if_its_checksum_reveals_duplicates() {
    let (mock, outcome) = upload(Body::from("hello"), true);
    outcome.expect("an asset");
    assert_eq!(uploads(&mock), 2);
    let (mock, outcome) = upload(Body::from("hello"), false);
    assert_eq!(stopped(&outcome.expect_err("a failure")), (1, GiveUpReason::MayHaveBeenDone));
    assert_eq!(uploads(&mock), 1);
}

#[test]
fn a_body_that_can_be_read_once_is_sent_once() {
    let once = Body::stream(futures_util::stream::iter([Ok("hello".into())]), Some(5));
    let (mock, outcome) = upload(once, true);
    let error = outcome.expect_err("a failure");
    assert_eq!(stopped(&error), (1, GiveUpReason::BodyUsedUp));
    assert!(error.to_string().contains("1 attempt: not retried, because its body can only be read once"), "{error}");
    assert_eq!(uploads(&mock), 1);
}

#[test]
fn a_replayable_body_is_sent_again_from_its_start() {
    let open = || Ok(Box::pin(futures_util::stream::iter([Ok("he".into()), Ok("llo".into())])) as _);
    let (mock, outcome) = upload(Body::replayable(open, Some(5)), true);
    outcome.expect("an asset");
    let requests = mock.requests();
    let bodies: Vec<_> = requests.iter().filter(|request| request.path == "/api/assets").collect();
    assert_eq!(bodies[0].body, bodies[1].body);
    assert!(bodies[0].body.windows(5).any(|window| window == b"hello"));
}

#[test]
fn a_dropped_call_is_not_sent_again() {
    let mock = MockSend::new();
    mock.on(CreateAlbum::OPERATION).reply(Reply::status(429)).reply(Reply::json(&AlbumResponseDto::default())).times(1);
    let client = client(&mock, without_jitter());
    let call = Driven::start(client.albums().create_album(CreateAlbumDto::new("one")));
    assert_eq!(mock.timer().sleepers(), 1, "it waits");
    drop(call);
    assert_eq!(mock.timer().sleepers(), 0, "and leaves nothing behind");
    mock.timer().advance(60 * SECOND);
    assert_eq!(mock.requests().len(), 1);
    assert_eq!(mock.timer().elapsed(), 60 * SECOND);
}

#[test]
fn a_truncated_response_is_requested_again() {
    let mock = MockSend::new();
    let cut = Reply::json(&json!({"res": "pong"})).cut_after(5);
    mock.on(PingServer::OPERATION).reply(cut.clone()).reply(cut.without_length()).reply(pong()).times(3);
    let client = client(&mock, without_jitter().random(|| 0.0));
    Driven::start(client.server().ping_server()).outcome().expect("pong");
}

#[test]
fn a_truncated_response_to_a_change_is_not_requested_again() {
    let mock = MockSend::new();
    let cut = Reply::json(&AlbumResponseDto::default()).with_status(201).cut_after(5);
    mock.on(CreateAlbum::OPERATION).reply(cut).times(1);
    let client = client(&mock, without_jitter().random(|| 0.0));
    let error = Driven::start(client.albums().create_album(CreateAlbumDto::new("one"))).outcome().expect_err("cut");
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(stopped(&error), (1, GiveUpReason::MayHaveBeenDone));
}

#[test]
fn a_response_that_is_too_long_is_not_requested_again() {
    let limits = ResponseLimits::default().max_bytes(10);
    for reply in [pong(), pong().without_length()] {
        let mock = MockSend::new();
        mock.on(PingServer::OPERATION).reply(reply).times(1);
        let client = builder(&mock).retry(without_jitter()).response_limits(limits).build().expect("a client");
        let error = Driven::start(client.server().ping_server()).outcome().expect_err("14 bytes");
        assert_eq!(error.kind(), ErrorKind::TooLarge);
        assert!(error.to_string().contains("more than 10 bytes"), "{error}");
    }
}

#[test]
fn json_that_is_too_long_for_immich_is_sent_once() {
    for (ids, expected) in [(300_000, (1, GiveUpReason::BodyTooLong)), (200_000, (4, GiveUpReason::AttemptsUsedUp))] {
        let mock = MockSend::new();
        mock.on(DeleteAssets::OPERATION).reply(Reply::status(500));
        let client = client(&mock, RetryPolicy::default());
        let ids = vec![AssetId::default(); ids];
        let mut call = Driven::start(client.assets().delete_assets(AssetBulkDeleteDto::new(ids)));
        call.run(&mock.timer(), SECOND, 100 * SECOND);
        let error = call.outcome().expect_err("a refusal");
        assert_eq!((stopped(&error), mock.requests().len() as u32), (expected, expected.0));
        assert_eq!(error.to_string().contains("at most 10 MiB of JSON"), expected.0 == 1, "{error}");
    }
}
