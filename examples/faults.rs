//! Prints what comes of each fault on each backend: `cargo run --example faults`.
//!
//! The cases are those of the test `faults`. It ends with status 1 if one is not as it must be. Part of the name of
//! a fault, as an argument, picks the cases.

#![allow(missing_docs)]

#[path = "../tests/faults/suite/mod.rs"]
mod suite;

use std::process::ExitCode;

use suite::{Case, Row, groups};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let mut wrong = 0;
    for (group, cases) in groups() {
        let cases: Vec<_> = cases.into_iter().filter(|case| case.fault.contains(&wanted)).collect();
        if cases.is_empty() {
            continue;
        }
        println!("\n{group}\n");
        println!("| fault | backend | outcome | attempts, why no more | requests | connections |");
        println!("| --- | --- | --- | --- | --- | --- |");
        for case in &cases {
            wrong += print(case).await;
        }
    }
    println!("\n{wrong} not as they must be");
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a case on its backends, prints a line for all that give the same, and counts what is wrong.
async fn print(case: &Case) -> usize {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut wrong = 0;
    for backend in case.backends() {
        let row = case.run(*backend).await;
        for what in &row.wrong {
            eprintln!("{} on {backend:?}: {what}", row.fault);
        }
        wrong += usize::from(!row.wrong.is_empty());
        let (backend, result) = (format!("{backend:?}").to_lowercase(), result(&row));
        match lines.iter_mut().find(|(_, same)| *same == result) {
            Some((backends, _)) => backends.push_str(&format!(", {backend}")),
            None => lines.push((backend, result)),
        }
    }
    for (backends, result) in lines {
        println!("| {} | {backends} | {result} |", case.fault);
    }
    wrong
}

fn result(row: &Row) -> String {
    let connections = row.connections.map_or("-".to_owned(), |count| count.to_string());
    format!("{} | {} | {} | {connections}", row.outcome, row.attempts, row.requests)
}
