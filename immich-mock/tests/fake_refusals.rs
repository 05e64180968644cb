//! Refusals of people, faces, memories, partners and the like, with the messages of real servers.

#![allow(clippy::unwrap_used)]

mod raw;

use immich_core::jiff::Timestamp;
use immich_core::{Secret, ServerVersion};
use immich_mock::FakeImmich;
use raw::{Caller, failed, message};
use serde_json::{Value, json};

const TWO: ServerVersion = ServerVersion::new(2, 7, 5);
const THREE: ServerVersion = ServerVersion::new(3, 1, 0);
const UNKNOWN: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

struct Setup {
    server: FakeImmich,
    admin: Caller,
    bob: Caller,
}

fn setup(version: ServerVersion) -> Setup {
    let server = FakeImmich::with_version(version);
    let bob = server.add_user("bob@immich.test", "secret", "Bob");
    let key: Secret = server.add_api_key(bob, &["all"]);
    let (admin, bob) = (Caller::new(&server, &server.api_key()), Caller::new(&server, &key));
    Setup { server, admin, bob }
}

fn text(json: &Value) -> &str {
    json.as_str().unwrap()
}

#[tokio::test]
async fn people_of_others() {
    for version in [TWO, THREE] {
        let Setup { admin, bob, .. } = setup(version);
        let (_, person) = admin.send("POST", "/people", &json!({ "name": "Ada" })).await;
        let path = format!("/people/{}", text(&person["id"]));
        for (method, body, permission) in
            [("GET", Value::Null, "read"), ("PUT", json!({ "name": "x" }), "update"), ("DELETE", Value::Null, "delete")]
        {
            let response = bob.send(method, &path, &body).await;
            assert_eq!(message(&response), (400, format!("Not found or no person.{permission} access").as_str()));
        }
        let many = json!({ "people": [{ "id": person["id"], "name": "x" }] });
        assert_eq!(bob.send("PUT", "/people", &many).await.1, json!([failed(&person["id"], "unknown")]));
        let merged = admin.send("POST", &format!("{path}/merge"), &json!({ "ids": [person["id"]] })).await;
        assert_eq!(message(&merged), (400, "Cannot merge a person into themselves"));
        let merged = admin.send("POST", &format!("{path}/merge"), &json!({ "ids": [UNKNOWN] })).await;
        assert_eq!((merged.0, merged.1), (200, json!([failed(&json!(UNKNOWN), "no_permission")])));
        let thumbnail = admin.send("GET", &format!("{path}/thumbnail"), &Value::Null).await;
        assert_eq!(message(&thumbnail), (404, "Not Found"));
        assert!(thumbnail.1.get("error").is_none(), "the server adds no name of the status");
        let unknown = admin.send("GET", &format!("/people/{UNKNOWN}/thumbnail"), &Value::Null).await;
        assert_eq!(unknown.0, if version == TWO { 400 } else { 404 });
        let future = json!({ "birthDate": "2999-01-01" });
        assert_eq!(admin.send("POST", "/people", &future).await.0, 400);
        let feature = admin.send("PUT", &path, &json!({ "featureFaceAssetId": UNKNOWN })).await;
        assert_eq!(message(&feature), (400, "Not found or no asset.read access"));
    }
}

#[tokio::test]
async fn faces_need_a_photo_and_a_person() {
    for version in [TWO, THREE] {
        let Setup { server, admin, bob } = setup(version);
        let photo = server.add_photos(1)[0];
        let (_, person) = admin.send("POST", "/people", &json!({ "name": "Ada" })).await;
        let face = |photo: &Value, person: &Value| {
            json!({
                "assetId": photo, "personId": person, "imageWidth": 9, "imageHeight": 9,
                "x": 1, "y": 2, "width": 3, "height": 4,
            })
        };
        let response = admin.send("POST", "/faces", &face(&json!(UNKNOWN), &person["id"])).await;
        assert_eq!(message(&response), (400, "Not found or no asset.read access"));
        let response = admin.send("POST", "/faces", &face(&json!(photo), &json!(UNKNOWN))).await;
        assert_eq!(message(&response), (400, "Not found or no person.read access"));
        assert_eq!(admin.send("POST", "/faces", &json!({ "assetId": photo })).await.0, 400);
        assert_eq!(admin.send("POST", "/faces", &face(&json!(photo), &person["id"])).await.0, 201);
        let (_, faces) = admin.send("GET", &format!("/faces?id={photo}"), &Value::Null).await;
        let path = format!("/faces/{}", text(&faces[0]["id"]));
        let response = bob.send("DELETE", &path, &json!({ "force": true })).await;
        assert_eq!(message(&response), (400, "Not found or no face.delete access"));
        // The thumbnail shows the face, whose person is gone with the photo.
        let feature = json!({ "featureFaceAssetId": photo });
        let (_, changed) = admin.send("PUT", &format!("/people/{}", text(&person["id"])), &feature).await;
        assert_ne!(changed["thumbnailPath"], "");
        admin.send("DELETE", "/assets", &json!({ "ids": [photo], "force": true })).await;
        let (_, gone) = admin.send("GET", &format!("/people/{}", text(&person["id"])), &Value::Null).await;
        assert_eq!(gone["thumbnailPath"], "");
    }
}

