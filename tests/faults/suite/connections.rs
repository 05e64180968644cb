//! Connections that are not made, or that end before there is a response.

use super::case::{Ask, Case, LARGE};
use super::line::{Step, request, write};

/// How the connection ends, and how many requests the server had read by then.
fn endings() -> Vec<(&'static str, Vec<Step>, usize)> {
    let [head, rest] = request();
    vec![
        ("reset before the request is read", vec![Step::Arrival, Step::Reset], 0),
        ("closed after the request", vec![head.clone(), rest.clone()], 1),
        ("reset after the request", vec![head.clone(), rest.clone(), Step::Reset], 1),
        ("closed in the headers", vec![head.clone(), rest.clone(), write("HTTP/1.1 200 OK\r\ncontent-ty")], 1),
        ("reset in the headers", vec![head, rest, write("HTTP/1.1 200 OK\r\ncontent-ty"), Step::Reset], 1),
    ]
}

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::refused("refused, GET", Ask::Ping).gives("Transport Connect, not sent", "1 AttemptsUsedUp", 0),
        Case::refused("refused, GET, retry", Ask::Ping).retry(3).gives(
            "Transport Connect, not sent",
            "3 AttemptsUsedUp",
            0,
        ),
        // Nothing left, so that it may be tried again.
        Case::refused("refused, POST, retry", Ask::Create).retry(3).gives(
            "Transport Connect, not sent",
            "3 AttemptsUsedUp",
            0,
        ),
    ];
    cases.extend([
        // Whether the request was begun by then is a matter of chance.
        Case::line("reset as soon as connected, GET", Ask::Ping, [Step::Reset])
            .gives("Transport Closed, not sent | Transport Closed", "1 AttemptsUsedUp", 0)
            .connections(1),
        Case::lines("reset as soon as connected, once, GET, retry", Ask::Ping, vec![vec![Step::Reset]])
            .retry(3)
            .gives("ok", "-", 1)
            .connections(2),
    ]);
    for (fault, script, read) in endings() {
        let once = vec![script.clone()];
        cases.extend([
            Case::line(format!("{fault}, GET"), Ask::Ping, script.clone())
                .gives("Transport Closed", "1 AttemptsUsedUp", read)
                .connections(1),
            Case::line(format!("{fault}, GET, retry"), Ask::Ping, script.clone())
                .retry(3)
                .gives("Transport Closed", "3 AttemptsUsedUp", 3 * read)
                .connections(3),
            Case::lines(format!("{fault}, once, GET, retry"), Ask::Ping, once.clone())
                .retry(3)
                .gives("ok", "-", read + 1)
                .connections(2),
            Case::lines(format!("{fault}, once, search, retry"), Ask::Search, once.clone())
                .retry(3)
                .gives("ok", "-", read + 1)
                .connections(2),
            Case::lines(format!("{fault}, once, POST, retry"), Ask::Create, once.clone())
                .retry(3)
                .gives("Transport Closed", "1 MayHaveBeenDone", read)
                .connections(1),
            Case::lines(format!("{fault}, once, upload, retry"), Ask::Upload(1000), once.clone())
                .retry(3)
                .gives("Transport Closed", "1 MayHaveBeenDone", read)
                .connections(1),
            Case::lines(format!("{fault}, once, upload with checksum, retry"), Ask::UploadChecked(1000), once.clone())
                .retry(3)
                .gives("ok", "-", read + 1)
                .connections(2),
            Case::lines(format!("{fault}, once, upload from a stream, retry"), Ask::UploadOnce(1000), once)
                .retry(3)
                .gives("Transport Closed", "1 BodyUsedUp", read)
                .connections(1),
        ]);
    }
    let middle = vec![Step::Head, Step::Body(100_000), Step::Reset];
    cases.extend([
        Case::line("reset in the middle of an upload", Ask::Upload(LARGE), middle.clone())
            .gives("Transport Closed", "1 MayHaveBeenDone", 1)
            .connections(1),
        Case::lines(
            "reset in the middle of an upload with checksum, retry",
            Ask::UploadChecked(LARGE),
            vec![middle.clone()],
        )
        .retry(3)
        .gives("ok", "-", 2)
        .connections(2),
        Case::lines("reset in the middle of an upload from a stream, retry", Ask::UploadOnce(LARGE), vec![middle])
            .retry(3)
            .gives("Transport Closed", "1 BodyUsedUp", 1)
            .connections(1),
        // As a proxy refuses what is too long for it.
        Case::line(
            "refused with 413 in the middle of an upload",
            Ask::Upload(LARGE),
            vec![
                Step::Head,
                Step::Body(100_000),
                write("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
                Step::HalfClose,
                Step::Hold,
            ],
        )
        .gives("Api 413", "1 Final", 1)
        .connections(1),
    ]);
    cases
}
