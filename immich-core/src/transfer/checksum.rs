//! SHA-1 checksums, by which the server recognizes identical files.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha1::{Digest, Sha1};

/// The SHA-1 of a file, by which the server recognizes files that it already has.
///
/// Parses base64, as in `AssetResponseDto::checksum`, and hexadecimal digits. `Display` prints base64.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use immich_sdk::transfer::Checksum;
///
/// let checksum = Checksum::of(b"photo");
/// assert_eq!(checksum.to_string().parse(), Ok(checksum));
/// assert_eq!(checksum.to_hex().parse(), Ok(checksum));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum([u8; 20]);

impl Checksum {
    /// Returns the checksum of bytes in memory.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(Sha1::digest(bytes).into())
    }

    /// Returns the checksum as 40 hexadecimal digits.
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl From<[u8; 20]> for Checksum {
    fn from(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }
}

impl From<Checksum> for String {
    /// Returns base64, as sent in the upload header `x_immich_checksum`.
    fn from(checksum: Checksum) -> Self {
        checksum.to_string()
    }
}

/// The string is not a valid SHA-1 in base64 or in hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseChecksumError;

impl fmt::Display for ParseChecksumError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a SHA-1 in base64 or in hexadecimal digits")
    }
}

impl std::error::Error for ParseChecksumError {}

impl FromStr for Checksum {
    type Err = ParseChecksumError;

    fn from_str(text: &str) -> Result<Self, ParseChecksumError> {
        let bytes = if text.len() == 40 { from_hex(text) } else { BASE64.decode(text).ok() };
        let bytes: [u8; 20] = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(ParseChecksumError)?;
        Ok(Self(bytes))
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    Some(digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

impl fmt::Display for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&BASE64.encode(self.0))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Checksum({self})")
    }
}

/// Computes the checksum of bytes that arrive in pieces.
#[derive(Clone, Default)]
pub struct Checksummer(Sha1);

impl Checksummer {
    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the checksum of all bytes.
    pub fn finish(self) -> Checksum {
        Checksum(self.0.finalize().into())
    }
}

impl fmt::Debug for Checksummer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Checksummer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let abc = Checksum::of("abc");
        assert_eq!(abc.to_hex(), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(abc.to_string(), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
        let mut parts = Checksummer::default();
        parts.update(b"a");
        parts.update(b"bc");
        assert_eq!(parts.finish(), abc);
        for invalid in ["", "abc", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0", "g9993e364706816aba3e25717850c26c9cd0d89d"] {
            assert_eq!(invalid.parse::<Checksum>(), Err(ParseChecksumError), "{invalid}");
        }
    }
}
