//! A transport that is bound to its thread, and says what became of what it made.

use std::future::{pending, poll_fn};
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;
use futures_core::Stream;
use immich_core::bridge::{LocalBody, LocalHttpSend};
use immich_core::{Body, TransportError, http};

/// The number of live objects, and of requests done.
#[derive(Default)]
pub struct Counts {
    /// Futures and bodies of the transport that were not dropped.
    pub alive: AtomicUsize,
    pub begun: AtomicUsize,
    pub frames: AtomicUsize,
}

impl Counts {
    pub fn alive(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }

    pub fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }
}

struct Alive(Arc<Counts>);

impl Alive {
    fn new(counts: &Arc<Counts>) -> Self {
        counts.alive.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(counts))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Responds by the path: `/hang` never, `/frames` with ten frames, `/endless` with a body that hangs after its first frame,
/// and else with the request body.
pub struct Here {
    pub counts: Arc<Counts>,
    /// Neither `Send` nor `Sync`.
    bound: PhantomData<*const ()>,
}

impl Here {
    pub fn new(counts: &Arc<Counts>) -> Self {
        Self { counts: Arc::clone(counts), bound: PhantomData }
    }
}

impl LocalHttpSend for Here {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<LocalBody>, TransportError> {
        let alive = Alive::new(&self.counts);
        self.counts.begun.fetch_add(1, Ordering::SeqCst);
        let frames = match request.uri().path().split('/').nth(1) {
            Some("hang") => pending().await,
            Some("frames") => 10,
            Some("endless") => usize::MAX,
            _ => {
                yield_now().await;
                let bytes = request.into_body().bytes().await.map_err(TransportError::cut)?;
                return Ok(http::Response::new(bytes.into()));
            }
        };
        let body = Frames { frames, counts: Arc::clone(&self.counts), _alive: alive };
        Ok(http::Response::new(LocalBody::stream(body, None)))
    }
}

struct Frames {
    frames: usize,
    counts: Arc<Counts>,
    _alive: Alive,
}

impl Stream for Frames {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.frames {
            0 => Poll::Ready(None),
            usize::MAX => {
                self.frames -= 1;
                Poll::Ready(Some(Ok(Bytes::from_static(b"first"))))
            }
            11.. => Poll::Pending,
            _ => {
                self.frames -= 1;
                self.counts.frames.fetch_add(1, Ordering::SeqCst);
                Poll::Ready(Some(Ok(Bytes::from_static(b"frame"))))
            }
        }
    }
}

pub fn request(path: &str, body: impl Into<Body>) -> http::Request<Body> {
    let uri = format!("http://immich.test{path}");
    http::Request::builder().uri(uri).body(body.into()).unwrap()
}

/// Lets the others on the thread run.
pub async fn yield_now() {
    let mut is_first = true;
    poll_fn(|context| {
        if std::mem::take(&mut is_first) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// Polls a future once.
pub fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls until nothing wakes the future any more.
pub fn poll_to_rest<F: Future + ?Sized>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    #[derive(Default)]
    struct Woken(AtomicUsize);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    loop {
        let before = woken.0.load(Ordering::SeqCst);
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        if polled.is_ready() || woken.0.load(Ordering::SeqCst) == before {
            return polled;
        }
    }
}

/// Polls both on this thread, in turn, until the call is done.
pub fn together<C: Future, D: Future<Output = ()> + ?Sized>(call: C, mut driver: Pin<&mut D>) -> C::Output {
    let mut call = pin!(call);
    for _ in 0..1000 {
        if let Poll::Ready(done) = poll_once(call.as_mut()) {
            return done;
        }
        assert!(poll_once(driver.as_mut()).is_pending(), "the driver ended before the call");
    }
    panic!("the call hangs");
}
