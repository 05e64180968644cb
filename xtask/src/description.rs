//! One OpenAPI description, as far as Immich's use the format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::Result;
use crate::patches::Patches;

/// The API of one version of the server.
#[derive(Clone)]
pub struct Description {
    pub version: String,
    pub operations: Vec<Operation>,
    /// By the name that the description gives them; two can have one name in the merged API.
    pub types: BTreeMap<String, Type>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    pub tag: String,
    pub deprecated: bool,
    pub authenticated: bool,
    /// The permission that an API key needs for it, where the description states it.
    pub permission: Option<String>,
    pub parameters: Vec<Parameter>,
    pub body: Body,
    pub answer: Answer,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub place: Place,
    pub field: Field,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    None,
    Json(Shape),
    Urlencoded(BTreeMap<String, Field>),
    Multipart(BTreeMap<String, Field>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Empty,
    Json(Shape),
    Text,
    Binary,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Enum(Vec<String>),
    Struct(BTreeMap<String, Field>),
    /// Written by hand, of these other types.
    Other(Vec<String>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub shape: Shape,
    pub required: bool,
    pub nullable: bool,
    /// Where it was merged: the versions that have it, if not all do that have what it belongs to.
    pub range: Range,
}

/// The first and the last version that has a part of something, where the whole has more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Range {
    pub since: Option<String>,
    pub until: Option<String>,
}

impl Range {
    /// As a sentence, after a space.
    pub fn sentence(&self) -> String {
        match (&self.since, &self.until) {
            (None, None) => String::new(),
            (Some(since), None) => format!(" Since {since}."),
            (None, Some(until)) => format!(" Up to {until}."),
            (Some(since), Some(until)) => format!(" From {since} to {until}."),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    Uuid,
    Instant,
    Date,
    Integer,
    Number,
    Boolean,
    Binary,
    Json,
    List(Box<Shape>),
    /// An item of a list that may be null.
    Nullable(Box<Shape>),
    Named(String),
}

impl Operation {
    /// The names of its parameters, but for those of the path, and of the parts of its form.
    pub fn documented(&self) -> Vec<&str> {
        let parameters = self.parameters.iter().filter(|parameter| parameter.place != Place::Path);
        let mut names: Vec<&str> = parameters.map(|parameter| parameter.name.as_str()).collect();
        if let Body::Multipart(form) | Body::Urlencoded(form) = &self.body {
            names.extend(form.keys().map(String::as_str));
        }
        names
    }

    /// The content of the request, and of the response.
    pub fn shapes(&self) -> (Vec<&Shape>, Vec<&Shape>) {
        let mut sent: Vec<&Shape> = self.parameters.iter().map(|parameter| &parameter.field.shape).collect();
        match &self.body {
            Body::Json(shape) => sent.push(shape),
            Body::Multipart(form) | Body::Urlencoded(form) => sent.extend(form.values().map(|field| &field.shape)),
            Body::None => {}
        }
        let received = match &self.answer {
            Answer::Json(shape) => vec![shape],
            Answer::Empty | Answer::Text | Answer::Binary => Vec::new(),
        };
        (sent, received)
    }
}

impl Shape {
    /// The type that the shape refers to, if any.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(item) | Self::Nullable(item) => item.name(),
            _ => None,
        }
    }
}

impl Description {
    pub fn read(file: &Path, patches: &Patches) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let json: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        Self::from_json(&json, patches)
    }

