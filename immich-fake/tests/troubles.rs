//! Faults, limits and the end of the built program.

#![allow(clippy::unwrap_used)]

mod program;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use program::{Program, failed};
use serde_json::json;

#[test]
fn operations_fail_as_planned() {
    let program = Program::start(&["--fail", "pingServer:503:2", "--fail", "getAboutInfo:429:1:7"]);
    let ping = || program.send("GET", "/api/server/ping", "").0;
    assert_eq!([ping(), ping(), ping()], [503, 503, 200]);
    let (head, _) = program.exchange("GET", "/api/server/about", "", "x-none: 1");
    assert!(head.starts_with("HTTP/1.1 429 ") && head.contains("\r\nretry-after: 7"), "{head}");

    let plan = |fault: &str| program.send("POST", "/_fake/faults", fault);
    assert_eq!(plan("{\"status\": 502, \"times\": 2}").0, 204);
    assert_eq!(ping(), 502);
    let (_, faults) = program.json("GET", "/_fake/faults", "");
    assert_eq!(faults, json!([{ "status": 502, "times": 1 }]));
    assert_eq!(program.send("DELETE", "/_fake/faults", "").0, 204);
    assert_eq!(ping(), 200);
    for wrong in [
        "{}",
        "{\"status\": 200}",
        "{\"status\": 503, \"operation\": \"ping\"}",
        "{\"status\": 503, \"cutAfter\": 1}",
        "{\"latency\": 5}",
        "[]",
    ] {
        assert_eq!(plan(wrong).0, 400, "{wrong}");
    }
}

#[test]
fn responses_are_late_as_planned() {
    let program = Program::start(&["--latency", "pingServer:100ms"]);
    let started = Instant::now();
    assert_eq!(program.send("GET", "/api/server/ping", "").0, 200);
    assert!(started.elapsed() >= Duration::from_millis(100));
}

#[test]
fn responses_break_off_as_planned() {
    let program = Program::start(&["--cut", "getSupportedMediaTypes:10:1"]);
    let mut stream = TcpStream::connect(program.address()).unwrap();
    write!(stream, "GET /api/server/media-types HTTP/1.1\r\nhost: fake\r\n\r\n").unwrap();
    let mut response = Vec::new();
    // The connection closes, although the request did not ask for that.
    drop(stream.read_to_end(&mut response));
    let response = String::from_utf8(response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.len(), 10);
    let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(announced.parse::<usize>().unwrap() > 10, "{head}");
    assert_eq!(program.send("GET", "/api/server/media-types", "").0, 200);
}

#[test]
fn requests_are_listed() {
    let program = Program::start(&[]);
    program.send("GET", "/api/server/ping?key=secret", "");
    program.send("GET", "/api/nothing", "");
    let (_, requests) = program.json("GET", "/_fake/requests", "");
    let ping = json!({ "operation": "pingServer", "method": "GET", "path": "/api/server/ping", "status": 200 });
    let other = json!({ "operation": null, "method": "GET", "path": "/api/nothing", "status": 404 });
    assert_eq!(requests, json!([ping, other]));
    assert_eq!(program.send("DELETE", "/_fake/requests", "").0, 204);
    assert_eq!(program.json("GET", "/_fake/requests", "").1, json!([]));
}

#[test]
fn control_routes_refuse_what_they_do_not_know() {
    let program = Program::start(&[]);
    assert_eq!(program.send("GET", "/_fake/nothing", "").0, 404);
    let (status, refused) = program.json("GET", "/_fake/reset", "");
    assert_eq!((status, &refused["error"]), (405, &json!("/_fake/reset takes POST")));
    assert_eq!(program.json("GET", "/_fake", "").1["version"], "3.1.0");
    assert_eq!(program.json("GET", "/_fake/", "").0, 200);
    let (status, _) = program.send_as("POST", "/_fake/reset", "", "origin: http://evil.example");
    assert_eq!(status, 403, "a page in a browser cannot control it");
    // Below the prefix only: this is a page of the web application.
    assert!(program.send("GET", "/_fakery", "").1.contains("<title>Immich</title>"));
}

#[test]
fn a_port_in_use_is_an_error() {
    let program = Program::start(&[]);
    let port = program.address().rsplit_once(':').unwrap().1;
    let (code, message) = failed(&["--port", port]);
    assert_eq!(code, Some(1));
    assert_eq!(message, format!("immich-fake: port {port} of 127.0.0.1 is in use\n"));
}

#[test]
fn wrong_arguments_are_errors() {
    for wrong in [
        &["--unknown"][..],
        &["--port", "many"],
        &["--version", "3"],
        &["--fail", "uploadAsset"],
        &["--fail", "noOperation:503"],
        &["--fail", "uploadAsset:200"],
        &["--latency", "100"],
        &["--cut", "downloadAsset"],
        &["--no-admin", "--api-key", "k"],
        &["--email", "nobody"],
    ] {
        let (code, message) = failed(wrong);
        assert_eq!(code, Some(2), "{wrong:?}");
        assert!(message.starts_with("immich-fake: ") && message.contains("--help"), "{message}");
    }
    let (code, message) = failed(&["--seed", "/no/such/folder"]);
    assert!(code == Some(1) && message.contains("/no/such/folder"), "{message}");
}

#[cfg(unix)]
#[test]
fn signals_end_it_and_the_log_has_no_secrets() {
    use rustix::process::Signal;

    for signal in [Signal::TERM, Signal::INT] {
        let program = Program::start(&["--log", "--password", "hunter2", "--api-key", "s3cret-key"]);
        let mut idle = TcpStream::connect(program.address()).unwrap();
        program.send("GET", "/api/users/me?apiKey=s3cret-key", "");
        program.send("POST", "/api/auth/login", "{\"email\": \"admin@immich.test\", \"password\": \"hunter2\"}");
        let (code, log) = program.signal(signal);
        assert_eq!(code, Some(0));
        assert_eq!(idle.read(&mut [0]).unwrap_or_default(), 0, "connections are closed");
        assert!(log.contains("GET /api/users/me 200 ") && log.contains("POST /api/auth/login 201 "), "{log}");
        assert!(!log.contains("hunter2") && !log.contains("s3cret-key"), "{log}");
    }
}

#[cfg(unix)]
#[test]
fn it_warns_where_other_machines_can_reach_it() {
    use rustix::process::Signal;

    let program = Program::start(&["--host", "0.0.0.0"]);
    assert!(program.url().starts_with("http://127.0.0.1:"));
    let folder = program.json("POST", "/_fake/seed", "{\"folder\": \"/\"}");
    assert_eq!(folder.0, 403, "other machines cannot read folders");
    let (_, log) = program.signal(Signal::TERM);
    assert!(log.contains("0.0.0.0 is not a loopback address"), "{log}");
    let (_, log) = Program::start(&[]).signal(Signal::TERM);
    assert_eq!(log, "");
}
