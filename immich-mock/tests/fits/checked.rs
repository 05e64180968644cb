//! A fake server whose responses are checked against a description.

use std::collections::BTreeSet;

use immich_core::ServerVersion;
use immich_core::api::OPERATIONS;
use immich_mock::FakeImmich;
use immich_recordings::Description;
use serde_json::Value;

use super::misfits;
use crate::raw::Caller;

/// A server of the version of a description, whose responses are checked.
pub struct Checked<'d> {
    pub description: &'d Description,
    pub server: FakeImmich,
    pub admin: Caller,
    pub called: BTreeSet<&'static str>,
    pub faults: Vec<String>,
}

fn version(text: &str) -> ServerVersion {
    let numbers: Vec<u32> = text.split('.').map(|number| number.parse().unwrap()).collect();
    ServerVersion::new(numbers[0], numbers[1], numbers[2])
}

impl<'d> Checked<'d> {
    pub fn new(description: &'d Description) -> Self {
        let server = FakeImmich::with_version(version(&description.version));
        let admin = Caller::new(&server, &server.api_key());
        Self { description, server, admin, called: BTreeSet::new(), faults: Vec::new() }
    }

    /// Calls an operation, and checks its response. Null if the version does not have the operation.
    pub async fn call(&mut self, method: &str, path: &str, body: Value) -> Value {
        let (status, json) = self.admin.send(method, path, &body).await;
        let Some(id) = self.server.requests().last().unwrap().operation else { return Value::Null };
        self.called.insert(id);
        let operation = OPERATIONS.iter().find(|operation| operation.id == id).unwrap();
        let described = self.description.operation(operation.method.as_str(), operation.path).unwrap();
        let version = &self.description.version;
        if !(200..300).contains(&status) {
            self.faults.push(format!("{version} {id}: {status} {json}"));
        } else if let Some(schema) = described.answer() {
            let found = misfits(self.description, schema, &json, "");
            self.faults.extend(found.into_iter().map(|misfit| format!("{version} {id}: {misfit}")));
        } else if !json.is_null() {
            self.faults.push(format!("{version} {id}: has a response"));
        }
        json
    }

    pub async fn get(&mut self, path: &str) -> Value {
        self.call("GET", path, Value::Null).await
    }
}
