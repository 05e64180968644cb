//! The backend on loopback servers, from threads without a runtime.

#![allow(clippy::unwrap_used, missing_docs)]

use std::future::poll_fn;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use futures_core::Stream;
use immich_core::api::{BulkIdsDto, CreateAlbumDto, MetadataSearchDto};
use immich_core::blocking::{Reader, Wait, WaitEach, block_on};
use immich_core::bytes::Bytes;
use immich_core::http::{Method, Request, header};
use immich_core::jiff::Timestamp;
use immich_core::{Body, Client, ErrorKind, FilePart, HttpSend, ResponseBody, Timeouts, TransportErrorKind, http};
use immich_mock::{FakeImmich, Served};
use immich_ureq::UreqBackend;

/// A server on a runtime of its own.
struct Running {
    url: String,
    fake: FakeImmich,
    _served: Served,
    _runtime: tokio::runtime::Runtime,
}

fn fake() -> Running {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let fake = FakeImmich::new();
    let served = runtime.block_on(Served::start(fake.clone())).unwrap();
    Running { url: served.url(), fake, _served: served, _runtime: runtime }
}

fn client(running: &Running) -> Client {
    let builder = Client::builder(&running.url).api_key(running.fake.api_key()).backend(UreqBackend::new().unwrap());
    builder.timeouts(Timeouts::new().call(Duration::from_secs(60))).build().unwrap()
}

#[test]
fn a_blocking_program_uploads_lists_and_downloads() {
    let running = fake();
    let client = client(&running);
    let taken: Timestamp = "2024-05-06T07:08:09Z".parse().unwrap();
    let album = client.albums().create_album(CreateAlbumDto::new("Beach")).wait().unwrap();
    let photo = vec![7_u8; 3 << 20];
    let mut ids = Vec::new();
    for number in 0..3 {
        let mut photo = photo.clone();
        photo[0] = number;
        let part = FilePart::new(format!("{number}.jpg"), photo);
        ids.push(client.assets().upload_asset(part, taken, taken).wait().unwrap().id);
    }
    client.albums().add_assets_to_album(album.id, BulkIdsDto::new(ids.clone())).wait().unwrap();

    let mut pages = 0;
    for page in client.search().search_assets(MetadataSearchDto::new().size(2)).pages().wait_each() {
        assert!(!page.unwrap().assets.items.is_empty());
        pages += 1;
    }
    assert_eq!(pages, 2);
    let listed: usize = client.album_assets(album.id).wait_each().map(|assets| assets.unwrap().len()).sum();
    assert_eq!(listed, 3);

    let original = client.assets().download_asset(ids[1]).wait().unwrap();
    assert_eq!(original.len(), Some(3 << 20));
    let mut bytes = Vec::new();
    Reader::new(original).read_to_end(&mut bytes).unwrap();
    assert!(bytes[0] == 1 && bytes[1..] == photo[1..]);
    let chunks = client.assets().download_asset(ids[2]).wait().unwrap().wait_each();
    assert_eq!(chunks.map(|chunk| chunk.unwrap().len()).sum::<usize>(), 3 << 20);
}

#[test]
fn a_folder_goes_up_and_an_album_comes_down() {
    let running = fake();
    let client = client(&running);
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for number in 0..5 {
        std::fs::write(from.path().join(format!("{number}.jpg")), [number; 70_000]).unwrap();
    }
    let mut upload = client.upload().path(from.path()).start().unwrap().wait_each();
    assert_eq!(upload.by_ref().count(), 5);
    let summary = upload.into_inner().finish().wait().unwrap();
    assert_eq!(summary.uploaded, 5, "{summary:?}");
    let ids: Vec<_> = client.found_assets(MetadataSearchDto::new()).wait_each().flat_map(Result::unwrap).collect();
    let downloads = client.download_assets(ids.iter().map(|asset| asset.id)).to_folder(to.path());
    assert_eq!(downloads.wait_each().map(Result::unwrap).count(), 5);
    for number in 0..5 {
        assert_eq!(std::fs::read(to.path().join(format!("{number}.jpg"))).unwrap(), [number; 70_000]);
    }
}

