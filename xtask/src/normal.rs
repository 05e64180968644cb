//! The form in which the project keeps descriptions: facts alone, each written in one way.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::Result;
use crate::names::capitalized;

const SCHEMAS: &str = "#/components/schemas/";

/// The formats of strings that the generator distinguishes.
const FORMATS: [&str; 4] = ["uuid", "date-time", "date", "binary"];

/// The facts of the API in a schema.
const FACTS: [&str; 24] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "type",
    "uniqueItems",
];

/// The facts of the API in an operation; its parameters, body and responses are read by themselves.
const OPERATION_FACTS: [&str; 5] =
    ["deprecated", "operationId", "x-immich-admin-only", "x-immich-permission", "security"];

/// Brings the description that Immich publishes, or one that is in the form already, to the form of the project.
pub fn normal(json: &Value) -> Result<Value> {
    let version = version(json)?;
    let schemas = json["components"]["schemas"].as_object().ok_or("it has no components.schemas")?;
    let paths = json["paths"].as_object().filter(|paths| !paths.is_empty()).ok_or("it has no paths")?;
    let mut writer = Writer { schemas, named: BTreeMap::new(), inline: Vec::new(), forms: BTreeSet::new() };
    let mut normal_paths = Map::new();
    let mut tags = BTreeSet::new();
    for (path, methods) in paths {
        let methods = methods.as_object().ok_or_else(|| format!("{path}: no object"))?;
        let mut normal_methods = Map::new();
        for (method, operation) in methods {
            let normal = writer.operation(operation);
            let normal = normal.map_err(|error| format!("{} {path}: {error}", method.to_uppercase()))?;
            tags.extend(normal["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
            normal_methods.insert(method.clone(), normal);
        }
        normal_paths.insert(path.clone(), Value::Object(normal_methods));
    }
    for (name, schema) in schemas.iter().filter(|(_, schema)| is_kept(schema)) {
        let normal = writer.schema(schema, name).map_err(|error| format!("{name}: {error}"))?;
        writer.named.insert(name.clone(), normal);
    }
    writer.drop_forms(&normal_paths);
    let named: Map<String, Value> = writer.named.into_iter().collect();
    Ok(json!({
        "openapi": "3.0.0",
        "info": { "title": "Immich", "version": version },
        "servers": [{ "url": "/api" }],
        "tags": tags.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "paths": normal_paths,
        "components": {
            "securitySchemes": {
                "api_key": { "type": "apiKey", "in": "header", "name": "x-api-key" },
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                "cookie": { "type": "apiKey", "in": "cookie", "name": "immich_access_token" },
            },
            "schemas": named,
        },
    }))
}

/// The text of a description as it is kept.
pub fn text(json: &Value) -> Result<String> {
    let mut text = Vec::new();
    let format = serde_json::ser::PrettyFormatter::with_indent(b" ");
    serde::Serialize::serialize(json, &mut serde_json::Serializer::with_formatter(&mut text, format))?;
    text.push(b'\n');
    Ok(String::from_utf8(text)?)
}

/// The version that a description is of, if it is one of Immich.
fn version(json: &Value) -> Result<String> {
    if json["openapi"].as_str().is_none_or(|version| !version.starts_with("3.")) {
        return Err("it is no description by OpenAPI 3".into());
    }
    if json["info"]["title"] != "Immich" {
        return Err("it is not the description of Immich: its title is another".into());
    }
    let version = json["info"]["version"].as_str().unwrap_or_default().trim_start_matches('v');
    crate::versions::parse(version)?;
    Ok(version.to_owned())
}

/// Whether a schema keeps its name; the others stand where they are referred to.
fn is_kept(schema: &Value) -> bool {
    schema.get("enum").is_some() || is_type(schema)
}

/// Whether a schema is a type that the generator makes. An object without properties can hold anything.
fn is_type(schema: &Value) -> bool {
    let has_fields = schema["properties"].as_object().is_some_and(|properties| !properties.is_empty());
    has_fields || schema.get("anyOf").is_some()
}

struct Writer<'a> {
    schemas: &'a Map<String, Value>,
    named: BTreeMap<String, Value>,
    /// Types that stand in place, and the names that they were given.
    inline: Vec<(Value, String)>,
    /// The types of forms.
    forms: BTreeSet<String>,
}

impl Writer<'_> {
    fn operation(&mut self, json: &Value) -> Result<Value> {
        let id = json["operationId"].as_str().ok_or("no operationId")?;
        let mut normal = pick(json, &OPERATION_FACTS);
        // What an operation does not have is not said.
        normal.retain(|_, value| *value != Value::Bool(false));
        if let Some(Value::Array(security)) = normal.get_mut("security") {
            security.sort_by_key(ToString::to_string);
        }
        normal.insert("tags".into(), sorted(&json["tags"]));
        if let Some(parameters) = json["parameters"].as_array().filter(|list| !list.is_empty()) {
            let mut list = Vec::new();
            for parameter in parameters {
                let name = parameter["name"].as_str().ok_or("a parameter without a name")?;
                let mut normal = pick(parameter, &["name", "in", "required", "deprecated"]);
                normal.retain(|_, value| *value != Value::Bool(false));
                let mut schema = self.schema(&parameter["schema"], &format!("{id}-{name}"))?;
                // A parameter is there or not: there is no null in a URL.
                schema.as_object_mut().map(|schema| schema.remove("nullable"));
                normal.insert("schema".into(), schema);
                list.push(Value::Object(normal));
            }
            list.sort_by_key(|parameter| (parameter["name"].to_string(), parameter["in"].to_string()));
            normal.insert("parameters".into(), Value::Array(list));
        }
        if let Some(body) = json.get("requestBody") {
            normal.insert("requestBody".into(), json!({ "content": self.content(body, id)?, "required": true }));
        }
        let mut responses = Map::new();
        for (status, response) in json["responses"].as_object().ok_or("no responses")? {
            let mut normal = json!({ "description": "" });
            if response.get("content").is_some() {
                normal["content"] = self.content(response, id)?;
            }
            responses.insert(status.clone(), normal);
        }
        normal.insert("responses".into(), Value::Object(responses));
        Ok(Value::Object(normal))
    }

    fn content(&mut self, json: &Value, id: &str) -> Result<Value> {
        let mut content = Map::new();
        for (media, body) in json["content"].as_object().ok_or("a body without content")? {
            let is_form = media == "multipart/form-data" || media == "application/x-www-form-urlencoded";
            let schema = &body["schema"];
            // The fields of a form stand in place.
            let form = schema["$ref"].as_str().and_then(|name| name.strip_prefix(SCHEMAS)).filter(|_| is_form);
            let normal = match form {
                Some(name) => {
                    self.forms.insert(name.to_owned());
                    self.facts(self.schemas.get(name).ok_or_else(|| format!("{name} is not described"))?, name)?
                }
                None if is_form => self.facts(schema, id)?,
                None => self.schema(schema, id)?,
            };
            content.insert(media.clone(), json!({ "schema": normal }));
        }
        Ok(Value::Object(content))
    }

    /// A schema; `place` names the type that stands in place here, if it is one.
    fn schema(&mut self, json: &Value, place: &str) -> Result<Value> {
        if let Some(reference) = json["$ref"].as_str() {
            let name = reference.strip_prefix(SCHEMAS).ok_or_else(|| format!("a reference to {reference}"))?;
            let schema = self.schemas.get(name).ok_or_else(|| format!("{name} is not described"))?;
            return if is_kept(schema) { Ok(json!({ "$ref": reference })) } else { self.schema(schema, name) };
        }
        if is_type(json) && !self.schemas.contains_key(place) {
            let mut normal = self.facts(json, place)?;
            normal["x-inline"] = Value::Bool(true);
            let name = match self.inline.iter().find(|(other, _)| *other == normal) {
                Some((_, name)) => name.clone(),
                None => {
                    let name: String = place.split('-').map(capitalized).collect();
                    self.inline.push((normal.clone(), name.clone()));
                    self.named.insert(name.clone(), normal);
                    name
                }
            };
            return Ok(json!({ "$ref": format!("{SCHEMAS}{name}") }));
        }
        self.facts(json, place)
    }

    fn facts(&mut self, json: &Value, place: &str) -> Result<Value> {
        let mut normal = pick(json, &FACTS);
        if json.get("x-inline").is_some() {
            normal.insert("x-inline".into(), Value::Bool(true));
        }
        normal.retain(|name, value| name == "default" || *value != Value::Bool(false));
        normal.retain(|_, value| !value.is_null());
        if normal.get("format").is_some_and(|format| !FORMATS.iter().any(|known| format == known)) {
            normal.remove("format");
        }
        // A pattern of JavaScript may stand between slashes.
        if let Some(Value::String(pattern)) = normal.get_mut("pattern")
            && let Some(inner) = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'))
        {
            *pattern = inner.to_owned();
        }
        if json.get("properties").is_some() && !is_type(json) {
            normal.remove("properties");
        }
        if let Some(required) = normal.get_mut("required") {
            *required = sorted(required);
        }
        if let Some(Value::Object(properties)) = normal.get_mut("properties") {
            for (name, property) in properties.iter_mut() {
                *property =
                    self.schema(property, &format!("{place}-{name}")).map_err(|error| format!("{name}: {error}"))?;
            }
        }
        if let Some(values) = normal.get_mut("additionalProperties").filter(|values| values.is_object()) {
            *values = self.schema(values, &format!("{place}-value"))?;
        }
        if let Some(items) = normal.get_mut("items") {
            *items = self.schema(items, &format!("{place}-inner"))?;
        }
        for all in ["allOf", "anyOf", "oneOf"] {
            if let Some(Value::Array(parts)) = normal.get_mut(all) {
                for part in parts {
                    *part = self.schema(part, place)?;
                }
            }
        }
        // What a reference says besides is said around it.
        match normal.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            Some([only]) if normal.len() == 1 => Ok(only.clone()),
            _ => Ok(Value::Object(normal)),
        }
    }

    /// Drops the types of forms, which stand in place, unless something else refers to them.
    fn drop_forms(&mut self, paths: &Map<String, Value>) {
        let mut referred = BTreeSet::new();
        paths.values().chain(self.named.values()).for_each(|json| references(json, &mut referred));
        self.named.retain(|name, _| referred.contains(name) || !self.forms.contains(name));
    }
}

fn pick(json: &Value, names: &[&str]) -> Map<String, Value> {
    let picked = names.iter().filter_map(|name| Some(((*name).to_owned(), json.get(*name)?.clone())));
    picked.collect()
}

fn sorted(list: &Value) -> Value {
    let mut list = list.as_array().cloned().unwrap_or_default();
    list.sort_by_key(ToString::to_string);
    Value::Array(list)
}

fn references(json: &Value, found: &mut BTreeSet<String>) {
    match json {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix(SCHEMAS))
            {
                found.insert(name.to_owned());
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
