//! `openapi/docs.toml`: a sentence of ours for each operation and type, and for fields whose names do not say enough.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::description::Type;
use crate::merge::Api;
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
}

impl Docs {
    pub fn read() -> Result<Self> {
        let text = std::fs::read_to_string(root().join("openapi/docs.toml"))?;
        Ok(toml::from_str(&text).map_err(|error| format!("docs.toml: {error}"))?)
    }

    /// What has no sentence, and which sentences belong to nothing.
    pub fn faults(&self, api: &Api) -> Vec<String> {
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
