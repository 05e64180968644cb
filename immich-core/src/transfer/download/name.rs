//! File names that are valid on every system and do not leave their folder.

use unicode_normalization::UnicodeNormalization as _;

/// The maximum length of a name on common file systems, in bytes.
const LONGEST: usize = 255;

/// The maximum length of a number before an extension: ` (4294967295)`.
pub(super) const LONGEST_NUMBER: usize = 13;
/// The limits that a name is shortened to, in this order: those of common file systems, of encrypted ones, and less.
pub(super) const LENGTHS: [usize; 5] = [LONGEST, 143, 100, 64, 48];

/// The maximum length of an extension with its dot.
const LONGEST_EXTENSION: usize = 16;

/// Makes a name from another machine a valid file name: without folders, and without characters that are invalid on
/// some system. Returns `None` if nothing is left.
pub(super) fn safe(name: &str) -> Option<String> {
    unfitted(name).map(|safe| fitted(&safe, "", LONGEST))
}

/// The same as [`safe`], of any length.
fn unfitted(name: &str) -> Option<String> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut safe: String = base.chars().map(|letter| if is_refused(letter) { '_' } else { letter }).collect();
    safe.truncate(safe.trim_end_matches(is_trimmed).len());
    let mut safe = safe.trim_start().to_owned();
    if safe.is_empty() {
        return None;
    }
    // A photo must not be hidden, nor replace a configuration file.
    if safe.starts_with('.') {
        safe.replace_range(..1, "_");
    }
    if is_reserved(&safe) {
        safe.insert(0, '_');
    }
    Some(safe)
}

/// Returns the names of files that belong together, with a number: all get the stem of the first, shortened so that
/// each name has at most `limit` bytes.
pub(super) fn together(names: &[&str], number: u32, limit: usize) -> Option<Vec<String>> {
    let first = unfitted(names.first()?)?;
    let (stem, _) = split(&first);
    let extensions = names.iter().map(|name| {
        let name = unfitted(name).unwrap_or_default();
        split(&name).1.to_owned()
    });
    let extensions: Vec<String> = extensions.collect();
    let longest = extensions.iter().map(String::len).max().unwrap_or_default();
    let addition = if number == 0 { String::new() } else { format!(" ({number})") };
    let stem = shortened(stem, limit.saturating_sub(addition.len() + longest));
    Some(extensions.iter().map(|extension| format!("{stem}{addition}{extension}")).collect())
}

/// Returns the stem with the extension of `name`.
pub(super) fn with_extension_of(stem: &str, name: &str) -> String {
    format!("{stem}{}", split(name).1)
}

/// Returns the key by which names are compared: on some systems, names that differ in letter case or Unicode
/// normalization are the same file.
pub(super) fn folded(name: &str) -> String {
    name.nfd().flat_map(char::to_lowercase).nfc().collect()
}

/// Whether two names are equal, ignoring Unicode normalization.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one == other || one.nfc().eq(other.nfc())
}

/// Splits off the number before the extension: `beach (1).jpg` becomes `beach.jpg` and 1.
pub(super) fn without_number(name: &str) -> Option<(String, u32)> {
    let (stem, extension) = split(name);
    let (base, number) = stem.strip_suffix(')')?.rsplit_once(" (")?;
    let parsed: u32 = number.parse().ok()?;
    // `(01)` is not a number that this module adds.
    (parsed > 0 && parsed.to_string() == number && !base.is_empty()).then(|| (format!("{base}{extension}"), parsed))
}

/// Returns a key that names have in common if they differ only in their numbers, even if the stem was shortened.
pub(super) fn family(name: &str, longest: usize) -> String {
    let (stem, extension) = split(name);
    let room = longest.saturating_sub(LONGEST_NUMBER + extension.len());
    folded(&format!("{}{extension}", shortened(stem, room)))
}

/// Returns a folder name for a title. Slashes do not separate folders.
pub(super) fn of_title(title: &str) -> Option<String> {
    safe(&title.replace(['/', '\\'], "_"))
}

/// Returns the name with a number before its extension: `beach (1).jpg`.
#[cfg(test)]
pub(super) fn numbered(name: &str, number: u32) -> String {
    numbered_within(name, number, LONGEST)
}

/// Returns the name with a number before its extension, as in `beach (1).jpg`, in at most `longest` bytes. Only the
/// stem is shortened.
pub(super) fn numbered_within(name: &str, number: u32, longest: usize) -> String {
    match number {
        0 if name.len() <= longest => name.to_owned(),
        0 => fitted(name, "", longest),
        _ => fitted(name, &format!(" ({number})"), longest),
    }
}

/// Returns the extension for a media type, if the type alone determines it.
pub(super) fn extension(media_type: &str) -> Option<&'static str> {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(match essence.as_str() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "image/heic" => "heic",
        "image/heif" => "heif",
        "image/avif" => "avif",
        "image/tiff" => "tiff",
        "image/bmp" => "bmp",
        "image/jxl" => "jxl",
        "image/dng" | "image/x-adobe-dng" => "dng",
        "image/svg+xml" => "svg",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        "video/x-matroska" => "mkv",
        "video/x-m4v" => "m4v",
        "video/3gpp" => "3gp",
        "video/mpeg" => "mpeg",
        "video/mp2t" => "ts",
        "video/avi" | "video/x-msvideo" => "avi",
        "application/zip" => "zip",
        _ => return None,
    })
}

