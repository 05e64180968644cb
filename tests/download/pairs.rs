//! Files that belong together get the same stem.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use immich_sdk::api::{BulkIdsDto, CreateAlbumDto, StackCreateDto, UploadAsset};
use immich_sdk::jiff::{SignedDuration, Timestamp};
use immich_sdk::mock::FakeImmich;
use immich_sdk::transfer::{Collision, DownloadMany, DownloadResult, Layout};
use immich_sdk::{AlbumId, AssetId, Body, FilePart};

use crate::setup::{Fault, Proxy, VERSIONS, bytes, changed, folder, names, taken, upload};

struct Pair {
    image: AssetId,
    video: AssetId,
}

async fn pair(fake: &FakeImmich, image: &str, video: &str, seed: usize) -> Pair {
    let client = Proxy::new(fake).client();
    // The video has a different date.
    let month = SignedDuration::from_hours(24 * 40);
    let part = FilePart::new(video, Body::from(bytes(20_000 + seed)));
    let video = client.send(UploadAsset::new(part, taken() + month, changed())).await.expect("an upload").id;
    let part = FilePart::new(image, Body::from(bytes(10_000 + seed)));
    let image = UploadAsset::new(part, taken_at(seed), changed()).live_photo_video_id(video);
    Pair { image: client.send(image).await.expect("an upload").id, video }
}

fn taken_at(seed: usize) -> Timestamp {
    taken() + SignedDuration::from_secs(seed as i64)
}

async fn album(fake: &FakeImmich, ids: impl IntoIterator<Item = AssetId>) -> AlbumId {
    let client = Proxy::new(fake).client();
    let album = client.albums().create_album(CreateAlbumDto::new("All")).await.expect("an album").id;
    client.albums().add_assets_to_album(album, BulkIdsDto::new(ids)).await.expect("assets");
    album
}

/// Downloads all files. Returns the path of each asset, relative to the folder.
async fn run(many: DownloadMany<'_>, folder: &Path) -> BTreeMap<AssetId, String> {
    let mut downloads = many.durable(false).to_folder(folder);
    let mut paths = BTreeMap::new();
    while let Some(outcome) = downloads.next().await.expect("an outcome") {
        let (DownloadResult::Downloaded(done) | DownloadResult::AlreadyThere(done)) = &outcome.fate else {
            panic!("{outcome:?}")
        };
        let path = done.path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
        assert!(paths.insert(outcome.asset_id, path).is_none());
    }
    assert!(downloads.summary().is_complete());
    paths
}

fn stem(path: &str) -> &str {
    path.rsplit_once('.').expect("an extension").0
}

fn assert_pairs(fake: &FakeImmich, folder: &Path, paths: &BTreeMap<AssetId, String>, pairs: &[Pair]) {
    for asset in fake.assets() {
        assert_eq!(fs::read(folder.join(&paths[&asset.id])).expect("bytes"), asset.bytes, "{paths:?}");
    }
    for Pair { image, video } in pairs {
        assert_eq!(stem(&paths[image]), stem(&paths[video]), "{paths:?}");
    }
    for Pair { image, video } in pairs {
        let own = stem(&paths[image]).to_lowercase();
        let others = paths.iter().filter(|(id, _)| *id != image && *id != video);
        let mut others = others.map(|(_, path)| stem(path).to_lowercase());
        assert!(others.all(|other| other != own), "nothing else has the stem of a pair: {paths:?}");
    }
}

#[tokio::test]
async fn pairs_with_equal_names_keep_their_stems_in_any_order() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let mut pairs = Vec::new();
        for number in 0..4 {
            pairs.push(pair(&fake, "FullSizeRender.HEIC", "FullSizeRender.MOV", number).await);
        }
        let album = album(&fake, pairs.iter().map(|pair| pair.image)).await;
        let mut first: Option<BTreeMap<AssetId, String>> = None;
        for concurrency in [1, 2, 4, 9] {
            // Some transfers are slow and finish after later ones.
            for slow in 0..3 {
                let (proxy, folder) = (Proxy::new(&fake), folder());
                proxy.plan((0..8).map(|number| if number % 3 == slow { Fault::Cut(100) } else { Fault::None }));
                let many = |client| immich_sdk::Client::download_album(client, album).concurrency(concurrency);
                let client = proxy.client();
                let paths = run(many(&client), folder.path()).await;
                assert_pairs(&fake, folder.path(), &paths, &pairs);
                let first = first.get_or_insert_with(|| paths.clone());
                assert_eq!(*first, paths, "names follow the order of the list");
                // Deleted files are downloaded again under the stem of their counterpart.
                for (number, Pair { image, video }) in pairs.iter().enumerate() {
                    let gone = if (number + slow) % 2 == 0 { image } else { video };
                    fs::remove_file(folder.path().join(&paths[gone])).expect("a file");
                }
                assert_eq!(run(many(&client), folder.path()).await, paths);
                assert_eq!(names(folder.path()).len(), 8);
            }
        }
    }
}

