//! Archives of several assets, as the server plans them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};

use blocking::unblock;
use futures_util::StreamExt as _;

use super::place::{Collision, Folders, Placed, Target};
use super::writer::Writer;
use super::{archive, fetch, name};
use crate::api::{DownloadArchive, DownloadArchiveDto, DownloadArchiveInfo, DownloadInfoDto};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::AssetId;
use crate::layer::RetryPolicy;
use crate::transfer::{Checksum, Progress};

/// How many assets are asked about at once, when some are missing.
const ASKED_AT_ONCE: usize = 4;

/// A download of archives, which [`to_folder`](Self::to_folder) begins.
///
/// An archive is made while it is sent: it has no length, no checksum, and cannot be gone on with. One that breaks is
/// asked for again as a whole. Single files are safer and as fast; archives are for those who want archives.
#[must_use = "nothing is downloaded until it is told where to"]
pub struct DownloadArchives<'c> {
    client: &'c Client,
    wanted: DownloadInfoDto,
    name: String,
    edited: bool,
    collision: Collision,
    durable: bool,
    attempts: u32,
    retry: RetryPolicy,
    progress: Progress,
}

/// What became of one of the archives that the server planned.
#[derive(Debug)]
#[non_exhaustive]
pub struct ArchiveOutcome {
    /// The assets that it was to hold.
    pub asset_ids: Vec<AssetId>,
    /// The archive, or why there is none.
    pub result: Result<Archive, Error>,
}

/// An archive that was downloaded, and opens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Archive {
    /// Where it is.
    pub path: PathBuf,
    /// How many bytes it has.
    pub bytes: u64,
    /// The names of the files in it.
    pub files: Vec<String>,
    /// The assets that are not in it: the server leaves out what it cannot read, without a word.
    pub missing: Vec<AssetId>,
}

impl Client {
    /// Downloads assets as archives: a list, an album, or everything of a user, in as many parts as the server plans.
    ///
    /// ```no_run
    /// # async fn example(client: immich_core::Client, id: immich_core::AlbumId) -> Result<(), immich_core::Error> {
    /// use immich_core::api::DownloadInfoDto;
    ///
    /// let mut archives = client.download_archives(DownloadInfoDto::new().album_id(id)).to_folder("backup");
    /// while let Some(outcome) = archives.next().await? {
    ///     let archive = outcome.result?;
    ///     println!("{}: {} files, {} missing", archive.path.display(), archive.files.len(), archive.missing.len());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn download_archives(&self, wanted: DownloadInfoDto) -> DownloadArchives<'_> {
        DownloadArchives {
            client: self,
            wanted,
            name: "immich".to_owned(),
            edited: false,
            collision: Collision::Suffix,
            durable: true,
            attempts: super::RESUMES + 1,
            retry: RetryPolicy::default(),
            progress: Progress::new(self.timer().cloned()),
        }
    }
}

impl<'c> DownloadArchives<'c> {
    /// Sets the name of the archives, without its extension; several get numbers. It is `immich` otherwise.
    pub fn archive_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Takes the images with their edits.
    pub fn edited(mut self, edited: bool) -> Self {
        self.edited = edited;
        self
    }

    /// Sets what is done where there is a file of the name; [`Collision::Suffix`] otherwise.
    pub fn collision(mut self, collision: Collision) -> Self {
        self.collision = collision;
        self
    }

    /// Whether to wait until the disk has each archive; it is done unless switched off.
    pub fn durable(mut self, durable: bool) -> Self {
        self.durable = durable;
        self
    }

    /// Sets how often an archive that breaks is asked for, the first time counted; 5 otherwise, and zero is one.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the waits before an archive is asked for again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Counts the archives and their bytes in `progress`; their sizes are those of the files in them.
    pub fn progress(mut self, progress: &Progress) -> Self {
        self.progress = progress.clone();
        self
    }

    /// Begins, as far as [`Archives::next`] is awaited.
    pub fn to_folder(self, folder: impl Into<PathBuf>) -> Archives<'c> {
        Archives {
            download: self,
            folder: folder.into(),
            folders: Folders::default(),
            plan: None,
            number: 0,
            several: false,
        }
    }
}

/// Archives as they come, one after the other.
pub struct Archives<'c> {
    download: DownloadArchives<'c>,
    folder: PathBuf,
    folders: Folders,
    plan: Option<VecDeque<DownloadArchiveInfo>>,
    number: u32,
    several: bool,
}

