//! Dropping a call or a response ends the request.

use std::io;
use std::pin::pin;

use bytes::Bytes;
use futures_channel::oneshot;
use futures_util::future::{self, Either};
use futures_util::stream;
use http::Method;
use immich_core::Body;

use crate::bench::{Bench, Caller, Events, chunk, events};
use crate::capability::Capability;
use crate::rule::{Broken, Checked, Rule, holds};

pub(super) const RULES: &[Rule] = &[
    Rule::new("cancelled_call", "Dropping a call before its response ends its connection or stream.", cancelled_call),
    Rule::new(
        "cancelled_upload",
        "Dropping a call while its body is being sent ends its connection or stream.",
        cancelled_upload,
    )
    .needs(&[Capability::StreamingUpload]),
    Rule::new("cancelled_body", "Dropping a call drops its body.", cancelled_body)
        .needs(&[Capability::StreamingUpload]),
    Rule::new(
        "dropped_response",
        "Dropping a response without its body ends its connection or stream, if much is left.",
        dropped_response,
    ),
    Rule::new(
        "half_read_response",
        "Dropping a half-read response ends its connection or stream, if much is left.",
        half_read_response,
    ),
    Rule::new("after_a_drop", "A call after a dropped one gets its own response.", after_a_drop),
    Rule::new("unpolled_call", "A call that is never polled sends nothing.", unpolled_call),
];

/// Polls the call until `event`, and drops it.
async fn cancel<T>(call: impl Future<Output = T>, event: impl Future<Output = Result<(), Broken>>) -> Checked {
    match future::select(pin!(event), pin!(call)).await {
        Either::Left((event, _)) => event,
        Either::Right(_) => Err(Broken::new("a call that waits for its response", "one that ended")),
    }
}

async fn is_left(seen: &mut Events<bool>) -> Checked {
    holds(seen.next().await?, || "a connection or stream that ends", || "one that stays for ten seconds")
}

fn cancelled_call(bench: &Bench) -> Checked {
    let ((arrived, mut arrives), (told, mut seen)) = (events(), events());
    let server = &bench.serve(move |exchange| {
        drop(exchange.body());
        drop(arrived.unbounded_send(()));
        drop(told.unbounded_send(exchange.is_left()));
    });
    bench.run(server, |caller| async move {
        cancel(caller.send(caller.request(&Method::GET, "/", "")), arrives.next()).await?;
        is_left(&mut seen).await?;
        cancel(caller.send(caller.request(&Method::POST, "/", "body")), arrives.next()).await?;
        is_left(&mut seen).await
    })
}

/// A body without an end, which drops a sender with it.
fn endless(dropped: oneshot::Sender<()>) -> Body {
    let pieces =
        stream::unfold(
            dropped,
            |dropped| async move { Some((io::Result::Ok(Bytes::from_static(&[7; 4096])), dropped)) },
        );
    Body::stream(pieces, None)
}

fn cancelled_upload(bench: &Bench) -> Checked {
    let ((arrived, mut arrives), (told, mut seen)) = (events(), events());
    let server = &bench.serve(move |exchange| {
        drop(exchange.chunk());
        drop(arrived.unbounded_send(()));
        drop(told.unbounded_send(exchange.drain().1.is_err_and(|error| error.kind() != io::ErrorKind::TimedOut)));
    });
    bench.run(server, |caller| async move {
        let body = Body::stream(stream::repeat_with(|| Ok(Bytes::from_static(&[7; 4096]))), Some(1 << 40));
        cancel(caller.send(caller.request(&Method::POST, "/", body)), arrives.next()).await?;
        is_left(&mut seen).await
    })
}

fn cancelled_body(bench: &Bench) -> Checked {
    let (arrived, mut arrives) = events();
    let server = &bench.serve(move |exchange| {
        drop(exchange.chunk());
        drop(arrived.unbounded_send(()));
        drop(exchange.drain());
    });
    bench.run(server, |caller| async move {
        let (dropped, is_dropped) = oneshot::channel();
        cancel(caller.send(caller.request(&Method::POST, "/", endless(dropped))), arrives.next()).await?;
        // The sender is dropped with the body.
        let _ = is_dropped.await;
        Ok(())
    })
}

/// Sends a body that no buffer holds.
fn flood(bench: &Bench) -> (crate::server::Server, Events<bool>) {
    const LENGTH: usize = 128 << 20;
    let (told, seen) = events();
    let server = bench.serve(move |exchange| {
        if exchange.target == "/small" {
            return drop(exchange.reply(200, &[], b"small"));
        }
        drop(exchange.head(200, &[("content-length", LENGTH.to_string().as_bytes())]));
        let sent = exchange.flood(LENGTH);
        drop(told.unbounded_send(sent < LENGTH && exchange.is_left()));
    });
    (server, seen)
}

fn dropped_response(bench: &Bench) -> Checked {
    let (server, mut seen) = flood(bench);
    bench.run(&server, |caller| async move {
        drop(caller.get("/").await?);
        is_left(&mut seen).await
    })
}

fn half_read_response(bench: &Bench) -> Checked {
    let (server, mut seen) = flood(bench);
    bench.run(&server, |caller| async move {
        let mut response = caller.get("/").await?;
        chunk(response.body_mut()).await?;
        drop(response);
        is_left(&mut seen).await
    })
}

async fn small(caller: &Caller) -> Checked {
    let body = crate::bench::whole(caller.get("/small").await?).await?;
    holds(&body[..] == b"small", || "the response to the call", || format!("{} bytes of another", body.len()))
}

fn after_a_drop(bench: &Bench) -> Checked {
    let (server, _seen) = flood(bench);
    bench.run(&server, |caller| async move {
        for _ in 0..3 {
            let mut response = caller.get("/").await?;
            chunk(response.body_mut()).await?;
            drop(response);
            small(&caller).await?;
        }
        Ok(())
    })
}

fn unpolled_call(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| drop(exchange.reply(200, &[], b"")));
    bench.run(server, |caller| async move {
        // A request that a task of its own sends arrives while later calls are made.
        for _ in 0..10 {
            drop(caller.backend.send(caller.request(&Method::POST, "/unpolled", "body")));
        }
        for _ in 0..20 {
            drop(caller.get("/").await?);
        }
        holds(server.requests() == 20, || "20 requests", || format!("{}", server.requests()))
    })
}
