//! The size of raw photos based on TIFF, whose first picture is often a preview.

use super::bytes::at;

/// The most directories that are visited. Damaged files may lead in circles.
const MOST: usize = 32;

/// The most entries of a directory that are read.
const MOST_ENTRIES: u16 = 1000;

const WIDTH: u16 = 0x100;
const HEIGHT: u16 = 0x101;
const SUB_DIRECTORIES: u16 = 0x14a;

pub(super) fn is_tiff(file: &[u8]) -> bool {
    file.starts_with(b"II*\0") || file.starts_with(b"MM\0*")
}

/// The width and height of the largest picture.
pub(super) fn largest(file: &[u8]) -> Option<(usize, usize)> {
    let reader = Reader { file, is_little: file.starts_with(b"II") };
    let mut waiting = vec![reader.long(4)?];
    let (mut found, mut visited) = (None, 0);
    while let Some(directory) = waiting.pop().filter(|_| visited < MOST) {
        visited += 1;
        let size = reader.directory(directory, &mut waiting);
        found = found.max(size.map(|(width, height)| (width.saturating_mul(height), width, height)));
    }
    found.map(|(_, width, height)| (width, height))
}

struct Reader<'f> {
    file: &'f [u8],
    is_little: bool,
}

impl Reader<'_> {
    fn short(&self, offset: usize) -> Option<u16> {
        let bytes = at(self.file, offset)?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, offset: usize) -> Option<usize> {
        let bytes = at(self.file, offset)?;
        let long = if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(long).ok()
    }

    /// The size of the picture of a directory. Adds the directories that it names to those that wait.
    fn directory(&self, start: usize, waiting: &mut Vec<usize>) -> Option<(usize, usize)> {
        let count = self.short(start)?.min(MOST_ENTRIES);
        let entries = start.checked_add(2)?;
        let (mut width, mut height) = (None, None);
        for index in 0..usize::from(count) {
            let entry = entries.checked_add(index * 12)?;
            match self.short(entry)? {
                WIDTH => width = self.number(entry),
                HEIGHT => height = self.number(entry),
                SUB_DIRECTORIES => {
                    let count = self.long(entry + 4)?.min(MOST);
                    // One offset is in the entry itself.
                    let list = if count == 1 { entry + 8 } else { self.long(entry + 8)? };
                    waiting.extend((0..count).filter_map(|index| self.long(list.checked_add(index * 4)?)));
                }
                _ => {}
            }
        }
        waiting.extend(self.long(entries.checked_add(usize::from(count) * 12)?).filter(|next| *next != 0));
        width.zip(height)
    }

    /// The number in an entry of type SHORT or LONG.
    fn number(&self, entry: usize) -> Option<usize> {
        match self.short(entry + 2)? {
            3 => self.short(entry + 8).map(usize::from),
            4 => self.long(entry + 8),
            _ => None,
        }
    }
}
