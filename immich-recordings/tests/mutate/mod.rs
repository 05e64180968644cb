//! Changes of JSON values, at places that JSON pointers tell.

use std::collections::BTreeSet;

use serde_json::Value;

/// The value, changed at each place that it has.
pub fn mutated<'p>(value: &Value, places: impl IntoIterator<Item = &'p String>, change: impl Fn(&mut Value)) -> Value {
    let mut mutant = value.clone();
    for place in places {
        mutant.pointer_mut(place).map(&change);
    }
    mutant
}

/// The value, with a field set or removed.
pub fn with(value: &Value, place: &str, field: Option<Value>) -> Value {
    let mut mutant = value.clone();
    set(&mut mutant, place, field);
    mutant
}

/// Sets or removes a field. Where there is nothing that could hold the field, nothing happens.
pub fn set(value: &mut Value, place: &str, field: Option<Value>) {
    let (parent, name) = place.rsplit_once('/').unwrap_or_default();
    match (value.pointer_mut(parent), field) {
        (Some(Value::Object(fields)), Some(field)) => drop(fields.insert(name.to_owned(), field)),
        (Some(Value::Object(fields)), None) => drop(fields.remove(name)),
        (Some(Value::Array(items)), Some(item)) => items[name.parse::<usize>().unwrap()] = item,
        _ => {}
    }
}

/// The value, with every integer written with a fraction of zero.
pub fn number(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().unwrap().into(),
        Value::Array(items) => items.iter().map(number).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), number(field))).collect(),
        other => other.clone(),
    }
}

/// One place of those that differ only in the items of lists.
pub fn generalized(places: &BTreeSet<String>) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let pattern = |place: &str| {
        let parts = place.split('/').map(|part| if part.parse::<usize>().is_ok() { "*" } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    places.iter().map(String::as_str).filter(|place| seen.insert(pattern(place))).collect()
}

/// Identifies a field by its name and the fields beside it, so that the same field of the same type is known again.
pub fn signature(value: &Value, place: &str) -> (Vec<String>, String) {
    let (parent, name) = place.rsplit_once('/').unwrap_or_default();
    let beside = value.pointer(parent).and_then(Value::as_object);
    (beside.map(|fields| fields.keys().cloned().collect()).unwrap_or_default(), name.to_owned())
}
