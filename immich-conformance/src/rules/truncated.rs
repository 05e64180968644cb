//! A response that was cut short is an error, never a short body.

use immich_core::TransportErrorKind;

use crate::bench::{Bench, Gate, chunk, cut};
use crate::capability::Capability;
use crate::rule::{Checked, HTTP1, Rule, equal, holds};

pub(super) const RULES: &[Rule] = &[
    Rule::new("cut_length", "A body that ends before its `content-length` is an error of kind `Closed`.", cut_length),
    Rule::new(
        "cut_at_begin",
        "A body of known length of which no byte arrives is an error of kind `Closed`.",
        cut_at_begin,
    ),
    Rule::new(
        "cut_unknown_length",
        "A body of unknown length that ends without its last chunk is an error of kind `Closed`.",
        cut_unknown_length,
    ),
    Rule::new("cut_in_chunk", "A body that ends within a chunk is an error.", cut_in_chunk).on(HTTP1),
    Rule::new("cut_by_reset", "A connection that is reset within a body is an error of kind `Closed`.", cut_by_reset)
        .on(HTTP1)
        .needs(&[Capability::AddressOfUrl]),
    Rule::new("bad_chunk", "A chunk without a valid size is an error.", bad_chunk).on(HTTP1),
    Rule::new("error_after_bytes", "The bytes before the cut are returned before the error.", error_after_bytes),
];

fn cut_after(bench: &Bench, length: Option<&'static [u8]>, sent: usize) -> Checked {
    let server = &bench.serve(move |exchange| {
        let headers: Vec<(&str, &[u8])> = length.iter().map(|length| ("content-length", *length)).collect();
        drop(exchange.head(200, &headers));
        if sent > 0 {
            drop(exchange.data(&vec![7; sent]));
        }
        exchange.cut();
    });
    bench.run(server, |caller| async move {
        // A cut that comes with the head may be noticed before there is a response.
        let request = caller.request(&http::Method::GET, "/", "");
        let error = match caller.send(request).await {
            Ok(response) => {
                let (read, error) = cut(response).await?;
                holds(read <= sent, || format!("at most {sent} bytes"), || format!("{read} bytes"))?;
                error
            }
            Err(error) => error,
        };
        equal("the kind of the error", TransportErrorKind::Closed, error.kind())?;
        equal("`may_have_been_sent`", true, error.may_have_been_sent())
    })
}

fn cut_length(bench: &Bench) -> Checked {
    cut_after(bench, Some(b"100"), 99)?;
    cut_after(bench, Some(b"1000000"), 200_000)
}

fn cut_at_begin(bench: &Bench) -> Checked {
    cut_after(bench, Some(b"100"), 0)
}

fn cut_unknown_length(bench: &Bench) -> Checked {
    cut_after(bench, None, 100)?;
    cut_after(bench, None, 0)
}

fn raw_body(bench: &Bench, body: &'static str) -> Checked {
    let server = &bench.serve(move |exchange| {
        let Some(http1) = exchange.http1() else { return };
        drop(http1.write(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}").as_bytes()));
    });
    bench.run(server, |caller| async move {
        match caller.send(caller.request(&http::Method::GET, "/", "")).await {
            Ok(response) => cut(response).await.map(drop),
            Err(_) => Ok(()),
        }
    })
}

fn cut_in_chunk(bench: &Bench) -> Checked {
    raw_body(bench, "a\r\nsome")?;
    raw_body(bench, "4\r\nsome\r\n1")
}

fn bad_chunk(bench: &Bench) -> Checked {
    raw_body(bench, "no size\r\nsome\r\n0\r\n\r\n")?;
    raw_body(bench, "4\r\nsomemore\r\n0\r\n\r\n")
}

fn cut_by_reset(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.head(200, &[("content-length", b"100")]).and_then(|()| exchange.data(b"some")));
        if let Some(http1) = exchange.http1() {
            http1.reset();
        }
    });
    bench.run(server, |caller| async move {
        let error = match caller.send(caller.request(&http::Method::GET, "/", "")).await {
            Ok(response) => cut(response).await?.1,
            Err(error) => error,
        };
        equal("the kind of the error", TransportErrorKind::Closed, error.kind())
    })
}

fn error_after_bytes(bench: &Bench) -> Checked {
    let gate = Gate::default();
    let opened = gate.clone();
    let server = &bench.serve(move |exchange| {
        drop(exchange.head(200, &[("content-length", b"100")]).and_then(|()| exchange.data(b"some")));
        opened.wait();
        exchange.cut();
    });
    bench.run(server, |caller| async move {
        let mut response = caller.get("/").await?;
        equal("the bytes", &b"some"[..], &chunk(response.body_mut()).await?[..])?;
        gate.open();
        equal("the bytes before the error", 0, cut(response).await?.0)
    })
}
