//! EXIF of JPEG, HEIC, TIFF, raw files based on it, PNG and WebP.

use std::io::Cursor;

use exif::{Context, Exif, In, Reader, Tag, Value};

use super::super::exif::number;
use super::{Found, gps, values};

/// The rating of Microsoft, which EXIF itself lacks.
const RATING: Tag = Tag(Context::Tiff, 0x4746);

/// The tags of a time, its fraction of a second and its offset. The first time that is valid counts.
const TIMES: [(Tag, Tag, Tag); 2] = [
    (Tag::DateTimeOriginal, Tag::SubSecTimeOriginal, Tag::OffsetTimeOriginal),
    (Tag::DateTimeDigitized, Tag::SubSecTimeDigitized, Tag::OffsetTimeDigitized),
];

pub(super) fn read(file: &[u8]) -> Found {
    let read = Reader::new().continue_on_error(true).read_from_container(&mut Cursor::new(file));
    // What is readable of a damaged file counts.
    let read = read.or_else(|error| error.distill_partial_result(|_| {}));
    read.map(|exif| of(&exif)).unwrap_or_default()
}

fn of(exif: &Exif) -> Found {
    let mut found =
        Found { place: gps::place(exif), description: text(exif, Tag::ImageDescription), ..Found::default() };
    found.rating = unsigned(exif, RATING).filter(|rating| *rating <= 5).map(i64::from);
    found.taken = TIMES.iter().find_map(|(time, fraction, offset)| {
        let offset = text(exif, *offset).or_else(|| text(exif, Tag::OffsetTime)).and_then(|text| values::offset(&text));
        values::instant(&text(exif, *time)?, &text(exif, *fraction).unwrap_or_default(), offset)
    });
    if let (Some((local, None)), Some(utc)) = (found.taken, gps::time(exif)) {
        let offset = values::offset_between(local, utc);
        let taken = offset.and_then(|offset| offset.to_timestamp(jiff::tz::Offset::UTC.to_datetime(local)).ok());
        found.taken = Some((taken.unwrap_or(local), offset));
    }
    let boxed = |tag| text(exif, tag).map(String::into_boxed_str);
    let is_known = |lens: &String| !lens.starts_with("----") && !lens.starts_with("Unknown");
    let fields = &mut found.exif;
    fields.make = boxed(Tag::Make);
    fields.model = boxed(Tag::Model);
    fields.lens_model = text(exif, Tag::LensModel).filter(is_known).map(Into::into);
    let orientation = unsigned(exif, Tag::Orientation).filter(|orientation| (1..=8).contains(orientation));
    fields.orientation = orientation.map(|orientation| orientation.to_string().into());
    fields.exposure_time = real(exif, Tag::ExposureTime).and_then(values::exposure).map(Into::into);
    fields.f_number = real(exif, Tag::FNumber).and_then(|aperture| number(values::tenths(aperture)));
    fields.focal_length = real(exif, Tag::FocalLength).and_then(|length| number(values::tenths(length)));
    fields.iso = unsigned(exif, Tag::PhotographicSensitivity).map(Into::into);
    found
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => values::text(lines.first()?),
        _ => None,
    }
}

fn unsigned(exif: &Exif, tag: Tag) -> Option<u32> {
    exif.get_field(tag, In::PRIMARY)?.value.get_uint(0)
}

/// A positive number.
fn real(exif: &Exif, tag: Tag) -> Option<f64> {
    let number = match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Rational(numbers) => numbers.first()?.to_f64(),
        _ => return None,
    };
    (number.is_finite() && number > 0.0).then_some(number)
}
