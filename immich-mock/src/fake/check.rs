//! Validation of requests, with the messages of each server line.

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fault::{Fault, Issue};

/// Reads the fields of a request, and collects their errors.
pub(super) struct Check {
    pub(super) fields: Map<String, Value>,
    pub(super) issues: Vec<Issue>,
    /// The field of the request that these fields are in.
    parent: Option<String>,
}

/// The fields of bodies that may be null. All others may be absent, but not null.
const NULLABLE: [&str; 20] = [
    "avatarColor",
    "birthDate",
    "city",
    "color",
    "country",
    "duplicateId",
    "expiresAt",
    "featureFaceAssetId",
    "lensModel",
    "libraryId",
    "livePhotoVideoId",
    "make",
    "model",
    "parentId",
    "pinCode",
    "quotaSizeInBytes",
    "rating",
    "state",
    "storageLabel",
    "tagIds",
];

impl Check {
    /// The fields of a JSON body. Invalid JSON is refused at once; an empty body has no fields.
    pub(super) fn body(bytes: &[u8]) -> Result<Self, Fault> {
        let value: Value = if bytes.is_empty() {
            Value::Null
        } else {
            let not_json = |error| Fault::new(StatusCode::BAD_REQUEST, format!("{error}"));
            serde_json::from_slice(bytes).map_err(not_json)?
        };
        let fields = if let Value::Object(fields) = value { fields } else { Map::new() };
        Ok(Self::fields(fields))
    }

    pub(super) fn fields(fields: Map<String, Value>) -> Self {
        Self { fields, issues: Vec::new(), parent: None }
    }

    /// The fields of an object inside the request, whose errors name it too.
    pub(super) fn below(parent: &str, value: &Value) -> Self {
        let fields = value.as_object().cloned().unwrap_or_default();
        let mut check = Self::fields(fields);
        if !value.is_object() {
            let message = format!("nested property {parent} must be either object or array");
            let received = kind(value);
            check.wrong(
                parent,
                vec![message],
                json!({
                    "expected": "object", "code": "invalid_type", "path": [parent],
                    "message": format!("Invalid input: expected object, received {received}"),
                }),
            );
        }
        check.parent = Some(parent.to_owned());
        check
    }

    /// All fields, as sent.
    pub(super) fn into_fields(self) -> Map<String, Value> {
        self.fields
    }

    pub(super) fn into_issues(self) -> Vec<Issue> {
        self.issues
    }

    /// Whether a field is present, even if it is null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// A field as sent; null if it is absent.
    pub(super) fn raw(&self, name: &str) -> Value {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// Returns the collected errors, if any.
    pub(super) fn done(self) -> Result<(), Fault> {
        if self.issues.is_empty() { Ok(()) } else { Err(Fault::invalid(self.issues)) }
    }

    pub(super) fn wrong(&mut self, name: &str, mut messages: Vec<String>, mut details: Value) {
        if let Some(parent) = &self.parent {
            messages.iter_mut().for_each(|message| *message = format!("{parent}.{message}"));
            if let Some(path) = details["path"].as_array_mut() {
                // Numbers in the parent are places in a list.
                let outer = parent.split('.').map(|part| part.parse::<u64>().map_or_else(|_| part.into(), Value::from));
                path.splice(0..0, outer.collect::<Vec<_>>());
            }
        }
        self.issues.push(Issue { field: name.to_owned(), messages, details });
    }

    /// Records a field of the wrong type.
    pub(super) fn mistyped(&mut self, name: &str, expected: &str, messages: Vec<String>) {
        let received = self.fields.get(name).map_or("undefined", kind);
        let message = format!("Invalid input: expected {expected}, received {received}");
        let expected = if expected == "email" { "string" } else { expected };
        self.wrong(
            name,
            messages,
            json!({ "expected": expected, "code": "invalid_type", "path": [name], "message": message }),
        );
    }

    /// A field that may be absent, and null if it is one of [`NULLABLE`].
    pub(super) fn optional<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        match self.fields.get(name) {
            None => None,
            Some(Value::Null) if NULLABLE.contains(&name) => None,
            Some(_) => read(self),
        }
    }

    pub(super) fn string(&mut self, name: &str) -> Option<String> {
        self.optional(name, |this| this.non_null_string(name))
    }

    /// A string that may be absent or null, although a field with its name is not null elsewhere.
    pub(super) fn nullable_string(&mut self, name: &str) -> Option<String> {
        if self.raw(name).is_null() { None } else { self.string(name) }
    }

