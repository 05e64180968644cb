//! A server that counts its requests, and goes offline and back online at given counts.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use immich_sdk::http::{Request, Response};
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::{Body, HttpSend, ResponseBody, Timer, TransportError};
use tokio::sync::Notify;

#[derive(Clone)]
pub struct Counting {
    pub fake: FakeImmich,
    counts: Arc<AtomicU64>,
    counted: Arc<Notify>,
    /// The range of counts in which the server is offline.
    away: Arc<Mutex<Range<u64>>>,
}

impl Counting {
    pub fn new(fake: &FakeImmich) -> Self {
        Self { fake: fake.clone(), counts: Arc::default(), counted: Arc::default(), away: Arc::new(Mutex::new(0..0)) }
    }

    pub async fn serve(&self) -> Served {
        Served::start(self.clone()).await.expect("a port")
    }

    /// Counts each request twice: when it arrives, and when its response is ready.
    pub fn counts(&self) -> u64 {
        self.counts.load(Ordering::SeqCst)
    }

    /// Waits until the count is reached.
    pub async fn reached(&self, counts: u64) {
        while self.counts() < counts {
            let counted = self.counted.notified();
            if self.counts() < counts {
                counted.await;
            }
        }
    }

    /// Takes the server offline for a range of counts.
    pub fn go_away(&self, counts: Range<u64>) {
        *self.away.lock().expect("a range") = counts;
        self.fake.come_back();
    }

    fn count(&self) {
        let counts = self.counts.fetch_add(1, Ordering::SeqCst) + 1;
        let away = self.away.lock().expect("a range").clone();
        if counts == away.start {
            self.fake.go_away();
        } else if counts == away.end {
            self.fake.come_back();
        }
        self.counted.notify_waiters();
    }
}

#[async_trait]
impl HttpSend for Counting {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        self.count();
        let response = self.fake.send(request).await;
        self.count();
        response
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        HttpSend::timer(&self.fake)
    }
}
