//! CPU time and memory of this process.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The CPU time of all threads so far.
pub fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// Begins to watch the peak of memory anew.
pub fn reset_peak_memory() {
    // Not every system lets this be: the peak is then that of the whole run.
    drop(std::fs::write("/proc/self/clear_refs", "5"));
}

/// Memory now and at its peak, in MiB.
pub fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

/// What the two ways cost; they take turns, and the first turn of each is not counted.
#[derive(Default)]
pub struct Turns {
    by_hand: Vec<Duration>,
    by_crate: Vec<Duration>,
}

impl Turns {
    pub fn by_hand(&mut self, cost: Duration) {
        self.by_hand.push(cost);
    }

    pub fn by_crate(&mut self, cost: Duration) {
        self.by_crate.push(cost);
    }

    /// Prints the medians, for one of `count` things that each turn did.
    pub fn print(mut self, what: &str, count: u32) {
        let (by_hand, by_crate) = (median(&mut self.by_hand) / count, median(&mut self.by_crate) / count);
        let ratio = by_crate.as_secs_f64() / by_hand.as_secs_f64();
        println!("{what:<46} {:>10} {:>10} {ratio:>6.2}x", short(by_hand), short(by_crate));
    }
}

fn median(times: &mut Vec<Duration>) -> Duration {
    if times.len() > 1 {
        times.remove(0);
    }
    times.sort();
    times[times.len() / 2]
}

fn short(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 0.1 => format!("{seconds:.3} s"),
        seconds if seconds >= 0.001 => format!("{:.2} ms", seconds * 1e3),
        seconds => format!("{:.2} µs", seconds * 1e6),
    }
}
