//! The request that a thread is busy with, and how another thread ends it.

use std::cell::RefCell;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use ureq::unversioned::transport::ShutdownHandle;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Attempt>>> = const { RefCell::new(None) };
}

/// A request on its thread.
#[derive(Default)]
pub(crate) struct Attempt {
    is_cancelled: AtomicBool,
    is_sent: AtomicBool,
    is_cut: AtomicBool,
    socket: Mutex<Option<Arc<Socket>>>,
}

impl Attempt {
    /// The one of this thread. The connections of ureq know their request by it alone.
    pub(crate) fn current() -> Option<Arc<Self>> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Makes it the one of this thread, until the guard is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> Entered {
        CURRENT.set(Some(Arc::clone(self)));
        Entered
    }

    /// Ends the request: what its thread waits for on the connection fails.
    pub(crate) fn cancel(self: &Arc<Self>) {
        self.is_cancelled.store(true, Ordering::SeqCst);
        let socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(socket) = socket {
            socket.shut_down_for(self);
        }
    }

    /// Lets go of the connection, which may serve another request from now on.
    pub(crate) fn finish(&self) {
        *self.socket.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Notes that bytes of the request go out.
    pub(crate) fn set_sent(&self) {
        self.is_sent.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.is_sent.load(Ordering::Relaxed)
    }

    /// Notes that the server takes no more of the request.
    pub(crate) fn set_cut(&self) {
        self.is_cut.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::Relaxed)
    }
}

pub(crate) struct Entered;

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(None);
    }
}

/// A connection, and the request that has it now.
pub(crate) struct Socket {
    handle: Option<Weak<dyn ShutdownHandle>>,
    owner: Mutex<Weak<Attempt>>,
}

impl Socket {
    pub(crate) fn new(handle: Option<Weak<dyn ShutdownHandle>>) -> Self {
        Self { handle, owner: Mutex::new(Weak::new()) }
    }

    /// Gives it to the request of this thread.
    ///
    /// # Errors
    /// If that is cancelled.
    pub(crate) fn take(self: &Arc<Self>) -> io::Result<()> {
        let Some(attempt) = Attempt::current() else { return Ok(()) };
        *self.owner.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(&attempt);
        *attempt.socket.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(self));
        // After it is known: of two at the same time, one sees the other.
        if attempt.is_cancelled.load(Ordering::SeqCst) {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the request was cancelled"));
        }
        Ok(())
    }

    /// Shuts it down, if it still is the connection of that request.
    fn shut_down_for(&self, attempt: &Arc<Attempt>) {
        let owner = self.owner.lock().unwrap_or_else(PoisonError::into_inner);
        let is_its_own = std::ptr::eq(owner.as_ptr(), Arc::as_ptr(attempt));
        if let Some(handle) = self.handle.as_ref().filter(|_| is_its_own).and_then(Weak::upgrade) {
            handle.shutdown();
        }
    }
}
