//! Values that fit a schema.

use serde_json::{Value, json};

use crate::Description;
use crate::description::properties;

/// The optional parts that a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// Every property, and two items in each list; an item for each alternative, if there are three.
    Full,
    /// The required properties, and no item in a list.
    Minimal,
}

/// The same value in the description of one version.
pub type Versioned<'d> = (&'d Description, &'d Value);

/// The strings that no description specifies: the name of the property, and a possible value.
const TEXTS: [(&str, &str); 5] = [
    ("duration", "0:00:05.250"),
    ("id", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    ("livePhotoVideoId", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    ("ownerId", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    ("parentId", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
];

impl Sample {
    /// A value of the schema. In a set of texts it is the first.
    ///
    /// Where the schema says only that a value is a text, the same value in `others` may say that it is an id or a
    /// date; so may schemas of the same name in `descriptions`.
    pub fn value(self, descriptions: &[Description], schema: Versioned<'_>, others: &[Versioned<'_>]) -> Value {
        self.named("", descriptions, schema, others)
    }

    /// A value of a parameter.
    pub(crate) fn named(
        self,
        name: &str,
        descriptions: &[Description],
        schema: Versioned<'_>,
        others: &[Versioned<'_>],
    ) -> Value {
        Sampler { descriptions, amount: self, alternative: 0 }.value(name, schema, others)
    }
}

struct Sampler<'d> {
    descriptions: &'d [Description],
    amount: Sample,
    /// Which of several alternatives, by its place in the list that has all of them.
    alternative: usize,
}

impl Sampler<'_> {
    fn value(&self, name: &str, (description, schema): Versioned<'_>, others: &[Versioned<'_>]) -> Value {
        let alternatives = description.alternatives(schema);
        if let Some(alternative) = alternatives.get(self.alternative).or(alternatives.first()) {
            return self.value(name, (description, alternative), &[]);
        }
        let mut others: Vec<Versioned<'_>> = others.iter().map(|(of, other)| (*of, of.resolve(other))).collect();
        let same_name = self.descriptions.iter().filter_map(|of| Some((of, of.same_name(description, schema)?)));
        others.extend(same_name);
        let schema = description.resolve(schema);
        let all = || std::iter::once(schema).chain(others.iter().map(|(_, other)| *other));
        if let Some(values) = all().find_map(|schema| schema["enum"].as_array()) {
            return values.first().cloned().unwrap_or_default();
        }
        match schema["type"].as_str() {
            // What this version says counts before what others do.
            Some("string") => text(name, all().find_map(|schema| schema["format"].as_str())).into(),
            Some("integer" | "number") => 7.into(),
            Some("boolean") => true.into(),
            Some("array") if self.amount == Sample::Minimal => json!([]),
            Some("array") => {
                let others: Vec<_> = others.iter().map(|(of, other)| (*of, &other["items"])).collect();
                let item = |alternative| {
                    let sampler = Sampler { alternative, ..*self };
                    sampler.value(name, (description, &schema["items"]), &others)
                };
                let (first, second, third) = (item(0), item(1), item(2));
                if third == first { json!([first, second]) } else { json!([first, second, third]) }
            }
            _ if schema.get("properties").is_some() => {
                let wanted = properties(schema).filter(|(_, _, required)| *required || self.amount == Sample::Full);
                let sample = |(name, schema, _): (&str, _, _)| {
                    let others = others.iter().filter_map(|(of, other)| Some((*of, other["properties"].get(name)?)));
                    (name.to_owned(), self.value(name, (description, schema), &others.collect::<Vec<_>>()))
                };
                wanted.map(sample).collect()
            }
            // An object of any shape.
            _ => json!({"any": ["shape", 1.5, null]}),
        }
    }
}

fn text<'t>(name: &str, format: Option<&str>) -> &'t str {
    let known = TEXTS.iter().find(|(known, _)| *known == name);
    match (known, format) {
        (Some((_, text)), _) => text,
        (None, Some("uuid")) => "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        (None, Some("date")) => "2024-05-06",
        (None, Some("date-time")) => "2024-05-06T07:08:09.123Z",
        // All that a path, a query and a form must escape, and text beyond ASCII.
        (None, _) => "a b/c?d&e=f+g%h \u{e9}\u{1f600}",
    }
}
