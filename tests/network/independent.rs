//! The HTTP backends against wiremock, a server that is not of this project.

use immich_sdk::api::{BulkIdsDto, MetadataSearchDto};
use immich_sdk::jiff::Timestamp;
use immich_sdk::{AlbumId, AssetId, Client, ErrorKind, FilePart};
use serde_json::json;
use wiremock::matchers::{body_json, header, header_exists, method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::{LIBRARIES, Library, backend};

async fn client(library: Library, server: &MockServer) -> Client {
    let backend = backend!(library).expect("a backend");
    Client::builder(server.uri()).api_key("the key").backend(backend).build().expect("a client")
}

#[tokio::test]
async fn json_goes_and_comes() {
    for library in LIBRARIES {
        let server = MockServer::start().await;
        let (album, asset) = (AlbumId::default(), AssetId::default());
        Mock::given(method("PUT"))
            .and(path(format!("/api/albums/{album}/assets")))
            .and(query_param("slug", "a b&c"))
            .and(header("x-api-key", "the key"))
            .and(header("content-type", "application/json"))
            .and(header_exists("content-length"))
            .and(body_json(json!({"ids": [asset]})))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!([{"id": asset, "success": true}])))
            .expect(1)
            .mount(&server)
            .await;
        let client = client(library, &server).await;
        let added = client.albums().add_assets_to_album(album, BulkIdsDto::new([asset])).slug("a b&c").await;
        assert!(added.expect("results")[0].success);
    }
}

#[tokio::test]
async fn a_form_is_read_by_another_parser() {
    for library in LIBRARIES {
        let server = MockServer::start().await;
        let created = json!({"id": AssetId::default(), "status": "created"});
        Mock::given(method("POST"))
            .and(path("/api/assets"))
            .respond_with(ResponseTemplate::new(201).set_body_json(created))
            .expect(1)
            .mount(&server)
            .await;
        let version = json!({"major": 3, "minor": 1, "patch": 0});
        Mock::given(path("/api/server/version"))
            .respond_with(ResponseTemplate::new(200).set_body_json(version))
            .expect(1)
            .mount(&server)
            .await;
        let photo = FilePart::new("é \"1\".jpg", vec![0, 13, 10, 255]).content_type("image/jpeg");
        let (client, taken) = (client(library, &server).await, Timestamp::UNIX_EPOCH);
        client.assets().upload_asset(photo, taken, taken).is_favorite(true).await.expect("an upload");
        let requests = server.received_requests().await.expect("recorded requests");
        let (texts, files) = parts(&requests[1]).await;
        assert!(texts.contains(&("isFavorite".into(), "true".into())), "{texts:?}");
        assert!(texts.contains(&("fileCreatedAt".into(), "1970-01-01T00:00:00.000Z".into())), "{texts:?}");
        assert_eq!(files, [("assetData".into(), "é %221%22.jpg".into(), vec![0, 13, 10, 255])]);
    }
}

type Texts = Vec<(String, String)>;
type Files = Vec<(String, String, Vec<u8>)>;

async fn parts(request: &Request) -> (Texts, Files) {
    let content_type = request.headers["content-type"].to_str().expect("a text");
    let boundary = multer::parse_boundary(content_type).expect("a boundary");
    let body = request.body.clone();
    let stream = futures_util::stream::once(async move { Ok::<_, std::io::Error>(body) });
    let (mut form, mut texts, mut files) = (multer::Multipart::new(stream, boundary), Vec::new(), Vec::new());
    while let Some(field) = form.next_field().await.expect("a field") {
        let name = field.name().expect("a name").to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file) => files.push((name, file, field.bytes().await.expect("bytes").to_vec())),
            None => texts.push((name, field.text().await.expect("a text"))),
        }
    }
    (texts, files)
}

#[tokio::test]
async fn refusals_are_read() {
    for library in LIBRARIES {
        let server = MockServer::start().await;
        let refusal = json!({"message": ["page must not be less than 1"], "error": "Bad Request", "statusCode": 400});
        Mock::given(path("/api/search/metadata"))
            .respond_with(ResponseTemplate::new(400).set_body_json(refusal))
            .expect(1)
            .mount(&server)
            .await;
        let client = client(library, &server).await;
        let error = client.search().search_assets(MetadataSearchDto::new().page(0)).await.expect_err("a refusal");
        assert_eq!(
            (error.kind(), error.messages()),
            (ErrorKind::Api, &["page must not be less than 1".to_owned()][..])
        );
    }
}