    pub fn from_json(json: &Value, patches: &Patches) -> Result<Self> {
        let mut operations = Vec::new();
        for (path, methods) in members(&json["paths"]) {
            for (method, operation) in members(methods) {
                let read = self::operation(path, method, operation, patches);
                operations.push(read.map_err(|error| format!("{} {path}: {error}", method.to_uppercase()))?);
            }
        }
        let mut types = BTreeMap::new();
        for (name, schema) in members(&json["components"]["schemas"]) {
            let read = self::r#type(schema, patches).map_err(|error| format!("{name}: {error}"))?;
            types.insert(name.to_owned(), read);
        }
        let version = json["info"]["version"].as_str().ok_or("no info.version")?.trim_start_matches('v').to_owned();
        Ok(Self { version, operations, types })
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn operation(path: &str, method: &str, json: &Value, patches: &Patches) -> Result<Operation> {
    let id = json["operationId"].as_str().ok_or("no operationId")?;
    let tags = items(&json["tags"]).iter().filter_map(Value::as_str);
    let parameters = items(&json["parameters"]).iter().map(|parameter| {
        let place = match parameter["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => Place::Header,
            other => return Err(format!("parameter in {other:?}").into()),
        };
        let name = parameter["name"].as_str().ok_or("a parameter without name")?.to_owned();
        let required = parameter["required"].as_bool().unwrap_or_default();
        Ok(Parameter { name, place, field: field(&parameter["schema"], required, patches)? })
    });
    Ok(Operation {
        id: patches.operation_name(id).to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        tag: tags.into_iter().find(|tag| *tag != "Deprecated").ok_or("no tag")?.to_owned(),
        deprecated: json["deprecated"].as_bool().unwrap_or_default(),
        authenticated: json.get("security").is_some(),
        permission: json["x-immich-permission"].as_str().map(str::to_owned),
        parameters: parameters.collect::<Result<_>>()?,
        body: body(&json["requestBody"], patches)?,
        answer: answer(&json["responses"], patches)?,
    })
}

fn body(json: &Value, patches: &Patches) -> Result<Body> {
    let Some((media, content)) = members(&json["content"]).next() else { return Ok(Body::None) };
    let schema = &content["schema"];
    Ok(match media {
        "application/json" => Body::Json(shape(schema, patches)?),
        "multipart/form-data" => Body::Multipart(fields(schema, patches)?),
        "application/x-www-form-urlencoded" => Body::Urlencoded(fields(schema, patches)?),
        _ => return Err(format!("a body of {media}").into()),
    })
}

/// The response of the first success that has one.
fn answer(json: &Value, patches: &Patches) -> Result<Answer> {
    let successes = members(json).filter(|(status, _)| status.starts_with('2'));
    let Some((media, content)) = successes.flat_map(|(_, response)| members(&response["content"])).next() else {
        return Ok(Answer::Empty);
    };
    Ok(match media {
        "application/json" => Answer::Json(shape(&content["schema"], patches)?),
        "application/octet-stream" => Answer::Binary,
        "application/vnd.apple.mpegurl" | "text/plain" => Answer::Text,
        _ => return Err(format!("an answer of {media}").into()),
    })
}

fn r#type(json: &Value, patches: &Patches) -> Result<Type> {
    if json.get("enum").is_some() && json["type"] == "string" {
        return Ok(Type::Enum(items(&json["enum"]).iter().filter_map(Value::as_str).map(str::to_owned).collect()));
    }
    if json["type"] == "object" && json.get("properties").is_some() {
        return Ok(Type::Struct(fields(json, patches)?));
    }
    let others = items(&json["anyOf"]).iter().filter_map(|other| other["$ref"].as_str());
    Ok(Type::Other(others.filter_map(|reference| reference.rsplit('/').next()).map(str::to_owned).collect()))
}

fn fields(json: &Value, patches: &Patches) -> Result<BTreeMap<String, Field>> {
    let required: BTreeSet<&str> = items(&json["required"]).iter().filter_map(Value::as_str).collect();
    let fields = members(&json["properties"]).map(|(name, schema)| {
        let field = field(schema, required.contains(name), patches).map_err(|error| format!("{name}: {error}"))?;
        Ok((name.to_owned(), field))
    });
    fields.collect()
}

fn field(schema: &Value, required: bool, patches: &Patches) -> Result<Field> {
    let nullable = schema["nullable"].as_bool().unwrap_or_default();
    Ok(Field { shape: shape(schema, patches)?, required, nullable, range: Range::default() })
}

fn shape(schema: &Value, patches: &Patches) -> Result<Shape> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return Ok(Shape::Named(patches.type_name(name).to_owned()));
    }
    if let [only] = items(&schema["allOf"]) {
        return shape(only, patches);
    }
    Ok(match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("uuid")) => Shape::Uuid,
        (Some("string"), Some("date-time")) => Shape::Instant,
        (Some("string"), Some("date")) => Shape::Date,
        (Some("string"), Some("binary")) => Shape::Binary,
        (Some("string"), None) => Shape::Text,
        (Some("integer"), _) => Shape::Integer,
        (Some("number"), _) => Shape::Number,
        (Some("boolean"), _) => Shape::Boolean,
        (Some("array"), _) => {
            let items = shape(&schema["items"], patches)?;
            let nullable = schema["items"]["nullable"].as_bool().unwrap_or_default();
            Shape::List(Box::new(if nullable { Shape::Nullable(Box::new(items)) } else { items }))
        }
        (Some("object"), _) if schema.get("properties").is_none() => Shape::Json,
        (kind, format) => return Err(format!("a schema of type {kind:?}, format {format:?}").into()),
    })
}
