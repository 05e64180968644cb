//! Many calls at once, from many threads, of which some are dropped at any time.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread;

use immich_core::blocking::block_on;
use immich_core::bridge::{Bridge, BridgeHandle};
use immich_core::{HttpSend, SendFuture};

use crate::transport::{Counts, Here, request};

const THREADS: usize = 8;

fn with_driver(queue: usize, work: impl FnOnce(&BridgeHandle)) -> Arc<Counts> {
    let counts = Arc::new(Counts::default());
    let (handle, host) = Bridge::new().queue(queue).open();
    let driver = thread::spawn({
        let counts = Arc::clone(&counts);
        move || block_on(host.run(Here::new(&counts)))
    });
    work(&handle);
    drop(handle);
    driver.join().unwrap();
    assert_eq!(counts.alive(), 0);
    counts
}

#[test]
fn ten_thousand_calls_at_once_all_end() {
    for queue in [1, 64] {
        let counts = with_driver(queue, |handle| {
            thread::scope(|scope| {
                for number in 0..THREADS {
                    scope.spawn(move || block_on(all(handle, number)));
                }
            });
        });
        assert_eq!(counts.begun(), 10_000);
    }
}

/// Sends a share of the calls at once, and reads each response.
async fn all(handle: &BridgeHandle, number: usize) {
    let text = format!("{number}");
    let mut calls: Vec<Option<SendFuture<'_>>> =
        (0..10_000 / THREADS).map(|_| Some(handle.send(request("/echo", text.clone())))).collect();
    let mut left = calls.len();
    poll_fn(|context| {
        for place in &mut calls {
            let Some(call) = place else { continue };
            let Poll::Ready(response) = call.as_mut().poll(context) else { continue };
            *place = None;
            left -= 1;
            let whole = block_on(response.unwrap().into_body().bytes(100)).unwrap().unwrap();
            assert_eq!(whole, text);
        }
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Numbers that look random, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Polls a call a few times, waiting for its waker in between, and says whether it got to its end.
fn some_polls(handle: &BridgeHandle, numbers: &mut Numbers) -> bool {
    let path = ["/echo", "/frames", "/endless", "/hang"][numbers.below(4) as usize];
    // A call that hangs is never woken: it is dropped after one poll.
    let mut polls = if path == "/hang" { 1 } else { 1 + numbers.below(4) };
    let mut work = pin!(async {
        let mut body = handle.send(request(path, "text")).await.unwrap().into_body();
        while let Some(chunk) = body.chunk().await {
            chunk.unwrap();
            if path == "/endless" {
                break;
            }
        }
    });
    block_on(poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        polls -= 1;
        if polled.is_ready() || polls == 0 { Poll::Ready(polled.is_ready()) } else { Poll::Pending }
    }))
}

#[test]
fn calls_that_are_dropped_at_random_leave_nothing() {
    let counts = with_driver(4, |handle| {
        thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|number| {
                    scope.spawn(move || {
                        let mut numbers = Numbers(number as u64);
                        (0..2000).filter(|_| some_polls(handle, &mut numbers)).count()
                    })
                })
                .collect();
            let complete: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
            assert!((1..THREADS * 2000).contains(&complete), "{complete}");
        });
    });
    assert!(counts.begun() > 0);
}

#[test]
fn a_driver_that_dies_in_a_crowd_leaves_no_call_behind() {
    for after in [1, 10, 100, 1000] {
        let counts = Arc::new(Counts::default());
        let (handle, host) = Bridge::new().queue(8).open();
        let driver = thread::spawn({
            let counts = Arc::clone(&counts);
            move || {
                let mut driver = Box::pin(host.run(Here::new(&counts)));
                // It is polled until that many calls were begun, and dropped.
                block_on(poll_fn(|context| {
                    assert!(driver.as_mut().poll(context).is_pending());
                    if counts.begun() >= after { Poll::Ready(()) } else { Poll::Pending }
                }));
            }
        });
        let (done, failed) = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|_| {
                    scope.spawn(|| {
                        let ends = (0..500).map(|_| block_on(handle.send(request("/echo", ""))).is_ok());
                        let (done, failed): (Vec<_>, Vec<_>) = ends.partition(|is_done| *is_done);
                        (done.len(), failed.len())
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .fold((0, 0), |sum, ends| (sum.0 + ends.0, sum.1 + ends.1))
        });
        driver.join().unwrap();
        assert_eq!(done + failed, THREADS * 500);
        assert!(failed > 0 && counts.alive() == 0, "{done} {failed} {}", counts.alive());
    }
}