/// Splits a name into the stem, and the extension with its dot.
pub(super) fn split(name: &str) -> (&str, &str) {
    let at = name.rfind('.').filter(|at| *at > 0).unwrap_or(name.len());
    let (stem, extension) = name.split_at(at);
    let letters = extension.chars().skip(1).all(char::is_alphanumeric);
    if letters && extension.len() <= LONGEST_EXTENSION { (stem, extension) } else { (name, "") }
}

/// Inserts `addition` before the extension, and shortens the stem to fit.
fn fitted(name: &str, addition: &str, longest: usize) -> String {
    let (stem, extension) = split(name);
    let stem = shortened(stem, longest.saturating_sub(addition.len() + extension.len()));
    format!("{stem}{addition}{extension}")
}

fn shortened(stem: &str, room: usize) -> &str {
    let end = (0..=room.min(stem.len())).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or_default();
    if end == stem.len() { stem } else { stem[..end].trim_end_matches(is_trimmed) }
}

/// Characters that Windows removes from the end of a name, which would change the name.
fn is_trimmed(letter: char) -> bool {
    letter == '.' || letter.is_whitespace()
}

/// Characters that are invalid in names on some system, or that make a name look like another.
fn is_refused(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns || matches!(letter, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*')
}

/// Whether a name is that of a Windows device, with any extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    number.is_some_and(|number| {
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn invalid_names_are_made_valid() {
        for (given, name) in [
            ("beach.jpg", "beach.jpg"),
            ("récordé (1).jpg", "récordé (1).jpg"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("photo.jpg:stream", "photo.jpg_stream"),
            ("CON.jpg", "_CON.jpg"),
            ("com¹", "_com¹"),
            ("Lpt1 .txt", "_Lpt1 .txt"),
            ("console.jpg", "console.jpg"),
            ("trailing. . .", "trailing"),
            (" x ", "x"),
            (".htaccess", "_htaccess"),
            ("a\u{0}b\nc", "a_b_c"),
            ("gpj.\u{202e}exe", "gpj._exe"),
        ] {
            assert_eq!(safe(given).as_deref(), Some(name), "{given:?}");
        }
        for nothing in ["", ".", "..", "/", "a/", "...", " . "] {
            assert_eq!(safe(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn numbers_and_lengths_keep_the_extension() {
        assert_eq!(numbered("beach.jpg", 1), "beach (1).jpg");
        assert_eq!(numbered("Mr. Smith", 2), "Mr. Smith (2)");
        assert_eq!(numbered("noext", 3), "noext (3)");
        let long = format!("{}.jpg", "ü".repeat(300));
        let name = safe(&long).expect("a name");
        assert!(name.len() <= LONGEST && name.ends_with("ü.jpg"), "{name}");
        let name = numbered(&name, 12);
        assert!(name.len() <= LONGEST && name.ends_with("ü (12).jpg"), "{name}");
    }

    #[test]
    fn names_of_a_group_have_one_stem() {
        assert_eq!(together(&["a.HEIC", "a.MOV"], 2, LONGEST).expect("names"), ["a (2).HEIC", "a (2).MOV"]);
        // The video gets the stem of its image.
        assert_eq!(
            together(&["FullSizeRender.HEIC", "IMG_1.MOV"], 0, LONGEST).expect("names")[1],
            "FullSizeRender.MOV"
        );
        let long = "ü".repeat(300);
        for number in [0, 7] {
            let names = together(&[&format!("{long}.HEIC"), &format!("{long}.MOV")], number, LONGEST).expect("names");
            assert_eq!(split(&names[0]).0, split(&names[1]).0);
            assert!(names.iter().all(|name| name.len() <= LONGEST));
            let whole = safe(&format!("{long}.HEIC")).expect("a name");
            assert_eq!(family(&names[0], LONGEST), family(&whole, LONGEST));
        }
    }

    #[test]
    fn names_are_compared_without_case_and_normalization() {
        assert_eq!(folded("Ä.JPG"), folded("a\u{308}.jpg"));
        assert_ne!(folded("a.jpg"), folded("ä.jpg"));
        assert!(is_same("ä.jpg", "a\u{308}.jpg") && !is_same("ä.jpg", "Ä.jpg"));
        assert_eq!(without_number("beach (12).jpg"), Some(("beach.jpg".to_owned(), 12)));
        for none in ["beach.jpg", "beach (0).jpg", "beach (01).jpg", " (1).jpg", "beach(1).jpg"] {
            assert_eq!(without_number(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn valid_names_are_unchanged(given in ".{0,400}", number in 0_u32..2000) {
            if let Some(name) = safe(&given) {
                let name = numbered(&name, number);
                prop_assert!(!name.is_empty() && name.len() <= LONGEST);
                prop_assert!(!name.chars().any(is_refused));
                prop_assert!(!name.ends_with(is_trimmed) && !name.starts_with('.') && !is_reserved(&name));
                prop_assert_eq!(safe(&name), Some(name));
            }
        }
    }
}
