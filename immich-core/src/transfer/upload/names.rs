//! Names that mean the same: in another Unicode form, as on a Mac, or in other letter case.

use unicode_normalization::UnicodeNormalization as _;

/// A name in the composed form (NFC): `é` is one character, whether it was written as one or as `e` and an accent.
///
/// Letter case stays: `Trip` and `trip` are two names.
pub(super) fn composed(name: &str) -> String {
    if name.is_ascii() { name.to_owned() } else { name.nfc().collect() }
}

/// A key that is equal for names that differ in Unicode form or letter case alone.
pub(super) fn name_key(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    // An accent below a letter can stand between it and what its case depends on, so letters are taken apart first.
    name.nfd().flat_map(folded).nfc().collect()
}

/// A character without its case, in full Unicode: `ẞ`, `ß` and `SS` are all `ss`.
fn folded(letter: char) -> impl Iterator<Item = char> {
    // The `i` without a dot is another letter than `i`, though they share a capital.
    let keep = letter == 'ı';
    let changed = letter.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    keep.then_some(letter).into_iter().chain(changed.filter(move |_| !keep))
}

/// A kind of likeness of two names, from the closest: names that are alike in one are alike in all after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg(feature = "fs")]
pub(super) enum Likeness {
    /// The same bytes.
    Exact,
    /// The same letters in the same case.
    Letters,
    /// The same but for letter case, in the same Unicode form.
    Case,
    /// The same but for letter case and Unicode form.
    Key,
}

#[cfg(feature = "fs")]
impl Likeness {
    pub(super) const ALL: [Self; 4] = [Self::Exact, Self::Letters, Self::Case, Self::Key];

    /// The kinds that names of different case do not have.
    pub(super) const SAME_CASE: [Self; 2] = [Self::Exact, Self::Letters];

    /// A key that is equal for names of this likeness. A name need not be Unicode: what is not is compared as it is.
    pub(super) fn key(self, name: &[u8]) -> Vec<u8> {
        if name.is_ascii() {
            return match self {
                Self::Exact | Self::Letters => name.to_vec(),
                Self::Case | Self::Key => name.to_ascii_lowercase(),
            };
        }
        if self == Self::Exact {
            return name.to_vec();
        }
        let mut key = Vec::with_capacity(name.len());
        for chunk in name.utf8_chunks() {
            let valid = chunk.valid();
            let part = match self {
                Self::Exact | Self::Letters => composed(valid),
                Self::Case => valid.chars().flat_map(folded).collect(),
                Self::Key => name_key(valid),
            };
            key.extend_from_slice(part.as_bytes());
            key.extend_from_slice(chunk.invalid());
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_form_and_case_have_one_key() {
        for (one, other) in [
            ("Zürich", "Zu\u{308}rich"),
            ("ÉTÉ", "e\u{301}te\u{301}"),
            ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "straße"),
            ("Ångström", "\u{212b}ngstro\u{308}m"),
            // Two accents in either order.
            ("q\u{307}\u{323}", "Q\u{323}\u{307}"),
            ("ЖУРНАЛ", "журнал"),
            ("IMG_1", "img_1"),
        ] {
            assert_eq!(name_key(one), name_key(other), "{one} {other}");
        }
        assert_ne!(name_key("ı"), name_key("i"));
        assert_ne!(name_key("resume"), name_key("résumé"));
        assert_eq!(composed("Zu\u{308}rich"), "Zürich");
        assert_ne!(composed("Trip"), composed("trip"));
    }

    #[cfg(feature = "fs")]
    #[test]
    fn the_likeness_of_two_names() {
        let likeness = |one: &str, other: &str| {
            let alike = |likeness: &Likeness| likeness.key(one.as_bytes()) == likeness.key(other.as_bytes());
            Likeness::ALL.into_iter().find(alike)
        };
        assert_eq!(likeness("é", "é"), Some(Likeness::Exact));
        assert_eq!(likeness("é", "e\u{301}"), Some(Likeness::Letters));
        assert_eq!(likeness("é", "É"), Some(Likeness::Case));
        assert_eq!(likeness("é", "E\u{301}"), Some(Likeness::Key));
        assert_eq!(likeness("é", "e"), None);
        assert_eq!(Likeness::Key.key(b"CAF\xe9"), Likeness::Key.key(b"caf\xe9"));
        assert_ne!(Likeness::Key.key(b"caf\xe8"), Likeness::Key.key(b"caf\xe9"));
    }
}
