//! Small photos and videos, made by hand.

/// A value of an EXIF entry.
#[derive(Clone)]
pub enum Value<'v> {
    Text(&'v str),
    Short(u16),
    Long(u32),
    /// Numerators and denominators.
    Rationals(&'v [(u32, u32)]),
}

pub type Entry<'v> = (u16, Value<'v>);

pub const MAKE: u16 = 0x10f;
pub const MODEL: u16 = 0x110;
pub const DESCRIPTION: u16 = 0x10e;
pub const ORIENTATION: u16 = 0x112;
pub const RATING: u16 = 0x4746;
pub const EXPOSURE: u16 = 0x829a;
pub const APERTURE: u16 = 0x829d;
pub const ISO: u16 = 0x8827;
pub const TAKEN: u16 = 0x9003;
pub const OFFSET: u16 = 0x9011;
pub const FRACTION: u16 = 0x9291;
pub const FOCAL_LENGTH: u16 = 0x920a;
pub const LENS: u16 = 0xa434;

/// A little-endian TIFF file with these directories: the first, EXIF, GPS and one below the first.
pub fn tiff(first: &[Entry<'_>], exif: &[Entry<'_>], gps: &[Entry<'_>], below: &[Entry<'_>]) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    // The pointers are known once the directories that they lead to are written.
    let size = 2 + (first.len() + 3) * 12 + 4;
    file.resize(8 + size, 0);
    let mut pointers = Vec::new();
    for (tag, entries) in [(0x8769_u16, exif), (0x8825, gps), (0x14a, below)] {
        if !entries.is_empty() {
            pointers.push((tag, Value::Long(file.len() as u32)));
            let directory = file.len();
            file.resize(directory + 2 + entries.len() * 12 + 4, 0);
            write(&mut file, directory, entries.iter());
        }
    }
    write(&mut file, 8, first.iter().chain(&pointers));
    file
}

/// Writes a directory into the space for it, and longer values to the end of the file.
fn write<'v>(file: &mut Vec<u8>, at: usize, entries: impl Iterator<Item = &'v Entry<'v>>) {
    let entries: Vec<_> = entries.collect();
    let mut directory = (entries.len() as u16).to_le_bytes().to_vec();
    for (tag, value) in entries {
        let (kind, count, bytes): (u16, usize, Vec<u8>) = match value {
            Value::Text(text) => (2, text.len() + 1, [text.as_bytes(), b"\0"].concat()),
            Value::Short(number) => (3, 1, number.to_le_bytes().to_vec()),
            Value::Long(number) => (4, 1, number.to_le_bytes().to_vec()),
            Value::Rationals(parts) => {
                let bytes = parts.iter().flat_map(|(top, bottom)| [top.to_le_bytes(), bottom.to_le_bytes()].concat());
                (5, parts.len(), bytes.collect())
            }
        };
        directory.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        directory.extend((count as u32).to_le_bytes());
        if bytes.len() <= 4 {
            directory.extend(bytes.iter().copied().chain([0; 4]).take(4));
        } else {
            directory.extend((file.len() as u32).to_le_bytes());
            file.extend(bytes);
        }
    }
    file[at..at + directory.len()].copy_from_slice(&directory);
}

/// A JPEG file of a size, with a segment of EXIF and one of XMP.
pub fn jpeg(width: u16, height: u16, exif: Option<&[u8]>, xmp: Option<&str>) -> Vec<u8> {
    let mut file = b"\xff\xd8".to_vec();
    let mut segment = |marker: u8, content: &[u8]| {
        file.extend([0xff, marker]);
        file.extend((content.len() as u16 + 2).to_be_bytes());
        file.extend(content);
    };
    if let Some(exif) = exif {
        segment(0xe1, &[b"Exif\0\0", exif].concat());
    }
    if let Some(xmp) = xmp {
        segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat());
    }
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    segment(0xc0, &[&[8], size.as_slice(), &[1, 1, 0x11, 0]].concat());
    segment(0xda, &[1, 1, 0, 0, 63, 0]);
    file.extend(b"\0\xff\xd9");
    file
}

