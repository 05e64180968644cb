//! The responses to what every client does, against the description of every version.

#![allow(clippy::unwrap_used)]

mod fits;
mod raw;

use fits::checked::Checked;
use immich_recordings::Description;
use raw::Caller;
use serde_json::{Value, json};

/// Fields that real servers return, and their descriptions lack.
const UNDESCRIBED: [&str; 1] = ["getTimeBucket: .status is not described"];

fn id(json: &Value) -> &str {
    json["id"].as_str().unwrap()
}

async fn server(checked: &mut Checked<'_>) {
    for path in [
        "/server/about",
        "/server/apk-links",
        "/server/config",
        "/server/features",
        "/server/media-types",
        "/server/ping",
        "/server/statistics",
        "/server/storage",
        "/server/theme",
        "/server/version",
        "/cluster-groups/requests",
        "/server/version-history",
        "/system-metadata/admin-onboarding",
        "/api-keys",
        "/api-keys/me",
    ] {
        checked.get(path).await;
    }
}

async fn users(checked: &mut Checked<'_>) {
    // Before 3.3, `users` would be the id of a person.
    if checked.description.operations().any(|operation| operation.id == "getUsersForPeople") {
        checked.get("/people/users").await;
    }
    let bob = json!({ "email": "bob@immich.test", "password": "secret", "name": "Bob", "quotaSizeInBytes": 1000 });
    let bob = checked.call("POST", "/admin/users", bob).await;
    let path = format!("/admin/users/{}", id(&bob));
    checked.call("PUT", &path, json!({ "name": "Bobby", "avatarColor": "gray" })).await;
    for below in ["", "/preferences", "/sessions", "/statistics"] {
        checked.get(&format!("{path}{below}")).await;
    }
    checked.call("PUT", &format!("{path}/preferences"), json!({ "memories": { "enabled": false } })).await;
    checked.call("DELETE", &path, json!({})).await;
    checked.get("/admin/users?withDeleted=true").await;
    checked.call("POST", &format!("{path}/restore"), Value::Null).await;
    for path in ["/users", "/users/me", "/users/me/preferences", "/users/me/onboarding"] {
        checked.get(path).await;
    }
    checked.get(&format!("/users/{}", id(&bob))).await;
    checked.call("PUT", "/users/me", json!({ "name": "Admin" })).await;
    checked.call("PUT", "/users/me/preferences", json!({ "tags": { "enabled": true } })).await;
    checked.call("PUT", "/users/me/onboarding", json!({ "isOnboarded": true })).await;
    let key = checked.call("POST", "/api-keys", json!({ "name": "k", "permissions": ["all"] })).await;
    checked.get(&format!("/api-keys/{}", id(&key["apiKey"]))).await;
    checked.call("PUT", &format!("/api-keys/{}", id(&key["apiKey"])), json!({ "name": "l" })).await;
    checked.call("POST", &format!("/api-keys/{}/rotate", id(&key["apiKey"])), Value::Null).await;
    if let Some(group) = checked.get("/users/me").await["clusterGroupId"].as_str().map(str::to_owned) {
        checked.get(&format!("/cluster-groups/{group}/users")).await;
    }
    let full = json!({ "limit": 10, "updatedUntil": "2999-01-01T00:00:00.000Z" });
    checked.call("POST", "/sync/full-sync", full).await;
    let delta = json!({ "updatedAfter": "2024-05-06T10:34:56.789Z", "userIds": [] });
    checked.call("POST", "/sync/delta-sync", delta).await;
    let (email, password) = (checked.server.email(), checked.server.password());
    let login = json!({ "email": email, "password": password.expose() });
    let session = checked.call("POST", "/auth/login", login).await;
    let token = session["accessToken"].as_str().unwrap();
    let admin = std::mem::replace(&mut checked.admin, Caller::with_token(&checked.server, token));
    for path in ["/auth/status", "/sessions", "/sync/ack"] {
        checked.get(path).await;
    }
    checked.call("POST", "/auth/validateToken", Value::Null).await;
    let other = json!({ "deviceOS": "Linux", "deviceType": "Test", "duration": 3600 });
    let other = checked.call("POST", "/sessions", other).await;
    checked.call("POST", &format!("/sessions/{}/lock", id(&other)), Value::Null).await;
    checked.call("POST", "/auth/logout", Value::Null).await;
    checked.admin = admin;
}

