//! Configuration, workflows, backups, maintenance, integrity, files of assets, groups and shares of people: what they
//! do, and that their responses fit the description of every version.

#![allow(clippy::unwrap_used)]

mod fits;
mod raw;

use fits::checked::Checked;
use http::Request;
use immich_core::{Body, HttpSend, ServerVersion};
use immich_mock::FakeImmich;
use immich_recordings::Description;
use raw::{Caller, message};
use serde_json::{Value, json};

const VERSIONS: [ServerVersion; 3] =
    [ServerVersion::new(2, 7, 5), ServerVersion::new(3, 1, 0), ServerVersion::new(3, 3, 5)];

fn setup(version: ServerVersion) -> (FakeImmich, Caller) {
    let server = FakeImmich::with_version(version);
    let admin = Caller::new(&server, &server.api_key());
    (server, admin)
}

/// Sends a form with one file, and returns the status and the JSON.
async fn send_file(
    server: &FakeImmich,
    method: &str,
    path: &str,
    fields: &[(&str, &str)],
    file: [&str; 3],
) -> (u16, Value) {
    let [field, name, text] = file;
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let head = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"");
    body += &format!("--b\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n{text}\r\n--b--\r\n");
    let request = Request::builder().method(method).uri(format!("http://immich.test/api{path}"));
    let request = request.header("content-type", "multipart/form-data; boundary=b");
    let request = request.header("x-api-key", server.api_key().expose());
    let response = server.send(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().bytes(10_000_000).await.unwrap().unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

/// The bytes of a response, with its status.
async fn bytes(server: &FakeImmich, path: &str) -> (u16, Vec<u8>) {
    let request = Request::get(format!("http://immich.test/api{path}"));
    let request = request.header("x-api-key", server.api_key().expose()).body(Body::empty()).unwrap();
    let response = server.send(request).await.unwrap();
    let status = response.status().as_u16();
    (status, response.into_body().bytes(10_000_000).await.unwrap().unwrap().to_vec())
}

fn has(checked: &Checked<'_>, id: &str) -> bool {
    checked.description.operations().any(|operation| operation.id == id)
}

#[tokio::test]
async fn the_rest_fits_the_description_of_every_version() {
    let mut faults = Vec::new();
    for description in &Description::read_all().unwrap() {
        let mut checked = Checked::new(description);
        let photo = checked.server.add_photos(1)[0].to_string();
        for path in ["/system-config", "/system-config/defaults", "/system-config/storage-template-options", "/plugins"]
        {
            checked.get(path).await;
        }
        let config = checked.get("/system-config").await;
        checked.call("PUT", "/system-config", config.clone()).await;
        if has(&checked, "getAdminConfig") {
            for path in ["/admin/config", "/config", "/public/config"] {
                checked.get(path).await;
                checked.get(&format!("{path}/defaults")).await;
            }
            checked.call("PUT", "/admin/config", config).await;
        }
        let plugin = checked.get("/plugins").await[0]["id"].as_str().unwrap().to_owned();
        checked.get(&format!("/plugins/{plugin}")).await;
        let is_two = description.version.starts_with('2');
        let workflow = if is_two {
            checked.get("/plugins/triggers").await;
            let plugin = checked.get("/plugins").await;
            json!({
                "name": "w", "triggerType": "AssetCreate",
                "filters": [{ "pluginFilterId": plugin[0]["filters"][0]["id"], "filterConfig": { "pattern": "a" } }],
                "actions": [{ "pluginActionId": plugin[0]["actions"][0]["id"] }],
            })
        } else {
            for path in ["/plugins/methods", "/plugins/templates", "/workflows/triggers"] {
                assert!(!checked.get(path).await.as_array().unwrap().is_empty());
            }
            json!({
                "name": "w", "trigger": "AssetCreate",
                "steps": [{ "method": "immich-plugin-core#assetArchive", "config": { "inverse": false } }],
            })
        };
        let workflow = checked.call("POST", "/workflows", workflow).await;
        let path = format!("/workflows/{}", workflow["id"].as_str().unwrap());
        checked.get("/workflows").await;
        checked.get(&path).await;
        checked.call("PUT", &path, json!({ "name": "v", "enabled": false })).await;
        for (id, below) in [("getWorkflowForShare", "/share"), ("getWorkflowLogs", "/logs")] {
            if has(&checked, id) {
                checked.get(&format!("{path}{below}")).await;
            }
        }
        checked.call("DELETE", &path, Value::Null).await;
        checked.call("POST", "/jobs", json!({ "name": "backup-database" })).await;
        let backups = checked.get("/admin/database-backups").await["backups"].clone();
        checked.call("DELETE", "/admin/database-backups", json!({ "backups": [backups[0]["filename"]] })).await;
        checked.call("POST", "/admin/notifications/templates/welcome", json!({ "template": "" })).await;
        if has(&checked, "getIntegrityReport") {
            checked.get("/admin/integrity/report?type=missing_file").await;
            checked.get("/admin/integrity/summary").await;
        }
        if has(&checked, "searchAssetFiles") {
            let files = checked.get(&format!("/asset-files?assetId={photo}")).await;
            let path = format!("/asset-files/{}", files[0]["id"].as_str().unwrap());
            checked.get(&path).await;
            checked.call("DELETE", &path, Value::Null).await;
            let group = checked.get("/users/me").await["clusterGroupId"].as_str().unwrap().to_owned();
            let bob = checked.server.add_user("bob@immich.test", "secret", "Bob");
            let path = format!("/cluster-groups/{group}");
            let request = checked.call("PUT", &format!("{path}/requests"), json!({ "userId": bob })).await;
            checked.get(&format!("{path}/requests")).await;
            checked.get(&format!("{path}/users")).await;
            checked.call("POST", &format!("{path}/regenerate-people"), Value::Null).await;
            let id = request["id"].as_str().unwrap();
            checked.call("DELETE", &format!("/cluster-groups/requests/{id}"), Value::Null).await;
            checked.call("POST", &format!("{path}/leave"), Value::Null).await;
            if has(&checked, "upsertPeopleUsers") {
                let person = checked.call("POST", "/people", json!({ "name": "Ada" })).await;
                let share = json!({ "personIds": [person["id"]], "role": "read", "sharedWithIds": [bob] });
                checked.call("PUT", "/people/users", share).await;
                assert_eq!(checked.get("/people/users?direction=shared-by").await.as_array().unwrap().len(), 1);
                let share = json!([{ "personId": person["id"], "sharedWithId": bob }]);
                checked.call("DELETE", "/people/users", share).await;
                assert_eq!(checked.get("/people/users").await, json!([]));
            }
        }
        faults.append(&mut checked.faults);
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[tokio::test]
async fn a_changed_configuration_shows_where_it_is_used() {
    for version in VERSIONS {
        let (server, admin) = setup(version);
        let (_, mut config) = admin.send("GET", "/system-config", &Value::Null).await;
        config["trash"]["days"] = 7.into();
        config["theme"]["customCss"] = "a {}".into();
        config["passwordLogin"]["enabled"] = false.into();
        assert_eq!(admin.send("PUT", "/system-config", &config).await, (200, config.clone()));
        assert_eq!(admin.send("GET", "/server/config", &Value::Null).await.1["trashDays"], 7);
        if version.major < 3 {
            assert_eq!(admin.send("GET", "/server/theme", &Value::Null).await.1["customCss"], "a {}");
        }
        assert_eq!(admin.send("GET", "/server/features", &Value::Null).await.1["passwordLogin"], false);
        let login = json!({ "email": server.email(), "password": server.password().expose() });
        let refused = Caller::anonymous(&server).send("POST", "/auth/login", &login).await;
        assert_eq!(message(&refused), (401, "Password login has been disabled"));
        let (_, defaults) = admin.send("GET", "/system-config/defaults", &Value::Null).await;
        assert_eq!(defaults["trash"]["days"], 30);
        for (pointer, wrong) in [
            ("/ffmpeg/crf", json!(52)),
            ("/ffmpeg/crf", json!("23")),
            ("/logging/level", json!("loud")),
            ("/image", Value::Null),
            ("/job/search/concurrency", json!(0)),
        ] {
            let mut config = config.clone();
            *config.pointer_mut(pointer).unwrap() = wrong;
            assert_eq!(admin.send("PUT", "/system-config", &config).await.0, 400, "{pointer}");
        }
        let bob = server.add_api_key(server.add_user("bob@immich.test", "secret", "Bob"), &["all"]);
        assert_eq!(Caller::new(&server, &bob).send("GET", "/system-config", &Value::Null).await.0, 403);
        // A later version keeps what was changed, and adds what it has.
        server.set_version(ServerVersion::new(3, 3, 5));
        let (_, upgraded) = admin.send("GET", "/system-config", &Value::Null).await;
        assert_eq!((&upgraded["trash"]["days"], &upgraded["oauth"]["accountManagementUrl"]), (&json!(7), &json!("")));
        let anonymous = Caller::anonymous(&server).send("GET", "/public/config", &Value::Null).await;
        assert_eq!((anonymous.0, &anonymous.1["theme"]["customCss"]), (200, &json!("a {}")));
    }
}

#[tokio::test]
async fn backups_come_and_go() {
    for version in VERSIONS {
        let (server, admin) = setup(version);
        let uploaded =
            send_file(&server, "POST", "/admin/database-backups/upload", &[], ["file", "a.sql.gz", "0123456789"]);
        assert_eq!(uploaded.await.0, 201);
        let list = async || admin.send("GET", "/admin/database-backups", &Value::Null).await.1["backups"].clone();
        let held = json!([{ "filename": "uploaded-a.sql.gz", "filesize": 10, "timezone": "UTC" }]);
        assert_eq!(list().await, held);
        let downloaded = bytes(&server, "/admin/database-backups/uploaded-a.sql.gz").await;
        assert_eq!(downloaded, (200, b"0123456789".to_vec()));
        let odd = send_file(&server, "POST", "/admin/database-backups/upload", &[], ["file", "a.txt", "x"]).await;
        assert_eq!(message(&odd), (400, "Invalid backup name!"));
        let delete =
            async |name: &str| admin.send("DELETE", "/admin/database-backups", &json!({ "backups": [name] })).await.0;
        assert_eq!(delete("../other").await, 400);
        assert_eq!(delete("uploaded-a.sql.gz").await, 200);
        assert_eq!(list().await, json!([]));
        let restore = admin.send("POST", "/admin/database-backups/start-restore", &Value::Null).await;
        assert_eq!(message(&restore), (400, "The server already has an admin"));
    }
}

#[tokio::test]
async fn maintenance_mode_shuts_out_everything_else() {
    for version in VERSIONS {
        let (_, admin) = setup(version);
        let set = async |body: Value| admin.send("POST", "/admin/maintenance", &body).await.0;
        assert_eq!(set(json!({ "action": "start" })).await, 201);
        assert_eq!(admin.send("GET", "/albums", &Value::Null).await.0, 503);
        assert_eq!(admin.send("GET", "/server/config", &Value::Null).await.1["maintenanceMode"], true);
        let status = admin.send("GET", "/admin/maintenance/status", &Value::Null).await.1;
        assert_eq!(status, json!({ "active": true, "action": "start" }));
        assert_eq!(admin.send("POST", "/admin/maintenance/login", &json!({ "token": "x" })).await.0, 401);
        assert_eq!(set(json!({ "action": "restore_database", "restoreBackupFilename": "no.sql" })).await, 400);
        assert_eq!(set(json!({ "action": "end" })).await, 201);
        assert_eq!(admin.send("GET", "/albums", &Value::Null).await.0, 200);
    }
}

#[tokio::test]
async fn a_replaced_asset_keeps_its_id_and_the_old_file_goes_to_the_trash() {
    let (server, admin) = setup(VERSIONS[0]);
    let photo = server.add_photos(1)[0].to_string();
    let fields = [
        ("deviceAssetId", "d"),
        ("deviceId", "d"),
        ("fileCreatedAt", "2024-05-06T07:08:09.000Z"),
        ("fileModifiedAt", "2024-05-06T07:08:09.000Z"),
    ];
    let path = format!("/assets/{photo}/original");
    let old = bytes(&server, &path).await.1;
    let (status, replaced) = send_file(&server, "PUT", &path, &fields, ["assetData", "new.jpg", "new"]).await;
    assert_eq!((status, &replaced["status"]), (200, &json!("replaced")));
    let copy = replaced["id"].as_str().unwrap();
    assert_eq!(bytes(&server, &path).await.1, b"new");
    assert_eq!(bytes(&server, &format!("/assets/{copy}/original")).await.1, old);
    assert_eq!(admin.send("GET", &format!("/assets/{copy}"), &Value::Null).await.1["isTrashed"], true);
    assert_eq!(admin.send("GET", &format!("/assets/{photo}"), &Value::Null).await.1["originalFileName"], "new.jpg");
    let again = send_file(&server, "PUT", &path, &fields, ["assetData", "new.jpg", "new"]).await;
    assert_eq!(again.1, json!({ "id": photo, "status": "duplicate" }));
}

#[tokio::test]
async fn a_video_is_streamed_once_the_configuration_allows_it() {
    let (server, admin) = setup(VERSIONS[1]);
    let fields = [("fileCreatedAt", "2024-05-06T07:08:09.000Z"), ("fileModifiedAt", "2024-05-06T07:08:09.000Z")];
    let (_, video) = send_file(&server, "POST", "/assets", &fields, ["assetData", "v.mp4", "video"]).await;
    let path = format!("/assets/{}/video/stream", video["id"].as_str().unwrap());
    let refused = admin.send("GET", &format!("{path}/main.m3u8"), &Value::Null).await;
    assert_eq!(message(&refused), (400, "Real-time transcoding is not enabled"));
    let (_, mut config) = admin.send("GET", "/system-config", &Value::Null).await;
    config["ffmpeg"]["realtime"]["enabled"] = true.into();
    admin.send("PUT", "/system-config", &config).await;
    let main = bytes(&server, &format!("{path}/main.m3u8")).await.1;
    let variant = String::from_utf8(main).unwrap().lines().last().unwrap().to_owned();
    let media = bytes(&server, &format!("{path}/{variant}")).await.1;
    let media = String::from_utf8(media).unwrap();
    let segment = media.lines().find(|line| !line.starts_with('#')).unwrap();
    let folder = variant.trim_end_matches("playlist.m3u8");
    assert_eq!(bytes(&server, &format!("{path}/{folder}{segment}")).await, (200, b"video".to_vec()));
    let session = variant.split('/').next().unwrap();
    assert_eq!(admin.send("DELETE", &format!("{path}/{session}"), &Value::Null).await.0, 204);
    assert_eq!(bytes(&server, &format!("{path}/{variant}")).await.0, 404);
}

#[tokio::test]
async fn an_invited_user_moves_to_the_group_and_leaves_it() {
    let (server, admin) = setup(VERSIONS[2]);
    let bob = server.add_user("bob@immich.test", "secret", "Bob");
    let caller = Caller::new(&server, &server.add_api_key(bob, &["all"]));
    let group = admin.send("GET", "/users/me", &Value::Null).await.1["clusterGroupId"].as_str().unwrap().to_owned();
    let requests = format!("/cluster-groups/{group}/requests");
    assert_eq!(caller.send("GET", &requests, &Value::Null).await.0, 400, "Bob is in another group");
    let (_, request) = admin.send("PUT", &requests, &json!({ "userId": bob })).await;
    assert_eq!(caller.send("GET", "/cluster-groups/requests", &Value::Null).await.1, json!([request]));
    let accept = format!("/cluster-groups/requests/{}/accept", request["id"].as_str().unwrap());
    assert_eq!(admin.send("POST", &accept, &Value::Null).await.0, 400, "only Bob may accept");
    assert_eq!(caller.send("POST", &accept, &Value::Null).await.0, 204);
    let users = format!("/cluster-groups/{group}/users");
    assert_eq!(admin.send("GET", &users, &Value::Null).await.1.as_array().unwrap().len(), 2);
    assert_eq!(caller.send("POST", &format!("/cluster-groups/{group}/leave"), &Value::Null).await.0, 204);
    assert_eq!(admin.send("GET", &users, &Value::Null).await.1.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_removed_thumbnail_is_gone_and_the_original_stays() {
    let (server, admin) = setup(VERSIONS[2]);
    let photo = server.add_photos(1)[0].to_string();
    let (_, files) = admin.send("GET", &format!("/asset-files?assetId={photo}&type=thumbnail"), &Value::Null).await;
    let file = format!("/asset-files/{}", files[0]["id"].as_str().unwrap());
    assert_eq!(bytes(&server, &format!("{file}/download")).await.0, 200);
    assert_eq!(admin.send("DELETE", &file, &Value::Null).await.0, 204);
    assert_eq!(admin.send("GET", &file, &Value::Null).await.0, 400);
    assert_eq!(bytes(&server, &format!("/assets/{photo}/thumbnail")).await.0, 404);
    assert_eq!(bytes(&server, &format!("/assets/{photo}/original")).await.0, 200);
}
