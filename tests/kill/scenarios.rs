//! The table of scenarios.

use std::path::Path;

use immich_sdk::api::GetAllAlbums;
use immich_sdk::transfer::{AlbumOutcome, Downloads, SourcePolicy, StackRule, Upload, UploadResult};
use immich_sdk::{Client, ServerVersion};

use crate::photos::REFUSED;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    Upload { policy: Policy, stacks: bool, tags: bool },
    Download { journal: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Keep,
    Delete,
    /// Deletes duplicates as well.
    DeleteAll,
    Move,
    /// Moves to another file system, if there is one.
    MoveFar,
}

/// The behavior of the server while programs are killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// Loses the files of some uploads.
    LosesUploads,
    /// Extracts metadata late, which replaces the tags.
    LateMetadata,
    /// Goes offline and comes back.
    GoesAway,
}

#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    pub name: &'static str,
    pub task: Task,
    pub trouble: Trouble,
    pub version: ServerVersion,
}

const V2: ServerVersion = ServerVersion::new(2, 7, 5);
const V3: ServerVersion = ServerVersion::new(3, 1, 0);

const fn upload(name: &'static str, policy: Policy, trouble: Trouble) -> Scenario {
    Scenario { name, task: Task::Upload { policy, stacks: true, tags: true }, trouble, version: V3 }
}

const fn plain(name: &'static str, policy: Policy, tags: bool, trouble: Trouble) -> Scenario {
    Scenario { name, task: Task::Upload { policy, stacks: false, tags }, trouble, version: V3 }
}

const fn download(name: &'static str, journal: bool, trouble: Trouble) -> Scenario {
    Scenario { name, task: Task::Download { journal }, trouble, version: V3 }
}

pub const UPLOADS: [Scenario; 14] = [
    upload("keep", Policy::Keep, Trouble::None),
    upload("delete", Policy::Delete, Trouble::None),
    upload("move", Policy::Move, Trouble::None),
    upload("delete duplicates too", Policy::DeleteAll, Trouble::None),
    upload("move to another file system", Policy::MoveFar, Trouble::None),
    Scenario { version: V2, ..upload("delete, 2.7.5", Policy::Delete, Trouble::None) },
    upload("keep, uploads are lost", Policy::Keep, Trouble::LosesUploads),
    upload("delete, uploads are lost", Policy::Delete, Trouble::LosesUploads),
    upload("keep, late metadata", Policy::Keep, Trouble::LateMetadata),
    upload("move, late metadata", Policy::Move, Trouble::LateMetadata),
    upload("keep, server goes away", Policy::Keep, Trouble::GoesAway),
    upload("delete, server goes away", Policy::Delete, Trouble::GoesAway),
    plain("keep without stacks, late metadata", Policy::Keep, true, Trouble::LateMetadata),
    plain("keep without stacks and tags, uploads are lost", Policy::Keep, false, Trouble::LosesUploads),
];

pub const DOWNLOADS: [Scenario; 5] = [
    download("download", false, Trouble::None),
    download("download with a journal", true, Trouble::None),
    Scenario { version: V2, ..download("download with a journal, 2.7.5", true, Trouble::None) },
    download("download, server goes away", false, Trouble::GoesAway),
    download("download with a journal, server goes away", true, Trouble::GoesAway),
];

pub fn named(name: &str) -> &'static Scenario {
    UPLOADS.iter().chain(&DOWNLOADS).find(|scenario| scenario.name == name).expect("a scenario of this name")
}

impl Scenario {
    /// Runs the scenario. With `is_last`, the server causes no trouble and everything must succeed.
    pub async fn run(&self, client: &Client, folder: &Path, is_last: bool) {
        if let Task::Download { .. } = self.task {
            let Some(mut downloads) = self.downloads(client, folder).await else {
                return assert!(!is_last, "an album");
            };
            let ended = loop {
                match downloads.next().await {
                    Ok(Some(_)) => {}
                    Ok(None) => break true,
                    Err(_) => break false,
                }
            };
            let summary = downloads.summary();
            assert!((ended && summary.is_complete()) || self.trouble == Trouble::GoesAway && !is_last, "{summary:?}");
        } else {
            let mut upload = self.upload(client, folder);
            loop {
                let outcome = match upload.next().await {
                    Ok(Some(outcome)) => outcome,
                    Ok(None) => break,
                    // An upload does not wait for a server that it never reached.
                    Err(_) if self.trouble == Trouble::GoesAway && !is_last => return,
                    Err(error) => panic!("{error}"),
                };
                if !is_last {
                    continue;
                }
                let is_refused = REFUSED.iter().any(|name| outcome.input.to_string().ends_with(name));
                assert_eq!(matches!(outcome.result, UploadResult::Failed(_)), is_refused, "{outcome:?}");
            }
            let summary = upload.finish().await.expect("a summary");
            assert!(summary.finished && summary.stopped_by.is_none() && summary.journal_error.is_none(), "{summary:?}");
            if !is_last {
                return;
            }
            let is_whole = |album: &AlbumOutcome| album.error.is_none() && album.refused.is_empty();
            assert!(summary.albums.iter().all(is_whole), "{summary:?}");
            assert!(summary.stacks.iter().all(|stack| stack.result.is_ok()), "{summary:?}");
            assert!(summary.joined.iter().all(|joined| joined.result.is_ok()), "{summary:?}");
        }
    }

    fn upload(&self, client: &Client, folder: &Path) -> Upload {
        let Task::Upload { policy, stacks, tags } = self.task else { panic!("no upload") };
        let mut upload = client
            .upload()
            .hash_concurrency(1)
            .path(folder.join("photos"))
            .journal(folder.join("journal"))
            .album_by_folder();
        if stacks {
            upload = upload.stack(StackRule::RawAndDeveloped).stack(StackRule::Bursts);
        }
        if tags {
            upload = upload.tag("trips/rome").tag("new");
        }
        let moved = |to: &str| SourcePolicy::MoveTo(folder.join(to));
        let upload = match policy {
            Policy::Keep => upload,
            Policy::Delete => upload.after_upload(SourcePolicy::Delete),
            Policy::DeleteAll => upload.after_upload(SourcePolicy::Delete).after_duplicate(SourcePolicy::Delete),
            Policy::Move => upload.after_upload(moved("moved")),
            // `far` is a link if there is another file system.
            Policy::MoveFar => upload.after_upload(moved("far")),
        };
        upload.start().expect("an upload")
    }

    /// Returns `None` if the server is offline.
    async fn downloads<'c>(&self, client: &'c Client, folder: &Path) -> Option<Downloads<'c>> {
        let Task::Download { journal } = self.task else { panic!("no download") };
        let album = client.send(GetAllAlbums::new()).await.ok()?.remove(0);
        let downloads = client.download_album(album.id);
        let downloads = if journal { downloads.journal(folder.join("journal")) } else { downloads };
        Some(downloads.to_folder(folder.join("album")))
    }
}
