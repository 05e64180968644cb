//! The state after a run, on the server and on disk.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use immich_sdk::api::{DownloadInfoDto, GetAllAlbums, SearchStacks};
use immich_sdk::mock::FakeImmich;
use immich_sdk::{AssetId, Client};
use serde_json::Value;

use crate::photos::COPIES;

/// An asset. Other assets are referenced by name and checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    length: usize,
    times: String,
    visibility: String,
    is_trashed: bool,
    is_lost: bool,
    sidecar: Option<Vec<u8>>,
    video: Option<String>,
    tags: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub assets: BTreeMap<String, Asset>,
    /// The names and members of the albums.
    pub albums: BTreeSet<(String, Vec<String>)>,
    /// The primary asset and the members of each stack.
    pub stacks: BTreeSet<(String, Vec<String>)>,
    /// The checksum and modification time of each file.
    pub files: BTreeMap<String, (String, SystemTime)>,
    /// The last journal entry of each path.
    pub journal: BTreeMap<String, String>,
}

impl State {
    pub async fn of_server(fake: &FakeImmich) -> Self {
        fake.run_metadata_jobs();
        let mut this = Self::default();
        let backend = fake.clone();
        let client = Client::builder("http://immich.test").api_key(fake.api_key()).backend(backend).build();
        let client = client.expect("a client");
        let stored = fake.assets();
        let label = |name: &str, checksum: &str| format!("{name} {}", &checksum[..8]);
        let labels: HashMap<AssetId, String> =
            stored.iter().map(|asset| (asset.id, label(&asset.original_file_name, &asset.checksum))).collect();
        let labeled = |ids: &mut dyn Iterator<Item = AssetId>| {
            let mut labeled: Vec<_> = ids.map(|id| labels[&id].clone()).collect();
            labeled.sort();
            labeled
        };
        for asset in &stored {
            let info = client.assets().get_asset_info(asset.id).await.expect("an asset");
            let mut tags: Vec<_> = info.tags.into_iter().flatten().map(|tag| tag.value).collect();
            tags.sort();
            let held = Asset {
                length: asset.bytes.len(),
                times: format!("{} {}", asset.file_created_at, asset.file_modified_at),
                visibility: asset.visibility.clone(),
                is_trashed: asset.is_trashed,
                is_lost: asset.original_is_lost,
                sidecar: asset.sidecar.as_ref().map(|sidecar| sidecar.to_vec()),
                video: asset.live_photo_video_id.map(|video| labels[&video].clone()),
                tags,
            };
            assert!(
                this.assets.insert(labels[&asset.id].clone(), held).is_none(),
                "{} is there twice",
                labels[&asset.id]
            );
        }
        for album in client.send(GetAllAlbums::new()).await.expect("albums") {
            let plan = client.download().get_download_info(DownloadInfoDto::new().album_id(album.id)).await;
            let archives = plan.expect("a plan").archives;
            let mut members = labeled(&mut archives.into_iter().flat_map(|archive| archive.asset_ids));
            // The plan also contains the videos of live photos.
            members.dedup();
            assert!(this.albums.insert((album.album_name.clone(), members)), "{} is there twice", album.album_name);
        }
        for stack in client.send(SearchStacks::new()).await.expect("stacks") {
            let top = labels[&stack.primary_asset_id].clone();
            this.stacks.insert((top, labeled(&mut stack.assets.iter().map(|asset| asset.id))));
        }
        this
    }

    /// Reads all files below a folder, and its journal.
    pub fn read_folder(&mut self, folder: &Path) {
        let (mut files, mut lines_of): (BTreeMap<_, Vec<_>>, BTreeMap<_, _>) = Default::default();
        let mut left = vec![folder.to_owned()];
        while let Some(next) = left.pop() {
            for entry in fs::read_dir(next).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                if path.is_dir() {
                    left.push(path);
                } else if name != "journal" {
                    let bytes = fs::read(&path).expect("a file");
                    let changed = fs::metadata(&path).and_then(|found| found.modified()).expect("a time");
                    let checksum = immich_sdk::transfer::Checksum::of(&bytes).to_string();
                    files.entry(hide_copy_folder(&name)).or_default().push((checksum, changed));
                }
            }
        }
        if let Ok(journal) = fs::read_to_string(folder.join("journal")) {
            let lines: Vec<_> = journal.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).collect();
            for line in lines {
                let path = line["path"].as_str().expect("a path").to_owned();
                let path = Path::new(&path).strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                let progress = line["progress"].as_str().unwrap_or("done").to_owned();
                lines_of.insert(path, format!("{progress} {} {}", line["length"], line["sha1"]));
            }
        }
        self.files = numbered(files);
        let mut journal: BTreeMap<_, Vec<_>> = BTreeMap::new();
        lines_of.into_iter().for_each(|(path, line)| journal.entry(hide_copy_folder(&path)).or_default().push(line));
        self.journal = numbered(journal);
    }

    /// # Panics
    /// If the states are not equal; the message lists the differences.
    pub fn assert_is(&self, other: &Self, when: &str) {
        let mut differences = Vec::new();
        compare_maps("asset", &self.assets, &other.assets, &mut differences);
        compare_sets("album", &self.albums, &other.albums, &mut differences);
        compare_sets("stack", &self.stacks, &other.stacks, &mut differences);
        compare_maps("file", &self.files, &other.files, &mut differences);
        compare_maps("journal", &self.journal, &other.journal, &mut differences);
        assert!(differences.is_empty(), "{when}:\n{}", differences.join("\n"));
    }
}

/// Hides the folder of a file in [`COPIES`], because either of the two copies can be the one that is sent.
fn hide_copy_folder(path: &str) -> String {
    match Path::new(path).file_name().and_then(|name| name.to_str()) {
        Some(name) if COPIES.contains(&name) && !path.contains("sub") => {
            path.replace("/trip/", "/either/").replace("/copies/", "/either/")
        }
        _ => path.to_owned(),
    }
}

fn numbered<V: Ord>(values: BTreeMap<String, Vec<V>>) -> BTreeMap<String, V> {
    let numbered = values.into_iter().flat_map(|(path, mut values)| {
        values.sort();
        values.into_iter().enumerate().map(move |(number, value)| (format!("{path} {number}"), value))
    });
    numbered.collect()
}

fn compare_maps<V: Debug + PartialEq>(
    kind: &str,
    one: &BTreeMap<String, V>,
    other: &BTreeMap<String, V>,
    differences: &mut Vec<String>,
) {
    let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let differ = keys.into_iter().filter(|key| one.get(*key) != other.get(*key));
    differences.extend(
        differ.map(|key| format!("{kind} {key}: {:.300?}\n    instead of {:.300?}", one.get(key), other.get(key))),
    );
}

fn compare_sets<V: Debug + Ord>(kind: &str, one: &BTreeSet<V>, other: &BTreeSet<V>, differences: &mut Vec<String>) {
    differences.extend(one.difference(other).map(|value| format!("{kind} {value:?} is unexpected")));
    differences.extend(other.difference(one).map(|value| format!("{kind} {value:?} is missing")));
}
