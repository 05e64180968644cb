//! Faults between a client and its server, and what the caller, the server and the secrets get of them.
//!
//! `cargo run --example faults` prints the same cases as a table.

mod races;
mod suite;

use suite::{Backend, groups};

/// Runs the cases of a group that are for this backend, and reports all that is wrong at once.
async fn run(group: &str, backend: Backend) {
    let groups = groups();
    let (_, cases) = groups.iter().find(|(name, _)| *name == group).expect("a group of this name");
    let cases: Vec<_> = cases.iter().filter(|case| case.backends().contains(&backend)).collect();
    assert!(!cases.is_empty(), "a group without a case for this backend proves nothing");
    let mut wrong = Vec::new();
    for case in cases {
        let row = case.run(backend).await;
        if !row.wrong.is_empty() {
            wrong.push(format!("{}: {row:#?}", row.fault));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

macro_rules! faults {
    ($($module:ident $backend:ident: $($group:ident)+;)+) => {$(
        mod $module {
            use super::*;
            $(
                #[tokio::test]
                async fn $group() {
                    run(stringify!($group), Backend::$backend).await;
                }
            )+
        }
    )+};
}

faults! {
    hyper Hyper: connections bodies silence slow garbage statuses redirects pool requests sizes;
    reqwest Reqwest: connections bodies silence slow garbage statuses redirects pool requests sizes;
    hyper_http2 HyperHttp2: http2;
    reqwest_http2 ReqwestHttp2: http2;
    // What is below HTTP the mock does not have.
    mock Mock: bodies silence slow garbage statuses redirects requests sizes;
}
