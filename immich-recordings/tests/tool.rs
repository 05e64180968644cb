//! The program, run as `cargo xtask decode` runs it.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// An empty folder of this test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("inner")).unwrap();
    folder
}

/// Whether the program succeeds on a folder, and what it says.
fn run(folder: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_immich-recordings")).arg(folder).output().unwrap();
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

fn recording(method: &str, path: &str, status: u16, answer: &Value) -> String {
    let request = json!({"method": method, "path": path, "headers": {}, "body": null});
    json!({"name": "x", "request": request, "response": {"status": status, "headers": {}, "body": answer}}).to_string()
}

#[test]
fn the_recordings_of_both_versions_are_decoded() {
    let (success, said) = run(&immich_recordings::workspace().join("tests/recordings"));
    assert!(success && said.contains("691 JSON answers, 691 decoded, 0 failed"), "{said}");
}

#[test]
fn a_failure_tells_file_operation_and_place() {
    let folder = folder("failure");
    let version = |patch: Value| json!({"json": {"major": 3, "minor": 1, "patch": patch}});
    fs::write(folder.join("inner/bad.json"), recording("GET", "/api/server/version", 200, &version("x".into())))
        .unwrap();
    fs::write(folder.join("good.json"), recording("GET", "/api/server/version", 200, &version(12.0.into()))).unwrap();
    let (success, said) = run(&folder);
    assert!(!success);
    let line = said.lines().next().unwrap();
    assert!(line.contains("inner/bad.json: getServerVersion: patch: "), "{said}");
    assert!(said.contains("2 JSON answers, 1 decoded, 1 failed"), "{said}");
}

#[test]
fn a_path_of_no_operation_is_a_failure() {
    let folder = folder("unknown");
    fs::write(folder.join("a.json"), recording("GET", "/api/no/such/thing?key=x", 200, &json!({"json": null})))
        .unwrap();
    let (success, said) = run(&folder);
    assert!(!success && said.contains("a.json: unknown operation") && said.contains("GET /no/such/thing"), "{said}");
    assert!(!said.contains("key=x"), "a query may hold a secret: {said}");
}

#[test]
fn errors_bytes_and_empty_answers_are_no_json_answers() {
    let folder = folder("others");
    let bytes = json!({"bytes": 0, "sha1": "da39a3ee5e6b4b0d3255bfef95601890afd80709"});
    for (name, status, answer) in
        [("a.json", 400, json!({"json": {"message": "no"}})), ("b.json", 200, bytes), ("c.json", 200, Value::Null)]
    {
        fs::write(folder.join(name), recording("GET", "/api/server/version", status, &answer)).unwrap();
    }
    let (success, said) = run(&folder);
    assert!(success && said.contains("0 JSON answers, 0 decoded, 0 failed"), "{said}");
}

#[test]
fn a_folder_that_cannot_be_read_is_an_error() {
    let empty = folder("empty");
    let broken = folder("broken");
    fs::write(broken.join("inner/cut.json"), "{\"name\": ").unwrap();
    for (folder, words) in [
        (&empty, "no recordings"),
        (&broken, "inner/cut.json: not a recording"),
        (&empty.join("nowhere"), "No such file"),
    ] {
        let (success, said) = run(folder);
        assert!(!success && said.contains(words), "{said}");
    }
}
