//! Text from elsewhere, as far as it can be shown.

/// One line of at most this many characters, the last of them `…` where more came.
pub(crate) fn line(text: &str, most: usize) -> String {
    let mut words =
        text.split(|letter: char| letter.is_whitespace() || is_hidden(letter)).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let mut letters = first.chars().chain(words.flat_map(|word| " ".chars().chain(word.chars())));
    let mut line: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() {
        line.pop();
        line.push('…');
    }
    line
}

/// Whether it is a character that moves the cursor, ends the line, or turns the direction of what follows.
pub(crate) fn is_hidden(letter: char) -> bool {
    let ends_line = matches!(letter, '\u{2028}' | '\u{2029}');
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || ends_line || turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_one_line() {
        assert_eq!(line(" Sign\r\n\tin\u{202e}\u{1b}[2J ", 80), "Sign in [2J");
        assert_eq!(line("Zürich", 6), "Zürich");
        assert_eq!(line("Zürich, HB", 7), "Zürich…");
        assert_eq!(line("\n", 7), "");
    }
}
