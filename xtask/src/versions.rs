//! `openapi/versions.json`: the descriptions, and the versions of the server that have each API.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Result, root};

/// An API that one description is of, with the first and the last version of the server that has it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Release {
    pub first: String,
    pub last: String,
    pub file: String,
}

impl Release {
    pub fn path(&self) -> PathBuf {
        folder().join(&self.file)
    }

    fn holds(&self, version: [u32; 3]) -> Result<bool> {
        Ok(parse(&self.first)? <= version && version <= parse(&self.last)?)
    }
}

pub fn folder() -> PathBuf {
    root().join("openapi")
}

pub fn list() -> PathBuf {
    folder().join("versions.json")
}

/// Those of `openapi/versions.json`, oldest first.
pub fn releases() -> Result<Vec<Release>> {
    let file = list();
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()).into())
}

/// The text of `openapi/versions.json`.
pub fn text(releases: &[Release]) -> Result<String> {
    let lines = releases.iter().map(|Release { first, last, file }| {
        Ok(format!(
            "  {{ \"first\": {}, \"last\": {}, \"file\": {} }}",
            serde_json::to_string(first)?,
            serde_json::to_string(last)?,
            serde_json::to_string(file)?
        ))
    });
    Ok(format!("[\n{}\n]\n", lines.collect::<Result<Vec<_>>>()?.join(",\n")))
}

/// `3.1.0`.
pub fn parse(version: &str) -> Result<[u32; 3]> {
    let numbers: Result<Vec<u32>, _> = version.split('.').map(str::parse).collect();
    let numbers = numbers.ok().and_then(|numbers| <[u32; 3]>::try_from(numbers).ok());
    numbers.ok_or_else(|| format!("`{version}` is no version such as 3.1.0").into())
}

/// Where the description of a version belongs in the list.
#[derive(Debug, PartialEq)]
pub enum Place {
    /// It is of the range at this index.
    In(usize),
    /// Before the range at this index.
    Before(usize),
}

pub fn place(releases: &[Release], version: &str) -> Result<Place> {
    let number = parse(version)?;
    for (index, release) in releases.iter().enumerate() {
        if release.holds(number)? {
            return Ok(Place::In(index));
        }
        if number < parse(&release.first)? {
            return Ok(Place::Before(index));
        }
    }
    Ok(Place::Before(releases.len()))
}
