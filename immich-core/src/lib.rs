//! Typed requests and responses of the [Immich](https://immich.app) API, without any HTTP library or runtime.
//!
//! An [`Endpoint`] is a plain value; [`Endpoint::to_request`] converts it to an [`http::Request`]. A [`Client`] sends
//! it through an [`HttpSend`]: a backend such as `immich-hyper` or `immich-reqwest`, the in-memory `immich-mock`, or
//! your own. The endpoint decodes the response, or an [`Error`] is returned.
//!
//! ```no_run
//! # extern crate immich_core as immich_sdk;
//! # async fn example(backend: impl immich_sdk::HttpSend + 'static) -> Result<(), immich_sdk::Error> {
//! use immich_sdk::Client;
//! use immich_sdk::api::MetadataSearchDto;
//!
//! let client = Client::builder("https://photos.example").api_key("secret").backend(backend).build()?;
//! let found = client.search().search_assets(MetadataSearchDto::new().original_file_name("beach")).await?;
//! for asset in found.assets.items {
//!     println!("{} taken {}", asset.original_file_name, asset.local_date_time);
//! }
//! # Ok(()) }
//! ```
//!
//! One build supports servers 2.6 to 3.3: additions of newer servers are ignored or preserved, fields that some
//! versions lack are `Option`, and [`Operation`] knows which versions have an operation.
//!
//! # Features
//!
//! * `tracing`: a span `immich.call` for each call, with the target `immich` and the level INFO, from the first attempt
//!   to the end of the response body. Its fields follow the OpenTelemetry conventions for HTTP clients:
//!   `http.request.method`, `url.template`, `server.address`, `server.port`, `http.response.status_code`,
//!   `http.request.resend_count`, `http.request.body.size`, `http.response.body.size` and `error.type` (a status, a
//!   kind of [`TransportError`], or `cancelled`), and `immich.operation`. An attempt that is followed by another is an
//!   event of the level WARN, because the caller does not see it. Keys, queries, headers, bodies and path values are
//!   never recorded.
//! * `oauth`: `OAuthFlow`, signing in through the identity provider of a server.
//! * `serialize`: response types implement `Serialize`.
//! * `fixtures`: response types can be created and serialized, and request types deserialized, for tests.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod attempts;
mod auth;
mod base_url;
mod binary;
mod body;
mod body_end;
mod builder;
mod by_version;
mod call;
mod client;
mod decode;
mod disposition;
mod duration;
mod edit;
mod endpoint;
mod error;
mod error_body;
mod ids;
#[cfg(feature = "fixtures")]
pub mod incoming;
mod integers;
mod layer;
mod listing;
mod macros;
mod multipart;
#[cfg(feature = "oauth")]
mod oauth;
mod operation;
mod outgoing;
mod page;
mod param;
mod patch;
mod permissions;
mod place;
mod polled;
mod prelude;
mod raw_request;
mod renamed;
mod reported_version;
mod required;
mod response;
#[cfg(feature = "fixtures")]
mod routes;
mod secret;
mod send;
mod session;
mod shared_link;
mod shown;
mod string_enum;
mod time;
mod timer;
mod transport_error;
mod version;

pub mod api;
pub mod blocking;
pub mod bridge;
pub mod stream;
#[cfg(feature = "checksum")]
pub mod transfer;

pub use attempts::{Attempts, GiveUpReason};
pub use auth::Credential;
pub use base_url::BaseUrl;
pub use binary::BinaryResponse;
pub use body::{Body, BodyFault, ByteStream, ResponseBody};
pub use builder::ClientBuilder;
pub use call::Call;
pub use client::Client;
pub use decode::{Binary, Decode, Empty, Json, Text};
pub use duration::AssetDuration;
pub use edit::AssetEditParameters;
pub use endpoint::{Endpoint, RequestParts};
pub use error::{Error, ErrorKind};
pub use error_body::ValidationIssue;
pub use ids::*;
pub use layer::{RateLimit, RetryPolicy, Timeouts};
pub use listing::{AssetListing, Incomplete};
pub use multipart::{FilePart, Form, FormPart};
#[cfg(feature = "oauth")]
pub use oauth::OAuthFlow;
pub use operation::Operation;
pub use outgoing::Outgoing;
pub use page::{Items, Paged, Pages};
pub use param::Param;
pub use patch::Patch;
pub use permissions::Permissions;
pub use raw_request::RawRequest;
#[allow(deprecated)]
pub use renamed::{AnswerLimits, Sending, Stopped, Undescribed};
pub use response::ResponseLimits;
pub use secret::Secret;
pub use send::{HttpSend, SendFuture};
pub use session::Session;
pub use time::LocalDateTime;
pub use timer::{Sleep, Timer};
pub use transport_error::{TimeLimit, TransportError, TransportErrorKind};
pub use version::{ParseServerVersionError, ServerVersion};

/// Crates whose types are part of the public API.
#[doc(no_inline)]
pub use {bytes, http, http_body, jiff, serde_json, uuid};
