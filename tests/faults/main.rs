//! What can go wrong between a client and its server, and what the caller, the server and the secrets get of it.
//!
//! `cargo run --example faults` prints the same cases as a table.

mod suite;

use suite::{Backend, groups};

/// Runs the cases of a group that are for this backend; all that is wrong is told at once.
async fn run(group: &str, backend: Backend) {
    let groups = groups();
    let (_, cases) = groups.iter().find(|(name, _)| *name == group).expect("a group of this name");
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| case.backends().contains(&backend)) {
        let row = case.run(backend).await;
        if !row.wrong.is_empty() {
            wrong.push(format!("{row:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

macro_rules! faults {
    ($($group:ident)+) => {
        faults! { @on hyper Hyper $($group)+ }
        faults! { @on reqwest Reqwest $($group)+ }
        faults! { @on mock Mock $($group)+ }

        #[test]
        fn every_group_is_run() {
            let names: Vec<_> = groups().into_iter().map(|(name, _)| name).collect();
            assert_eq!(names, [$(stringify!($group)),+]);
        }
    };
    (@on $module:ident $backend:ident $($group:ident)+) => {
        mod $module {
            use super::*;
            $(
                #[tokio::test]
                async fn $group() {
                    run(stringify!($group), Backend::$backend).await;
                }
            )+
        }
    };
}

faults! { connections bodies silence slow garbage statuses redirects pool requests sizes }