/// A server by hand: what `serve` does with each connection.
fn by_hand(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/path?query=%20", listener.local_addr().unwrap());
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for connection in listener.incoming() {
            let (connection, serve) = (connection.unwrap(), Arc::clone(&serve));
            thread::spawn(move || serve(connection));
        }
    });
    url
}

/// The head of a request, and what it is followed by.
fn head(connection: &TcpStream) -> (String, BufReader<TcpStream>) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap() == 0 {
            break;
        }
    }
    (head, reader)
}

fn request(method: Method, url: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder().method(method).uri(url).header("x-key", "secret-canary").body(body.into()).unwrap()
}

fn whole(response: http::Response<ResponseBody>) -> Bytes {
    block_on(response.into_body().bytes(1 << 30)).unwrap().unwrap()
}

#[test]
fn requests_go_out_as_they_are_and_statuses_are_no_errors() {
    let (seen, heads) = channel();
    let url = by_hand(move |mut connection| {
        let (head, _) = head(&connection);
        seen.send(head).unwrap();
        let response =
            "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nno";
        connection.write_all(response.as_bytes()).unwrap();
    });
    let backend = UreqBackend::new().unwrap();
    for (method, body, lines) in [
        (Method::GET, "", "GET /path?query=%20 HTTP/1.1\r\n"),
        (Method::DELETE, "{}", "DELETE /path?query=%20 HTTP/1.1\r\n"),
        (Method::POST, "", "POST /path?query=%20 HTTP/1.1\r\n"),
        (Method::from_bytes(b"PURGE").unwrap(), "", "PURGE /path?query=%20 HTTP/1.1\r\n"),
    ] {
        let length = (body == "{}" || method == Method::POST).then_some(body.len());
        let response = block_on(backend.send(request(method, &url, body))).unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()[header::CONTENT_ENCODING]),
            (302, &"gzip".parse().unwrap())
        );
        assert_eq!(response.body().len(), Some(2));
        assert_eq!(whole(response), "no");
        let head = heads.recv().unwrap().to_lowercase();
        assert!(head.starts_with(&lines.to_lowercase()), "{head}");
        let mut names: Vec<_> = head.lines().skip(1).filter_map(|line| line.split_once(':')).collect();
        names.sort_unstable();
        let mut expected = vec!["host", "x-key"];
        let length = length.map(|length| format!(" {length}"));
        if let Some(length) = &length {
            expected.insert(0, "content-length");
            assert_eq!(names[0].1, length);
        }
        assert_eq!(names.iter().map(|(name, _)| *name).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_refused_connection_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let error = block_on(UreqBackend::new().unwrap().send(request(Method::POST, &url, "body"))).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (TransportErrorKind::Connect, false), "{error:?}");
    let error =
        block_on(UreqBackend::new().unwrap().send(request(Method::GET, "http://host.invalid/", ""))).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (TransportErrorKind::Connect, false), "{error:?}");
}

#[test]
fn tls_with_a_server_that_does_not_speak_it_was_not_sent() {
    let url = by_hand(|mut connection| {
        let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        let _ = connection.read(&mut [0; 1000]);
    });
    let url = url.replace("http://", "https://");
    let error = block_on(UreqBackend::new().unwrap().send(request(Method::POST, &url, "body"))).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (TransportErrorKind::Tls, false), "{error:?}");
    assert!(error.hint().unwrap().contains("does not speak TLS"), "{error:?}");
}

#[test]
fn a_connection_that_closes_without_a_response_may_have_been_sent() {
    let url = by_hand(|connection| drop(head(&connection)));
    let error = block_on(UreqBackend::new().unwrap().send(request(Method::GET, &url, ""))).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (TransportErrorKind::Closed, true), "{error:?}");
    assert!(!format!("{error:?}").contains("secret-canary") && !format!("{error:?}").contains("127.0.0.1"));
}

