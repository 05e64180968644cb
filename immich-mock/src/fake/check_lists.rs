//! Validation of arrays, and of words of a set.

use serde_json::{Value, json};
use uuid::Uuid;

use super::check::{Check, uuid};

impl Check {
    /// A required array of words.
    pub(super) fn required_words(&mut self, name: &str, words: &[&str]) -> Vec<String> {
        let Value::Array(items) = self.raw(name) else {
            self.mistyped(name, "array", vec![format!("{name} must be an array")]);
            return Vec::new();
        };
        let mut found = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item.as_str().filter(|text| words.contains(text)) {
                Some(word) => found.push(word.to_owned()),
                None => self.not_a_word(name, &json!([name, index]), "each value in ", words),
            }
        }
        found
    }

    /// A required array of any items.
    pub(super) fn required_list(&mut self, name: &str) -> Vec<Value> {
        match self.raw(name) {
            Value::Array(items) => items,
            _ => {
                self.mistyped(name, "array", vec![format!("{name} must be an array")]);
                Vec::new()
            }
        }
    }

    /// Takes over the errors of an object inside the request.
    pub(super) fn take_issues(&mut self, inner: Self) {
        self.issues.extend(inner.issues);
    }

    /// One of the allowed words, which is required.
    pub(super) fn required_word(&mut self, name: &str, words: &[&'static str]) -> Option<&'static str> {
        if !self.has(name) {
            self.not_a_word(name, &json!([name]), "", words);
        }
        self.word(name, words)
    }

    /// An array of ids that may be absent.
    pub(super) fn ids<T: From<Uuid>>(&mut self, name: &str) -> Option<Vec<T>> {
        self.optional(name, |this| Some(this.required_ids(name)))
    }

    pub(super) fn required_ids<T: From<Uuid>>(&mut self, name: &str) -> Vec<T> {
        let Value::Array(items) = self.raw(name) else {
            self.mistyped(name, "array", vec![format!("{name} must be an array")]);
            return Vec::new();
        };
        let mut found = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item.as_str().and_then(uuid) {
                Some(id) => found.push(T::from(id)),
                None => self.not_an_id(name, &json!([name, index]), "each value in "),
            }
        }
        found
    }
}
