//! Archives of several assets, as the server plans them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::StreamExt as _;

use super::names::Folders;
use super::place::{Collision, Placed, Target};
use super::writer::Writer;
use super::{archive, fetch, name};
use crate::api::{DownloadArchive, DownloadArchiveDto, DownloadArchiveInfo, DownloadInfoDto, DownloadResponseDto};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::AssetId;
use crate::layer::RetryPolicy;
use crate::transfer::threads::{self, unblock};
use crate::transfer::{Checksum, Progress};

/// How many assets are asked about at once, when some are missing.
const ASKED_AT_ONCE: usize = 4;

/// A download of archives, which [`to_folder`](Self::to_folder) begins.
///
/// An archive is made while it is sent: it has no length, no checksum, and cannot be resumed. One that breaks is
/// requested again as a whole. Single files are safer and as fast; archives are for programs that need archives.
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

/// The outcome of one of the archives that the server planned.
#[derive(Debug)]
#[non_exhaustive]
pub struct ArchiveOutcome {
    /// The assets that it was to hold.
    pub asset_ids: Vec<AssetId>,
    /// The archive, or the error that prevented it.
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
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client, id: immich_sdk::AlbumId) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::api::DownloadInfoDto;
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
    pub fn edited(mut self) -> Self {
        self.edited = true;
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

    /// Sets how often an archive that breaks is requested, the first time counted; 5 otherwise, and zero is one.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the waits before an archive is requested again.
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
        let job = Job { download: self, folder: folder.into(), folders: Folders::default() };
        Archives { job: Arc::new(job), plan: None, planning: None, fetching: None, number: 0 }
    }
}

type Running<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// Archives as they come, one after the other.
pub struct Archives<'c> {
    job: Arc<Job<'c>>,
    /// The archives that are still to come; `None` before the server planned them.
    plan: Option<Plan>,
    /// The request for the plan, and the archive that is on its way: kept here, so that a call of `next` that is
    /// dropped loses neither.
    planning: Option<Running<'c, Result<DownloadResponseDto, Error>>>,
    fetching: Option<Running<'c, ArchiveOutcome>>,
    number: u32,
}

#[derive(Debug)]
struct Plan {
    left: VecDeque<DownloadArchiveInfo>,
    /// Whether there is more than one, so that their names have numbers.
    several: bool,
}

/// The state that all archives of a run share.
struct Job<'c> {
    download: DownloadArchives<'c>,
    folder: PathBuf,
    folders: Folders,
}

impl<'c> Archives<'c> {
    /// Returns the outcome of the next archive; `None` after the last.
    ///
    /// It is cancel-safe: work that a dropped call had started continues with the next call.
    ///
    /// # Errors
    /// Those of planning. The next call plans again.
    pub async fn next(&mut self) -> Result<Option<ArchiveOutcome>, Error> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns the progress, for a user interface; it stays current.
    pub fn progress(&self) -> Progress {
        self.job.download.progress.clone()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<ArchiveOutcome>, Error>> {
        let plan = match &mut self.plan {
            Some(plan) => plan,
            None => {
                let planning = self.planning.get_or_insert_with(|| {
                    let job = Arc::clone(&self.job);
                    Box::pin(async move {
                        let DownloadArchives { client, wanted, .. } = &job.download;
                        client.download().get_download_info(wanted.clone()).await
                    })
                });
                let planned = ready!(planning.as_mut().poll(context));
                self.planning = None;
                let progress = &self.job.download.progress;
                let planned = planned?;
                for archive in &planned.archives {
                    progress.add_total(1, u64::try_from(archive.size).unwrap_or_default());
                }
                progress.total_is_known();
                let several = planned.archives.len() > 1;
                self.plan.insert(Plan { left: planned.archives.into(), several })
            }
        };
        let fetching = match &mut self.fetching {
            Some(fetching) => fetching,
            None => {
                let Some(archive) = plan.left.pop_front() else { return Poll::Ready(Ok(None)) };
                self.number += 1;
                let number = plan.several.then_some(self.number);
                let job = Arc::clone(&self.job);
                self.fetching.insert(Box::pin(async move {
                    let result = job.fetch(&archive.asset_ids, number).await;
                    ArchiveOutcome { asset_ids: archive.asset_ids, result }
                }))
            }
        };
        let threads = self.job.download.client.threads().cloned();
        let outcome = ready!(threads::with(threads.as_ref(), || fetching.as_mut().poll(context)));
        self.fetching = None;
        self.job.download.progress.add_file();
        Poll::Ready(Ok(Some(outcome)))
    }
}

/// The outcomes. After an error of planning, the next item plans again.
impl Stream for Archives<'_> {
    type Item = Result<ArchiveOutcome, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context).map(Result::transpose)
    }
}

