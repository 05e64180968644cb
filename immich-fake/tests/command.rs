//! The built program, driven over TCP without a client, and with the client of this project.

#![allow(clippy::unwrap_used)]

mod program;

use immich_core::api::{LoginCredentialDto, UploadAsset};
use immich_core::jiff::Timestamp;
use immich_core::{Client, Error, FilePart, ServerVersion};
use immich_hyper::HyperBackend;
use program::{Program, failed};
use serde_json::json;

fn client(program: &Program) -> Client {
    let backend = HyperBackend::builder().build().unwrap();
    Client::builder(program.url())
        .api_key(program.greeting["apiKey"].as_str().unwrap())
        .backend(backend)
        .build()
        .unwrap()
}

#[test]
fn it_tells_where_it_is_and_how_to_sign_in() {
    let program = Program::start(&["--email", "a@b.c", "--password", "x", "--api-key", "k", "--version", "2.7.5"]);
    let greeting = &program.greeting;
    assert_eq!((greeting["email"].as_str(), greeting["password"].as_str()), (Some("a@b.c"), Some("x")));
    assert_eq!((greeting["apiKey"].as_str(), greeting["version"].as_str()), (Some("k"), Some("2.7.5")));
    assert_eq!(greeting["apiUrl"], format!("{}/api", program.url()));
    let (status, json) = program.json("GET", "/api/users/me", "");
    assert_eq!((status, &json["email"], &json["id"]), (200, &json!("a@b.c"), &greeting["userId"]));
    let (status, json) = program.json("GET", "/api/server/version", "");
    assert_eq!((status, json), (200, json!({ "major": 2, "minor": 7, "patch": 5 })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_client_of_this_project_uses_it() -> Result<(), Error> {
    let program = Program::start(&["--photos", "2"]);
    let client = client(&program);
    let taken = Timestamp::UNIX_EPOCH;
    let id = client.send(UploadAsset::new(FilePart::new("beach.jpg", "photo"), taken, taken)).await?.id;
    assert_eq!(client.assets().get_asset_statistics().await?.total, 3);
    assert_eq!(&client.assets().download_asset(id).await?.bytes(100).await?[..], b"photo");
    let login = LoginCredentialDto::new(
        program.greeting["email"].as_str().unwrap(),
        program.greeting["password"].as_str().unwrap().to_owned(),
    );
    assert!(client.auth().login(login).await?.is_admin);
    Ok(())
}

#[test]
fn folders_become_assets() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    for (path, content) in [("a.jpg", "a"), ("a.jpg.xmp", "<x/>"), ("notes.txt", "n"), (".hidden.jpg", "h")] {
        std::fs::write(folder.path().join(path), content).unwrap();
    }
    std::fs::write(inner.join("film.mp4"), "film").unwrap();
    std::fs::write(inner.join("copy of a.jpg"), "a").unwrap();
    let path = folder.path().to_str().unwrap();
    let program = Program::start(&["--seed", path]);
    let (_, counts) = program.json("GET", "/api/assets/statistics", "");
    assert_eq!(counts, json!({ "images": 1, "videos": 1, "total": 2 }));

    std::fs::write(folder.path().join("later.png"), "later").unwrap();
    let (status, seeded) = program.json("POST", "/_fake/seed", &json!({ "folder": path }).to_string());
    assert_eq!((status, seeded), (200, json!({ "added": 1, "duplicates": 3, "skipped": 1 })));
    let (status, refused) = program.json("POST", "/_fake/seed", "{\"folder\": \"/no/such/folder\"}");
    assert_eq!(status, 400, "{refused}");
    let (_, seeded) = program.json("POST", "/_fake/seed", "{\"photos\": 4}");
    assert_eq!(seeded["assetIds"].as_array().unwrap().len(), 4);
    // A reset goes back to the state after the start.
    assert_eq!(program.send("POST", "/_fake/reset", "").0, 204);
    let (_, counts) = program.json("GET", "/api/assets/statistics", "");
    assert_eq!(counts["total"], 2);
}

#[test]
fn a_seed_of_random_numbers_repeats_the_ids() {
    let arguments = ["--random-seed", "7", "--photos", "2"];
    let ids = |program: &Program| {
        let (_, found) = program.json("POST", "/api/search/metadata", "{}");
        let items = found["assets"]["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (one, other) = (Program::start(&arguments), Program::start(&arguments));
    assert_eq!(one.greeting["apiKey"], other.greeting["apiKey"]);
    assert_eq!(one.greeting["userId"], other.greeting["userId"]);
    assert_eq!(ids(&one), ids(&other));
    assert_eq!(ids(&one).len(), 2);
    let third = Program::start(&["--random-seed", "8"]);
    assert_ne!(one.greeting["userId"], third.greeting["userId"]);
}

/// Ends the program, and returns its exit code.
#[cfg(unix)]
fn stop(program: Program) -> Option<i32> {
    program.signal(rustix::process::Signal::TERM).0
}

#[cfg(unix)]
#[test]
fn the_state_is_saved_and_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let arguments = ["--state", file.to_str().unwrap()];
    let first = Program::start(&arguments);
    let (_, session) = first.json(
        "POST",
        "/api/auth/login",
        &json!({ "email": first.greeting["email"], "password": first.greeting["password"] }).to_string(),
    );
    first.json("POST", "/_fake/seed", "{\"photos\": 3}");
    let (_, album) = first.json("POST", "/api/albums", "{\"albumName\": \"Trip\"}");
    assert_eq!(first.send("POST", "/_fake/save", "").0, 204);
    let saved = std::fs::read_to_string(&file).unwrap();
    assert!(saved.contains("Trip"));
    first.json("POST", "/_fake/seed", "{\"photos\": 1}");
    let greeting = first.greeting.clone();
    assert_eq!(stop(first), Some(0));

    let second = Program::start(&arguments);
    assert_eq!(second.greeting["apiKey"], greeting["apiKey"], "the credentials are those of the file");
    assert_eq!(second.greeting["userId"], greeting["userId"]);
    assert_eq!(second.json("GET", "/api/assets/statistics", "").1["total"], 4, "the end of the program saves too");
    assert_eq!(second.json("GET", "/api/albums", "").1[0]["id"], album["id"]);
    let token = session["accessToken"].as_str().unwrap();
    assert_eq!(second.send_as("GET", "/api/users/me", "", &format!("authorization: Bearer {token}")).0, 200);
    assert_eq!(stop(second), Some(0));

    let mut named = arguments.to_vec();
    named.extend(["--api-key", "other", "--version", "3.2.0"]);
    let third = Program::start(&named);
    assert_eq!((&third.greeting["apiKey"], &third.greeting["version"]), (&json!("other"), &json!("3.2.0")));
    assert_eq!(third.json("GET", "/api/assets/statistics", "").1["total"], 4);
    drop(third);

    std::fs::write(&file, "{\"name\": \"something\"").unwrap();
    let (code, message) = failed(&arguments);
    assert_eq!(code, Some(1));
    assert!(message.contains("state.json") && message.contains("not a snapshot"), "{message}");
}

#[test]
fn what_the_fake_cannot_read_is_set() {
    let program = Program::start(&["--photos", "1"]);
    let (_, found) = program.json("POST", "/api/search/metadata", "{}");
    let path = format!("/_fake/assets/{}/exif", found["assets"]["items"][0]["id"].as_str().unwrap());
    assert_eq!(program.send("PUT", &path, "{\"city\": \"Paris\", \"make\": \"Canon\"}").0, 204);
    assert_eq!(program.json("GET", "/api/search/suggestions?type=city", "").1, json!(["Paris"]));
    assert_eq!(program.send("PUT", &path, "{\"city\": 1}").0, 400);
    assert_eq!(program.send("PUT", "/_fake/assets/x/exif", "{}").0, 400);
}

#[test]
fn snapshots_go_from_server_to_server() {
    let (one, other) = (Program::start(&["--photos", "3"]), Program::start(&[]));
    let (status, snapshot) = one.send("GET", "/_fake/state", "");
    assert_eq!(status, 200);
    assert_eq!(other.send("PUT", "/_fake/state", &snapshot).0, 204);
    let key = format!("x-api-key: {}", one.greeting["apiKey"].as_str().unwrap());
    let (status, counts) = other.send_as("GET", "/api/assets/statistics", "", &key);
    assert!(status == 200 && counts.contains("\"total\":3"), "{counts}");
    assert_eq!(other.send("PUT", "/_fake/state", "{}").0, 400);
    assert_eq!(one.send("POST", "/_fake/save", "").0, 409, "there is no file");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn it_is_upgraded_under_a_client() -> Result<(), Error> {
    let program = Program::start(&["--version", "2.7.5", "--photos", "1"]);
    let client = client(&program);
    assert_eq!(client.server().get_server_version().await?.major, 2);
    assert_eq!(program.send("PUT", "/_fake/version", "{\"version\": \"3.1.0\"}").0, 204);
    let version = client.server().get_server_version().await?;
    assert_eq!(ServerVersion::try_from(&version)?, ServerVersion::new(3, 1, 0));
    assert_eq!(client.assets().get_asset_statistics().await?.total, 1);
    let history = client.server().get_version_history().await?;
    let versions: Vec<_> = history.iter().map(|entry| entry.version.as_str()).collect();
    assert_eq!(versions, ["3.1.0", "2.7.5"]);
    assert_eq!(program.send("PUT", "/_fake/version", "{\"version\": \"three\"}").0, 400);
    Ok(())
}

#[test]
fn nobody_has_signed_up() {
    let program = Program::start(&["--no-admin"]);
    assert!(program.greeting["apiKey"].is_null() && program.greeting["userId"].is_null());
    assert_eq!(program.json("GET", "/api/server/config", "").1["isInitialized"], false);
    let first = json!({ "email": "first@b.c", "name": "First", "password": "secret" }).to_string();
    let (status, user) = program.json("POST", "/api/auth/admin-sign-up", &first);
    assert_eq!((status, &user["isAdmin"]), (201, &json!(true)));
    assert_eq!(program.json("POST", "/api/auth/admin-sign-up", &first).0, 400);
    assert_eq!(program.json("GET", "/api/server/config", "").1["isInitialized"], true);
    let (status, login) =
        program.json("POST", "/api/auth/login", "{\"email\": \"first@b.c\", \"password\": \"secret\"}");
    assert_eq!((status, &login["userId"]), (201, &user["id"]));
}
