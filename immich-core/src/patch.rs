//! A field that can be kept, cleared or set.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::secret::Secret;

/// A change of a field: keep it, clear it, or set it.
///
/// Setters take a value, an `Option` (`None` clears), or a `Patch`.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::{Patch, api::UpdateAssetDto};
///
/// let rated = UpdateAssetDto::new().rating(4);
/// let cleared = UpdateAssetDto::new().rating(Patch::Null);
/// assert_eq!(serde_json::to_string(&rated).unwrap(), r#"{"rating":4}"#);
/// assert_eq!(serde_json::to_string(&cleared).unwrap(), r#"{"rating":null}"#);
/// assert_eq!(serde_json::to_string(&UpdateAssetDto::new()).unwrap(), "{}");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field is not sent, and keeps its value.
    #[default]
    Keep,
    /// The field is sent as `null`, which clears it.
    Null,
    /// The field is sent with this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Returns whether the field is not sent.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Returns whether the field is cleared.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the value, if one is set.
    pub fn as_option(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Null => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Set)
    }
}

impl From<String> for Patch<Secret> {
    fn from(value: String) -> Self {
        Self::Set(value.into())
    }
}

impl From<&String> for Patch<Secret> {
    fn from(value: &String) -> Self {
        Self::Set(value.into())
    }
}

impl From<&String> for Patch<String> {
    fn from(value: &String) -> Self {
        Self::Set(value.clone())
    }
}

impl From<Option<&str>> for Patch<Secret> {
    fn from(value: Option<&str>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl From<Option<&str>> for Patch<String> {
    fn from(value: Option<&str>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl<T, const N: usize> From<[T; N]> for Patch<Vec<T>> {
    fn from(values: [T; N]) -> Self {
        Self::Set(values.into())
    }
}

impl From<&str> for Patch<Secret> {
    fn from(value: &str) -> Self {
        Self::Set(value.into())
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_option().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}
