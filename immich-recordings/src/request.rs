//! Requests that a description asks for.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use crate::{Described, Description, Sample, Versioned};

/// A request of an operation, made of descriptions.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleRequest {
    /// The values of the parameters in the path, by name.
    pub path: Map<String, Value>,
    /// The values of the query, by name: a list has several.
    pub query: Map<String, Value>,
    /// The values of the headers, by name.
    pub headers: Map<String, Value>,
    /// The body, if there is one; of a form, its parts.
    pub body: Option<Value>,
}

impl SampleRequest {
    /// The request that `description` asks for. The other descriptions may say more of the same values.
    pub fn new(sample: Sample, descriptions: &[Description], description: &Description, of: Described<'_>) -> Self {
        let others = descriptions.iter().filter_map(|other| Some((other, other.operation(of.method, of.path)?)));
        let others: Vec<(&Description, Described<'_>)> = others.collect();
        let mut request = Self { path: Map::new(), query: Map::new(), headers: Map::new(), body: None };
        for parameter in of.parameters() {
            if !parameter.required && sample == Sample::Minimal {
                continue;
            }
            let same = others.iter().filter_map(|(other, of)| {
                let same = of.parameters().into_iter().find(|same| same.name == parameter.name)?;
                Some((*other, same.schema))
            });
            let same: Vec<Versioned<'_>> = same.collect();
            let mut value = sample.named(parameter.name, descriptions, (description, parameter.schema), &same);
            let place = match parameter.place {
                "path" => &mut request.path,
                "query" => &mut request.query,
                _ => {
                    // A header holds ASCII.
                    let ascii = texts(&value).concat();
                    value = if ascii.is_ascii() { ascii } else { "a text".to_owned() }.into();
                    &mut request.headers
                }
            };
            place.insert(parameter.name.to_owned(), value);
        }
        if let Some((_, schema)) = of.body() {
            let same = others.iter().filter_map(|(other, of)| Some((*other, of.body()?.1)));
            request.body = Some(sample.value(descriptions, (description, schema), &same.collect::<Vec<_>>()));
        }
        request
    }

    /// Adds what only another version asks for.
    pub fn extend(&mut self, older: Self) {
        for (values, older) in
            [(&mut self.path, older.path), (&mut self.query, older.query), (&mut self.headers, older.headers)]
        {
            for (name, value) in older {
                values.entry(name).or_insert(value);
            }
        }
        match (&mut self.body, older.body) {
            (Some(body), Some(older)) => extend(body, older),
            (body @ None, older) => *body = older,
            (Some(_), None) => {}
        }
    }

    /// The path below `/api` with its query, escaped more than is needed: a different way than the client's.
    pub fn path_and_query(&self, template: &str) -> String {
        let part = |part: &str| {
            let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            let value = name.map(|name| texts(&self.path[name]).iter().map(|text| escaped(text)).collect());
            value.unwrap_or_else(|| part.to_owned())
        };
        let path: Vec<String> = template.split('/').map(part).collect();
        let pairs = self.query.iter().flat_map(|(name, value)| {
            texts(value).into_iter().map(move |text| format!("{}={}", escaped(name), escaped(&text)))
        });
        let query: Vec<String> = pairs.collect();
        let separator = if query.is_empty() { "" } else { "?" };
        format!("{}{separator}{}", path.join("/"), query.join("&"))
    }

    /// The headers.
    pub fn header_map(&self) -> HeaderMap {
        let header = |(name, value): (&String, &Value)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::from_str(value.as_str()?).ok()?))
        };
        self.headers.iter().filter_map(header).collect()
    }
}

/// The texts of a value in a path or a query.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// The text with every byte escaped that is no letter or digit.
fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn extend(value: &mut Value, older: Value) {
    match (value, older) {
        (Value::Object(fields), Value::Object(older)) => {
            for (name, older) in older {
                match fields.get_mut(&name) {
                    Some(field) => extend(field, older),
                    None => drop(fields.insert(name, older)),
                }
            }
        }
        (Value::Array(items), Value::Array(older)) => {
            items.iter_mut().zip(older).for_each(|(item, older)| extend(item, older));
        }
        _ => {}
    }
}
