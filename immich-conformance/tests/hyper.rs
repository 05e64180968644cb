//! The backend on hyper, over both versions of HTTP.

use immich_conformance::check;
use immich_hyper::HyperBackend;
use tokio::runtime::Runtime;

#[test]
fn hyper() {
    let runtime = Runtime::new().expect("a runtime");
    check(|_| HyperBackend::new().expect("a backend")).executor(move |task| runtime.block_on(task)).run();
}

#[test]
fn hyper_http2() {
    use hyper_util::client::legacy::Client;
    use hyper_util::rt::TokioExecutor;
    let runtime = Runtime::new().expect("a runtime");
    let make = |_| {
        let mut builder = Client::builder(TokioExecutor::new());
        HyperBackend::from_client(builder.http2_only(true).http2_max_header_list_size(64 << 10).build_http())
    };
    check(make).http2().executor(move |task| runtime.block_on(task)).run();
}
