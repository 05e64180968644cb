//! Downloads of one file, with and without network faults.

use std::fs;

use immich_sdk::ErrorKind;
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::Checksum;

use crate::setup::{Fault, Proxy, VERSIONS, bytes, changed, folder, names, upload};

#[tokio::test]
async fn an_original_is_saved_with_its_name_and_time() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let content = bytes(100_000);
        let id = upload(&fake, "récordé 1.jpg", content.clone()).await;
        let (proxy, folder) = (Proxy::new(&fake), folder());
        let done = proxy.client().download_asset(id).to_folder(folder.path()).await.expect("a file");
        assert_eq!(done.path, folder.path().join("récordé 1.jpg"));
        assert_eq!((done.bytes, done.resumed_from, done.requests), (100_000, 0, 1));
        assert!(done.verified && !done.was_there);
        assert_eq!(done.checksum, Some(Checksum::of(&content)));
        assert_eq!(fs::read(&done.path).expect("bytes"), content);
        let modified = fs::metadata(&done.path).expect("a file").modified().expect("a time");
        let since = modified.duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        assert_eq!(since.as_millis(), u128::try_from(changed().as_millisecond()).expect("after 1970"));
        assert_eq!(names(folder.path()), ["récordé 1.jpg"]);
        let seen = proxy.seen();
        assert_eq!((seen.len(), seen[0].status, &seen[0].range), (1, 200, &None));
    }
}

#[tokio::test]
async fn a_broken_transfer_is_resumed_in_the_same_call() {
    for version in VERSIONS {
        for length in [1, 7000, 100_000, 1_500_000] {
            let fake = FakeImmich::with_version(version);
            let content = bytes(length);
            let id = upload(&fake, "a.jpg", content.clone()).await;
            for at in [0, 1, 7000, length / 2, length - 1] {
                let (proxy, folder) = (Proxy::new(&fake), folder());
                let at = at.min(length - 1);
                proxy.plan([Fault::Cut(at), Fault::NoResponse, Fault::Status(502)]);
                let done = proxy.client().download_asset(id).to_folder(folder.path()).await.expect("a file");
                assert_eq!(fs::read(&done.path).expect("bytes"), content, "{at} of {length}");
                assert_eq!(names(folder.path()), ["a.jpg"]);
                let seen = proxy.seen();
                assert_eq!(seen.len(), 4);
                let range = (at > 0).then(|| format!("bytes={at}-"));
                assert!(seen[1..].iter().all(|seen| seen.range == range), "{seen:?}");
                assert!(
                    at == 0
                        || seen[3].status == 206
                            && seen[3].if_range.as_deref().is_some_and(|tag| tag.starts_with("W/"))
                );
            }
        }
    }
}

#[tokio::test]
async fn a_partial_file_is_resumed_by_a_second_call() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let content = bytes(1_500_000);
        let id = upload(&fake, "a.jpg", content.clone()).await;
        for at in [1, 7000, 600_000, 1_499_999] {
            let (proxy, folder) = (Proxy::new(&fake), folder());
            proxy.plan([Fault::Cut(at)]);
            let client = proxy.client();
            let error = client.download_asset(id).resumes(0).to_folder(folder.path()).await.expect_err("a cut");
            assert_eq!(error.kind(), ErrorKind::Transport);
            assert_eq!(names(folder.path()), [format!(".{id}-original.part"), format!(".{id}-original.part.json")]);
            let done = client.download_asset(id).to_folder(folder.path()).await.expect("a file");
            assert_eq!((done.resumed_from, done.requests), (at as u64, 1));
            assert_eq!(fs::read(&done.path).expect("bytes"), content);
            assert_eq!(names(folder.path()), ["a.jpg"]);
            let seen = proxy.seen();
            assert_eq!((seen[1].status, seen[1].range.clone()), (206, Some(format!("bytes={at}-"))));
        }
    }
}
