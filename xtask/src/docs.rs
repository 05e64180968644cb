//! `openapi/docs.toml`: a sentence of ours for each operation and type, and for fields whose names do not say enough.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::description::Type;
use crate::merge::{Api, Merged};
use crate::{Result, root};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Docs {
    /// A sentence for each group, which is a tag.
    pub groups: BTreeMap<String, String>,
    pub operations: BTreeMap<String, String>,
    pub types: BTreeMap<String, String>,
    /// By `Type.field`.
    pub fields: BTreeMap<String, String>,
    /// By `operation.parameter`, or by the parameter alone.
    pub parameters: BTreeMap<String, String>,
    /// Of fields and parameters that mean the same wherever they are.
    pub names: BTreeMap<String, String>,
}

/// The documented and the missing parts.
#[derive(Default)]
pub struct Coverage {
    pub fields: Count,
    pub parameters: Count,
    /// Parts without a sentence, and sentences that belong to nothing.
    pub faults: Vec<String>,
}

#[derive(Default)]
pub struct Count {
    pub documented: usize,
    pub all: usize,
}

impl Coverage {
    /// Counts a field or a parameter.
    fn count(&mut self, of: fn(&mut Self) -> &mut Count, sentence: Option<&str>, what: impl FnOnce() -> String) {
        let count = of(self);
        count.all += 1;
        match sentence {
            Some(_) => count.documented += 1,
            None => self.faults.push(format!("docs.toml lacks a sentence for the {}", what())),
        }
    }
}

impl Docs {
    pub fn read() -> Result<Self> {
        let text = std::fs::read_to_string(root().join("openapi/docs.toml"))?;
        Ok(toml::from_str(&text).map_err(|error| format!("docs.toml: {error}"))?)
    }

    /// The sentence of a field.
    pub fn field(&self, owner: &str, name: &str) -> Option<&str> {
        self.fields.get(&format!("{owner}.{name}")).or_else(|| self.names.get(name)).map(String::as_str)
    }

    /// The sentence of a parameter of a query, a header or a form.
    pub fn parameter(&self, operation: &str, name: &str) -> Option<&str> {
        let own = self.parameters.get(&format!("{operation}.{name}")).or_else(|| self.parameters.get(name));
        own.or_else(|| self.names.get(name)).map(String::as_str)
    }

    pub fn coverage(&self, api: &Api) -> Coverage {
        let mut coverage = Coverage { faults: self.faults(api), ..Coverage::default() };
        let mut strays: BTreeSet<&str> = self.names.keys().chain(self.parameters.keys()).map(String::as_str).collect();
        for (owner, definition) in &api.types {
            let Type::Struct(all) = definition else { continue };
            for name in all.keys() {
                coverage.count(|all| &mut all.fields, self.field(owner, name), || format!("field {owner}.{name}"));
                strays.remove(name.as_str());
            }
        }
        for Merged { operation, .. } in &api.operations {
            for name in operation.documented() {
                let place = format!("{}.{name}", operation.id);
                let sentence = self.parameter(&operation.id, name);
                coverage.count(|all| &mut all.parameters, sentence, || format!("parameter {place}"));
                strays.remove(name);
                strays.remove(place.as_str());
            }
        }
        coverage
            .faults
            .extend(strays.into_iter().map(|name| format!("docs.toml describes {name}, which does not exist")));
        coverage
    }

    /// The same for groups, operations and types, and sentences of fields that belong to none.
    fn faults(&self, api: &Api) -> Vec<String> {
        let tags: BTreeSet<&str> = api.operations.iter().map(|merged| merged.operation.tag.as_str()).collect();
        let operations = api.operations.iter().map(|merged| merged.operation.id.as_str()).collect();
        let types = api.types.iter().filter(|(_, definition)| !matches!(definition, Type::Other(_)));
        let types: BTreeSet<&str> = types.map(|(name, _)| name.as_str()).collect();
        let fields = api.types.iter().flat_map(|(name, definition)| match definition {
            Type::Struct(fields) => fields.keys().map(|field| format!("{name}.{field}")).collect::<Vec<_>>(),
            Type::Enum(_) | Type::Other(_) => Vec::new(),
        });
        let fields: BTreeSet<String> = fields.collect();
        let mut faults = compare("group", &tags, &self.groups);
        faults.extend(compare("operation", &operations, &self.operations));
        faults.extend(compare("type", &types, &self.types));
        let stray = self.fields.keys().filter(|field| !fields.contains(*field));
        faults.extend(stray.map(|field| format!("docs.toml describes the field {field}, which does not exist")));
        faults
    }
}

fn compare(kind: &str, wanted: &BTreeSet<&str>, given: &BTreeMap<String, String>) -> Vec<String> {
    let missing = wanted.iter().filter(|name| given.get(**name).is_none_or(|sentence| sentence.trim().is_empty()));
    let missing = missing.map(|name| format!("docs.toml lacks a sentence for the {kind} {name}"));
    let stray = given.keys().filter(|name| !wanted.contains(name.as_str()));
    let stray = stray.map(|name| format!("docs.toml describes the {kind} {name}, which does not exist"));
    missing.chain(stray).collect()
}
