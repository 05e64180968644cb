//! Any text stands in a path, a query or a form, and parsers that are not ours read it back.

#![allow(missing_docs, clippy::unwrap_used)]

mod forms;

use std::future::Future;

use bytes::Bytes;
use http::Method;
use immich_core::api::DownloadDatabaseBackup;
use immich_core::{BaseUrl, Body, Endpoint, Error, FilePart, Form, FormPart, Json, Operation, Param, RequestParts};
use proptest::collection::vec;
use proptest::prelude::*;

use forms::{Chunks, Part, parts};

static OPERATION: Operation = Operation::new("anything", Method::POST, "/a/{one}/b/{two}");

/// A request with any values in any place.
#[derive(Default)]
struct Anything {
    segments: [String; 2],
    query: Vec<(String, Vec<String>)>,
    urlencoded: Vec<(String, String)>,
    texts: Vec<(&'static str, String)>,
    files: Vec<(&'static str, FilePart)>,
}

impl Anything {
    fn new() -> Self {
        Self { segments: ["one".into(), "two".into()], ..Self::default() }
    }
}

impl Endpoint for Anything {
    type Decode = Json<serde_json::Value>;

    fn operation(&self) -> &'static Operation {
        &OPERATION
    }

    fn parts(&self, _: Option<immich_sdk::ServerVersion>) -> Result<RequestParts, Error> {
        let [one, two] = &self.segments;
        let mut parts = RequestParts::new(&OPERATION, &[one, two])?;
        for (name, values) in &self.query {
            parts.query(name, values);
        }
        let pairs: Vec<(&str, &dyn Param)> =
            self.urlencoded.iter().map(|(name, value)| (name.as_str(), value as &dyn Param)).collect();
        parts.urlencoded(&pairs);
        if !self.texts.is_empty() || !self.files.is_empty() {
            let mut form = Form::default();
            self.files.iter().for_each(|(name, file)| file.add(name, &mut form));
            self.texts.iter().for_each(|(name, text)| FormPart::add(text, name, &mut form));
            parts.multipart(form)?;
        }
        Ok(parts)
    }
}

fn request(endpoint: &impl Endpoint) -> Result<http::Request<Body>, Error> {
    endpoint.to_request(&BaseUrl::parse("https://photos.example/below").unwrap())
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Any text, and often one of what parsers look for.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~\u{0}-\u{1f}\u{7f}\u{80}é]{0,8}",
        "[./%?#&=;+ \"'\\\\\r\n\t:@a-]{0,8}",
        Just("%2e%2E".to_owned()),
        Just("--".to_owned())
    ]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..300), vec(prop_oneof![Just(b'-'), Just(b'\r'), Just(b'\n')], 0..40)]
}

fn is_name(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
}

/// A name inside quotes: what browsers escape, and a backslash and the control characters but for a tab.
fn escaped(name: &str) -> String {
    let controls = (0..32_u8).chain([127]).filter(|byte| *byte != b'\t');
    controls.chain(*b"\"\\").fold(name.to_owned(), |name, byte| name.replace(char::from(byte), &format!("%{byte:02X}")))
}

/// Where the bytes of a file come from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Memory,
    Replayable,
    Once,
}

impl Source {
    fn body(self, bytes: &[u8], piece: usize, known: bool) -> Body {
        let pieces: Vec<Bytes> = bytes.chunks(piece).map(Bytes::copy_from_slice).collect();
        let length = known.then_some(bytes.len() as u64);
        match self {
            Self::Memory => bytes.to_vec().into(),
            Self::Replayable => Body::replayable(move || Ok(Box::pin(Chunks(pieces.clone().into()))), length),
            Self::Once => Body::stream(Chunks(pieces.into()), length),
        }
    }
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![Just(Source::Memory), Just(Source::Replayable), Just(Source::Once)]
}

