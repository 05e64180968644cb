//! Assigns XMP sidecars to photos.

use std::collections::HashMap;
use std::ffi::OsStr;

use crate::transfer::upload::names::Likeness;

/// Whether a name is that of an XMP file.
pub(super) fn is_sidecar(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.len() > 4 && bytes[bytes.len() - 4..].eq_ignore_ascii_case(b".xmp")
}

/// Returns a name without its last extension.
pub(super) fn stem(name: &OsStr) -> &[u8] {
    stem_of(name.as_encoded_bytes())
}

pub(super) fn stem_of(bytes: &[u8]) -> &[u8] {
    match bytes.iter().rposition(|byte| *byte == b'.') {
        Some(dot) if dot > 0 => &bytes[..dot],
        _ => bytes,
    }
}

/// The XMP files of a group of files.
#[derive(Debug)]
pub(super) struct Sidecars<'n> {
    names: Vec<&'n OsStr>,
    /// For each photo the index of its XMP file.
    of: Vec<Option<usize>>,
}

/// The two forms of sidecar names: `photo.jpg.xmp` and `photo.xmp`.
const FORMS: [fn(&OsStr) -> &[u8]; 2] = [OsStr::as_encoded_bytes, stem];

impl<'n> Sidecars<'n> {
    /// Assigns an XMP file to each photo: `photo.v1.jpg.xmp` before `photo.v1.xmp`, and closer names before others.
    /// Photos whose names are equally close share one, such as a RAW and its JPEG.
    pub(super) fn new(names: Vec<&'n OsStr>, photos: &[&OsStr]) -> Self {
        let mut this = Self { of: vec![None; photos.len()], names };
        if this.names.is_empty() {
            return this;
        }
        let mut is_taken = vec![false; this.names.len()];
        for base in FORMS {
            for likeness in Likeness::ALL {
                let free = this.by_key(likeness, |number| !is_taken[number]);
                for (photo, of) in photos.iter().zip(&mut this.of).filter(|(_, of)| of.is_none()) {
                    *of = free.get(&likeness.key(base(photo))).copied();
                }
                this.of.iter().flatten().for_each(|number| is_taken[*number] = true);
            }
        }
        this
    }

    /// Returns the index of the XMP file of a photo, given by its index.
    pub(super) fn of(&self, photo: usize) -> Option<usize> {
        self.of.get(photo).copied().flatten()
    }

    /// For each XMP file, whether it may also belong to one of these names.
    pub(super) fn may_be_of(&self, others: &[&OsStr]) -> Vec<bool> {
        let mut may_be = vec![false; self.names.len()];
        if !others.is_empty() {
            let by_key = self.by_key(Likeness::Key, |_| true);
            for base in FORMS {
                for other in others {
                    if let Some(number) = by_key.get(&Likeness::Key.key(base(other))) {
                        may_be[*number] = true;
                    }
                }
            }
        }
        may_be
    }

    fn by_key(&self, likeness: Likeness, is_wanted: impl Fn(usize) -> bool) -> HashMap<Vec<u8>, usize> {
        let mut by_key = HashMap::new();
        for (number, name) in self.names.iter().enumerate().filter(|(number, _)| is_wanted(*number)) {
            by_key.entry(likeness.key(stem(name))).or_insert(number);
        }
        by_key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sidecar of each photo.
    fn sidecars(sidecars: &[&'static str], photos: &[&str]) -> Vec<Option<&'static str>> {
        let names: Vec<_> = photos.iter().map(OsStr::new).collect();
        let found = Sidecars::new(sidecars.iter().map(OsStr::new).collect(), &names);
        (0..photos.len()).map(|photo| found.of(photo).map(|number| sidecars[number])).collect()
    }

    #[test]
    fn the_longer_name_wins() {
        let all = ["photo.v1.xmp", "photo.xmp", "photo.v1.JPG.XMP", "other.xmp"];
        let photos = ["photo.v1.jpg", "photo.v1.dng", "photo.dng", "photo.v2.jpg", "Other.JPG"];
        let of = [Some(all[2]), Some(all[0]), Some(all[1]), None, Some(all[3])];
        assert_eq!(sidecars(&all, &photos), of);
    }

    #[test]
    fn the_closer_name_wins() {
        let both = ["IMG_1.JPG", "img_1.jpg"];
        assert_eq!(sidecars(&["IMG_1.xmp"], &both), [Some("IMG_1.xmp"), None]);
        assert_eq!(sidecars(&["img_1.XMP"], &both), [None, Some("img_1.XMP")]);
        assert_eq!(sidecars(&["IMG_1.xmp", "img_1.xmp"], &both), [Some("IMG_1.xmp"), Some("img_1.xmp")]);
        // The longer name belongs to the other photo, so the shorter one remains.
        assert_eq!(sidecars(&["B.JPG.xmp", "b.xmp"], &["B.JPG", "b.jpg"]), [Some("B.JPG.xmp"), Some("b.xmp")]);
        assert_eq!(sidecars(&["a.jpg.xmp"], &["a.jpg", "a.jpg.dng"]), [Some("a.jpg.xmp"), None]);
        // One sidecar for both.
        assert_eq!(sidecars(&["a.xmp"], &["a.dng", "a.jpg"]), [Some("a.xmp"), Some("a.xmp")]);
        let decomposed = ["e\u{301}.xmp"];
        assert_eq!(sidecars(&decomposed, &["é.jpg"]), [Some(decomposed[0])]);
        assert_eq!(sidecars(&decomposed, &["É.jpg", "é.jpg"]), [None, Some(decomposed[0])]);
        assert_eq!(sidecars(&decomposed, &["e\u{301}.jpg", "é.jpg"]), [Some(decomposed[0]), None]);
    }

    #[test]
    fn others_that_may_need_a_sidecar() {
        let found = Sidecars::new(vec![OsStr::new("a.xmp"), OsStr::new("b.xmp")], &[OsStr::new("a.jpg")]);
        assert_eq!(found.may_be_of(&[OsStr::new("A.unknown")]), [true, false]);
    }
}