async fn assets(checked: &mut Checked<'_>, photos: &[String]) {
    let path = format!("/assets/{}", photos[0]);
    let tags = checked.call("PUT", "/tags", json!({ "tags": ["places/beach"] })).await;
    checked.call("PUT", &format!("/tags/{}/assets", id(&tags[0])), json!({ "ids": photos })).await;
    let stack = checked.call("POST", "/stacks", json!({ "assetIds": photos })).await;
    checked.get(&path).await;
    checked.call("PUT", &path, json!({ "description": "beach", "rating": 4, "latitude": 1.0, "longitude": 2.0 })).await;
    for below in ["/metadata", "/ocr"] {
        checked.get(&format!("{path}{below}")).await;
    }
    let item = json!({ "items": [{ "key": "mobile-app", "value": { "a": 1 } }] });
    checked.call("PUT", &format!("{path}/metadata"), item).await;
    checked.get("/assets/statistics").await;
    checked.get("/map/markers").await;
    let known = json!({ "assets": [{ "id": "x", "checksum": "fe05bcdcdc4928012781a5f1a2a77cbb5398e106" }] });
    checked.call("POST", "/assets/bulk-upload-check", known).await;
    for search in ["metadata", "random", "statistics"] {
        let body = if search == "statistics" { json!({}) } else { json!({ "withExif": true }) };
        checked.call("POST", &format!("/search/{search}"), body).await;
    }
    checked.call("POST", "/search/large-assets", Value::Null).await;
    let buckets = checked.get("/timeline/buckets").await;
    let bucket = buckets[0]["timeBucket"].as_str().unwrap();
    checked.get(&format!("/timeline/bucket?timeBucket={bucket}&withStacked=true")).await;
    checked.call("POST", "/download/info", json!({ "assetIds": photos })).await;
    checked.get("/tags").await;
    checked.get(&format!("/tags/{}", id(&tags[0]))).await;
    checked.get("/stacks").await;
    checked.get(&format!("/stacks/{}", id(&stack))).await;
}

async fn sharing(checked: &mut Checked<'_>, photos: &[String]) {
    let carol = checked.server.add_user("carol@immich.test", "secret", "Carol");
    let users = json!([{ "userId": carol, "role": "editor" }]);
    let album = json!({ "albumName": "Trip", "assetIds": photos, "albumUsers": users });
    let album = checked.call("POST", "/albums", album).await;
    let path = format!("/albums/{}", id(&album));
    for below in ["", "/map-markers"] {
        checked.get(&format!("{path}{below}")).await;
    }
    checked.get("/albums").await;
    checked.get("/albums/statistics").await;
    checked.call("PATCH", &path, json!({ "description": "d" })).await;
    checked.call("PUT", &format!("{path}/assets"), json!({ "ids": photos })).await;
    let comment = json!({ "albumId": id(&album), "type": "comment", "comment": "nice" });
    let comment = checked.call("POST", "/activities", comment).await;
    checked.get(&format!("/activities?albumId={}", id(&album))).await;
    checked.get(&format!("/activities/statistics?albumId={}", id(&album))).await;
    checked.call("DELETE", &format!("/activities/{}", id(&comment)), Value::Null).await;
    let link = json!({ "type": "ALBUM", "albumId": id(&album) });
    let link = checked.call("POST", "/shared-links", link).await;
    let single = json!({ "type": "INDIVIDUAL", "assetIds": [photos[0]] });
    let single = checked.call("POST", "/shared-links", single).await;
    for link in [&link, &single] {
        checked.get(&format!("/shared-links/{}", id(link))).await;
        checked.get(&format!("/shared-links/me?key={}", link["key"].as_str().unwrap())).await;
    }
    checked.get("/shared-links").await;
    let path = format!("/shared-links/{}/assets", id(&single));
    checked.call("PUT", &path, json!({ "assetIds": photos })).await;
    checked.call("DELETE", &path, json!({ "assetIds": photos })).await;
}

