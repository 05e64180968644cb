//! Calls side by side, and their connections.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use futures_util::future::try_join_all;
use http::Method;
use immich_core::Body;

use crate::bench::{Bench, Caller, events, noise, whole};
use crate::capability::Capability;
use crate::rule::{Broken, Checked, HTTP1, Rule, equal, holds};
use crate::server::LIMIT;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "concurrency",
        "As many requests as `max_in_flight` allows, twenty of them here, are in flight at once.",
        concurrency,
    )
    .needs(&[Capability::Concurrency]),
    Rule::new("own_responses", "Each of a hundred calls at once gets its own response.", own_responses)
        .needs(&[Capability::Concurrency]),
    Rule::new("from_any_thread", "Calls begin on any thread.", from_any_thread).needs(&[Capability::Concurrency]),
    Rule::new("read_elsewhere", "A response is read on another thread than the one of its call.", read_elsewhere),
    Rule::new("reuse", "Requests one after the other share a connection if each response is read to its end.", reuse)
        .needs(&[Capability::Reuse]),
    Rule::new(
        "connection_close",
        "No request is sent on a connection after a response with `connection: close`.",
        connection_close,
    )
    .on(HTTP1),
    Rule::new("no_leak", "All connections end with the backend, also those of calls that were dropped.", no_leak)
        .on(HTTP1),
    Rule::new("max_in_flight", "`max_in_flight` is not 0, which would let no request begin.", max_in_flight),
    Rule::new("shared_response", "Two responses are read in turns.", shared_response).needs(&[Capability::Concurrency]),
];

/// The requests at once, where `max_in_flight` allows them.
const CALLS: usize = 20;

fn concurrency(bench: &Bench) -> Checked {
    let waiting = Arc::new((Mutex::new((0, CALLS)), Condvar::new()));
    let expected = Arc::clone(&waiting);
    let server = &bench.serve(move |exchange| {
        let (counts, changed) = &*waiting;
        let mut arrived = counts.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.0 += 1;
        changed.notify_all();
        let waited = changed.wait_timeout_while(arrived, LIMIT, |(arrived, expected)| arrived < expected);
        let is_late = waited.unwrap_or_else(PoisonError::into_inner).1.timed_out();
        drop(exchange.reply(if is_late { 503 } else { 200 }, &[], b""));
    });
    bench.run(server, |caller| async move {
        let most = caller.backend.max_in_flight().map_or(CALLS, |most| CALLS.min(most as usize));
        expected.0.lock().unwrap_or_else(PoisonError::into_inner).1 = most;
        let caller = &caller;
        let responses = try_join_all((0..most).map(|_| async move { caller.get("/").await })).await?;
        let in_time = responses.iter().filter(|response| response.status() == 200).count();
        equal("the requests in flight at once", most, in_time)
    })
}

async fn own_response(caller: &Caller, number: usize) -> Checked {
    let path = format!("/{number}");
    let body = whole(caller.post(&path, number.to_string()).await?).await?;
    equal("the response", format!("{path} {number}"), String::from_utf8_lossy(&body).into_owned())
}

fn echo(bench: &Bench) -> crate::server::Server {
    bench.serve(|exchange| {
        let body = exchange.body().unwrap_or_default();
        let told = format!("{} {}", exchange.target, String::from_utf8_lossy(&body));
        drop(exchange.reply(200, &[], told.as_bytes()));
    })
}

fn own_responses(bench: &Bench) -> Checked {
    let server = &echo(bench);
    bench.run(server, |caller| async move {
        let caller = &caller;
        try_join_all((0..100).map(|number| own_response(caller, number))).await.map(drop)
    })
}

fn from_any_thread(bench: &Bench) -> Checked {
    let server = &echo(bench);
    let caller = bench.run(server, |caller| async move { caller });
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|number| {
                let caller = &caller;
                scope.spawn(move || bench.execute(async move { own_response(caller, number).await }))
            })
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err(Broken::new("calls from any thread", "a panic on one")))
        })
    })
}

