//! The faults, each with the rule that finds it.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use immich_conformance::Protocol;
use immich_core::bytes::Bytes;
use immich_core::http::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, TRANSFER_ENCODING,
};
use immich_core::http::{HeaderMap, HeaderValue, Method, Request, Response, Uri};
use immich_core::{Body, HttpSend, ResponseBody, Sleep, Timer, TransportError, TransportErrorKind};
use immich_hyper::HyperBackend;
use tokio::sync::mpsc;

use crate::naive::{Naive, Quirk};
use crate::wrap::{Faulty, Outcome, Sends, error, frames, outcome, read, request, response, sends};

/// A backend that breaks a rule.
pub struct Fault {
    pub rule: &'static str,
    pub protocol: Protocol,
    pub make: Arc<dyn Fn(SocketAddr) -> Arc<dyn HttpSend> + Send + Sync>,
}

fn fault(rule: &'static str, send: Sends) -> Fault {
    let make = move |_| -> Arc<dyn HttpSend> { Arc::new(Faulty::new(Arc::clone(&send))) };
    Fault { rule, protocol: Protocol::Http1, make: Arc::new(make) }
}

fn backend(rule: &'static str, make: impl Fn(SocketAddr) -> Arc<dyn HttpSend> + Send + Sync + 'static) -> Fault {
    Fault { rule, protocol: Protocol::Http1, make: Arc::new(make) }
}

fn naive(rule: &'static str, quirk: Quirk) -> Fault {
    backend(rule, move |address| Arc::new(Naive(address, quirk, Mutex::default())))
}

fn with_timer(rule: &'static str, timer: impl Timer + Clone + 'static) -> Fault {
    backend(rule, move |_| {
        let timer: Arc<dyn Timer> = Arc::new(timer.clone());
        Arc::new(Faulty { timer: Some(timer), ..Faulty::new(request(|_| {})) })
    })
}

fn http2(rule: &'static str, send: Sends) -> Fault {
    let make = move |_| -> Arc<dyn HttpSend> {
        let mut client = Client::builder(TokioExecutor::new());
        let inner = HyperBackend::from_client(client.http2_only(true).build_http());
        Arc::new(Faulty { inner: Arc::new(inner), ..Faulty::new(Arc::clone(&send)) })
    };
    Fault { rule, protocol: Protocol::Http2, make: Arc::new(make) }
}

