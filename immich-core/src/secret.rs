//! Secret strings.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret string: `Debug` prints `[redacted]`, and there is no `Display`.
///
/// Passwords, keys and tokens in requests and responses have this type.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::Secret;
///
/// let password = Secret::from("hunter2");
/// assert_eq!(format!("{password:?}"), "[redacted]");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Box<str>);

impl Secret {
    /// Returns the string itself. Take care not to log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: AsRef<str>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.as_ref().into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
