//! Types of files by their extension.

/// Returns the extension with its dot in lower case; empty if there is none.
pub(in crate::transfer) fn extension(name: &str) -> String {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name[dot..].to_lowercase(),
        _ => String::new(),
    }
}

/// Returns the media type of an extension. The server uses the file name, so rare types are omitted.
pub(super) fn content_type(extension: &str) -> &'static str {
    match extension {
        ".jpg" | ".jpeg" | ".jpe" | ".insp" | ".mpo" => "image/jpeg",
        ".png" => "image/png",
        ".heic" => "image/heic",
        ".heif" | ".hif" => "image/heif",
        ".webp" => "image/webp",
        ".gif" => "image/gif",
        ".avif" => "image/avif",
        ".jxl" => "image/jxl",
        ".bmp" => "image/bmp",
        ".svg" => "image/svg+xml",
        ".tif" | ".tiff" => "image/tiff",
        ".dng" => "image/x-adobe-dng",
        ".mp4" | ".insv" => "video/mp4",
        ".mov" => "video/quicktime",
        ".m4v" => "video/x-m4v",
        ".3gp" | ".3gpp" => "video/3gpp",
        ".mkv" => "video/x-matroska",
        ".webm" => "video/webm",
        ".avi" => "video/x-msvideo",
        ".mpg" | ".mpeg" | ".mpe" | ".vob" => "video/mpeg",
        ".mts" | ".m2ts" | ".m2t" | ".ts" => "video/mp2t",
        ".wmv" => "video/x-ms-wmv",
        _ => "application/octet-stream",
    }
}

/// Returns the rank of an image extension for live photos; the lowest is the most likely to have a video.
#[cfg(feature = "fs")]
pub(in crate::transfer) fn live_image_rank(extension: &str) -> Option<u8> {
    [".heic", ".heif", ".jpg", ".jpeg"].iter().position(|known| *known == extension).and_then(|at| at.try_into().ok())
}

/// Returns the rank of a video extension for live photos.
#[cfg(feature = "fs")]
pub(in crate::transfer) fn live_video_rank(extension: &str) -> Option<u8> {
    [".mov", ".mp4"].iter().position(|known| *known == extension).and_then(|at| at.try_into().ok())
}

/// Whether the extension is that of a RAW photo.
#[cfg(feature = "fs")]
pub(in crate::transfer) fn is_raw(extension: &str) -> bool {
    matches!(
        extension,
        ".3fr"
            | ".ari"
            | ".arw"
            | ".cap"
            | ".cin"
            | ".cr2"
            | ".cr3"
            | ".crw"
            | ".dcr"
            | ".dng"
            | ".erf"
            | ".fff"
            | ".iiq"
            | ".k25"
            | ".kdc"
            | ".mrw"
            | ".nef"
            | ".nrw"
            | ".orf"
            | ".ori"
            | ".pef"
            | ".raf"
            | ".raw"
            | ".rw2"
            | ".rwl"
            | ".sr2"
            | ".srf"
            | ".srw"
            | ".x3f"
    )
}

/// Whether the extension is that of a photo developed from a RAW.
#[cfg(feature = "fs")]
pub(in crate::transfer) fn is_developed(extension: &str) -> bool {
    matches!(extension, ".jpg" | ".jpeg" | ".heic" | ".heif" | ".hif")
}

/// The parts of the name of a file that a camera took as one of several.
#[cfg(feature = "fs")]
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shot<'n> {
    /// The part of the name that all files of the shot share.
    pub(super) name: &'n str,
    /// Whether the name says that there are other files.
    pub(super) is_series: bool,
    /// Whether the file is part of a burst.
    pub(super) is_burst: bool,
    /// Whether the camera chose the file as the cover.
    pub(super) is_cover: bool,
}

/// Parses the name of a file without its extension.
#[cfg(feature = "fs")]
pub(super) fn shot(stem: &str) -> Option<Shot<'_>> {
    burst(stem).or_else(|| pixel(stem)).or_else(|| samsung(stem))
}

