//! The file to download, and the request for it.

use http::header::{IF_RANGE, RANGE};

use crate::api::{AssetMediaSize, DownloadAsset, GetProfileImage, PlayAssetVideo, ViewAsset};
use crate::body::ResponseBody;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::ids::{AssetId, UserId};
use crate::layer::RetryPolicy;
use crate::operation::Operation;

/// A file on the server.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum RemoteFile {
    Original(AssetId),
    Edited(AssetId),
    Thumbnail(AssetId, AssetMediaSize),
    Playback(AssetId),
    ProfileImage(UserId),
}

/// A range request: all bytes from `byte` on, if the file still matches `condition`.
#[derive(Clone, Debug)]
pub(super) struct RangeRequest<'f> {
    pub(super) byte: u64,
    pub(super) condition: Option<&'f str>,
}

impl RemoteFile {
    pub(super) fn operation(&self) -> &'static Operation {
        match self {
            Self::Original(_) | Self::Edited(_) => DownloadAsset::OPERATION,
            Self::Thumbnail(..) => ViewAsset::OPERATION,
            Self::Playback(_) => PlayAssetVideo::OPERATION,
            Self::ProfileImage(_) => GetProfileImage::OPERATION,
        }
    }

    /// Returns the asset that the file belongs to.
    pub(super) fn asset(&self) -> Option<AssetId> {
        match self {
            Self::Original(id) | Self::Edited(id) | Self::Thumbnail(id, _) | Self::Playback(id) => Some(*id),
            Self::ProfileImage(_) => None,
        }
    }

    /// Returns a key of letters, digits and dashes that is unique for each file of a server.
    #[cfg(feature = "fs")]
    pub(super) fn key(&self) -> String {
        match self {
            Self::Original(id) => format!("{id}-original"),
            Self::Edited(id) => format!("{id}-edited"),
            Self::Thumbnail(id, size) => {
                // A size of a newer server may contain any characters.
                let size: String = size.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
                format!("{id}-{size}")
            }
            Self::Playback(id) => format!("{id}-playback"),
            Self::ProfileImage(id) => format!("{id}-profile"),
        }
    }

    /// Returns a fallback file name.
    #[cfg(feature = "fs")]
    pub(super) fn base_name(&self) -> String {
        match self {
            Self::Original(id) => id.to_string(),
            _ => self.key(),
        }
    }

    /// Sends the request, and returns the response whatever its status.
    pub(super) async fn send(
        &self,
        client: &Client,
        from: Option<RangeRequest<'_>>,
        retry: Option<&RetryPolicy>,
    ) -> Result<http::Response<ResponseBody>, Error> {
        match self {
            Self::Original(id) => send_call(client.send(DownloadAsset::new(*id)), from, retry).await,
            Self::Edited(id) => send_call(client.send(DownloadAsset::new(*id).edited(true)), from, retry).await,
            Self::Thumbnail(id, size) => {
                send_call(client.send(ViewAsset::new(*id).size(size.clone())), from, retry).await
            }
            Self::Playback(id) => send_call(client.send(PlayAssetVideo::new(*id)), from, retry).await,
            Self::ProfileImage(id) => send_call(client.send(GetProfileImage::new(*id)), from, retry).await,
        }
    }
}

async fn send_call<E: Endpoint>(
    mut call: Call<'_, E>,
    from: Option<RangeRequest<'_>>,
    retry: Option<&RetryPolicy>,
) -> Result<http::Response<ResponseBody>, Error> {
    if let Some(RangeRequest { byte, condition }) = from {
        call = call.header(RANGE.as_str(), format!("bytes={byte}-"));
        if let Some(condition) = condition {
            call = call.header(IF_RANGE.as_str(), condition);
        }
    }
    if let Some(policy) = retry {
        call = call.retry(policy.clone());
    }
    call.raw().await
}
