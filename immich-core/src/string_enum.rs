//! The common implementation of string enums.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

/// Deserializes a string, borrowed if possible, and converts it.
pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    Text::deserialize(deserializer).map(|text| T::from(&text.0))
}

macro_rules! text_traits {
    ($name:ident, $first:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl $crate::param::Param for $name {
            fn each(&self, add: &mut dyn FnMut(&str)) {
                add(self.as_str());
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::string_enum::deserialize(deserializer)
            }
        }

        #[cfg(feature = "fixtures")]
        impl Default for $name {
            fn default() -> Self {
                Self::$first
            }
        }
    };
}

pub(crate) use text_traits;
