//! Numbers such as `12.0` and `1e3`, as some proxies and serializers write integers.

use serde_json::Value;

use crate::place::end_of_string;

/// Doubles represent all integers up to this one exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Returns the JSON with each number without a fraction written as an integer; `None` if nothing changes.
///
/// It edits a copy of the text instead of building a tree of values, so a large response needs at most its own length
/// again.
pub(crate) fn with_integers(json: &str) -> Option<String> {
    let bytes = json.as_bytes();
    let mut out: Option<String> = None;
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = end_of_string(bytes, at),
            b'-' | b'0'..=b'9' => {
                let part_of_number = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                let end = at + bytes[at..].iter().take_while(part_of_number).count();
                if let Some(integer) = integer(&json[at..end]) {
                    let out = out.get_or_insert_with(|| String::with_capacity(json.len()));
                    out.push_str(&json[copied..at]);
                    out.push_str(&integer.to_string());
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    let mut out = out?;
    out.push_str(&json[copied..]);
    Some(out)
}

/// Parses an integer that is written with a fraction or an exponent.
fn integer(number: &str) -> Option<i64> {
    if !number.contains(['.', 'e', 'E']) {
        return None;
    }
    let float: f64 = number.parse().ok()?;
    #[allow(clippy::cast_possible_truncation)]
    (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
}

/// Converts each number without a fraction to an integer. Returns whether there was one.
pub(crate) fn make_integers(value: &mut Value) -> bool {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => {
                #[allow(clippy::cast_possible_truncation)]
                let integer = float as i64;
                *value = integer.into();
                true
            }
            _ => false,
        },
        // `fold`, not `any`: every number must be converted.
        Value::Array(items) => items.iter_mut().fold(false, |any, item| make_integers(item) | any),
        Value::Object(fields) => fields.values_mut().fold(false, |any, field| make_integers(field) | any),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_without_a_fraction_change() {
        for (json, expected) in [
            ("[12.0, -3.00,1e3 ,2.5E1]", Some("[12, -3,1000 ,25]")),
            (r#"{"a": 7.0, "b": "7.0 \" 8.0", "7.0": 1.5}"#, Some(r#"{"a": 7, "b": "7.0 \" 8.0", "7.0": 1.5}"#)),
            ("-0.0", Some("0")),
            ("[1, 2.5, 1e300, \"3.0\"]", None),
            ("\"never ends 1.0", None),
            ("\"ends with a backslash\\", None),
            ("", None),
        ] {
            assert_eq!(with_integers(json).as_deref(), expected, "{json}");
        }
    }
}
