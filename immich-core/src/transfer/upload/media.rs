//! Types of files, by their extension.

/// The extension with its dot, in small letters; empty where there is none.
pub(in crate::transfer) fn extension(name: &str) -> String {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name[dot..].to_lowercase(),
        _ => String::new(),
    }
}

/// The media type of an extension. The server goes by the name, so a rare one can be left out.
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

/// How likely an image of this extension has a video of the same name that moves it; the lowest is the likeliest.
#[cfg(feature = "fs")]
pub(in crate::transfer) fn live_image_rank(extension: &str) -> Option<u8> {
    [".heic", ".heif", ".jpg", ".jpeg"].iter().position(|known| *known == extension).and_then(|at| at.try_into().ok())
}

/// The same of the video.
#[cfg(feature = "fs")]
pub(in crate::transfer) fn live_video_rank(extension: &str) -> Option<u8> {
    [".mov", ".mp4"].iter().position(|known| *known == extension).and_then(|at| at.try_into().ok())
}

/// Whether it is what a camera makes beside a JPEG.
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

/// Whether it is a photo that stands for its RAW.
#[cfg(feature = "fs")]
pub(in crate::transfer) fn is_developed(extension: &str) -> bool {
    matches!(extension, ".jpg" | ".jpeg" | ".heic" | ".heif" | ".hif")
}

/// The burst that a file belongs to by its name: `IMG_20200102_030405_BURST001` and the like, where what stands before is
/// the burst, and `00001IMG_00001_BURST20200102030405678`, where the number after is.
#[cfg(feature = "fs")]
pub(super) fn burst(stem: &str) -> Option<&str> {
    let at = stem.find("BURST")?;
    let after = &stem[at + 5..];
    let digits = after.len() - after.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    match digits {
        0 => None,
        1..=7 => Some(&stem[..at]).filter(|before| !before.is_empty()),
        _ => Some(&after[..digits]),
    }
}

#[cfg(all(test, feature = "fs"))]
mod tests {
    use super::*;

    #[test]
    fn extensions_and_bursts() {
        assert_eq!(extension("photo.v1.JPG"), ".jpg");
        assert_eq!(extension("none"), "");
        assert_eq!(extension(".jpg"), "");
        assert_eq!(burst("IMG_1_BURST002_COVER"), Some("IMG_1_"));
        assert_eq!(burst("00002IMG_00002_BURST20200102030405678"), Some("20200102030405678"));
        assert_eq!(burst("BURST"), None);
        assert_eq!(burst("BURST1"), None);
    }
}
