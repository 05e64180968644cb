//! The conformance kit on each backend with a socket. The one on hyper itself is checked in `immich-conformance`.

use std::sync::Arc;

use immich_conformance::{Capability, Kit, check};
use immich_sdk::HttpSend;
use immich_sdk::backend::{HyperBackend, ReqwestBackend, SendService, TowerBackend, UreqBackend};
use tokio::runtime::Runtime;

use crate::setup::bridged;

fn on_tokio(kit: Kit) -> Kit {
    let runtime = Runtime::new().expect("a runtime");
    kit.executor(move |task| runtime.block_on(task))
}

#[test]
fn reqwest() {
    on_tokio(check(|_| ReqwestBackend::new().expect("a backend"))).run();
}

#[test]
fn reqwest_http2() {
    // reqwest wants one although it speaks no TLS here.
    drop(rustls::crypto::ring::default_provider().install_default());
    let make = |_| {
        let client = reqwest::Client::builder().http2_prior_knowledge().http2_max_header_list_size(64 << 10);
        let client = client.redirect(reqwest::redirect::Policy::none()).no_proxy();
        ReqwestBackend::from_client(client.build().expect("a client"))
    };
    on_tokio(check(make)).http2().run();
}

#[test]
fn a_tower_stack() {
    let make = |_| {
        let service = SendService::new(HyperBackend::new().expect("a backend"));
        let backend = Arc::clone(service.backend());
        TowerBackend::new(service).with_properties_of(&*backend)
    };
    on_tokio(check(make)).run();
}

#[test]
fn a_bridge() {
    check(|_| bridged(HyperBackend::new().expect("a backend"))).run();
}

#[test]
fn ureq() {
    check(|_| UreqBackend::new().expect("a backend")).without(Capability::EarlyResponses).run();
}

/// A layer that passes requests on is checked as a backend is.
#[test]
fn a_layer() {
    struct Layer(HyperBackend);

    #[async_trait::async_trait]
    impl HttpSend for Layer {
        async fn send(
            &self,
            request: immich_sdk::http::Request<immich_sdk::Body>,
        ) -> Result<immich_sdk::http::Response<immich_sdk::ResponseBody>, immich_sdk::TransportError> {
            self.0.send(request).await
        }

        fn timer(&self) -> Option<Arc<dyn immich_sdk::Timer>> {
            self.0.timer()
        }
    }

    on_tokio(check(|_| Layer(HyperBackend::new().expect("a backend")))).run();
}
