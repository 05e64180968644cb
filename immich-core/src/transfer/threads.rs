//! Runs blocking work on the threads of `blocking`, or on those that the application provides.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use blocking::Task;

use crate::bridge::slot::{Put, Take, slot};

/// A blocking job: reading, writing or hashing a file. It is run once.
pub type BlockingJob = Box<dyn FnOnce() + Send>;

/// Runs jobs on threads of the caller.
#[derive(Clone)]
pub(crate) struct Threads(Arc<dyn Fn(BlockingJob) + Send + Sync>);

impl Threads {
    pub(crate) fn new(spawn: impl Fn(BlockingJob) + Send + Sync + 'static) -> Self {
        Self(Arc::new(spawn))
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Threads")
    }
}

thread_local! {
    /// The threads of the client whose transfer is polled on this thread. All futures of a transfer are polled in one
    /// task, so the value is available wherever one of them starts a job.
    static CURRENT: RefCell<Option<Threads>> = const { RefCell::new(None) };
}

/// Returns the threads of the transfer that is being polled; `None` for those of `blocking`.
pub(super) fn current() -> Option<Threads> {
    CURRENT.with_borrow(Clone::clone)
}

/// Calls `poll` with these threads as the current ones.
pub(super) fn with<T>(threads: Option<&Threads>, poll: impl FnOnce() -> T) -> T {
    struct Restore(Option<Threads>);
    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }
    let _restore = Restore(CURRENT.replace(threads.cloned()));
    poll()
}

/// Polls a future with these threads as the current ones.
pub(super) async fn within<F: Future>(threads: Option<Threads>, future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| with(threads.as_ref(), || future.as_mut().poll(context))).await
}

/// Runs `work` on the current threads.
pub(super) fn unblock<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> BlockingTask<T> {
    unblock_on(current().as_ref(), work)
}

/// Runs `work` on the given threads.
pub(super) fn unblock_on<T: Send + 'static>(
    threads: Option<&Threads>,
    work: impl FnOnce() -> T + Send + 'static,
) -> BlockingTask<T> {
    let Some(threads) = threads else { return BlockingTask(TaskKind::Pool(blocking::unblock(work))) };
    let (put, take) = slot(true);
    let is_detached = Arc::new(AtomicBool::new(false));
    let job = Job { parts: Some((Box::new(work), put)), is_detached: Arc::clone(&is_detached) };
    (threads.0)(Box::new(move || job.run()));
    BlockingTask(TaskKind::Caller { take, is_detached })
}

/// A running or queued job. Dropping it cancels the job if it has not started.
pub(super) struct BlockingTask<T>(TaskKind<T>);

enum TaskKind<T> {
    Pool(Task<T>),
    Caller { take: Take<Outcome<T>>, is_detached: Arc<AtomicBool> },
}

/// The result of a job, or its panic.
type Outcome<T> = Result<T, Box<dyn Any + Send>>;

impl<T> BlockingTask<T> {
    /// Lets the job run although nothing awaits its result.
    pub(super) fn detach(self) {
        match self.0 {
            TaskKind::Pool(task) => task.detach(),
            TaskKind::Caller { is_detached, .. } => is_detached.store(true, Ordering::SeqCst),
        }
    }
}

impl<T> Future for BlockingTask<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match &mut self.0 {
            TaskKind::Pool(task) => Pin::new(task).poll(context),
            TaskKind::Caller { take, .. } => match take.poll_take(context) {
                Poll::Ready(Some(Ok(done))) => Poll::Ready(done),
                Poll::Ready(Some(Err(panic))) => resume_unwind(panic),
                // A job always stores its result.
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            },
        }
    }
}

type Parts<T> = (Box<dyn FnOnce() -> T + Send>, Put<Outcome<T>>);

/// A job for the caller's threads. If it is dropped there, for example by a runtime that shuts down, it runs on
/// `blocking`.
struct Job<T: Send + 'static> {
    parts: Option<Parts<T>>,
    is_detached: Arc<AtomicBool>,
}

impl<T: Send + 'static> Job<T> {
    fn run(mut self) {
        if let Some(parts) = self.parts.take() {
            run(parts, &self.is_detached);
        }
    }
}

fn run<T>((work, mut put): Parts<T>, is_detached: &AtomicBool) {
    if put.is_gone() && !is_detached.load(Ordering::SeqCst) {
        return;
    }
    put.put(catch_unwind(AssertUnwindSafe(work)));
}

impl<T: Send + 'static> Drop for Job<T> {
    fn drop(&mut self) {
        if let Some(parts) = self.parts.take() {
            let is_detached = Arc::clone(&self.is_detached);
            blocking::unblock(move || run(parts, &is_detached)).detach();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;
    use crate::blocking::block_on;

    fn on_named_threads(name: &'static str) -> Threads {
        Threads::new(move |job| {
            thread::Builder::new().name(name.to_owned()).spawn(job).expect("a thread");
        })
    }

    fn here() -> Option<String> {
        thread::current().name().map(str::to_owned)
    }

    #[test]
    fn work_runs_on_the_threads_of_the_transfer() {
        let mine = on_named_threads("mine");
        let name = block_on(within(Some(mine), async {
            let name = unblock(here).await;
            let inner = within(Some(on_named_threads("inner")), async { unblock(here).await }).await;
            assert_eq!(inner.as_deref(), Some("inner"));
            name
        }));
        assert_eq!(name.as_deref(), Some("mine"));
        assert!(current().is_none(), "it is that of the poll alone");
        assert!(block_on(unblock(here)).is_some_and(|name| name.starts_with("blocking")));
    }

    #[test]
    fn a_job_dropped_by_the_callers_threads_still_runs() {
        let threads = Threads::new(drop);
        let name = block_on(unblock_on(Some(&threads), here));
        assert!(name.is_some_and(|name| name.starts_with("blocking")));
    }

    #[test]
    fn a_panic_of_a_job_is_propagated() {
        let threads = on_named_threads("mine");
        let work = || -> () { resume_unwind(Box::new("planted")) };
        let caught = catch_unwind(AssertUnwindSafe(|| block_on(unblock_on(Some(&threads), work))));
        assert_eq!(caught.expect_err("a panic").downcast_ref(), Some(&"planted"));
    }

    #[test]
    fn a_dropped_job_runs_only_if_it_is_detached() {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let threads = Threads::new({
            let kept = Arc::clone(&kept);
            move |job| kept.lock().expect("no panic").push(job)
        });
        let (done, seen) = channel();
        for name in ["dropped", "detached"] {
            let done = done.clone();
            let task = unblock_on(Some(&threads), move || done.send(name).expect("a test that waits"));
            if name == "detached" { task.detach() } else { drop(task) }
        }
        kept.lock().expect("no panic").drain(..).for_each(|job: BlockingJob| job());
        drop((done, threads, kept));
        assert_eq!(seen.iter().collect::<Vec<_>>(), ["detached"]);
    }
}
