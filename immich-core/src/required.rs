//! Fields that a request must have and that are set by name, since their values could be mistaken for each other.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

/// Writes a field; one that was never set is an error.
pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => value.serialize(serializer),
        None => Err(S::Error::custom("it is required, and was not set")),
    }
}
