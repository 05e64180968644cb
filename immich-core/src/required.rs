//! Required fields that are set by name, because their values could be confused.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

/// Serializes a field, or fails if it was not set.
pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => value.serialize(serializer),
        None => Err(S::Error::custom("it is required, and was not set")),
    }
}
