//! Bodies stream in both directions, no faster than the receiver takes them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use futures_channel::oneshot;
use futures_util::stream;
use futures_util::{Stream, future};
use http::Method;
use immich_core::Body;

use crate::bench::{Bench, Gate, chunk, events, whole};
use crate::capability::Capability;
use crate::rule::{Checked, Rule, equal, holds};

pub(super) const RULES: &[Rule] = &[
    Rule::new("head_first", "The response is returned when its head is there, before its body.", head_first),
    Rule::new("chunk_by_chunk", "Bytes of a response are returned when they arrive.", chunk_by_chunk),
    Rule::new("upload_streams", "Bytes of a request body are sent when the stream gives them.", upload_streams)
        .needs(&[Capability::StreamingUpload]),
    Rule::new(
        "upload_waits",
        "A request body is read no faster than the server takes it, but for some MiB.",
        upload_waits,
    )
    .needs(&[Capability::StreamingUpload]),
    Rule::new(
        "download_waits",
        "A response body is received no faster than it is read, but for some MiB.",
        download_waits,
    ),
    Rule::new(
        "early_response",
        "A response that arrives while the request body is still being sent is returned.",
        early_response,
    )
    .needs(&[Capability::EarlyResponses]),
    Rule::new("early_response_body", "The body of an early response is returned whole.", early_response_body)
        .needs(&[Capability::EarlyResponses]),
    Rule::new(
        "early_response_ends",
        "The request body is dropped when an early response was read.",
        early_response_ends,
    )
    .needs(&[Capability::EarlyResponses]),
    Rule::new("early_response_dropped", "The request body is dropped with an early response.", early_response_dropped)
        .needs(&[Capability::EarlyResponses]),
    Rule::new(
        "early_close",
        "An early response is returned although the server stops reading and closes.",
        early_close,
    ),
];

/// More than a client and two sockets may have in buffers.
const BUFFERED: usize = 32 << 20;

const PIECE: usize = 64 << 10;

fn head_first(bench: &Bench) -> Checked {
    let gate = Gate::default();
    let opened = gate.clone();
    let server = &bench.serve(move |exchange| {
        drop(exchange.head(200, &[("content-length", b"4")]));
        opened.wait();
        drop(exchange.data(b"body").and_then(|()| exchange.end()));
    });
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        holds(!gate.is_late(), || "the response before its body", || "no response for ten seconds")?;
        gate.open();
        equal("the body", &b"body"[..], &whole(response).await?[..])
    })
}

fn chunk_by_chunk(bench: &Bench) -> Checked {
    let gate = Gate::default();
    let opened = gate.clone();
    let server = &bench.serve(move |exchange| {
        drop(exchange.head(200, &[]).and_then(|()| exchange.data(b"first")));
        opened.wait();
        drop(exchange.data(b"second").and_then(|()| exchange.end()));
    });
    bench.run(server, |caller| async move {
        let mut response = caller.get("/").await?;
        equal("the first bytes", &b"first"[..], &chunk(response.body_mut()).await?[..])?;
        holds(!gate.is_late(), || "the first bytes before the others", || "none for ten seconds")?;
        gate.open();
        equal("the rest", &b"second"[..], &whole(response).await?[..])
    })
}

fn upload_streams(bench: &Bench) -> Checked {
    let (told, arrived) = events();
    let server = &bench.serve(move |exchange| {
        let mut bytes = 0;
        while let Ok(Some(chunk)) = exchange.chunk() {
            bytes += chunk.len();
            drop(told.unbounded_send(bytes));
        }
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        // Each piece is given when the one before has arrived.
        let pieces = stream::unfold((0, arrived), |(given, mut arrived)| async move {
            let mut seen = 0;
            while seen < given {
                match arrived.next().await {
                    Ok(bytes) => seen = bytes,
                    Err(broken) => return Some((Err(io::Error::other(broken.seen)), (given, arrived))),
                }
            }
            (given < 40).then(|| (Ok(Bytes::from_static(b"0123456789")), (given + 10, arrived)))
        });
        caller.post("/", Body::stream(pieces, Some(40))).await.map(drop)
    })
}

/// A stream of `length` bytes that counts those it gave.
fn counted(length: usize, given: &Arc<AtomicUsize>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let given = Arc::clone(given);
    stream::iter((0..length / PIECE).map(move |_| {
        given.fetch_add(PIECE, Ordering::SeqCst);
        Ok(Bytes::from_static(&[7; PIECE]))
    }))
}

