//! File names: their source, their sanitization, and collisions.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use immich_sdk::api::AssetMediaSize;
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{Collision, ModifiedTime};
use immich_sdk::{AssetId, ErrorKind};
use proptest::prelude::*;

use crate::setup::{Fault, Proxy, VERSIONS, bytes, changed, folder, names, taken, upload};

const LENGTH: usize = 20_000;

async fn one_asset(version: immich_sdk::ServerVersion) -> (Proxy, tempfile::TempDir, AssetId) {
    let fake = FakeImmich::with_version(version);
    let id = upload(&fake, "beach.jpg", bytes(LENGTH)).await;
    (Proxy::new(&fake), folder(), id)
}

#[tokio::test]
async fn a_name_comes_from_the_caller_or_the_response_or_the_asset_or_the_id() {
    for version in VERSIONS {
        let (proxy, folder, id) = one_asset(version).await;
        let client = proxy.client();
        let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
        // The caller's extension is kept.
        let done =
            client.download_asset(id).file_name("holiday v1.2.heic").to_folder(folder.path()).await.expect("a file");
        assert_eq!(name(&done.path), "holiday v1.2.heic");
        proxy.plan([Fault::Header("content-disposition", "attachment; filename=..\\..\\CON.jpg")]);
        let done = client.download_asset(id).to_folder(folder.path()).await.expect("a file");
        assert_eq!(name(&done.path), "_CON.jpg");
        proxy.plan([Fault::WithoutHeader("content-disposition")]);
        let done = client.download_asset(id).to_folder(folder.path()).await.expect("a file");
        assert_eq!(name(&done.path), "beach.jpg");
        for (fault, name_of) in [
            (Fault::WithoutHeader("content-disposition"), format!("{id}.jpg")),
            (Fault::Header("content-disposition", "inline; filename=\"..\""), format!("{id}.jpg")),
        ] {
            proxy.plan([fault]);
            let download = client.download_asset(id).verify(false).modified_time(ModifiedTime::Now);
            let done = download.collision(Collision::Overwrite).to_folder(folder.path()).await.expect("a file");
            assert_eq!(name(&done.path), name_of);
        }
        let error = client.download_asset(id).file_name("..").to_folder(folder.path()).await.expect_err("no name");
        assert_eq!(error.kind(), ErrorKind::Build);
    }
}

#[tokio::test]
async fn collisions_are_handled_by_policy() {
    for version in VERSIONS {
        let (proxy, folder, id) = one_asset(version).await;
        let client = proxy.client();
        let other = "another file";
        // On case-insensitive file systems, this is the same name.
        fs::write(folder.path().join("BEACH.JPG"), other).expect("a file");
        let run = |collision| client.download_asset(id).collision(collision).to_folder(folder.path());

        let error = run(Collision::Error).await.expect_err("a collision");
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(error.io_error().map(|error| error.kind()), Some(std::io::ErrorKind::AlreadyExists));
        assert!(proxy.seen().is_empty(), "nothing is requested");

        let done = run(Collision::SkipSame).await.expect("a file");
        assert!(done.path.ends_with("beach (1).jpg") && !done.was_there);
        proxy.seen();
        let done = run(Collision::SkipSame).await.expect("a file");
        assert!(done.path.ends_with("beach (1).jpg") && done.was_there && proxy.seen().is_empty());
        assert_eq!((done.bytes, done.verified, done.requests), (LENGTH as u64, true, 0));

        let done = run(Collision::Suffix).await.expect("a file");
        assert!(done.path.ends_with("beach (2).jpg") && !done.was_there);
        assert_eq!(fs::read_to_string(folder.path().join("BEACH.JPG")).expect("a file"), other);

        fs::write(folder.path().join("beach (1).jpg"), other).expect("a file");
        let download = client.download_asset(id).file_name("beach (1).jpg").collision(Collision::Overwrite);
        let done = download.to_folder(folder.path()).await.expect("a file");
        assert_eq!(fs::read(done.path).expect("bytes"), bytes(LENGTH));
        assert_eq!(names(folder.path()).len(), 3);

        // Without a known checksum, the bytes are compared after the download.
        let edited = || client.download_asset(id).edited().file_name("edited.jpg").to_folder(folder.path());
        assert!(!edited().await.expect("a file").was_there);
        assert!(edited().await.expect("a file").was_there);
    }
}

#[tokio::test]
async fn a_file_is_overwritten_only_after_verification() {
    let (proxy, folder, id) = one_asset(VERSIONS[1]).await;
    let path = folder.path().join("deep/er/photo.jpg");
    let client = proxy.client();
    let done = client.download_asset(id).to_file(&path).await.expect("a file");
    assert_eq!(done.path, path);
    for fault in [Fault::Flip(9), Fault::Cut(9), Fault::Status(404)] {
        fs::write(&path, "mine").expect("a file");
        proxy.plan([fault]);
        client.download_asset(id).resumes(0).to_file(&path).await.expect_err("a fault");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "mine");
    }
    assert_eq!(client.download_asset(id).to_file(&path).await.expect("a file").bytes, LENGTH as u64);
    assert_eq!(names(folder.path()), ["deep/er/photo.jpg"]);
    let error = client.download_asset(id).to_file("/").await.expect_err("no name");
    assert_eq!(error.kind(), ErrorKind::Build);
    // The folder is a file.
    let error = client.download_asset(id).to_folder(&path).await.expect_err("no folder");
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("photo.jpg"), "{error}");
}

