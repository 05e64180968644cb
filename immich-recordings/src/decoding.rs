//! Decodes recorded responses with the types of their operations.

use std::fmt;
use std::path::PathBuf;

use immich_core::incoming::{IncomingRequest, Route};
use serde_json::Value;

use crate::{Error, Recording};

/// The result of decoding the JSON responses of some recordings.
#[derive(Debug, Default)]
pub struct Report {
    /// The number of successful responses that are JSON.
    pub answers: usize,
    /// Of these, how many were decoded.
    pub decoded: usize,
    /// The others.
    pub failures: Vec<Failure>,
}

/// A response that was not decoded.
#[derive(Debug)]
pub struct Failure {
    /// The recording.
    pub file: PathBuf,
    /// The operation, or the method and path if there is none.
    pub operation: String,
    /// Where in the response, as a JSON path; empty for the whole response.
    pub json_path: String,
    /// The faults.
    pub message: String,
}

/// Decodes each successful JSON response with the type of its operation.
pub fn decode(recordings: &[Recording]) -> Report {
    let mut report = Report::default();
    for recording in recordings {
        let Some(answer) = recording.json_answer() else { continue };
        report.answers += 1;
        match decode_one(recording, answer) {
            Ok(()) => report.decoded += 1,
            Err(failure) => report.failures.push(failure),
        }
    }
    report
}

impl Recording {
    /// The decoder of this recording, by its method and path.
    ///
    /// # Errors
    /// If the method is none, or no operation has the method and path.
    pub fn reader(&self) -> Result<&'static Route, Error> {
        let (method, headers) = (self.request.method()?, self.request.headers());
        let path_and_query = self.request.path_and_query();
        let request = IncomingRequest { method: &method, path_and_query, headers: &headers, body: &[] };
        let path = path_and_query.split('?').next().unwrap_or_default();
        request.reader().ok_or_else(|| format!("no operation has {method} {path}").into())
    }
}

fn decode_one(recording: &Recording, answer: &Value) -> Result<(), Failure> {
    let failure = |operation: &str, json_path: &str, message: String| Failure {
        file: recording.file.clone(),
        operation: operation.to_owned(),
        json_path: json_path.to_owned(),
        message,
    };
    let reader = recording.reader().map_err(|error| failure("unknown operation", "", error.to_string()))?;
    // A response whose content the operation does not read cannot fail.
    match (reader.rewrite)(reader.operation, answer.to_string().as_bytes()) {
        Some(Err(error)) => Err(failure(reader.operation.id, error.json_path().unwrap_or_default(), error.to_string())),
        Some(Ok(_)) | None => Ok(()),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(formatter, "{failure}")?;
        }
        let failed = self.failures.len();
        writeln!(formatter, "{} JSON answers, {} decoded, {failed} failed", self.answers, self.decoded)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, operation, json_path, message } = self;
        let json_path = if json_path.is_empty() { "(the whole answer)" } else { json_path };
        write!(formatter, "{}: {operation}: {json_path}: {message}", file.display())
    }
}
