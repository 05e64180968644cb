//! A request without a response is an error that says why, and whether the server may have processed it.

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, TcpListener};

use bytes::Bytes;
use futures_util::stream;
use http::Method;
use immich_core::{Body, TransportError, TransportErrorKind};

use crate::bench::{Bench, Caller, SECRET, events, whole};
use crate::capability::Capability;
use crate::rule::{Broken, Checked, HTTP1, Rule, equal, holds};

pub(super) const RULES: &[Rule] = &[
    Rule::new("refused", "A refused connection is an error of kind `Connect`, and nothing was sent.", refused)
        .needs(&[Capability::AddressOfUrl]),
    Rule::new("closed", "A connection that closes instead of a response is an error of kind `Closed`, and the request may have been sent.", closed)
        .on(HTTP1),
    Rule::new("closed_in_head", "A connection that closes within the head of a response is an error, and the request may have been sent.", closed_in_head)
        .on(HTTP1),
    Rule::new("closed_once", "A request whose connection closes is not repeated.", closed_once).on(HTTP1),
    Rule::new("idle_closed", "A kept connection that the server closed costs no request: it is sent on another, or reported as not sent.", idle_closed)
        .on(HTTP1),
    Rule::new("reused_closed", "A request on a kept connection that closes after it is not repeated, and may have been sent.", reused_closed)
        .on(HTTP1)
        .needs(&[Capability::Reuse]),
    Rule::new("no_http", "A response that is not HTTP is an error of kind `Protocol`.", no_http).on(HTTP1),
    Rule::new("endless_head", "A head without an end is an error before it has 16 MiB.", endless_head).on(HTTP1),
    Rule::new("broken_body", "A request body that cannot be read is an error of kind `RequestBody`, with its cause.", broken_body),
    Rule::new("broken_body_is_cut", "A request whose body cannot be read never arrives complete.", broken_body_is_cut),
    Rule::new("short_body", "A stream that gives less than its length is an error of kind `RequestBody`, and never arrives complete.", short_body),
    Rule::new("long_body", "A stream that gives more than its length is an error of kind `RequestBody`.", long_body),
    Rule::new("no_secrets", "No error shows the URL, a header or the body, in its text, its `Debug` or its causes.", no_secrets),
];

fn post(caller: &Caller) -> http::Request<Body> {
    caller.request(&Method::POST, "/", "body")
}

fn is_closed(error: &TransportError) -> Checked {
    equal("the kind of the error", TransportErrorKind::Closed, error.kind())?;
    equal("`may_have_been_sent`", true, error.may_have_been_sent())
}

fn refused(bench: &Bench) -> Checked {
    let server = &bench.serve(|_| {});
    bench.run(server, |mut caller| async move {
        caller.base = format!("http://{}", free_address()?);
        let error = caller.failure(post(&caller)).await?;
        equal("the kind of the error", TransportErrorKind::Connect, error.kind())?;
        equal("`may_have_been_sent`", false, error.may_have_been_sent())
    })
}

/// An address on which nothing listens.
fn free_address() -> Result<std::net::SocketAddr, Broken> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    listener.map_err(|error| Broken::new("a free port", error.to_string()))
}

fn closed(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.body());
        exchange.cut();
    });
    bench.run(server, |caller| async move { is_closed(&caller.failure(post(&caller)).await?) })
}

fn closed_in_head(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.body());
        if let Some(http1) = exchange.http1() {
            drop(http1.write(b"HTTP/1.1 200 OK\r\ncontent-le"));
        }
    });
    bench.run(server, |caller| async move { is_closed(&caller.failure(post(&caller)).await?) })
}

fn closed_once(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.body());
        exchange.cut();
    });
    bench.run(server, |caller| async move {
        for (sent, method) in [Method::GET, Method::PUT, Method::POST].into_iter().enumerate() {
            drop(caller.failure(caller.request(&method, "/", "")).await?);
            equal(&format!("the number of requests after {method}"), sent + 1, server.requests())?;
        }
        Ok(())
    })
}

fn idle_closed(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(exchange.body());
        drop(exchange.reply(200, &[], b"done"));
        // The connection looks as if it were kept.
        exchange.cut();
        drop(told.unbounded_send(()));
    });
    bench.run(server, |caller| async move {
        for sent in 1..=3 {
            match caller.send(post(&caller)).await {
                Ok(response) => drop(whole(response).await?),
                Err(error) => equal("`may_have_been_sent`", false, error.may_have_been_sent())?,
            }
            if server.requests() == sent {
                seen.next().await?;
            }
        }
        Ok(())
    })
}

fn reused_closed(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.body());
        match &exchange.target[..] {
            "/first" => drop(exchange.reply(200, &[], b"done")),
            _ => exchange.cut(),
        }
    });
    bench.run(server, |caller| async move {
        drop(whole(caller.get("/first").await?).await?);
        is_closed(&caller.failure(post(&caller)).await?)?;
        equal("the number of requests", 2, server.requests())
    })
}

fn no_http(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.body());
        if let Some(http1) = exchange.http1() {
            drop(http1.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\nsome more bytes so that nobody waits for them\r\n\r\n"));
        }
    });
    bench.run(server, |caller| async move {
        let error = caller.failure(post(&caller)).await?;
        equal("the kind of the error", TransportErrorKind::Protocol, error.kind())
    })
}

