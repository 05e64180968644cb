//! Versions of the server.

use std::fmt;
use std::str::FromStr;

/// A version of the Immich server, such as 2.7.5.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::ServerVersion;
///
/// assert!(ServerVersion::new(2, 7, 5) < ServerVersion::new(3, 1, 0));
/// assert_eq!(ServerVersion::new(3, 1, 0).to_string(), "3.1.0");
/// assert_eq!("v3.1.0".parse(), Ok(ServerVersion::new(3, 1, 0)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerVersion {
    /// Incremented for breaking changes.
    pub major: u32,
    /// Incremented for additions.
    pub minor: u32,
    /// Incremented for fixes.
    pub patch: u32,
}

impl ServerVersion {
    /// Creates a version from its three numbers.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// Parses a literal of the generated code, such as `"2.7.5"`.
    pub(crate) const fn literal(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut numbers = [0; 3];
        let (mut index, mut number) = (0, 0);
        while index < bytes.len() {
            match bytes[index] {
                b'.' => number += 1,
                digit => numbers[number] = numbers[number] * 10 + (digit - b'0') as u32,
            }
            index += 1;
        }
        Self::new(numbers[0], numbers[1], numbers[2])
    }
}

/// The cached version of a server.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum KnownVersion {
    /// Not requested yet, or without success.
    #[default]
    Unknown,
    /// Not reported by the server, so that it is not requested again for every call.
    Unreported,
    /// The version.
    Known(ServerVersion),
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Parses `3.1.0`, or `v3.1.0` as in the names of Immich releases.
impl FromStr for ServerVersion {
    type Err = ParseServerVersionError;

    fn from_str(text: &str) -> Result<Self, ParseServerVersionError> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.');
        let mut number = || {
            // `parse` alone would accept a sign.
            let digits = numbers.next().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
            digits.and_then(|digits| digits.parse().ok()).ok_or(ParseServerVersionError(()))
        };
        let version = Self::new(number()?, number()?, number()?);
        if numbers.next().is_some() { Err(ParseServerVersionError(())) } else { Ok(version) }
    }
}

/// The error of parsing a [`ServerVersion`] from a string that is not three numbers such as `3.1.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseServerVersionError(());

impl fmt::Display for ParseServerVersionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a server version has three numbers, such as 3.1.0")
    }
}

impl std::error::Error for ParseServerVersionError {}

/// A range of versions, both ends inclusive; `None` for an open end.
#[derive(Clone, Copy)]
pub(crate) struct VersionRange {
    pub(crate) since: Option<ServerVersion>,
    pub(crate) until: Option<ServerVersion>,
}

impl VersionRange {
    pub(crate) fn contains(self, server: ServerVersion) -> bool {
        self.since.is_none_or(|since| since <= server) && self.until.is_none_or(|until| server <= until)
    }

    /// Returns a description such as "3.2.1 or newer"; `None` if the range includes all versions.
    pub(crate) fn text(self) -> Option<String> {
        match (self.since, self.until) {
            (None, None) => None,
            (Some(since), None) => Some(format!("{since} or newer")),
            (None, Some(until)) => Some(format!("{until} or older")),
            (Some(since), Some(until)) => Some(format!("{since} to {until}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_three_numbers_only() {
        assert_eq!("2.7.5".parse(), Ok(ServerVersion::new(2, 7, 5)));
        for invalid in ["", "v", "3.1", "3.1.0.1", "3.1.x", "3..0", "+3.1.0", "3.1.-0", "3.1.0-rc.1", "99999999999.0.0"]
        {
            assert_eq!(invalid.parse::<ServerVersion>(), Err(ParseServerVersionError(())), "{invalid}");
        }
    }
}
