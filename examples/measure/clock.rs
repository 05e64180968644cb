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

/// The cost of the two ways; they take turns, and the first turn of each is not counted.
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

    /// Prints the medians, for one of `count` things that each turn did. The ratio is the median of those of the
    /// turns: how fast the machine is changes from one to the next, and is much the same within one.
    pub fn print(self, what: &str, count: u32) {
        let ratios = self.by_hand.iter().zip(&self.by_crate).map(|(hand, own)| own.as_secs_f64() / hand.as_secs_f64());
        let (ratio, seconds) = (median(ratios), |time: &Duration| time.as_secs_f64() / f64::from(count));
        let [by_hand, by_crate] = [&self.by_hand, &self.by_crate].map(|times| short(median(times.iter().map(seconds))));
        println!("{what:<46} {by_hand:>10} {by_crate:>10} {ratio:>6.2}x");
    }
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    if numbers.len() > 1 {
        numbers.remove(0);
    }
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn short(seconds: f64) -> String {
    match seconds {
        seconds if seconds >= 0.1 => format!("{seconds:.3} s"),
        seconds if seconds >= 0.001 => format!("{:.2} ms", seconds * 1e3),
        seconds => format!("{:.2} µs", seconds * 1e6),
    }
}
