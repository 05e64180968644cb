//! Whether a JSON value fits a schema of a description.

pub mod checked;

use immich_recordings::Description;
use serde_json::Value;

/// The parts of a value that do not fit a schema, each with its place.
pub fn misfits(description: &Description, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if value.is_null() {
        let fits = description.is_nullable(schema)
            || description.resolve(schema).as_object().is_none_or(|schema| schema.is_empty());
        return if fits { Vec::new() } else { vec![format!("{place} is null")] };
    }
    let alternatives = description.alternatives(schema);
    if !alternatives.is_empty() {
        let fit = alternatives.iter().any(|schema| misfits(description, schema, value, place).is_empty());
        return if fit { Vec::new() } else { vec![format!("{place} fits no alternative: {value}")] };
    }
    let schema = description.resolve(schema);
    if let Some(words) = schema["enum"].as_array() {
        return if words.contains(value) { Vec::new() } else { vec![format!("{place} is the word {value}")] };
    }
    let wrong = |expected: &str| vec![format!("{place} is {value} and not of type {expected}")];
    match (schema["type"].as_str(), value) {
        (Some("object"), Value::Object(fields)) => {
            let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let mut found: Vec<_> = required
                .filter(|name| !fields.contains_key(*name))
                .map(|name| format!("{place} lacks {name}"))
                .collect();
            for (name, value) in fields {
                let inner = format!("{place}.{name}");
                match properties.get(name) {
                    Some(schema) => found.extend(misfits(description, schema, value, &inner)),
                    None => found.push(format!("{inner} is not described")),
                }
            }
            found
        }
        (Some("array"), Value::Array(items)) => {
            let mut found: Vec<_> = items
                .iter()
                .flat_map(|item| misfits(description, &schema["items"], item, &format!("{place}[]")))
                .collect();
            found.sort();
            found.dedup();
            found
        }
        (Some("string"), Value::String(_)) | (Some("boolean"), Value::Bool(_)) | (Some("number"), Value::Number(_)) => {
            Vec::new()
        }
        (Some("integer"), Value::Number(number)) if number.is_i64() || number.is_u64() => Vec::new(),
        (Some(expected), _) => wrong(expected),
        // A value of any kind.
        (None, _) => Vec::new(),
    }
}
