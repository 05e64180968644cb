//! Zip archives without compression, as the server sends them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use immich_core::Body;

/// 1 January 1980, the earliest date of the format.
const DATE: u16 = (1 << 5) | 1;

/// The flag for UTF-8 names.
const FLAGS: u16 = 1 << 11;

/// The version of the format that a reader must support.
const VERSION: u16 = 20;

/// An archive of these files, as a stream of unknown length.
pub(super) fn stored(files: Vec<(String, Bytes)>) -> Body {
    let (mut chunks, mut directory) = (Vec::new(), Vec::new());
    let (mut offset, count) = (0, files.len());
    for (name, bytes) in files {
        let mut entry = Vec::new();
        for number in [VERSION, FLAGS, 0, 0, DATE] {
            entry.extend(number.to_le_bytes());
        }
        let size = narrow(bytes.len());
        for number in [crc32(&bytes), size, size] {
            entry.extend(number.to_le_bytes());
        }
        entry.extend((name.len() as u16).to_le_bytes());
        entry.extend(0_u16.to_le_bytes());

        let head = [b"PK\x03\x04", entry.as_slice(), name.as_bytes()].concat();
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(entry);
        // No comment, disk number or attributes.
        directory.extend([0; 10]);
        directory.extend(narrow(offset).to_le_bytes());
        directory.extend(name.as_bytes());
        offset += head.len() + bytes.len();
        chunks.extend([Bytes::from(head), bytes]);
    }
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    end.extend([(count as u16).to_le_bytes(), (count as u16).to_le_bytes()].concat());
    end.extend(narrow(directory.len()).to_le_bytes());
    end.extend(narrow(offset).to_le_bytes());
    end.extend([0; 2]);
    chunks.extend([Bytes::from(directory), Bytes::from(end)]);
    self::chunks(chunks)
}

/// A body of these chunks, of unknown length.
pub(super) fn chunks(chunks: impl IntoIterator<Item = Bytes, IntoIter: Send + 'static>) -> Body {
    Body::stream(Chunks(Box::new(chunks.into_iter())), None)
}

/// A length as 32 bits: data in memory is far below the 4 GiB limit of the format.
fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

struct Chunks(Box<dyn Iterator<Item = Bytes> + Send>);

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        Poll::Ready(self.0.find(|bytes| !bytes.is_empty()).map(Ok))
    }
}

/// The CRC-32 remainders of all byte values.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            remainder = if remainder & 1 == 1 { 0xedb8_8320 ^ (remainder >> 1) } else { remainder >> 1 };
            bit += 1;
        }
        table[byte] = remainder;
        byte += 1;
    }
    table
};

pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let step = |remainder: u32, byte: &u8| TABLE[usize::from(remainder as u8 ^ *byte)] ^ (remainder >> 8);
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_check_value_of_the_checksum() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
