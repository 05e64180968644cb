//! Which XMP file belongs to which photo.

use std::collections::HashMap;
use std::ffi::OsStr;

/// The names of a folder's XMP files, by their small letters.
#[derive(Debug, Default)]
pub(super) struct Sidecars<'n>(HashMap<Vec<u8>, Vec<(&'n OsStr, usize)>>);

/// Whether a name is that of an XMP file.
pub(super) fn is_sidecar(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.len() > 4 && bytes[bytes.len() - 4..].eq_ignore_ascii_case(b".xmp")
}

impl<'n> Sidecars<'n> {
    pub(super) fn add(&mut self, name: &'n OsStr, number: usize) {
        self.0.entry(small(name.as_encoded_bytes())).or_default().push((name, number));
    }

    /// The number of the XMP file of `name`: `photo.v1.jpg.xmp` before `photo.v1.xmp`, in its own letter case before any
    /// other. A file whose name only begins the same, such as `photo.xmp`, is another photo's.
    pub(super) fn of(&self, name: &OsStr) -> Option<usize> {
        let whole = name.as_encoded_bytes();
        self.named(whole).or_else(|| self.named(stem(name)))
    }

    fn named(&self, base: &[u8]) -> Option<usize> {
        let mut key = small(base);
        key.extend_from_slice(b".xmp");
        let found = self.0.get(&key)?;
        let exact = found.iter().find(|(name, _)| name.as_encoded_bytes().starts_with(base));
        exact.or_else(|| found.first()).map(|(_, number)| *number)
    }
}

/// A name without its last extension.
pub(super) fn stem(name: &OsStr) -> &[u8] {
    let bytes = name.as_encoded_bytes();
    match bytes.iter().rposition(|byte| *byte == b'.') {
        Some(dot) if dot > 0 => &bytes[..dot],
        _ => bytes,
    }
}

pub(super) fn small(bytes: &[u8]) -> Vec<u8> {
    bytes.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_name_wins() {
        let names = ["photo.v1.xmp", "photo.xmp", "photo.v1.JPG.XMP", "other.xmp"];
        let mut sidecars = Sidecars::default();
        names.iter().enumerate().for_each(|(number, name)| sidecars.add(OsStr::new(name), number));
        let of = |name: &str| sidecars.of(OsStr::new(name));
        assert_eq!(of("photo.v1.jpg"), Some(2));
        assert_eq!(of("photo.v1.dng"), Some(0));
        assert_eq!(of("photo.dng"), Some(1));
        assert_eq!(of("photo.v2.jpg"), None);
        assert_eq!(of("Other.JPG"), Some(3));
    }
}
