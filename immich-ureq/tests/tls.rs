//! TLS: whom the backend trusts, and how it shows itself.

#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use immich_core::blocking::block_on;
use immich_core::{Body, HttpSend, TransportError, TransportErrorKind, http};
use immich_ureq::UreqBackend;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// A server that responds 204 to one request a connection. Returns its port.
fn serve(certificate: &CertifiedKey<rcgen::KeyPair>, clients: Option<&CertifiedKey<rcgen::KeyPair>>) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots.add(client.cert.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            config.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
    let config = Arc::new(config.with_single_cert(vec![certificate.cert.der().clone()], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for tcp in listener.incoming() {
            let mut tls =
                BufReader::new(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), tcp.unwrap()));
            let mut line = String::new();
            while let Ok(1..) = tls.read_line(&mut line) {
                if line.ends_with("\r\n\r\n") {
                    let _ = tls.get_mut().write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
                    break;
                }
            }
            tls.get_mut().conn.send_close_notify();
            let _ = tls.get_mut().flush();
        }
    });
    port
}

fn certificate(name: &str) -> CertifiedKey<rcgen::KeyPair> {
    generate_simple_self_signed([name.to_owned()]).unwrap()
}

fn get(backend: &UreqBackend, port: u16) -> Result<http::StatusCode, TransportError> {
    let uri = format!("https://localhost:{port}/");
    let request = http::Request::builder().uri(uri).body(Body::empty()).unwrap();
    block_on(backend.send(request)).map(|response| response.status())
}

#[test]
fn a_certificate_that_is_trusted_is_taken_and_no_other() {
    let certificate = certificate("localhost");
    let port = serve(&certificate, None);
    let trusting = UreqBackend::builder().root_certificate_pem(certificate.cert.pem()).build().unwrap();
    assert_eq!(get(&trusting, port).unwrap(), 204);

    let error = get(&UreqBackend::new().unwrap(), port).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (TransportErrorKind::Tls, false), "{error:?}");
    assert!(error.hint().unwrap().contains("root_certificate_pem"), "{error:?}");
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let certificate = certificate("other.example");
    let port = serve(&certificate, None);
    let trusting = UreqBackend::builder().root_certificate_pem(certificate.cert.pem()).build().unwrap();
    let error = get(&trusting, port).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (TransportErrorKind::Tls, false), "{error:?}");
    assert!(error.hint().unwrap().contains("another name"), "{error:?}");
}

#[test]
fn a_server_that_asks_for_a_certificate_gets_it() {
    let (certificate, mine) = (certificate("localhost"), certificate("client.example"));
    let port = serve(&certificate, Some(&mine));
    let builder = || UreqBackend::builder().root_certificate_pem(certificate.cert.pem());
    let identity = mine.cert.pem() + &mine.signing_key.serialize_pem();
    assert_eq!(get(&builder().identity_pem(identity).build().unwrap(), port).unwrap(), 204);
    assert!(get(&builder().build().unwrap(), port).is_err());
}

#[test]
fn what_is_no_certificate_is_an_error_of_the_builder_that_shows_nothing() {
    for builder in [
        UreqBackend::builder().root_certificate_pem("secret"),
        UreqBackend::builder().identity_pem("secret"),
        UreqBackend::builder().proxy("socks5://me:secret@proxy.example"),
        UreqBackend::builder().proxy("http://me:secret@"),
    ] {
        assert!(!format!("{builder:?}").contains("secret"), "{builder:?}");
        let error = builder.build().unwrap_err();
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}
