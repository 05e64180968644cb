//! The timer of tokio.

use std::time::Duration;

use immich_core::{Sleep, Timer};
use tokio::time::Instant;

/// Sleeps on tokio's timer.
#[derive(Clone, Copy, Debug)]
pub struct TokioTimer {
    origin: Instant,
}

impl Default for TokioTimer {
    fn default() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Timer for TokioTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }

    fn elapsed(&self) -> Duration {
        self.origin.elapsed()
    }
}
