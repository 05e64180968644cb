//! The file to download, and the request for it.

use http::header::{IF_RANGE, RANGE};

use crate::api::{AssetMediaSize, DownloadAsset, GetProfileImage, PlayAssetVideo, ViewAsset};
use crate::body::ResponseBody;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::{Endpoint, Operation};
use crate::error::Error;
use crate::ids::{AssetId, UserId};
use crate::layer::RetryPolicy;

/// A file of the server.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Original(AssetId),
    Edited(AssetId),
    Thumbnail(AssetId, AssetMediaSize),
    Playback(AssetId),
    ProfileImage(UserId),
}

/// The part of a file that is requested: all from a byte on, if the file is still the one it was.
#[derive(Clone, Debug)]
pub(super) struct Onward<'f> {
    pub(super) byte: u64,
    pub(super) condition: Option<&'f str>,
}

impl What {
    pub(super) fn operation(&self) -> &'static Operation {
        match self {
            Self::Original(_) | Self::Edited(_) => DownloadAsset::OPERATION,
            Self::Thumbnail(..) => ViewAsset::OPERATION,
            Self::Playback(_) => PlayAssetVideo::OPERATION,
            Self::ProfileImage(_) => GetProfileImage::OPERATION,
        }
    }

    /// The asset whose file it is.
    pub(super) fn asset(&self) -> Option<AssetId> {
        match self {
            Self::Original(id) | Self::Edited(id) | Self::Thumbnail(id, _) | Self::Playback(id) => Some(*id),
            Self::ProfileImage(_) => None,
        }
    }

    /// A text of letters, digits and dashes that is another for each file of a server.
    #[cfg(feature = "fs")]
    pub(super) fn key(&self) -> String {
        match self {
            Self::Original(id) => format!("{id}-original"),
            Self::Edited(id) => format!("{id}-edited"),
            Self::Thumbnail(id, size) => {
                // A size of a newer server may have any text.
                let size: String = size.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
                format!("{id}-{size}")
            }
            Self::Playback(id) => format!("{id}-playback"),
            Self::ProfileImage(id) => format!("{id}-profile"),
        }
    }

    /// A name for a file that nobody named.
    #[cfg(feature = "fs")]
    pub(super) fn base_name(&self) -> String {
        match self {
            Self::Original(id) => id.to_string(),
            _ => self.key(),
        }
    }

    /// Sends the request, and gives the response whatever its status.
    pub(super) async fn send(
        &self,
        client: &Client,
        from: Option<Onward<'_>>,
        retry: Option<&RetryPolicy>,
    ) -> Result<http::Response<ResponseBody>, Error> {
        match self {
            Self::Original(id) => ask(client.send(DownloadAsset::new(*id)), from, retry).await,
            Self::Edited(id) => ask(client.send(DownloadAsset::new(*id).edited(true)), from, retry).await,
            Self::Thumbnail(id, size) => ask(client.send(ViewAsset::new(*id).size(size.clone())), from, retry).await,
            Self::Playback(id) => ask(client.send(PlayAssetVideo::new(*id)), from, retry).await,
            Self::ProfileImage(id) => ask(client.send(GetProfileImage::new(*id)), from, retry).await,
        }
    }
}

async fn ask<E: Endpoint>(
    mut call: Call<'_, E>,
    from: Option<Onward<'_>>,
    retry: Option<&RetryPolicy>,
) -> Result<http::Response<ResponseBody>, Error> {
    if let Some(Onward { byte, condition }) = from {
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
