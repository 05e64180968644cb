//! The smallest PNG files, each of another color.

use bytes::Bytes;

use super::zip::crc32;

/// A PNG of one pixel. Every number has its own file.
pub(super) fn pixel(number: u32) -> Bytes {
    let [_, red, green, blue] = number.to_be_bytes();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    // One pixel wide and high, eight bits for each of three colors.
    chunk(&mut file, b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
    // The number itself makes the files of equal colors differ.
    chunk(&mut file, b"tEXt", format!("Comment\0{number}").as_bytes());
    chunk(&mut file, b"IDAT", &stored(&[0, red, green, blue]));
    chunk(&mut file, b"IEND", &[]);
    file.into()
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let body = [kind, data].concat();
    file.extend((data.len() as u32).to_be_bytes());
    file.extend(&body);
    file.extend(crc32(&body).to_be_bytes());
}

/// A zlib stream with one block that is not compressed.
fn stored(data: &[u8; 4]) -> Vec<u8> {
    let length = data.len() as u16;
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(data);
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    stream.extend((high << 16 | low).to_be_bytes());
    stream
}
