//! The rules of HTTP/2 alone.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::try_join_all;
use h2::Reason;
use http::Method;
use immich_core::TransportErrorKind;

use crate::bench::{Bench, Gate, chunk, cut, whole};
use crate::rule::{Checked, HTTP2, Rule, equal, holds};

pub(super) const RULES: &[Rule] = &[
    Rule::new("refused_stream", "A stream that the server refuses was not sent.", refused_stream).on(HTTP2),
    Rule::new("reset_stream", "A stream that the server resets otherwise may have been sent.", reset_stream).on(HTTP2),
    Rule::new("reset_body", "A body that the server resets is an error.", reset_body).on(HTTP2),
    Rule::new("go_away", "A stream that a GOAWAY excludes was not sent.", go_away).on(HTTP2),
    Rule::new("multiplexed", "Twenty calls at once share a few connections.", multiplexed).on(HTTP2),
    Rule::new("stream_limit", "Calls beyond the limit of streams wait, and do not fail.", stream_limit).on(HTTP2),
];

fn refused_stream(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| exchange.reset(Reason::REFUSED_STREAM));
    bench.run(server, |caller| async move {
        let error = caller.failure(caller.request(&Method::POST, "/", "body")).await?;
        equal("`may_have_been_sent`", false, error.may_have_been_sent())?;
        equal("the number of requests", 1, server.requests())
    })
}

fn reset_stream(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.body());
        exchange.reset(Reason::INTERNAL_ERROR);
    });
    bench.run(server, |caller| async move {
        let error = caller.failure(caller.request(&Method::POST, "/", "body")).await?;
        equal("the kind of the error", TransportErrorKind::Closed, error.kind())?;
        equal("`may_have_been_sent`", true, error.may_have_been_sent())?;
        equal("the number of requests", 1, server.requests())
    })
}

fn reset_body(bench: &Bench) -> Checked {
    for reason in [Reason::INTERNAL_ERROR, Reason::CANCEL] {
        let gate = Gate::default();
        let opened = gate.clone();
        let server = &bench.serve(move |exchange| {
            drop(exchange.head(200, &[]).and_then(|()| exchange.data(b"some")));
            // A reset overtakes bytes that the client has not read.
            opened.wait();
            exchange.reset(reason);
        });
        bench.run(server, |caller| async move {
            let mut response = caller.get("/").await?;
            chunk(response.body_mut()).await?;
            gate.open();
            equal("the kind of the error", TransportErrorKind::Closed, cut(response).await?.1.kind())
        })?;
    }
    Ok(())
}

/// A frame without flags.
fn frame(kind: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or_default().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, 0];
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// Reads frames until the head of a request, and excludes it.
fn exclude(stream: &mut TcpStream) -> std::io::Result<()> {
    const SETTINGS: u8 = 4;
    const HEADERS: u8 = 1;
    const GOAWAY: u8 = 7;
    let mut preface = [0; 24];
    stream.read_exact(&mut preface)?;
    stream.write_all(&frame(SETTINGS, 0, &[]))?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        std::io::copy(&mut Read::by_ref(stream).take(length.into()), &mut std::io::sink())?;
        if head[3] == HEADERS {
            // The last stream that was processed: none. No error.
            stream.write_all(&frame(GOAWAY, 0, &[0; 8]))?;
            std::io::copy(stream, &mut std::io::sink())?;
            return Ok(());
        }
    }
}

fn go_away(bench: &Bench) -> Checked {
    let server = &bench.raw(|mut stream, _| drop(exclude(&mut stream)));
    bench.run(server, |caller| async move {
        let error = caller.failure(caller.request(&Method::POST, "/", "body")).await?;
        equal("`may_have_been_sent`", false, error.may_have_been_sent())
    })
}

fn multiplexed(bench: &Bench) -> Checked {
    const CALLS: usize = 20;
    let gate = Gate::default();
    let (opened, arrived) = (gate.clone(), Arc::new(AtomicUsize::new(0)));
    let server = &bench.serve(move |exchange| {
        if exchange.target != "/first" {
            if arrived.fetch_add(1, Ordering::SeqCst) + 1 == CALLS {
                opened.open();
            }
            opened.wait();
        }
        drop(exchange.reply(200, &[], b"done"));
    });
    bench.run(server, |caller| async move {
        drop(whole(caller.get("/first").await?).await?);
        let caller = &caller;
        try_join_all((0..CALLS).map(|_| async move { whole(caller.get("/").await?).await })).await?;
        holds(!gate.is_late(), || "all calls at once", || "fewer within ten seconds")?;
        let connections = server.connections();
        holds(connections <= 3, || "one connection, or a few", || format!("{connections}"))
    })
}

fn stream_limit(bench: &Bench) -> Checked {
    let server = &bench.serve_streams(2, |exchange| {
        drop(exchange.body());
        drop(exchange.reply(200, &[], b"done"));
    });
    bench.run(server, |caller| async move {
        drop(whole(caller.get("/first").await?).await?);
        let caller = &caller;
        try_join_all((0..20).map(|_| async move { whole(caller.post("/", "body").await?).await })).await.map(drop)
    })
}