fn read_elsewhere(bench: &Bench) -> Checked {
    let bytes = noise(1 << 20);
    let sent = bytes.clone();
    let server = &bench.serve(move |exchange| drop(exchange.reply(200, &[], &sent)));
    bench.run(server, |caller| async move {
        let response = caller.get("/").await?;
        let elsewhere = thread::spawn(move || immich_core::blocking::block_on(whole(response)));
        // The executor continues meanwhile.
        let (told, mut ended) = events();
        thread::spawn(move || drop(told.unbounded_send(elsewhere.join())));
        let body = ended.next().await?.map_err(|_| Broken::new("a body", "a panic on the other thread"))??;
        holds(body == bytes, || "the whole body", || format!("{} bytes", body.len()))
    })
}

fn reuse(bench: &Bench) -> Checked {
    let server = &echo(bench);
    bench.run(server, |caller| async move {
        for number in 0..10 {
            own_response(&caller, number).await?;
        }
        // A connection may come back a little late.
        let connections = server.connections();
        holds(connections <= 3, || "one connection, or a few", || format!("{connections} for 10 requests"))
    })
}

fn connection_close(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.body());
        drop(exchange.reply(200, &[("connection", b"close")], b"done"));
    });
    bench.run(server, |caller| async move {
        for _ in 0..3 {
            drop(whole(caller.post("/", "body").await?).await?);
        }
        equal("the number of connections", 3, server.connections())
    })
}

fn no_leak(bench: &Bench) -> Checked {
    let (told, mut seen) = events();
    let server = &bench.raw(move |mut stream, number| {
        use std::io::{Read, Write};
        let mut buffer = [0; 4096];
        let mut is_first = true;
        let is_closed = loop {
            match stream.read(&mut buffer) {
                Ok(0) => break true,
                Ok(_) if is_first && number.is_multiple_of(2) => {
                    is_first = false;
                    drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nsome"));
                }
                Ok(_) => {}
                Err(error) => break error.kind() == std::io::ErrorKind::ConnectionReset,
            }
        };
        drop(told.unbounded_send(is_closed));
    });
    bench.run(server, |caller| async move {
        for _ in 0..10 {
            let request = caller.request(&Method::GET, "/", Body::empty());
            let call = std::pin::pin!(caller.send(request));
            // Every other call gets no response, and is given up when its connection is there.
            let connections = server.connections();
            let connected = std::pin::pin!(async {
                while server.connections() == connections {
                    yield_now().await;
                }
            });
            if connections.is_multiple_of(2) {
                drop(call.await);
            } else {
                drop(futures_util::future::select(call, connected).await);
            }
        }
        drop(caller);
        for _ in 0..server.connections() {
            holds(seen.next().await?, || "connections that all end", || "one that stays for ten seconds")?;
        }
        Ok(())
    })
}

/// Lets other tasks run once.
async fn yield_now() {
    let mut is_first = true;
    std::future::poll_fn(|context| {
        if std::mem::take(&mut is_first) {
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(())
    })
    .await;
}

fn max_in_flight(bench: &Bench) -> Checked {
    let server = &bench.serve(|_| {});
    bench.run(server, |caller| async move {
        let most = caller.backend.max_in_flight();
        holds(most != Some(0), || "`None`, or at least 1", || format!("{most:?}"))
    })
}

fn shared_response(bench: &Bench) -> Checked {
    let server = &bench.serve(|exchange| {
        drop(exchange.head(200, &[]));
        for _ in 0..20 {
            drop(exchange.data(&[7; 10_000]));
        }
        drop(exchange.end());
    });
    bench.run(server, |caller| async move {
        let (mut one, mut other) = (caller.get("/1").await?.into_body(), caller.get("/2").await?.into_body());
        let (mut bytes, mut is_open) = (0, true);
        while is_open {
            is_open = false;
            for body in [&mut one, &mut other] {
                if let Some(chunk) = body.chunk().await {
                    bytes += chunk.map_err(|error| Broken::new("bytes", format!("{error:?}")))?.len();
                    is_open = true;
                }
            }
        }
        equal("the bytes of both", 400_000, bytes)
    })
}
