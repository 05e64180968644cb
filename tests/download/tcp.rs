//! Downloads over TCP, with both HTTP backends.

use std::fs;
use std::time::Duration;

use immich_sdk::api::DownloadInfoDto;
use immich_sdk::backend::HyperBackend;
use immich_sdk::backend::ReqwestBackend;
use immich_sdk::mock::{FakeImmich, Served};
use immich_sdk::{Client, ErrorKind, HttpSend, RetryPolicy};

use crate::setup::{Fault, Proxy, VERSIONS, bytes, folder, names, upload};

/// Long enough for several writes, so that receiving and writing overlap.
const LENGTH: usize = 3_000_000;

async fn download_over_tcp(backend: fn() -> Box<dyn HttpSend>) {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let content = bytes(LENGTH);
        let id = upload(&fake, "großer Film.mp4", content.clone()).await;
        let small = upload(&fake, "klein.jpg", bytes(100)).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let served = Served::start(proxy.clone()).await.expect("a port");
        let client =
            Client::builder(served.url()).api_key(fake.api_key()).backend(backend()).build().expect("a client");
        let soon = || RetryPolicy::never().base_delay(Duration::from_millis(1));

        proxy.plan([Fault::Cut(0), Fault::Cut(1), Fault::Cut(1_500_000), Fault::Cut(1_499_998), Fault::Status(503)]);
        let done = client.download_asset(id).retry(soon()).to_folder(folder.path()).await.expect("a file");
        assert_eq!(done.path, folder.path().join("großer Film.mp4"));
        assert!(done.verified && fs::read(&done.path).expect("bytes") == content);
        let seen = proxy.seen();
        assert_eq!(seen.iter().map(|seen| seen.status).collect::<Vec<_>>(), [200, 200, 206, 206, 503, 206]);
        assert_eq!(seen[5].range.as_deref(), Some("bytes=2999999-"));
        assert!(seen[5].if_range.is_some());

        proxy.plan([Fault::Cut(2_000_000)]);
        let path = folder.path().join("other.mp4");
        let error = client.download_asset(id).resumes(0).to_file(&path).await.expect_err("a cut");
        assert_eq!(error.kind(), ErrorKind::Transport);
        let done = client.download_asset(id).to_file(&path).await.expect("a file");
        assert!(done.resumed_from == 2_000_000 && fs::read(&path).expect("bytes") == content);

        let mut downloads = client.download_assets([id, small]).to_folder(folder.path());
        while downloads.next().await.expect("an outcome").is_some() {}
        assert_eq!((downloads.summary().downloaded, downloads.summary().already_there), (1, 1));

        // A server that ignores `Range`, behind a proxy that cuts, is not retried forever.
        proxy.seen();
        for _ in 0..100 {
            proxy.plan_combined([Fault::WithoutRequestHeader("range"), Fault::Cut(2_000_000)]);
        }
        let path = folder.path().join("never.mp4");
        client.download_asset(id).retry(soon()).to_file(&path).await.expect_err("no end");
        assert_eq!((proxy.seen().len(), path.exists()), (5, false));
        proxy.repair();
        client.download_asset(id).to_file(&path).await.expect("a file");
        fs::remove_file(path).expect("removed");

        // The server sends archives without a length.
        proxy.plan([Fault::Cut(2_000_000)]);
        let wanted = DownloadInfoDto::new().asset_ids([id, small]);
        let mut archives = client.download_archives(wanted).retry(soon()).to_folder(folder.path());
        let archive = archives.next().await.expect("a plan").expect("an archive").result.expect("an archive");
        assert_eq!((archive.files.len(), archive.missing.len()), (2, 0));
        assert_eq!(names(folder.path()), ["großer Film.mp4", "immich.zip", "klein.jpg", "other.mp4"]);
    }
}

#[tokio::test]
async fn over_hyper() {
    download_over_tcp(|| Box::new(HyperBackend::new().expect("a backend"))).await;
}

#[tokio::test]
async fn over_reqwest() {
    download_over_tcp(|| Box::new(ReqwestBackend::new().expect("a backend"))).await;
}