#[tokio::test]
async fn memories_and_notifications_of_others() {
    for version in [TWO, THREE] {
        let Setup { server, admin, bob } = setup(version);
        let photo = server.add_photos(1)[0];
        let memory = |kind: &str| json!({ "type": kind, "data": { "year": 2020 }, "memoryAt": "2020-05-06T00:00:00Z", "assetIds": [photo] });
        let (_, own) = admin.send("POST", "/memories", &memory("on_this_day")).await;
        let path = format!("/memories/{}", text(&own["id"]));
        let response = bob.send("GET", &path, &Value::Null).await;
        assert_eq!(message(&response), (400, "Not found or no memory.read access"));
        let response = bob.send("DELETE", &path, &Value::Null).await;
        assert_eq!(message(&response), (400, "Not found or no memory.delete access"));
        let (status, foreign) = bob.send("POST", "/memories", &memory("on_this_day")).await;
        assert_eq!((status, &foreign["assets"]), (201, &json!([])), "assets of others are left out");
        assert_eq!(admin.send("POST", "/memories", &memory("birthday")).await.0, 400, "only since 3.3");
        assert_eq!(admin.send("POST", "/memories", &json!({ "type": "on_this_day" })).await.0, 400);

        let sent = json!({ "userId": server.user_id(), "title": "Hello" });
        assert_eq!(message(&bob.send("POST", "/admin/notifications", &sent).await), (403, "Forbidden"));
        let (_, sent) = admin.send("POST", "/admin/notifications", &sent).await;
        assert_eq!((&sent["level"], &sent["type"]), (&json!("info"), &json!("Custom")));
        let path = format!("/notifications/{}", text(&sent["id"]));
        assert_eq!(message(&admin.send("GET", &path, &Value::Null).await), (400, "Notification not found"));
        let response = bob.send("DELETE", &path, &Value::Null).await;
        assert_eq!(message(&response), (400, "Not found or no notification.delete access"));
    }
}

#[tokio::test]
async fn partners_see_what_is_shared() {
    for version in [TWO, THREE] {
        let Setup { server, admin, bob } = setup(version);
        let photos = server.add_photos(2);
        admin.send("PUT", &format!("/assets/{}", photos[1]), &json!({ "visibility": "archive" })).await;
        let id = json!({ "sharedWithId": bob.send("GET", "/users/me", &Value::Null).await.1["id"] });
        let user = server.user_id();
        let timeline = format!("/timeline/buckets?userId={user}&visibility=timeline");
        assert_eq!(
            message(&bob.send("GET", &timeline, &Value::Null).await),
            (400, "Not found or no timeline.read access")
        );
        assert_eq!(admin.send("POST", "/partners", &id).await.0, 201);
        assert_eq!(message(&admin.send("POST", "/partners", &id).await), (400, "Partner already exists"));
        assert_eq!(bob.send("GET", &timeline, &Value::Null).await.1[0]["count"], 1);
        assert_eq!(bob.send("GET", &format!("/assets/{}", photos[0]), &Value::Null).await.0, 200);
        let archived = bob.send("GET", &format!("/assets/{}", photos[1]), &Value::Null).await;
        assert_eq!(message(&archived), (400, "Not found or no asset.read access"));
        // A partner may look, and no more.
        let change = bob.send("PUT", &format!("/assets/{}", photos[0]), &json!({ "isFavorite": true })).await;
        assert_eq!(message(&change), (400, "Not found or no asset.update access"));
        let update = admin.send("PUT", &format!("/partners/{user}"), &json!({ "inTimeline": true })).await;
        assert_eq!(message(&update), (400, "Not found or no partner.update access"));
        let path = format!("/partners/{}", text(&id["sharedWithId"]));
        assert_eq!(admin.send("DELETE", &path, &Value::Null).await.0, 204);
        assert_eq!(message(&admin.send("DELETE", &path, &Value::Null).await), (400, "Partner not found"));
        assert_eq!(bob.send("GET", &format!("/assets/{}", photos[0]), &Value::Null).await.0, 400);
    }
}