pub fn all() -> Vec<Fault> {
    [
        requests(),
        bodies(),
        responses(),
        truncated(),
        failures(),
        streaming(),
        cancellation(),
        connections(),
        timers(),
        of_http2(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn requests() -> Vec<Fault> {
    vec![
        fault(
            "method",
            request(|request| {
                if *request.method() == Method::PATCH {
                    *request.method_mut() = Method::POST;
                }
            }),
        ),
        fault(
            "target",
            request(|request| {
                let uri = request.uri().to_string().replace("//twice", "/twice");
                *request.uri_mut() = uri.parse().expect("a URI");
            }),
        ),
        fault("host", request(|request| drop(request.headers_mut().insert("host", HeaderValue::from_static("nas"))))),
        fault(
            "header_values",
            request(|request| {
                for value in request.headers_mut().values_mut() {
                    let ascii: Vec<_> = value.as_bytes().iter().copied().filter(u8::is_ascii).collect();
                    *value = HeaderValue::from_bytes(&ascii).expect("a value");
                }
            }),
        ),
        fault("repeated_headers", request(|request| *request.headers_mut() = first_values(request.headers()))),
        fault(
            "large_headers",
            request(|request| {
                let headers = std::mem::take(request.headers_mut());
                let named = headers.into_iter().filter_map(|(name, value)| Some((name?, value)));
                request.headers_mut().extend(named.filter(|(_, value)| value.len() < 16 << 10));
            }),
        ),
        fault(
            "many_headers",
            request(|request| {
                let headers = std::mem::take(request.headers_mut());
                let named = headers.into_iter().filter_map(|(name, value)| Some((name?, value)));
                request.headers_mut().extend(named.take(50));
            }),
        ),
        fault("no_headers_added", request(|request| drop(request.headers_mut().insert("x-client", 1.into())))),
        fault(
            "no_compression",
            request(|request| {
                request.headers_mut().insert("accept-encoding", HeaderValue::from_static("gzip"));
            }),
        ),
        fault(
            "no_expectation",
            request(|request| {
                request.headers_mut().insert("expect", HeaderValue::from_static("100-continue"));
            }),
        ),
        fault("version", request(|request| *request.version_mut() = immich_core::http::Version::HTTP_10)),
    ]
}

fn first_values(headers: &HeaderMap) -> HeaderMap {
    headers.keys().map(|name| (name.clone(), headers[name].clone())).collect()
}

/// More than any body of a rule has, except for endless ones.
const MOST: usize = 300 << 20;

/// Reads a body to its end or its error.
async fn taken(body: &mut Body) -> Vec<Bytes> {
    let (mut chunks, mut length) = (Vec::new(), 0);
    while let Some(Ok(chunk)) = body.chunk().await {
        length += chunk.len();
        chunks.push(chunk);
        if length > MOST {
            break;
        }
    }
    chunks
}

/// Sends what `change` makes of the chunks of a stream.
fn of_stream(change: impl Fn(Vec<Bytes>) -> Body + Send + Sync + 'static) -> Sends {
    let change = Arc::new(change);
    sends(move |inner, mut request| {
        let change = Arc::clone(&change);
        async move {
            if request.body().as_bytes().is_none() {
                let chunks = taken(request.body_mut()).await;
                *request.body_mut() = change(chunks);
            }
            inner.send(request).await
        }
    })
}

/// Sends what `change` makes of bytes in memory.
fn of_bytes(change: impl Fn(&[u8]) -> Body + Send + Sync + 'static) -> Sends {
    request(move |request| {
        if let Some(bytes) = request.body().as_bytes().filter(|bytes| !bytes.is_empty()) {
            *request.body_mut() = change(bytes);
        }
    })
}

fn without_length(bytes: Bytes) -> Body {
    Body::stream(futures_util::stream::iter([Ok(bytes)]), None)
}

fn bodies() -> Vec<Fault> {
    vec![
        fault("body", of_bytes(|bytes| [&[!bytes[0]], &bytes[1..]].concat().into())),
        fault(
            "body_of_stream",
            of_stream(|mut chunks| {
                chunks.reverse();
                chunks.concat().into()
            }),
        ),
        fault(
            "body_of_many_chunks",
            of_stream(|mut chunks| {
                chunks.truncate(500);
                chunks.concat().into()
            }),
        ),
        fault(
            "body_of_empty_chunks",
            of_stream(|chunks| {
                chunks.into_iter().take_while(|chunk| !chunk.is_empty()).collect::<Vec<_>>().concat().into()
            }),
        ),
        fault("large_body", of_bytes(|bytes| bytes[..bytes.len().min(4 << 20)].to_vec().into())),
        fault("length", of_bytes(|bytes| without_length(Bytes::copy_from_slice(bytes)))),
        fault("unknown_length", of_stream(|chunks| chunks.concat().into())),
        fault(
            "empty_body",
            request(|request| {
                if request.body().is_empty() && *request.method() != Method::GET {
                    *request.body_mut() = without_length(Bytes::new());
                }
            }),
        ),
        fault(
            "no_body",
            request(|request| {
                if *request.method() == Method::GET {
                    *request.body_mut() = "x".into();
                }
            }),
        ),
        fault(
            "body_of_delete",
            request(|request| {
                if *request.method() == Method::DELETE {
                    *request.body_mut() = Body::empty();
                }
            }),
        ),
        fault(
            "content_type",
            request(|request| {
                request
                    .headers_mut()
                    .entry(CONTENT_TYPE)
                    .or_insert(HeaderValue::from_static("application/octet-stream"));
            }),
        ),
    ]
}

/// A body that announces a length and has none.
struct Announced(u64);

impl immich_core::http_body::Body for Announced {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<immich_core::http_body::Frame<Bytes>, TransportError>>> {
        Poll::Ready(None)
    }

    fn size_hint(&self) -> immich_core::http_body::SizeHint {
        immich_core::http_body::SizeHint::with_exact(self.0)
    }
}

/// Reads the whole body before the response is returned.
fn buffered(change: impl Fn(Bytes) -> ResponseBody + Send + Sync + 'static) -> Sends {
    let change = Arc::new(change);
    sends(move |inner, request| {
        let change = Arc::clone(&change);
        async move {
            let (parts, body) = inner.send(request).await?.into_parts();
            let bytes = body.bytes(u64::MAX).await?.unwrap_or_default();
            Ok(Response::from_parts(parts, change(bytes)))
        }
    })
}

/// Fails the responses of which this is true.
fn refuse(is_refused: impl Fn(&Response<ResponseBody>) -> bool + Send + Sync + 'static) -> Sends {
    outcome(move |outcome| {
        let response = outcome?;
        if is_refused(&response) { Err(TransportError::new(TransportErrorKind::Closed)) } else { Ok(response) }
    })
}

fn without_hint(body: ResponseBody) -> ResponseBody {
    frames(body, read)
}

fn has(response: &Response<ResponseBody>, status: u16) -> bool {
    response.status().as_u16() == status
}

fn responses() -> Vec<Fault> {
    vec![
        fault("any_status", refuse(|response| response.status().is_client_error())),
        fault(
            "no_redirect",
            sends(|inner, request| async move {
                let response = inner.send(copy(&request)).await?;
                let Some(location) = response.headers().get(LOCATION) else { return Ok(response) };
                let base = format!("http://{}", request.uri().authority().expect("a host"));
                let mut next = copy(&request);
                *next.uri_mut() = format!("{base}{}", location.to_str().expect("text")).parse::<Uri>().expect("a URI");
                inner.send(next).await
            }),
        ),
        fault(
            "no_retry",
            sends(|inner, request| async move {
                let response = inner.send(copy(&request)).await?;
                if response.status().is_server_error() { inner.send(request).await } else { Ok(response) }
            }),
        ),
        fault(
            "decoding",
            response(|mut response| {
                if response.headers_mut().remove(CONTENT_ENCODING).is_some() {
                    *response.body_mut() = "hello".into();
                }
                response
            }),
        ),
        fault(
            "response_headers",
            response(|mut response| {
                *response.headers_mut() = first_values(response.headers());
                response
            }),
        ),
        fault(
            "large_response_head",
            refuse(|response| response.headers().values().any(|value| value.len() > 32 << 10)),
        ),
        fault("many_response_headers", refuse(|response| response.headers().len() > 64)),
        fault("response_body", buffered(|bytes| bytes.iter().map(|byte| !byte).collect::<Vec<_>>().into())),
        fault("response_length", response(|response| response.map(without_hint))),
        fault("unknown_response_length", buffered(|bytes| bytes.into())),
        fault(
            "until_close",
            refuse(|response| {
                let headers = response.headers();
                !headers.contains_key(CONTENT_LENGTH) && !headers.contains_key(TRANSFER_ENCODING)
            }),
        ),
        fault(
            "head",
            sends(|inner, request| async move {
                let is_head = *request.method() == Method::HEAD;
                let response = inner.send(request).await?;
                Ok(if is_head { response.map(|_| ResponseBody::new(Announced(1000))) } else { response })
            }),
        ),
        fault(
            "no_content",
            response(
                |response| {
                    if has(&response, 304) { response.map(|_| ResponseBody::new(Announced(1000))) } else { response }
                },
            ),
        ),
        fault(
            "empty_response",
            response(|response| response.map(|body| if body.is_empty() { without_hint(body) } else { body })),
        ),
        naive("informational", Quirk::TakesInformational),
        naive("trailers", Quirk::WantsNoTrailers),
        naive("chunk_extensions", Quirk::WantsPlainSizes),
        naive("slow_head", Quirk::ReadsHeadOnce),
        naive("reason", Quirk::WantsReason),
    ]
}

/// The same request once more, without its body.
fn copy(request: &Request<Body>) -> Request<Body> {
    let mut copy = Request::new(request.body().try_clone().unwrap_or_else(Body::empty));
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// Ends a body instead of failing it.
fn without_errors(body: ResponseBody) -> ResponseBody {
    frames(body, |body, context| match read(body, context) {
        Poll::Ready(Some(Err(_))) => Poll::Ready(None),
        other => other,
    })
}

fn truncated() -> Vec<Fault> {
    let ends = || response(|response| response.map(without_errors));
    vec![
        fault("cut_length", ends()),
        fault(
            "cut_at_begin",
            response(|response| {
                response.map(|body| {
                    let mut is_first = true;
                    frames(body, move |body, context| match read(body, context) {
                        Poll::Ready(Some(Err(_))) if is_first => Poll::Ready(None),
                        other => {
                            is_first &= other.is_pending();
                            other
                        }
                    })
                })
            }),
        ),
        fault(
            "cut_unknown_length",
            response(|response| response.map(|body| if body.len().is_none() { without_errors(body) } else { body })),
        ),
        fault("cut_in_chunk", ends()),
        fault("cut_by_reset", ends()),
        fault("bad_chunk", ends()),
        fault(
            "error_after_bytes",
            response(|response| {
                response.map(|body| {
                    let mut held = Vec::new();
                    frames(body, move |body, context| {
                        loop {
                            match std::task::ready!(read(body, context)) {
                                Some(Ok(chunk)) => held.push(chunk),
                                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                                None if held.is_empty() => return Poll::Ready(None),
                                None => return Poll::Ready(Some(Ok(std::mem::take(&mut held).concat().into()))),
                            }
                        }
                    })
                })
            }),
        ),
    ]
}

fn rebuilt(error: &TransportError, kind: TransportErrorKind) -> TransportError {
    let rebuilt = TransportError::new(kind);
    if error.may_have_been_sent() { rebuilt } else { rebuilt.not_sent() }
}

/// Errors of one kind become those of another.
fn renamed(from: TransportErrorKind, to: TransportErrorKind) -> Sends {
    error(move |error| if error.kind() == from { rebuilt(&error, to) } else { error })
}

/// Sends once more if the connection closed.
fn again_if_closed(is_repeated: fn(&Request<Body>) -> bool) -> Sends {
    sends(move |inner, request| async move {
        match inner.send(copy(&request)).await {
            Err(error) if error.kind() == TransportErrorKind::Closed && is_repeated(&request) => {
                inner.send(request).await
            }
            outcome => outcome,
        }
    })
}

/// Sends what the stream gave before it broke, as if it were all.
fn as_far_as_it_goes() -> Sends {
    of_stream(|chunks| chunks.concat().into())
}

fn failures() -> Vec<Fault> {
    use TransportErrorKind::{Closed, Connect, Other, Protocol, RequestBody};
    vec![
        fault("refused", renamed(Connect, Other)),
        fault("closed", renamed(Closed, Other)),
        fault("closed_in_head", error(|error| if error.kind() == Closed { error.not_sent() } else { error })),
        fault("closed_once", again_if_closed(|request| *request.method() == Method::GET)),
        backend("idle_closed", |_| {
            let calls = Arc::new(AtomicUsize::new(0));
            Arc::new(Faulty::new(sends(move |inner, request| {
                let is_first = calls.fetch_add(1, Ordering::SeqCst) == 0;
                async move { if is_first { inner.send(request).await } else { Err(TransportError::new(Closed)) } }
            })))
        }),
        fault("reused_closed", again_if_closed(|request| *request.method() == Method::POST)),
        fault("no_http", renamed(Protocol, Other)),
        backend("endless_head", |_| {
            let mut client = Client::builder(TokioExecutor::new());
            Arc::new(HyperBackend::from_client(client.http1_max_buf_size(1 << 30).build_http()))
        }),
        fault("broken_body", renamed(RequestBody, RequestBody)),
        fault("broken_body_is_cut", as_far_as_it_goes()),
        fault("short_body", as_far_as_it_goes()),
        fault("long_body", as_far_as_it_goes()),
        fault(
            "no_secrets",
            sends(|inner, request| async move {
                let uri = request.uri().to_string();
                inner.send(request).await.map_err(|error| {
                    let cause = error.source().map(ToString::to_string).unwrap_or_default();
                    rebuilt(&error, error.kind()).with_source(format!("{uri}: {cause}"))
                })
            }),
        ),
    ]
}

/// Reads ahead without a limit, on a task of its own.
fn ahead(body: ResponseBody) -> ResponseBody {
    let length = body.len();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut body = body;
        while let Some(chunk) = body.chunk().await {
            drop(sender.send(chunk.map_err(std::io::Error::other)));
        }
    });
    let chunks = futures_util::stream::poll_fn(move |context| receiver.poll_recv(context));
    ResponseBody::from(Body::stream(chunks, length))
}

/// Reads the request body on a task of its own, which nothing ends.
fn pumped() -> Sends {
    sends(|inner, mut request| async move {
        let mut body = std::mem::replace(request.body_mut(), Body::empty());
        let length = body.len();
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut left = MOST;
            while let Some(chunk) = body.chunk().await {
                left = left.saturating_sub(chunk.as_ref().map_or(0, Bytes::len));
                drop(sender.send(chunk));
                if left == 0 {
                    std::future::pending::<()>().await;
                }
            }
        });
        let chunks = futures_util::stream::poll_fn(move |context| receiver.poll_recv(context));
        *request.body_mut() = Body::stream(chunks, length);
        inner.send(request).await
    })
}

