//! The retired words: what the documentation and the comments do not say any more.

use std::fs;
use std::path::Path;

use crate::{Result, root};

/// Words and phrases, each with what is written instead.
const RETIRED: [(&str, &str); 15] = [
    ("answer", "response"),
    ("answers", "responses, or returns"),
    ("answered", "returned, or responded"),
    ("told", "reported, or known"),
    ("tells", "reports, or returns"),
    ("is asked for", "is requested"),
    ("are asked for", "are requested"),
    ("in place of", "instead of"),
    ("that is none", "that is not a valid ..."),
    ("is none of", "is not one of"),
    ("that are none", "that are not valid ..."),
    ("gone on", "resumed"),
    ("goes on", "continues, or resumes"),
    ("go on", "continue, or resume"),
    ("so many", "n, or at most `n`"),
];

/// Doc comments that begin with this describe a thing by a riddle.
const OPENING: &str = "What ";

/// Folders with nothing to read: built, recorded, or made by others.
const SKIPPED: [&str; 8] = ["target", "corpus", "recordings", "openapi", ".git", "node_modules", "artifacts", "data"];

/// Returns the retired words in the documentation, the comments and the snapshot of the error messages.
pub fn check() -> Result<Vec<String>> {
    let (mut faults, mut files) = (Vec::new(), 0);
    walk(&root(), &mut |path| {
        let Some(kind) = Kind::of(path) else { return Ok(()) };
        files += 1;
        let shown = path.strip_prefix(root()).unwrap_or(path).display();
        faults.extend(kind.faults(&fs::read_to_string(path)?).into_iter().map(|fault| format!("{shown}:{fault}")));
        Ok(())
    })?;
    println!("prose: {files} files, {} retired words", faults.len());
    Ok(faults)
}

fn walk(folder: &Path, each: &mut impl FnMut(&Path) -> Result<()>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            each(&entry.path())?;
        } else if !entry.file_name().to_str().is_some_and(|name| SKIPPED.contains(&name)) {
            walk(&entry.path(), each)?;
        }
    }
    Ok(())
}

/// How the prose of a file is found.
#[derive(Clone, Copy)]
enum Kind {
    /// Everything.
    Text,
    /// Everything outside the blocks of code.
    Markdown,
    /// The comments.
    Rust,
    /// The comments.
    Toml,
}

impl Kind {
    fn of(path: &Path) -> Option<Self> {
        // This file lists them.
        if path.ends_with("xtask/src/prose.rs") {
            return None;
        }
        match path.extension()?.to_str()? {
            "md" => Some(Self::Markdown),
            "rs" => Some(Self::Rust),
            "toml" => Some(Self::Toml),
            "txt" if path.ends_with("tests/snapshots/errors.txt") => Some(Self::Text),
            _ => None,
        }
    }

    fn faults(self, text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let mut in_code = false;
        // The comment so far, so that a phrase is found across lines.
        let mut last: Option<&str> = None;
        for (number, line) in text.lines().enumerate() {
            in_code ^= matches!(self, Self::Markdown) && line.trim_start().starts_with("```");
            let prose = if in_code { None } else { self.prose(line) };
            let mut fault = |word: &str, instead: &str| {
                faults.push(format!("{}: `{word}` is a retired word; write {instead}", number + 1));
            };
            if let Some(prose) = prose {
                let here = words(prose);
                let before = last.map(words).unwrap_or_default();
                for (retired, instead) in RETIRED {
                    let wanted: Vec<&str> = retired.split(' ').collect();
                    let is_here = here.windows(wanted.len()).any(|found| same(found, &wanted));
                    let is_across = (1..wanted.len()).any(|cut| {
                        before.len() >= cut
                            && here.len() >= wanted.len() - cut
                            && same(&before[before.len() - cut..], &wanted[..cut])
                            && same(&here[..wanted.len() - cut], &wanted[cut..])
                    });
                    if is_here || is_across {
                        fault(retired, instead);
                    }
                }
                let is_first = last.is_none() || last.is_some_and(|before| before.trim().is_empty());
                let is_doc = matches!(self, Self::Rust) && ["///", "//!"].iter().any(|mark| line.contains(mark));
                // A question may begin so.
                if is_doc && is_first && prose.trim_start().starts_with(OPENING) && !prose.contains('?') {
                    fault(OPENING.trim(), "the name of the thing");
                }
            }
            last = prose;
        }
        faults
    }

    /// The prose of a line, if it has any.
    fn prose(self, line: &str) -> Option<&str> {
        match self {
            Self::Text | Self::Markdown => Some(line),
            Self::Toml => line.trim_start().strip_prefix('#'),
            Self::Rust => {
                let line = line.trim_start();
                let comment =
                    line.strip_prefix("//").or_else(|| line.split_once(" // ").map(|(_, comment)| comment))?;
                Some(comment.trim_start_matches(['/', '!']))
            }
        }
    }
}

/// The words outside code, without punctuation at their ends.
fn words(prose: &str) -> Vec<&str> {
    let outside = prose.split('`').step_by(2);
    let words = outside.flat_map(str::split_whitespace);
    words
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect()
}

fn same(found: &[&str], wanted: &[&str]) -> bool {
    found.iter().zip(wanted).all(|(found, wanted)| found.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_words_in_prose_only() {
        let rust =
            "//! The answer.\nlet answer = 1; // it is\n// none of them\n\n/// What it is.\nfn tells() {} // `told`\n";
        let found = Kind::Rust.faults(rust);
        let lines: Vec<&str> = found.iter().map(|fault| &fault[..1]).collect();
        assert_eq!(lines, ["1", "3", "5"], "{found:?}");
        let markdown = "An answer\n```rust\nanswer\n```\nanswers.\n";
        assert_eq!(Kind::Markdown.faults(markdown).len(), 2);
    }
}
