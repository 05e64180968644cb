//! Tests that need a network: TLS, proxies, HTTP/2, refused connections, and servers that are not ours.

mod caller;
mod crowd;
mod independent;
mod no_runtime;
mod proxies;
mod refused;
mod slow_line;
mod tls;
mod tls_server;

use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::{Error, HttpSend};

/// A backend of either library, with the same options.
#[derive(Clone, Copy, Debug)]
enum Library {
    Hyper,
    Reqwest,
}

/// Both libraries: each test is about what they have in common.
const LIBRARIES: [Library; 2] = [Library::Hyper, Library::Reqwest];

/// Sets the same options on the builder of either library.
macro_rules! backend {
    ($library:expr $(, $option:ident($($value:expr),*))*) => {
        match $library {
            $crate::Library::Hyper => $crate::boxed(immich_sdk::backend::HyperBackend::builder()$(.$option($($value),*))*.build()),
            $crate::Library::Reqwest => $crate::boxed(immich_sdk::backend::ReqwestBackend::builder()$(.$option($($value),*))*.build()),
        }
    };
}
use backend;

fn boxed(backend: Result<impl HttpSend + 'static, Error>) -> Result<Box<dyn HttpSend>, Error> {
    backend.map(|backend| Box::new(backend) as Box<dyn HttpSend>)
}

#[test]
fn neither_debug_form_shows_a_secret() {
    let hyper = HyperBackend::builder().proxy("http://me:hunter2@proxy.example:3128").identity_pem("hunter2");
    let reqwest = ReqwestBackend::builder().proxy("http://me:hunter2@proxy.example:3128");
    let shown = format!("{hyper:?} {reqwest:?} {:?}", HyperBackend::new().expect("a backend"));
    assert!(!shown.contains("hunter2"), "{shown}");
}
