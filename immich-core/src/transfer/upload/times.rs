//! Determines when a file was created, from the times in the file system.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

const HOUR: i64 = 3600;

/// The zero points of system clocks, in seconds since 1970. They mean that there is no time. They are often in local
/// time, so times within 14 hours of them count too.
const ZEROES: [i64; 4] = [
    // Unix: 1970-01-01.
    0,
    // Old Macs: 1904-01-01.
    -2_082_844_800,
    // FAT and zip: 1980-01-01.
    315_532_800,
    // A zip whose time is all zeroes: 1979-11-30.
    312_768_000,
];

/// The earliest possible time of a photo: 1826-01-01. This also excludes the zero point of Windows, 1601.
const OLDEST: i64 = -4_544_208_000;

/// The time when this was written: 2026-01-01. The current time is at least that, even if the clock of the machine is
/// wrong.
const WRITTEN: i64 = 1_767_225_600;

/// Returns when a file was created and last modified.
///
/// A copy is newer than the original but keeps its modification time, so the earlier of both times is the creation
/// time. Times that mean "unknown" are ignored: the zero points of system clocks, and more than a day in the future.
/// If neither time is known, both are 1970-01-01, which the server shows as such and which is the same in each run.
pub(super) fn times(metadata: &Metadata) -> (Timestamp, Timestamp) {
    chosen(metadata.created().ok(), metadata.modified().ok(), SystemTime::now())
}

fn chosen(created: Option<SystemTime>, modified: Option<SystemTime>, now: SystemTime) -> (Timestamp, Timestamp) {
    let known = |time: Option<SystemTime>| time.and_then(|time| known(time, now));
    match (known(created), known(modified)) {
        (Some(created), Some(modified)) => (created.min(modified), modified),
        (Some(one), None) | (None, Some(one)) => (one, one),
        (None, None) => (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH),
    }
}

/// Returns a time, unless it means "unknown".
fn known(time: SystemTime, now: SystemTime) -> Option<Timestamp> {
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(WRITTEN.unsigned_abs());
    let latest = now.max(written).checked_add(Duration::from_secs(24 * HOUR.unsigned_abs()))?;
    let instant = Timestamp::try_from(time).ok()?;
    let second = instant.as_second();
    let is_zero = ZEROES.iter().any(|zero| (second - zero).abs() <= 14 * HOUR);
    (second >= OLDEST && time <= latest && !is_zero).then_some(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> SystemTime {
        SystemTime::try_from(text.parse::<Timestamp>().expect("a time")).expect("a time")
    }

    #[test]
    fn times_that_mean_unknown_are_ignored() {
        let now = time("2026-06-01T00:00:00Z");
        let good = time("2019-05-06T07:08:09Z");
        for unknown in [
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T05:00:00Z",
            "1904-01-01T00:00:00Z",
            "1903-12-31T23:00:00Z",
            "1980-01-01T00:00:00Z",
            "1979-12-31T11:00:00Z",
            "1980-01-01T08:00:00Z",
            "1979-11-30T00:00:00Z",
            "1601-01-01T00:00:00Z",
            "2107-12-31T23:59:58Z",
            "2040-02-06T06:28:15Z",
            "2026-06-03T00:00:00Z",
        ] {
            let unknown = Some(time(unknown));
            let of_good = Timestamp::try_from(good).expect("a time");
            assert_eq!(chosen(unknown, Some(good), now), (of_good, of_good), "{unknown:?}");
            assert_eq!(chosen(Some(good), unknown, now), (of_good, of_good), "{unknown:?}");
            assert_eq!(chosen(unknown, unknown, now), (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH), "{unknown:?}");
        }
    }

    #[test]
    fn the_earlier_of_two_known_times() {
        let (old, new) = (time("1955-07-04T12:00:00Z"), time("2024-01-01T00:00:00Z"));
        let of = |time: SystemTime| Timestamp::try_from(time).expect("a time");
        // The clock of this machine may have been reset.
        for now in [time("2026-06-01T00:00:00Z"), SystemTime::UNIX_EPOCH] {
            assert_eq!(chosen(Some(new), Some(old), now), (of(old), of(old)));
            assert_eq!(chosen(Some(old), Some(new), now), (of(old), of(new)));
            assert_eq!(chosen(None, Some(new), now), (of(new), of(new)));
        }
    }
}
