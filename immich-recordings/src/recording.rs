//! A recording: one request and its response, in a file of JSON.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::Error;

/// One request and its response.
#[derive(Clone, Debug, Deserialize)]
pub struct Recording {
    /// Where it was read from.
    #[serde(skip)]
    pub file: PathBuf,
    /// The request.
    pub request: Request,
    /// The response.
    pub response: Response,
}

/// A recorded request.
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    method: String,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    /// The body.
    pub body: Option<Recorded>,
}

/// A recorded response.
#[derive(Clone, Debug, Deserialize)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Option<Recorded>,
}

/// A recorded body. What is neither JSON nor a form is text, or only the number of its bytes and their SHA-1.
#[derive(Clone, Debug, Deserialize)]
pub struct Recorded {
    /// The JSON, if it is some; null is JSON too.
    #[serde(default, deserialize_with = "present")]
    pub json: Option<Value>,
    /// The parts, if it is a form.
    pub multipart: Option<Form>,
    /// The text, if it is some other text.
    pub text: Option<String>,
}

/// A recorded form.
#[derive(Clone, Debug, Deserialize)]
pub struct Form {
    /// The names and texts.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
    /// The files.
    #[serde(default)]
    pub files: Vec<File>,
}

/// A recorded file of a form, without its bytes.
#[derive(Clone, Debug, Deserialize)]
pub struct File {
    /// The name of the part.
    pub name: String,
    /// The name of the file.
    pub filename: String,
    /// The number of bytes.
    pub bytes: u64,
    /// The media type.
    #[serde(rename = "content-type")]
    pub content_type: String,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Recording {
    /// Every recording below a folder, in the order of their paths.
    ///
    /// # Errors
    /// If the folder has no recordings, or if one of its files cannot be read.
    pub fn read_all(folder: &Path) -> Result<Vec<Self>, Error> {
        let mut files = Vec::new();
        find(folder, &mut files)?;
        files.sort();
        if files.is_empty() {
            return Err(format!("{}: no recordings (files *.json) below this folder", folder.display()).into());
        }
        files.into_iter().map(Self::read).collect()
    }

    /// The recording of a file.
    ///
    /// # Errors
    /// If the file cannot be read, or is no recording.
    pub fn read(file: PathBuf) -> Result<Self, Error> {
        let text = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let recording: Result<Self, _> = serde_json::from_slice(&text);
        let recording = recording.map_err(|error| format!("{}: not a recording: {error}", file.display()))?;
        Ok(Self { file, ..recording })
    }

    /// The recordings in `tests/recordings` of a version, such as `2.7.5`.
    ///
    /// # Errors
    /// Those of [`read_all`](Self::read_all).
    pub fn of_version(version: &str) -> Result<Vec<Self>, Error> {
        Self::read_all(&crate::workspace().join("tests/recordings").join(format!("immich-v{version}")))
    }

    /// The name of the file, without its folder and extension.
    pub fn name(&self) -> String {
        self.file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The response, if it is a success and JSON.
    pub fn json_answer(&self) -> Option<&Value> {
        let success = (200..300).contains(&self.response.status);
        self.response.body.as_ref().filter(|_| success)?.json.as_ref()
    }
}

impl Request {
    /// The method.
    ///
    /// # Errors
    /// If it is none.
    pub fn method(&self) -> Result<Method, Error> {
        Ok(Method::from_bytes(self.method.as_bytes())?)
    }

    /// The path below `/api`, with its query.
    pub fn path_and_query(&self) -> &str {
        self.path.strip_prefix("/api").filter(|rest| rest.starts_with('/')).unwrap_or(&self.path)
    }

    /// The headers that are text.
    pub fn headers(&self) -> HeaderMap {
        let headers = self.headers.iter().filter_map(|(name, value)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::from_str(value.as_str()?).ok()?))
        });
        headers.collect()
    }

    /// The JSON of the body as bytes; none for any other body.
    pub fn json_bytes(&self) -> Vec<u8> {
        let json = self.body.as_ref().and_then(|body| body.json.as_ref());
        json.map(|json| json.to_string().into_bytes()).unwrap_or_default()
    }
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}
