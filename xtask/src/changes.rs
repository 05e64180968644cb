//! The differences between two descriptions, and those that existing programs notice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::description::{Answer, Body, Description, Field, Operation, Shape, Type};
use crate::merge::{self, Api};
use crate::patches::Patches;

/// Lines by their heading.
#[derive(Default)]
pub struct Changes(BTreeMap<Heading, Vec<String>>);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    Added,
    Removed,
    Renamed,
    Deprecated,
    Permissions,
    Requests,
    Responses,
    Rust,
}

impl Changes {
    pub fn between(older: &Description, newer: &Description, patches: &Patches) -> Self {
        let mut changes = Self::default();
        let types = |description: &Description| -> BTreeMap<String, Type> {
            let named = |(name, definition): (&String, &Type)| (patches.type_name(name).to_owned(), definition.clone());
            description.types.iter().map(named).collect()
        };
        let (older_types, newer_types) = (types(older), types(newer));
        changes.operations(&by_id(older), &by_id(newer));
        let (sent, received) = merge::directions(&older.operations, &older_types);
        changes.types(&older_types, &newer_types, &sent, &received);
        changes
    }

    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds what the generated code has in another form than before.
    pub fn interface(&mut self, older: &Api, newer: &Api) {
        for (name, definition) in &newer.types {
            let (Type::Struct(now), Some(Type::Struct(before))) = (definition, older.types.get(name)) else { continue };
            for (field, now) in now {
                let place = format!("{name}.{field}");
                match before.get(field) {
                    Some(before) if of(before) == of(now) => {}
                    Some(before) => {
                        self.add(Heading::Rust, format!("{place} is {} now, and was {}", of(now), of(before)))
                    }
                    None if now.required && newer.sent.contains(name) => {
                        self.add(Heading::Rust, format!("{name}::new takes `{field}`"));
                    }
                    None => {}
                }
            }
        }
    }

    fn operations(&mut self, older: &BTreeMap<&str, &Operation>, newer: &BTreeMap<&str, &Operation>) {
        let line = |operation: &Operation| format!("{} ({} {})", operation.id, operation.method, operation.path);
        let place = |operation: &Operation| (operation.method.clone(), operation.path.clone());
        for (id, before) in older.iter().filter(|(id, _)| !newer.contains_key(*id)) {
            match newer.values().find(|now| place(now) == place(before)) {
                Some(now) => self.add(
                    Heading::Renamed,
                    format!(
                        "{id} is {} now: `{id} = \"{}\"` belongs into [operations] of patches.toml",
                        now.id, now.id
                    ),
                ),
                None => {
                    self.add(Heading::Removed, format!("operation {}", line(before)));
                    self.add(Heading::Requests, format!("{id} is gone"));
                }
            }
        }
        let places: BTreeSet<_> = older.values().map(|before| place(before)).collect();
        for (id, now) in newer {
            match older.get(id) {
                Some(before) => self.operation(before, now),
                None if places.contains(&place(now)) => {}
                None => self.add(Heading::Added, format!("operation {}", line(now))),
            }
        }
    }

    fn operation(&mut self, before: &Operation, now: &Operation) {
        let id = &now.id;
        if (&before.method, &before.path) != (&now.method, &now.path) {
            let was = format!("{id} is {} {} now, and was {} {}", now.method, now.path, before.method, before.path);
            self.add(Heading::Requests, was);
        }
        if now.deprecated && !before.deprecated {
            self.add(Heading::Deprecated, format!("operation {id}"));
        }
        // Not every description states them.
        if let (Some(was), Some(is)) = (&before.permission, &now.permission)
            && was != is
        {
            self.add(Heading::Permissions, format!("{id} needs {is} now, and needed {was}"));
        }
        let parameters = |operation: &Operation| -> BTreeMap<String, Field> {
            let fields = operation.parameters.iter().map(|one| (one.name.clone(), one.field.clone()));
            let form = match &operation.body {
                Body::Multipart(form) | Body::Urlencoded(form) => form.clone(),
                Body::None | Body::Json(_) => BTreeMap::new(),
            };
            fields.chain(form).collect()
        };
        self.fields(id, &parameters(before), &parameters(now), true, false);
        let json = |operation: &Operation| match &operation.body {
            Body::Json(shape) => Some(text(shape)),
            _ => None,
        };
        let (was, is) = (json(before), json(now));
        if was != is {
            let of = |json: Option<String>| json.unwrap_or_else(|| "none".into());
            self.add(Heading::Requests, format!("the body of {id} is {} now, and was {}", of(is), of(was)));
        }
        if before.answer != now.answer {
            let of = |answer: &Answer| match answer {
                Answer::Json(shape) => text(shape),
                other => format!("{other:?}").to_lowercase(),
            };
            let line = format!("the response of {id} is {} now, and was {}", of(&now.answer), of(&before.answer));
            self.add(Heading::Responses, line);
        }
    }

