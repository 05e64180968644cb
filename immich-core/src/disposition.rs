//! The file name in a `Content-Disposition` header (RFC 6266, RFC 5987).

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::shown::is_hidden;

/// The longest file name that file systems support, in bytes.
const MAX_LENGTH: usize = 255;

/// The longest extension that is kept when a name is shortened, in bytes.
const MAX_EXTENSION: usize = 16;

/// Returns the suggested name, sanitized to a plain file name.
pub(crate) fn file_name(header: &[u8]) -> Option<String> {
    suggested(header).and_then(|name| sanitize(&name))
}

/// Returns the name as suggested, including directories: `filename*` if it can be decoded, else `filename`.
fn suggested(header: &[u8]) -> Option<String> {
    let (mut plain, mut extended) = (None, None);
    let mut rest = after_type(header);
    while let Some(Parameter { name, value, rest: left }) = parameter(rest) {
        rest = left;
        if name.eq_ignore_ascii_case(b"filename*") {
            extended = extended.or_else(|| decode_extended(&value));
        } else if name.eq_ignore_ascii_case(b"filename") {
            plain = plain.or_else(|| Some(decode_text(&value)));
        }
    }
    extended.or(plain)
}

/// Returns the part after `inline` or `attachment`.
fn after_type(header: &[u8]) -> &[u8] {
    let end = header.iter().position(|byte| *byte == b';').unwrap_or(header.len());
    &header[end..]
}

struct Parameter<'h> {
    name: &'h [u8],
    value: Cow<'h, [u8]>,
    /// The rest of the header, after this parameter.
    rest: &'h [u8],
}

/// Parses the next parameter.
fn parameter(rest: &[u8]) -> Option<Parameter<'_>> {
    let start = rest.iter().position(|byte| !matches!(byte, b';' | b' ' | b'\t'))?;
    let rest = &rest[start..];
    let end = rest.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(rest.len());
    let name = rest[..end].trim_ascii();
    let Some(value) = rest[end..].strip_prefix(b"=") else {
        // A name without a value has no meaning.
        return Some(Parameter { name: b"", value: Cow::Borrowed(b""), rest: &rest[end..] });
    };
    let value = value.trim_ascii_start();
    if let Some(quoted) = value.strip_prefix(b"\"") {
        let (value, rest) = unquote(quoted);
        return Some(Parameter { name, value: Cow::Owned(value), rest });
    }
    let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
    Some(Parameter { name, value: Cow::Borrowed(value[..end].trim_ascii()), rest: &value[end..] })
}

/// Parses a quoted string after its opening quote, and returns its content and the rest. An unclosed string extends to
/// the end.
fn unquote(mut rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut content = Vec::new();
    while let Some((byte, left)) = rest.split_first() {
        rest = left;
        match (byte, left.split_first()) {
            (b'"', _) => break,
            (b'\\', Some((escaped, left))) => {
                content.push(*escaped);
                rest = left;
            }
            _ => content.push(*byte),
        }
    }
    (content, rest)
}

/// Decodes a value with its character set: `UTF-8'en'r%C3%A9sum%C3%A9`.
fn decode_extended(value: &[u8]) -> Option<String> {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let (charset, _language, encoded) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = Cow::from(percent_decode(encoded));
    if charset.eq_ignore_ascii_case(b"utf-8") {
        String::from_utf8(bytes.into_owned()).ok()
    } else if charset.eq_ignore_ascii_case(b"iso-8859-1") {
        Some(latin1(&bytes))
    } else {
        None
    }
}

/// The standard specifies ISO-8859-1, but servers also send UTF-8.
fn decode_text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| latin1(bytes), str::to_owned)
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Returns the name without directories and invisible characters.
fn sanitize(name: &str) -> Option<String> {
    let visible: String = name.chars().filter(|letter| !is_hidden(*letter)).collect();
    let mut base = visible.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    // On Windows, `C:photo.jpg` is in another directory.
    while let [letter, b':', ..] = base.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        base = base[2..].trim_start();
    }
    // Windows strips trailing dots and spaces.
    let is_name = !base.trim_matches(['.', ' ']).is_empty();
    is_name.then(|| shorten(base))
}

fn shorten(name: &str) -> String {
    if name.len() <= MAX_LENGTH {
        return name.to_owned();
    }
    let dot = name.rfind('.').filter(|dot| *dot > 0 && name.len() - dot <= MAX_EXTENSION);
    let (stem, ending) = name.split_at(dot.unwrap_or(name.len()));
    let max = MAX_LENGTH - ending.len();
    let end = (0..=max).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or_default();
    format!("{}{ending}", stem[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_standard_headers() {
        for (header, name) in [
            ("inline; filename*=UTF-8''r%C3%A9cord%C3%A9%20(1).jpg", "récordé (1).jpg"),
            ("attachment; filename=plain.jpg", "plain.jpg"),
            ("attachment; filename=\"a; b=c.jpg\"; size=3", "a; b=c.jpg"),
            (r#"attachment; filename="say \"hi\" \\o.jpg""#, r#"say "hi" \o.jpg"#),
            ("attachment; filename=\"euro.txt\"; filename*=utf-8'en'%e2%82%ac.txt", "€.txt"),
            ("attachment; filename*=iso-8859-1''%A3.txt; filename=pound.txt", "£.txt"),
            ("attachment; filename*=klingon''x; filename=known.txt", "known.txt"),
            ("attachment; filename*=UTF-8''%FF; filename=known.txt", "known.txt"),
            ("attachment; x=\"filename=no.jpg\"; FileName = yes.jpg ", "yes.jpg"),
            ("attachment;filename=\"open", "open"),
            ("attachment; filename=first.jpg; filename=second.jpg", "first.jpg"),
            ("attachment; filename=\"größe.jpg\"", "größe.jpg"),
        ] {
            assert_eq!(suggested(header.as_bytes()).as_deref(), Some(name), "{header}");
        }
        assert_eq!(suggested(b"attachment; filename=\"gr\xf6\xdfe.jpg\"").as_deref(), Some("größe.jpg"));
        for none in ["", "inline", "filename=type.jpg", "inline; filename", "inline; =x; ;;", "inline; filename*=x"] {
            assert_eq!(suggested(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn names_are_sanitized() {
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
            assert_eq!(sanitize(given).as_deref(), name, "{given:?}");
        }
    }

    #[test]
    fn shortened_name_keeps_its_extension() {
        let name = sanitize(&format!("{}.jpg", "ü".repeat(300))).expect("a name");
        assert_eq!((name.len(), name.ends_with("ü.jpg")), (254, true));
        assert_eq!(sanitize(&"x".repeat(300)).map(|name| name.len()), Some(255));
        assert_eq!(sanitize(&format!(".{}", "x".repeat(300))).map(|name| name.len()), Some(255));
    }
}
