//! Uploading a folder, and uploading it again.

use crate::setup::{Setup, run, words};

async fn upload_twice(setup: Setup) {
    setup.write("a.jpg", "one");
    setup.write("trip/b.HEIC", "two");
    setup.write("trip/copy.jpg", "one");
    setup.write("notes.txt", "no photo");
    let start = || setup.client.upload().path(setup.folder.path()).album_name("Trip").start().expect("an upload");

    let (outcomes, summary) = run(start()).await;
    let words = words(&outcomes);
    assert_eq!(words[1..3], ["notes.txt UnsupportedType", "b.HEIC uploaded"]);
    // Of two identical files, the one that was hashed first is sent.
    let equal = [words[0].as_str(), words[3].as_str()];
    let either = [["a.jpg uploaded", "copy.jpg samerun"], ["a.jpg samerun", "copy.jpg uploaded"]];
    assert!(either.contains(&equal), "{equal:?}");
    assert_eq!((summary.uploaded, summary.duplicates, summary.skipped, summary.failed), (2, 1, 1, 0), "{outcomes:?}");
    assert!(summary.is_complete());
    assert_eq!(summary.albums[0].added, 2);
    assert_eq!(setup.server.assets().len(), 2);
    assert_eq!(setup.request_count("uploadAsset"), 2, "the copy is not sent");

    let (_, summary) = run(start()).await;
    assert_eq!((summary.uploaded, summary.duplicates), (0, 3));
    assert_eq!(summary.albums[0].already, 2);
    assert_eq!(setup.request_count("uploadAsset"), 2);
    assert_eq!(setup.request_count("createAlbum"), 1);
}

#[tokio::test]
async fn in_memory() {
    upload_twice(Setup::memory()).await;
}

#[tokio::test]
async fn over_hyper() {
    upload_twice(Setup::hyper().await).await;
}

#[tokio::test]
async fn over_reqwest() {
    upload_twice(Setup::reqwest().await).await;
}
