//! Refusals and failures.

use std::time::Duration;

use immich_sdk::api::{GetAllAlbums, GetServerVersion};
use immich_sdk::mock::Reply;
use immich_sdk::{ErrorKind, TransportErrorKind};
use serde_json::json;

use crate::setup::{KEY, Setup};

pub async fn every_refusal_tells_what_the_server_said(setup: Setup) {
    let body = |message: &str| json!({"message": [message], "error": "E", "statusCode": 400, "correlationId": "c-1"});
    for (status, kind) in [
        (400, ErrorKind::Api),
        (401, ErrorKind::Auth),
        (403, ErrorKind::Auth),
        (404, ErrorKind::Api),
        (409, ErrorKind::Api),
        (413, ErrorKind::Api),
        (429, ErrorKind::Api),
        (500, ErrorKind::Api),
        (503, ErrorKind::Api),
    ] {
        let reply = Reply::json(&body("Missing required permission: album.read")).with_status(status);
        setup.server.on(GetAllAlbums::OPERATION).reply(reply.header("retry-after", "7")).times(1);
        let error = setup.client().albums().get_all_albums().await.expect_err("a refusal");
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (kind, Some(status)));
        assert_eq!(error.messages(), ["Missing required permission: album.read"]);
        assert_eq!(error.missing_permission(), Some("album.read"));
        assert_eq!(error.correlation_id(), Some("c-1"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.operation().map(|operation| operation.id), Some("getAllAlbums"));
        assert!(!format!("{error} {error:?}").contains(KEY));
    }
}

pub async fn a_page_of_html_is_no_api(setup: Setup) {
    let page = Reply::bytes("text/html; charset=utf-8", "<html><title>Sign in</title></html>");
    setup.server.on(GetServerVersion::OPERATION).reply(page);
    let error = setup.client().server().get_server_version().await.expect_err("a page");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let told = error.to_string();
    assert!(told.contains("an HTML page titled `Sign in`") && told.contains(&setup.url), "{told}");
}

pub async fn a_connection_that_closes_may_have_carried_the_request(setup: Setup) {
    setup.server.on(GetAllAlbums::OPERATION).reply(Reply::failure(TransportErrorKind::Closed)).times(1);
    let error = setup.client().albums().get_all_albums().await.expect_err("no answer");
    let transport = error.transport_error().expect("a transport error");
    assert_eq!(transport.kind(), TransportErrorKind::Closed, "{error:?}");
    assert!(transport.may_have_been_sent());
    assert_eq!(setup.server.requests().len(), 1, "no backend repeats a request by itself");
}