#[test]
fn a_body_that_is_cut_short_is_an_error() {
    for response in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n",
    ] {
        let url = by_hand(move |mut connection| {
            drop(head(&connection));
            connection.write_all(response.as_bytes()).unwrap();
        });
        let response = block_on(UreqBackend::new().unwrap().send(request(Method::GET, &url, ""))).unwrap();
        let error = block_on(response.into_body().bytes(100)).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Closed, "{error:?}");
    }
}

#[test]
fn a_response_that_is_no_http_is_one_of_protocol() {
    let url = by_hand(|mut connection| {
        drop(head(&connection));
        connection.write_all(b"SSH-2.0-OpenSSH_9.6\r\n\r\n").unwrap();
    });
    let error = block_on(UreqBackend::new().unwrap().send(request(Method::GET, &url, ""))).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Protocol, "{error:?}");
}

#[test]
fn a_request_body_that_fails_says_why() {
    let url = by_hand(|connection| {
        let (_, mut rest) = head(&connection);
        let _ = rest.read_to_end(&mut Vec::new());
    });
    let body = Body::stream(Repeated { left: 1, read: Arc::default() }, Some(1 << 20));
    let error = block_on(UreqBackend::new().unwrap().send(request(Method::POST, &url, body))).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::RequestBody);
    assert!(format!("{error:?}").contains("the body promised 1048576 bytes and its stream gave 65536"), "{error:?}");
}

#[test]
fn a_server_that_responds_early_and_closes_is_heard() {
    let url = by_hand(|mut connection| {
        drop(head(&connection));
        connection.write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbig").unwrap();
        // What the client has sent is read, so that no reset takes the response away.
        connection.shutdown(Shutdown::Write).unwrap();
        let mut left = 1 << 20;
        let mut buffer = vec![0; 1 << 16];
        while left > 0 {
            match connection.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(count) => left -= count.min(left),
            }
        }
        connection.shutdown(Shutdown::Read).unwrap();
        // The reset comes with the next bytes of the client.
        let _ = io::copy(&mut connection, &mut io::sink());
    });
    for length in [Some(1024 << 16), None] {
        let read = Arc::new(AtomicUsize::new(0));
        let body = Body::stream(Repeated { left: 1024, read: Arc::clone(&read) }, length);
        let response = block_on(UreqBackend::new().unwrap().send(request(Method::POST, &url, body))).unwrap();
        assert_eq!(response.status().as_u16(), 413);
        assert_eq!(whole(response), "big");
        assert!(read.load(Ordering::SeqCst) < 1024, "what the server does not take is not read");
    }
}

/// Chunks of 64 KiB, and how many of them were read.
struct Repeated {
    left: usize,
    read: Arc<AtomicUsize>,
}

impl Stream for Repeated {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        self.read.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Bytes::from(vec![0; 1 << 16]))))
    }
}

/// A server that reports the end of its connection.
fn telling(before: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> (String, Receiver<()>) {
    let (ended, told) = channel();
    let url = by_hand(move |mut connection| {
        drop(head(&connection));
        before(&mut connection);
        let _ = io::copy(&mut connection, &mut io::sink());
        ended.send(()).unwrap();
    });
    (url, told)
}

/// Polls until `condition`, and then drops.
fn drop_when<F: Future>(future: F, condition: impl Fn() -> bool) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    while !condition() {
        assert!(future.as_mut().poll(&mut context).is_pending());
        thread::yield_now();
    }
}

#[test]
fn a_dropped_call_closes_its_connection() {
    let backend = UreqBackend::new().unwrap();
    let arrived = Arc::new(AtomicUsize::new(0));
    let at = Arc::clone(&arrived);
    let (url, ended) = telling(move |_| {
        at.fetch_add(1, Ordering::SeqCst);
    });
    drop_when(backend.send(request(Method::GET, &url, "")), || arrived.load(Ordering::SeqCst) == 1);
    ended.recv_timeout(Duration::from_secs(30)).unwrap();
}

