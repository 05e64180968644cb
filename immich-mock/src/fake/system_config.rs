//! The configuration of the server, and the parts of it that every user and visitors see.

use std::sync::LazyLock;

use immich_core::ServerVersion;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::State;

/// The defaults of the latest version. They are those of a server without machine learning.
static DEFAULTS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/system_config.json")).unwrap_or_default());

static TEMPLATE_OPTIONS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/storage_template_options.json")).unwrap_or_default());

/// The settings that a version lacks, each with the first version that has it.
const ADDED: [(&str, &str, ServerVersion); 10] = [
    ("/ffmpeg", "realtime", ServerVersion::new(3, 0, 0)),
    ("/ffmpeg/realtime", "resolutions", ServerVersion::new(3, 0, 2)),
    ("/ffmpeg/realtime", "videoCodecs", ServerVersion::new(3, 0, 2)),
    ("", "integrityChecks", ServerVersion::new(3, 0, 0)),
    ("/job", "integrityCheck", ServerVersion::new(3, 0, 0)),
    ("/newVersionCheck", "channel", ServerVersion::new(3, 0, 0)),
    ("/oauth", "allowInsecureRequests", ServerVersion::new(3, 0, 0)),
    ("/oauth", "endSessionEndpoint", ServerVersion::new(3, 0, 0)),
    ("/oauth", "prompt", ServerVersion::new(3, 0, 0)),
    ("/oauth", "accountManagementUrl", ServerVersion::new(3, 2, 0)),
];

/// Settings that an update may leave out.
const OPTIONAL: [&str; 2] = ["progressive", "accountManagementUrl"];

/// The words that a setting may be, or a list contain.
const WORDS: [(&str, &[&str]); 17] = [
    ("ffmpeg.accel", &["nvenc", "qsv", "vaapi", "rkmpp", "disabled"]),
    ("ffmpeg.acceptedAudioCodecs", &["mp3", "aac", "libopus", "opus", "pcm_s16le"]),
    ("ffmpeg.acceptedContainers", &["mov", "mp4", "ogg", "webm"]),
    ("ffmpeg.acceptedVideoCodecs", &["h264", "hevc", "vp9", "av1"]),
    ("ffmpeg.cqMode", &["auto", "cqp", "icq"]),
    ("ffmpeg.realtime.videoCodecs", &["h264", "hevc", "vp9", "av1"]),
    ("ffmpeg.targetAudioCodec", &["mp3", "aac", "libopus", "opus", "pcm_s16le"]),
    ("ffmpeg.targetVideoCodec", &["h264", "hevc", "vp9", "av1"]),
    ("ffmpeg.tonemap", &["hable", "mobius", "reinhard", "disabled"]),
    ("ffmpeg.transcode", &["all", "optimal", "bitrate", "required", "disabled"]),
    ("image.colorspace", &["srgb", "p3"]),
    ("image.fullsize.format", &["jpeg", "webp"]),
    ("image.preview.format", &["jpeg", "webp"]),
    ("image.thumbnail.format", &["jpeg", "webp"]),
    ("logging.level", &["verbose", "debug", "log", "warn", "error", "fatal"]),
    ("newVersionCheck.channel", &["stable", "releaseCandidate"]),
    ("oauth.tokenEndpointAuthMethod", &["client_secret_post", "client_secret_basic"]),
];

/// The least and the greatest value of settings, by the end of their path.
const LIMITS: [(&str, f64, f64); 20] = [
    ("keepLastAmount", 1.0, f64::MAX),
    ("bframes", -1.0, 16.0),
    ("crf", 0.0, 51.0),
    ("gopSize", 0.0, f64::MAX),
    ("refs", 0.0, 6.0),
    ("threads", 0.0, f64::MAX),
    ("quality", 1.0, 100.0),
    ("size", 1.0, f64::MAX),
    ("percentageLimit", 0.0, 1.0),
    ("timeLimit", 0.0, f64::MAX),
    ("concurrency", 1.0, f64::MAX),
    ("duplicateDetection.maxDistance", 0.001, 0.1),
    ("facialRecognition.maxDistance", 0.1, 2.0),
    ("minFaces", 1.0, f64::MAX),
    ("minScore", 0.1, 1.0),
    ("maxResolution", 1.0, f64::MAX),
    ("port", 0.0, 65535.0),
    ("defaultStorageQuota", 0.0, f64::MAX),
    ("days", 0.0, f64::MAX),
    ("deleteDelay", 1.0, f64::MAX),
];

/// The settings that visitors see since 3.2.
const PUBLIC: [&str; 6] = [
    "/oauth/autoLaunch",
    "/oauth/buttonText",
    "/oauth/enabled",
    "/passwordLogin/enabled",
    "/server/loginPageMessage",
    "/theme/customCss",
];

/// The settings that users see since 3.2, apart from those of visitors.
const OF_USERS: [&str; 20] = [
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
    "/reverseGeocoding/enabled",
    "/server/externalDomain",
    "/server/publicUsers",
    "/trash/days",
    "/trash/enabled",
];

