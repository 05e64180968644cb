//! Positions in EXIF.

use exif::{Exif, Field, In, Tag, Value};
use jiff::Timestamp;

use super::values;

/// The latitude and the longitude.
pub(super) fn place(exif: &Exif) -> Option<(f64, f64)> {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S')?;
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W')?;
    values::place(latitude, longitude)
}

/// Degrees, minutes and seconds as one number, negative in one of the directions.
fn degrees(exif: &Exif, tag: Tag, direction: Tag, negative: u8) -> Option<f64> {
    let parts = rationals(exif.get_field(tag, In::PRIMARY)?)?;
    let size = [1.0, 60.0, 3600.0].iter().zip(parts).map(|(unit, part)| part / unit).sum::<f64>();
    let is_negative = match exif.get_field(direction, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Ascii(lines)) => lines.first().and_then(|line| line.first()) == Some(&negative),
        _ => false,
    };
    Some(if is_negative { -size } else { size }).filter(|degrees| degrees.is_finite())
}

fn rationals(field: &Field) -> Option<Vec<f64>> {
    let Value::Rational(parts) = &field.value else { return None };
    // Unknown minutes or seconds may be 0/0.
    Some(parts.iter().map(|part| if part.denom == 0 { 0.0 } else { part.to_f64() }).collect())
}

/// The time of the satellites.
pub(super) fn time(exif: &Exif) -> Option<Timestamp> {
    let Value::Ascii(lines) = &exif.get_field(Tag::GPSDateStamp, In::PRIMARY)?.value else { return None };
    let day = values::text(lines.first()?)?;
    let parts = rationals(exif.get_field(Tag::GPSTimeStamp, In::PRIMARY)?)?;
    let [hours, minutes, seconds] = parts.first_chunk::<3>()?.map(|part| part as u32);
    values::instant(&format!("{day} {hours}:{minutes}:{seconds}"), "", None).map(|(instant, _)| instant)
}
