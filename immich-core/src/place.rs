//! Finds the value at an offset in JSON: its path and its kind.

/// The place of a value in JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path, such as `assets.items[3].id`; empty for the root.
    pub(crate) path: String,
    /// The kind, such as `a string`; `None` if no value begins there.
    pub(crate) kind: Option<&'static str>,
}

/// Finds the value that caused an error of serde_json, by the line and column of the error.
pub(crate) fn of_error(json: &str, error: &serde_json::Error) -> Place {
    let line: usize = json.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    at(json, line + error.column())
}

/// Finds the place at which truncated JSON ends.
pub(crate) fn end(json: &str) -> Place {
    at(json, usize::MAX)
}

/// An unclosed array or object, and the current position in it.
enum Open<'j> {
    Array { start: usize, index: usize },
    Object { start: usize, key: Option<&'j str> },
}

/// Finds the value at an offset. serde_json stops after a scalar of the wrong kind or form and after an object that
/// lacks a field, but before an array or object that should be another kind.
fn at(json: &str, offset: usize) -> Place {
    let bytes = json.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).filter(|_| at < offset || bytes[at] == b'[' || bytes[at] == b'{') {
        let start = at;
        match byte {
            b'[' | b'{' if at == offset => return place(&open, kind(*byte)),
            _ if at > offset => break,
            b'[' => open.push(Open::Array { start, index: 0 }),
            b'{' => open.push(Open::Object { start, key: None }),
            b']' | b'}' => {
                let closed = open.pop();
                if at + 1 >= offset
                    && let Some(Open::Array { start, .. } | Open::Object { start, .. }) = closed
                {
                    return place(&open, kind(bytes[start]));
                }
            }
            b',' => match open.last_mut() {
                Some(Open::Array { index, .. }) => *index += 1,
                Some(Open::Object { key, .. }) => *key = None,
                None => {}
            },
            b'"' => {
                let end = end_of_string(bytes, at);
                match open.last_mut() {
                    Some(Open::Object { key: key @ None, .. }) => *key = json.get(start..end),
                    _ if end >= offset => return place(&open, kind(b'"')),
                    _ => {}
                }
                at = end;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' | b':' => {}
            _ => {
                let literal = |byte: &&u8| !matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
                let end = at + bytes[at..].iter().take_while(literal).count().max(1);
                if end >= offset {
                    return place(&open, kind(*byte));
                }
                at = end;
                continue;
            }
        }
        at += 1;
    }
    place(&open, None)
}

fn kind(first: u8) -> Option<&'static str> {
    match first {
        b'[' => Some("an array"),
        b'{' => Some("an object"),
        b'"' => Some("a string"),
        b't' | b'f' => Some("a boolean"),
        b'n' => Some("null"),
        b'-' | b'0'..=b'9' => Some("a number"),
        _ => None,
    }
}

fn place(open: &[Open], kind: Option<&'static str>) -> Place {
    let mut path = String::new();
    for open in open {
        match open {
            Open::Array { index, .. } => path.push_str(&format!("[{index}]")),
            Open::Object { key: Some(key), .. } => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&serde_json::from_str::<String>(key).unwrap_or_default());
            }
            Open::Object { key: None, .. } => {}
        }
    }
    Place { path, kind }
}

/// Returns the offset after the string that begins at `start`.
pub(crate) fn end_of_string(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Item {
        id: uuid::Uuid,
        tags: Vec<String>,
        more: Option<Box<Item>>,
        flags: BTreeMap<String, bool>,
    }

    fn failed<T: DeserializeOwned>(json: &str) -> (String, &'static str) {
        let error = serde_json::from_str::<T>(json).err().expect("an error");
        let Place { path, kind } = of_error(json, &error);
        (path, kind.expect("a value"))
    }

    #[test]
    fn finds_the_mismatched_value() {
        const ID: &str = r#""id": "3fa85f64-5717-4562-b3fc-2c963f66afa6""#;
        for (json, path, kind) in [
            (r#"{"id": "no"}"#.to_owned(), "id", "a string"),
            (r#"{"tags": [["a"], "id"]}"#.to_owned(), "tags[0]", "an array"),
            (format!("{{\n{ID},\n\"tags\": [\"a\",\n {{}}]}}"), "tags[1]", "an object"),
            (format!(r#"{{{ID}, "tags": null}}"#), "tags", "null"),
            (format!(r#"{{{ID}, "tags": 1.5}}"#), "tags", "a number"),
            (format!(r#"{{{ID}, "flags": {{"a\"b": true, "c": "x"}}}}"#), "flags.c", "a string"),
            (
                format!(r#"{{"new": {{"a": [1, {{}}]}}, "more": {{{ID}, "tags": [], "flags": false}}}}"#),
                "more.flags",
                "a boolean",
            ),
            (format!(r#"{{"more": {{{ID}, "tags": []}}}}"#), "more", "an object"),
            ("[]".to_owned(), "", "an array"),
            ("7".to_owned(), "", "a number"),
        ] {
            assert_eq!(failed::<Item>(&json), (path.to_owned(), kind), "{json}");
        }
        assert_eq!(failed::<Vec<Item>>(&format!("[{{{ID}, \"tags\": [], \"flags\": {{}}}}, {{}}]")).0, "[1]");
        assert_eq!(failed::<Vec<Vec<u8>>>("[[1], [2, 300]]"), ("[1][1]".to_owned(), "a number"));
        assert_eq!(failed::<Vec<Vec<u8>>>("[[1], {}]"), ("[1]".to_owned(), "an object"));
    }

    #[test]
    fn finds_the_end_of_truncated_json() {
        assert_eq!(end(r#"{"groups":[{"a":1},{"id":"#).path, "groups[1].id");
        assert_eq!(end("").path, "");
    }
}
