//! From the errors of ureq to those of the transport.

use std::io;

use immich_core::{TransportError, TransportErrorKind};
use ureq::Error;

/// The error of a request without a response. Before a byte of it was sent, the connection was not made.
pub(crate) fn failed(error: Error, is_sent: bool) -> TransportError {
    let found = kind(&error);
    let hint = hint(&error);
    let kind = match found {
        _ if is_sent => found.unwrap_or(TransportErrorKind::Other),
        Some(TransportErrorKind::Closed) | None => TransportErrorKind::Connect,
        Some(kind) => kind,
    };
    let failed = TransportError::new(kind);
    let failed = match error {
        // Their texts hold the URL, or what a proxy said.
        Error::BadUri(_) => failed.with_source("ureq cannot use the URL"),
        Error::RequireHttpsOnly(_) => failed.with_source("the URL is not one of HTTPS"),
        Error::ConnectProxyFailed(_) => failed.with_source("the proxy opened no connection to the server"),
        error => failed.with_source(error),
    };
    let failed = if is_sent { failed } else { failed.not_sent() };
    match hint {
        Some(hint) => failed.with_hint(hint),
        None => failed,
    }
}

/// Why a response body ended too early.
pub(crate) fn cut(error: io::Error) -> TransportError {
    TransportError::new(of_io(&error).unwrap_or(TransportErrorKind::Closed)).with_source(error)
}

fn kind(error: &Error) -> Option<TransportErrorKind> {
    Some(match error {
        Error::Io(error) => return of_io(error),
        Error::Timeout(_) => TransportErrorKind::Timeout,
        Error::Protocol(_) | Error::Http(_) => TransportErrorKind::Protocol,
        Error::Tls(_) | Error::Pem(_) | Error::Rustls(_) | Error::TlsRequired => TransportErrorKind::Tls,
        Error::LargeResponseHeader(..) => TransportErrorKind::TooLarge,
        Error::HostNotFound | Error::ConnectionFailed | Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => {
            TransportErrorKind::Connect
        }
        _ => return None,
    })
}

fn of_io(error: &io::Error) -> Option<TransportErrorKind> {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, InvalidData,
        NetworkUnreachable, NotConnected, TimedOut, UnexpectedEof,
    };
    // What ureq or this crate put into an `io::Error` is not among its sources.
    if let Some(inner) = error.get_ref() {
        if let Some(error) = inner.downcast_ref() {
            return kind(error);
        }
        if let Some(error) = inner.downcast_ref() {
            return of_io(error);
        }
        if inner.is::<rustls::Error>() {
            return Some(TransportErrorKind::Tls);
        }
    }
    match error.kind() {
        ConnectionRefused | HostUnreachable | NetworkUnreachable => Some(TransportErrorKind::Connect),
        BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof => {
            Some(TransportErrorKind::Closed)
        }
        TimedOut => Some(TransportErrorKind::Timeout),
        InvalidData => Some(TransportErrorKind::Protocol),
        _ => None,
    }
}

/// The error of TLS behind one of ureq.
fn of_tls(error: &Error) -> Option<&rustls::Error> {
    match error {
        Error::Rustls(error) => Some(error),
        Error::Io(error) => {
            let inner = error.get_ref()?;
            inner.downcast_ref().or_else(|| inner.downcast_ref().and_then(of_tls))
        }
        _ => None,
    }
}

/// The hint for a failure of TLS.
fn hint(error: &Error) -> Option<&'static str> {
    use rustls::{CertificateError as Certificate, Error as Tls};
    Some(match of_tls(error)? {
        Tls::InvalidCertificate(Certificate::UnknownIssuer) => {
            "The server's certificate was issued by an unknown authority. Add it with `root_certificate_pem`."
        }
        Tls::InvalidCertificate(Certificate::NotValidForName | Certificate::NotValidForNameContext { .. }) => {
            "The server's certificate is for another name. Use a name of the certificate in the base URL."
        }
        Tls::InvalidMessage(_) => {
            "The server does not speak TLS on this port. Use http:// in the base URL, or another port."
        }
        _ => return None,
    })
}
