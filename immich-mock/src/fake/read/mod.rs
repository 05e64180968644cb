//! Reading of files: `exif` reads photos, `tiff` the size of raw photos, `video` the boxes of MP4 and MOV, and `xmp`
//! sidecars and embedded packets. Files come from anyone, so every reader is bounded by their length, and what cannot
//! be read is left out.

mod bytes;
mod exif;
mod gps;
mod tiff;
mod values;
mod video;
mod xmp;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::exif::{Exif, number};
use super::media::Kind;

/// The metadata of a file and its sidecar.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) exif: Exif,
    /// When it was taken, and the UTC offset of the place.
    pub(super) taken: Option<(Timestamp, Option<Offset>)>,
    /// The UTC offset of a file without a time.
    pub(super) zone: Option<Offset>,
    /// The latitude and the longitude.
    pub(super) place: Option<(f64, f64)>,
    pub(super) description: Option<String>,
    pub(super) rating: Option<i64>,
}

impl Found {
    /// Adds what only `other` has. EXIF is in one of the two.
    fn or(self, other: Self) -> Self {
        Self {
            exif: if self.exif == Exif::default() { other.exif } else { self.exif },
            taken: self.taken.or(other.taken),
            zone: self.zone.or(other.zone),
            place: self.place.or(other.place),
            description: self.description.or(other.description),
            rating: self.rating.or(other.rating),
        }
    }
}

/// Reads a file and its sidecar, which goes before the file.
pub(super) fn read(kind: Kind, extension: &str, file: &[u8], sidecar: Option<&[u8]>) -> Found {
    let found = match kind {
        Kind::Image => image(extension, file),
        Kind::Video => video::read(file),
        Kind::Sidecar => Found::default(),
    };
    sidecar.map(xmp::read).unwrap_or_default().or(found)
}

fn image(extension: &str, file: &[u8]) -> Found {
    let mut found = exif::read(file).or(xmp::embedded(file).map(xmp::read).unwrap_or_default());
    if let Some((width, height)) = size(extension, file) {
        found.exif.exif_image_width = number(width as f64);
        found.exif.exif_image_height = number(height as f64);
    }
    found
}

/// The width and height in pixels. The first picture of a raw file is its preview, so the largest counts.
fn size(extension: &str, file: &[u8]) -> Option<(usize, usize)> {
    let is_raw = tiff::is_tiff(file) && !matches!(extension, "tif" | "tiff");
    let size = match is_raw {
        true => tiff::largest(file)?,
        false => imagesize::blob_size(file).map(|size| (size.width, size.height)).ok()?,
    };
    Some(size).filter(|(width, height)| *width > 0 && *height > 0)
}
