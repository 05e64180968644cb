//! Forms read back by a parser that is not ours.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use immich_core::Body;

/// A part of a form, as the parser found it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The name.
    pub name: String,
    /// The name of the file, if it is one.
    pub file_name: Option<String>,
    /// The media type, if it has one.
    pub content_type: Option<String>,
    /// The bytes.
    pub bytes: Bytes,
}

impl Part {
    /// A part that is a text.
    pub fn text(name: &str, text: &str) -> Self {
        Self { name: name.into(), file_name: None, content_type: None, bytes: Bytes::copy_from_slice(text.as_bytes()) }
    }

    /// A part that is a file.
    pub fn file(name: &str, file_name: &str, content_type: &str, bytes: impl Into<Bytes>) -> Self {
        let (file_name, content_type) = (Some(file_name.into()), Some(content_type.into()));
        Self { name: name.into(), file_name, content_type, bytes: bytes.into() }
    }
}

/// The parts of a request's form, in order. The length that the body promised is the one it has.
pub async fn parts(request: http::Request<Body>) -> Vec<Part> {
    let content_type = request.headers()["content-type"].to_str().expect("text").to_owned();
    let promised = request.body().len();
    let bytes = request.into_body().bytes().await.expect("the body");
    if let Some(promised) = promised {
        assert_eq!(promised, bytes.len() as u64, "the promised length");
    }
    parse(&content_type, bytes).await
}

/// The parts of a form, in order.
pub async fn parse(content_type: &str, bytes: Bytes) -> Vec<Part> {
    let boundary = multer::parse_boundary(content_type).expect("a boundary");
    let mut form = multer::Multipart::new(Chunks([bytes].into()), boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.expect("a part") {
        parts.push(Part {
            name: field.name().expect("a name").to_owned(),
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            bytes: field.bytes().await.expect("the bytes of a part"),
        });
    }
    parts
}

/// A stream of bytes in pieces.
pub struct Chunks(pub VecDeque<Bytes>);

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}
