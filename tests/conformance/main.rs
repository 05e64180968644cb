//! The checks of every backend: the conformance kit, which checks it alone, and cases of a client with it, in memory and over
//! TCP against the same script.

mod calls;
mod errors;
mod kit;
mod origins;
mod setup;
mod streams;

use std::time::Duration;

use setup::Setup;

/// No case takes longer; one that hangs fails.
const LIMIT: Duration = Duration::from_secs(60);

async fn within<T>(case: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, case).await.expect("the case ends in time")
}

/// Makes each case a test of each backend.
macro_rules! conformance {
    ($($module:ident: $($case:ident)+;)+) => {
        conformance! { @on memory $($module: $($case)+;)+ }
        conformance! { @on hyper $($module: $($case)+;)+ }
        conformance! { @on reqwest $($module: $($case)+;)+ }
        conformance! { @on ureq $($module: $($case)+;)+ }
        conformance! { @on bridged $($module: $($case)+;)+ }
    };
    (@on $backend:ident $($module:ident: $($case:ident)+;)+) => {
        mod $backend {
            use super::*;
            $($(
                #[tokio::test]
                async fn $case() {
                    within($module::$case(Setup::$backend().await)).await;
                }
            )+)+
        }
    };
}

conformance! {
    calls:
        a_request_arrives_as_it_was_built
        the_headers_of_the_client_and_of_the_call_arrive
        an_answer_without_content_is_nothing
        large_headers_pass_both_ways
        concurrent_calls_get_their_own_answers
        a_dropped_call_lets_go_of_its_body
        the_timer_sleeps;
    streams:
        a_body_of_known_length_is_announced
        a_body_of_unknown_length_is_not_announced
        a_form_arrives_whole
        a_body_that_breaks_is_the_error
        a_body_that_is_too_short_is_never_a_request
        an_answer_of_known_length_streams
        an_answer_of_unknown_length_streams
        an_answer_that_is_cut_short_is_an_error
        an_answer_of_unknown_length_that_is_cut_short_is_an_error
        json_that_is_cut_short_is_a_transport_error
        a_range_is_answered_with_206;
    errors:
        every_refusal_tells_what_the_server_said
        a_page_of_html_is_no_api
        a_connection_that_closes_may_have_carried_the_request;
    origins:
        a_redirect_on_the_origin_is_followed_with_the_key
        a_redirect_to_another_origin_is_not_followed
        a_redirected_upload_is_not_repeated
        a_circle_of_redirects_ends
        discovery_carries_no_credential;
}