#[tokio::test]
async fn what_every_client_does_fits_the_description_of_every_version() {
    let descriptions = Description::read_all().unwrap();
    let mut faults = Vec::new();
    for description in &descriptions {
        let mut checked = Checked::new(description);
        let photos: Vec<_> = checked.server.add_photos(2).iter().map(ToString::to_string).collect();
        server(&mut checked).await;
        users(&mut checked).await;
        assets(&mut checked, &photos).await;
        sharing(&mut checked, &photos).await;
        administration(&mut checked, &photos).await;
        configuration(&mut checked).await;
        workflows(&mut checked).await;
        groups_and_files(&mut checked, &photos).await;
        assert!(checked.called.len() > 100, "only {} operations", checked.called.len());
        faults.append(&mut checked.faults);
    }
    faults.retain(|fault| !UNDESCRIBED.iter().any(|known| fault.ends_with(known)));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The operations for administrators, and those of features that are not set up.
async fn administration(checked: &mut Checked<'_>, photos: &[String]) {
    let owner = checked.server.user_id();
    let library =
        json!({ "ownerId": owner, "name": "Lib", "importPaths": ["/photos"], "exclusionPatterns": ["**/x/**"] });
    let library = checked.call("POST", "/libraries", library).await;
    let path = format!("/libraries/{}", id(&library));
    checked.call("PUT", &path, json!({ "name": "Lib 2" })).await;
    checked.call("POST", &format!("{path}/scan"), Value::Null).await;
    assert!(checked.get(&path).await["refreshedAt"].is_string());
    checked.get("/libraries").await;
    checked.get(&format!("{path}/statistics")).await;
    checked.call("POST", &format!("{path}/validate"), json!({ "importPaths": ["/nowhere"] })).await;
    checked.call("DELETE", &path, Value::Null).await;
    for path in [
        "/server/version-check",
        "/system-metadata/version-check-state",
        "/system-metadata/reverse-geocoding-state",
        "/admin/maintenance/status",
        "/admin/maintenance/detect-install",
        "/admin/database-backups",
        "/admin/integrity/summary",
        "/admin/integrity/report?type=missing_file",
    ] {
        checked.get(path).await;
    }
    checked.call("POST", "/admin/maintenance", json!({ "action": "end" })).await;
    checked.call("POST", "/admin/auth/unlink-all", Value::Null).await;
    checked.call("DELETE", "/server/license", Value::Null).await;
    checked.call("DELETE", "/users/me/license", Value::Null).await;
    checked.call("POST", "/oauth/unlink", Value::Null).await;
    checked.get("/users/me/calendar-heatmap").await;
    let days = checked.get("/users/me/calendar-heatmap?type=Taken&from=2024-01-01&to=2024-01-31").await;
    if checked.called.contains("getMyCalendarHeatmap") {
        assert_eq!((&days["totalCount"], &days["series"][1]["count"]), (&json!(2), &json!(1)));
        assert_eq!(days["series"].as_array().unwrap().len(), 31);
    }
    checked.get(&format!("/admin/users/{owner}/calendar-heatmap")).await;
    let edits = json!({ "edits": [
        { "action": "crop", "parameters": { "x": 0, "y": 0, "width": 1, "height": 1 } },
        { "action": "rotate", "parameters": { "angle": 90 } },
        { "action": "mirror", "parameters": { "axis": "horizontal" } },
    ] });
    let path = format!("/assets/{}", photos[0]);
    let edited = checked.call("PUT", &format!("{path}/edits"), edits).await;
    assert_eq!(checked.get(&format!("{path}/edits")).await, edited);
    assert_eq!(checked.get(&path).await["isEdited"], true);
    checked.call("DELETE", &format!("{path}/edits"), Value::Null).await;
    let item = json!({ "assetId": photos[0], "key": "bulk", "value": { "v": true } });
    checked.call("PUT", "/assets/metadata", json!({ "items": [item] })).await;
    assert_eq!(checked.get(&format!("{path}/metadata/bulk")).await["value"], json!({ "v": true }));
    let item = json!({ "assetId": photos[0], "key": "bulk" });
    checked.call("DELETE", "/assets/metadata", json!({ "items": [item] })).await;
    checked.call("PUT", &path, json!({ "isFavorite": true })).await;
    checked.call("PUT", "/assets/copy", json!({ "sourceId": photos[0], "targetId": photos[1] })).await;
    assert_eq!(checked.get(&format!("/assets/{}", photos[1])).await["isFavorite"], true);
}

/// The configuration, whole and for each audience: a change is in all of them.
async fn configuration(checked: &mut Checked<'_>) {
    checked.get("/system-config/storage-template-options").await;
    let template = json!({ "template": "Hello" });
    let mail = checked.call("POST", "/admin/notifications/templates/welcome", template).await;
    assert!(mail["html"].as_str().unwrap().contains("Hello"));
    let defaults = checked.get("/system-config/defaults").await;
    assert_eq!(checked.get("/system-config").await, defaults);
    let mut config = defaults.clone();
    config["trash"]["days"] = 7.into();
    config["server"]["loginPageMessage"] = "Moin".into();
    checked.call("PUT", "/system-config", config.clone()).await;
    assert_eq!(checked.get("/system-config").await, config);
    let is_new = checked.description.operations().any(|operation| operation.id == "getUserConfig");
    if is_new {
        assert_eq!(checked.get("/admin/config").await, config);
        assert_eq!(checked.get("/admin/config/defaults").await, defaults);
        assert_eq!(checked.get("/config").await["trash"]["days"], 7);
        assert_eq!(checked.get("/config/defaults").await["trash"]["days"], 30);
        assert_eq!(checked.get("/public/config").await["server"]["loginPageMessage"], "Moin");
        checked.get("/public/config/defaults").await;
        checked.call("PUT", "/admin/config", defaults).await;
    }
    config["trash"]["days"] = "seven".into();
    assert_eq!(checked.admin.send("PUT", "/system-config", &config).await.0, 400);
}

async fn workflows(checked: &mut Checked<'_>) {
    let is_two = checked.description.version.starts_with('2');
    checked.get("/plugins").await;
    checked.get(if is_two { "/plugins/triggers" } else { "/plugins/methods" }).await;
    let step = json!({ "method": "immich-plugin-core#assetArchive", "config": { "inverse": false } });
    let workflow = if is_two {
        json!({ "triggerType": "AssetCreate", "name": "wf", "actions": [], "filters": [], "enabled": false })
    } else {
        checked.get("/plugins/templates").await;
        checked.get("/workflows/triggers").await;
        json!({ "trigger": "AssetCreate", "name": "wf", "steps": [step], "enabled": false })
    };
    let workflow = checked.call("POST", "/workflows", workflow).await;
    let path = format!("/workflows/{}", id(&workflow));
    assert_eq!(checked.call("PUT", &path, json!({ "name": "wf2" })).await["name"], "wf2");
    assert_eq!(checked.get("/workflows").await[0], checked.get(&path).await);
    if !is_two {
        assert_eq!(checked.get(&format!("{path}/share")).await["steps"], json!([step]));
    }
    if checked.description.operations().any(|operation| operation.id == "getWorkflowLogs") {
        checked.get(&format!("{path}/logs")).await;
    }
    checked.call("DELETE", &path, Value::Null).await;
    assert_eq!(checked.get("/workflows").await, json!([]));
}

/// Groups of users, generated files and backups.
async fn groups_and_files(checked: &mut Checked<'_>, photos: &[String]) {
    if checked.description.operations().any(|operation| operation.id == "searchAssetFiles") {
        let group = checked.get("/users/me").await["clusterGroupId"].as_str().unwrap().to_owned();
        let dave = checked.server.add_user("dave@immich.test", "secret", "Dave");
        let requests = format!("/cluster-groups/{group}/requests");
        let request = checked.call("PUT", &requests, json!({ "userId": dave })).await;
        assert_eq!(checked.get(&requests).await, json!([request]));
        let key = checked.server.add_api_key(dave, &["all"]);
        let dave = Caller::new(&checked.server, &key);
        let accept = format!("/cluster-groups/requests/{}/accept", id(&request));
        assert_eq!(dave.send("POST", &accept, &Value::Null).await.0, 204);
        assert_eq!(checked.get(&format!("/cluster-groups/{group}/users")).await.as_array().unwrap().len(), 2);
        checked.call("POST", &format!("/cluster-groups/{group}/regenerate-people"), Value::Null).await;
        checked.call("POST", &format!("/cluster-groups/{group}/leave"), Value::Null).await;

        let files = checked.get(&format!("/asset-files?assetId={}", photos[0])).await;
        let kinds: Vec<_> = files.as_array().unwrap().iter().map(|file| file["type"].clone()).collect();
        assert_eq!(kinds, ["thumbnail", "preview"]);
        let path = format!("/asset-files/{}", id(&files[0]));
        assert_eq!(checked.get(&path).await, files[0]);
        assert_eq!(checked.admin.send("GET", &format!("{path}/download"), &Value::Null).await.0, 200);
        checked.call("DELETE", &path, Value::Null).await;
        assert_eq!(checked.get(&format!("/asset-files?assetId={}", photos[0])).await, json!([files[1]]));
    }
    assert_eq!(checked.get("/admin/database-backups").await, json!({ "backups": [] }));
    checked.call("DELETE", "/admin/database-backups", json!({ "backups": ["none.sql.gz"] })).await;
}
