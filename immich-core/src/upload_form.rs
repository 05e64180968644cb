//! What servers 2.x demand of an upload, and servers 3.x ignore.

use crate::api::{ReplaceAsset, UploadAsset};
use crate::multipart::FilePart;

/// Names the device that an upload comes from, where the caller named none.
pub(crate) fn device_id<T>(_: &T) -> &'static str {
    "immich-sdk"
}

/// The parts of an upload that name the file on its device.
pub(crate) trait DeviceFile {
    fn file(&self) -> &FilePart;
    fn modified(&self) -> jiff::Timestamp;
}

macro_rules! device_file {
    ($($name:ident),+) => {$(
        impl DeviceFile for $name {
            fn file(&self) -> &FilePart {
                &self.asset_data
            }

            fn modified(&self) -> jiff::Timestamp {
                self.file_modified_at
            }
        }
    )+};
}

device_file!(ReplaceAsset, UploadAsset);

/// Names the file on its device, where the caller did not: its name and the second of its last change.
pub(crate) fn device_asset_id(upload: &impl DeviceFile) -> String {
    format!("{}-{}", upload.file().name(), upload.modified().as_second())
}
