//! The timer of the backend.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{self, Either};
use immich_core::Timer;

use crate::bench::Bench;
use crate::capability::Capability;
use crate::rule::{Broken, Checked, Rule, holds};

pub(super) const RULES: &[Rule] = &[
    Rule::new("timer", "There is a timer: without one there are no time limits and no retries.", timer)
        .needs(&[Capability::Timer]),
    Rule::new("sleep", "A sleep takes at least its duration, and ends.", sleep).needs(&[Capability::Timer]),
    Rule::new("sleep_order", "A short sleep ends before a long one that began earlier.", sleep_order)
        .needs(&[Capability::Timer]),
    Rule::new(
        "sleep_of_any_length",
        "A sleep of length 0 ends, and one of ten thousand years does not.",
        sleep_of_any_length,
    )
    .needs(&[Capability::Timer]),
    Rule::new("elapsed", "`elapsed` grows with time, and never decreases.", elapsed).needs(&[Capability::Timer]),
];

/// Runs `check` with the timer of a backend.
fn with_timer<F: Future<Output = Checked> + Send>(
    bench: &Bench,
    check: impl FnOnce(Arc<dyn Timer>) -> F + Send,
) -> Checked {
    let server = &bench.serve(|_| {});
    bench.run(server, |caller| async move {
        let timer = caller.backend.timer().ok_or_else(|| Broken::new("a timer", "`None`"))?;
        check(timer).await
    })
}

fn timer(bench: &Bench) -> Checked {
    with_timer(bench, |_| async { Ok(()) })
}

fn sleep(bench: &Bench) -> Checked {
    with_timer(bench, |timer| async move {
        let (began, duration) = (Instant::now(), Duration::from_millis(30));
        timer.sleep(duration).await;
        let took = began.elapsed();
        holds(took >= duration, || format!("at least {duration:?}"), || format!("{took:?}"))
    })
}

fn sleep_order(bench: &Bench) -> Checked {
    with_timer(bench, |timer| async move {
        let (long, short) = (timer.sleep(Duration::from_secs(20)), timer.sleep(Duration::from_millis(10)));
        match future::select(pin!(long), pin!(short)).await {
            Either::Right(_) => Ok(()),
            Either::Left(_) => Err(Broken::new("the sleep of 10 ms first", "the one of 20 s")),
        }
    })
}

fn sleep_of_any_length(bench: &Bench) -> Checked {
    with_timer(bench, |timer| async move {
        timer.sleep(Duration::ZERO).await;
        let (endless, short) = (timer.sleep(Duration::MAX), timer.sleep(Duration::from_millis(10)));
        match future::select(pin!(endless), pin!(short)).await {
            Either::Right(_) => Ok(()),
            Either::Left(_) => Err(Broken::new("a sleep without an end", "its end")),
        }
    })
}

fn elapsed(bench: &Bench) -> Checked {
    with_timer(bench, |timer| async move {
        let before = timer.elapsed();
        timer.sleep(Duration::from_millis(30)).await;
        let after = timer.elapsed();
        let least = before + Duration::from_millis(25);
        holds(after >= least, || format!("at least {least:?}"), || format!("{after:?}"))?;
        let mut last = after;
        for _ in 0..1000 {
            let now = timer.elapsed();
            holds(now >= last, || format!("at least {last:?}"), || format!("{now:?}"))?;
            last = now;
        }
        Ok(())
    })
}
