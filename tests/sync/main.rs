//! The sync stream and the timeline: what real servers sent, what the fake sends, and what goes wrong on the way; in
//! memory, and over TCP with hyper and reqwest.

mod acks;
mod copy;
mod described;
mod lines;
mod recorded;
mod rows;
mod setup;

use std::time::Duration;

use setup::Backend;

/// No case takes longer; one that hangs fails.
const LIMIT: Duration = Duration::from_secs(60);

/// Makes each case a test of each backend.
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
        lines_are_the_same_however_they_arrive
        a_stream_that_breaks_is_an_error
        a_stream_that_ends_too_early_is_an_error
        a_reset_is_not_too_early
        an_unknown_type_is_kept
        a_line_that_is_too_long_is_an_error
        a_line_that_does_not_fit_is_named_and_passed_over
        bad_lines_ask_for_the_version_once
        blank_lines_without_end_are_an_error
        what_is_no_stream_is_told
        it_is_a_stream_as_well;
    copy:
        a_copy_follows_the_server
        a_reset_begins_anew
        what_was_not_acknowledged_comes_again
        an_api_key_is_refused;
    acks:
        the_last_of_each_type_is_sent_in_order
        what_could_not_be_sent_stays
        a_reset_is_sent_alone_and_drops_what_was_before
        many_are_sent_in_batches;
}
