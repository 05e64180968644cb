//! A kept connection ends while the next request is on its way: how that ends is a matter of chance, and what must
//! hold of every end is checked many times over.

use std::time::Duration;

use immich_sdk::TransportErrorKind;

use crate::suite::{Ask, Backend, Behind, Bench, Server, Step};

const ROUNDS: usize = 300;

/// Calls over connections that end after one response each. Returns how many calls failed.
async fn race(backend: Backend, ends: &[Step], ask: Ask, retry: Option<u32>) -> usize {
    let mut script = vec![Step::Once];
    script.extend_from_slice(ends);
    let server = Server::start(vec![script; 5 * ROUNDS], vec![ask.healthy()]).await;
    let bench = Bench::new(backend, Behind::Tcp(server), retry);
    let client = bench.builder().build().expect("a client");
    let mut failed = 0;
    for round in 0..ROUNDS {
        // The end of the connection before is at another place of its way each time.
        for _ in 0..round % 30 {
            tokio::task::yield_now().await;
        }
        let Err(error) = ask.of(&client).await else { continue };
        failed += 1;
        let transport = error.transport_error().expect("a transport error");
        assert_eq!(transport.kind(), TransportErrorKind::Closed, "{error:?}");
        assert!(transport.may_have_been_sent(), "what was not begun is sent again by itself: {error:?}");
    }
    drop(client);
    bench.server().all_closed().await;
    let seen = bench.requests();
    match ask {
        Ask::Create => assert!((ROUNDS - failed..=ROUNDS).contains(&seen), "{seen} of {ROUNDS}, {failed} failed"),
        _ => assert!(retry.is_none() || failed == 0, "a GET is safe to repeat, and {failed} failed"),
    }
    assert!(bench.leaks().is_empty());
    failed
}

async fn races(backend: Backend) {
    let all = async {
        for ends in [&[][..], &[Step::HalfClose, Step::Hold], &[Step::Reset]] {
            for ask in [Ask::Create, Ask::Ping] {
                for retry in [None, Some(5)] {
                    let failed = race(backend, ends, ask, retry).await;
                    println!("{backend:?}, {ends:?}, {ask:?}, retry {retry:?}: {failed} of {ROUNDS} failed");
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(120), all).await.expect("it ends in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_done_twice_on_hyper() {
    races(Backend::Hyper).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_done_twice_on_reqwest() {
    races(Backend::Reqwest).await;
}
