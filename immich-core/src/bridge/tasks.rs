//! The futures of one thread, each polled only after it was woken.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

use super::slot::{register, wake};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Futures that run until they are done.
#[derive(Default)]
pub(super) struct Tasks {
    tasks: HashMap<u64, (Task, Arc<TaskWaker>)>,
    next: u64,
    woken: Arc<Woken>,
}

impl Tasks {
    pub(super) fn push(&mut self, task: impl Future<Output = ()> + 'static) {
        let number = self.next;
        self.next += 1;
        let waker = Arc::new(TaskWaker { number, is_queued: AtomicBool::new(true), woken: Arc::clone(&self.woken) });
        self.woken.lock().numbers.push_back(number);
        self.tasks.insert(number, (Box::pin(task), waker));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Drops all of them.
    pub(super) fn clear(&mut self) {
        self.tasks.clear();
    }

    /// Polls those that were woken, each once, so that the others on this thread get their turn.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) {
        let mut state = self.woken.lock();
        register(&mut state.driver, context);
        let count = state.numbers.len();
        drop(state);
        for _ in 0..count {
            let Some(number) = self.woken.lock().numbers.pop_front() else { break };
            // It is out of the set meanwhile: one that panics is dropped. One that was woken may be done by now.
            let Some((mut task, woken)) = self.tasks.remove(&number) else { continue };
            woken.is_queued.store(false, Ordering::Release);
            let waker = Waker::from(Arc::clone(&woken));
            if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                self.tasks.insert(number, (task, woken));
            }
        }
        if !self.woken.lock().numbers.is_empty() {
            context.waker().wake_by_ref();
        }
    }
}

#[derive(Default)]
struct Woken(Mutex<WokenState>);

#[derive(Default)]
struct WokenState {
    numbers: VecDeque<u64>,
    driver: Option<Waker>,
}

impl Woken {
    fn lock(&self) -> MutexGuard<'_, WokenState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct TaskWaker {
    number: u64,
    /// Whether its number is queued already.
    is_queued: AtomicBool,
    woken: Arc<Woken>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut state = self.woken.lock();
        if !self.is_queued.swap(true, Ordering::AcqRel) {
            state.numbers.push_back(self.number);
        }
        let driver = state.driver.take();
        drop(state);
        wake(driver);
    }
}