#[tokio::test]
async fn duplicates_are_resolved_in_their_groups() {
    for version in [TWO, THREE] {
        let Setup { server, admin, .. } = setup(version);
        let photos = server.add_photos(3);
        let group = "11111111-1111-4111-8111-111111111111";
        admin.send("PUT", "/assets", &json!({ "ids": [photos[0], photos[1]], "duplicateId": group })).await;
        let resolve = |keep: Value, trash: Value| json!({ "groups": [{ "duplicateId": group, "keepAssetIds": keep, "trashAssetIds": trash }] });
        for (keep, trash) in [(json!([photos[0]]), json!([photos[2]])), (json!([photos[0]]), json!([photos[0]]))] {
            let (status, results) = admin.send("POST", "/duplicates/resolve", &resolve(keep, trash)).await;
            assert_eq!((status, &results[0]["error"]), (200, &json!("validation")));
        }
        assert!(!server.assets().iter().any(|asset| asset.is_trashed));
        let (_, results) =
            admin.send("POST", "/duplicates/resolve", &resolve(json!([photos[0]]), json!([photos[1]]))).await;
        assert_eq!(results, json!([{ "id": group, "success": true }]));
        let trashed: Vec<_> = server.assets().iter().map(|asset| asset.is_trashed).collect();
        assert_eq!(trashed, [false, true, false]);
        let again = admin.send("POST", "/duplicates/resolve", &resolve(json!([photos[0]]), json!([]))).await.1;
        assert_eq!(again[0]["error"], "not_found");
        let unknown = admin.send("DELETE", "/duplicates", &json!({ "ids": [group] })).await;
        match version == TWO {
            true => assert_eq!(unknown.0, 204),
            false => assert_eq!(message(&unknown), (400, "Not found or no duplicate.delete access")),
        }
        let nested = json!({ "groups": [{ "duplicateId": group, "keepAssetIds": [], "trashAssetIds": ["x"] }] });
        let (status, refused) = admin.send("POST", "/duplicates/resolve", &nested).await;
        assert_eq!(status, 400);
        match version == TWO {
            true => assert_eq!(refused["message"], json!(["groups.0.each value in trashAssetIds must be a UUID"])),
            false => assert_eq!(refused["errors"][0]["path"], json!(["groups", 0, "trashAssetIds", 0])),
        }
    }
}

#[tokio::test]
async fn administrators_alone_run_jobs_and_libraries() {
    for version in [TWO, THREE] {
        let Setup { server, admin, bob } = setup(version);
        for path in ["/queues", "/jobs", "/libraries", "/server/statistics", "/system-metadata/admin-onboarding"] {
            assert_eq!(message(&bob.send("GET", path, &Value::Null).await), (403, "Forbidden"), "{path}");
            assert_eq!(admin.send("GET", path, &Value::Null).await.0, 200, "{path}");
        }
        assert_eq!(admin.send("GET", "/queues/nothing", &Value::Null).await.0, 400);
        assert_eq!(
            admin.send("GET", "/queues/integrityCheck", &Value::Null).await.0,
            if version == TWO { 400 } else { 200 }
        );
        let job = admin.send("POST", "/jobs", &json!({ "name": "integrity-untracked-files" })).await;
        match version == TWO {
            true => assert_eq!(
                job.1["message"],
                json!(["name must be one of the following values: person-cleanup, tag-cleanup, user-cleanup, \
                     memory-cleanup, memory-create, backup-database"])
            ),
            false => assert_eq!(job.0, 204),
        }
        let unknown = admin.send("GET", &format!("/libraries/{UNKNOWN}"), &Value::Null).await;
        assert_eq!(message(&unknown), (400, "Library not found"));
        let video = server.add_asset(server.user_id(), "a.mp4", "film", Timestamp::UNIX_EPOCH);
        let edits = json!({ "edits": [{ "action": "rotate", "parameters": { "angle": 90 } }] });
        let response = admin.send("PUT", &format!("/assets/{video}/edits"), &edits).await;
        assert_eq!(message(&response), (400, "Only images can be edited"));
        let edits = json!({ "edits": [{ "action": "crop", "parameters": { "x": 0 } }] });
        assert_eq!(admin.send("PUT", &format!("/assets/{video}/edits"), &edits).await.0, 400);
    }
}