/// Waits until the count stays the same for a while.
fn settled(count: &AtomicUsize) -> usize {
    let mut before = usize::MAX;
    loop {
        let now = count.load(Ordering::SeqCst);
        if now == before {
            return now;
        }
        before = now;
        thread::sleep(Duration::from_millis(600));
    }
}

fn upload_waits(bench: &Bench) -> Checked {
    const LENGTH: usize = 2 * BUFFERED;
    let given = Arc::new(AtomicUsize::new(0));
    let (told, mut seen) = events();
    let counts = Arc::clone(&given);
    let server = &bench.serve(move |exchange| {
        drop(told.unbounded_send(settled(&counts)));
        drop(exchange.drain());
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        caller.post("/", Body::stream(counted(LENGTH, &given), Some(LENGTH as u64))).await?;
        let waiting = seen.next().await?;
        holds(waiting < BUFFERED, || "a stream that waits", || format!("{waiting} bytes that nobody read"))
    })
}

fn download_waits(bench: &Bench) -> Checked {
    const LENGTH: usize = 2 * BUFFERED;
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(exchange.head(200, &[("content-length", LENGTH.to_string().as_bytes())]));
        drop(told.unbounded_send(exchange.flood(LENGTH)));
    });
    bench.run(server, |caller| async move {
        let mut response = caller.get("/").await?;
        chunk(response.body_mut()).await?;
        let sent = seen.next().await?;
        drop(response);
        holds(sent < BUFFERED, || "a server that has to wait", || format!("{sent} bytes that nobody read"))
    })
}

/// A body that gives one piece and then nothing, so that it is still being sent. `dropped` is dropped with it.
fn unfinished(dropped: impl Send + 'static) -> Body {
    let pieces = stream::unfold((true, dropped), |(is_first, dropped)| async move {
        if !is_first {
            future::pending::<()>().await;
        }
        Some((io::Result::Ok(Bytes::from_static(&[7; PIECE])), (false, dropped)))
    });
    Body::stream(pieces, Some(1 << 30))
}

/// Responds to each request after its first bytes, and waits until the client leaves.
fn respond_early(bench: &Bench) -> (crate::server::Server, crate::bench::Events<bool>) {
    let (told, seen) = events();
    let server = bench.serve(move |exchange| {
        drop(exchange.chunk());
        drop(exchange.reply(413, &[], b"too large"));
        drop(told.unbounded_send(exchange.is_left()));
    });
    (server, seen)
}

fn early_response(bench: &Bench) -> Checked {
    let (server, _seen) = respond_early(bench);
    bench.run(&server, |caller| async move {
        let response = caller.post("/", unfinished(())).await?;
        equal("the status", 413, response.status().as_u16())
    })
}

fn early_response_body(bench: &Bench) -> Checked {
    let (server, _seen) = respond_early(bench);
    bench.run(&server, |caller| async move {
        let response = caller.post("/", unfinished(())).await?;
        equal("the body", &b"too large"[..], &whole(response).await?[..])
    })
}

fn early_response_ends(bench: &Bench) -> Checked {
    let (server, _seen) = respond_early(bench);
    let (dropped, is_dropped) = oneshot::channel::<()>();
    bench.run(&server, |caller| async move {
        let response = caller.post("/", unfinished(dropped)).await?;
        drop(whole(response).await?);
        // The sender is dropped with the body.
        let _ = is_dropped.await;
        Ok(())
    })
}

fn early_response_dropped(bench: &Bench) -> Checked {
    let (server, mut seen) = respond_early(bench);
    let (dropped, is_dropped) = oneshot::channel::<()>();
    bench.run(&server, |caller| async move {
        drop(caller.post("/", unfinished(dropped)).await?);
        let _ = is_dropped.await;
        holds(seen.next().await?, || "a connection or stream that ends", || "one that stays for ten seconds")
    })
}

fn early_close(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.chunk());
        let close: [(&str, &[u8]); 1] = [("connection", b"close")];
        let is_http1 = exchange.http1().is_some();
        drop(exchange.reply(413, if is_http1 { &close } else { &[] }, b"too large"));
        if let Some(http1) = exchange.http1() {
            http1.finish_sending();
        }
        // What was sent before the client noticed is read, since a reset would overtake the response.
        drop(exchange.drain());
    });
    let given = Arc::new(AtomicUsize::new(0));
    bench.run(server, |caller| async move {
        let length = 256 << 20;
        let body = Body::stream(counted(length, &given), Some(length as u64));
        let response = caller.response(caller.request(&Method::POST, "/", body)).await?;
        equal("the status", 413, response.status().as_u16())?;
        equal("the body", &b"too large"[..], &whole(response).await?[..])
    })
}
