//! Which servers are trusted, and how a client shows who it is.

use immich_sdk::{Client, Error, HttpSend, TransportErrorKind};

use crate::tls_server::{Authority, TlsServer};
use crate::{LIBRARIES, backend};

async fn ping(backend: impl HttpSend + 'static, server: &TlsServer) -> Result<String, Error> {
    let client = Client::builder(format!("https://localhost:{}", server.port)).backend(backend).build()?;
    Ok(client.server().ping_server().await?.res)
}

fn assert_refused(result: Result<String, Error>) {
    let error = result.expect_err("no trust");
    let transport = error.transport_error().expect("a transport error");
    assert_eq!(transport.kind(), TransportErrorKind::Tls, "{error:?}");
    assert!(!transport.may_have_been_sent(), "{error:?}");
}

#[tokio::test]
async fn a_server_of_an_unknown_authority_is_trusted_only_when_that_is_given() {
    let authority = Authority::new();
    let server = TlsServer::start(&authority, "localhost", b"http/1.1", None).await;
    for library in LIBRARIES {
        assert_refused(ping(backend!(library).expect("a backend"), &server).await);
        assert_refused(
            ping(backend!(library, root_certificate_pem(Authority::new().pem())).expect("a backend"), &server).await,
        );
        let trusting = backend!(library, root_certificate_pem(authority.pem())).expect("a backend");
        assert_eq!(ping(trusting, &server).await.expect("an answer"), "HTTP/1.1");
    }
}

#[tokio::test]
async fn a_server_of_another_name_is_not_trusted() {
    let authority = Authority::new();
    let server = TlsServer::start(&authority, "other.example", b"http/1.1", None).await;
    for library in LIBRARIES {
        let trusting = backend!(library, root_certificate_pem(authority.pem())).expect("a backend");
        assert_refused(ping(trusting, &server).await);
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_offers_it() {
    let authority = Authority::new();
    let server = TlsServer::start(&authority, "localhost", b"h2", None).await;
    for library in LIBRARIES {
        let trusting = backend!(library, root_certificate_pem(authority.pem())).expect("a backend");
        assert_eq!(ping(trusting, &server).await.expect("an answer"), "HTTP/2.0");
    }
}

#[tokio::test]
async fn a_client_shows_its_identity() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let server = TlsServer::start(&authority, "localhost", b"http/1.1", Some(&clients)).await;
    for library in LIBRARIES {
        let anonymous = backend!(library, root_certificate_pem(authority.pem())).expect("a backend");
        ping(anonymous, &server).await.expect_err("a server that wants a certificate");
        let identity = clients.identity_pem("frame");
        let known =
            backend!(library, root_certificate_pem(authority.pem()), identity_pem(identity)).expect("a backend");
        assert_eq!(ping(known, &server).await.expect("an answer"), "HTTP/1.1");
    }
}

#[test]
fn certificates_that_cannot_be_read_are_refused_before_anything_is_sent() {
    for library in LIBRARIES {
        let error = |result: Result<Box<dyn HttpSend>, Error>| result.err().expect("an error").to_string();
        let broken = "-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----\n";
        assert!(error(backend!(library, root_certificate_pem(broken))).contains("root certificate"));
        let keyless = Authority::new().pem();
        assert!(error(backend!(library, identity_pem(keyless))).contains("private key"));
    }
}
