//! Times as Immich writes them: its own JSON, JSON made by its database, and HTTP.

use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// The current time in microseconds, the precision of the database.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// The format of an instant in a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// By the server: `2024-05-06T07:08:09.000Z`.
    ByServer,
    /// By the database, inside a joined row: `2024-05-06T07:08:09+00:00`.
    ByDatabase,
}

impl Written {
    pub(super) fn instant(self, instant: Timestamp) -> Value {
        self.text(instant).into()
    }

    pub(super) fn text(self, instant: Timestamp) -> String {
        match self {
            Self::ByServer => format!("{instant:.3}"),
            Self::ByDatabase => format!("{}+00:00", zoneless(instant)),
        }
    }
}

/// An instant as the server writes it.
pub(super) fn text(instant: Timestamp) -> Value {
    Written::ByServer.instant(instant)
}

/// An instant in UTC without a zone, as in the columns of the timeline.
pub(super) fn zoneless(instant: Timestamp) -> String {
    instant.to_string().trim_end_matches('Z').to_owned()
}

/// An instant in a request, and its offset, if any. Defaults to UTC.
pub(super) fn parse(text: &str) -> Option<(Timestamp, Option<Offset>)> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        let offset = jiff::fmt::temporal::Pieces::parse(text).ok().and_then(|pieces| pieces.to_numeric_offset());
        return Some((instant, offset));
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    Some((Offset::UTC.to_timestamp(civil).ok()?, None))
}

/// The local time at an offset, as an instant in UTC.
pub(super) fn local(instant: Timestamp, offset: Offset) -> Timestamp {
    let offset = SignedDuration::from_secs(i64::from(offset.seconds()));
    instant.checked_add(offset).unwrap_or(instant)
}

/// A date such as `Mon, 06 May 2024 07:08:10 GMT`.
pub(super) fn http_date(instant: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&instant).unwrap_or_default()
}

/// Parses the date in a header.
pub(super) fn parse_http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}
