//! The duration of a video, which 2.x writes as a string and 3.x as milliseconds.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The duration of a video: `"0:00:05.250"` from servers 2.x, `5250` milliseconds from 3.x.
///
/// ```
/// # extern crate immich_core as immich_sdk;
/// use std::time::Duration;
/// use immich_sdk::AssetDuration;
///
/// let old: AssetDuration = serde_json::from_str(r#""0:00:05.250""#).unwrap();
/// let new: AssetDuration = serde_json::from_str("5250").unwrap();
/// assert_eq!(old.get(), Duration::from_millis(5250));
/// assert_eq!(old, new);
/// assert_eq!(new.to_string(), "0:00:05.250");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetDuration(Duration);

impl AssetDuration {
    /// Returns the duration, in whole milliseconds. It is zero for a photo.
    pub fn get(self) -> Duration {
        self.0
    }

    /// Parses `hours:minutes:seconds.fraction`; the fraction is truncated to milliseconds.
    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split(':');
        let hours: u64 = fields.next()?.parse().ok()?;
        let minutes: u64 = fields.next()?.parse().ok()?;
        let (seconds, fraction) = fields.next().map(|field| field.split_once('.').unwrap_or((field, "0")))?;
        if fields.next().is_some() || fraction.is_empty() || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let seconds =
            hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds.parse().ok()?)?;
        let milliseconds: u64 = format!("{fraction:0<3.3}").parse().ok()?;
        Some(Self(Duration::from_millis(seconds.checked_mul(1000)?.checked_add(milliseconds)?)))
    }
}

/// Formats it as `hours:minutes:seconds.milliseconds`, as 2.x does: `0:00:05.250`.
impl fmt::Display for AssetDuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, milliseconds) = (self.0.as_secs(), self.0.subsec_millis());
        let text = format!("{}:{:02}:{:02}.{milliseconds:03}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        formatter.pad(&text)
    }
}

impl From<Duration> for AssetDuration {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl Serialize for AssetDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX))
    }
}

impl<'de> Deserialize<'de> for AssetDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EitherForm;

        impl Visitor<'_> for EitherForm {
            type Value = AssetDuration;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("milliseconds or h:mm:ss.sss")
            }

            fn visit_u64<E: Error>(self, milliseconds: u64) -> Result<AssetDuration, E> {
                Ok(AssetDuration(Duration::from_millis(milliseconds)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<AssetDuration, E> {
                // 2.x returns an empty string for some photos.
                if text.is_empty() {
                    return Ok(AssetDuration::default());
                }
                AssetDuration::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_any(EitherForm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_string_form_and_rejects_others() {
        let long = AssetDuration::from(Duration::from_millis(3_723_450));
        assert_eq!((long.to_string().as_str(), AssetDuration::parse(&long.to_string())), ("1:02:03.450", Some(long)));
        let parsed = |text| AssetDuration::parse(text).map(|duration| duration.0.as_millis());
        assert_eq!(parsed("0:00:00.00000"), Some(0));
        assert_eq!(parsed("01:02:03.4"), Some(3_723_400));
        assert_eq!(parsed("0:00:05"), Some(5000));
        for invalid in ["5", "0:05", "0:00:05.", "0:00:05.x", "1:2:3:4", "99999999999999999999:0:0", "-1:00:00"] {
            assert_eq!(parsed(invalid), None, "{invalid}");
        }
    }
}
