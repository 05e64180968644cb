//! The facts that the schema of a response states about its values.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::description::properties;
use crate::{Described, Description};

/// Places in a JSON value, as JSON pointers, by what the descriptions say of them.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Objects with described properties.
    pub objects: BTreeSet<String>,
    /// Texts that are one of a set.
    pub enums: BTreeSet<String>,
    /// Properties that may be absent, or null, in at least one version; they need not be there.
    pub optional: BTreeSet<String>,
    /// Items of lists that may be null.
    pub nullable_items: BTreeSet<String>,
    /// Texts that are instants.
    pub instants: BTreeSet<String>,
    /// Numbers that may have a fraction in at least one version.
    pub fractions: BTreeSet<String>,
}

impl Places {
    /// The places of a response of the operation, by every description that has it.
    pub fn of_answer(descriptions: &[Description], operation: &immich_core::Operation, answer: &Value) -> Self {
        let mut places = Self::default();
        for description in descriptions {
            let described = description.operation(operation.method.as_str(), operation.path);
            if let Some(schema) = described.as_ref().and_then(Described::answer) {
                places.walk(description, schema, answer, "");
            }
        }
        places
    }

    fn walk(&mut self, description: &Description, schema: &Value, value: &Value, pointer: &str) {
        for alternative in description.alternatives(schema) {
            self.walk(description, alternative, value, pointer);
        }
        let schema = description.resolve(schema);
        match value {
            Value::String(_) if schema.get("enum").is_some() => {
                self.enums.insert(pointer.to_owned());
            }
            Value::String(_) if schema["format"] == "date-time" => {
                self.instants.insert(pointer.to_owned());
            }
            Value::Number(_) if schema["type"] == "number" => {
                self.fractions.insert(pointer.to_owned());
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let pointer = format!("{pointer}/{index}");
                    if description.is_nullable(&schema["items"]) {
                        self.nullable_items.insert(pointer.clone());
                    }
                    self.walk(description, &schema["items"], item, &pointer);
                }
            }
            Value::Object(fields) if schema.get("properties").is_some() => {
                self.objects.insert(pointer.to_owned());
                for (name, property, required) in properties(schema) {
                    let pointer = format!("{pointer}/{name}");
                    if !required || description.is_nullable(property) {
                        self.optional.insert(pointer.clone());
                    }
                    if let Some(field) = fields.get(name) {
                        self.walk(description, property, field, &pointer);
                    }
                }
            }
            _ => {}
        }
    }
}