/// Parses `IMG_20200102_030405_BURST001_COVER` and the like, where the part before the number names the burst, and
/// `00001IMG_00001_BURST20200102030405678`, `DSC_0001_BURST20200102030405678_COVER`, where the number does.
#[cfg(feature = "fs")]
fn burst(stem: &str) -> Option<Shot<'_>> {
    let at = ["_BURST", "_Burst"].iter().find_map(|mark| stem.find(mark))?;
    let after = &stem[at + 6..];
    let digits = after.len() - after.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    let (number, rest) = after.split_at(digits);
    if at == 0 || !(rest.is_empty() || rest.starts_with(['_', '.'])) {
        return None;
    }
    let name = match digits {
        0 => return None,
        1..=7 => &stem[..at],
        _ => number,
    };
    Some(Shot { name, is_series: true, is_burst: true, is_cover: rest.contains("COVER") })
}

/// Parses `PXL_20240407_152207242.RAW-01.COVER`, `.NIGHT.RAW-02.ORIGINAL`, `.LONG_EXPOSURE-01.COVER`, `.MP` and the
/// like. The time includes milliseconds, so it identifies the shot.
#[cfg(feature = "fs")]
fn pixel(stem: &str) -> Option<Shot<'_>> {
    let (name, tags) = stem.split_once('.')?;
    if !is_like(name, "PXL_00000000_000000000") {
        return None;
    }
    let is_number = |tag: &str| tag.rsplit_once('-').is_some_and(|(_, number)| is_like(number, "00"));
    let is_raw = tags.split('.').any(|tag| tag.split('-').next() == Some("RAW"));
    let is_cover = tags.split('.').any(|tag| tag == "COVER");
    Some(Shot { name, is_series: tags.split('.').any(is_number) && !is_raw, is_burst: false, is_cover })
}

/// Parses `20220101_120000_001`; the first file of such a burst is the cover. Renaming tools number files like that
/// if they have no time, so midnight is excluded.
#[cfg(feature = "fs")]
fn samsung(stem: &str) -> Option<Shot<'_>> {
    let fits = is_like(stem, "00000000_000000_000") && &stem[9..15] != "000000";
    fits.then(|| Shot { name: &stem[..15], is_series: true, is_burst: true, is_cover: stem.ends_with("_001") })
}

/// Whether a name matches a pattern in which `0` stands for any digit.
#[cfg(feature = "fs")]
fn is_like(name: &str, pattern: &str) -> bool {
    let fits = |(byte, pattern): (u8, u8)| if pattern == b'0' { byte.is_ascii_digit() } else { byte == pattern };
    name.len() == pattern.len() && name.bytes().zip(pattern.bytes()).all(fits)
}

#[cfg(all(test, feature = "fs"))]
mod tests {
    use super::*;

    #[test]
    fn extensions() {
        assert_eq!(extension("photo.v1.JPG"), ".jpg");
        assert_eq!(extension("none"), "");
        assert_eq!(extension(".jpg"), "");
    }

    #[test]
    fn bursts_of_the_common_makers() {
        for (stem, name, is_cover) in [
            ("IMG_20231014_183246_BURST001_COVER", "IMG_20231014_183246", true),
            ("IMG_20231014_183246_BURST002", "IMG_20231014_183246", false),
            ("IMG20200101120000_BURST000_COVER", "IMG20200101120000", true),
            ("IMG_20160101_120000123_BURST000_COVER_TOP", "IMG_20160101_120000123", true),
            ("20170101_120000_Burst01", "20170101_120000", false),
            ("00002IMG_00002_BURST20171111030039", "20171111030039", false),
            ("00100lPORTRAIT_00100_BURST20181229213517346_COVER", "20181229213517346", true),
            ("DSC_0052_BURST20230709220904977_COVER", "20230709220904977", true),
            ("DSCPDC_0001_BURST20180620123456789", "20180620123456789", false),
            ("DISCOVER_BURST1", "DISCOVER", false),
            ("20231207_101605_001", "20231207_101605", true),
            ("20231207_101605_031", "20231207_101605", false),
        ] {
            assert_eq!(shot(stem), Some(Shot { name, is_series: true, is_burst: true, is_cover }), "{stem}");
        }
        for stem in [
            "BURST",
            "_BURST1",
            "SUNBURST1",
            "x_BURST",
            "x_BURST1st",
            "20231207_101605",
            "20231207_000000_001",
            "IMG_1",
        ] {
            assert_eq!(shot(stem), None, "{stem}");
        }
    }
}
