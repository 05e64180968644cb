//! Untrusted text, made safe to display.

/// Returns the text as one line of at most this many characters, ending in `…` if it was truncated.
pub(crate) fn line(text: &str, max: usize) -> String {
    let mut words =
        text.split(|letter: char| letter.is_whitespace() || is_hidden(letter)).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let mut letters = first.chars().chain(words.flat_map(|word| " ".chars().chain(word.chars())));
    let mut line: String = letters.by_ref().take(max).collect();
    if letters.next().is_some() {
        line.pop();
        line.push('…');
    }
    line
}

/// Shortens a text to one line of at most `length` characters; `None` if nothing is left.
pub(crate) fn in_one_line(text: &str, length: usize) -> Option<String> {
    Some(line(text, length)).filter(|line| !line.is_empty())
}

/// Returns whether the character moves the cursor, ends the line, or changes the text direction.
pub(crate) fn is_hidden(letter: char) -> bool {
    let ends_line = matches!(letter, '\u{2028}' | '\u{2029}');
    let changes_direction =
        matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || ends_line || changes_direction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collapses_text_to_one_line() {
        assert_eq!(line(" Sign\r\n\tin\u{202e}\u{1b}[2J ", 80), "Sign in [2J");
        assert_eq!(line("Zürich", 6), "Zürich");
        assert_eq!(line("Zürich, HB", 7), "Zürich…");
        assert_eq!(line("\n", 7), "");
    }
}
