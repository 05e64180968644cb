//! The head of a request arrives as it was built.

use http::{HeaderValue, Method};
use immich_core::Body;

use crate::bench::{Bench, SECRET, events};
use crate::capability::Capability;
use crate::rule::{Checked, HTTP1, Rule, equal, holds};

pub(super) const RULES: &[Rule] = &[
    Rule::new("method", "The method is sent unchanged.", method),
    Rule::new("target", "The path and the query are sent byte for byte: neither decoded, encoded nor sorted.", target),
    Rule::new("host", "`host`, or `:authority`, is the host and the port of the URL.", host)
        .needs(&[Capability::AddressOfUrl]),
    Rule::new("header_values", "The values of headers are sent byte for byte.", header_values),
    Rule::new("repeated_headers", "Several values of one header are all sent, in order.", repeated_headers),
    Rule::new("large_headers", "Headers of 32 KiB are sent.", large_headers),
    Rule::new("many_headers", "Sixty headers are sent.", many_headers),
    Rule::new(
        "no_headers_added",
        "No header is added but `host`, the length of the body and `accept-encoding: identity`.",
        no_headers_added,
    )
    .needs(&[Capability::ExactHeaders]),
    Rule::new("no_compression", "No compressed response is requested for a file.", no_compression),
    Rule::new("no_expectation", "The body is sent without waiting for `100 Continue`.", no_expectation).on(HTTP1),
    Rule::new("version", "The request is one of HTTP/1.1 with the path alone as its target.", version)
        .on(HTTP1)
        .needs(&[Capability::AddressOfUrl]),
];

fn method(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(told.unbounded_send(exchange.method.clone()));
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let name = Method::from_bytes(method.as_bytes()).expect("a method");
            caller.response(caller.request(&name, "/", Body::empty())).await?;
            equal("the method", method, &seen.next().await?)?;
        }
        Ok(())
    })
}

fn target(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(told.unbounded_send(exchange.target.clone()));
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        for target in [
            "/",
            "/api/albums?b=2&a=1",
            "/api/albums?name=a%26b%3Dc%2Fd%20%C3%A9",
            "/api/a%2Fb%2fc",
            "/api//twice",
            "/api/~user;v=1,2/@me:x'()*!$",
            "/api/x?a+b=c+d&e&=f&&",
            "/api/x?",
            "/api/trailing/",
        ] {
            caller.get(target).await?;
            equal("the target", target, &seen.next().await?)?;
        }
        Ok(())
    })
}

fn host(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(told.unbounded_send(exchange.authority.clone()));
        drop(exchange.reply(200, &[], b""));
    });
    let expected = server.address().to_string();
    bench.run(server, |caller| async move {
        caller.get("/").await?;
        equal("the host", expected, String::from_utf8_lossy(&seen.next().await?).into_owned())
    })
}

fn header_values(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(told.unbounded_send(exchange.values("x-value").concat()));
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        for value in [&b"plain"[..], b"a  b\tc", b"\xc3\xa9\xff\x80", b"\"quoted, with; signs=\"", b""] {
            let mut request = caller.request(&Method::GET, "/", Body::empty());
            request.headers_mut().insert("x-value", HeaderValue::from_bytes(value).expect("a value"));
            caller.response(request).await?;
            equal("the value", value, &seen.next().await?[..])?;
        }
        Ok(())
    })
}

fn repeated_headers(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(told.unbounded_send(exchange.values("x-value").join(&b", "[..])));
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        let mut request = caller.request(&Method::GET, "/", Body::empty());
        for value in ["one", "two", "three"] {
            request.headers_mut().append("x-value", HeaderValue::from_static(value));
        }
        caller.response(request).await?;
        equal("the values", "one, two, three", &String::from_utf8_lossy(&seen.next().await?))
    })
}

fn large_headers(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(told.unbounded_send(exchange.values("x-large").concat().len()));
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        let mut request = caller.request(&Method::GET, "/", Body::empty());
        request.headers_mut().insert("x-large", HeaderValue::from_str(&"x".repeat(32 << 10)).expect("a value"));
        caller.response(request).await?;
        equal("the length of the header", 32 << 10, seen.next().await?)
    })
}

fn many_headers(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        let numbered = exchange.headers.iter().filter(|(name, _)| name.starts_with("x-number-"));
        drop(told.unbounded_send(numbered.count()));
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        let mut request = caller.request(&Method::GET, "/", Body::empty());
        for number in 0..60 {
            let name = http::HeaderName::try_from(format!("x-number-{number}")).expect("a name");
            request.headers_mut().insert(name, number.into());
        }
        caller.response(request).await?;
        equal("the number of headers", 60, seen.next().await?)
    })
}

fn no_headers_added(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        let lines = exchange.headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value)));
        drop(told.unbounded_send(lines.collect::<Vec<_>>()));
        drop(exchange.body());
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        for (method, body) in [(Method::GET, ""), (Method::POST, "body"), (Method::DELETE, "")] {
            caller.response(caller.request(&method, "/", body)).await?;
            let own = ["accept: image/*", "user-agent: immich-conformance", "accept-encoding: identity"];
            let key = format!("x-api-key: {SECRET}");
            let mut added = seen.next().await?;
            added.retain(|line| !own.contains(&&line[..]) && *line != key && !line.starts_with("content-length: "));
            equal(&format!("the headers that {method} adds"), Vec::<String>::new(), added)?;
        }
        Ok(())
    })
}

fn no_compression(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(told.unbounded_send(String::from_utf8_lossy(&exchange.values("accept-encoding").concat()).into_owned()));
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        caller.get("/").await?;
        let accepted = seen.next().await?;
        holds(
            accepted.is_empty() || accepted == "identity",
            || "no `accept-encoding`, or `identity`",
            || format!("`{accepted}`"),
        )
    })
}

fn no_expectation(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.serve(move |exchange| {
        drop(told.unbounded_send(exchange.header("expect")));
        drop(exchange.body());
        drop(exchange.reply(200, &[], b""));
    });
    bench.run(server, |caller| async move {
        caller.post("/", vec![7; 2 << 20]).await?;
        equal("the header `expect`", None, seen.next().await?)
    })
}

fn version(bench: &Bench) -> Checked {
    use std::io::{BufRead, BufReader, Write};

    let (told, mut seen) = events();
    let server = &bench.raw(move |mut stream, _| {
        let mut line = String::new();
        drop(BufReader::new(&stream).read_line(&mut line));
        drop(told.unbounded_send(line));
        drop(stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"));
    });
    bench.run(server, |caller| async move {
        caller.get("/api?x").await?;
        equal("the first line", "GET /api?x HTTP/1.1\r\n", &seen.next().await?)
    })
}
