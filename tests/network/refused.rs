//! Connections that are never made.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use immich_sdk::{Client, ErrorKind, TransportErrorKind};

use crate::{LIBRARIES, backend};

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    for library in LIBRARIES {
        let client = Client::builder(&url).backend(backend!(library).expect("a backend")).build().expect("a client");
        let error = client.server().ping_server().await.expect_err("nobody listens");
        assert_eq!(error.kind(), ErrorKind::Transport);
        let transport = error.transport_error().expect("a transport error");
        assert_eq!(transport.kind(), TransportErrorKind::Connect, "{error:?}");
        assert!(!transport.may_have_been_sent(), "{error:?}");
    }
}

#[tokio::test]
async fn a_handshake_without_an_answer_ends_in_the_connect_timeout() {
    // The system accepts for the listener, and nobody responds.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    for library in LIBRARIES {
        let backend = backend!(library, connect_timeout(Duration::from_millis(50))).expect("a backend");
        let client = Client::builder(&url).backend(backend).build().expect("a client");
        let error = client.server().ping_server().await.expect_err("silence");
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
        assert!(!error.transport_error().expect("a transport error").may_have_been_sent(), "{error:?}");
    }
}
