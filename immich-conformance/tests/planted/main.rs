//! Each rule finds the fault that breaks it, and a backend without a fault keeps all.

mod faults;
mod naive;
mod wrap;

use std::collections::HashSet;
use std::env;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use immich_conformance::{Protocol, Report, check, rules};
use tokio::runtime::Runtime;

use faults::Fault;
use naive::{Naive, Quirk};

/// Longer than the server waits, so that a rule that waits for it ends in time.
const LIMIT: Duration = Duration::from_secs(14);

/// The faults that are checked at once. Most of them wait.
const THREADS: usize = 16;

fn report(fault: &Fault, only: Option<&'static str>) -> Report {
    let runtime = Runtime::new().expect("a runtime");
    let make = Arc::clone(&fault.make);
    let kit = check(move |address| make(address)).limit(LIMIT).executor(move |task| {
        let _entered = runtime.enter();
        runtime.block_on(task);
    });
    let kit = if fault.protocol == Protocol::Http2 { kit.http2() } else { kit };
    only.into_iter().fold(kit, immich_conformance::Kit::only).report()
}

#[test]
fn each_fault_is_caught_by_its_rule() {
    let faults = faults::all();
    let count = faults.len();
    let (faults, (sender, caught)) = (Arc::new(Mutex::new(faults)), mpsc::channel());
    for _ in 0..THREADS {
        let (faults, sender) = (Arc::clone(&faults), sender.clone());
        thread::spawn(move || {
            loop {
                let Some(fault) = faults.lock().expect("no panic").pop() else { return };
                let found = report(&fault, Some(fault.rule));
                let is_caught = found.broken().any(|(rule, _)| rule.name == fault.rule);
                sender.send((fault.rule, is_caught)).expect("a receiver");
            }
        });
    }
    drop(sender);
    let outcomes: Vec<_> = caught.iter().collect();
    let missed: Vec<_> = outcomes.iter().filter(|(_, is_caught)| !is_caught).map(|(rule, _)| rule).collect();
    println!("planted faults {} of {count} caught", outcomes.len() - missed.len());
    assert!(missed.is_empty() && outcomes.len() == count, "not caught: {missed:?}");
}

/// Prints which rules find one fault: `FAULT=method cargo test -p immich-conformance --test planted one_fault -- --nocapture`.
/// Some faults break what several rules are about, such as a body that swallows its errors.
#[test]
fn one_fault_against_all_rules() {
    let name = env::var("FAULT").unwrap_or_else(|_| "method".to_owned());
    let fault = faults::all().into_iter().find(|fault| fault.rule == name).expect("a fault with this name");
    let found = report(&fault, None);
    let broken: Vec<_> = found.broken().map(|(rule, _)| rule.name).collect();
    println!("{name}: {broken:?}");
    assert!(broken.contains(&fault.rule));
}

#[test]
fn each_rule_has_a_fault() {
    let with_fault: HashSet<_> = faults::all().iter().map(|fault| fault.rule).collect();
    let without: Vec<_> = rules().map(|rule| rule.name).filter(|name| !with_fault.contains(name)).collect();
    assert_eq!(without, [""; 0], "rules without a fault");
}

/// The client of the faults of parsers has no other fault.
#[test]
fn the_naive_client_reads_responses() {
    let names = ["informational", "trailers", "chunk_extensions", "slow_head", "reason", "connection_close"];
    let kit = check(|address| Naive(address, Quirk::None, Mutex::default()));
    names.into_iter().fold(kit, immich_conformance::Kit::only).run();
}
