//! Instants and local times as the server writes and reads them.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::patch::Patch;

/// An instant as every server version reads it: UTC, `Z`, three digits of milliseconds.
pub(crate) fn text(instant: Timestamp) -> String {
    format!("{instant:.3}")
}

/// An instant in a field that may be absent, cleared or required.
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

/// Writes an instant with [`text`]; what is absent is written as null.
pub(crate) fn instant<T: Instant, S: Serializer>(field: &T, serializer: S) -> Result<S::Ok, S::Error> {
    field.instant().map(text).serialize(serializer)
}

/// A date and time on the clock of the place where a photo was taken.
///
/// The server writes it like an instant, with a `Z` that means nothing. It is no instant: comparing it with
/// one is wrong by the offset of the place.
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
                let zone = |after: usize| text[after..].find(['Z', '+', '-']).map_or(text.len(), |found| after + found);
                let zoneless = &text[..text.find('T').map_or(text.len(), zone)];
                zoneless.parse().map(LocalDateTime).map_err(|_| E::custom("not a date and time"))
            }
        }

        deserializer.deserialize_str(Text)
    }
}
