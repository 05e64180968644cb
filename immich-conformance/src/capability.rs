//! Abilities that a transport may lack.

use std::fmt;

/// An ability that some rules need, and that a transport may lack. [`Kit::without`](crate::Kit::without) declares it; the
/// rules that need it are then reported as not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// Connecting to the address in the URL. A transport with a fixed peer, such as a Unix socket, has none.
    AddressOfUrl,
    /// Sending a request body while it is being made.
    StreamingUpload,
    /// Returning a response that arrives while the request body is still being sent.
    EarlyResponses,
    /// A [`Timer`](immich_core::Timer).
    Timer,
    /// Several requests in flight at once.
    Concurrency,
    /// Keeping connections open for later requests.
    Reuse,
    /// Sending a request with exactly the headers that it has. A browser adds its own.
    ExactHeaders,
    /// Returning a redirect instead of following it. A browser follows, or hides the response.
    VisibleRedirects,
    /// Sending a request body of unknown length.
    UnknownLength,
}

impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AddressOfUrl => "connecting to the address in the URL",
            Self::StreamingUpload => "streaming a request body",
            Self::EarlyResponses => "responses before the end of the request body",
            Self::Timer => "a timer",
            Self::Concurrency => "several requests in flight at once",
            Self::Reuse => "connections that are kept open",
            Self::ExactHeaders => "exactly the headers of the request",
            Self::VisibleRedirects => "redirects that are not followed",
            Self::UnknownLength => "request bodies of unknown length",
        })
    }
}
