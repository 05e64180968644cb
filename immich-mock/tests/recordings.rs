//! The fake against recordings of real servers: the same requests, in the same order, get the same responses.
//!
//! The status, the headers, the names and types of all fields, and whole errors are compared. Exceptions are listed:
//! fields that a real server reads from a photo, and operations that the fake does not implement.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, Request};
use immich_core::{Body, HttpSend, ServerVersion};
use immich_mock::FakeImmich;
use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

/// Fields that a real server reads from a file, and the fake leaves null.
const READ_FROM_FILES: [&str; 21] = [
    "city",
    "country",
    "duration",
    "exifImageHeight",
    "exifImageWidth",
    "exposureTime",
    "fNumber",
    "focalLength",
    "height",
    "iso",
    "latitude",
    "longitude",
    "make",
    "model",
    "orientation",
    "projectionType",
    "state",
    "thumbhash",
    "timeZone",
    "width",
    "lensModel",
];

/// Fields that are null in some assets, so that their types depend on the assets listed.
const SOMETIMES_NULL: [&str; 2] = ["livePhotoVideoId", "rating"];

/// Headers that depend on the size and the date of a generated file, or on the content of a body.
const SIZED_HEADERS: [&str; 4] = ["etag", "content-length", "content-range", "last-modified"];

/// Headers that belong to a connection, which does not exist in memory.
const UNEQUAL_HEADERS: [&str; 1] = ["transfer-encoding"];

/// Recordings whose responses differ from those of the fake, and why.
const EXCEPTIONS: [(&str, &str); 2] = [
    ("error-400-sync-unknown-type", "3.1.0 gives it the content type of a stream"),
    ("profile-image-get", "3.1.0 turns it into WebP; the fake keeps what it got"),
];

/// Recorded operations that the fake does not implement.
const NOT_THERE: [&str; 0] = [];

struct Recording {
    name: String,
    json: Value,
}

fn recordings(version: &str) -> Vec<Recording> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/recordings/immich-v{version}"));
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let json: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        Recording { name: json["name"].as_str().unwrap().to_owned(), json }
    };
    paths.into_iter().map(read).collect()
}

/// Plays recordings, and maps recorded values to those of the fake.
struct Player {
    server: FakeImmich,
    texts: HashMap<String, String>,
    token: String,
    key: String,
    weak_key: String,
    faults: Vec<String>,
}

impl Player {
    fn new(server: FakeImmich) -> Self {
        let key = server.api_key().expose().to_owned();
        let weak_key = String::new();
        Self { server, texts: HashMap::new(), token: String::new(), key, weak_key, faults: Vec::new() }
    }

    /// A string of a recording, with the ids, keys and secrets of the fake.
    fn translate(&self, name: &str, text: &str) -> String {
        let key = if name.contains("weak-key") || name.contains("403-missing") { &self.weak_key } else { &self.key };
        let mut text = text.replace("<api-key>", key).replace("<access-token>", &self.token);
        text = text.replace("<password>", self.server.password().expose());
        for (recorded, fake) in &self.texts {
            text = text.replace(recorded, fake);
        }
        text
    }

    /// Substitute bytes for a recorded file: of the same length, and different for each checksum.
    fn file(&mut self, file: &Value) -> Vec<u8> {
        let sha1 = file["sha1"].as_str().unwrap();
        let size = file["bytes"].as_u64().unwrap() as usize;
        let bytes: Vec<u8> = sha1.bytes().cycle().take(size).collect();
        let fake = Sha1::digest(&bytes);
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let recorded: Vec<u8> = (0..20).map(|at| u8::from_str_radix(&sha1[at * 2..at * 2 + 2], 16).unwrap()).collect();
        self.texts.insert(sha1.to_owned(), hex(&fake));
        self.texts.insert(STANDARD.encode(recorded), STANDARD.encode(fake));
        bytes
    }

    fn multipart(&mut self, name: &str, form: &Value) -> Vec<u8> {
        let mut body = Vec::new();
        for field in form["fields"].as_array().unwrap() {
            let text = self.translate(name, field[1].as_str().unwrap());
            let field = field[0].as_str().unwrap();
            let head = format!("--boundary\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n");
            body.extend(head.into_bytes());
        }
        for file in form["files"].as_array().unwrap() {
            let head = format!(
                "--boundary\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
                 Content-Type: {}\r\n\r\n",
                file["name"].as_str().unwrap(),
                file["filename"].as_str().unwrap(),
                file["content-type"].as_str().unwrap()
            );
            body.extend(head.into_bytes());
            body.extend(self.file(file));
            body.extend(b"\r\n");
        }
        body.extend(b"--boundary--\r\n");
        body
    }

