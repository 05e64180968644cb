//! The descriptions become one: an operation knows the versions that have it, and a field is required
//! only where every version that has its type requires it.

use std::collections::{BTreeMap, BTreeSet};

use crate::Result;
use crate::description::{Answer, Body, Description, Field, Operation, Parameter, Place, Range, Shape, Type};
use crate::patches::Patches;
use crate::versions::{self, Release};

/// The type of what the sync stream can be asked for.
const SYNC_REQUESTS: &str = "SyncRequestType";

pub struct Api {
    /// In the order of path and method.
    pub operations: Vec<Merged>,
    pub types: BTreeMap<String, Type>,
    /// The versions that have a value of an enum, where not all do that have the enum.
    pub values: BTreeMap<(String, String), Range>,
    /// The permission that an API key needs for each operation, by the newest version that states it.
    pub permissions: BTreeMap<String, String>,
    /// The types that the sync stream can be asked for, and the first version that has each.
    pub sync_requests: BTreeMap<String, String>,
    /// The first and the last version that is described.
    pub oldest: String,
    pub newest: String,
    /// Types that requests hold, and types that responses hold; a type can be in both.
    pub sent: BTreeSet<String>,
    pub received: BTreeSet<String>,
}

pub struct Merged {
    pub operation: Operation,
    /// The first version that has it, if that is not the oldest.
    pub since: Option<String>,
    /// The last version that has it, if that is not the newest.
    pub until: Option<String>,
    /// Whether only some of its versions have a body.
    pub body_optional: bool,
}

/// Every description, oldest first.
pub type Described = Vec<(Release, Description)>;

pub fn described(patches: &Patches) -> Result<Described> {
    let described = versions::releases()?.into_iter().map(|release| {
        let description = Description::read(&release.path(), patches)?;
        Ok((release, description))
    });
    described.collect()
}

/// The API of all descriptions.
pub fn read(patches: &Patches) -> Result<Api> {
    merge(described(patches)?, patches)
}