fn endless_head(bench: &Bench) -> Checked {
    const MOST: usize = 16 << 20;
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        let Some(http1) = exchange.http1() else { return };
        let mut sent = http1.write(b"HTTP/1.1 200 OK\r\n").map_or(0, |()| 17);
        let line = format!("x-more: {}\r\n", "x".repeat(4 << 10));
        while sent < MOST && http1.write(line.as_bytes()).is_ok() {
            sent += line.len();
        }
        drop(told.unbounded_send(sent));
    });
    bench.run(server, |caller| async move {
        drop(caller.failure(caller.request(&Method::GET, "/", "")).await?);
        let sent = seen.next().await?;
        holds(sent < MOST, || "the connection closes", || format!("{sent} bytes were read"))
    })
}

/// A stream that breaks after its first bytes.
fn broken() -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::iter([Ok(Bytes::from_static(b"some")), Err(io::Error::other("the disk is gone"))])
}

fn broken_body(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| match exchange.body() {
        Ok(_) => drop(exchange.reply(200, &[], b"")),
        Err(_) => exchange.cut(),
    });
    bench.run(server, |caller| async move {
        let body = Body::stream(broken(), Some(1 << 20));
        let error = caller.failure(caller.request(&Method::POST, "/", body)).await?;
        equal("the kind of the error", TransportErrorKind::RequestBody, error.kind())?;
        let shown = shown(&error);
        holds(shown.contains("the disk is gone"), || "the cause `the disk is gone`", || shown.clone())
    })
}

/// Sends a body that must not arrive complete. Returns the error.
fn incomplete(bench: &Bench, body: impl Fn() -> Body + Send + Sync) -> Result<TransportError, Broken> {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        let ended = exchange.body();
        drop(told.unbounded_send(ended.as_ref().map_or_else(|_| None, |body| Some(body.len()))));
        match ended {
            Ok(_) => drop(exchange.reply(200, &[], b"")),
            Err(_) => exchange.cut(),
        }
    });
    bench.run(server, |caller| async move {
        let error = caller.failure(caller.request(&Method::POST, "/", body())).await?;
        // A request that was never sent did not arrive either.
        if server.requests() > 0 {
            equal("the complete body that arrived", None, seen.next().await?)?;
        }
        Ok(error)
    })
}

fn broken_body_is_cut(bench: &Bench) -> Checked {
    incomplete(bench, || Body::stream(broken(), Some(1 << 20)))?;
    incomplete(bench, || Body::stream(broken(), None)).map(drop)
}

/// A stream that gives 50,000 bytes.
fn gives(promised: u64) -> Body {
    let chunks = (0..5).map(|_| Ok(Bytes::from_static(&[7; 10_000])));
    Body::stream(stream::iter(chunks), Some(promised))
}

fn short_body(bench: &Bench) -> Checked {
    let error = incomplete(bench, || gives(50_001))?;
    equal("the kind of the error", TransportErrorKind::RequestBody, error.kind())
}

fn long_body(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.drain());
        exchange.is_left();
    });
    bench.run(server, |caller| async move {
        let error = caller.failure(caller.request(&Method::POST, "/", gives(49_999))).await?;
        equal("the kind of the error", TransportErrorKind::RequestBody, error.kind())
    })
}

/// All that an error shows.
fn shown(error: &TransportError) -> String {
    let mut text = format!("{error} | {error:?} | {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(" | {error} | {error:?}");
        cause = error.source();
    }
    text
}

fn no_secrets(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        if exchange.target.contains("/cut") {
            drop(exchange.head(200, &[("content-length", b"100"), ("set-cookie", b"canary-cookie")]));
            drop(exchange.data(b"canary-response"));
        }
        exchange.cut();
    });
    bench.run(server, |caller| async move {
        let mut errors = Vec::new();
        let broken = || Body::stream(broken(), Some(1 << 20));
        errors.push(caller.failure(caller.request(&Method::POST, "/canary-path?key=canary-query", broken())).await?);
        errors
            .push(caller.failure(caller.request(&Method::POST, "/canary-path?key=canary-query", "canary-body")).await?);
        match caller.send(caller.request(&Method::GET, "/cut/canary-path?key=canary-query", "")).await {
            Ok(response) => errors.push(crate::bench::cut(response).await?.1),
            Err(error) => errors.push(error),
        }
        let mut elsewhere = caller.clone();
        elsewhere.base = format!("http://{}", free_address()?);
        if let Err(error) = elsewhere.send(elsewhere.request(&Method::GET, "/canary-path?key=canary-query", "")).await {
            errors.push(error);
        }
        for error in errors {
            let text = shown(&error);
            let secrets = [SECRET, "canary-path", "canary-query", "canary-body", "canary-cookie", "canary-response"];
            let leaked = secrets.iter().find(|secret| text.contains(**secret));
            holds(
                leaked.is_none(),
                || "an error without secrets",
                || format!("`{}` in {text}", leaked.unwrap_or(&"")),
            )?;
        }
        Ok(())
    })
}
