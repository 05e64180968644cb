//! Deprecated names from before 0.1. They will be removed in 0.2.

use crate::attempts::GiveUpReason;
use crate::builder::ClientBuilder;
use crate::decode::Decode;
use crate::raw_request::RawRequest;
use crate::response::ResponseLimits;
use crate::send::SendFuture;

/// [`RawRequest`].
#[deprecated = "renamed to `RawRequest`"]
pub type Undescribed<D = crate::Json<serde_json::Value>> = RawRequest<D>;

/// [`SendFuture`].
#[deprecated = "renamed to `SendFuture`"]
pub type Sending<'f> = SendFuture<'f>;

/// [`GiveUpReason`].
#[deprecated = "renamed to `GiveUpReason`"]
pub type Stopped = GiveUpReason;

/// [`ResponseLimits`].
#[deprecated = "renamed to `ResponseLimits`"]
pub type AnswerLimits = ResponseLimits;

impl<D> RawRequest<D> {
    /// See [`decode_as`](Self::decode_as).
    #[deprecated = "renamed to `decode_as`"]
    pub fn answered<Other: Decode>(self) -> RawRequest<Other> {
        self.decode_as()
    }
}

impl ClientBuilder {
    /// See [`response_limits`](Self::response_limits).
    #[must_use]
    #[deprecated = "renamed to `response_limits`"]
    pub fn answer_limits(self, limits: ResponseLimits) -> Self {
        self.response_limits(limits)
    }
}

/// Deprecated names of [`transfer`](crate::transfer).
#[cfg(feature = "checksum")]
pub(crate) mod transfer {
    #[cfg(feature = "fs")]
    use crate::api::MetadataSearchDto;
    #[cfg(feature = "fs")]
    use crate::client::Client;
    #[cfg(feature = "fs")]
    use crate::ids::AssetId;
    #[cfg(feature = "fs")]
    use crate::transfer::{DownloadMany, DownloadResult};
    use crate::transfer::{ParseChecksumError, SourceResult, StreamedDownload};

    /// [`ParseChecksumError`].
    #[deprecated = "renamed to `ParseChecksumError`"]
    pub type NoChecksum = ParseChecksumError;

    /// [`StreamedDownload`].
    #[deprecated = "renamed to `StreamedDownload`"]
    pub type Received = StreamedDownload;

    /// [`SourceResult`].
    #[deprecated = "renamed to `SourceResult`"]
    pub type SourceFate = SourceResult;

    /// [`DownloadResult`].
    #[cfg(feature = "fs")]
    #[deprecated = "renamed to `DownloadResult`"]
    pub type DownloadFate = DownloadResult;

    #[cfg(feature = "fs")]
    impl Client {
        /// See [`download_assets`](Self::download_assets).
        #[deprecated = "renamed to `download_assets`"]
        pub fn download_all(&self, ids: impl IntoIterator<Item = impl Into<AssetId>>) -> DownloadMany<'_> {
            self.download_assets(ids)
        }

        /// See [`download_search`](Self::download_search).
        #[deprecated = "renamed to `download_search`"]
        pub fn download_found(&self, search: MetadataSearchDto) -> DownloadMany<'_> {
            self.download_search(search)
        }
    }
}
