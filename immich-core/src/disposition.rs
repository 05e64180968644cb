//! The name of a file in `Content-Disposition`.

use percent_encoding::percent_decode_str;

use crate::shown::is_hidden;

/// The longest name that file systems take, in bytes.
const LONGEST: usize = 255;

/// What follows the last dot of a name that is too long is kept up to this length, in bytes.
const LONGEST_ENDING: usize = 16;

/// The name that the header suggests, made one of a file in a folder.
pub(crate) fn file_name(disposition: &str) -> Option<String> {
    let extended = parameter(disposition, "filename*").and_then(|value| decoded(&value));
    extended.or_else(|| parameter(disposition, "filename")).and_then(|name| safe(&name))
}

/// The value of a parameter.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = value(after.trim_start());
        // What comes before has no value, such as `attachment`.
        if name.rsplit(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(wanted)) {
            return Some(value);
        }
        rest = after;
    }
}

/// A value, in quotes or without, and what follows its semicolon.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_once(';').unwrap_or((text, ""));
        return (value.trim().to_owned(), rest);
    };
    let mut value = String::new();
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => value.extend(letters.next()),
            _ => value.push(letter),
        }
    }
    (value, letters.as_str().split_once(';').map_or("", |(_, rest)| rest))
}

/// The text of a value such as `UTF-8''Z%C3%BCrich.jpg`.
fn decoded(value: &str) -> Option<String> {
    let encoded = value.splitn(3, '\'').nth(2)?;
    percent_decode_str(encoded).decode_utf8().ok().map(|text| text.into_owned())
}

/// The name without what leads out of a folder, and without what cannot be seen.
fn safe(name: &str) -> Option<String> {
    let visible: String = name.chars().filter(|letter| !is_hidden(*letter)).collect();
    let mut base = visible.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    // On Windows `C:photo.jpg` is in another folder.
    while let [letter, b':', ..] = base.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        base = base[2..].trim_start();
    }
    // Windows takes dots and spaces off the end.
    let is_name = !base.trim_matches(['.', ' ']).is_empty();
    is_name.then(|| shortened(base))
}

fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let dot = name.rfind('.').filter(|dot| *dot > 0 && name.len() - dot <= LONGEST_ENDING);
    let (stem, ending) = name.split_at(dot.unwrap_or(name.len()));
    let most = LONGEST - ending.len();
    let end = (0..=most).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or_default();
    format!("{}{ending}", stem[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_in_quotes_and_without() {
        for (header, name) in [
            ("inline; filename*=UTF-8''Z%C3%BCrich%20(1).jpg", "Zürich (1).jpg"),
            (r#"attachment; filename="a;b=\"c\".jpg"; filename*=x"#, "a;b=\"c\".jpg"),
            ("attachment; filename=beach.jpg ; size=3", "beach.jpg"),
            ("attachment; filename=\"beach.jpg\"; FileName* = utf-8'de'strand.jpg", "strand.jpg"),
            ("attachment; filename=\"beach.jpg\"; filename*=ISO-8859-1''%E4.jpg", "beach.jpg"),
        ] {
            assert_eq!(file_name(header).as_deref(), Some(name), "{header}");
        }
        for header in ["", "inline", "attachment; filename", "inline; filename=", "x; filename*=UTF-8''"] {
            assert_eq!(file_name(header), None, "{header}");
        }
    }

    #[test]
    fn names_lead_nowhere_else() {
        for (given, name) in [
            ("../../etc/passwd", Some("passwd")),
            ("..\\..\\boot.ini", Some("boot.ini")),
            ("C:D: evil.exe", Some("evil.exe")),
            ("12:30.jpg", Some("12:30.jpg")),
            ("photo\u{202e}gpj\0\r\n.exe", Some("photogpj.exe")),
            (" .. ", None),
            ("...", None),
            (".\u{7}.", None),
            ("a/", None),
            (".hidden", Some(".hidden")),
        ] {
            assert_eq!(safe(given).as_deref(), name, "{given:?}");
        }
    }

    #[test]
    fn a_name_that_is_too_long_keeps_its_ending() {
        let name = safe(&format!("{}.jpg", "ü".repeat(300))).expect("a name");
        assert_eq!((name.len(), name.ends_with("ü.jpg")), (254, true));
        assert_eq!(safe(&"x".repeat(300)).map(|name| name.len()), Some(255));
        assert_eq!(safe(&format!(".{}", "x".repeat(300))).map(|name| name.len()), Some(255));
    }
}