#[tokio::test]
async fn a_still_does_not_get_the_stem_of_a_live_photo() {
    for version in VERSIONS {
        for still_first in [true, false] {
            let fake = FakeImmich::with_version(version);
            let still = upload(&fake, "IMG_1.JPG", bytes(500)).await;
            let live = pair(&fake, "IMG_1.JPG", "IMG_1.MOV", if still_first { 1 } else { 0 }).await;
            let heic = upload(&fake, "img_1.heic", bytes(600)).await;
            let order = if still_first { [still, live.image, heic] } else { [live.image, heic, still] };
            let (client, folder) = (Proxy::new(&fake).client(), folder());
            let paths = run(client.download_assets(order), folder.path()).await;
            assert_pairs(&fake, folder.path(), &paths, std::slice::from_ref(&live));
            // A later run with another still does not rename the pair.
            let more = upload(&fake, "IMG_1.jpeg", bytes(700)).await;
            let again = run(client.download_assets([more, heic, still, live.video, live.image]), folder.path()).await;
            assert!(paths.iter().all(|(id, path)| again[id] == *path), "{paths:?} {again:?}");
            assert_pairs(&fake, folder.path(), &again, &[live]);
        }
    }
}

#[tokio::test]
async fn every_policy_and_layout_keeps_pairs_together() {
    for version in VERSIONS {
        for collision in [Collision::SkipSame, Collision::Suffix, Collision::Overwrite, Collision::Error] {
            for layout in [Layout::Flat, Layout::Album, Layout::Month] {
                let fake = FakeImmich::with_version(version);
                let name = "n".repeat(300);
                let two = |image: &str, video: &str| (image.to_owned(), video.to_owned());
                let mut pairs = Vec::new();
                let mut given = vec![
                    two(&format!("{name}.HEIC"), &format!("{name}.MOV")),
                    two("ä.heic", "a\u{308}.mov"),
                    two("FullSizeRender.jpg", "IMG_7.MOV"),
                ];
                if collision != Collision::Error {
                    given.push(two("FULLSIZERENDER.JPG", "IMG_7.MOV"));
                    given.push(two("A\u{308}.HEIC", "Ä.MOV"));
                    given.push(two(&format!("{name}.HEIC"), &format!("{name}.MOV")));
                }
                for (number, (image, video)) in given.iter().enumerate() {
                    pairs.push(pair(&fake, image, video, number).await);
                }
                let album = album(&fake, pairs.iter().map(|pair| pair.image)).await;
                let (client, folder) = (Proxy::new(&fake).client(), folder());
                let many = client.download_album(album).collision(collision).layout(layout);
                let paths = run(many, folder.path()).await;
                assert_pairs(&fake, folder.path(), &paths, &pairs);
                assert!(paths.values().all(|path| path.rsplit('/').next().is_some_and(|name| name.len() <= 255)));
                if layout == Layout::Month {
                    assert!(paths.values().all(|path| path.starts_with("2024/2024-05/")), "{paths:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_raw_and_a_jpeg_of_one_stack_get_the_same_stem() {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let client = Proxy::new(&fake).client();
        let mut stacks = Vec::new();
        let mut all = Vec::new();
        for number in 0..3 {
            let raw = upload(&fake, "DSC_1.NEF", bytes(900 + number)).await;
            let jpeg = upload(&fake, "DSC_1.JPG", bytes(800 + number)).await;
            // In this order, files named independently of each other would get different stems.
            if number == 1 {
                all.extend([jpeg, raw])
            } else {
                all.extend([raw, jpeg])
            }
            if number < 2 {
                client.stacks().create_stack(StackCreateDto::new([jpeg, raw])).await.expect("a stack");
                stacks.push(Pair { image: jpeg, video: raw });
            }
        }
        // A JPEG outside any stack comes first.
        let alone = upload(&fake, "dsc_1.jpg", bytes(700)).await;
        all.insert(0, alone);
        let folder = folder();
        let paths = run(client.download_assets(all.clone()), folder.path()).await;
        for Pair { image, video } in &stacks {
            assert_eq!(stem(&paths[image]), stem(&paths[video]), "{paths:?}");
        }
        for asset in fake.assets() {
            assert_eq!(fs::read(folder.path().join(&paths[&asset.id])).expect("bytes"), asset.bytes);
        }
        assert_eq!(run(client.download_assets(all), folder.path()).await, paths);
    }
}

#[tokio::test]
async fn edited_pictures_with_equal_names_are_numbered_in_list_order() {
    let fake = FakeImmich::new();
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(upload(&fake, "a.jpg", bytes(100 + number)).await);
    }
    let name = |number: usize| if number == 0 { "a.jpg".to_owned() } else { format!("a ({number}).jpg") };
    for slow in 0..3 {
        let (proxy, folder) = (Proxy::new(&fake), folder());
        proxy.plan((0..6).map(|number| if number % 3 == slow { Fault::Cut(10) } else { Fault::None }));
        let paths = run(proxy.client().download_assets(ids.clone()).edited(), folder.path()).await;
        let expected: Vec<_> = (0..6).map(name).collect();
        assert_eq!(ids.iter().map(|id| paths[id].clone()).collect::<Vec<_>>(), expected);
    }
}