/// The API of descriptions, oldest first.
pub fn merge(described: Described, patches: &Patches) -> Result<Api> {
    let (releases, descriptions): (Vec<Release>, Vec<Description>) = described.into_iter().unzip();
    let mut operations: BTreeMap<String, Vec<(usize, Operation)>> = BTreeMap::new();
    let mut types: BTreeMap<String, Vec<(usize, Type)>> = BTreeMap::new();
    let mut sync_requests = BTreeMap::new();
    let mut permissions = patches.permissions.clone();
    for (index, (release, description)) in releases.iter().zip(descriptions).enumerate() {
        for operation in description.operations {
            if let Some(permission) = &operation.permission {
                permissions.insert(operation.id.clone(), permission.clone());
            }
            operations.entry(operation.id.clone()).or_default().push((index, operation));
        }
        for (name, r#type) in description.types {
            let name = patches.type_name(&name).to_owned();
            if let (Type::Enum(values), true) = (&r#type, name == SYNC_REQUESTS) {
                for value in values {
                    sync_requests.entry(value.clone()).or_insert_with(|| release.first.clone());
                }
            }
            types.entry(name).or_default().push((index, r#type));
        }
    }
    let mut values = BTreeMap::new();
    for (name, versions) in &types {
        let all = Span::of(versions, &releases);
        let mut of_value: BTreeMap<&String, Vec<(usize, ())>> = BTreeMap::new();
        for (index, version) in versions {
            let Type::Enum(these) = version else { continue };
            these.iter().for_each(|value| of_value.entry(value).or_default().push((*index, ())));
        }
        values
            .extend(of_value.into_iter().map(|(value, versions)| ((name.clone(), value.clone()), all.part(&versions))));
    }
    let merged_types = types.into_iter().map(|(name, versions)| {
        let merged = merge_types(&name, versions, &releases, patches).map_err(|error| format!("{name}: {error}"))?;
        Ok((name, merged))
    });
    let types: BTreeMap<String, Type> = merged_types.collect::<Result<_>>()?;
    let merged = operations.into_values().map(|versions| merge_operations(versions, &releases, patches));
    let mut operations = merged.collect::<Result<Vec<_>>>()?;
    operations.sort_by_key(|merged| (merged.operation.path.clone(), merged.operation.method.clone()));
    let (sent, received) = directions(operations.iter().map(|merged| &merged.operation), &types);
    let version = |release: Option<&Release>, of: fn(&Release) -> &String| release.map(of).cloned().unwrap_or_default();
    let oldest = version(releases.first(), |release| &release.first);
    let newest = version(releases.last(), |release| &release.last);
    Ok(Api { operations, types, values, permissions, sync_requests, oldest, newest, sent, received })
}

fn merge_operations(versions: Vec<(usize, Operation)>, releases: &[Release], patches: &Patches) -> Result<Merged> {
    let first = versions.first().map_or(0, |(index, _)| *index);
    let last = versions.last().map_or(0, |(index, _)| *index);
    let bodies = versions.iter().filter(|(_, operation)| !matches!(operation.body, Body::None)).count();
    let body_optional = bodies > 0 && bodies < versions.len();
    let all = Span::of(&versions, releases);
    let mut parameters: BTreeMap<String, (Place, Vec<(usize, Field)>)> = BTreeMap::new();
    let mut forms: BTreeMap<String, Vec<(usize, Field)>> = BTreeMap::new();
    let mut newest: Option<Operation> = None;
    for (index, operation) in versions {
        for Parameter { name, place, field } in operation.parameters.clone() {
            parameters.entry(name).or_insert((place, Vec::new())).1.push((index, field));
        }
        if let Body::Multipart(fields) | Body::Urlencoded(fields) = &operation.body {
            for (name, field) in fields {
                forms.entry(name.clone()).or_default().push((index, field.clone()));
            }
        }
        newest = Some(operation);
    }
    let mut operation = newest.ok_or("an operation of no version")?;
    let id = operation.id.clone();
    let merge = |name: &String, versions: Vec<(usize, Field)>| {
        let merged = merge_fields(&format!("{id}.{name}"), versions, &all, patches);
        merged.map_err(|error| format!("{id}.{name}: {error}"))
    };
    let mut merged = Vec::new();
    for (name, (place, versions)) in parameters {
        let field = merge(&name, versions)?;
        merged.push(Parameter { name, place, field });
    }
    operation.parameters = merged;
    let mut fields = BTreeMap::new();
    for (name, versions) in forms {
        fields.insert(name.clone(), merge(&name, versions)?);
    }
    match &mut operation.body {
        Body::Multipart(form) | Body::Urlencoded(form) => *form = fields,
        Body::None | Body::Json(_) => {}
    }
    operation.answer = match patches.answers.get(&id).map(String::as_str) {
        Some("Binary") => Answer::Binary,
        Some("Text") => Answer::Text,
        Some(other) => return Err(format!("{id}: no answer is called {other}").into()),
        None => match operation.answer {
            // These are made of columns that can be null, and servers send the null (seen on 2.7.5 and 3.1.0).
            Answer::Json(Shape::List(item)) if *item == Shape::Text => {
                Answer::Json(Shape::List(Box::new(Shape::Nullable(item))))
            }
            other => other,
        },
    };
    Ok(Merged {
        operation,
        since: (first > 0).then(|| releases[first].first.clone()),
        until: (last + 1 < releases.len()).then(|| releases[last].last.clone()),
        body_optional,
    })
}

fn merge_types(name: &str, versions: Vec<(usize, Type)>, releases: &[Release], patches: &Patches) -> Result<Type> {
    let all = Span::of(&versions, releases);
    let mut values: Vec<String> = Vec::new();
    let mut fields: BTreeMap<String, Vec<(usize, Field)>> = BTreeMap::new();
    let mut others = Vec::new();
    for (index, version) in versions {
        match version {
            Type::Enum(more) => {
                for value in more {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            }
            Type::Struct(more) => {
                for (field, definition) in more {
                    fields.entry(field).or_default().push((index, definition));
                }
            }
            Type::Other(more) => others = more,
        }
    }
    if patches.hand_written.contains_key(name) {
        return Ok(Type::Other(others));
    }
    match (values.is_empty(), fields.is_empty()) {
        (false, true) => Ok(Type::Enum(values)),
        (true, false) => {
            let merged = fields.into_iter().map(|(field, versions)| {
                let merged = merge_fields(&format!("{name}.{field}"), versions, &all, patches);
                Ok((field.clone(), merged.map_err(|error| format!("{field}: {error}"))?))
            });
            Ok(Type::Struct(merged.collect::<Result<_>>()?))
        }
        _ => Err("neither a struct nor an enum of texts; name a hand-written type in patches.toml".into()),
    }
}

/// The versions that have something.
struct Span<'r> {
    first: usize,
    last: usize,
    count: usize,
    releases: &'r [Release],
}

impl<'r> Span<'r> {
    fn of<T>(versions: &[(usize, T)], releases: &'r [Release]) -> Self {
        let index = |version: Option<&(usize, T)>| version.map_or(0, |(index, _)| *index);
        Self { first: index(versions.first()), last: index(versions.last()), count: versions.len(), releases }
    }

    /// The range of a part, by the first and last version that has it.
    fn part<T>(&self, versions: &[(usize, T)]) -> Range {
        let part = Self::of(versions, self.releases);
        Range {
            since: (part.first > self.first).then(|| self.releases[part.first].first.clone()),
            until: (part.last < self.last).then(|| self.releases[part.last].last.clone()),
        }
    }
}

/// One field of the versions that have it, which are some of `all` that have what holds the field.
fn merge_fields(place: &str, versions: Vec<(usize, Field)>, all: &Span<'_>, patches: &Patches) -> Result<Field> {
    let range = all.part(&versions);
    let required = versions.len() == all.count && versions.iter().all(|(_, field)| field.required);
    let nullable = versions.iter().any(|(_, field)| field.nullable);
    let patched = patches.fields.contains_key(place);
    let mut shapes = versions.into_iter().map(|(_, field)| field.shape);
    let first = shapes.next().ok_or("a field of no version")?;
    let shape = shapes.try_fold(first, |older, newer| if patched { Ok(newer) } else { merge_shapes(older, newer) })?;
    Ok(Field { shape, required, nullable, range })
}

fn merge_shapes(older: Shape, newer: Shape) -> Result<Shape> {
    Ok(match (older, newer) {
        (older, newer) if older == newer => newer,
        (Shape::List(older), Shape::List(newer)) => Shape::List(Box::new(merge_shapes(*older, *newer)?)),
        (Shape::Nullable(older), Shape::Nullable(newer)) => Shape::Nullable(Box::new(merge_shapes(*older, *newer)?)),
        (Shape::Nullable(item), other) | (other, Shape::Nullable(item)) => {
            Shape::Nullable(Box::new(merge_shapes(*item, other)?))
        }
        // One version says more of a text, or of a number, than another.
        (Shape::Text, more @ (Shape::Uuid | Shape::Instant | Shape::Date | Shape::Named(_))) => more,
        (more @ (Shape::Uuid | Shape::Instant | Shape::Date | Shape::Named(_)), Shape::Text) => more,
        (Shape::Number, Shape::Integer) | (Shape::Integer, Shape::Number) => Shape::Integer,
        (older, newer) => return Err(format!("{older:?} in one version, {newer:?} in another").into()),
    })
}

/// The types that requests hold, and those that responses do.
pub fn directions<'o>(
    operations: impl IntoIterator<Item = &'o Operation>,
    types: &BTreeMap<String, Type>,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
    for operation in operations {
        let (requests, responses) = operation.shapes();
        requests.into_iter().for_each(|shape| reach(shape, types, &mut sent));
        responses.into_iter().for_each(|shape| reach(shape, types, &mut received));
    }
    for name in types.keys().filter(|name| !sent.contains(*name)) {
        // What no operation reaches are lines of streams and events, which the server sends.
        received.insert(name.clone());
    }
    (sent, received)
}

fn reach(shape: &Shape, types: &BTreeMap<String, Type>, reached: &mut BTreeSet<String>) {
    let Some(name) = shape.name() else { return };
    if reached.insert(name.to_owned()) {
        match types.get(name) {
            Some(Type::Struct(fields)) => fields.values().for_each(|field| reach(&field.shape, types, reached)),
            Some(Type::Other(others)) => {
                others.iter().for_each(|other| reach(&Shape::Named(other.clone()), types, reached));
            }
            _ => {}
        }
    }
}