    async fn play(&mut self, Recording { name, json }: &Recording) {
        let request_json = &json["request"];
        let body = match &request_json["body"] {
            Value::Null => Vec::new(),
            body if body["multipart"].is_object() => self.multipart(name, &body["multipart"]),
            body => self.translate(name, &body["json"].to_string()).into_bytes(),
        };
        let path = self.translate(name, request_json["path"].as_str().unwrap());
        let mut request =
            Request::builder().method(request_json["method"].as_str().unwrap()).uri(format!("http://fake{path}"));
        for (header, value) in request_json["headers"].as_object().unwrap() {
            let value = self.translate(name, value.as_str().unwrap());
            let multipart = value.starts_with("multipart/");
            request = request.header(header, if multipart { "multipart/form-data; boundary=boundary" } else { &value });
        }
        let response = self.server.send(request.body(Body::from(body)).unwrap()).await.unwrap();
        if response.status() == 501 {
            return;
        }
        let (head, body) = response.into_parts();
        let bytes = body.bytes(u64::MAX).await.unwrap().unwrap();
        let returned = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        self.learn(name, &json["response"]["body"]["json"], &returned);
        if name.starts_with("sync-stream") {
            let text = String::from_utf8_lossy(&bytes);
            self.compare_streams(name, json["response"]["body"]["text"].as_str().unwrap(), &text);
            return;
        }
        if EXCEPTIONS.iter().any(|(exception, _)| exception == name) {
            return;
        }
        let recorded = &json["response"];
        let mut faults = Vec::new();
        if recorded["status"] != head.status.as_u16() {
            faults.push(format!("status {} instead of {}: {returned}", head.status.as_u16(), recorded["status"]));
        }
        faults.extend(self.compare_headers(name, recorded["headers"].as_object().unwrap(), &head.headers));
        let wanted = &recorded["body"]["json"];
        if wanted.is_null() {
            let text = String::from_utf8_lossy(&bytes);
            if recorded["body"]["text"].as_str().is_some_and(|wanted| wanted != text) {
                faults.push(format!("returns {text}"));
            }
        } else if head.status.is_client_error() {
            let mut wanted: Value = serde_json::from_str(&self.translate(name, &wanted.to_string())).unwrap();
            let mut returned = returned;
            for error in [&mut wanted, &mut returned] {
                error.as_object_mut().map(|error| error.remove("correlationId"));
                // 2.x returns several messages in arbitrary order.
                if let Some(messages) = error["message"].as_array_mut() {
                    messages.sort_by_key(Value::to_string);
                }
            }
            if wanted != returned {
                faults.push(format!("{returned}\n    instead of {wanted}"));
            }
        } else {
            faults.extend(differences(wanted, &returned));
        }
        self.faults.extend(faults.iter().map(|fault| format!("{name}: {fault}")));
    }

    fn compare_headers(&self, name: &str, wanted: &Map<String, Value>, given: &HeaderMap) -> Vec<String> {
        let mut faults = Vec::new();
        let wanted_names: BTreeSet<_> = wanted.keys().map(String::as_str).collect();
        let given_names: BTreeSet<_> = given.keys().map(HeaderName::as_str).collect();
        for header in
            wanted_names.symmetric_difference(&given_names).filter(|header| !UNEQUAL_HEADERS.contains(*header))
        {
            faults.push(format!("only one has the header {header}"));
        }
        for (header, value) in wanted {
            // An original has the recorded size and date; a generated file does not.
            let sized = SIZED_HEADERS.contains(&header.as_str()) && !name.starts_with("asset-original");
            let dated = header == "set-cookie" || header.starts_with("x-");
            let value = self.translate(name, value.as_str().unwrap());
            let returned = given.get(header).and_then(|value| value.to_str().ok()).unwrap_or_default();
            if !sized && !dated && !UNEQUAL_HEADERS.contains(&header.as_str()) && value != returned {
                faults.push(format!("{header}: {returned} instead of {value}"));
            }
        }
        faults
    }

    /// Compares the reported rows of each kind. The fake reports fewer kinds than the server, but no additional ones.
    fn compare_streams(&mut self, name: &str, wanted: &str, given: &str) {
        let (wanted, given) = (kinds(wanted), kinds(given));
        for (kind, lines) in &given {
            let Some(recorded) = wanted.get(kind) else {
                self.faults.push(format!("{name}: reports {kind}"));
                continue;
            };
            let data = |lines: &[Value]| lines.iter().map(|line| line["data"].clone()).collect::<Value>();
            let differences = differences(&data(recorded), &data(lines));
            self.faults.extend(differences.into_iter().map(|fault| format!("{name}: {kind} {fault}")));
            // The recording acknowledges the last line of each kind.
            let ack = |lines: &[Value]| lines.last().unwrap()["ack"].as_str().unwrap().to_owned();
            self.texts.insert(ack(recorded), ack(lines));
        }
    }

