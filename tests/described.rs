//! The request of every operation, made of its description and not by the generator, passes through its endpoint
//! and is still the same request.

#![allow(deprecated, missing_docs, clippy::unwrap_used)]

mod forms;
mod requests;
mod typed_forms;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use immich_core::api::RECORDED;
use immich_core::incoming::{IncomingRequest, Route};
use immich_core::{Body, ServerVersion};
use immich_recordings::{Described, Description, Places, Sample, SampleAnswer, SampleRequest};
use serde_json::Value;

use forms::{Part, parse, parts};
use requests::{Meaning, rebuilt};
use typed_forms::{Amount, FORMS, form};

/// The reader of a described operation: the one with the same method and path.
fn reader(description: &Description, described: &Described<'_>) -> &'static Route {
    let same = |reader: &&Route| {
        let found = description.operation(reader.operation.method.as_str(), reader.operation.path);
        found.is_some_and(|found| found.id == described.id)
    };
    RECORDED.iter().find(same).unwrap_or_else(|| panic!("{} {} is not generated", described.id, description.version))
}

fn version(text: &str) -> ServerVersion {
    let numbers: Vec<u32> = text.split('.').map(|number| number.parse().unwrap()).collect();
    ServerVersion::new(numbers[0], numbers[1], numbers[2])
}

/// Passes a request through its endpoint, for a server of a version.
fn passed(
    reader: &Route,
    sample: &SampleRequest,
    server: Option<ServerVersion>,
) -> Result<(Meaning, http::Request<Body>), String> {
    let path_and_query = sample.path_and_query(reader.operation.path);
    let body = sample.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
    let (method, headers) = (&reader.operation.method, sample.header_map());
    let request = IncomingRequest { method, path_and_query: &path_and_query, headers: &headers, body: &body };
    let found = request.reader().map(|found| found.operation.id);
    if found != Some(reader.operation.id) {
        return Err(format!("{path_and_query} is taken for {found:?}"));
    }
    let mut expected = decoded(Meaning::new(method.clone(), &path_and_query, sample.body.as_ref()));
    // A day has no time of its own.
    for (_, day) in expected.query.iter_mut().filter(|(name, _)| name == "for") {
        if let Some((date, _)) = day.split_once('T') {
            *day = format!("{date}T00:00:00.000Z");
        }
    }
    let built = rebuilt(reader, &request, server)?;
    for (name, value) in &headers {
        if built.headers().get(name) != Some(value) {
            return Err(format!("the header {name} is lost"));
        }
    }
    Ok((expected, built))
}

/// A path is compared decoded: there is more than one way to escape it.
fn decoded(mut meaning: Meaning) -> Meaning {
    let segments = meaning.path.split('/').map(|segment| {
        let segment = percent_encoding::percent_decode_str(segment).decode_utf8().unwrap();
        segment.replace('/', "\u{2044}")
    });
    meaning.path = segments.collect::<Vec<_>>().join("/");
    meaning
}

#[test]
fn a_request_of_each_description_is_built_as_described() {
    let descriptions = Description::read_all().unwrap();
    let (mut compared, mut faults) = (0, Vec::new());
    for description in &descriptions {
        for described in description.operations() {
            let reader = reader(description, &described);
            if FORMS.contains(&reader.operation.id) {
                continue;
            }
            for sample in [Sample::Full, Sample::Minimal] {
                let request = SampleRequest::new(sample, &descriptions, description, described);
                compared += 1;
                let place = format!("{} of {} ({sample:?})", described.id, description.version);
                match passed(reader, &request, Some(version(&description.version))) {
                    Ok((expected, built)) => {
                        let built = decoded(Meaning::of(&built));
                        if built != expected {
                            faults.push(format!("{place}:\n  {built:?}\n  is not\n  {expected:?}"));
                        }
                    }
                    Err(fault) => faults.push(format!("{place}: {fault}")),
                }
            }
        }
    }
    assert!(compared > 1500, "only {compared} requests");
    assert!(faults.is_empty(), "{} of {compared}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn an_answer_of_each_description_is_kept_whole() {
    let descriptions = Description::read_all().unwrap();
    let (mut fields, mut faults) = (0, Vec::new());
    for SampleAnswer { name, reader, value } in SampleAnswer::all(&descriptions) {
        let places = Places::of_answer(&descriptions, reader.operation, &value);
        fields += places.objects.len();
        match (reader.rewrite)(reader.operation, value.to_string().as_bytes()) {
            Some(Ok(kept)) => faults.extend(places.lost(&value, &kept).iter().map(|lost| format!("{name}: {lost}"))),
            Some(Err(error)) => faults.push(format!("{name}: {error}")),
            None => faults.push(format!("{name}: the response is JSON, and is not read as JSON")),
        }
    }
    assert!(fields > 2000, "only {fields} objects");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The request with everything that any version asks for.
fn merged(descriptions: &[Description], reader: &Route) -> SampleRequest {
    let operation = reader.operation;
    let samples = descriptions.iter().rev().filter_map(|description| {
        let described = description.operation(operation.method.as_str(), operation.path)?;
        Some(SampleRequest::new(Sample::Full, descriptions, description, described))
    });
    let all = samples.reduce(|mut newer, older| {
        newer.extend(older);
        newer
    });
    all.unwrap_or_else(|| panic!("no description has {}", operation.id))
}

/// The files of requests are compared as text, so that a change of the wire is seen in review. After a wanted
/// change, `UPDATE_SNAPSHOTS=1 cargo test --test described` writes the file.
#[tokio::test]
async fn the_full_request_of_each_operation_is_as_it_was() {
    let descriptions = Description::read_all().unwrap();
    let mut requests = BTreeMap::new();
    for reader in RECORDED {
        let id = reader.operation.id;
        let request = match form(id, Amount::Full) {
            Some(request) => request,
            None => {
                passed(reader, &merged(&descriptions, reader), None).unwrap_or_else(|fault| panic!("{id}: {fault}")).1
            }
        };
        requests.insert(id, shown(request).await);
    }
    assert_eq!(requests.len(), RECORDED.len());
    let shown = requests.iter().fold(String::new(), |mut all, (id, request)| {
        let _ = writeln!(all, "## {id}\n{request}");
        all
    });
    let file = immich_recordings::workspace().join("tests/snapshots/requests.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &shown).unwrap();
    }
    let saved = std::fs::read_to_string(&file).unwrap_or_default();
    let different = saved.lines().zip(shown.lines()).position(|(saved, shown)| saved != shown);
    let place = different.map(|line| format!("line {}: {:?}", line + 1, shown.lines().nth(line)));
    assert!(saved == shown, "{} differs: {place:?}; UPDATE_SNAPSHOTS=1 writes it", file.display());
}

/// A request as text, with a boundary that is always the same.
async fn shown(request: http::Request<Body>) -> String {
    let mut text = format!("{} {}\n", request.method(), request.uri().path_and_query().unwrap());
    let content_type = request.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
    let boundary = content_type.as_ref().and_then(|value| value.split_once("boundary=")).map(|(_, boundary)| boundary);
    let fixed = |text: &str| boundary.map_or_else(|| text.to_owned(), |boundary| text.replace(boundary, "BOUNDARY"));
    let mut headers: Vec<_> = request.headers().iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        let _ = writeln!(text, "{name}: {}", fixed(value.to_str().unwrap()));
    }
    let body = request.into_body().bytes().await.unwrap();
    let body = std::str::from_utf8(&body).unwrap();
    match serde_json::from_str::<Value>(body) {
        Ok(json) => writeln!(text, "\n{json:#}").unwrap(),
        Err(_) if body.is_empty() => {}
        Err(_) => writeln!(text, "\n{}", fixed(body).replace("\r\n", "\n").trim_end()).unwrap(),
    }
    text
}

#[tokio::test]
async fn forms_have_the_parts_that_are_described() {
    let descriptions = Description::read_all().unwrap();
    let mut found = BTreeSet::new();
    for description in &descriptions {
        for described in description.operations() {
            let Some((media, _)) = described.body().filter(|(media, _)| *media != "application/json") else { continue };
            let id = reader(description, &described).operation.id;
            found.insert(id);
            for (sample, amount) in [(Sample::Full, Amount::Full), (Sample::Minimal, Amount::Minimal)] {
                let request = SampleRequest::new(sample, &descriptions, description, described);
                let wanted: BTreeSet<String> = request.body.unwrap().as_object().unwrap().keys().cloned().collect();
                let built = form(id, amount).unwrap();
                assert_eq!(built.method(), described.method);
                let built = names(built, media).await;
                let missing: Vec<_> = wanted.difference(&built).collect();
                assert!(missing.is_empty(), "{id} of {} ({sample:?}): no {missing:?}", description.version);
                if amount == Amount::Full {
                    let known = union(&descriptions, id);
                    assert_eq!(built, known, "{id}: left: what is sent; right: what is described");
                }
            }
        }
    }
    assert_eq!(found, FORMS.into_iter().collect());
}

/// The names of the parts of a form.
async fn names(request: http::Request<Body>, media: &str) -> BTreeSet<String> {
    let content_type = request.headers()["content-type"].to_str().unwrap();
    assert!(content_type.starts_with(media), "{content_type}");
    if media == "multipart/form-data" {
        return parts(request).await.into_iter().map(|part| part.name).collect();
    }
    let body = request.into_body().bytes().await.unwrap();
    form_urlencoded::parse(&body).map(|(name, _)| name.into_owned()).collect()
}

/// The parts that any version has.
fn union(descriptions: &[Description], id: &str) -> BTreeSet<String> {
    let reader = RECORDED.iter().find(|reader| reader.operation.id == id).unwrap();
    merged(descriptions, reader).body.unwrap().as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn the_values_of_an_upload_are_in_its_parts() {
    let request = form("uploadAsset", Amount::Full).unwrap();
    let built = parts(request).await;
    let expected = [
        Part::text("fileCreatedAt", "2024-05-06T07:08:09.123Z"),
        Part::text("fileModifiedAt", "2024-05-06T07:08:10.000Z"),
        Part::text("deviceAssetId", "beach 1"),
        Part::text("deviceId", "a device"),
        Part::text("duration", "5250"),
        Part::text("isFavorite", "true"),
        Part::text("livePhotoVideoId", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
        Part::text("metadata", r#"[{"key":"mobile-app","value":{"a":1}}]"#),
        Part::text("visibility", "archive"),
        // Real servers read the name and the sidecar alike in this order alone.
        Part::file("sidecarData", "beach.xmp", "application/xml", "<x/>"),
        Part::text("filename", "b\u{e9}ach.jpg"),
        Part::file("assetData", "b\u{e9}ach.jpg", "image/jpeg", "the bytes of a photo"),
    ];
    assert_eq!(built, expected);
    let logout = form("logoutOAuth", Amount::Full).unwrap().into_body().bytes().await.unwrap();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(&logout).into_owned().collect();
    assert_eq!(pairs, [("logout_token".to_owned(), "a token+ &=\u{e9}".to_owned())]);
    let parsed = parse("multipart/form-data; boundary=x", "--x--\r\n".into()).await;
    assert_eq!(parsed, [], "the parser finds nothing in an empty form");
}

#[test]
fn a_plus_is_a_space_in_a_query_and_a_plus_in_a_path() {
    let headers = http::HeaderMap::new();
    let rebuilt_as = |path_and_query| {
        let request = IncomingRequest { method: &http::Method::GET, path_and_query, headers: &headers, body: &[] };
        rebuilt(request.reader().unwrap(), &request, None).unwrap().uri().to_string()
    };
    assert!(rebuilt_as("/admin/database-backups/a+b").ends_with("/a%2Bb"));
    assert!(rebuilt_as("/shared-links/me?slug=a+b").ends_with("?slug=a%20b"));
}