#[tokio::test]
async fn two_assets_with_equal_names_are_two_files() {
    let (proxy, folder, id) = one_asset(VERSIONS[1]).await;
    let other = upload(&proxy.fake, "beach.jpg", bytes(LENGTH + 1)).await;
    let client = proxy.client();
    let (one, two) = tokio::join!(
        client.download_asset(id).to_folder(folder.path()),
        client.download_asset(other).to_folder(folder.path()),
    );
    assert_eq!(fs::read(one.expect("a file").path).expect("bytes"), bytes(LENGTH));
    assert_eq!(fs::read(two.expect("a file").path).expect("bytes"), bytes(LENGTH + 1));
    assert_eq!(names(folder.path()), ["beach (1).jpg", "beach.jpg"]);
}

#[tokio::test]
async fn the_modification_time_is_configurable() {
    for version in VERSIONS {
        let (proxy, folder, id) = one_asset(version).await;
        let client = proxy.client();
        let modified = async |time| {
            let download = client.download_asset(id).collision(Collision::Overwrite).modified_time(time);
            let path = download.to_folder(folder.path()).await.expect("a file").path;
            let time = fs::metadata(path).expect("a file").modified().expect("a time");
            time.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis() as i64
        };
        assert_eq!(modified(ModifiedTime::FileModified).await, changed().as_millisecond());
        assert_eq!(modified(ModifiedTime::FileCreated).await, taken().as_millisecond());
        assert!(modified(ModifiedTime::Now).await > changed().as_millisecond());
    }
}

#[tokio::test]
async fn other_files_of_an_asset() {
    for version in VERSIONS {
        let (proxy, folder, id) = one_asset(version).await;
        let video = upload(&proxy.fake, "film.mp4", bytes(300)).await;
        let client = proxy.client();
        let mut found = Vec::new();
        // 2.x servers do not return the original as a thumbnail.
        let last = if version.major == 2 { AssetMediaSize::Fullsize } else { AssetMediaSize::Original };
        for size in [AssetMediaSize::Thumbnail, AssetMediaSize::Preview, AssetMediaSize::Fullsize, last] {
            let done = client.download_asset(id).thumbnail(size).to_folder(folder.path()).await.expect("a file");
            assert!(!done.verified);
            found.push(done.path.file_name().expect("a name").to_string_lossy().into_owned());
        }
        assert_eq!(found, ["beach_thumbnail.webp", "beach_preview.jpeg", "beach.jpg", "beach.jpg"]);
        let done = client.download_asset(video).playback().to_folder(folder.path()).await.expect("a file");
        assert!(done.path.ends_with(format!("{video}-playback.mp4")), "{done:?}");
        let image = immich_sdk::FilePart::new("me.png", immich_sdk::Body::from(bytes(77)));
        client.users().create_profile_image(image).await.expect("an image");
        let user = proxy.fake.user_id();
        let done = client.download_profile_image(user).to_folder(folder.path()).await.expect("a file");
        assert_eq!(fs::read(&done.path).expect("bytes"), bytes(77));
        assert!(done.path.to_string_lossy().contains(&format!("{user}-profile")), "{done:?}");
    }
}

/// Downloads a file with this `content-disposition`, and checks that it stays in its folder.
fn stays_in_its_folder(disposition: &[u8]) -> Result<(), TestCaseError> {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    let Ok(header) = http::HeaderValue::from_bytes(disposition) else { return Ok(()) };
    let runtime = RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().expect("a runtime"));
    runtime.block_on(async {
        let folder = folder();
        let inner = folder.path().join("inner");
        let mock = Named(header);
        let client = immich_sdk::Client::builder("http://immich.test").backend(mock).build().expect("a client");
        let id: AssetId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().expect("an id");
        let download = client.download_asset(id).verify(false).modified_time(ModifiedTime::Now).durable(false);
        let done = download.to_folder(&inner).await.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(done.path.parent(), Some(&*inner));
        prop_assert_eq!(fs::read(&done.path).expect("bytes"), b"photo");
        prop_assert_eq!(names(folder.path()).len(), 1);
        Ok(())
    })
}

struct Named(http::HeaderValue);

#[async_trait::async_trait]
impl immich_sdk::HttpSend for Named {
    async fn send(
        &self,
        _: http::Request<immich_sdk::Body>,
    ) -> Result<http::Response<immich_sdk::ResponseBody>, immich_sdk::TransportError> {
        let mut response = http::Response::new("photo".into());
        response.headers_mut().insert("content-disposition", self.0.clone());
        Ok(response)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_name_stays_in_its_folder(name in ".{0,300}", form in 0..4) {
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let header = match form {
            0 => format!("attachment; filename={name}"),
            1 => format!("attachment; filename=\"{name}\""),
            2 => format!("inline; filename*=UTF-8''{encoded}"),
            _ => format!("inline; filename*=iso-8859-1'de'{encoded}; filename=\"{name}\""),
        };
        stays_in_its_folder(header.as_bytes())?;
    }

    #[test]
    fn any_header_stays_in_its_folder(header in proptest::collection::vec(any::<u8>(), 0..200)) {
        stays_in_its_folder(&header)?;
    }
}
