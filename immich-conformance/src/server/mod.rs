//! The server of a rule: on a loopback port, on threads of its own, so that the backend's runtime may be any.

mod exchange;
mod http1;
mod http2;
mod wait;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

pub(crate) use exchange::Exchange;

use crate::rule::Protocol;

/// No read or wait of the server takes longer; what takes longer did not happen.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// A client that takes no byte for so long has stopped reading.
const STALLED: Duration = Duration::from_secs(1);

/// Handles a request: reads its body and responds.
pub(crate) type Handler = Arc<dyn Fn(&mut Exchange) + Send + Sync>;

/// A server, which stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    is_stopped: AtomicBool,
    connections: AtomicUsize,
    requests: AtomicUsize,
}

impl Server {
    /// Starts a server that gives each request to `handler`, over HTTP/2 with at most `streams` at once.
    pub(crate) fn start(protocol: Protocol, streams: u32, handler: Handler) -> Self {
        Self::accepting(move |state, stream, _| match protocol {
            Protocol::Http1 => http1::serve(stream, &handler, &state.requests),
            Protocol::Http2 => http2::serve(stream, &handler, &state, streams),
        })
    }

    /// Starts a server that gives each connection to `handler`, with its number from 0.
    pub(crate) fn raw(handler: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Self {
        Self::accepting(move |_, stream, connection| {
            handler(stream, connection);
            Ok(())
        })
    }

    fn accepting(handler: impl Fn(Arc<State>, TcpStream, usize) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port is free");
        let address = listener.local_addr().expect("a bound port has an address");
        let state = Arc::new(State::default());
        let (accepting, handler) = (Arc::clone(&state), Arc::new(handler));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if accepting.is_stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let connection = accepting.connections.fetch_add(1, Ordering::SeqCst);
                let (state, handler) = (Arc::clone(&accepting), Arc::clone(&handler));
                thread::spawn(move || {
                    let limited = stream.set_read_timeout(Some(LIMIT)).and_then(|()| stream.set_nodelay(true));
                    // An error is that of a connection that ended, which the rule sees from its side.
                    drop(limited.and_then(|()| handler(state, stream, connection)));
                });
            }
        });
        Self { address, state }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// The number of requests so far.
    pub(crate) fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.is_stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        drop(TcpStream::connect_timeout(&self.address, LIMIT));
    }
}
