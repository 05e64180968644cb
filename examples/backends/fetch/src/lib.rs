//! A backend on `fetch`, in a page or a worker of a browser, through the bridge of `immich-core`. It is checked by
//! `cargo check -p backend-fetch --target wasm32-unknown-unknown`.
//!
//! A browser keeps some things to itself: it follows no redirect for the client, decompresses, holds a request body in
//! memory, and does not tell whether a request left. The server must allow the origin of the page (CORS).

#![cfg(target_arch = "wasm32")]

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{LocalBoxStream, Stream};
use immich_core::bridge::{Bridge, BridgeHandle, LocalBody, LocalHttpSend, LocalTimer};
use immich_core::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use immich_core::http::{Request, Response};
use immich_core::{Body, TransportError, TransportErrorKind};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::{JsCast, JsValue, wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Headers, RequestInit, RequestRedirect};

#[wasm_bindgen]
extern "C" {
    // Of the global object, which a page and a worker have alike.
    #[wasm_bindgen(js_name = fetch)]
    fn fetch_global(request: &web_sys::Request) -> Promise;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Starts the backend as a task of this page or worker. It ends with the last handle.
pub fn start() -> BridgeHandle {
    let timer = LocalTimer::with_clock(sleep, || Duration::from_secs_f64(performance_now() / 1000.0));
    let (handle, host) = Bridge::new().timer(timer).open();
    spawn_local(host.run(FetchSend));
    handle
}

async fn sleep(duration: Duration) {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    let mut wait = |resolve: js_sys::Function, _| drop(set_timeout(&resolve, milliseconds.min(f64::from(i32::MAX))));
    drop(JsFuture::from(Promise::new(&mut wait)).await);
}

/// Sends requests with `fetch`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FetchSend;

impl LocalHttpSend for FetchSend {
    async fn send(&self, request: Request<Body>) -> Result<Response<LocalBody>, TransportError> {
        let (head, body) = request.into_parts();
        let has_body = !body.is_empty();
        let bytes = body.bytes().await;
        let bytes = bytes
            .map_err(|error| TransportError::new(TransportErrorKind::RequestBody).not_sent().with_source(error))?;
        let headers = Headers::new().map_err(|_| unusable())?;
        for (name, value) in &head.headers {
            headers.append(name.as_str(), value.to_str().map_err(|_| unusable())?).map_err(|_| unusable())?;
        }
        let abort = Abort(AbortController::new().map_err(|_| unusable())?);
        let init = RequestInit::new();
        init.set_method(head.method.as_str());
        init.set_headers_headers(&headers);
        init.set_redirect(RequestRedirect::Manual);
        init.set_signal(Some(&abort.0.signal()));
        if has_body {
            init.set_body(&Uint8Array::from(&bytes[..]));
        }
        let request = web_sys::Request::new_with_str_and_init(&head.uri.to_string(), &init).map_err(|_| unusable())?;
        let response = JsFuture::from(fetch_global(&request)).await.map_err(|error| failed(&error))?;
        let response: web_sys::Response = response.dyn_into().map_err(|_| unusable())?;
        received(&response, abort)
    }
}

/// Ends the request when it is dropped.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn received(response: &web_sys::Response, abort: Abort) -> Result<Response<LocalBody>, TransportError> {
    let mut new = Response::builder().status(response.status());
    for pair in js_sys::try_iter(&response.headers()).ok().flatten().into_iter().flatten().flatten() {
        let part = |index: u32| Reflect::get_u32(&pair, index).ok().and_then(|part| part.as_string());
        if let (Some(name), Some(value)) = (part(0), part(1)) {
            new = new.header(name, value);
        }
    }
    let stream: LocalBoxStream<'static, _> = match response.body() {
        Some(body) => wasm_streams::ReadableStream::from_raw(body.unchecked_into()).into_stream().boxed_local(),
        None => futures_util::stream::empty().boxed_local(),
    };
    let mut response = new
        .body(LocalBody::stream(Arriving { stream, _abort: abort }, None))
        .map_err(|error| TransportError::new(TransportErrorKind::Protocol).with_source(error))?;
    // What the browser has decompressed has another length.
    if response.headers_mut().remove(CONTENT_ENCODING).is_some() {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    Ok(response)
}

/// A response body, whose request ends if it is dropped before its end.
struct Arriving {
    stream: LocalBoxStream<'static, Result<JsValue, JsValue>>,
    _abort: Abort,
}

impl Stream for Arriving {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.poll_next_unpin(context).map(|chunk| match chunk? {
            Ok(chunk) => Some(Ok(Uint8Array::new(&chunk).to_vec().into())),
            Err(_) => Some(Err(TransportError::cut("the browser ended the response"))),
        })
    }
}

fn unusable() -> TransportError {
    TransportError::new(TransportErrorKind::Other).not_sent().with_source("fetch cannot send such a request")
}

/// A browser says only that it did not work: no connection, no TLS, no permission of the server. It may have been sent.
fn failed(error: &JsValue) -> TransportError {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    TransportError::new(TransportErrorKind::Closed).with_source(name.unwrap_or_default())
}
