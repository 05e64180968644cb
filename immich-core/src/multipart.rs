//! Multipart forms of uploads, with a known length if all files have one.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::fmt::Write as _;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use crate::body::{Body, ByteStream};
use crate::param::Param;

/// A file of a form: its name, its media type, and its content.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::FilePart;
///
/// let photo = FilePart::new("beach.jpg", vec![0xff, 0xd8]).content_type("image/jpeg");
/// assert_eq!(photo.body().len(), Some(2));
/// ```
#[derive(Debug)]
pub struct FilePart {
    name: String,
    content_type: String,
    body: Body,
}

impl FilePart {
    /// Creates a file part. `name` is its base name; the server determines the type from the extension.
    pub fn new(name: impl Into<String>, body: impl Into<Body>) -> Self {
        Self { name: name.into(), content_type: "application/octet-stream".into(), body: body.into() }
    }

    /// Sets the media type. Defaults to `application/octet-stream`.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// Returns the file name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the content.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Returns a second handle to the file, for the request built from an endpoint.
    pub(crate) fn handle(&self) -> Self {
        Self { name: self.name.clone(), content_type: self.content_type.clone(), body: self.body.handle() }
    }
}

/// A `multipart/form-data` body under construction.
///
/// Text parts precede files, because the server reads them first. There is one exception: the part `filename` follows
/// the sidecar, because servers up to 3.1 compare the type of every later file with that name.
#[derive(Debug, Default)]
pub struct Form {
    texts: Vec<(&'static str, String)>,
    files: Vec<(&'static str, FilePart)>,
}

/// The file part of an upload with its XMP file.
const SIDECAR: &str = "sidecarData";

/// The text part that overrides the name of an uploaded file.
const FILE_NAME: &str = "filename";

/// A part of a form: a string, a file, or nothing.
pub trait FormPart {
    /// Adds the part to the form.
    fn add(&self, name: &'static str, form: &mut Form);
}

impl<T: Param> FormPart for T {
    fn add(&self, name: &'static str, form: &mut Form) {
        self.each(&mut |text| form.texts.push((name, text.to_owned())));
    }
}

impl FormPart for FilePart {
    fn add(&self, name: &'static str, form: &mut Form) {
        form.files.push((name, self.handle()));
    }
}

impl FormPart for Option<FilePart> {
    fn add(&self, name: &'static str, form: &mut Form) {
        if let Some(file) = self {
            file.add(name, form);
        }
    }
}

impl Form {
    /// Returns the media type with its boundary, and the body. It can be sent again if all files can.
    pub(crate) fn into_body(self) -> (String, Body) {
        let boundary = boundary();
        let mut sources = Vec::new();
        let mut head = String::new();
        let Self { texts, mut files } = self;
        let write_text = |head: &mut String, name: &str, text: &str| {
            let name = escape(name);
            let _ = write!(head, "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        };
        let has_sidecar = files.iter().any(|(name, _)| *name == SIDECAR);
        let (late, early): (Vec<_>, Vec<_>) =
            texts.into_iter().partition(|(name, _)| has_sidecar && *name == FILE_NAME);
        early.iter().for_each(|(name, text)| write_text(&mut head, name, text));
        files.sort_by_key(|(name, _)| late.is_empty() || *name != SIDECAR);
        let mut late = late.into_iter();
        for (name, file) in files {
            if name != SIDECAR {
                late.by_ref().for_each(|(name, text)| write_text(&mut head, name, &text));
            }
            let (name, file_name, content_type) = (escape(name), escape(&file.name), one_line(&file.content_type));
            let _ = write!(
                head,
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
                 Content-Type: {content_type}\r\n\r\n"
            );
            sources.push(Body::from(std::mem::take(&mut head)));
            sources.push(file.body);
            head.push_str("\r\n");
        }
        let _ = write!(head, "--{boundary}--\r\n");
        sources.push(Body::from(head));
        (format!("multipart/form-data; boundary={boundary}"), join(sources))
    }
}

/// A form in memory of up to this size is copied to one buffer. A larger one is sent part by part, to avoid a copy of
/// the file.
const COPIED: u64 = 64 << 10;

/// Concatenates bodies.
fn join(sources: Vec<Body>) -> Body {
    let length = sources.iter().try_fold(0_u64, |length, source| length.checked_add(source.len()?));
    let is_small = length.is_some_and(|length| length <= COPIED);
    if let Some(bytes) = sources.iter().map(Body::as_bytes).collect::<Option<Vec<_>>>().filter(|_| is_small) {
        return Bytes::from(bytes.into_iter().fold(Vec::new(), |mut all, bytes| {
            all.extend_from_slice(bytes);
            all
        }))
        .into();
    }
    if sources.iter().any(|source| source.try_clone().is_none()) {
        return Body::stream(Joined(sources.into()), length);
    }
    let open = move || Ok(Box::pin(Joined(sources.iter().map(Body::handle).collect())) as ByteStream);
    Body::replayable(open, length)
}

struct Joined(VecDeque<Body>);

impl Stream for Joined {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        while let Some(source) = self.0.front_mut() {
            match source.poll_chunk(context) {
                Poll::Ready(None) => self.0.pop_front(),
                chunk => return chunk,
            };
        }
        Poll::Ready(None)
    }
}

/// Returns a boundary of 128 random bits, so that no file contains it, even on purpose.
fn boundary() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("immich-sdk-{:016x}{:016x}", random(), random())
}

/// Escapes a name within quotes: raw UTF-8, with quotes and line breaks escaped as browsers do. Unlike in browsers,
/// backslashes and control characters are escaped too: servers read the former as an escape, and reject a part with the
/// latter.
fn escape(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for character in name.chars() {
        if matches!(character, '"' | '\\') || (character.is_ascii_control() && character != '\t') {
            let _ = write!(escaped, "%{:02X}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn one_line(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}
