//! XMP: sidecars, and packets inside JPEG files. Properties are known by their usual prefixes.

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion, escape};

use super::bytes::u16_at;
use super::{Found, values};

/// The start of the segment of a JPEG file that holds a packet.
const SEGMENT: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// The longest sidecar that is read.
const LONGEST: usize = 4 << 20;

/// The times, the first of which counts.
const TIMES: [&str; 4] = ["exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate", "exif:DateTimeDigitized"];

const DESCRIPTIONS: [&str; 2] = ["dc:description", "tiff:ImageDescription"];
const LATITUDE: &str = "exif:GPSLatitude";
const LONGITUDE: &str = "exif:GPSLongitude";
const RATING: &str = "xmp:Rating";

/// The properties that are read, and their values.
#[derive(Default)]
struct Properties(Vec<(&'static str, String)>);

impl Properties {
    fn known(name: &str) -> Option<&'static str> {
        let mut names = TIMES.into_iter().chain(DESCRIPTIONS).chain([LATITUDE, LONGITUDE, RATING]);
        names.find(|known| *known == name)
    }

    /// Keeps a value, unless the property has one: the first of several languages is the default.
    fn keep(&mut self, name: &'static str, value: &str) {
        if let Some(value) = values::text(value.as_bytes()).filter(|_| self.get(name).is_none()) {
            self.0.push((name, value));
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Reads properties written as elements and as attributes, up to the first error.
    fn read(text: &str) -> Self {
        let (mut found, mut reader) = (Self::default(), Reader::from_str(text));
        // The property that is open, and its text so far.
        let mut open: Option<(&str, String)> = None;
        loop {
            match reader.read_event() {
                Ok(Event::Start(element) | Event::Empty(element)) if open.is_none() => {
                    for attribute in element.attributes().flatten() {
                        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                        if let Some((name, value)) = Self::known(attribute.key.as_ref()).zip(value.ok()) {
                            found.keep(name, &value);
                        }
                    }
                    open = Self::known(element.name().as_ref()).map(|name| (name, String::new()));
                }
                Ok(Event::Text(part)) => {
                    if let Some((_, text)) = &mut open {
                        text.push_str(&part.xml_content(XmlVersion::Implicit1_0));
                    }
                }
                Ok(Event::GeneralRef(reference)) => {
                    let entity = format!("&{};", &*reference);
                    if let (Some((_, text)), Ok(character)) = (&mut open, escape::unescape(&entity)) {
                        text.push_str(&character);
                    }
                }
                Ok(Event::End(element)) => {
                    if let Some((name, text)) = &mut open {
                        // The end of the property, or of one of its values.
                        found.keep(name, text);
                        text.clear();
                    }
                    open = open.filter(|(name, _)| *name != element.name().as_ref());
                }
                Ok(Event::Eof) | Err(_) => return found,
                Ok(_) => {}
            }
        }
    }
}

pub(super) fn read(sidecar: &[u8]) -> Found {
    let text = String::from_utf8_lossy(&sidecar[..sidecar.len().min(LONGEST)]);
    let properties = Properties::read(text.trim_start_matches('\u{feff}'));
    let place = properties.get(LATITUDE).and_then(degrees).zip(properties.get(LONGITUDE).and_then(degrees));
    let rating = properties.get(RATING).and_then(|rating| rating.parse::<f64>().ok());
    Found {
        taken: TIMES.iter().find_map(|name| values::iso(properties.get(name)?)),
        place: place.and_then(|(latitude, longitude)| values::place(latitude, longitude)),
        description: DESCRIPTIONS.iter().find_map(|name| properties.get(name)).map(str::to_owned),
        rating: rating.filter(|rating| (-1.0..=5.0).contains(rating)).map(|rating| rating as i64),
        ..Found::default()
    }
}

/// Degrees such as `48,51.396N` or `48,51,23.76N`, or as a number.
fn degrees(text: &str) -> Option<f64> {
    let (numbers, sign) = match text.char_indices().next_back()? {
        (end, 'N' | 'E') => (&text[..end], 1.0),
        (end, 'S' | 'W') => (&text[..end], -1.0),
        _ => return text.parse().ok(),
    };
    let (mut sum, mut unit) = (0.0, 1.0);
    for part in numbers.splitn(3, ',') {
        sum += part.trim().parse::<f64>().ok()? / unit;
        unit *= 60.0;
    }
    Some(sum * sign).filter(|degrees| degrees.is_finite())
}

/// The packet inside a JPEG file.
pub(super) fn embedded(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.strip_prefix(b"\xff\xd8")?;
    // Segments with metadata come before the picture, which starts with SOS.
    while let Some([0xff, marker]) = rest.first_chunk::<2>().filter(|[_, marker]| !matches!(marker, 0xd9 | 0xda)) {
        let end = usize::from(u16_at(rest, 2)?).checked_add(2)?;
        let content = rest.get(4..end)?;
        if let (0xe1, Some(packet)) = (*marker, content.strip_prefix(SEGMENT)) {
            return Some(packet);
        }
        rest = &rest[end..];
    }
    None
}
