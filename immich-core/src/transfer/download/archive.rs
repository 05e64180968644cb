//! Reads the directory of a zip file, and verifies that the file is complete.

use std::io::{self, Read, Seek, SeekFrom};

/// The maximum length of the end of a zip: its last record with the longest comment.
const LONGEST_END: u64 = 22 + 0xffff;

/// The maximum length of a directory. Immich puts at most some 100,000 files into an archive.
const LONGEST_DIRECTORY: u64 = 256 << 20;

const END: &[u8] = b"PK\x05\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const END_64: &[u8] = b"PK\x06\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
const FILE: &[u8] = b"PK\x03\x04";

/// Returns the names of the files in a zip. The directory is at the end of a zip, so a truncated one has none. Also
/// checks that each file starts at its recorded offset.
pub(super) fn names(zip: &mut (impl Read + Seek)) -> io::Result<Vec<String>> {
    let (count, size, offset) = directory(zip)?;
    if size > LONGEST_DIRECTORY {
        return Err(invalid("its directory is too long"));
    }
    let directory = read(zip, offset, size)?;
    let mut rest = &directory[..];
    let mut names = Vec::new();
    while rest.starts_with(ENTRY) {
        let (name, extra, comment) = (u16_at(rest, 28)?, u16_at(rest, 30)?, u16_at(rest, 32)?);
        let end = 46 + usize::from(name);
        let bytes = rest.get(46..end).ok_or_else(|| invalid("its directory is truncated"))?;
        names.push(String::from_utf8_lossy(bytes).into_owned());
        let (extra, next) = (end + usize::from(extra), end + usize::from(extra) + usize::from(comment));
        let fields = rest.get(end..extra).ok_or_else(|| invalid("its directory is truncated"))?;
        if read(zip, file_offset(rest, fields)?, 4)? != FILE {
            return Err(invalid("a file is not at its offset"));
        }
        rest = rest.get(next..).ok_or_else(|| invalid("its directory is truncated"))?;
    }
    // Without the zip64 extension the count has only 16 bits.
    let expected = if count == 0xffff { names.len() as u64 } else { count };
    if names.len() as u64 != expected {
        return Err(invalid("its directory does not have the stated number of files"));
    }
    Ok(names)
}

/// Returns the number of files, and the length and offset of the directory.
fn directory(zip: &mut (impl Read + Seek)) -> io::Result<(u64, u64, u64)> {
    let length = zip.seek(SeekFrom::End(0))?;
    let start = length.saturating_sub(LONGEST_END);
    let tail = read(zip, start, length - start)?;
    let ends = (0..tail.len().saturating_sub(21)).rev();
    let at =
        ends.into_iter().find(|at| tail[*at..].starts_with(END)).ok_or_else(|| invalid("its end record is missing"))?;
    let end = &tail[at..];
    let found = (u16_at(end, 10)?.into(), u32_at(end, 12)?.into(), u32_at(end, 16)?.into());
    let Some(locator) = at.checked_sub(20).map(|at| &tail[at..]).filter(|locator| locator.starts_with(LOCATOR_64))
    else {
        return Ok(found);
    };
    let end = read(zip, u64_at(locator, 8)?, 56)?;
    if !end.starts_with(END_64) {
        return Err(invalid("its end record is not at its offset"));
    }
    Ok((u64_at(&end, 32)?, u64_at(&end, 40)?, u64_at(&end, 48)?))
}

/// Returns the offset of the file of an entry. Beyond 4 GiB it is in an extra field, after any lengths beyond 4 GiB.
fn file_offset(entry: &[u8], mut fields: &[u8]) -> io::Result<u64> {
    let offset = u32_at(entry, 42)?;
    if offset != u32::MAX {
        return Ok(offset.into());
    }
    while fields.len() >= 4 {
        let (kind, length) = (u16_at(fields, 0)?, usize::from(u16_at(fields, 2)?));
        if kind == 1 {
            let before = usize::from(u32_at(entry, 20)? == u32::MAX) + usize::from(u32_at(entry, 24)? == u32::MAX);
            return u64_at(fields, 4 + 8 * before);
        }
        fields = fields.get(4 + length..).unwrap_or_default();
    }
    Err(invalid("the offset of a file is missing"))
}

fn read(zip: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Vec<u8>> {
    zip.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    zip.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(invalid("it is truncated")) }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> io::Result<[u8; N]> {
    let found = bytes.get(at..at + N).and_then(|bytes| bytes.try_into().ok());
    found.ok_or_else(|| invalid("it is truncated"))
}

fn u16_at(bytes: &[u8], at: usize) -> io::Result<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> io::Result<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> io::Result<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

fn invalid(how: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the archive is not a valid zip file: {how}"))
}
