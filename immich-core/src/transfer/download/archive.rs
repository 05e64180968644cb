//! Looks into a zip: whether it opens, and what is in it.

use std::io::{self, Read, Seek, SeekFrom};

/// The longest end of a zip: its last record, with the longest comment.
const LONGEST_END: u64 = 22 + 0xffff;

/// More of a directory is not read. Immich puts at most some 100,000 files into an archive.
const LONGEST_DIRECTORY: u64 = 256 << 20;

const END: &[u8] = b"PK\x05\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const END_64: &[u8] = b"PK\x06\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
const FILE: &[u8] = b"PK\x03\x04";

/// The names of the files in a zip. The directory is at its end, so one that was cut has none; that each file of it
/// begins where it should is checked too.
pub(super) fn names(zip: &mut (impl Read + Seek)) -> io::Result<Vec<String>> {
    let (count, size, offset) = directory(zip)?;
    if size > LONGEST_DIRECTORY {
        return Err(broken("its directory is too long"));
    }
    let directory = read(zip, offset, size)?;
    let mut rest = &directory[..];
    let mut names = Vec::new();
    while rest.starts_with(ENTRY) {
        let (name, extra, comment) = (short(rest, 28)?, short(rest, 30)?, short(rest, 32)?);
        let end = 46 + usize::from(name);
        let bytes = rest.get(46..end).ok_or_else(|| broken("its directory is cut"))?;
        names.push(String::from_utf8_lossy(bytes).into_owned());
        let (extra, next) = (end + usize::from(extra), end + usize::from(extra) + usize::from(comment));
        let fields = rest.get(end..extra).ok_or_else(|| broken("its directory is cut"))?;
        if read(zip, file_offset(rest, fields)?, 4)? != FILE {
            return Err(broken("a file is not where its directory says"));
        }
        rest = rest.get(next..).ok_or_else(|| broken("its directory is cut"))?;
    }
    // The number has 16 bits in a zip without the extension for more.
    let told = if count == 0xffff { names.len() as u64 } else { count };
    if names.len() as u64 != told {
        return Err(broken("its directory has another number of files than it says"));
    }
    Ok(names)
}

/// The number of files, and length and place of the directory.
fn directory(zip: &mut (impl Read + Seek)) -> io::Result<(u64, u64, u64)> {
    let length = zip.seek(SeekFrom::End(0))?;
    let start = length.saturating_sub(LONGEST_END);
    let tail = read(zip, start, length - start)?;
    let ends = (0..tail.len().saturating_sub(21)).rev();
    let at = ends.into_iter().find(|at| tail[*at..].starts_with(END)).ok_or_else(|| broken("it has no end"))?;
    let end = &tail[at..];
    let found = (short(end, 10)?.into(), long(end, 12)?.into(), long(end, 16)?.into());
    let Some(locator) = at.checked_sub(20).map(|at| &tail[at..]).filter(|locator| locator.starts_with(LOCATOR_64))
    else {
        return Ok(found);
    };
    let end = read(zip, longer(locator, 8)?, 56)?;
    if !end.starts_with(END_64) {
        return Err(broken("its end is not where it says"));
    }
    Ok((longer(&end, 32)?, longer(&end, 40)?, longer(&end, 48)?))
}

/// Where the file of an entry begins; beyond 4 GiB that stands in an extra field, after the lengths that do so too.
fn file_offset(entry: &[u8], mut fields: &[u8]) -> io::Result<u64> {
    let offset = long(entry, 42)?;
    if offset != u32::MAX {
        return Ok(offset.into());
    }
    while fields.len() >= 4 {
        let (kind, length) = (short(fields, 0)?, usize::from(short(fields, 2)?));
        if kind == 1 {
            let before = usize::from(long(entry, 20)? == u32::MAX) + usize::from(long(entry, 24)? == u32::MAX);
            return longer(fields, 4 + 8 * before);
        }
        fields = fields.get(4 + length..).unwrap_or_default();
    }
    Err(broken("a file has no place"))
}

fn read(zip: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Vec<u8>> {
    zip.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    zip.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(broken("it is cut")) }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> io::Result<[u8; N]> {
    let found = bytes.get(at..at + N).and_then(|bytes| bytes.try_into().ok());
    found.ok_or_else(|| broken("it is cut"))
}

fn short(bytes: &[u8], at: usize) -> io::Result<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> io::Result<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn longer(bytes: &[u8], at: usize) -> io::Result<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

fn broken(how: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the archive does not open: {how}"))
}