    fn types(
        &mut self,
        older: &BTreeMap<String, Type>,
        newer: &BTreeMap<String, Type>,
        sent: &BTreeSet<String>,
        received: &BTreeSet<String>,
    ) {
        for (name, before) in older.iter().filter(|(name, _)| !newer.contains_key(*name)) {
            let equal = newer.iter().find(|(other, now)| !older.contains_key(*other) && *now == before);
            match equal {
                Some((other, _)) => self.add(
                    Heading::Renamed,
                    format!("type {name} may be {other} now: then `{name} = \"{other}\"` belongs into [types] of patches.toml"),
                ),
                None => self.add(Heading::Removed, format!("type {name}")),
            }
        }
        for (name, now) in newer {
            match (older.get(name), now) {
                (None, _) => self.add(Heading::Added, format!("type {name}")),
                (Some(Type::Enum(before)), Type::Enum(now)) => {
                    for value in now.iter().filter(|value| !before.contains(value)) {
                        self.add(Heading::Added, format!("value {name}: {value}"));
                    }
                    for value in before.iter().filter(|value| !now.contains(value)) {
                        self.add(Heading::Removed, format!("value {name}: {value}"));
                        if sent.contains(name) {
                            self.add(Heading::Requests, format!("{name} has no value {value} any more"));
                        }
                    }
                }
                (Some(Type::Struct(before)), Type::Struct(now)) => {
                    self.fields(name, before, now, sent.contains(name), received.contains(name));
                }
                (Some(before), now) if before != now => {
                    self.add(Heading::Responses, format!("{name} is of another kind"));
                }
                _ => {}
            }
        }
    }

    fn fields(
        &mut self,
        owner: &str,
        before: &BTreeMap<String, Field>,
        now: &BTreeMap<String, Field>,
        is_sent: bool,
        is_received: bool,
    ) {
        for (name, now) in now {
            let place = format!("{owner}.{name}");
            let Some(before) = before.get(name) else {
                self.add(Heading::Added, format!("field {place}: {}", of(now)));
                if is_sent && now.required {
                    self.add(Heading::Requests, format!("{place} is required"));
                }
                continue;
            };
            if before.shape != now.shape {
                let line = format!("{place} is {} now, and was {}", text(&now.shape), text(&before.shape));
                if is_sent {
                    self.add(Heading::Requests, line.clone());
                }
                if is_received {
                    self.add(Heading::Responses, line);
                }
            }
            if is_sent && now.required && !before.required {
                self.add(Heading::Requests, format!("{place} is required now"));
            }
            if is_sent && before.nullable && !now.nullable {
                self.add(Heading::Requests, format!("{place} cannot be null any more"));
            }
            if is_received && before.required && !now.required {
                self.add(Heading::Responses, format!("{place} can be absent now"));
            }
            if is_received && now.nullable && !before.nullable {
                self.add(Heading::Responses, format!("{place} can be null now"));
            }
        }
        for name in before.keys().filter(|name| !now.contains_key(*name)) {
            self.add(Heading::Removed, format!("field {owner}.{name}"));
            if is_sent {
                self.add(Heading::Requests, format!("{owner}.{name} is gone: servers refuse or ignore it"));
            }
            if is_received && before[name].required {
                self.add(Heading::Responses, format!("{owner}.{name} is gone"));
            }
        }
    }

    fn add(&mut self, heading: Heading, line: String) {
        self.0.entry(heading).or_default().push(line);
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(formatter, "The API is the same.");
        }
        for (heading, lines) in &self.0 {
            let heading = match heading {
                Heading::Added => "Added",
                Heading::Removed => "Removed",
                Heading::Renamed => "Renamed",
                Heading::Deprecated => "Deprecated",
                Heading::Permissions => "Permissions of API keys",
                Heading::Requests => "Requests of existing programs that can break",
                Heading::Responses => "Responses that existing programs may not expect",
                Heading::Rust => "The Rust interface",
            };
            writeln!(formatter, "\n{heading} ({}):", lines.len())?;
            for line in lines {
                writeln!(formatter, "  {line}")?;
            }
        }
        Ok(())
    }
}

fn by_id(description: &Description) -> BTreeMap<&str, &Operation> {
    description.operations.iter().map(|operation| (operation.id.as_str(), operation)).collect()
}

fn of(field: &Field) -> String {
    let required = if field.required { "" } else { "optional " };
    let nullable = if field.nullable { " or null" } else { "" };
    format!("{required}{}{nullable}", text(&field.shape))
}

fn text(shape: &Shape) -> String {
    match shape {
        Shape::Named(name) => name.clone(),
        Shape::List(item) => format!("array of {}", text(item)),
        Shape::Nullable(item) => format!("{} or null", text(item)),
        Shape::Text => "string".into(),
        Shape::Instant => "date-time".into(),
        Shape::Json => "object".into(),
        other => format!("{other:?}").to_lowercase(),
    }
}