    /// A string that may be absent, but not null, although a field with its name is null elsewhere.
    pub(super) fn given_string(&mut self, name: &str) -> Option<String> {
        if self.has(name) { self.non_null_string(name) } else { None }
    }

    /// An object that may be absent.
    pub(super) fn object(&mut self, name: &str) {
        if self.fields.get(name).is_some_and(|value| !value.is_object()) {
            self.mistyped(name, "record", vec![format!("{name} must be an object")]);
        }
    }

    pub(super) fn required_string(&mut self, name: &str) -> Option<String> {
        match self.fields.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            given => {
                let mut messages = vec![format!("{name} must be a string")];
                if given.is_none_or(Value::is_null) {
                    messages.push(format!("{name} should not be empty"));
                }
                self.mistyped(name, "string", messages);
                None
            }
        }
    }

    /// A string that may be empty, but not null.
    pub(super) fn non_null_string(&mut self, name: &str) -> Option<String> {
        if let Some(Value::String(text)) = self.fields.get(name) {
            return Some(text.clone());
        }
        self.mistyped(name, "string", vec![format!("{name} must be a string")]);
        None
    }

    pub(super) fn boolean(&mut self, name: &str) -> Option<bool> {
        self.optional(name, |this| match &this.fields[name] {
            Value::Bool(value) => Some(*value),
            // Forms and queries contain only strings.
            Value::String(text) if text == "true" => Some(true),
            Value::String(text) if text == "false" => Some(false),
            _ => {
                this.mistyped(name, "boolean", vec![format!("{name} must be a boolean value")]);
                None
            }
        })
    }

    pub(super) fn number(&mut self, name: &str) -> Option<f64> {
        self.optional(name, |this| {
            let number = this.fields[name].as_f64();
            if number.is_none() {
                let message = format!("{name} must be a number conforming to the specified constraints");
                this.mistyped(name, "number", vec![message]);
            }
            number
        })
    }

    /// An integer between two limits; also as a string of digits, as in a query.
    pub(super) fn integer(&mut self, name: &str, minimum: i64, maximum: i64) -> Option<i64> {
        self.optional(name, |this| {
            let value = &this.fields[name];
            let parsed = value.as_str().and_then(|text| text.parse().ok());
            let Some(number) = value.as_i64().or(parsed) else {
                let messages = vec![
                    format!("{name} must not be greater than {maximum}"),
                    format!("{name} must not be less than {minimum}"),
                    format!("{name} must be an integer number"),
                ];
                this.mistyped(name, "number", messages);
                return None;
            };
            if number < minimum {
                let message = format!("Too small: expected number to be >={minimum}");
                this.wrong(
                    name,
                    vec![format!("{name} must not be less than {minimum}")],
                    json!({
                        "origin": "number", "code": "too_small", "minimum": minimum, "inclusive": true,
                        "path": [name], "message": message,
                    }),
                );
            } else if number > maximum {
                let message = format!("Too big: expected number to be <={maximum}");
                this.wrong(
                    name,
                    vec![format!("{name} must not be greater than {maximum}")],
                    json!({
                        "origin": "number", "code": "too_big", "maximum": maximum, "inclusive": true,
                        "path": [name], "message": message,
                    }),
                );
            }
            Some(number)
        })
    }

    /// One of the allowed words.
    pub(super) fn word(&mut self, name: &str, words: &[&'static str]) -> Option<&'static str> {
        self.optional(name, |this| {
            let given = this.fields[name].as_str().unwrap_or_default();
            let known = words.iter().find(|word| **word == given).copied();
            if known.is_none() {
                this.not_a_word(name, &json!([name]), "", words);
            }
            known
        })
    }

    pub(super) fn not_a_word(&mut self, name: &str, path: &Value, each: &str, words: &[&str]) {
        let options: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let message = format!("Invalid option: expected one of {}", options.join("|"));
        let said = format!("{each}{name} must be one of the following values: {}", words.join(", "));
        self.wrong(
            name,
            vec![said],
            json!({
                "code": "invalid_value", "values": words, "path": path, "message": message,
            }),
        );
    }

    pub(super) fn required_integer(&mut self, name: &str, minimum: i64, maximum: i64) -> Option<i64> {
        self.fields.entry(name).or_insert(Value::Null);
        self.integer(name, minimum, maximum)
    }
}

/// Parses an id; Immich accepts only UUIDs of version 4.
pub(super) fn uuid(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (text.len() == 36 && id.get_version_num() == 4).then_some(id)
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
