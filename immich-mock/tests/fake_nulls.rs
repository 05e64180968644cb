//! Null in request bodies: accepted where the description of the version allows it, and refused elsewhere.

#![allow(clippy::unwrap_used)]

mod fits;
mod raw;

use fits::checked::Checked;
use immich_recordings::{Described, Description};
use raw::Caller;
use serde_json::{Value, json};

/// Operations whose success would change what the others need.
const LEFT_OUT: [&str; 3] = ["setMaintenanceMode", "updateConfig", "updateAdminConfig"];

/// Fields that the fake accepts against the descriptions: real servers read them only in some cases, or it is not known.
const ACCEPTED: [(&str, &str); 5] = [
    ("createActivity", "comment"),
    ("createTag", "color"),
    ("searchAssetStatistics", "make"),
    ("searchAssets", "make"),
    ("searchRandom", "make"),
];

const UNKNOWN: &str = "11111111-1111-4111-8111-111111111111";

/// Whether a response is a refusal of a field, among others; `None` if the request did not get as far as its fields.
fn refuses(response: &(u16, Value), name: &str) -> Option<bool> {
    let (status, json) = response;
    if let Some(issues) = json["errors"].as_array() {
        return Some(issues.iter().any(|issue| issue["path"][0] == *name));
    }
    let starts = |message: &str| {
        let message = message.trim_start_matches("each value in ").trim_start_matches("nested property ");
        message.split([' ', '.']).next() == Some(name)
    };
    match json["message"].as_array() {
        Some(messages) => Some(messages.iter().filter_map(Value::as_str).any(starts)),
        None => (200..300).contains(status).then_some(false),
    }
}

/// The fields of the JSON body of an operation, and whether they may be null.
fn fields<'d>(description: &'d Description, operation: &Described<'d>) -> Vec<(&'d str, bool)> {
    let Some(("application/json", schema)) = operation.body() else { return Vec::new() };
    let properties = description.resolve(schema)["properties"].as_object();
    let may_be_null = |schema: &Value| description.is_nullable(schema) || schema.as_object().unwrap().is_empty();
    properties.into_iter().flatten().map(|(name, schema)| (name.as_str(), may_be_null(schema))).collect()
}

#[tokio::test]
async fn null_is_a_value_where_the_description_says_so() {
    let mut faults = Vec::new();
    for description in &Description::read_all().unwrap() {
        let server = Checked::new(description).server;
        server.add_photos(1);
        let (email, password) = (server.email(), server.password());
        let login = json!({ "email": email, "password": password.expose() });
        let mut judged = 0;
        for operation in description.operations().filter(|operation| !LEFT_OUT.contains(&operation.id)) {
            // An operation before may have closed the session.
            let (_, session) = Caller::anonymous(&server).send("POST", "/auth/login", &login).await;
            let caller = Caller::with_token(&server, session["accessToken"].as_str().unwrap());
            let path = operation.path.replace("{name}", "smartSearch");
            let path: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { UNKNOWN } else { part }).collect();
            for (name, may_be_null) in fields(description, &operation) {
                let response = caller.send(operation.method, &path.join("/"), &json!({ name: null })).await;
                let Some(is_refused) = refuses(&response, name) else { continue };
                judged += 1;
                if is_refused == may_be_null && !ACCEPTED.contains(&(operation.id, name)) {
                    let done = if is_refused { "refused" } else { "accepted" };
                    faults.push(format!("{} {}: null is {done} as `{name}`", description.version, operation.id));
                }
            }
        }
        assert!(judged > 300, "only {judged} fields of {}", description.version);
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[tokio::test]
async fn the_description_of_an_album_may_be_null_since_3_2() {
    for description in &Description::read_all().unwrap() {
        let mut checked = Checked::new(description);
        let is_allowed = !["2.", "3.0", "3.1"].iter().any(|old| description.version.starts_with(old));
        let album = checked.call("POST", "/albums", json!({ "albumName": "a", "description": "old" })).await;
        let path = format!("/albums/{}", album["id"].as_str().unwrap());
        let (status, _) = checked.admin.send("PATCH", &path, &json!({ "description": null })).await;
        assert_eq!(status, if is_allowed { 200 } else { 400 }, "{}", description.version);
        let album = checked.get(&path).await;
        assert_eq!(album["description"], if is_allowed { "" } else { "old" });
        let made = json!({ "albumName": "b", "description": null });
        let (status, _) = checked.admin.send("POST", "/albums", &made).await;
        assert_eq!(status, if is_allowed { 201 } else { 400 }, "{}", description.version);
        assert!(checked.faults.is_empty(), "{:?}", checked.faults);
    }
}