#[test]
fn a_dropped_response_closes_its_connection() {
    let backend = UreqBackend::new().unwrap();
    let (url, ended) = telling(|connection| {
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfirst").unwrap();
    });
    let response = block_on(backend.send(request(Method::GET, &url, ""))).unwrap();
    let mut body = response.into_body();
    assert_eq!(block_on(body.chunk()).unwrap().unwrap(), "first");
    drop(body);
    ended.recv_timeout(Duration::from_secs(30)).unwrap();
}

#[test]
fn a_dropped_upload_stops_reading_its_source() {
    let backend = UreqBackend::new().unwrap();
    let (url, ended) = telling(|_| {});
    let read = Arc::new(AtomicUsize::new(0));
    let body = Body::stream(Repeated { left: usize::MAX, read: Arc::clone(&read) }, None);
    drop_when(backend.send(request(Method::POST, &url, body)), || read.load(Ordering::SeqCst) > 10);
    ended.recv_timeout(Duration::from_secs(30)).unwrap();
}

#[test]
fn an_upload_waits_for_a_server_that_does_not_read() {
    let backend = UreqBackend::new().unwrap();
    let (go, wait) = channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let (url, _ended) = telling(move |_| {
        let _ = wait.lock().unwrap().recv();
    });
    let read = Arc::new(AtomicUsize::new(0));
    let body = Body::stream(Repeated { left: usize::MAX, read: Arc::clone(&read) }, None);
    let mut call = backend.send(request(Method::POST, &url, body));
    let mut context = Context::from_waker(Waker::noop());
    // Until nothing moves for a while: what the system buffers is some megabytes.
    let (mut before, mut still) = (0, 0);
    while still < 2000 {
        assert!(call.as_mut().poll(&mut context).is_pending());
        let now = read.load(Ordering::SeqCst);
        still = if now == before && now > 0 { still + 1 } else { 0 };
        before = now;
        thread::yield_now();
    }
    assert!(before < 64 << 4, "{before} chunks of 64 KiB were read of a source without end");
    drop((call, go));
}

#[test]
fn connections_are_kept_and_used_again() {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let url = by_hand(move |mut connection| {
        count.fetch_add(1, Ordering::SeqCst);
        loop {
            let (head, mut rest) = head(&connection);
            if head.is_empty() {
                break;
            }
            let mut body = [0; 4];
            rest.read_exact(&mut body).unwrap();
            connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n").unwrap();
            connection.write_all(&body).unwrap();
        }
    });
    let backend = UreqBackend::new().unwrap();
    for _ in 0..20 {
        assert_eq!(whole(block_on(backend.send(request(Method::POST, &url, "four"))).unwrap()), "four");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[test]
fn a_time_limit_ends_a_call_that_gets_no_response() {
    let (url, ended) = telling(|_| {});
    let limit = Duration::from_millis(50);
    let client = Client::builder(url.split("/path").next().unwrap()).backend(UreqBackend::new().unwrap());
    let client = client.timeouts(Timeouts::new().call(limit)).build().unwrap();
    let error = client.server().ping_server().wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    ended.recv_timeout(Duration::from_secs(30)).unwrap();
}

#[test]
fn many_calls_at_once_share_few_threads() {
    let running = fake();
    let builder = Client::builder(&running.url).api_key(running.fake.api_key());
    let client = builder.backend(UreqBackend::builder().max_in_flight(4).build().unwrap()).build().unwrap();
    let mut calls: Vec<_> = (0..500).map(|_| Some(client.server().ping_server().into_future())).collect();
    block_on(poll_fn(|context| {
        for place in &mut calls {
            if let Some(Poll::Ready(pong)) = place.as_mut().map(|call| call.as_mut().poll(context)) {
                assert_eq!(pong.unwrap().res, "pong");
                *place = None;
            }
        }
        if calls.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    }));
}
