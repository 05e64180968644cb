//! Responses whose body is not what their head promised.

use super::case::{Ask, Case};
use super::line::{Step, request, write};

fn answer(head: &str, body: &str) -> Vec<Step> {
    let [first, rest] = request();
    vec![first, rest, write(format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{head}\r\n\r\n{body}"))]
}

pub fn cases() -> Vec<Case> {
    let pong = r#"{"res":"pong"}"#;
    let cut = [
        ("cut in a body of known length", answer("content-length: 14", r#"{"res":"#)),
        ("cut before a body of known length", answer("content-length: 14", "")),
        ("a length that is too long", answer("content-length: 15", pong)),
        ("cut in a chunk", answer("transfer-encoding: chunked", "e\r\n{\"res\"")),
        ("cut between chunks", answer("transfer-encoding: chunked", "7\r\n{\"res\":\r\n")),
        ("cut before the last chunk", answer("transfer-encoding: chunked", "e\r\n{\"res\":\"pong\"}\r\n")),
    ];
    let half = |ask: Ask| vec![ask.healthy().cut_after(7); 3];
    let mut cases = vec![
        Case::answers("cut after 7 bytes, GET, retry", Ask::Ping, half(Ask::Ping)).retry(3).gives(
            "Transport Closed",
            "3 AttemptsUsedUp",
            3,
        ),
        Case::answers("cut after 7 bytes, thrice, GET, retry", Ask::Ping, half(Ask::Ping)).retry(4).gives("ok", "-", 4),
        Case::answers("cut after 7 bytes, POST, retry", Ask::Create, half(Ask::Create)).retry(3).gives(
            "Transport Closed",
            "1 MayHaveBeenDone",
            1,
        ),
        Case::answers("cut after 7 bytes, upload with checksum, retry", Ask::UploadChecked(1000), half(Ask::Upload(0)))
            .retry(4)
            .gives("ok", "-", 4),
        Case::answers("cut after 7 bytes, download, retry", Ask::Download, half(Ask::Download)).retry(3).gives(
            "Transport Closed",
            "-",
            1,
        ),
    ];
    for (fault, script) in cut {
        let mut reset = script.clone();
        reset.push(Step::Reset);
        cases.extend([
            Case::line(format!("{fault}, GET"), Ask::Ping, script.clone())
                .gives("Transport Closed", "1 AttemptsUsedUp", 1)
                .connections(1),
            Case::line(format!("{fault}, GET, retry"), Ask::Ping, script.clone())
                .retry(3)
                .gives("Transport Closed", "3 AttemptsUsedUp", 3)
                .connections(3),
            Case::lines(format!("{fault}, once, GET, retry"), Ask::Ping, vec![script.clone()])
                .retry(3)
                .gives("ok", "-", 2)
                .connections(2),
            Case::lines(format!("{fault}, with a reset, once, GET, retry"), Ask::Ping, vec![reset])
                .retry(3)
                .gives("ok", "-", 2)
                .connections(2),
            Case::lines(format!("{fault}, once, POST, retry"), Ask::Create, vec![script.clone()])
                .retry(3)
                .gives("Transport Closed", "1 MayHaveBeenDone", 1)
                .connections(1),
            // Its bytes are the caller's from the head on.
            Case::lines(format!("{fault}, once, download, retry"), Ask::Download, vec![script])
                .retry(3)
                .gives("Transport Closed", "-", 1)
                .connections(1),
        ]);
    }
    cases.push(
        Case::line("cut after half a download", Ask::Download, answer("content-length: 1000000", &"x".repeat(500_000)))
            .gives("Transport Closed", "-", 1)
            .connections(1),
    );
    cases.extend([
        // Missing bytes look the same as bytes that were never there.
        Case::line("a length that is too short, GET", Ask::Ping, answer("content-length: 10", pong))
            .gives("Decode", "-", 1)
            .connections(1),
        Case::line("until the connection closes, GET", Ask::Ping, answer("connection: close", pong))
            .gives("ok", "-", 1)
            .connections(1),
    ]);
    for (fault, head, body) in [
        ("a chunk size that is no number", "transfer-encoding: chunked", "zz\r\n{\"res\":\"pong\"}\r\n0\r\n\r\n"),
        ("a chunk size below zero", "transfer-encoding: chunked", "-1\r\n{\"res\":\"pong\"}\r\n0\r\n\r\n"),
        ("a chunk size beyond 64 bits", "transfer-encoding: chunked", "fffffffffffffffff\r\n{\"res\":\"pong\"}\r\n"),
        ("a chunk longer than its size", "transfer-encoding: chunked", "3\r\n{\"res\":\"pong\"}\r\n0\r\n\r\n"),
    ] {
        cases.extend([
            Case::line(format!("{fault}, GET, retry"), Ask::Ping, answer(head, body))
                .retry(3)
                .gives("Transport Protocol", "1 Final", 1)
                .connections(1),
            Case::line(format!("{fault}, download"), Ask::Download, answer(head, body))
                .gives("Transport Protocol", "-", 1)
                .connections(1),
        ]);
    }
    for (fault, head) in [
        ("a length that is no number", "content-length: many"),
        ("a length below zero", "content-length: -1"),
        ("a length beyond 64 bits", "content-length: 99999999999999999999"),
        ("two lengths", "content-length: 14\r\ncontent-length: 15"),
    ] {
        cases.push(
            Case::line(format!("{fault}, GET, retry"), Ask::Ping, answer(head, pong))
                .retry(3)
                .gives("Transport Protocol", "1 Final", 1)
                .connections(1),
        );
    }
    cases
}