fn defaults_of(version: ServerVersion) -> Value {
    let mut config = DEFAULTS.clone();
    for (parent, name, since) in ADDED {
        if version < since {
            config.pointer_mut(parent).and_then(Value::as_object_mut).map(|fields| fields.remove(name));
        }
    }
    if version.major < 3 {
        config["ffmpeg"]["accelDecode"] = false.into();
    }
    config
}

/// Replaces the settings of `config` by those of `changed`, which may be of another version.
fn replace(config: &mut Value, changed: &Value) {
    match (config, changed) {
        (_, Value::Null) => {}
        (Value::Object(fields), changed) => {
            for (name, value) in fields {
                match changed.get(name) {
                    // Null is a value of its own.
                    Some(Value::Null) => *value = Value::Null,
                    Some(changed) => replace(value, changed),
                    None => {}
                }
            }
        }
        (value, changed) => *value = changed.clone(),
    }
}

impl State {
    /// The configuration of the server.
    pub(super) fn config(&self) -> Value {
        let mut config = defaults_of(self.version);
        replace(&mut config, &self.config);
        config
    }

    /// A setting, by its JSON pointer.
    pub(super) fn setting(&self, pointer: &str) -> Value {
        let changed = self.config.pointer(pointer).or_else(|| DEFAULTS.pointer(pointer));
        changed.cloned().unwrap_or_default()
    }

    /// Whether a setting is on.
    pub(super) fn is_enabled(&self, pointer: &str) -> bool {
        self.setting(pointer) == true
    }
}

/// A part of the configuration.
fn part(config: &Value, pointers: impl Iterator<Item = &'static str>) -> Value {
    let mut part = json!({});
    for pointer in pointers {
        let mut place = &mut part;
        for name in pointer.split('/').skip(1) {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            place = &mut place[name];
        }
        *place = config.pointer(pointer).cloned().unwrap_or_default();
    }
    part
}

/// The part that users see.
fn of_users(config: &Value) -> Value {
    let more = ["/user/deleteDelay"];
    part(config, PUBLIC.into_iter().chain(OF_USERS).chain(more))
}

/// Compares a setting that a request sends with its default.
fn compare(check: &mut Check, path: &str, default: &Value, given: Option<&Value>) {
    let name = path.rsplit('.').next().unwrap_or_default();
    if given.is_none() && OPTIONAL.contains(&name) {
        return;
    }
    let given = given.unwrap_or(&Value::Null);
    if let (Value::Object(fields), Value::Object(given)) = (default, given) {
        for (name, default) in fields {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            compare(check, &path, default, given.get(name));
        }
        return;
    }
    let (expected, fits) = match default {
        Value::Object(_) => ("object", false),
        Value::Array(_) => ("array", given.is_array()),
        Value::Bool(_) => ("boolean", given.is_boolean()),
        Value::String(_) => ("string", given.is_string()),
        Value::Null => ("number", given.is_null() || given.is_number()),
        Value::Number(_) => ("number", given.is_number()),
    };
    if !fits {
        let details = json!({
            "code": "invalid_type", "expected": expected, "path": path.split('.').collect::<Vec<_>>(),
            "message": format!("Invalid input: expected {expected}, received {}", super::check::kind(given)),
        });
        check.wrong(path, vec![format!("{path} must be a {expected}")], details);
        return;
    }
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == path) {
        let alone = std::slice::from_ref(given);
        let sent = given.as_array().map_or(alone, Vec::as_slice);
        if !sent.iter().all(|word| word.as_str().is_some_and(|word| words.contains(&word))) {
            check.not_a_word(path, &path.split('.').collect::<Value>(), "", words);
        }
    }
    let limits = LIMITS.iter().find(|(end, ..)| path.ends_with(&format!(".{end}")));
    if let (Some((_, least, most)), Some(number)) = (limits, given.as_f64()) {
        let (code, word, limit) =
            if number < *least { ("too_small", "less", least) } else { ("too_big", "greater", most) };
        if !(*least..=*most).contains(&number) {
            let details = json!({
                "code": code, "origin": "number", "inclusive": true, "path": path.split('.').collect::<Vec<_>>(),
                "message": format!("{path} must not be {word} than {limit}"),
            });
            check.wrong(path, vec![format!("{path} must not be {word} than {limit}")], details);
        }
    }
}

pub(super) fn get(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.config()))
}

pub(super) fn defaults(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&defaults_of(state.version)))
}

/// Replaces the whole configuration.
pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let sent = Value::Object(check.fields.clone());
    compare(&mut check, "", &defaults_of(state.version), Some(&sent));
    check.done()?;
    let mut config = defaults_of(state.version);
    replace(&mut config, &sent);
    state.config = config;
    get(state, asked)
}

pub(super) fn template_options(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&TEMPLATE_OPTIONS))
}

pub(super) fn of_user(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&of_users(&state.config())))
}

pub(super) fn defaults_of_user(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&of_users(&defaults_of(state.version))))
}

pub(super) fn public(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&part(&state.config(), PUBLIC.into_iter())))
}

pub(super) fn public_defaults(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&part(&defaults_of(state.version), PUBLIC.into_iter())))
}
