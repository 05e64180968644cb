//! From the errors of libraries to those of the transport.

use std::error::Error;
use std::io;

use h2::Reason;
use immich_core::{BodyFault, TransportError, TransportErrorKind};

/// The kind of failure, by the errors behind `error`; `None` if none of them is known.
pub fn kind(error: &(dyn Error + 'static)) -> Option<TransportErrorKind> {
    if error.is::<rustls::Error>() {
        return Some(TransportErrorKind::Tls);
    }
    if let Some(found) = error.downcast_ref().and_then(of_hyper) {
        return Some(found);
    }
    if let Some(error) = error.downcast_ref::<h2::Error>() {
        return of_h2(error);
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        // An error that a library put into an `io::Error` is not among its sources.
        let inner = error.get_ref().and_then(|inner| kind(inner));
        return inner.or_else(|| of_io(error.kind()));
    }
    error.source().and_then(kind)
}

fn of_hyper(error: &hyper::Error) -> Option<TransportErrorKind> {
    if error.is_parse() {
        // hyper identifies this one by a method for servers only; the suite of faults checks that the text stays.
        let too_large = error.to_string() == "message head is too large";
        return Some(if too_large { TransportErrorKind::TooLarge } else { TransportErrorKind::Protocol });
    }
    let closed = error.is_incomplete_message() || error.is_closed() || error.is_canceled();
    closed.then_some(TransportErrorKind::Closed)
}

/// A stream or a connection of HTTP/2 that ended, by the reason that was given.
fn of_h2(error: &h2::Error) -> Option<TransportErrorKind> {
    if let Some(error) = error.get_io() {
        return of_io(error.kind()).or(Some(TransportErrorKind::Closed));
    }
    Some(match error.reason()? {
        Reason::PROTOCOL_ERROR
        | Reason::FLOW_CONTROL_ERROR
        | Reason::FRAME_SIZE_ERROR
        | Reason::COMPRESSION_ERROR
        | Reason::INADEQUATE_SECURITY
        | Reason::HTTP_1_1_REQUIRED => TransportErrorKind::Protocol,
        // The server is about to stop, cannot continue, or is overloaded: another attempt may succeed.
        _ => TransportErrorKind::Closed,
    })
}

/// Whether the server has not processed the request: it was still in the queue of a connection that closed, or the server
/// said so. h2 ends a stream with the GOAWAY of the server only if that did not process it.
fn was_not_processed(error: &(dyn Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<h2::Error>() {
        return error.is_remote() && (error.is_go_away() || error.reason() == Some(Reason::REFUSED_STREAM));
    }
    error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
        || error.source().is_some_and(was_not_processed)
}

fn of_io(kind: io::ErrorKind) -> Option<TransportErrorKind> {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, InvalidData, InvalidInput,
        NetworkUnreachable, NotConnected, TimedOut, UnexpectedEof,
    };
    match kind {
        ConnectionRefused | HostUnreachable | NetworkUnreachable => Some(TransportErrorKind::Connect),
        BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof => {
            Some(TransportErrorKind::Closed)
        }
        TimedOut => Some(TransportErrorKind::Timeout),
        // So hyper calls chunks that are not as they must be.
        InvalidData | InvalidInput => Some(TransportErrorKind::Protocol),
        _ => None,
    }
}

/// The error of a request that got no response.
///
/// `connecting` says that the connection was not made, so nothing was sent. A body that could not be read is
/// the cause before all others: the library only noticed that it could not continue.
pub fn failed(error: impl Error + Send + Sync + 'static, connecting: bool, body: &BodyFault) -> TransportError {
    if let Some(fault) = body.take() {
        return TransportError::new(TransportErrorKind::RequestBody).with_source(fault);
    }
    let found = kind(&error);
    if !connecting {
        let not_processed = was_not_processed(&error);
        let is_tls = found == Some(TransportErrorKind::Protocol) && has_no_version(&error);
        let failed = TransportError::new(found.unwrap_or(TransportErrorKind::Other)).with_source(error);
        let failed = if is_tls { failed.with_hint(NO_HTTP) } else { failed };
        return if not_processed { failed.not_sent() } else { failed };
    }
    let kind = match found {
        Some(kind @ (TransportErrorKind::Tls | TransportErrorKind::Timeout)) => kind,
        _ => TransportErrorKind::Connect,
    };
    let hint = hint(&error);
    let failed = TransportError::new(kind).not_sent().with_source(error);
    match hint {
        Some(hint) => failed.with_hint(hint),
        None => failed,
    }
}

/// The hint for a response that does not begin as one of HTTP.
const NO_HTTP: &str = "If the port is one for HTTPS, the base URL begins with https://.";

/// Whether a response did not begin with a version of HTTP, as that of a TLS server does not.
fn has_no_version(error: &(dyn Error + 'static)) -> bool {
    match error.downcast_ref::<hyper::Error>() {
        Some(error) => error.is_parse() && error.to_string().contains("version"),
        None => error.source().is_some_and(has_no_version),
    }
}

/// The hint for a failure of TLS.
fn hint(error: &(dyn Error + 'static)) -> Option<&'static str> {
    use rustls::CertificateError as Certificate;
    use rustls::{AlertDescription, Error as Tls};
    if let Some(error) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return hint(error);
    }
    let Some(error) = error.downcast_ref::<Tls>() else { return error.source().and_then(hint) };
    Some(match error {
        Tls::InvalidCertificate(Certificate::UnknownIssuer) => {
            "The server's certificate was issued by an unknown authority. Add it with `root_certificate_pem`."
        }
        Tls::InvalidCertificate(Certificate::NotValidForName | Certificate::NotValidForNameContext { .. }) => {
            "The server's certificate is for another name. Use a name of the certificate in the base URL."
        }
        Tls::InvalidCertificate(Certificate::Expired | Certificate::ExpiredContext { .. }) => {
            "Its certificate has expired, or the clock of this machine is wrong."
        }
        Tls::InvalidCertificate(Certificate::NotValidYet | Certificate::NotValidYetContext { .. }) => {
            "Its certificate is not valid yet, or the clock of this machine is wrong."
        }
        Tls::AlertReceived(AlertDescription::CertificateRequired | AlertDescription::BadCertificate) => {
            "It wants to see a certificate: give one with `identity_pem`."
        }
        Tls::InvalidMessage(_) => {
            "The server does not speak TLS on this port. Use http:// in the base URL, or another port."
        }
        _ => return None,
    })
}
