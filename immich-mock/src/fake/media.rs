//! The file types of photos, videos and sidecars.

use serde::{Deserialize, Serialize};

use super::line::Line;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Kind {
    Image,
    Video,
    Sidecar,
}

impl Kind {
    /// The name in the API.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Image => "IMAGE",
            Self::Video => "VIDEO",
            Self::Sidecar => "OTHER",
        }
    }
}

/// Extensions and media types of images. Raw formats have no registered type; the server makes one.
const IMAGES: [(&str, &str); 48] = [
    (".avif", "image/avif"),
    (".bmp", "image/bmp"),
    (".gif", "image/gif"),
    (".jpeg", "image/jpeg"),
    (".jpg", "image/jpeg"),
    (".png", "image/png"),
    (".webp", "image/webp"),
    (".3fr", "image/3fr"),
    (".ari", "image/ari"),
    (".arw", "image/arw"),
    (".cap", "image/cap"),
    (".cin", "image/cin"),
    (".cr2", "image/cr2"),
    (".cr3", "image/cr3"),
    (".crw", "image/crw"),
    (".dcr", "image/dcr"),
    (".dng", "image/dng"),
    (".erf", "image/erf"),
    (".fff", "image/fff"),
    (".iiq", "image/iiq"),
    (".k25", "image/k25"),
    (".kdc", "image/kdc"),
    (".mrw", "image/mrw"),
    (".nef", "image/nef"),
    (".nrw", "image/nrw"),
    (".orf", "image/orf"),
    (".ori", "image/ori"),
    (".pef", "image/pef"),
    (".psd", "image/psd"),
    (".raf", "image/raf"),
    (".raw", "image/raw"),
    (".rw2", "image/rw2"),
    (".rwl", "image/rwl"),
    (".sr2", "image/sr2"),
    (".srf", "image/srf"),
    (".srw", "image/srw"),
    (".x3f", "image/x3f"),
    (".heic", "image/heic"),
    (".heif", "image/heif"),
    (".hif", "image/hif"),
    (".insp", "image/jpeg"),
    (".jp2", "image/jp2"),
    (".jpe", "image/jpeg"),
    (".jxl", "image/jxl"),
    (".mpo", "image/jpeg"),
    (".svg", "image/svg"),
    (".tif", "image/tiff"),
    (".tiff", "image/tiff"),
];

const VIDEOS: [(&str, &str); 20] = [
    (".3gp", "video/3gpp"),
    (".3gpp", "video/3gpp"),
    (".avi", "video/avi"),
    (".flv", "video/x-flv"),
    (".insv", "video/mp4"),
    (".m2t", "video/mp2t"),
    (".m2ts", "video/mp2t"),
    (".m4v", "video/x-m4v"),
    (".mkv", "video/x-matroska"),
    (".mov", "video/quicktime"),
    (".mp4", "video/mp4"),
    (".mpe", "video/mpeg"),
    (".mpeg", "video/mpeg"),
    (".mpg", "video/mpeg"),
    (".mts", "video/mp2t"),
    (".mxf", "application/mxf"),
    (".ts", "video/mp2t"),
    (".vob", "video/mpeg"),
    (".webm", "video/webm"),
    (".wmv", "video/x-ms-wmv"),
];

const SIDECARS: [(&str, &str); 1] = [(".xmp", "application/xml")];

/// The extensions of a kind that a server line accepts.
pub(super) fn extensions(kind: Kind, line: Line) -> impl Iterator<Item = &'static str> {
    table(kind).iter().map(|(extension, _)| *extension).filter(move |extension| !line.is_two() || *extension != ".mpo")
}

/// The extension of a file name (in lower case, with its dot), its kind and its media type.
pub(super) fn of(file_name: &str, line: Line) -> Option<(&'static str, Kind, &'static str)> {
    let lower = file_name.to_lowercase();
    let dot = lower.rfind('.')?;
    if dot == 0 && line.is_two() {
        // In 2.x, `.jpg` is a name without an extension.
        return None;
    }
    let extension = &lower[dot..];
    [Kind::Image, Kind::Video, Kind::Sidecar].into_iter().find_map(|kind| {
        let known = extensions(kind, line).find(|known| *known == extension)?;
        let (_, content_type) = table(kind).iter().find(|(other, _)| *other == known)?;
        Some((known, kind, *content_type))
    })
}

/// Every media type.
pub(super) fn content_types() -> impl Iterator<Item = &'static str> {
    [Kind::Image, Kind::Video, Kind::Sidecar].into_iter().flat_map(table).map(|(_, content_type)| *content_type)
}

fn table(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Image => &IMAGES,
        Kind::Video => &VIDEOS,
        Kind::Sidecar => &SIDECARS,
    }
}
