//! Instants and local times, as the server writes and parses them.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::patch::Patch;

/// Formats an instant as every server version accepts it: UTC, `Z`, three digits of milliseconds.
pub(crate) fn text(instant: Timestamp) -> String {
    format!("{instant:.3}")
}

/// A field with an instant that may be absent, cleared or required.
pub(crate) trait Instant {
    fn instant(&self) -> Option<Timestamp>;
}

impl Instant for Timestamp {
    fn instant(&self) -> Option<Timestamp> {
        Some(*self)
    }
}

impl Instant for Option<Timestamp> {
    fn instant(&self) -> Option<Timestamp> {
        *self
    }
}

impl Instant for Patch<Timestamp> {
    fn instant(&self) -> Option<Timestamp> {
        self.as_option().copied()
    }
}

/// Serializes an instant with [`text`], or null if it is absent.
pub(crate) fn instant<T: Instant, S: Serializer>(field: &T, serializer: S) -> Result<S::Ok, S::Error> {
    field.instant().map(text).serialize(serializer)
}

/// A field with an instant that may be absent.
pub(crate) trait ReadInstant: Sized {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl ReadInstant for Timestamp {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Timestamp;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a date and time")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
                let usual = usual_form(text).and_then(|time| Offset::UTC.to_timestamp(time).ok());
                usual.map_or_else(|| text.parse(), Ok).map_err(|_| E::custom("not a date and time"))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

impl ReadInstant for Option<Timestamp> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Field;

        impl<'de> Visitor<'de> for Field {
            type Value = Option<Timestamp>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a date and time")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
                Timestamp::read(deserializer).map(Some)
            }
        }

        deserializer.deserialize_option(Field)
    }
}

/// Deserializes an instant, with a fast path for the form that Immich writes; other forms of RFC 3339 are accepted too.
pub(crate) fn read_instant<'de, T: ReadInstant, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// Parses `2024-05-06T07:08:09.123Z`, the usual form of servers; `None` for other forms.
fn usual_form(text: &str) -> Option<DateTime> {
    let text: &[u8; 24] = text.as_bytes().try_into().ok()?;
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (23, b'Z')];
    if separators.iter().any(|(at, separator)| text[*at] != *separator) {
        return None;
    }
    let number = |from: usize, to: usize| {
        text[from..to]
            .iter()
            .try_fold(0i16, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0')))
    };
    let two = |from: usize| number(from, from + 2)?.try_into().ok();
    let nanoseconds = i32::from(number(20, 23)?) * 1_000_000;
    DateTime::new(number(0, 4)?, two(5)?, two(8)?, two(11)?, two(14)?, two(17)?, nanoseconds).ok()
}

/// The local date and time at which a photo was taken.
///
/// The server writes it like an instant, with a `Z` that has no meaning. Comparing it with an instant is wrong by the
/// local UTC offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDateTime(pub DateTime);

impl fmt::Display for LocalDateTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Serialize for LocalDateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.3}Z", self.0))
    }
}

impl<'de> Deserialize<'de> for LocalDateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        // A visitor, so that an error has the position of the value.
        impl Visitor<'_> for Text {
            type Value = LocalDateTime;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a date and time")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<LocalDateTime, E> {
                if let Some(time) = usual_form(text) {
                    return Ok(LocalDateTime(time));
                }
                let zone = |after: usize| text[after..].find(['Z', '+', '-']).map_or(text.len(), |found| after + found);
                let zoneless = &text[..text.find('T').map_or(text.len(), zone)];
                zoneless.parse().map(LocalDateTime).map_err(|_| E::custom("not a date and time"))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_form_agrees_with_jiff() {
        for text in ["2024-05-06T07:08:09.123Z", "0001-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z"] {
            let time = usual_form(text).expect(text);
            assert_eq!(Offset::UTC.to_timestamp(time).ok(), text.parse::<Timestamp>().ok(), "{text}");
        }
    }

    #[test]
    fn other_forms_are_left_to_jiff() {
        for text in [
            "2024-05-06T07:08:09Z",
            "2024-05-06T07:08:09.123456Z",
            "2024-05-06T07:08:09.123+0",
            "2023-02-29T00:00:00.000Z",
            "2024-13-01T00:00:00.000Z",
            "2024-05-06T24:00:00.000Z",
            "2024-05-06T07:08:60.000Z",
            "+024-05-06T07:08:09.123Z",
            "2024-05-06 07:08:09.123Z",
        ] {
            assert_eq!(usual_form(text), None, "{text}");
        }
        let read = |text: &str| serde_json::from_value::<LocalDateTime>(text.into()).expect(text).to_string();
        assert_eq!(read("2024-05-06T07:08:09.123456+02:00"), "2024-05-06T07:08:09.123456");
        assert_eq!(read("2024-05-06T07:08:09.120Z"), "2024-05-06T07:08:09.12");
    }
}