fn streaming() -> Vec<Fault> {
    vec![
        fault("head_first", buffered(|bytes| bytes.into())),
        fault(
            "chunk_by_chunk",
            response(|response| {
                response.map(|body| {
                    let bytes = futures_util::stream::once(async move {
                        let bytes = body.bytes(u64::MAX).await.map_err(std::io::Error::other)?;
                        Ok(bytes.unwrap_or_default())
                    });
                    ResponseBody::from(Body::stream(bytes, None))
                })
            }),
        ),
        fault("upload_streams", of_stream(|chunks| chunks.concat().into())),
        fault("upload_waits", pumped()),
        fault("download_waits", response(|response| response.map(ahead))),
        fault("early_response", refuse(|response| has(response, 413))),
        fault(
            "early_response_body",
            response(|response| if has(&response, 413) { response.map(|_| ResponseBody::empty()) } else { response }),
        ),
        fault("early_response_ends", pumped()),
        fault("early_response_dropped", pumped()),
        fault("early_close", refuse(|response| has(response, 413) && response.headers().contains_key(CONNECTION))),
    ]
}

/// Sends on a task that nothing cancels.
fn detached() -> Sends {
    sends(|inner, request| async move {
        let sent = tokio::spawn(async move { inner.send(request).await });
        sent.await.expect("no panic")
    })
}

