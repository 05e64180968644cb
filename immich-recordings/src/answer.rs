//! Responses generated from the descriptions, and the part of a response that a type keeps.

use immich_core::api::RECORDED;
use immich_core::incoming::Route;
use serde_json::Value;

use crate::{Described, Description, Places, Sample};

/// A response that an operation of some version may give.
#[derive(Debug)]
pub struct SampleAnswer {
    /// The operation, the version and the amount.
    pub name: String,
    /// The function that decodes it.
    pub reader: &'static Route,
    /// The response.
    pub value: Value,
}

impl SampleAnswer {
    /// The fullest and the smallest response of each operation of each version.
    pub fn all(descriptions: &[Description]) -> Vec<Self> {
        let mut answers = Vec::new();
        for reader in RECORDED {
            let operation = reader.operation;
            let schemas = descriptions.iter().filter_map(|description| {
                let described = description.operation(operation.method.as_str(), operation.path);
                Some((description, described.as_ref().and_then(Described::answer)?))
            });
            let schemas: Vec<_> = schemas.collect();
            for schema in &schemas {
                for sample in [Sample::Full, Sample::Minimal] {
                    let name = format!("{} of {} ({sample:?})", operation.id, schema.0.version);
                    let value = sample.value(descriptions, *schema, &schemas);
                    answers.push(Self { name, reader, value });
                }
            }
        }
        answers
    }
}

impl Places {
    /// The fields of a response that are not in what a type kept of it, without the numbers of items. A null that
    /// may be absent may be kept by leaving it out.
    pub fn lost(&self, answer: &Value, kept: &Value) -> Vec<String> {
        let mut lost = Vec::new();
        self.compare(answer, kept, "", &mut |pointer| {
            let named = pointer.split('/').filter(|part| part.parse::<usize>().is_err());
            lost.push(named.collect::<Vec<_>>().join("/"));
        });
        lost
    }

    fn compare(&self, answer: &Value, kept: &Value, pointer: &str, lost: &mut impl FnMut(&str)) {
        match (answer, kept) {
            (Value::Object(fields), Value::Object(kept)) => {
                for (name, field) in fields {
                    let pointer = format!("{pointer}/{name}");
                    match kept.get(name) {
                        Some(kept) => self.compare(field, kept, &pointer, lost),
                        None if field.is_null() && self.optional.contains(&pointer) => {}
                        None => lost(&pointer),
                    }
                }
            }
            (Value::Array(items), Value::Array(kept)) if items.len() == kept.len() => {
                for (index, (item, kept)) in items.iter().zip(kept).enumerate() {
                    self.compare(item, kept, &format!("{pointer}/{index}"), lost);
                }
            }
            // A value in another form, such as a duration or a date, is no loss.
            (Value::Object(_) | Value::Array(_), _) | (_, Value::Null) if !answer.is_null() => lost(pointer),
            _ => {}
        }
    }
}
