//! A stack of tower as a backend: a limit on requests at once, a time limit, and a client of hyper-util.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use immich_core::{Body, HttpSend, Sleep, Timer, TransportError, TransportErrorKind};
use immich_tower::TowerBackend;
use quickstart::{Result, Server, run};
use tower::ServiceBuilder;

/// The timer of the runtime, which no layer of tower brings.
struct TokioTimer(Instant);

impl Timer for TokioTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The failure of a request in tower, as an error that the client can classify.
fn failed(error: Box<dyn Error + Send + Sync>) -> TransportError {
    let error = match error.downcast::<hyper_util::client::legacy::Error>() {
        Ok(error) if error.is_connect() => {
            return TransportError::new(TransportErrorKind::Connect).not_sent().with_source(error);
        }
        Ok(error) => return TransportError::new(TransportErrorKind::Other).with_source(error),
        Err(error) => error,
    };
    let is_late = error.is::<tower::timeout::error::Elapsed>();
    let kind = if is_late { TransportErrorKind::Timeout } else { TransportErrorKind::Other };
    TransportError::new(kind).with_source(error)
}

fn backend() -> impl HttpSend + 'static {
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
    let stack =
        ServiceBuilder::new().map_err(failed).concurrency_limit(8).timeout(Duration::from_secs(60)).service(client);
    TowerBackend::new(stack).with_timer(Arc::new(TokioTimer(Instant::now())))
}

#[tokio::test]
async fn the_quickstart_runs_through_a_stack_of_tower() -> Result {
    run(backend(), Server::start()?).await
}