/// Reads the rest of a body when it is dropped, however much that is.
struct ReadsRest(Option<ResponseBody>);

impl Drop for ReadsRest {
    fn drop(&mut self) {
        if let Some(mut body) = self.0.take() {
            tokio::spawn(async move { while body.chunk().await.is_some() {} });
        }
    }
}

fn reads_rest() -> Sends {
    response(|response| {
        response.map(|body| {
            let mut rest = ReadsRest(Some(body));
            let chunks = futures_util::stream::poll_fn(move |context| match &mut rest.0 {
                Some(body) => read(body, context).map_err(std::io::Error::other),
                None => Poll::Ready(None),
            });
            ResponseBody::from(Body::stream(chunks, None))
        })
    })
}

fn cancellation() -> Vec<Fault> {
    vec![
        fault("cancelled_call", detached()),
        fault("cancelled_upload", detached()),
        fault("cancelled_body", detached()),
        fault("dropped_response", reads_rest()),
        fault("half_read_response", reads_rest()),
        fault(
            "after_a_drop",
            response(|response| {
                let is_small = response.body().len() == Some(5);
                response.map(|body| if is_small { "stale".into() } else { body })
            }),
        ),
        fault(
            "unpolled_call",
            Arc::new(|inner, request| {
                let sent = tokio::spawn(async move { inner.send(request).await });
                Box::pin(async move { sent.await.expect("no panic") })
            }),
        ),
    ]
}

