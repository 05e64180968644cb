//! Responses that are not HTTP, or not of an API.

use super::answer::Answer;
use super::case::{Ask, Case};
use super::line::{request, write};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (fault, bytes) in [
        ("another protocol", &b"SSH-2.0-OpenSSH_9.6\r\n"[..]),
        ("bytes of no protocol", &[0, 159, 146, 150, 255, 0, 13, 10, 13, 10]),
        ("a page without a head", b"<html><title>Sign in</title></html>\r\n\r\n"),
        ("a status that is no number", b"HTTP/1.1 abc OK\r\n\r\n"),
        ("a version that is none", b"HTTP/7.1 200 OK\r\n\r\n"),
        ("a header without a colon", b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"),
        ("a TLS alert", &[21, 3, 1, 0, 2, 2, 70]),
    ] {
        let [head, rest] = request();
        let script = vec![head, rest, write(bytes)];
        cases.push(
            Case::line(format!("{fault}, GET, retry"), Ask::Ping, script.clone())
                .retry(3)
                .gives("Transport Protocol", "1 Final", 1)
                .connections(1),
        );
        cases.push(
            Case::line(format!("{fault}, POST, retry"), Ask::Create, script)
                .retry(3)
                .gives("Transport Protocol", "1 Final", 1)
                .connections(1),
        );
    }
    let page = Answer::bytes("text/html; charset=utf-8", "<html><title>Sign in</title></html>");
    let text = Answer::bytes("text/plain", "gone fishing");
    cases.extend([
        Case::answers("HTML with 200, GET, retry", Ask::Ping, [page.clone()]).retry(3).gives("Decode 200", "-", 1),
        Case::answers("HTML with 200, POST, retry", Ask::Create, [page.clone()]).retry(3).gives("Decode 200", "-", 1),
        Case::answers("HTML with 200, download, retry", Ask::Download, [page]).retry(3).gives("Decode 200", "-", 1),
        Case::answers("text in place of JSON, retry", Ask::Ping, [text]).retry(3).gives("Decode", "-", 1),
        Case::answers("nothing in place of JSON, retry", Ask::Ping, [Answer::status(200)])
            .retry(3)
            .gives("Decode", "-", 1),
    ]);
    cases
}