impl Archives<'_> {
    /// What became of the next archive; `None` after the last.
    ///
    /// # Errors
    /// Those of planning. The next call plans again.
    pub async fn next(&mut self) -> Result<Option<ArchiveOutcome>, Error> {
        let plan = match &mut self.plan {
            Some(plan) => plan,
            None => {
                let wanted = self.download.wanted.clone();
                let plan = self.download.client.download().get_download_info(wanted).await?;
                for archive in &plan.archives {
                    self.download.progress.add_total(1, u64::try_from(archive.size).unwrap_or_default());
                }
                self.download.progress.total_is_known();
                self.several = plan.archives.len() > 1;
                self.plan.insert(plan.archives.into())
            }
        };
        let Some(archive) = plan.pop_front() else { return Ok(None) };
        self.number += 1;
        let result = self.fetch(&archive.asset_ids).await;
        self.download.progress.add_file();
        Ok(Some(ArchiveOutcome { asset_ids: archive.asset_ids, result }))
    }

    async fn fetch(&self, ids: &[AssetId]) -> Result<Archive, Error> {
        let download = &self.download;
        let key: String = ids.iter().map(ToString::to_string).collect();
        let key = format!("{}-archive", Checksum::of(key).to_hex());
        let writer = Writer::open(self.folder.clone(), key, None, download.collision == Collision::SkipSame).await;
        let mut writer = writer.map_err(|error| self.failed(error))?;
        writer.fleeting();
        let mut made = 0;
        let names = loop {
            made += 1;
            let mut moved = 0;
            let error = match self.attempt(ids, &mut writer, &mut moved).await {
                Ok(names) => break names,
                Err(error) => error,
            };
            // A broken archive came over a connection that broke without saying so.
            if made >= download.attempts
                || !(fetch::passes(&error, &download.retry) || error.kind() == ErrorKind::Decode)
            {
                // The error that counts is the first one.
                drop(writer.discard().await);
                return Err(error);
            }
            download.progress.take_back_bytes(moved);
            fetch::wait(download.client, &download.retry, made, &error).await;
        };
        let part = writer.finish().await.map_err(|error| self.failed(error))?;
        let (bytes, checksum, target) = (part.length(), part.checksum(), self.target());
        let placed = unblock(move || target.place(part, checksum)).await.map_err(|error| self.failed(error))?;
        let (Placed::At(path, _) | Placed::Same(super::place::Same { path, .. })) = placed;
        let missing = if names.len() >= ids.len() { Vec::new() } else { self.missing(ids, &names).await };
        Ok(Archive { path, bytes, files: names, missing })
    }

    /// One request: the names in the archive that came of it.
    async fn attempt(&self, ids: &[AssetId], writer: &mut Writer, moved: &mut u64) -> Result<Vec<String>, Error> {
        let Self { download, .. } = self;
        let mut wanted = DownloadArchiveDto::new(ids.iter().copied());
        wanted.edited = download.edited.then_some(true);
        let mut answer = download.client.send(DownloadArchive::new(wanted)).await?;
        writer.clear().await.map_err(|error| self.failed(error))?;
        while let Some(bytes) = answer.chunk().await? {
            *moved += bytes.len() as u64;
            download.progress.add_bytes(bytes.len() as u64);
            writer.push(bytes).await.map_err(|error| self.failed(error))?;
        }
        let part = writer.finish().await.map_err(|error| self.failed(error))?;
        let (part, names) = unblock(move || {
            let names = archive::names(&mut part.file());
            (part, names)
        })
        .await;
        writer.give(part);
        names.map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => Error::decode(DownloadArchive::OPERATION, "", &error.to_string()),
            _ => self.failed(error),
        })
    }

    /// The assets whose names are not in the archive. Equal names got numbers there.
    async fn missing(&self, ids: &[AssetId], names: &[String]) -> Vec<AssetId> {
        let mut left: HashMap<&str, usize> = HashMap::new();
        for name in names {
            *left.entry(name).or_default() += 1;
        }
        let client = self.download.client;
        let known = futures_util::stream::iter(ids.to_vec())
            .map(|id| async move {
                (id, client.assets().get_asset_info(id).await.ok().map(|asset| asset.original_file_name))
            })
            .buffered(ASKED_AT_ONCE);
        let known: Vec<_> = known.collect().await;
        let mut missing = Vec::new();
        for (id, name) in known {
            let numbers = 0..=names.len();
            let found = name.is_some_and(|name| {
                let mut names = numbers.map(|number| archived(&name, number));
                names.any(|name| {
                    left.get_mut(name.as_str()).filter(|count| **count > 0).map(|count| *count -= 1).is_some()
                })
            });
            if !found {
                missing.push(id);
            }
        }
        missing
    }

    fn target(&self) -> Target {
        let stem = name::safe(&self.download.name).unwrap_or_else(|| "immich".to_owned());
        let name = if self.several { format!("{stem}-{}.zip", self.number) } else { format!("{stem}.zip") };
        Target {
            folder: self.folder.clone(),
            name: name::safe(&name).unwrap_or(name),
            collision: self.download.collision,
            modified: None,
            durable: self.download.durable,
            folders: self.folders.clone(),
        }
    }

    fn failed(&self, error: std::io::Error) -> Error {
        let place: &Path = &self.folder;
        Error::io(Some(DownloadArchive::OPERATION), format_args!("could not write to {}", place.display()), error)
    }
}

/// The name in an archive of a file, of whose name so many are in it already.
fn archived(name: &str, number: usize) -> String {
    match (number, name.rsplit_once('.')) {
        (0, _) => name.to_owned(),
        (_, Some((stem, extension))) => format!("{stem}+{number}.{extension}"),
        (_, None) => format!("{name}+{number}"),
    }
}

impl fmt::Debug for DownloadArchives<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DownloadArchives").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for Archives<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Archives").field("folder", &self.folder).finish_non_exhaustive()
    }
}
