//! The permissions of an API key can be checked before they are used.

use std::collections::BTreeMap;

use immich_sdk::api::{GetAllAlbums, OPERATIONS, UploadAsset};
use immich_sdk::http::Method;
use immich_sdk::{Client, ErrorKind, Json, Operation, RawRequest, Session};

use crate::setup::{Setup, THREE, TWO};

const FEW: [&str; 4] = ["album.read", "asset.upload", "albumAsset.create", "tag.delete"];

/// The permission that a real server reported as missing for each operation, from `openapi/permissions-*.json`.
fn recorded_permissions(version: &str) -> BTreeMap<String, serde_json::Value> {
    let file = format!("{}/openapi/permissions-v{version}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(file).expect("a file")).expect("JSON")
}

/// Tries the operation. Returns the permission that the server reports as missing.
async fn try_operation(client: &Client, operation: &Operation) -> Option<String> {
    const ID: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
    let segments = operation.path.split('/').map(|part| if part.starts_with('{') { ID } else { part });
    let path = segments.collect::<Vec<_>>().join("/");
    let request = match operation.method {
        Method::GET => RawRequest::get(path),
        Method::POST => RawRequest::post(path),
        Method::PUT => RawRequest::put(path),
        Method::PATCH => RawRequest::patch(path),
        Method::DELETE => RawRequest::delete(path),
        _ => panic!("{operation:?}"),
    };
    let error = client.send(request.decode_as::<Json<serde_json::Value>>()).await.err()?;
    error.missing_permission().map(str::to_owned)
}

#[tokio::test]
async fn missing_permissions_match_the_rejections_of_the_server() {
    for (version, name) in [(TWO, "2.7.5"), (THREE, "3.1.0")] {
        let setup = Setup::in_memory(version);
        let key = setup.server.add_api_key(setup.server.user_id(), &FEW);
        let client = setup.builder().api_key(key).build().expect("a client");
        let permissions = client.permissions().await.expect("the permissions");
        assert_eq!(permissions.granted().iter().map(ToString::to_string).collect::<Vec<_>>(), FEW);

        let named = recorded_permissions(name);
        let (mut lacking, mut allowed) = (0, 0);
        for operation in OPERATIONS.iter().filter(|operation| operation.authenticated && operation.is_in(version)) {
            let Some(wanted) = named.get(operation.id).and_then(|wanted| wanted.as_str()) else { continue };
            let missing = permissions.missing(&[operation]);
            let refused = try_operation(&client, operation).await;
            assert_eq!(permissions.allows(operation), missing.is_empty());
            assert_eq!(refused.as_deref().unwrap_or(wanted), wanted, "{}", operation.id);
            if let Some(missing) = missing.first() {
                // An operation has the permission of the newest server; 2.x requires all permissions for this one.
                let wanted = if operation.id == "addSharedLinkAssets" { "sharedLink.update" } else { wanted };
                assert_eq!(wanted, *missing, "the real server wanted it for {}", operation.id);
                assert!(refused.is_some(), "{}", operation.id);
                lacking += 1;
            } else {
                assert_eq!(refused, None, "{}", operation.id);
                allowed += 1;
            }
        }
        assert!(lacking > 150 && allowed > 5, "{lacking} refused, {allowed} not");
    }
}

#[tokio::test]
async fn permissions_can_be_checked_before_requests_are_sent() {
    for setup in Setup::all().await {
        let key = setup.server.add_api_key(setup.server.user_id(), &FEW);
        let client = setup.builder().api_key(key).build().expect("a client");
        let missing = client.permissions().await.expect("the permissions");
        let plan = [UploadAsset::OPERATION, GetAllAlbums::OPERATION, immich_sdk::api::CreateAlbum::OPERATION];
        assert_eq!(missing.missing(&plan), ["album.create"]);

        let refused = client.albums().create_album(immich_sdk::api::CreateAlbumDto::new("one")).await;
        let error = refused.expect_err("a weak key");
        assert_eq!((error.kind(), error.missing_permission()), (ErrorKind::Auth, Some("album.create")));
        assert!(error.to_string().ends_with("Give the API key the permission `album.create`."), "{error}");

        let all = setup.client().permissions().await.expect("the permissions");
        assert_eq!(all.missing(OPERATIONS), [""; 0]);
    }
}

#[tokio::test]
async fn only_a_key_has_permissions() {
    for setup in Setup::all().await {
        let client = setup.client();
        let session = Session::log_in(&client, setup.server.email(), setup.server.password()).await.expect("a session");
        let error = session.client().permissions().await.expect_err("no key");
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    }
}
