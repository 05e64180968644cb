//! The sync stream and the timeline: recordings of real servers, the fake server, and transport faults; in memory, and
//! over TCP with hyper and reqwest.

mod acks;
mod copy;
mod described;
mod lines;
mod recorded;
mod rows;
mod setup;

use std::time::Duration;

use setup::Backend;

/// The time limit of each case.
const LIMIT: Duration = Duration::from_secs(60);

/// Generates a test of each case for each backend.
macro_rules! on_each_backend {
    ($($module:ident: $($case:ident)+;)+) => {
        on_each_backend! { @on memory Memory $($module: $($case)+;)+ }
        on_each_backend! { @on hyper Hyper $($module: $($case)+;)+ }
        on_each_backend! { @on reqwest Reqwest $($module: $($case)+;)+ }
    };
    (@on $name:ident $backend:ident $($module:ident: $($case:ident)+;)+) => {
        mod $name {
            use super::*;
            $($(
                #[tokio::test]
                async fn $case() {
                    let case = $module::$case(Backend::$backend);
                    tokio::time::timeout(LIMIT, case).await.expect("the case ends in time");
                }
            )+)+
        }
    };
}

on_each_backend! {
    recorded:
        every_recorded_line_becomes_an_event;
    lines:
        events_do_not_depend_on_chunks_and_line_endings
        a_broken_stream_is_an_error
        a_stream_that_ends_too_early_is_an_error
        a_stream_may_end_after_a_reset
        an_unknown_type_is_kept
        a_line_that_is_too_long_is_an_error
        an_invalid_line_is_reported_and_skipped
        invalid_lines_request_the_version_once
        too_many_blank_lines_are_an_error
        a_response_that_is_not_a_stream_is_an_error
        events_implement_stream;
    copy:
        a_copy_stays_in_sync
        a_reset_starts_over
        unacknowledged_changes_are_sent_again
        an_api_key_is_rejected;
    acks:
        the_last_of_each_type_is_sent_in_order
        unsent_acknowledgements_are_kept
        a_reset_is_sent_alone_and_drops_earlier_acknowledgements
        many_acknowledgements_are_sent_in_batches;
}
