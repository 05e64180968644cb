//! Who may do what: keys, members of albums, visitors, deleted users.

#![allow(clippy::unwrap_used)]

mod raw;

use immich_core::{Secret, ServerVersion, UserId};
use immich_mock::FakeImmich;
use raw::{Caller, failed, message};
use serde_json::{Value, json};

const TWO: ServerVersion = ServerVersion::new(2, 7, 5);
const THREE: ServerVersion = ServerVersion::new(3, 1, 0);

fn user(server: &FakeImmich, name: &str) -> (UserId, Secret) {
    let id = server.add_user(&format!("{name}@immich.test"), "secret", name);
    (id, server.add_api_key(id, &["all"]))
}

#[tokio::test]
async fn a_key_grants_only_what_it_has() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let weak = server.add_api_key(server.user_id(), &["apiKey.create", "apiKey.update", "asset.read"]);
        let weak = Caller::new(&server, &weak);
        for permissions in [json!(["all"]), json!(["asset.read", "asset.delete"])] {
            let response = weak.send("POST", "/api-keys", &json!({ "permissions": permissions })).await;
            assert_eq!(message(&response), (400, "Cannot grant permissions you do not have"));
        }
        let (status, made) = weak.send("POST", "/api-keys", &json!({ "permissions": ["asset.read"] })).await;
        assert_eq!(status, 201);
        let path = format!("/api-keys/{}", made["apiKey"]["id"].as_str().unwrap());
        let response = weak.send("PUT", &path, &json!({ "permissions": ["all"] })).await;
        assert_eq!(message(&response), (400, "Cannot grant permissions you do not have"));
        let strong = Caller::new(&server, &server.api_key());
        assert_eq!(strong.send("PUT", &path, &json!({ "permissions": ["all"] })).await.0, 200);
    }
}

/// An album of the administrator with a photo of each, and Bob as an editor.
async fn album(server: &FakeImmich, bob: UserId, role: &str) -> (String, Vec<Value>) {
    let taken = immich_core::jiff::Timestamp::UNIX_EPOCH;
    let ids = [(server.user_id(), "a.jpg"), (bob, "b.jpg")].map(|(owner, name)| {
        let id = server.add_asset(owner, name, name.to_owned(), taken);
        json!(id)
    });
    let admin = Caller::new(server, &server.api_key());
    let album = json!({
        "albumName": "Trip", "assetIds": [ids[0]], "albumUsers": [{ "userId": bob, "role": role }],
    });
    let (status, album) = admin.send("POST", "/albums", &album).await;
    assert_eq!(status, 201);
    (album["id"].as_str().unwrap().to_owned(), ids.to_vec())
}

#[tokio::test]
async fn editors_remove_only_their_own_assets() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let (id, key) = user(&server, "bob");
        let bob = Caller::new(&server, &key);
        let (album, ids) = album(&server, id, "editor").await;
        let path = format!("/albums/{album}/assets");
        assert_eq!(bob.send("PUT", &path, &json!({ "ids": [ids[1]] })).await.0, 200);
        let (status, results) = bob.send("DELETE", &path, &json!({ "ids": ids })).await;
        assert_eq!(
            (status, results),
            (200, json!([failed(&ids[0], "no_permission"), { "id": ids[1], "success": true }]))
        );
        // The owner may remove all, and each once.
        let admin = Caller::new(&server, &server.api_key());
        let (_, results) = admin.send("DELETE", &path, &json!({ "ids": [ids[0], ids[0]] })).await;
        assert_eq!(results, json!([{ "id": ids[0], "success": true }, failed(&ids[0], "not_found")]));
    }
}

#[tokio::test]
async fn editors_change_and_share_albums_since_3_0() {
    for (version, role, allowed) in [(TWO, "editor", false), (THREE, "editor", true), (THREE, "viewer", false)] {
        let server = FakeImmich::with_version(version);
        let ((id, key), (carol, _)) = (user(&server, "bob"), user(&server, "carol"));
        let bob = Caller::new(&server, &key);
        let (album, _) = album(&server, id, role).await;
        let changed = bob.send("PATCH", &format!("/albums/{album}"), &json!({ "albumName": "New" })).await;
        let added = json!({ "albumUsers": [{ "userId": carol }] });
        let shared = bob.send("PUT", &format!("/albums/{album}/users"), &added).await;
        if allowed {
            assert_eq!((changed.0, &changed.1["albumName"], shared.0), (200, &json!("New"), 200));
        } else {
            assert_eq!(message(&changed), (400, "Not found or no album.update access"));
            assert_eq!(message(&shared), (400, "Not found or no album.share access"));
        }
    }
}

