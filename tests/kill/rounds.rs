//! Kills programs in rounds, and compares the final state with that of an uninterrupted run.

use std::path::Path;
use std::time::Instant;

use immich_sdk::http::StatusCode;
use immich_sdk::mock::FakeImmich;
use tempfile::TempDir;

use crate::program::Program;
use crate::scenarios::{DOWNLOADS, Scenario, Task, Trouble, UPLOADS};
use crate::server::Counting;
use crate::state::State;
use crate::{album, photos};

/// The number of kills per scenario if `IMMICH_KILLS` is not set.
const KILLS: u64 = 8;

/// A round ends when a program completes or after this many kills. Each round has a new server.
const KILLS_IN_A_ROUND: u64 = 40;

fn kills() -> u64 {
    std::env::var("IMMICH_KILLS").map_or(KILLS, |kills| kills.parse().expect("a number"))
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state >> 11
}

/// A server and a folder, prepared for the first run.
struct Environment {
    fake: FakeImmich,
    folder: TempDir,
    /// On another file system, if there is one.
    _far: Option<TempDir>,
}

impl Environment {
    async fn new(scenario: &Scenario) -> Self {
        let fake = FakeImmich::with_version(scenario.version);
        let folder = tempfile::tempdir().expect("a folder");
        if let Task::Download { .. } = scenario.task {
            album::fill(&fake).await;
        } else {
            photos::REFUSED.iter().for_each(|name| fake.refuse_file(name, StatusCode::FORBIDDEN));
            photos::write(folder.path());
        }
        Self { fake, _far: link_far(folder.path()), folder }
    }

    async fn state(&self) -> State {
        let mut state = State::of_server(&self.fake).await;
        state.read_folder(self.folder.path());
        state
    }
}

/// Creates the link `far` to a folder on another file system, if there is one.
fn link_far(folder: &Path) -> Option<TempDir> {
    let far = tempfile::tempdir_in("/dev/shm").ok()?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(far.path(), folder.join("far")).ok()?;
    Some(far)
}

/// The state after a run that is not killed.
async fn uninterrupted(scenario: &Scenario) -> State {
    let environment = Environment::new(scenario).await;
    let server = Counting::new(&environment.fake);
    let served = server.serve().await;
    Program::start_last(scenario, &served, &server, environment.folder.path()).finish().await;
    environment.state().await
}

async fn kill_repeatedly(scenario: &Scenario) {
    let (started, mut seed) = (Instant::now(), 0x9e37_79b9_7f4a_7c15 ^ scenario.name.len() as u64);
    let expected = uninterrupted(scenario).await;
    let (mut kills, mut starts, mut requests, mut rounds) = (0, 0, 0, 0);
    while kills < self::kills() {
        rounds += 1;
        let environment = Environment::new(scenario).await;
        let server = Counting::new(&environment.fake);
        let served = server.serve().await;
        // Some rounds kill early, others late.
        let reach = [12, 30, 60, 120, 300][random(&mut seed) as usize % 5];
        let before = kills;
        while kills < self::kills() && kills - before < KILLS_IN_A_ROUND {
            cause_trouble(scenario, &server, reach, &mut seed);
            let until = server.counts() + 1 + random(&mut seed) % reach;
            let program = Program::start(scenario, &served, &server, environment.folder.path());
            starts += 1;
            if !program.kill_at(&server, until, random(&mut seed) % 300).await {
                break;
            }
            kills += 1;
        }
        server.go_away(0..0);
        environment.fake.lose_next_uploads(0);
        Program::start_last(scenario, &served, &server, environment.folder.path()).finish().await;
        starts += 1;
        requests += server.counts() / 2;
        let when = format!("`{}`, round {rounds}, after {} kills", scenario.name, kills - before);
        environment.state().await.assert_is(&expected, &when);
    }
    println!(
        "{:48} {kills:4} kills {starts:4} starts {requests:6} requests {rounds:3} states compared {:6.1?}",
        scenario.name,
        started.elapsed()
    );
}

fn cause_trouble(scenario: &Scenario, server: &Counting, reach: u64, seed: &mut u64) {
    match scenario.trouble {
        Trouble::None => {}
        Trouble::LosesUploads => server.fake.lose_next_uploads(random(seed) as usize % 4),
        Trouble::LateMetadata => server.fake.delay_metadata(random(seed) as usize % 60),
        Trouble::GoesAway => {
            let from = server.counts() + 1 + random(seed) % reach;
            server.go_away(from..from + 1 + random(seed) % 12);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_uploads_end_like_uninterrupted_ones() {
    run_all(&UPLOADS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_downloads_end_like_uninterrupted_ones() {
    run_all(&DOWNLOADS).await;
}

/// Runs the scenarios whose name contains `IMMICH_KILL_ONLY`.
async fn run_all(scenarios: &[Scenario]) {
    let only = std::env::var("IMMICH_KILL_ONLY").unwrap_or_default();
    for scenario in scenarios.iter().filter(|scenario| scenario.name.contains(&only)) {
        kill_repeatedly(scenario).await;
    }
}
