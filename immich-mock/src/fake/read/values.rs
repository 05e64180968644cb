//! Values in the form in which Immich stores them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// The longest text that is kept. A file may claim any length.
const LONGEST: usize = 16 << 10;

/// A text without the spaces and NUL characters around it; `None` if nothing is left.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_matches(|character: char| character == '\0' || character.is_whitespace());
    (!text.is_empty()).then(|| text.to_owned())
}

/// A date and time of EXIF (`2024:05:06 07:08:09`), with its fraction of a second and its offset, if given.
pub(super) fn instant(text: &str, fraction: &str, offset: Option<Offset>) -> Option<(Timestamp, Option<Offset>)> {
    let (day, clock) = text.split_once([' ', 'T'])?;
    let mut parts = day.splitn(3, [':', '-']);
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let second = parts.next().map_or(Some(0), |second| second.parse().ok())?;
    let civil = DateTime::from_parts(Date::new(year, month, day).ok()?, Time::new(hour, minute, second, 0).ok()?);
    let instant = offset.unwrap_or(Offset::UTC).to_timestamp(civil).ok()?;
    // A clock that was never set.
    if year < 1 {
        return None;
    }
    // As precise as the API.
    let digits: String = fraction.chars().take_while(char::is_ascii_digit).chain("000".chars()).take(3).collect();
    let millis = digits.parse().unwrap_or_default();
    Some((instant.checked_add(SignedDuration::from_millis(millis)).ok()?, offset))
}

/// A date and time of XMP or QuickTime (`2024-05-06T07:08:09.12+02:00`); the fraction and the offset may be missing.
pub(super) fn iso(text: &str) -> Option<(Timestamp, Option<Offset>)> {
    let text = text.trim();
    let (day, clock) = text.split_once('T')?;
    let end = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    instant(&format!("{day} {clock}"), fraction, self::offset(zone))
}

/// A UTC offset: `Z`, `+02:00` or `+0200`.
pub(super) fn offset(text: &str) -> Option<Offset> {
    let text = text.trim();
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|character| *character != ':').collect();
    let is_clock = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let number: i32 = digits.parse().ok().filter(|_| is_clock)?;
    let seconds = (number / 100 * 60 + number % 100) * 60;
    // 14 hours are the most in use; jiff would take 25.
    Offset::from_seconds(sign * seconds).ok().filter(|_| seconds <= 14 * 3600)
}

/// The UTC offset of a camera whose clock shows this local time, by the time of the satellites, in quarters of an hour.
pub(super) fn offset_between(local: Timestamp, utc: Timestamp) -> Option<Offset> {
    const QUARTER: i64 = 15 * 60;
    let seconds = local.as_second().checked_sub(utc.as_second())?;
    let quarters = (seconds as f64 / QUARTER as f64).round() as i64;
    let is_near = (seconds - quarters * QUARTER).abs() <= QUARTER / 3;
    let rounded = i32::try_from(quarters * QUARTER).ok().filter(|rounded| is_near && rounded.abs() <= 14 * 3600)?;
    Offset::from_seconds(rounded).ok()
}

/// An exposure time in seconds: `1/60`, `0.5` or `30`.
pub(super) fn exposure(seconds: f64) -> Option<String> {
    if !seconds.is_finite() || seconds <= 0.0 {
        return None;
    }
    if seconds < 0.25001 {
        return Some(format!("1/{:.0}", (1.0 / seconds).round()));
    }
    let text = format!("{seconds:.1}");
    Some(text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned))
}

/// A number with one decimal, as the tool that reads photos prints apertures and focal lengths.
pub(super) fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// A position. Cameras without one write zeros.
pub(super) fn place(latitude: f64, longitude: f64) -> Option<(f64, f64)> {
    let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    (is_on_earth && (latitude != 0.0 || longitude != 0.0)).then_some((latitude, longitude))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{exposure, instant, iso, offset};

    #[test]
    fn exposures_are_fractions_below_a_quarter_of_a_second() {
        for (seconds, text) in [(1.0 / 60.0, "1/60"), (0.004, "1/250"), (0.25, "1/4"), (0.5, "0.5"), (30.0, "30")] {
            assert_eq!(exposure(seconds).as_deref(), Some(text));
        }
        assert!([0.0, -1.0, f64::NAN, f64::INFINITY].iter().all(|seconds| exposure(*seconds).is_none()));
    }

    #[test]
    fn dates_may_lack_fraction_and_offset() {
        let whole = iso("2024-05-06T07:08:09.5+02:00").unwrap();
        assert_eq!(whole.0.to_string(), "2024-05-06T05:08:09.5Z");
        assert_eq!(whole.1, offset("+0200"));
        assert_eq!(iso("2024-05-06T07:08").unwrap().0.to_string(), "2024-05-06T07:08:00Z");
        assert_eq!(instant("2024:05:06 07:08:09", "1234", None).unwrap().0.to_string(), "2024-05-06T07:08:09.123Z");
        for wrong in ["0000:00:00 00:00:00", "2024:13:01 00:00:00", "2024:05:06", "    :  :     :  :  ", ""] {
            assert!(instant(wrong, "", None).is_none(), "{wrong}");
        }
        assert!(["+2", "+99:99", "02:00", "+é00", ""].iter().all(|text| offset(text).is_none()));
    }
}