/// Fails what happens on another thread than the first time.
fn on_first_thread() -> impl Fn() -> Result<(), TransportError> + Clone + Send + Sync {
    let first = Arc::new(Mutex::new(None));
    move || {
        let this = std::thread::current().id();
        let is_first = *first.lock().expect("no panic").get_or_insert(this) == this;
        if is_first { Ok(()) } else { Err(TransportError::new(TransportErrorKind::Runtime)) }
    }
}

fn connections() -> Vec<Fault> {
    vec![
        backend("concurrency", |_| {
            let turn = Arc::new(tokio::sync::Mutex::new(()));
            Arc::new(Faulty::new(sends(move |inner, request| {
                let turn = Arc::clone(&turn);
                async move {
                    let _turn = turn.lock().await;
                    inner.send(request).await
                }
            })))
        }),
        backend("own_responses", |_| {
            let first = Arc::new(Mutex::new(None));
            Arc::new(Faulty::new(sends(move |inner, request| {
                let first = Arc::clone(&first);
                async move {
                    let (parts, body) = inner.send(request).await?.into_parts();
                    let bytes = body.bytes(u64::MAX).await?.unwrap_or_default();
                    let body = first.lock().expect("no panic").get_or_insert(bytes).clone();
                    Ok(Response::from_parts(parts, body.into()))
                }
            })))
        }),
        backend("from_any_thread", |_| {
            let check = on_first_thread();
            Arc::new(Faulty::new(Arc::new(move |inner, request| {
                let checked = check();
                Box::pin(async move {
                    checked?;
                    inner.send(request).await
                })
            })))
        }),
        fault(
            "read_elsewhere",
            response(|response| {
                let check = on_first_thread();
                drop(check());
                response.map(|body| {
                    frames(body, move |body, context| match check() {
                        Ok(()) => read(body, context),
                        Err(error) => Poll::Ready(Some(Err(error))),
                    })
                })
            }),
        ),
        backend("reuse", |_| {
            let mut client = Client::builder(TokioExecutor::new());
            Arc::new(HyperBackend::from_client(client.pool_max_idle_per_host(0).build_http()))
        }),
        naive("connection_close", Quirk::IgnoresClose),
        fault(
            "no_leak",
            sends(|inner, request| async move {
                let response: Outcome = inner.send(request).await;
                response.map(|response| {
                    response.map(|body| {
                        std::mem::forget(body);
                        ResponseBody::empty()
                    })
                })
            }),
        ),
        backend("max_in_flight", |_| Arc::new(Faulty { max_in_flight: Some(0), ..Faulty::new(request(|_| {})) })),
        backend("shared_response", |_| {
            let open = Arc::new(AtomicUsize::new(0));
            Arc::new(Faulty::new(response(move |response| {
                let is_other = open.fetch_add(1, Ordering::SeqCst) > 0;
                response.map(|body| if is_other { ResponseBody::empty() } else { body })
            })))
        }),
    ]
}

