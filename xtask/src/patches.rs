//! `openapi/patches.toml`: what the descriptions do not say, or say in three ways. And the permissions.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::{Result, root, versions};

/// Overrides of the descriptions. The file gives the reason of each.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patches {
    /// Older name of an operation to its newest.
    operations: BTreeMap<String, String>,
    /// Older name of a type to its newest.
    types: BTreeMap<String, String>,
    /// Hand-written Rust types that stand for a type of the descriptions, and their sentences.
    pub hand_written: BTreeMap<String, String>,
    /// Rust type of a field (`Type.field`) or of a parameter (`operation.parameter`).
    pub fields: BTreeMap<String, String>,
    /// Id type of a UUID, by `Type.field`, by the name of the field, or by the folder of a path.
    pub ids: BTreeMap<String, String>,
    /// Names of fields and parameters that are secrets.
    pub secrets: BTreeSet<String>,
    /// Secrets that only one type or operation calls so, as `Type.field`.
    pub secret_fields: BTreeSet<String>,
    /// Operations whose request or response holds a secret.
    pub sensitive: BTreeSet<String>,
    /// Operations by POST or PATCH that only read, or that do no more when done twice.
    pub idempotent: BTreeSet<String>,
    /// The headers with which requests of an operation are idempotent, by operation.
    pub idempotent_with: BTreeMap<String, String>,
    /// Types whose arguments of one type are refused by servers in the wrong order.
    pub ordered: BTreeSet<String>,
    /// Types that a program makes as a struct literal, since their fields never change.
    pub literals: BTreeSet<String>,
    /// The successor of a deprecated operation.
    pub replacements: BTreeMap<String, String>,
    /// Responses that the description does not tell, such as those of streams: operation to `Binary` or `Text`.
    pub answers: BTreeMap<String, String>,
    /// Parameters, bodies and parts of forms that depend on the version of the server, and the functions of `by_version` that make
    /// them.
    pub by_version: BTreeMap<String, String>,
    /// The content of sync lines that is not named as they are: the type, `nothing` or `control`, and the lines.
    sync_data: BTreeMap<String, BTreeSet<String>>,
    /// The permissions that real servers named when an API key lacked them, by operation.
    #[serde(skip)]
    pub permissions: BTreeMap<String, String>,
}

impl Patches {
    pub fn read() -> Result<Self> {
        let folder = root().join("openapi");
        let text = std::fs::read_to_string(folder.join("patches.toml"))?;
        let mut patches: Self = toml::from_str(&text).map_err(|error| format!("patches.toml: {error}"))?;
        // Oldest first: what a newer server named wins.
        for release in versions::releases()? {
            for (operation, permission) in measured(&release.last)?.into_iter().flatten() {
                let name = patches.operation_name(&operation).to_owned();
                patches.permissions.insert(name, permission);
            }
        }
        Ok(patches)
    }

    pub fn operation_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.operations.get(id).map_or(id, String::as_str)
    }

    pub fn type_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.types.get(name).map_or(name, String::as_str)
    }

    /// The type that a line of the sync stream holds, or `nothing` or `control`.
    pub fn sync_data(&self, line: &str) -> String {
        let listed = self.sync_data.iter().find(|(_, lines)| lines.contains(line));
        listed.map_or_else(|| format!("Sync{line}"), |(name, _)| name.clone())
    }

    /// Every line of the sync stream that is listed.
    pub fn sync_lines(&self) -> impl Iterator<Item = &String> {
        self.sync_data.values().flatten()
    }
}

/// The permissions that a real server of this version named, by operation, if they were measured.
pub fn measured(version: &str) -> Result<Option<BTreeMap<String, String>>> {
    let file = root().join(format!("openapi/permissions-v{version}.json"));
    if !file.exists() {
        return Ok(None);
    }
    let json: BTreeMap<String, Value> = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    // Other operations have a status.
    let named = json.into_iter().filter_map(|(id, permission)| Some((id, permission.as_str()?.to_owned())));
    Ok(Some(named.collect()))
}