#[tokio::test]
async fn what_is_not_set_up() {
    for version in [TWO, THREE] {
        let Setup { admin, .. } = setup(version);
        for (method, path, body, refusal) in [
            ("POST", "/oauth/authorize", json!({ "redirectUri": "http://x.test/cb" }), "OAuth is not enabled"),
            ("POST", "/oauth/callback", json!({ "url": "http://x.test/cb?code=1" }), "OAuth is not enabled"),
            ("POST", "/oauth/link", json!({ "url": "http://x.test/cb?code=1" }), "OAuth state is missing"),
            ("POST", "/admin/maintenance/login", json!({ "token": "x" }), "Not in maintenance mode"),
            ("PUT", "/users/me/license", json!({ "licenseKey": "k", "activationKey": "a" }), "Invalid license key"),
        ] {
            assert_eq!(message(&admin.send(method, path, &body).await), (400, refusal), "{path}");
        }
        for path in ["/server/license", "/users/me/license"] {
            assert_eq!(message(&admin.send("GET", path, &Value::Null).await), (404, "Not Found"));
        }
        let mail = admin.send("POST", "/admin/notifications/test-email", &json!({})).await;
        assert_eq!(message(&mail), (400, "Failed to verify SMTP configuration"));
        assert!(mail.1.get("error").is_none());
        assert_eq!(admin.send("GET", "/oauth/mobile-redirect?code=1", &Value::Null).await.0, 307);
    }
}

#[tokio::test]
async fn a_session_of_a_session_ends_in_time() {
    for version in [TWO, THREE] {
        let Setup { server, admin, .. } = setup(version);
        let refused = admin.send("POST", "/sessions", &json!({})).await;
        assert_eq!(message(&refused), (400, "This endpoint can only be used with a session token"));
        let login = json!({ "email": server.email(), "password": server.password().expose() });
        let (_, login) = admin.send("POST", "/auth/login", &login).await;
        let session = Caller::with_token(&server, text(&login["accessToken"]));
        let device = json!({ "deviceOS": "Linux", "deviceType": "Test" });
        let (_, made) = session.send("POST", "/sessions", &device).await;
        assert_eq!((&made["deviceOS"], made.get("expiresAt")), (&json!("Linux"), None));
        let inner = Caller::with_token(&server, text(&made["token"]));
        assert_eq!(inner.send("GET", "/users/me", &Value::Null).await.0, 200);
        let saved = server.snapshot();
        let (_, made) = session.send("POST", "/sessions", &json!({ "duration": 3600 })).await;
        let ends: Timestamp = text(&made["expiresAt"]).parse().unwrap();
        assert!(ends > Timestamp::now());
        // The same session, whose time is over.
        let over = server.snapshot().replace(
            &format!("\"expires_at\":\"{}", &text(&made["expiresAt"])[..19]),
            "\"expires_at\":\"2020-01-01T00:00:00",
        );
        assert_ne!(over, saved);
        server.restore(&over).unwrap();
        let late = Caller::with_token(&server, text(&made["token"])).send("GET", "/users/me", &Value::Null).await;
        assert_eq!(message(&late), (401, "Invalid user token"));
        assert_eq!(inner.send("GET", "/users/me", &Value::Null).await.0, 200);
    }
}

#[tokio::test]
async fn a_key_is_rotated_by_one_that_has_its_permissions() {
    let server = FakeImmich::with_version(ServerVersion::new(3, 2, 0));
    let admin = Caller::new(&server, &server.api_key());
    let (_, made) = admin.send("POST", "/api-keys", &json!({ "permissions": ["asset.read"] })).await;
    let path = format!("/api-keys/{}/rotate", text(&made["id"]));
    let (status, rotated) = admin.send("POST", &path, &Value::Null).await;
    assert_eq!((status, &rotated["id"]), (201, &made["id"]));
    assert_ne!(rotated["secret"], made["secret"]);
    let me = |secret: &Value| Caller::new(&server, &Secret::from(text(secret).to_owned()));
    assert_eq!(me(&made["secret"]).send("GET", "/api-keys/me", &Value::Null).await.0, 401);
    assert_eq!(me(&rotated["secret"]).send("GET", "/api-keys/me", &Value::Null).await.0, 200);
    let weak = server.add_api_key(server.user_id(), &["apiKey.update"]);
    let refused = Caller::new(&server, &weak).send("POST", &path, &Value::Null).await;
    assert_eq!(message(&refused), (400, "Cannot rotate an API Key with permissions you do not have"));
}
