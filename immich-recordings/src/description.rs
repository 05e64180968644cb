//! The OpenAPI description of one version, read apart from the generator.

use std::fs;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, workspace};

/// The description of one version of the API.
#[derive(Debug)]
pub struct Description {
    /// The last version that it is of, such as `2.7.5`.
    pub version: String,
    json: Value,
}

#[derive(Deserialize)]
struct Release {
    last: String,
    file: String,
}

/// An operation as a description has it.
#[derive(Clone, Copy, Debug)]
pub struct Described<'d> {
    /// The name that this version gives it.
    pub id: &'d str,
    /// The method, in upper case.
    pub method: &'d str,
    /// The path below `/api`, with its parameters in braces.
    pub path: &'d str,
    json: &'d Value,
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'d> {
    /// The name.
    pub name: &'d str,
    /// `path`, `query` or `header`.
    pub place: &'d str,
    /// Whether the operation cannot do without it.
    pub required: bool,
    /// The schema of its value.
    pub schema: &'d Value,
}

impl Description {
    /// The descriptions that `openapi/versions.json` lists, oldest first.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn read_all() -> Result<Vec<Self>, Error> {
        let releases: Vec<Release> = read("versions.json")?;
        let description = |release: Release| Ok(Self { json: read(&release.file)?, version: release.last });
        releases.into_iter().map(description).collect()
    }

    /// The oldest and the newest of them, which between them have every operation and type.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn oldest_and_newest() -> Result<Vec<Self>, Error> {
        let mut all = Self::read_all()?;
        let newest = all.pop();
        all.truncate(1);
        all.extend(newest);
        Ok(all)
    }

    /// Every operation, in the order of paths and methods.
    pub fn operations(&self) -> impl Iterator<Item = Described<'_>> {
        let of_path = |(path, methods)| members(methods).map(move |(method, json)| described(path, method, json));
        members(&self.json["paths"]).flat_map(of_path)
    }

    /// The operation with this method and path template, whatever its parameters are called.
    pub fn operation(&self, method: &str, path: &str) -> Option<Described<'_>> {
        if let Some(methods) = self.json["paths"].get(path)
            && let Some((name, json)) = members(methods).find(|(name, _)| name.eq_ignore_ascii_case(method))
        {
            let (path, _) = self.json["paths"].as_object()?.get_key_value(path)?;
            return Some(described(path, name, json));
        }
        let mut operations = self.operations();
        operations.find(|operation| operation.method == method && shape(operation.path).eq(shape(path)))
    }

    /// The schema itself, behind references.
    pub fn resolve<'d>(&'d self, schema: &'d Value) -> &'d Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return self.resolve(&self.json["components"]["schemas"][name]);
        }
        match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([only]) => self.resolve(only),
            _ => schema,
        }
    }

    /// The schema that has the name that `schema` refers to in another version.
    pub(crate) fn same_name(&self, other: &Self, schema: &Value) -> Option<&Value> {
        let reference = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
        let name = reference.filter(|_| other.version != self.version)?.rsplit('/').next()?;
        self.json["components"]["schemas"].get(name)
    }

    /// Whether null is a value of the schema.
    pub fn is_nullable(&self, schema: &Value) -> bool {
        [schema, self.resolve(schema)].iter().any(|schema| schema["nullable"] == true)
    }

    /// The schemas that a value may have instead of one.
    pub fn alternatives<'d>(&'d self, schema: &'d Value) -> &'d [Value] {
        let schema = self.resolve(schema);
        ["anyOf", "oneOf"].iter().find_map(|word| schema[*word].as_array()).map_or(&[], Vec::as_slice)
    }
}

fn read<T: DeserializeOwned>(name: &str) -> Result<T, Error> {
    let file = workspace().join("openapi").join(name);
    let text = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}

impl<'d> Described<'d> {
    /// The parameters.
    pub fn parameters(&self) -> Vec<Parameter<'d>> {
        let parameters = self.json["parameters"].as_array().into_iter().flatten();
        let parameter = |json: &'d Value| Parameter {
            name: json["name"].as_str().unwrap_or_default(),
            place: json["in"].as_str().unwrap_or_default(),
            required: json["required"] == true,
            schema: &json["schema"],
        };
        parameters.map(parameter).collect()
    }

    /// The media type and schema of the body, if there is one.
    pub fn body(&self) -> Option<(&'d str, &'d Value)> {
        let (media, content) = members(&self.json["requestBody"]["content"]).next()?;
        Some((media, &content["schema"]))
    }

    /// The schema of the response, if a success is JSON.
    pub fn answer(&self) -> Option<&'d Value> {
        let successes = members(&self.json["responses"]).filter(|(status, _)| status.starts_with('2'));
        successes.into_iter().find_map(|(_, response)| response["content"]["application/json"].get("schema"))
    }
}

fn described<'d>(path: &'d str, method: &'d str, json: &'d Value) -> Described<'d> {
    let method = match method {
        "get" => "GET",
        "post" => "POST",
        "put" => "PUT",
        "patch" => "PATCH",
        "delete" => "DELETE",
        other => other,
    };
    Described { id: json["operationId"].as_str().unwrap_or_default(), method, path, json }
}

/// The folders of a path, without the names of its parameters.
fn shape(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part })
}

/// The members of an object, in the order of their names.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The properties of an object schema, and whether each is required.
pub(crate) fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value, bool)> {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    members(&schema["properties"]).map(move |(name, property)| {
        let required = required.iter().any(|required| required.as_str() == Some(name));
        (name, property, required)
    })
}
