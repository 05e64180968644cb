//! The kind of the value at a place in JSON, found without a tree of all values.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_path_to_error::{Path, Segment};

/// The kind of the value at a path, as far as the path leads.
pub(crate) fn kind_at(json: &[u8], path: &Path) -> Option<&'static str> {
    let segments: Vec<&Segment> = path.iter().collect();
    let mut found = None;
    // What comes after the place is not read, which is an error that nobody needs.
    let _ =
        Walk { segments: &segments, found: &mut found }.deserialize(&mut serde_json::Deserializer::from_slice(json));
    found
}

struct Walk<'w> {
    segments: &'w [&'w Segment],
    found: &'w mut Option<&'static str>,
}

impl Walk<'_> {
    fn is<E: serde::de::Error>(self, kind: &'static str) -> Result<(), E> {
        *self.found = Some(kind);
        Err(E::custom("found"))
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.is("null")
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.is("a boolean")
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.is("a number")
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.is("a number")
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.is("a number")
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.is("a string")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Some((Segment::Seq { index }, rest)) = self.segments.split_first() else { return self.is("an array") };
        for _ in 0..*index {
            if items.next_element::<IgnoredAny>()?.is_none() {
                return Err(A::Error::custom("no such item"));
            }
        }
        items.next_element_seed(Walk { segments: rest, found: self.found }).map(drop)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Some((Segment::Map { key: wanted }, rest)) = self.segments.split_first() else {
            return self.is("an object");
        };
        while let Some(key) = fields.next_key::<String>()? {
            if key == *wanted {
                return fields.next_value_seed(Walk { segments: rest, found: self.found });
            }
            fields.next_value::<IgnoredAny>()?;
        }
        Err(A::Error::custom("no such field"))
    }
}
