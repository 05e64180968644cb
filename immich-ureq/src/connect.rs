//! The connections of ureq, with what it does not do by itself: to be cancelled, and to say how far a request came.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use ureq::Error;
use ureq::config::Config;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, NextTimeout, RustlsConnector, TcpConnector,
    Transport,
};

use crate::attempt::{Attempt, Socket};

/// An agent whose connections are those of this file.
pub(crate) fn agent(config: Config) -> ureq::Agent {
    let has_proxy = config.proxy().is_some();
    let connector = ().chain(ConnectProxyConnector::default()).chain(Cancellable).chain(RustlsConnector::default());
    ureq::Agent::with_parts(config, connector.chain(Watched { has_proxy }), DefaultResolver::default())
}

/// Opens TCP connections that can be shut down from another thread.
#[derive(Debug)]
struct Cancellable;

impl<In: Transport> Connector<In> for Cancellable {
    type Out = Either<In, CancellableTransport<<TcpConnector as Connector<In>>::Out>>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        if let Some(tunnel) = chained {
            // It was opened here as well.
            return Ok(Some(Either::A(tunnel)));
        }
        let opened = Arc::new(Mutex::new(None));
        let own = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::clone(&details.run_connector),
            register_shutdown: {
                let (opened, register) = (Arc::clone(&opened), Arc::clone(&details.register_shutdown));
                Arc::new(move |handle| {
                    *opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle.clone());
                    register(handle)
                })
            },
        };
        let connected = TcpConnector::default().connect(&own, None::<In>)?;
        let handle = opened.lock().unwrap_or_else(PoisonError::into_inner).take();
        let socket = Arc::new(Socket::new(handle));
        Ok(connected.map(|tcp| Either::B(CancellableTransport { tcp, socket })))
    }
}

struct CancellableTransport<T> {
    tcp: T,
    socket: Arc<Socket>,
}

impl<T: Transport> Transport for CancellableTransport<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.tcp.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.socket.take()?;
        self.tcp.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.socket.take()?;
        self.tcp.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.tcp.is_open()
    }

    fn is_tls(&self) -> bool {
        self.tcp.is_tls()
    }
}

impl<T> std::fmt::Debug for CancellableTransport<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CancellableTransport").finish_non_exhaustive()
    }
}

/// Watches what goes over a connection once that is made, with its tunnel and TLS.
#[derive(Debug)]
struct Watched {
    has_proxy: bool,
}

impl<In: Transport> Connector<In> for Watched {
    type Out = WatchedTransport<In>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        // A tunnel is opened over a connection to the proxy, which is made without one.
        let is_to_proxy = self.has_proxy && details.config.proxy().is_none();
        Ok(chained.map(|inner| WatchedTransport { inner, is_to_proxy, is_cut: false }))
    }
}

struct WatchedTransport<T> {
    inner: T,
    is_to_proxy: bool,
    is_cut: bool,
}

impl<T: Transport> Transport for WatchedTransport<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.is_to_proxy {
            return self.inner.transmit_output(amount, timeout);
        }
        if self.is_cut {
            return Ok(());
        }
        let attempt = Attempt::current();
        if let Some(attempt) = &attempt {
            attempt.set_sent();
        }
        match self.inner.transmit_output(amount, timeout) {
            // The server takes no more, but may have responded: ureq continues and reads that, or the end of the connection.
            Err(Error::Io(error)) if is_closed(error.kind()) => {
                self.is_cut = true;
                if let Some(attempt) = attempt {
                    attempt.set_cut();
                }
                Ok(())
            }
            sent => sent,
        }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        match self.inner.await_input(timeout) {
            // ureq takes a reset for the end of a body without a length. Wrapped, it is an error.
            Err(Error::Io(error)) if is_closed(error.kind()) => Err(Error::Io(io::Error::other(error))),
            input => input,
        }
    }

    fn is_open(&mut self) -> bool {
        !self.is_cut && self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

fn is_closed(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}

impl<T> std::fmt::Debug for WatchedTransport<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WatchedTransport").finish_non_exhaustive()
    }
}
