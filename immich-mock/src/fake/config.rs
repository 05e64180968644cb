//! The configuration of the server: the one of the administrator, and the parts that users and visitors see.

use immich_core::ServerVersion;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::{Fault, Issue};
use super::state::State;

/// The defaults of 3.1.0.
const DEFAULTS: &str = include_str!("config.json");

/// The choices for the names of stored files.
const STORAGE_TEMPLATE: &str = include_str!("storage_template.json");

/// The groups and fields that 3.x added, each with its version.
const ADDED: [(&str, ServerVersion); 9] = [
    ("/integrityChecks", ServerVersion::new(3, 0, 0)),
    ("/job/integrityCheck", ServerVersion::new(3, 0, 0)),
    ("/newVersionCheck/channel", ServerVersion::new(3, 0, 0)),
    ("/oauth/allowInsecureRequests", ServerVersion::new(3, 0, 0)),
    ("/oauth/endSessionEndpoint", ServerVersion::new(3, 0, 0)),
    ("/oauth/prompt", ServerVersion::new(3, 0, 0)),
    ("/ffmpeg/realtime", ServerVersion::new(3, 0, 0)),
    ("/ffmpeg/realtime/resolutions", ServerVersion::new(3, 0, 2)),
    ("/ffmpeg/realtime/videoCodecs", ServerVersion::new(3, 0, 2)),
];

/// The parts that every user sees.
const FOR_USERS: [&str; 27] = [
    "/ffmpeg/realtime/enabled",
    "/ffmpeg/realtime/resolutions",
    "/ffmpeg/realtime/videoCodecs",
    "/image/fullsize/enabled",
    "/image/preview/size",
    "/image/thumbnail/size",
    "/machineLearning/clip/enabled",
    "/machineLearning/duplicateDetection/enabled",
    "/machineLearning/enabled",
    "/machineLearning/facialRecognition/enabled",
    "/machineLearning/facialRecognition/minFaces",
    "/machineLearning/ocr/enabled",
    "/map/darkStyle",
    "/map/enabled",
    "/map/lightStyle",
    "/oauth/autoLaunch",
    "/oauth/buttonText",
    "/oauth/enabled",
    "/passwordLogin/enabled",
    "/reverseGeocoding/enabled",
    "/server/externalDomain",
    "/server/loginPageMessage",
    "/server/publicUsers",
    "/theme/customCss",
    "/trash/days",
    "/trash/enabled",
    "/user/deleteDelay",
];

/// The parts that the page for signing in shows.
const FOR_VISITORS: [&str; 6] = [
    "/oauth/autoLaunch",
    "/oauth/buttonText",
    "/oauth/enabled",
    "/passwordLogin/enabled",
    "/server/loginPageMessage",
    "/theme/customCss",
];

fn defaults(version: ServerVersion) -> Value {
    let mut config: Value = serde_json::from_str(DEFAULTS).unwrap_or_default();
    for (path, _) in ADDED.iter().filter(|(_, since)| version < *since) {
        remove(&mut config, path);
    }
    if version.major < 3 {
        config["ffmpeg"]["accelDecode"] = false.into();
    }
    if version >= ServerVersion::new(3, 2, 0) {
        config["oauth"]["accountManagementUrl"] = "".into();
    }
    config
}

fn remove(config: &mut Value, path: &str) {
    let (group, field) = path.rsplit_once('/').unwrap_or_default();
    if let Some(Value::Object(group)) = config.pointer_mut(group) {
        group.remove(field);
    }
}

/// Takes over the values of the fields that there are.
fn overlay(config: &mut Value, changes: &Value) {
    match (config, changes) {
        (Value::Object(config), Value::Object(changes)) => {
            for (name, value) in config {
                if let Some(change) = changes.get(name) {
                    overlay(value, change);
                }
            }
        }
        (config, changes) => *config = changes.clone(),
    }
}

/// The fields at these paths alone.
fn part(config: &Value, paths: &[&str]) -> Value {
    let mut part = json!({});
    for path in paths {
        let Some(value) = config.pointer(path) else { continue };
        let mut place = &mut part;
        for name in path.split('/').skip(1) {
            place = &mut place[name];
        }
        *place = value.clone();
    }
    part
}

impl State {
    fn config(&self) -> Value {
        let mut config = defaults(self.version);
        if self.config.is_object() {
            overlay(&mut config, &self.config);
        }
        config
    }
}

pub(super) fn get(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.config()))
}

pub(super) fn get_defaults(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&defaults(state.version)))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let sent = asked.fields()?.into_fields();
    let mut issues = Vec::new();
    compare(&defaults(state.version), &sent, None, &mut issues);
    if !issues.is_empty() {
        return Err(Fault::invalid(issues));
    }
    state.config = Value::Object(sent);
    get(state, asked)
}

/// Checks that all fields are there and of the type of their default. The whole configuration is sent each time.
fn compare(defaults: &Value, sent: &Map<String, Value>, parent: Option<&str>, issues: &mut Vec<Issue>) {
    let mut check = match parent {
        Some(parent) => Check::below(parent, &Value::Object(sent.clone())),
        None => Check::fields(sent.clone()),
    };
    for (name, default) in defaults.as_object().into_iter().flatten() {
        match (default, sent.get(name)) {
            (Value::Object(_), Some(Value::Object(group))) => {
                let path = parent.map_or_else(|| name.clone(), |parent| format!("{parent}.{name}"));
                compare(default, group, Some(&path), issues);
            }
            (Value::Bool(_), Some(Value::Bool(_)))
            | (Value::Number(_), Some(Value::Number(_)))
            | (Value::String(_), Some(Value::String(_)))
            | (Value::Array(_), Some(Value::Array(_)))
            | (Value::Null, Some(Value::Null | Value::Number(_))) => {}
            (Value::Bool(_), _) => check.mistyped(name, "boolean", vec![format!("{name} must be a boolean value")]),
            (Value::Number(_) | Value::Null, _) => {
                check.mistyped(name, "number", vec![format!("{name} must be an integer number")]);
            }
            (Value::String(_), _) => check.mistyped(name, "string", vec![format!("{name} must be a string")]),
            (Value::Array(_), _) => check.mistyped(name, "array", vec![format!("{name} must be an array")]),
            (Value::Object(_), _) => check.mistyped(name, "object", vec![format!("{name} should not be null")]),
        }
    }
    issues.extend(check.into_issues());
}

pub(super) fn for_users(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&part(&state.config(), &FOR_USERS)))
}

pub(super) fn defaults_for_users(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&part(&defaults(state.version), &FOR_USERS)))
}

pub(super) fn for_visitors(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&part(&state.config(), &FOR_VISITORS)))
}

pub(super) fn defaults_for_visitors(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&part(&defaults(state.version), &FOR_VISITORS)))
}

pub(super) fn storage_template(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&serde_json::from_str(STORAGE_TEMPLATE).unwrap_or_default()))
}

/// Shows an e-mail. Its text is the template that was sent, in a page of the fake.
pub(super) fn mail_template(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let template = check.required_string("template").unwrap_or_default();
    check.done()?;
    let html = format!("<!DOCTYPE html><html><body>{}</body></html>", template.replace('<', "&lt;"));
    Ok(Answer::json(&json!({ "name": asked.path_text(0), "html": html })))
}
