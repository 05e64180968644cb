//! Sends one input.

#[cfg(feature = "fs")]
use std::path::PathBuf;

use crate::api::{AssetMediaStatus, UploadAsset};
#[cfg(feature = "fs")]
use crate::body::Body;
use crate::client::Client;
use crate::error::Error;
#[cfg(feature = "fs")]
use crate::error::ErrorKind;
use crate::ids::AssetId;
use crate::layer::AttemptCounter;
use crate::multipart::FilePart;
#[cfg(feature = "fs")]
use crate::transfer::upload::files::{SidecarSource, Stamp};
use crate::transfer::upload::item::{Item, Source};
use crate::transfer::upload::media;
use crate::transfer::upload::options::Options;

/// What came of sending.
pub(super) enum Sent {
    Created(AssetId),
    /// The server had it, or has it from an attempt whose answer did not come.
    Duplicate {
        asset: AssetId,
        attempts: u32,
    },
    /// The file is not the one that was hashed. What was made of it, if anything.
    #[cfg(feature = "fs")]
    Changed(Option<AssetId>),
    Failed(Error),
}

#[cfg(feature = "fs")]
impl Sent {
    /// Whether it could have come otherwise of other bytes. What the server knew by its checksum was not read.
    pub(super) fn is_of_bytes(&self) -> bool {
        match self {
            Self::Created(_) => true,
            Self::Failed(error) => error.kind() != ErrorKind::Auth,
            Self::Duplicate { .. } | Self::Changed(_) => false,
        }
    }

    /// The same of a file that changed meanwhile.
    pub(super) fn changed(self) -> Self {
        match self {
            Self::Created(asset) => Self::Changed(Some(asset)),
            _ => Self::Changed(None),
        }
    }
}

pub(super) async fn send(client: &Client, options: &Options, item: &Item, video: Option<AssetId>) -> Sent {
    item.meter.restart();
    // Of a small file it is sent what was hashed.
    #[cfg(feature = "fs")]
    if item.state.bytes.is_none() && are_changed(item.path_and_stamp().into_iter().collect()).await.contains(&true) {
        return Sent::Changed(None);
    }
    let counter = AttemptCounter::default();
    let answer = match form(options, item, video).await {
        Ok(form) => client.send(form).count_attempts(counter.clone()).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) if answer.status == AssetMediaStatus::Duplicate => {
            Sent::Duplicate { asset: answer.id, attempts: counter.made() }
        }
        Ok(answer) => Sent::Created(answer.id),
        Err(error) => Sent::Failed(error),
    }
}

/// Whether each file looks otherwise than when it was hashed. One that is not there says so by its own error.
#[cfg(feature = "fs")]
pub(super) async fn are_changed(files: Vec<(PathBuf, Stamp)>) -> Vec<bool> {
    let is_changed = |(path, stamp): (PathBuf, Stamp)| Stamp::read(&path).is_ok_and(|now| now != stamp);
    blocking::unblock(move || files.into_iter().map(is_changed).collect()).await
}

#[cfg_attr(not(feature = "fs"), allow(clippy::unused_async))]
async fn form(options: &Options, item: &Item, video: Option<AssetId>) -> Result<UploadAsset, Error> {
    let (body, sidecar) = match &item.source {
        Source::Body { body, sidecar } => (body.handle(), sidecar.as_ref().map(FilePart::handle)),
        #[cfg(feature = "fs")]
        Source::File { path, stamp, sidecar, .. } => {
            let sidecar = match sidecar {
                Some(sidecar) => sidecar_part(sidecar).await,
                None => None,
            };
            let body = match &item.state.bytes {
                Some(bytes) => Body::from(bytes.clone()),
                None => crate::transfer::file_body(path.clone(), stamp.length),
            };
            (body, sidecar)
        }
    };
    let extension = media::extension(&item.name);
    let content_type = item.content_type.as_deref().unwrap_or_else(|| media::content_type(&extension));
    let file = FilePart::new(item.name.as_str(), item.meter.counted(body)).content_type(content_type);
    let mut form = UploadAsset::new(file, item.created_at, item.modified_at);
    form.x_immich_checksum = item.checksum.map(|checksum| checksum.to_string());
    form.sidecar_data = sidecar;
    form.live_photo_video_id = video;
    form.is_favorite = options.favorite;
    form.visibility.clone_from(&options.visibility);
    form.metadata = (!options.metadata.is_empty()).then(|| options.metadata.clone());
    Ok(form)
}

#[cfg(feature = "fs")]
async fn sidecar_part(sidecar: &SidecarSource) -> Option<FilePart> {
    let name = sidecar.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Some(FilePart::new(name, sidecar.read().await?).content_type("application/xml"))
}
