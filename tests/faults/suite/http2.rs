//! Streams and connections of HTTP/2 that end early.

use h2::Reason;

use super::bench::Backend;
use super::case::{Ask, Case};
use super::line::Step;
use super::streams::Stream;

const BACKENDS: &[Backend] = &[Backend::HyperHttp2, Backend::ReqwestHttp2];

/// Connections of which each begins with these streams.
fn streams(fault: impl Into<String>, ask: Ask, first: &[Stream], connections: usize) -> Case {
    let mut scripts = vec![vec![Step::Streams(first.to_vec())]; connections];
    scripts.resize(10, vec![Step::Streams(Vec::new())]);
    Case::lines(fault, ask, scripts).only(BACKENDS)
}

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        streams("HTTP/2, GET", Ask::Ping, &[], 0).gives("ok", "-", 1).connections(1),
        streams("HTTP/2, upload", Ask::Upload(1 << 20), &[], 0).gives("ok", "-", 1).connections(1),
        streams("HTTP/2, download", Ask::Download, &[], 0).gives("ok", "-", 1).connections(1),
    ];
    // The server says that it did nothing, so that anything may be sent again.
    let unprocessed = [
        ("REFUSED_STREAM", Stream::Reset(Reason::REFUSED_STREAM)),
        ("GOAWAY below the stream", Stream::GoAway(Reason::NO_ERROR)),
        ("GOAWAY ENHANCE_YOUR_CALM below the stream", Stream::GoAway(Reason::ENHANCE_YOUR_CALM)),
    ];
    for (fault, stream) in unprocessed {
        cases.push(streams(fault, Ask::Ping, &[stream], 10).gives("Transport Closed, not sent", "1 AttemptsUsedUp", 1));
        for ask in [Ask::Ping, Ask::Create, Ask::Upload(1000)] {
            let once = streams(format!("{fault}, once, {ask:?}, retry"), ask, &[stream], 1);
            cases.push(once.retry(3).gives("ok", "-", 2));
        }
    }
    // It may have done all of it.
    let unknown = [Reason::NO_ERROR, Reason::CANCEL, Reason::INTERNAL_ERROR, Reason::ENHANCE_YOUR_CALM];
    for stream in unknown.map(Stream::Reset).into_iter().chain([Stream::Close]) {
        let once = |ask| streams(format!("{stream:?}, once, {ask:?}, retry"), ask, &[stream], 1).retry(3);
        cases.extend([
            once(Ask::Ping).gives("ok", "-", 2),
            once(Ask::Create).gives("Transport Closed", "1 MayHaveBeenDone", 1),
            once(Ask::Upload(1000)).gives("Transport Closed", "1 MayHaveBeenDone", 1),
            once(Ask::UploadChecked(1000)).gives("ok", "-", 2),
        ]);
    }
    for reason in [Reason::PROTOCOL_ERROR, Reason::HTTP_1_1_REQUIRED] {
        let fault = format!("{reason:?}, GET, retry");
        let case = streams(fault, Ask::Ping, &[Stream::Reset(reason)], 10).retry(3);
        cases.push(case.gives("Transport Protocol", "1 Final", 1));
    }
    let reasons = [Reason::NO_ERROR, Reason::CANCEL, Reason::INTERNAL_ERROR, Reason::REFUSED_STREAM];
    let cut = |reason| Stream::Cut { length: 100, sent: 3, reason };
    for stream in reasons.map(cut) {
        cases.extend([
            streams(format!("{stream:?}, download"), Ask::Download, &[stream], 10).gives("Transport Closed", "-", 1),
            streams(format!("{stream:?}, once, GET, retry"), Ask::Ping, &[stream], 1).retry(3).gives("ok", "-", 2),
            streams(format!("{stream:?}, once, POST, retry"), Ask::Create, &[stream], 1).retry(3).gives(
                "Transport Closed",
                "1 MayHaveBeenDone",
                1,
            ),
        ]);
    }
    for (length, sent) in [(100, 3), (3, 100)] {
        let ends = Stream::End { length, sent };
        cases.push(streams(format!("{ends:?}, download"), Ask::Download, &[ends], 10).gives(
            "Transport Protocol | Transport Closed",
            "-",
            1,
        ));
    }
    cases
}
