//! The conformance kit on isahc.

use backend_isahc::IsahcBackend;

#[test]
fn isahc_keeps_the_contract() {
    immich_conformance::check(|_| IsahcBackend::new().expect("libcurl"))
        .known("target", "its URL library writes the hexadecimal digits of an escape in upper case")
        .known("header_values", "isahc takes header values of UTF-8 only")
        .known("no_headers_added", "libcurl gives each body a content type")
        .known("content_type", "libcurl gives each body a content type")
        .known("closed", "isahc tells a connection that closed and a response that is not HTTP by one kind")
        .known("closed_in_head", "libcurl takes a head that was cut for a whole one")
        .known("idle_closed", "isahc does not say whether the request was sent")
        .known("head_first", "isahc returns the response with the first bytes of its body")
        .known("cancelled_call", "libcurl notices a dropped call with the next bytes of its connection")
        .run();
}
