//! MP4 and MOV: the boxes that say when a video was taken, how large it is, and how long.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::super::exif::{Exif, number};
use super::bytes::{u16_at, u32_at, u64_at};
use super::{Found, values};

/// Seconds from 1904, the start of times in these files, to 1970.
const EPOCH: i64 = 2_082_844_800;

/// The most boxes of one level that are read.
const MOST_BOXES: usize = 10_000;

/// The boxes at the start of `bytes`: their types and contents. Ends at the first that is not whole.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let next = move || {
        let kind = bytes.get(4..8)?.try_into().ok()?;
        let (head, size) = match u32_at(bytes, 0)? {
            // The last box reaches to the end.
            0 => (8, bytes.len()),
            1 => (16, usize::try_from(u64_at(bytes, 8)?).ok()?),
            size => (8, usize::try_from(size).ok()?),
        };
        let content = bytes.get(head..size)?;
        bytes = &bytes[size..];
        Some((kind, content))
    };
    std::iter::from_fn(next).take(MOST_BOXES)
}

/// The content of the box at a path.
fn inside<'b>(bytes: &'b [u8], path: &[&[u8; 4]]) -> Option<&'b [u8]> {
    path.iter()
        .try_fold(bytes, |bytes, wanted| boxes(bytes).find(|(kind, _)| kind == *wanted).map(|(_, content)| content))
}

pub(super) fn read(file: &[u8]) -> Found {
    let Some(movie) = inside(file, &[b"moov"]) else { return Found::default() };
    let mut found = Found::default();
    let header = inside(movie, &[b"mvhd"]).and_then(header);
    let created = header.and_then(|(created, _)| created);
    found.taken = created.map(|created| (created, Some(Offset::UTC)));
    // A server reports UTC even for a video without a date.
    found.zone = Some(Offset::UTC);
    found.exif.duration = header.and_then(|(_, duration)| duration);
    let tracks = boxes(movie).filter(|(kind, _)| kind == b"trak");
    tracks.filter_map(|(_, track)| inside(track, &[b"tkhd"])).find_map(|track| size(track, &mut found.exif));
    if let Some(place) = inside(movie, &[b"udta", b"\xa9xyz"]) {
        // Two numbers of two bytes precede the text: its length and its language.
        found.place = place.get(4..).and_then(values::text).and_then(|text| iso_6709(&text));
    }
    if let Some(meta) = inside(movie, &[b"meta"]) {
        keys(meta, &mut found);
    }
    found
}

/// The creation time and the duration in milliseconds.
fn header(content: &[u8]) -> Option<(Option<Timestamp>, Option<u64>)> {
    let (created, scale, duration) = match content.first()? {
        0 => (u32_at(content, 4)?.into(), u32_at(content, 12)?, u32_at(content, 16)?.into()),
        1 => (u64_at(content, 4)?, u32_at(content, 20)?, u64_at(content, 24)?),
        _ => return None,
    };
    let created = i64::try_from(created).ok().filter(|seconds| *seconds > EPOCH);
    let created = created.and_then(|seconds| Timestamp::from_second(seconds - EPOCH).ok());
    let millis = duration as f64 * 1000.0 / f64::from(scale);
    // More than that is an unknown duration, which is written with every bit set.
    let is_known = millis.is_finite() && millis > 0.0 && millis < 1e11;
    Some((created, is_known.then(|| millis.round() as u64)))
}

/// The size and the orientation of a track; `None` if it has no picture.
fn size(content: &[u8], exif: &mut Exif) -> Option<()> {
    let matrix = match content.first()? {
        0 => 40,
        1 => 52,
        _ => return None,
    };
    let pixels = |offset| u32_at(content, offset).map(|fixed| fixed >> 16).filter(|pixels| *pixels > 0);
    let (width, height) = (pixels(matrix + 36)?, pixels(matrix + 40)?);
    let turned = |place: usize| u32_at(content, matrix + place * 4).map(|fixed| (fixed as i32).signum());
    let orientation = match (turned(0)?, turned(1)?, turned(3)?, turned(4)?) {
        (0, 1, -1, 0) => "6",
        (-1, 0, 0, -1) => "3",
        (0, -1, 1, 0) => "8",
        _ => "1",
    };
    exif.orientation = Some(orientation.into());
    (exif.exif_image_width, exif.exif_image_height) = (number(width.into()), number(height.into()));
    Some(())
}

/// The metadata of QuickTime, whose items are numbered in the order of their keys.
fn keys(meta: &[u8], found: &mut Found) {
    // In MP4, `meta` begins with a version, in MOV not.
    let meta = if meta.get(4..8) == Some(b"hdlr") { meta } else { meta.get(4..).unwrap_or_default() };
    let (Some(keys), Some(items)) = (inside(meta, &[b"keys"]), inside(meta, &[b"ilst"])) else { return };
    let names: Vec<_> = boxes(keys.get(8..).unwrap_or_default()).map(|(_, name)| name).collect();
    for (number, item) in boxes(items) {
        let index = usize::try_from(u32::from_be_bytes(number)).ok().and_then(|number| number.checked_sub(1));
        let Some(name) = index.and_then(|index| names.get(index)) else { continue };
        let Some(data) = inside(item, &[b"data"]).filter(|data| u16_at(data, 2) == Some(1)) else { continue };
        let Some(text) = data.get(8..).and_then(values::text) else { continue };
        match name.strip_prefix(b"com.apple.quicktime.") {
            Some(b"creationdate") => found.taken = values::iso(&text).or(found.taken),
            Some(b"location.ISO6709") => found.place = iso_6709(&text).or(found.place),
            Some(b"make") => found.exif.make = Some(text.into()),
            Some(b"model") => found.exif.model = Some(text.into()),
            Some(b"description") => found.description = Some(text),
            _ => {}
        }
    }
}

/// A position such as `+48.8566+002.3522/` or `+48.8566+002.3522+035.000/`.
fn iso_6709(text: &str) -> Option<(f64, f64)> {
    let sign = |text: &str| text.get(1..).and_then(|rest| rest.find(['+', '-', '/'])).map(|place| place + 1);
    let (latitude, rest) = text.split_at(sign(text)?);
    let (longitude, _) = rest.split_at(sign(rest).unwrap_or(rest.len()));
    values::place(latitude.parse().ok()?, longitude.parse().ok()?)
}