    /// Maps values that the server generated, such as ids, to those of the fake.
    fn learn(&mut self, name: &str, recorded: &Value, fake: &Value) {
        match (recorded, fake) {
            (Value::Object(recorded), Value::Object(fake)) => {
                for (field, value) in recorded {
                    if let Some(other) = fake.get(field) {
                        self.learn(name, value, other);
                    }
                }
                let secret = |field: &str| fake.get(field).and_then(Value::as_str).map(str::to_owned);
                self.token = secret("accessToken").unwrap_or_else(|| self.token.clone());
                match secret("secret") {
                    Some(key) if name.contains("weak") => self.weak_key = key,
                    Some(key) => self.key = key,
                    None => {}
                }
            }
            (Value::Array(recorded), Value::Array(fake)) if recorded.len() == fake.len() => {
                recorded.iter().zip(fake).for_each(|(recorded, fake)| self.learn(name, recorded, fake));
            }
            (Value::String(recorded), Value::String(fake)) if recorded != fake => {
                let is_id = recorded.len() == 36 && recorded.matches('-').count() == 4;
                let is_key = recorded.len() == 67 && !recorded.contains('/');
                if is_id || is_key || recorded.contains('@') {
                    self.texts.entry(recorded.clone()).or_insert_with(|| fake.clone());
                }
            }
            _ => {}
        }
    }
}

/// The lines of a stream, grouped by type.
fn kinds(lines: &str) -> BTreeMap<String, Vec<Value>> {
    let mut kinds: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        kinds.entry(line["type"].as_str().unwrap().to_owned()).or_default().push(line);
    }
    kinds
}

/// The fields that only one of two values has, or whose types differ.
fn differences(wanted: &Value, given: &Value) -> Vec<String> {
    let (mut one, mut other) = (BTreeMap::new(), BTreeMap::new());
    shape("", wanted, &mut one);
    shape("", given, &mut other);
    // The fields in an empty array are unknown.
    let empty = |shape: &BTreeMap<String, BTreeSet<&str>>, path: &str| {
        shape.iter().any(|(list, kinds)| kinds.contains("empty") && path.starts_with(&format!("{list}[]")))
    };
    let names: BTreeSet<_> = one.keys().chain(other.keys()).cloned().collect();
    let mut differences = Vec::new();
    for name in names {
        match (one.get(&name), other.get(&name)) {
            (Some(_), None) if !empty(&other, &name) => differences.push(format!("lacks {name}")),
            (None, Some(_)) if !empty(&one, &name) => differences.push(format!("has {name}")),
            (Some(wanted), Some(given)) => {
                let field = name.trim_end_matches("[]").rsplit('.').next().unwrap_or_default();
                let nullable = READ_FROM_FILES.contains(&field) || SOMETIMES_NULL.contains(&field);
                let odd: Vec<_> = given.iter().filter(|kind| **kind != "empty" && !wanted.contains(*kind)).collect();
                if !odd.is_empty() && !nullable && !wanted.contains("empty") {
                    differences.push(format!("{name} is {odd:?} instead of {wanted:?}"));
                }
            }
            _ => {}
        }
    }
    differences
}

fn shape<'v>(path: &str, value: &'v Value, shapes: &mut BTreeMap<String, BTreeSet<&'v str>>) {
    let mut is = |kind| {
        shapes.entry(path.to_owned()).or_default().insert(kind);
    };
    match value {
        Value::Null => is("null"),
        Value::Bool(_) => is("boolean"),
        Value::Number(_) => is("number"),
        Value::String(_) => is("string"),
        Value::Array(items) => {
            is(if items.is_empty() { "empty" } else { "list" });
            items.iter().for_each(|item| shape(&format!("{path}[]"), item, shapes));
        }
        Value::Object(fields) => {
            is("object");
            fields.iter().for_each(|(name, value)| shape(&format!("{path}.{name}"), value, shapes));
        }
    }
}

#[tokio::test]
async fn responses_match_those_of_real_servers() {
    let (mut faults, mut all_lacking) = (Vec::new(), BTreeSet::<&str>::new());
    for version in [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0)] {
        let mut player = Player::new(FakeImmich::with_version(version));
        let recordings = recordings(&version.to_string());
        let emails =
            recordings.iter().filter_map(|recording| recording.json["response"]["body"]["json"]["userEmail"].as_str());
        player.texts.extend(emails.map(|email| (email.to_owned(), player.server.email().to_owned())));
        let mut lacking = BTreeSet::new();
        for recording in recordings {
            player.play(&recording).await;
            let handled = player.server.requests().pop().unwrap();
            if handled.status == 501 {
                lacking.insert(handled.operation.unwrap());
            }
        }
        faults.extend(player.faults.into_iter().map(|fault| format!("{version} {fault}")));
        all_lacking.extend(&lacking);
        faults.extend(lacking.iter().filter(|id| !NOT_THERE.contains(*id)).map(|id| format!("{version} lacks {id}")));
    }
    faults.extend(NOT_THERE.iter().filter(|id| !all_lacking.contains(*id)).map(|id| format!("{id} is there")));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