impl Job<'_> {
    async fn fetch(&self, ids: &[AssetId], number: Option<u32>) -> Result<Archive, Error> {
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
        let (bytes, checksum, target) = (part.length(), part.checksum(), self.target(number));
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

    /// The assets whose names are not in the archive.
    async fn missing(&self, ids: &[AssetId], names: &[String]) -> Vec<AssetId> {
        let client = self.download.client;
        let known = futures_util::stream::iter(ids.to_vec())
            .map(|id| async move {
                (id, client.assets().get_asset_info(id).await.ok().map(|asset| asset.original_file_name))
            })
            .buffered(ASKED_AT_ONCE);
        let known = known.collect().await;
        let names = names.to_vec();
        unblock(move || absent(known, &names)).await
    }

    fn target(&self, number: Option<u32>) -> Target {
        let stem = name::safe(&self.download.name).unwrap_or_else(|| "immich".to_owned());
        let name = number.map_or_else(|| format!("{stem}.zip"), |number| format!("{stem}-{number}.zip"));
        let name = name::safe(&name).unwrap_or(name);
        Target {
            folder: self.folder.clone(),
            wanted: name.clone(),
            name,
            number: 0,
            reserved: false,
            in_group: false,
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

/// Finds the assets of which an archive has no file. The server gives a file whose name was there before a number:
/// `name+1.jpg`. Each name in the archive stands for one asset.
fn absent(assets: Vec<(AssetId, Option<String>)>, names: &[String]) -> Vec<AssetId> {
    let mut exact: HashMap<String, usize> = HashMap::new();
    let mut numbered: HashMap<String, usize> = HashMap::new();
    for name in names.iter().map(|name| sanitized(name)) {
        if let Some(base) = without_number(&name) {
            *numbered.entry(base).or_default() += 1;
        }
        *exact.entry(name).or_default() += 1;
    }
    fn take(counts: &mut HashMap<String, usize>, name: &str) -> bool {
        counts.get_mut(name).filter(|count| **count > 0).map(|count| *count -= 1).is_some()
    }
    // Exact names first, so that a file that is itself called `a+1.jpg` is not taken for a second `a.jpg`.
    let mut left = Vec::new();
    for (id, name) in assets {
        let name = name.map(|name| sanitized(&name));
        match name {
            Some(name) if take(&mut exact, &name) => {
                if let Some(base) = without_number(&name) {
                    take(&mut numbered, &base);
                }
            }
            name => left.push((id, name)),
        }
    }
    left.retain(|(_, name)| !name.as_ref().is_some_and(|name| take(&mut numbered, name)));
    left.into_iter().map(|(id, _)| id).collect()
}

/// The name without the letters that the server leaves out of the names in an archive.
fn sanitized(name: &str) -> String {
    let kept =
        |letter: &char| !letter.is_control() && !matches!(letter, '/' | '\\' | '?' | '<' | '>' | ':' | '*' | '|' | '"');
    let kept: String = name.chars().filter(kept).collect();
    kept.trim_end_matches(['.', ' ']).to_owned()
}

/// The name that the server gave a number, if it looks like one.
fn without_number(name: &str) -> Option<String> {
    let (stem, extension) = match name.rfind('.').filter(|at| *at > 0) {
        Some(at) => name.split_at(at),
        None => (name, ""),
    };
    let (base, number) = stem.rsplit_once('+')?;
    let is_number = number.parse::<usize>().is_ok_and(|parsed| parsed > 0 && parsed.to_string() == number);
    is_number.then(|| format!("{base}{extension}"))
}

impl fmt::Debug for DownloadArchives<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DownloadArchives").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for Archives<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Archives").field("folder", &self.job.folder).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn absent_of(assets: &[&str], names: &[&str]) -> Vec<usize> {
        let id = |number: usize| AssetId(uuid::Uuid::from_u128(number as u128));
        let assets = assets.iter().enumerate().map(|(number, name)| (id(number), Some((*name).to_owned()))).collect();
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        absent(assets, &names).into_iter().map(|id| usize::try_from(id.0.as_u128()).expect("a number")).collect()
    }

    #[test]
    fn numbers_in_names_are_told_from_names_with_numbers() {
        assert_eq!(absent_of(&["a.jpg", "a.jpg", "b.jpg"], &["a.jpg", "a+1.jpg"]), [2]);
        assert_eq!(absent_of(&["a+1.jpg", "a.jpg", "a.jpg"], &["a+1.jpg", "a.jpg"]), [2]);
        assert_eq!(absent_of(&["a", "a", "c++"], &["a", "a+1", "c++"]), [0_usize; 0]);
        assert_eq!(absent_of(&["a:b.jpg", "x?.jpg"], &["ab.jpg"]), [1]);
    }

    #[test]
    fn thousands_of_one_name_are_looked_at_once_each() {
        let names: Vec<_> = (0..20_000)
            .map(|number| if number == 0 { "a.jpg".to_owned() } else { format!("a+{number}.jpg") })
            .collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert_eq!(absent_of(&vec!["a.jpg"; 20_001], &names), [20_000]);
    }
}
