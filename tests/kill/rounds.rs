//! Programs that are killed, round by round.

use std::path::Path;
use std::time::Instant;

use immich_sdk::http::StatusCode;
use immich_sdk::mock::FakeImmich;
use tempfile::TempDir;

use crate::program::Program;
use crate::scenarios::{DOWNLOADS, Scenario, Trouble, UPLOADS, What};
use crate::server::Counting;
use crate::state::State;
use crate::{album, photos};

/// How often each scenario is killed without the variable.
const KILLS: u64 = 8;

/// In a round it is begun again with a new server, once a program came to its end or this often was killed.
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

/// A server and a folder before the first run.
struct Place {
    fake: FakeImmich,
    folder: TempDir,
    /// On another file system, if there is one.
    _far: Option<TempDir>,
}

impl Place {
    async fn new(scenario: &Scenario) -> Self {
        let fake = FakeImmich::with_version(scenario.version);
        let folder = tempfile::tempdir().expect("a folder");
        if let What::Download { .. } = scenario.what {
            album::fill(&fake).await;
        } else {
            photos::REFUSED.iter().for_each(|name| fake.refuse_file(name, StatusCode::FORBIDDEN));
            photos::write(folder.path());
        }
        Self { fake, _far: far(folder.path()), folder }
    }

    async fn state(&self) -> State {
        let mut state = State::of_server(&self.fake).await;
        state.read_folder(self.folder.path());
        state
    }
}

/// Makes `far` a link to a folder of another file system.
fn far(folder: &Path) -> Option<TempDir> {
    let far = tempfile::tempdir_in("/dev/shm").ok()?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(far.path(), folder.join("far")).ok()?;
    Some(far)
}

/// The state that runs without a kill leave.
async fn undisturbed(scenario: &Scenario) -> State {
    let place = Place::new(scenario).await;
    let server = Counting::new(&place.fake);
    let served = server.serve().await;
    Program::start_last(scenario, &served, &server, place.folder.path()).finish().await;
    place.state().await
}

async fn killed(scenario: &Scenario) {
    let (started, mut seed) = (Instant::now(), 0x9e37_79b9_7f4a_7c15 ^ scenario.name.len() as u64);
    let expected = undisturbed(scenario).await;
    let (mut kills, mut starts, mut requests, mut rounds) = (0, 0, 0, 0);
    while kills < self::kills() {
        rounds += 1;
        let place = Place::new(scenario).await;
        let server = Counting::new(&place.fake);
        let served = server.serve().await;
        // Some programs are killed soon, and others come far.
        let reach = [12, 30, 60, 120, 300][random(&mut seed) as usize % 5];
        let before = kills;
        while kills < self::kills() && kills - before < KILLS_IN_A_ROUND {
            trouble(scenario, &server, reach, &mut seed);
            let until = server.counts() + 1 + random(&mut seed) % reach;
            let program = Program::start(scenario, &served, &server, place.folder.path());
            starts += 1;
            if !program.kill_at(&server, until, random(&mut seed) % 300).await {
                break;
            }
            kills += 1;
        }
        server.go_away(0..0);
        place.fake.lose_next_uploads(0);
        Program::start_last(scenario, &served, &server, place.folder.path()).finish().await;
        starts += 1;
        requests += server.counts() / 2;
        let when = format!("`{}`, round {rounds}, after {} kills", scenario.name, kills - before);
        place.state().await.assert_is(&expected, &when);
    }
    println!(
        "{:48} {kills:4} kills {starts:4} starts {requests:6} requests {rounds:3} states compared {:6.1?}",
        scenario.name,
        started.elapsed()
    );
}

fn trouble(scenario: &Scenario, server: &Counting, reach: u64, seed: &mut u64) {
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
async fn killed_uploads_end_as_undisturbed_ones() {
    all(&UPLOADS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_downloads_end_as_undisturbed_ones() {
    all(&DOWNLOADS).await;
}

/// `IMMICH_KILL_ONLY` chooses scenarios by a part of their names.
async fn all(scenarios: &[Scenario]) {
    let only = std::env::var("IMMICH_KILL_ONLY").unwrap_or_default();
    for scenario in scenarios.iter().filter(|scenario| scenario.name.contains(&only)) {
        killed(scenario).await;
    }
}
