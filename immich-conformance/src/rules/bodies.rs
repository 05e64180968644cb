//! The body of a request arrives whole, with its length.

use std::io;

use bytes::Bytes;
use futures_util::stream;
use http::Method;
use immich_core::{Body, ByteStream};

use crate::bench::{Bench, Caller, Events, events, noise};
use crate::capability::Capability;
use crate::rule::{Broken, Checked, HTTP1, Rule, equal, holds};
use crate::server::Server;

pub(super) const RULES: &[Rule] = &[
    Rule::new("body", "The bytes of the body are sent unchanged, and all of them.", body),
    Rule::new("body_of_stream", "A stream is sent in order and to its end.", body_of_stream),
    Rule::new("body_of_many_chunks", "A stream of a thousand small chunks is sent whole.", body_of_many_chunks),
    Rule::new("body_of_empty_chunks", "An empty chunk of a stream does not end the body.", body_of_empty_chunks),
    Rule::new("large_body", "A body of 8 MiB is sent whole.", large_body),
    Rule::new(
        "length",
        "A body of known length, a stream too, is sent with `content-length`, and not in chunks.",
        length,
    ),
    Rule::new(
        "unknown_length",
        "A body of unknown length is sent without `content-length`, in chunks over HTTP/1.1.",
        unknown_length,
    )
    .needs(&[Capability::UnknownLength]),
    Rule::new("empty_body", "POST, PUT and PATCH with an empty body send `content-length: 0`.", empty_body).on(HTTP1),
    Rule::new("no_body", "GET and HEAD with an empty body send no body, and no `transfer-encoding`.", no_body),
    Rule::new("body_of_delete", "DELETE sends its body.", body_of_delete),
    Rule::new("content_type", "`content-type` is that of the request, and none is made up.", content_type),
];

/// A request that arrived: the headers of the length, and the body.
struct Arrived {
    length: Option<String>,
    coding: Option<String>,
    content_type: Option<String>,
    body: Result<Vec<u8>, String>,
}

fn receive(bench: &Bench) -> (Server, Events<Arrived>) {
    let (told, seen) = events();
    let server = bench.serve(move |exchange| {
        let arrived = Arrived {
            length: exchange.header("content-length"),
            coding: exchange.header("transfer-encoding"),
            content_type: exchange.header("content-type"),
            body: exchange.body().map_err(|error| error.to_string()),
        };
        drop(told.unbounded_send(arrived));
        drop(exchange.reply(200, &[], b""));
    });
    (server, seen)
}

fn chunks(bytes: &[u8], size: usize) -> ByteStream {
    let chunks: Vec<_> = bytes.chunks(size).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    Box::pin(stream::iter(chunks))
}

/// Sends a body, which has to arrive as `expected`.
async fn arrives(caller: &Caller, seen: &mut Events<Arrived>, body: Body, expected: &[u8]) -> Result<Arrived, Broken> {
    caller.post("/", body).await?;
    let arrived = seen.next().await?;
    match &arrived.body {
        Ok(bytes) => holds(
            bytes == expected,
            || format!("the {} bytes of the body", expected.len()),
            || format!("{} bytes{}", bytes.len(), if bytes.len() == expected.len() { ", and others" } else { "" }),
        )?,
        Err(error) => return Err(Broken::new("the whole body", format!("an error of the server: {error}"))),
    }
    Ok(arrived)
}

fn body(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        for length in [1, 4 << 10, 300_001] {
            let bytes = noise(length);
            arrives(&caller, &mut seen, bytes.clone().into(), &bytes).await?;
        }
        Ok(())
    })
}

fn body_of_stream(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        let bytes = noise(300_001);
        let body = Body::stream(chunks(&bytes, 10_007), Some(300_001));
        arrives(&caller, &mut seen, body, &bytes).await?;
        let again = bytes.clone();
        let body = Body::replayable(move || Ok(chunks(&again, 70_001)), Some(300_001));
        arrives(&caller, &mut seen, body, &bytes).await.map(drop)
    })
}

fn body_of_many_chunks(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        let bytes = noise(7_000);
        arrives(&caller, &mut seen, Body::stream(chunks(&bytes, 7), Some(7_000)), &bytes).await.map(drop)
    })
}

fn body_of_empty_chunks(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        let parts = ["", "some", "", "", "more", ""];
        let body = stream::iter(parts.map(|part| io::Result::Ok(Bytes::from_static(part.as_bytes()))));
        arrives(&caller, &mut seen, Body::stream(body, Some(8)), b"somemore").await.map(drop)
    })
}

fn large_body(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        let bytes = noise(8 << 20);
        arrives(&caller, &mut seen, bytes.clone().into(), &bytes).await.map(drop)
    })
}

fn length(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        let bytes = noise(100_000);
        for body in [Body::from(bytes.clone()), Body::stream(chunks(&bytes, 9_999), Some(100_000))] {
            let arrived = arrives(&caller, &mut seen, body, &bytes).await?;
            equal("`content-length`", Some("100000".into()), arrived.length)?;
            equal("`transfer-encoding`", None, arrived.coding)?;
        }
        Ok(())
    })
}

fn unknown_length(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    let coding = if bench.protocol == crate::Protocol::Http1 { Some("chunked".into()) } else { None };
    bench.run(&server, |caller| async move {
        let bytes = noise(100_000);
        let arrived = arrives(&caller, &mut seen, Body::stream(chunks(&bytes, 9_999), None), &bytes).await?;
        equal("`content-length`", None, arrived.length)?;
        equal("`transfer-encoding`", coding, arrived.coding)
    })
}

fn empty_body(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        for method in [Method::POST, Method::PUT, Method::PATCH] {
            caller.response(caller.request(&method, "/", Body::empty())).await?;
            let arrived = seen.next().await?;
            equal(&format!("`content-length` of {method}"), Some("0".into()), arrived.length)?;
            equal("`transfer-encoding`", None, arrived.coding)?;
        }
        Ok(())
    })
}

fn no_body(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        for method in [Method::GET, Method::HEAD] {
            caller.response(caller.request(&method, "/", Body::empty())).await?;
            let arrived = seen.next().await?;
            equal("`transfer-encoding`", None, arrived.coding)?;
            equal("the body", Ok(Vec::new()), arrived.body)?;
        }
        Ok(())
    })
}

fn body_of_delete(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        caller.response(caller.request(&Method::DELETE, "/", r#"{"ids":[]}"#)).await?;
        let arrived = seen.next().await?;
        equal("the body", Ok(br#"{"ids":[]}"#.to_vec()), arrived.body)?;
        equal("`content-length`", Some("10".into()), arrived.length)
    })
}

fn content_type(bench: &Bench) -> Checked {
    let (server, mut seen) = receive(bench);
    bench.run(&server, |caller| async move {
        caller.post("/", "text").await?;
        equal("`content-type`", None, seen.next().await?.content_type)?;
        let mut request = caller.request(&Method::POST, "/", "{}");
        let own = "application/json; charset=\"utf-8\"";
        request.headers_mut().insert("content-type", http::HeaderValue::from_static(own));
        caller.response(request).await?;
        equal("`content-type`", Some(own.into()), seen.next().await?.content_type)
    })
}
