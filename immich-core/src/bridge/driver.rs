//! The side of the bridge where the transport is.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::exchange::Job;
use super::local::{LocalHttpSend, LocalTimer};
use super::queue::Receiver;
use super::slot::Put;
use super::tasks::Tasks;

/// A command of a handle to the driver.
pub(super) enum Command {
    Send(Box<Job>),
    /// Sleep until the clock of the timer is here.
    Sleep {
        end: Duration,
        done: Put<()>,
    },
}

/// The end of a bridge that goes to the thread of the transport. Dropping it fails all calls.
#[must_use = "no request is sent before it runs"]
pub struct BridgeHost {
    receiver: Receiver<Command>,
    timer: Option<LocalTimer>,
}

impl BridgeHost {
    pub(super) fn new(receiver: Receiver<Command>, timer: Option<LocalTimer>) -> Self {
        Self { receiver, timer }
    }

    /// Runs the bridge with this transport: give the driver to the executor of the thread that the transport is bound to.
    pub fn run<T: LocalHttpSend + 'static>(self, transport: T) -> BridgeDriver<T> {
        BridgeDriver { transport: Rc::new(transport), host: self, jobs: Tasks::default(), sleeps: Tasks::default() }
    }
}

impl fmt::Debug for BridgeHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BridgeHost").finish_non_exhaustive()
    }
}

/// Runs the requests of a bridge. It ends after the last handle is dropped and the last response is read or dropped;
/// dropping it earlier fails all calls, pending and later.
#[must_use = "a driver does nothing unless it is polled"]
pub struct BridgeDriver<T> {
    transport: Rc<T>,
    host: BridgeHost,
    jobs: Tasks,
    sleeps: Tasks,
}

impl<T: LocalHttpSend + 'static> BridgeDriver<T> {
    fn begin(&mut self, command: Command) {
        match (command, &self.host.timer) {
            (Command::Send(job), _) => {
                let transport = Rc::clone(&self.transport);
                self.jobs.push(async move { job.run(&*transport).await });
            }
            (Command::Sleep { end, mut done }, Some(timer)) => {
                let timer = timer.clone();
                self.sleeps.push(async move {
                    let mut sleep = pin!(timer.sleep(end.saturating_sub(timer.elapsed())));
                    let slept = poll_fn(|context| {
                        if done.poll_gone(context).is_ready() {
                            return Poll::Ready(false);
                        }
                        sleep.as_mut().poll(context).map(|()| true)
                    });
                    if slept.await {
                        done.put(());
                    }
                });
            }
            // Only a timer asks for it.
            (Command::Sleep { .. }, None) => {}
        }
    }
}

impl<T: LocalHttpSend + 'static> Future for BridgeDriver<T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let mut has_handles = true;
        if let Poll::Ready(commands) = this.host.receiver.poll_take(context) {
            has_handles = !commands.is_empty();
            commands.into_iter().for_each(|command| this.begin(command));
            if has_handles {
                // There may be more by now; what was begun before gets its turn first.
                context.waker().wake_by_ref();
            }
        }
        this.jobs.poll(context);
        this.sleeps.poll(context);
        if !has_handles && this.jobs.is_empty() && this.sleeps.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl<T> Drop for BridgeDriver<T> {
    fn drop(&mut self) {
        // Calls before sleeps, so that a call says what happened and not that its time is over.
        self.jobs.clear();
        let (jobs, sleeps): (Vec<_>, Vec<_>) =
            self.host.receiver.close().into_iter().partition(|command| matches!(command, Command::Send(_)));
        drop(jobs);
        drop(sleeps);
        self.sleeps.clear();
    }
}

impl<T> fmt::Debug for BridgeDriver<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BridgeDriver").finish_non_exhaustive()
    }
}
