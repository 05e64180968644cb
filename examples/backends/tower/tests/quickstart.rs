//! The quickstart and the conformance kit on a stack of tower: a limit on requests at once, a time limit, and a client of hyper-util.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use immich_core::{Body, BodyFault, HttpSend, Sleep, Timer, TransportError, TransportErrorKind};
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
        Ok(error) => {
            let is_connecting = error.is_connect();
            return immich_backend::failed(*error, is_connecting, &BodyFault::default());
        }
        Err(error) => error,
    };
    let is_late = error.is::<tower::timeout::error::Elapsed>();
    let kind = if is_late { TransportErrorKind::Timeout } else { TransportErrorKind::Other };
    TransportError::new(kind).with_source(error)
}

/// The requests at once.
const LIMIT: u32 = 8;

fn backend() -> impl HttpSend + 'static {
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
    let stack = ServiceBuilder::new()
        .map_err(failed)
        .concurrency_limit(LIMIT as usize)
        .timeout(Duration::from_secs(60))
        .service(client);
    TowerBackend::new(stack).with_timer(Arc::new(TokioTimer(Instant::now()))).with_max_in_flight(LIMIT)
}

#[tokio::test]
async fn the_quickstart_runs_through_a_stack_of_tower() -> Result {
    run(backend(), Server::start()?).await
}

#[test]
fn a_stack_of_tower_keeps_the_contract() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    immich_conformance::check(|_| backend()).executor(move |task| runtime.block_on(task)).run();
}
