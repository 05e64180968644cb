//! The rules are listed in `RULES.md`, and well formed.

use std::collections::HashSet;
use std::fmt::Write;
use std::{env, fs};

use immich_conformance::{Protocol, rules};

#[test]
fn the_rules_are_listed() {
    let mut listed = "# Rules\n\nHTTP/1.1 and HTTP/2, unless a rule names one of them.\n\n".to_owned();
    for (index, rule) in rules().enumerate() {
        let only = match rule.protocols {
            [Protocol::Http1] => " (HTTP/1.1)",
            [Protocol::Http2] => " (HTTP/2)",
            _ => "",
        };
        writeln!(listed, "{}. `{}`{only}: {}", index + 1, rule.name, rule.text).expect("a string takes it");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/RULES.md");
    if env::var_os("UPDATE_RULES").is_some() {
        fs::write(path, &listed).expect("the list is written");
    }
    assert_eq!(fs::read_to_string(path).expect("the list"), listed, "run this with UPDATE_RULES=1");
}

#[test]
fn names_are_unique_and_texts_are_sentences() {
    let mut names = HashSet::new();
    for rule in rules() {
        assert!(names.insert(rule.name), "`{}` stands twice", rule.name);
        assert!(rule.text.ends_with('.'), "`{}` has a sentence", rule.name);
    }
}
