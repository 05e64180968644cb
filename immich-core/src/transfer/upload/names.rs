//! Comparison of names regardless of Unicode normalization, which differs on a Mac, and of letter case.

use unicode_normalization::UnicodeNormalization as _;

/// Returns a name in composed form (NFC): `é` is one character, even if it was written as `e` and an accent.
///
/// Letter case is preserved: `BlockingTask` and `trip` are different names.
pub(super) fn composed(name: &str) -> String {
    if name.is_ascii() { name.to_owned() } else { name.nfc().collect() }
}

/// Returns a key that is equal for names that differ in Unicode normalization or letter case only.
pub(super) fn name_key(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    // Decomposed first, because an accent can stand between a letter and a character that affects its case.
    name.nfd().flat_map(folded).nfc().collect()
}

/// Returns a character without its case, in full Unicode: `ẞ`, `ß` and `SS` all become `ss`.
fn folded(letter: char) -> impl Iterator<Item = char> {
    // The dotless `ı` is a different letter from `i`, although their capitals are the same.
    let keep = letter == 'ı';
    let changed = letter.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    keep.then_some(letter).into_iter().chain(changed.filter(move |_| !keep))
}

/// How similar two names are, most similar first. Names that are equal at one level are equal at all later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg(feature = "fs")]
pub(super) enum Likeness {
    /// The same bytes.
    Exact,
    /// The same characters in the same case, in any normalization.
    Letters,
    /// The same except for letter case, in the same normalization.
    Case,
    /// The same except for letter case and normalization.
    Key,
}

#[cfg(feature = "fs")]
impl Likeness {
    pub(super) const ALL: [Self; 4] = [Self::Exact, Self::Letters, Self::Case, Self::Key];

    /// The levels that distinguish letter case.
    pub(super) const SAME_CASE: [Self; 2] = [Self::Exact, Self::Letters];

    /// Returns a key that is equal for names that are equal at this level. Bytes that are not UTF-8 are compared as
    /// they are.
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
    fn names_that_differ_in_form_or_case_have_the_same_key() {
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
