//! A response is returned as it arrived.

use std::time::Duration;

use http::{Method, StatusCode};
use immich_core::Body;

use crate::bench::{Bench, noise, whole};
use crate::capability::Capability;
use crate::rule::{Broken, Checked, HTTP1, Rule, equal, holds};

pub(super) const RULES: &[Rule] = &[
    Rule::new("any_status", "Any status is a response, and not an error.", any_status),
    Rule::new("no_redirect", "A redirect is returned and not followed.", no_redirect)
        .needs(&[Capability::VisibleRedirects]),
    Rule::new("no_retry", "A request is sent once, whatever its status.", no_retry),
    Rule::new(
        "decoding",
        "A compressed body is returned as it is, or decoded and without `content-encoding` and `content-length`.",
        decoding,
    ),
    Rule::new(
        "response_headers",
        "The headers of a response are returned byte for byte, repeated ones in order.",
        response_headers,
    ),
    Rule::new("large_response_head", "The head of a response may have 48 KiB.", large_response_head),
    Rule::new("many_response_headers", "A response may have ninety headers.", many_response_headers),
    Rule::new("response_body", "The body of a response is returned unchanged and whole.", response_body),
    Rule::new("response_length", "The length of a body is known if the server announced it.", response_length),
    Rule::new(
        "unknown_response_length",
        "A body of unknown length is returned whole, and no length is made up.",
        unknown_response_length,
    ),
    Rule::new("until_close", "A body without a length ends with its connection.", until_close).on(HTTP1),
    Rule::new("head", "The response to HEAD has no body, whatever its `content-length`.", head),
    Rule::new("no_content", "204 and 304 have no body, and 304 may have a `content-length`.", no_content),
    Rule::new("empty_response", "A body of length 0 is empty, and its end comes at once.", empty_response),
    Rule::new("informational", "Informational responses (100, 102, 103) are skipped.", informational).on(HTTP1),
    Rule::new("trailers", "Trailers after a body are no error.", trailers),
    Rule::new("chunk_extensions", "Extensions of chunks are ignored.", chunk_extensions).on(HTTP1),
    Rule::new("slow_head", "A head that arrives byte by byte is read.", slow_head).on(HTTP1),
    Rule::new("reason", "The reason phrase may be missing, or any text.", reason).on(HTTP1),
];

fn any_status(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        let status = exchange.target[1..].parse().unwrap_or(500);
        drop(exchange.reply(status, &[], b""));
    });
    bench.run(server, |caller| async move {
        for status in
            [200, 201, 204, 206, 299, 304, 400, 401, 403, 404, 409, 413, 418, 422, 429, 500, 502, 503, 504, 511, 599]
        {
            let response = caller.get(&format!("/{status}")).await?;
            equal("the status", status, response.status().as_u16())?;
        }
        Ok(())
    })
}

fn no_redirect(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| match exchange.target[1..].parse() {
        Ok(status) => drop(exchange.reply(status, &[("location", b"/elsewhere")], b"")),
        Err(_) => drop(exchange.reply(200, &[], b"")),
    });
    bench.run(server, |caller| async move {
        for status in [301, 302, 303, 307, 308] {
            let response = caller.get(&format!("/{status}")).await?;
            equal("the status", status, response.status().as_u16())?;
            let location = response.headers().get("location").map(|value| value.as_bytes());
            equal("`location`", Some(&b"/elsewhere"[..]), location)?;
        }
        equal("the number of requests", 5, server.requests())
    })
}

fn no_retry(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        let status = exchange.target[1..].parse().unwrap_or(500);
        drop(exchange.reply(status, &[("retry-after", b"0")], b""));
    });
    bench.run(server, |caller| async move {
        for (sent, status) in [401, 408, 429, 500, 502, 503, 504].into_iter().enumerate() {
            caller.get(&format!("/{status}")).await?;
            equal(&format!("the number of requests after {status}"), sent + 1, server.requests())?;
        }
        Ok(())
    })
}

fn decoding(bench: &Bench) -> Checked {
    // The text `hello`.
    const GZIP: &[u8] =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00";
    let server = &bench.serve(|exchange| drop(exchange.reply(200, &[("content-encoding", b"gzip")], GZIP)));
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        let headers = response.headers();
        let kept = (headers.contains_key("content-encoding"), headers.contains_key("content-length"));
        let expected = match kept {
            (true, true) => GZIP,
            (false, false) => &b"hello"[..],
            _ => return Err(Broken::new("both headers, or none", "one of them")),
        };
        equal("the body", expected, &whole(response).await?[..])
    })
}

fn response_headers(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        let headers: [(&str, &[u8]); 5] = [
            ("set-cookie", b"a=1; Path=/"),
            ("x-bytes", b"caf\xe9 \xff"),
            ("set-cookie", b"b=2"),
            ("x-inner", b"a  b\tc"),
            ("content-disposition", "attachment; filename=\"Zürich.jpg\"".as_bytes()),
        ];
        drop(exchange.reply(200, &headers, b""));
    });
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        let values = |name| response.headers().get_all(name).iter().map(|value| value.as_bytes()).collect::<Vec<_>>();
        equal("`set-cookie`", vec![&b"a=1; Path=/"[..], b"b=2"], values("set-cookie"))?;
        equal("`x-bytes`", vec![&b"caf\xe9 \xff"[..]], values("x-bytes"))?;
        equal("`x-inner`", vec![&b"a  b\tc"[..]], values("x-inner"))?;
        let expected = "attachment; filename=\"Zürich.jpg\"".as_bytes();
        equal("`content-disposition`", vec![expected], values("content-disposition"))
    })
}

