//! Everything that reads bytes from outside, on the corpus of the fuzz targets and on inputs made from it: the functions
//! of the targets, on stable. `PROPTEST_CASES=20000` makes a long run of it.

#![allow(missing_docs, clippy::unwrap_used)]

mod inputs;
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::panic::catch_unwind;

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

/// Runs a target on each file of its corpus, and on inputs that proptest makes of them.
fn run(name: &str, target: fn(&[u8]), words: &'static [&'static str]) {
    let corpus = inputs::corpus(name);
    let broken = corpus.iter().filter(|(_, input)| catch_unwind(|| target(input)).is_err());
    let broken: Vec<&str> = broken.map(|(file, _)| file.as_str()).collect();
    assert!(broken.is_empty(), "of fuzz/corpus/{name}: {broken:?}");
    let config = ProptestConfig::default();
    let config = ProptestConfig { cases: config.cases * 4, failure_persistence: None, ..config };
    let corpus = corpus.into_iter().map(|(_, input)| input).collect();
    let result = TestRunner::new(config).run(&inputs::of(corpus, words), |input| {
        target(&input);
        Ok(())
    });
    if let Err(TestError::Fail(reason, input)) = &result {
        panic!("{reason}\nthe input is {:?}", String::from_utf8_lossy(input));
    }
    result.unwrap();
}

macro_rules! targets {
    ($($name:ident $test:ident: $($word:literal)+;)+) => {$(
        #[test]
        fn $test() {
            run(stringify!($name), targets::$name, &[$($word),+]);
        }
    )+};
}

targets! {
    error_body refusals_are_told_in_one_readable_line:
        "404\n" "503\n" "content-type: text/html\n" "server: " "location: " "retry-after: " "x-immich-cid: " "\n\n"
        "{\"message\": " "\"Cannot GET /?key=" "\"Missing required permission: " "[" "]" "\"" "\\n" "\\u202e"
        "\"errors\": [{\"path\": [\"a\", 0], \"code\": \"c\", \"message\": \"" "\"correlationId\": \"" "<title>" "</title>"
        "<TITLE lang=de>" "İ";
    json what_is_decoded_is_decoded_as_the_same_again:
        "0" "1" "2" "3" "4" "5" "{" "}" "[" "]" ":" "," "\"id\"" "null" "true" "1.0" "-0.0" "1e308" "12.0" "\"\\ud800\""
        "\"type\": \"IMAGE\"" "\"canary-5c1f\"" "canary-5c1f" "\"canary-5c1f, expected canary-5c1f\""
        "{\"major\": 3, \"minor\": 1, \"patch\": 0}" "9007199254740993" "18446744073709551616";
    file_name a_file_name_names_a_file_in_a_folder:
        "inline; " "attachment;" "filename=" "filename*=" "FILENAME=" "UTF-8''" "iso-8859-1'de'" "\"" "\\\"" "\\" "/" ".." "."
        "%2F" "%5C" "%00" "%0A" "%E2%80%AE" "%FF" "%" "C:" " " "%20" ";" "photo" ".jpg" "Z%C3%BCrich" "NUL";
    retry_after a_wait_is_never_longer_than_allowed:
        "0" "7" "120" "18446744073709551615" "18446744073709551616" "999999999999999999999999999999" "-1" "+1" "1.5" "1e9"
        "Fri, 31 Dec 9999 23:59:59 GMT" "Thu, 01 Jan 1970 00:00:00 GMT" "Sun, 06 Nov 1994 08:49:37 GMT" " " "NaN";
    base_url a_base_url_is_where_requests_go_or_is_refused:
        "http://" "https://" "HTTP:" "ftp://" "//" "/" "\\" "@" ":" "me:hunter2-secret@" "host" ".example" ":2283" ":99999"
        "[::1]" "[" "/api" "/photos" "/.." "/." "%2e%2e" "?key=" "#" " " "\t" "\n" "\u{85}" "\u{202e}" "ü" "%";
    discovery an_address_that_a_server_tells_is_usable_or_is_refused:
        "/" "//" "/api" "/photos/api" "https://" "http://" "other.example" "@" "me:secret@" ":443" ".." "\\" "\n" " " "?" "#"
        "\u{202e}" "\u{85}" "%";
    redirect a_redirect_stays_on_the_origin_or_is_not_followed:
        "/" "//" "http://" "https://" "immich.test" ":2283" "IMMICH.TEST:2283" "evil.example" "@" "me:secret@" ".." "." "?" "#"
        "\\" ":" "javascript:" "%2e%2e" "original" "%" "\t";
    sync_lines a_stream_is_the_same_however_it_is_cut:
        "\n" "\r\n" "\n\n" " " "{" "}" "\"type\":" "\"data\":{}" "\"ack\":\"x\"" "," "null" "1" "12.0" "canary-5c1f" "\"AssetV2\""
        "{\"type\":\"SyncCompleteV1\",\"data\":{},\"ack\":\"SyncCompleteV1|1\"}" "\"SyncResetV1\"" "\"StackDeleteV1\""
        "{\"type\":\"AssetV9\",\"data\":[1],\"ack\":\"AssetV9|1\"}" "\"\\ud800\"" "\u{feff}";
    timeline each_id_of_a_month_is_a_row:
        "[" "]" "," "null" "0" "1.5" "1e300" "-1e300" "true" "\"2\"" "\"canary-5c1f\"" "\"2024-05-06T07:08:09.123\"" "\"id\":"
        "\"stack\":" "\"3fa85f64-5717-4562-b3fc-2c963f66afa6\"" "[\"3fa85f64-5717-4562-b3fc-2c963f66afa6\",\"2\"]"
        "\"-9999-01-01T00:00:00\"" "\"9999-12-31T23:59:59.999\"" "\"latitude\":" "{" "}" ":";
    values a_value_is_the_same_after_it_was_written:
        "\"" "0:00:05.250" "99999999:59:59.999" "5250" "18446744073709551615" "-1" "12.0" "2024-05-06T07:08:09" ".123456789"
        "Z" "+02:00" "-9999-01-01T00:00:00" "9999-12-31T23:59:59" "[Europe/Zurich]" "T" ":" "."
        "3fa85f64-5717-4562-b3fc-2c963f66afa6" "{3fa85f64-5717-4562-b3fc-2c963f66afa6}";
}