#[test]
fn no_name_is_refused() {
    for name in ["", ".", ".."] {
        for segments in [[name, "two"], ["one", name]] {
            let error = request(&Anything { segments: segments.map(str::to_owned), ..Anything::new() }).unwrap_err();
            assert_eq!(error.kind(), immich_core::ErrorKind::Build, "{segments:?}");
        }
        assert!(request(&DownloadDatabaseBackup::new(name)).is_err(), "{name:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_segment_comes_back(one in text(), two in text()) {
        prop_assume!(is_name(&one) && is_name(&two));
        let built = request(&Anything { segments: [one.clone(), two.clone()], ..Anything::new() }).unwrap();
        // A parser that knows dots, backslashes and empty segments.
        let url = url::Url::parse(&built.uri().to_string()).unwrap();
        let decoded = |segment: &str| percent_encoding::percent_decode_str(segment).decode_utf8().unwrap().into_owned();
        let segments: Vec<String> = url.path_segments().unwrap().map(decoded).collect();
        prop_assert_eq!(segments, ["below", "api", "a", &one, "b", &two]);
        prop_assert_eq!((url.query(), url.fragment()), (None, None));
        prop_assert_eq!(url.path(), built.uri().path());
    }

    #[test]
    fn a_query_comes_back(query in vec((text(), vec(text(), 0..4)), 0..4)) {
        let expected: Vec<(String, String)> = query
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone())))
            .collect();
        let built = request(&Anything { query, ..Anything::new() }).unwrap();
        let pairs = form_urlencoded::parse(built.uri().query().unwrap_or_default().as_bytes());
        prop_assert_eq!(pairs.into_owned().collect::<Vec<_>>(), expected);
        prop_assert_eq!(built.uri().path(), "/below/api/a/one/b/two");
    }

    #[test]
    fn a_urlencoded_form_comes_back(urlencoded in vec((text(), text()), 0..5)) {
        let built = request(&Anything { urlencoded: urlencoded.clone(), ..Anything::new() }).unwrap();
        prop_assert_eq!(&built.headers()["content-type"], "application/x-www-form-urlencoded");
        let pairs = form_urlencoded::parse(built.body().as_bytes().unwrap());
        prop_assert_eq!(pairs.into_owned().collect::<Vec<_>>(), urlencoded);
    }

    #[test]
    fn a_form_comes_back(
        texts in vec(text(), 0..4),
        files in vec((text(), bytes(), source(), 1_usize..60, any::<bool>()), 1..4),
    ) {
        let names = ["plain", "with \"quotes\"", "two\r\nlines", "\u{e9}\u{1f600}"];
        let mut expected: Vec<Part> =
            texts.iter().zip(names).map(|(text, name)| Part::text(&escaped(name), text)).collect();
        expected.extend(files.iter().map(|(name, bytes, ..)| {
            Part::file("file", &escaped(name), "image/jpeg", bytes.clone())
        }));
        let file = |(name, bytes, source, piece, known): &(String, Vec<u8>, Source, usize, bool)| {
            let body = source.body(bytes, *piece, *known);
            ("file", FilePart::new(name, body).content_type("image/jpeg"))
        };
        let anything = Anything {
            texts: names.into_iter().zip(texts).collect(),
            files: files.iter().map(file).collect(),
            ..Anything::new()
        };
        let built = request(&anything).unwrap();
        let known = files.iter().all(|(_, _, source, _, known)| *known || *source == Source::Memory);
        prop_assert_eq!(built.body().len().is_some(), known);
        prop_assert_eq!(wait(parts(built)), expected);
    }

    #[test]
    fn every_source_gives_the_same_bytes(
        files in vec((bytes(), 1_usize..60, any::<bool>()), 1..4),
        sources in vec(source(), 4),
    ) {
        let of = |sources: &[Source]| {
            let file = |((bytes, piece, known), source): (&(Vec<u8>, usize, bool), &Source)| {
                ("file", FilePart::new("a name", source.body(bytes, *piece, *known)))
            };
            let files = files.iter().zip(sources).map(file).collect();
            request(&Anything { files, texts: vec![("a", "text".into())], ..Anything::new() }).unwrap()
        };
        // Each request has another boundary, of the same length.
        let told = |built: &http::Request<Body>| {
            let content_type = built.headers()["content-type"].to_str().unwrap();
            content_type.split_once("boundary=").unwrap().1.to_owned()
        };
        let (memory, mixed) = (of(&[Source::Memory; 4]), of(&sources));
        let (first, second) = (told(&memory), told(&mixed));
        prop_assert_ne!(&first, &second);
        prop_assert_eq!(first.len(), second.len());

        let used = &sources[..files.len()];
        prop_assert!(memory.body().as_bytes().is_some());
        prop_assert_eq!(mixed.body().as_bytes().is_some(), used.iter().all(|source| *source == Source::Memory));
        let clone = mixed.body().try_clone();
        prop_assert_eq!(clone.is_some(), !used.contains(&Source::Once));

        let bytes = |body: Body, boundary: &str| {
            let bytes = wait(body.bytes()).unwrap();
            let mut found = Vec::new();
            let mut rest = &bytes[..];
            while let Some((byte, tail)) = rest.split_first() {
                match rest.strip_prefix(boundary.as_bytes()) {
                    Some(tail) => {
                        found.extend_from_slice(b"BOUNDARY");
                        rest = tail;
                    }
                    None => {
                        found.push(*byte);
                        rest = tail;
                    }
                }
            }
            found
        };
        let expected = bytes(memory.into_body(), &first);
        prop_assert_eq!(&bytes(mixed.into_body(), &second), &expected);
        // The clone starts at the first byte, also when the other was read.
        if let Some(clone) = clone {
            prop_assert_eq!(&bytes(clone, &second), &expected);
        }
    }
}
