//! Assertions about every text that a user reads.

use immich_core::Error;

use super::backend::KEY;

/// The longest text of an error, in characters: some lines of a terminal.
const LONGEST: usize = 2000;

/// One line, not too long, without characters that move the cursor or turn the direction.
pub fn assert_readable(error: &Error) {
    let text = error.to_string();
    assert!(!text.contains(is_hidden), "{text:?}");
    let length = text.chars().count();
    assert!(length <= LONGEST, "{length} characters: {text}");
}

/// Nothing of the content of a response, in which the key stands for what is secret. The names of fields in the path to
/// the fault are no content.
pub fn assert_without_content(error: &Error) {
    let mut told = format!("{error} {error:?}");
    if let Some(path) = error.json_path() {
        told = told.replace(&format!("{path:?}"), "").replace(path, "");
    }
    assert!(!told.contains(KEY), "{told}");
}

/// Whether a character is no part of a line of text.
pub fn is_hidden(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}')
}