/// A PNG file of a size, with EXIF. Its checksums are zero, which nobody reads.
pub fn png(width: u32, height: u32, exif: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    for (kind, content) in [(b"IHDR", [&size, &b"\x08\x02\0\0\0"[..]].concat()), (b"eXIf", exif.to_vec())] {
        file.extend((content.len() as u32).to_be_bytes());
        file.extend([kind.as_slice(), &content, &[0; 4]].concat());
    }
    file
}

/// A box of MP4, MOV and HEIC.
pub fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
}

/// A HEIC file of a size, with EXIF.
pub fn heic(width: u32, height: u32, exif: &[u8]) -> Vec<u8> {
    let exif = [&[0; 4], exif].concat();
    let start = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
    let entry =
        |id: u8, kind: &[u8; 4]| boxed(b"infe", &[b"\x02\0\0\0\0", [id].as_slice(), b"\0\0", kind, b"\0"].concat());
    let items = boxed(b"iinf", &[b"\0\0\0\0\0\x02".to_vec(), entry(1, b"hvc1"), entry(2, b"Exif")].concat());
    let size = [&[0; 4], width.to_be_bytes().as_slice(), &height.to_be_bytes()].concat();
    let properties = boxed(b"ipco", &boxed(b"ispe", &size));
    let associations = boxed(b"ipma", b"\0\0\0\0\0\0\0\x01\0\x01\x01\x81");
    let properties = boxed(b"iprp", &[properties, associations].concat());
    let primary = boxed(b"pitm", b"\0\0\0\0\0\x01");
    let location = |offset: u32| {
        let place = [offset.to_be_bytes(), (exif.len() as u32).to_be_bytes()].concat();
        boxed(b"iloc", &[b"\0\0\0\0\x44\0\0\x01\0\x02\0\0\0\x01".as_slice(), &place].concat())
    };
    let meta = |offset: u32| {
        let content = [b"\0\0\0\0".to_vec(), primary.clone(), items.clone(), properties.clone(), location(offset)];
        boxed(b"meta", &content.concat())
    };
    let offset = start.len() + meta(0).len();
    [start, meta(offset as u32), exif].concat()
}

/// The header of a movie: when it was created, in seconds from 1970, and its duration in hundredths of a second.
pub fn movie_header(created: u32, hundredths: u32) -> Vec<u8> {
    let created = if created == 0 { 0 } else { created + 2_082_844_800 };
    let numbers = [0, created, created, 100, hundredths].map(u32::to_be_bytes).concat();
    boxed(b"mvhd", &[numbers, vec![0; 80]].concat())
}

/// A track with a picture of a size, turned to the right or not.
pub fn track(width: u32, height: u32, is_turned: bool) -> Vec<u8> {
    let one = 1_u32 << 16;
    let [cosine, sine] = if is_turned { [0, one] } else { [one, 0] };
    let matrix = [cosine, sine, 0, sine.wrapping_neg(), cosine, 0, 0, 0, 1 << 30];
    let numbers = matrix.into_iter().chain([width << 16, height << 16]).flat_map(u32::to_be_bytes);
    boxed(b"trak", &boxed(b"tkhd", &[vec![0; 40], numbers.collect()].concat()))
}

/// The metadata of QuickTime.
pub fn quicktime_metadata(pairs: &[(&str, &str)]) -> Vec<u8> {
    let (mut keys, mut items) = (vec![0; 4], Vec::new());
    keys.extend((pairs.len() as u32).to_be_bytes());
    for (index, (name, text)) in pairs.iter().enumerate() {
        keys.extend(boxed(b"mdta", format!("com.apple.quicktime.{name}").as_bytes()));
        let data = boxed(b"data", &[b"\0\0\0\x01\0\0\0\0", text.as_bytes()].concat());
        items.extend(boxed(&(index as u32 + 1).to_be_bytes(), &data));
    }
    let handler = boxed(b"hdlr", &[0; 24]);
    boxed(b"meta", &[handler, boxed(b"keys", &keys), boxed(b"ilst", &items)].concat())
}

/// An MP4 or MOV file with these boxes in its movie.
pub fn video(inside: &[Vec<u8>]) -> Vec<u8> {
    [boxed(b"ftyp", b"isom\0\0\0\0isom"), boxed(b"mdat", &[0; 16]), boxed(b"moov", &inside.concat())].concat()
}
