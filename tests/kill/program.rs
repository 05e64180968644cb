//! The killed program, and the handle that kills it.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use immich_sdk::backend::HyperBackend;
use immich_sdk::http::{Request, Response};
use immich_sdk::mock::Served;
use immich_sdk::{Body, Client, HttpSend, ResponseBody, Sleep, Timer, TransportError};

use crate::scenarios::{self, Scenario};
use crate::server::Counting;

/// The time limit of a program.
const LIMIT: Duration = Duration::from_secs(120);

/// A backend that shortens the delays before retries.
#[derive(Clone)]
pub struct ShortDelays<B>(pub B);

#[async_trait]
impl<B: HttpSend> HttpSend for ShortDelays<B> {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, TransportError> {
        self.0.send(request).await
    }

    fn timer(&self) -> Option<Arc<dyn Timer>> {
        Some(Arc::new(ShortDelayTimer(std::time::Instant::now())))
    }
}

struct ShortDelayTimer(std::time::Instant);

impl Timer for ShortDelayTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        // Long sleeps are timeouts and keep their duration.
        let is_timeout = duration >= Duration::from_secs(10);
        Box::pin(tokio::time::sleep(if is_timeout { duration } else { duration / 200 }))
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn is_manual(&self) -> bool {
        true
    }
}

pub fn client(url: &str, key: &str, backend: impl HttpSend + 'static) -> Client {
    Client::builder(url).api_key(key.to_owned()).backend(ShortDelays(backend)).build().expect("a client")
}

/// Runs the scenario that the environment variables name. Does nothing if they are not set.
#[tokio::test]
async fn the_program() {
    let variable = |name: &str| std::env::var(format!("IMMICH_KILL_{name}")).ok();
    let (Some(url), Some(key), Some(folder)) = (variable("URL"), variable("KEY"), variable("FOLDER")) else { return };
    let scenario = scenarios::named(&variable("SCENARIO").expect("a scenario"));
    let client = client(&url, &key, HyperBackend::new().expect("a backend"));
    scenario.run(&client, Path::new(&folder), variable("LAST").is_some()).await;
}

/// A running program.
pub struct Program(Child);

impl Program {
    pub fn start(scenario: &Scenario, served: &Served, server: &Counting, folder: &Path) -> Self {
        Self::start_with(scenario, served, server, folder, None)
    }

    /// Starts the final run, which is not killed and must succeed.
    pub fn start_last(scenario: &Scenario, served: &Served, server: &Counting, folder: &Path) -> Self {
        Self::start_with(scenario, served, server, folder, Some(("IMMICH_KILL_LAST", "1")))
    }

    fn start_with(
        scenario: &Scenario,
        served: &Served,
        server: &Counting,
        folder: &Path,
        last: Option<(&str, &str)>,
    ) -> Self {
        let key = server.fake.api_key();
        let child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "program::the_program", "--nocapture"])
            .envs([("IMMICH_KILL_URL", &*served.url()), ("IMMICH_KILL_KEY", key.expose())])
            .envs([("IMMICH_KILL_SCENARIO", scenario.name)])
            .env("IMMICH_KILL_FOLDER", folder)
            .envs(last)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        Self(child.expect("a program"))
    }

    /// Kills the program once the server reaches `counts`, after `moments` yields. Returns whether it was running.
    pub async fn kill_at(mut self, server: &Counting, counts: u64, moments: u64) -> bool {
        let mut output = self.0.stdout.take().expect("its output");
        let end = tokio::task::spawn_blocking(move || drop(output.read_to_end(&mut Vec::new())));
        let is_running = tokio::select! {
            reached = tokio::time::timeout(LIMIT, server.reached(counts)) => {
                reached.expect("the program sends requests");
                // The kill should also hit work between two requests.
                for _ in 0..moments {
                    tokio::task::yield_now().await;
                }
                true
            }
            _ = end => false,
        };
        if is_running {
            self.0.kill().expect("killed");
        }
        let status = self.0.wait().expect("its end");
        if status.code().is_some() {
            let mut errors = String::new();
            drop(self.0.stderr.take().map(|mut stderr| stderr.read_to_string(&mut errors)));
            assert!(status.success(), "the program failed: {errors}");
        }
        !status.success()
    }

    /// Waits until the program exits with success.
    pub async fn finish(self) {
        let output = tokio::task::spawn_blocking(|| self.0.wait_with_output().expect("its output"));
        let output = tokio::time::timeout(LIMIT, output).await.expect("an end").expect("its output");
        assert!(output.status.success(), "the program failed: {}", String::from_utf8_lossy(&output.stderr));
    }
}
