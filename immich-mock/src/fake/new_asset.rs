//! New assets, from uploads and from folders.

use bytes::Bytes;
use immich_core::{AssetId, UserId};
use jiff::Timestamp;
use serde_json::Value;

use super::fault::Fault;
use super::jobs::Job;
use super::state::{Asset, Checksum, State};
use super::{media, time, upload};

/// A file, and what is known of it without reading it.
pub(super) struct NewAsset {
    pub(super) owner: UserId,
    /// The name that decides the type of the file.
    pub(super) stored_as: String,
    /// The name of the asset.
    pub(super) file_name: String,
    pub(super) bytes: Bytes,
    pub(super) checksum: Checksum,
    pub(super) sidecar: Option<Bytes>,
    pub(super) device_asset_id: String,
    pub(super) device_id: String,
    pub(super) duration: Option<String>,
    pub(super) file_created_at: Timestamp,
    pub(super) file_modified_at: Timestamp,
    pub(super) is_favorite: bool,
    pub(super) visibility: &'static str,
    pub(super) live_photo_video: Option<AssetId>,
    pub(super) metadata: Vec<(String, Value)>,
}

impl State {
    /// Exchanges the files of two assets of a user, and moves the second to the trash.
    pub(super) fn exchange_files(&mut self, id: AssetId, copy: AssetId) {
        let now = time::now();
        let (Some(mut old), Some(mut new)) = (self.assets.remove(&id), self.assets.remove(&copy)) else { return };
        std::mem::swap(&mut old.content, &mut new.content);
        std::mem::swap(&mut old.checksum, &mut new.checksum);
        std::mem::swap(&mut old.path, &mut new.path);
        std::mem::swap(&mut old.file_name, &mut new.file_name);
        std::mem::swap(&mut old.kind, &mut new.kind);
        std::mem::swap(&mut old.content_type, &mut new.content_type);
        std::mem::swap(&mut old.duration, &mut new.duration);
        std::mem::swap(&mut old.exif, &mut new.exif);
        std::mem::swap(&mut old.offset, &mut new.offset);
        std::mem::swap(&mut old.latitude, &mut new.latitude);
        std::mem::swap(&mut old.longitude, &mut new.longitude);
        std::mem::swap(&mut old.sidecar, &mut new.sidecar);
        std::mem::swap(&mut old.original_is_lost, &mut new.original_is_lost);
        std::mem::swap(&mut old.device_asset_id, &mut new.device_asset_id);
        std::mem::swap(&mut old.device_id, &mut new.device_id);
        std::mem::swap(&mut old.file_created_at, &mut new.file_created_at);
        std::mem::swap(&mut old.file_modified_at, &mut new.file_modified_at);
        old.updated_at = now;
        new.trashed_at = Some(now);
        self.checksums.insert((old.owner, old.checksum), old.id);
        self.checksums.insert((new.owner, new.checksum), new.id);
        self.assets.insert(id, old);
        self.assets.insert(copy, new);
    }

    /// Adds an asset, and schedules the extraction of its metadata.
    pub(super) fn insert(&mut self, new: NewAsset) -> Result<AssetId, Fault> {
        let NewAsset { owner, stored_as, checksum, .. } = new;
        let known = media::of(&stored_as, self.line());
        let (extension, kind, content_type) = known.ok_or_else(|| upload::unsupported(&stored_as))?;
        let (id, now): (AssetId, _) = (self.random.id(), time::now());
        let folder = id.to_string();
        // The extension as sent, in its original case.
        let extension = &stored_as[stored_as.len() - extension.len()..];
        let path = format!("/data/upload/{owner}/{}/{}/{folder}{extension}", &folder[..2], &folder[2..4]);
        self.uploads += 1;
        self.checksums.insert((owner, checksum), id);
        let asset = Asset {
            id,
            number: self.uploads,
            owner,
            kind,
            content_type,
            path,
            file_name: new.file_name,
            content: self.storage.keep(new.bytes),
            original_is_lost: false,
            checksum,
            sidecar: new.sidecar,
            device_asset_id: new.device_asset_id,
            device_id: new.device_id,
            duration: new.duration,
            file_created_at: new.file_created_at,
            file_modified_at: new.file_modified_at,
            is_dated: false,
            offset: None,
            created_at: now,
            updated_at: now,
            trashed_at: None,
            is_deleted: false,
            metadata_is_extracted: false,
            is_favorite: new.is_favorite,
            visibility: new.visibility,
            live_photo_video: new.live_photo_video,
            description: String::new(),
            rating: None,
            latitude: None,
            longitude: None,
            metadata: new.metadata.into_iter().map(|(key, value)| (key, (value, now))).collect(),
            tags: Default::default(),
            duplicate: None,
            edits: Vec::new(),
            exif: Default::default(),
        };
        self.assets.insert(id, asset);
        self.schedule(Job::ExtractMetadata(id));
        Ok(id)
    }
}