#[derive(Clone)]
enum BadTimer {
    EndsAtOnce,
    EndsLongAtOnce,
    EndsEndlessAtOnce,
    Stands,
}

impl Timer for BadTimer {
    fn sleep(&self, duration: Duration) -> Sleep {
        let ends = match self {
            Self::EndsAtOnce => true,
            Self::EndsLongAtOnce => duration > Duration::from_secs(1),
            Self::EndsEndlessAtOnce => duration == Duration::MAX,
            Self::Stands => false,
        };
        if ends { Box::pin(async {}) } else { Box::pin(tokio::time::sleep(duration)) }
    }

    fn elapsed(&self) -> Duration {
        match self {
            Self::Stands => Duration::ZERO,
            _ => std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default(),
        }
    }
}

fn timers() -> Vec<Fault> {
    vec![
        backend("timer", |_| Arc::new(Faulty { timer: None, ..Faulty::new(request(|_| {})) })),
        with_timer("sleep", BadTimer::EndsAtOnce),
        with_timer("sleep_order", BadTimer::EndsLongAtOnce),
        with_timer("sleep_of_any_length", BadTimer::EndsEndlessAtOnce),
        with_timer("elapsed", BadTimer::Stands),
    ]
}

fn of_http2() -> Vec<Fault> {
    let maybe_sent = || error(|error| TransportError::new(error.kind()));
    vec![
        http2("refused_stream", maybe_sent()),
        http2("reset_stream", error(TransportError::not_sent)),
        http2("reset_body", response(|response| response.map(without_errors))),
        http2("go_away", maybe_sent()),
        Fault {
            protocol: Protocol::Http2,
            ..backend("multiplexed", |_| {
                Arc::new(Faulty::new(sends(|_, request| async move {
                    let mut client = Client::builder(TokioExecutor::new());
                    HyperBackend::from_client(client.http2_only(true).build_http()).send(request).await
                })))
            })
        },
        {
            let in_flight = Arc::new(AtomicUsize::new(0));
            http2(
                "stream_limit",
                sends(move |inner, request| {
                    let in_flight = Arc::clone(&in_flight);
                    async move {
                        if in_flight.fetch_add(1, Ordering::SeqCst) >= 5 {
                            return Err(TransportError::new(TransportErrorKind::Other));
                        }
                        let outcome = inner.send(request).await;
                        in_flight.fetch_sub(1, Ordering::SeqCst);
                        outcome
                    }
                }),
            )
        },
    ]
}