#[tokio::test]
async fn members_are_added_once() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let (bob, _) = user(&server, "bob");
        let (album, _) = album(&server, bob, "viewer").await;
        let admin = Caller::new(&server, &server.api_key());
        let path = format!("/albums/{album}/users");
        let again = admin.send("PUT", &path, &json!({ "albumUsers": [{ "userId": bob, "role": "editor" }] })).await;
        let owner = admin.send("PUT", &path, &json!({ "albumUsers": [{ "userId": server.user_id() }] })).await;
        let unknown = json!({ "albumUsers": [{ "userId": "3fa85f64-5717-4562-b3fc-2c963f66afa6" }] });
        let unknown = admin.send("PUT", &path, &unknown).await;
        let create = json!({ "albumName": "Own", "albumUsers": [{ "userId": server.user_id() }] });
        let own = admin.send("POST", "/albums", &create).await;
        let path = format!("/albums/{album}/user/{}", server.user_id());
        let role = admin.send("PUT", &path, &json!({ "role": "viewer" })).await;
        if version == TWO {
            assert_eq!(message(&again), (400, "User already added"));
            assert_eq!(message(&owner), (400, "Cannot be shared with owner"));
            assert_eq!(message(&unknown), (400, "User not found"));
            assert_eq!(message(&own), (400, "Cannot share album with owner"));
            assert_eq!(message(&role), (400, "Album not shared with user"));
        } else {
            let roles = |response: &(u16, Value)| {
                let users = response.1["albumUsers"].as_array().unwrap().clone();
                users.iter().map(|user| user["role"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            };
            assert_eq!((again.0, roles(&again)), (200, vec!["owner".to_owned(), "viewer".to_owned()]));
            assert_eq!((owner.0, roles(&owner)), (200, vec!["owner".to_owned(), "viewer".to_owned()]));
            assert_eq!(message(&unknown), (400, "Invalid user"));
            assert_eq!((own.0, roles(&own)), (201, vec!["owner".to_owned()]));
            assert_eq!(message(&role), (400, "User is owner"));
        }
    }
}

#[tokio::test]
async fn visitors_cannot_remove_assets_from_a_link() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let id = server.add_photos(1)[0];
        let admin = Caller::new(&server, &server.api_key());
        let (_, link) = admin.send("POST", "/shared-links", &json!({ "type": "INDIVIDUAL", "assetIds": [id] })).await;
        let path = format!("/shared-links/{}/assets", link["id"].as_str().unwrap());
        let visitor = Caller::anonymous(&server);
        let by_key = format!("{path}?key={}", link["key"].as_str().unwrap());
        let response = visitor.send("DELETE", &by_key, &json!({ "assetIds": [id] })).await;
        assert_eq!(message(&response), (403, "Forbidden"));
        let (status, results) = admin.send("DELETE", &path, &json!({ "assetIds": [id] })).await;
        assert_eq!((status, results), (200, json!([{ "assetId": id, "success": true }])));
    }
}

#[tokio::test]
async fn a_deleted_user_is_out_until_restored() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let (id, key) = user(&server, "bob");
        let (bob, admin) = (Caller::new(&server, &key), Caller::new(&server, &server.api_key()));
        let login = json!({ "email": "bob@immich.test", "password": "secret" });
        let path = format!("/admin/users/{id}");
        let (status, deleted) = admin.send("DELETE", &path, &json!({})).await;
        assert_eq!((status, &deleted["status"]), (200, &json!("deleted")));
        assert!(deleted["deletedAt"].is_string());
        assert_eq!(message(&bob.send("GET", "/users/me", &Value::Null).await), (401, "Invalid API key"));
        assert_eq!(bob.send("POST", "/auth/login", &login).await.0, 401);
        let listed = |users: Value| users.as_array().unwrap().len();
        assert_eq!(listed(admin.send("GET", "/admin/users", &Value::Null).await.1), 1);
        assert_eq!(listed(admin.send("GET", "/admin/users?withDeleted=true", &Value::Null).await.1), 2);

        assert_eq!(admin.send("POST", &format!("{path}/restore"), &Value::Null).await.1["status"], "active");
        assert_eq!(bob.send("POST", "/auth/login", &login).await.0, 201);
        let own = admin.send("DELETE", &format!("/admin/users/{}", server.user_id()), &json!({})).await;
        assert_eq!(message(&own), (403, "Cannot delete your own account"));
        assert_eq!(admin.send("DELETE", &path, &json!({ "force": true })).await.1["status"], "removing");
        assert_eq!(message(&admin.send("GET", &path, &Value::Null).await), (400, "User not found"));
    }
}

#[tokio::test]
async fn users_keep_their_addresses_and_colors() {
    for version in [TWO, THREE] {
        let server = FakeImmich::with_version(version);
        let (id, key) = user(&server, "bob");
        let (bob, admin) = (Caller::new(&server, &key), Caller::new(&server, &server.api_key()));
        let taken = json!({ "email": "Admin@immich.test" });
        let message = |response: (u16, Value)| (response.0, response.1["message"].as_str().unwrap().to_owned());
        let expected = (400, "Email already in use by another account".to_owned());
        assert_eq!(message(bob.send("PUT", "/users/me", &taken).await), expected);
        assert_eq!(message(admin.send("PUT", &format!("/admin/users/{id}"), &taken).await), expected);
        let (_, me) = bob.send("PUT", "/users/me", &json!({ "avatarColor": "gray", "password": "new" })).await;
        assert_eq!((&me["avatarColor"], &me["shouldChangePassword"]), (&json!("gray"), &json!(false)));
        let change = json!({ "isAdmin": true, "shouldChangePassword": true, "avatarColor": null, "storageLabel": "b" });
        let (_, user) = admin.send("PUT", &format!("/admin/users/{id}"), &change).await;
        assert_eq!((&user["isAdmin"], &user["shouldChangePassword"]), (&json!(true), &json!(true)));
        assert_eq!(user["storageLabel"], "b");
        assert_ne!(user["avatarColor"], "gray", "null is the color by default");
        let path = format!("/admin/users/{}", server.user_id());
        let label = admin.send("PUT", &path, &json!({ "storageLabel": "b" })).await;
        assert_eq!(message(label), (400, "Storage label already in use by another account".to_owned()));
        let resign = bob.send("PUT", &format!("/admin/users/{id}"), &json!({ "isAdmin": false })).await;
        assert_eq!(message(resign), (400, "Admin status can only be changed by another admin".to_owned()));
    }
}