fn large_response_head(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| drop(exchange.reply(200, &[("x-large", &[b'x'; 48 << 10])], b"")));
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        equal("the length of the header", Some(48 << 10), response.headers().get("x-large").map(|value| value.len()))
    })
}

fn many_response_headers(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        let names: Vec<_> = (0..90).map(|number| format!("x-number-{number}")).collect();
        let headers: Vec<_> = names.iter().map(|name| (&name[..], &b"x"[..])).collect();
        drop(exchange.reply(200, &headers, b""));
    });
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        let numbered = response.headers().keys().filter(|name| name.as_str().starts_with("x-number-"));
        equal("the number of headers", 90, numbered.count())
    })
}

fn response_body(bench: &Bench) -> Checked {
    let bytes = noise(1_000_003);
    let sent = bytes.clone();
    let server = &bench.serve(move |exchange| drop(exchange.reply(200, &[], &sent)));
    bench.run(server, |caller| async move {
        let body = whole(caller.get("/").await?).await?;
        holds(body == bytes, || "the 1000003 bytes", || format!("{} bytes, or others", body.len()))
    })
}

fn response_length(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| drop(exchange.reply(200, &[], &[7; 1234])));
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        equal("the length of the body", Some(1234), response.body().len())?;
        equal(
            "`content-length`",
            Some("1234"),
            response.headers().get("content-length").and_then(|value| value.to_str().ok()),
        )
    })
}

fn unknown_response_length(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.head(200, &[]).and_then(|()| exchange.data(b"some")).and_then(|()| exchange.data(b"more")));
        drop(exchange.end());
    });
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        equal("the length of the body", None, response.body().len())?;
        equal("the body", &b"somemore"[..], &whole(response).await?[..])
    })
}

fn until_close(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        let Some(http1) = exchange.http1() else { return };
        drop(http1.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it"));
    });
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        equal("the length of the body", None, response.body().len())?;
        equal("the body", &b"all of it"[..], &whole(response).await?[..])
    })
}

fn head(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| drop(exchange.reply(200, &[("content-length", b"1000")], b"")));
    bench.run(server, |caller| async move {
        for _ in 0..2 {
            let response = caller.response(caller.request(&Method::HEAD, "/", Body::empty())).await?;
            let length = response.headers().get("content-length").map(|value| value.as_bytes().to_vec());
            equal("`content-length`", Some(b"1000".to_vec()), length)?;
            equal("the body", &b""[..], &whole(response).await?[..])?;
        }
        Ok(())
    })
}

fn no_content(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| match &exchange.target[..] {
        "/304" => drop(exchange.reply(304, &[("content-length", b"1000"), ("etag", b"\"x\"")], b"")),
        _ => drop(exchange.reply(204, &[], b"")),
    });
    bench.run(server, |caller| async move {
        for path in ["/304", "/204", "/304"] {
            let response = caller.get(path).await?;
            equal("the body", &b""[..], &whole(response).await?[..])?;
        }
        Ok(())
    })
}

fn empty_response(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| drop(exchange.reply(200, &[], b"")));
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        equal("the length of the body", Some(0), response.body().len())?;
        equal("the body", &b""[..], &whole(response).await?[..])
    })
}

fn informational(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.body());
        let Some(http1) = exchange.http1() else { return };
        let first = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n";
        let hints = "HTTP/1.1 103 Early Hints\r\nlink: </x.css>\r\n\r\n";
        let last = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone";
        drop(http1.write(format!("{first}{hints}{last}").as_bytes()));
        http1.complete();
    });
    bench.run(server, |caller| async move {
        for _ in 0..2 {
            let response = caller.post("/", "body").await?;
            equal("the status", StatusCode::OK, response.status())?;
            equal("the body", &b"done"[..], &whole(response).await?[..])?;
        }
        Ok(())
    })
}

fn trailers(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.head(200, &[("trailer", b"x-checksum")]).and_then(|()| exchange.data(b"some")));
        drop(exchange.trailers(&[("x-checksum", "abc")]));
    });
    bench.run(server, |caller| async move {
        for _ in 0..2 {
            equal("the body", &b"some"[..], &whole(caller.get("/").await?).await?[..])?;
        }
        Ok(())
    })
}

fn chunk_extensions(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        let Some(http1) = exchange.http1() else { return };
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        drop(http1.write(format!("{head}4;name=value\r\nsome\r\n4;x\r\nmore\r\n0\r\n\r\n").as_bytes()));
        http1.complete();
    });
    bench.run(
        server,
        |caller| async move { equal("the body", &b"somemore"[..], &whole(caller.get("/").await?).await?[..]) },
    )
}

fn slow_head(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        let Some(http1) = exchange.http1() else { return };
        for byte in b"HTTP/1.1 200 OK\r\nx-slow: 1\r\ncontent-length: 4\r\n\r\ndone" {
            drop(http1.write(&[*byte]));
            // Lets each byte become a packet of its own.
            std::thread::sleep(Duration::from_micros(200));
        }
        http1.complete();
    });
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        equal("`x-slow`", true, response.headers().contains_key("x-slow"))?;
        equal("the body", &b"done"[..], &whole(response).await?[..])
    })
}

fn reason(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        let line = match &exchange.target[..] {
            "/none" => "HTTP/1.1 200",
            "/empty" => "HTTP/1.1 200 ",
            _ => "HTTP/1.1 200 Alles in Ordnung!",
        };
        let Some(http1) = exchange.http1() else { return };
        drop(http1.write(format!("{line}\r\ncontent-length: 0\r\n\r\n").as_bytes()));
        http1.complete();
    });
    bench.run(server, |caller| async move {
        for path in ["/none", "/empty", "/text"] {
            let response = caller.get(path).await;
            response.map_err(|broken| Broken { expected: format!("a response for {path}"), ..broken })?;
        }
        Ok(())
    })
}
