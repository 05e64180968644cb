//! Backends of transports that cannot leave their thread: `fetch` in a browser, `wasi:http`, compio, monoio, glommio.
//!
//! An [`HttpSend`](crate::HttpSend) sends from any thread; such a transport, a [`LocalHttpSend`], does not. A [`Bridge`]
//! stands between them: its [`BridgeHandle`] is the backend, and its [`BridgeHost`] runs the transport on the thread where
//! that lives.
//!
//! ```
//! # extern crate immich_core as immich_sdk;
//! # use immich_sdk::bridge::{LocalBody, LocalHttpSend};
//! # use immich_sdk::{Body, TransportError, http};
//! # use std::rc::Rc;
//! # #[derive(Default)]
//! # struct MyTransport(Rc<()>);
//! # impl LocalHttpSend for MyTransport {
//! #     async fn send(&self, _: http::Request<Body>) -> Result<http::Response<LocalBody>, TransportError> {
//! #         Ok(http::Response::new(r#"{"res":"pong"}"#.into()))
//! #     }
//! # }
//! use immich_sdk::Client;
//! use immich_sdk::blocking::{Wait, block_on};
//! use immich_sdk::bridge::Bridge;
//!
//! let (backend, host) = Bridge::new().open();
//! // The transport is made on the thread that it is bound to, under the executor of its runtime.
//! let thread = std::thread::spawn(|| block_on(host.run(MyTransport::default())));
//!
//! let client = Client::builder("http://nas.local").backend(backend).build()?;
//! assert_eq!(client.server().ping_server().wait()?.res, "pong");
//!
//! // The driver ends with the last handle.
//! drop(client);
//! thread.join().expect("no panic");
//! # Ok::<(), immich_sdk::Error>(())
//! ```
//!
//! Where there is one thread only, as in a browser, the driver is a task beside the others:
//! `wasm_bindgen_futures::spawn_local(host.run(transport))`.
//!
//! # What crosses the bridge
//!
//! * **Requests** wait in a queue of a bounded length until the driver begins them. Callers wait in turn for room.
//! * **Request bodies** in memory move to the transport. Those of streams are read on the task of the caller, whose runtime
//!   they may need; a chunk is read when the transport polls for it.
//! * **Response bodies** are read one frame ahead of the caller.
//! * **Cancellation**: dropping the call, or its response, drops the transport's future and body as soon as the driver is
//!   polled. A call that the driver has not begun is never sent.
//! * **The end of the driver**: dropping it fails each call, pending or later, with
//!   [`TransportErrorKind::Runtime`](crate::TransportErrorKind::Runtime), as not sent where the transport had not begun it.
//! * **Panics** of the transport unwind into the executor of the driver.
//!
//! Wakers are used from other threads. The runtime of the driver must allow that; monoio does with its feature `sync`.

mod driver;
mod exchange;
mod handle;
mod local;
mod queue;
pub(crate) mod slot;
mod tasks;

pub use driver::{BridgeDriver, BridgeHost};
pub use exchange::{Exchange, Job, exchange};
pub use handle::{Bridge, BridgeHandle};
pub use local::{LocalBody, LocalHttpSend, LocalTimer};
