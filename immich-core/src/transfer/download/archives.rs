//! Downloads of archives with several assets, as planned by the server.

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

/// The number of concurrent requests for the names of assets, if an archive lacks some.
const INFO_CONCURRENCY: usize = 4;

/// A download of archives. [`to_folder`](Self::to_folder) starts it.
///
/// The server creates an archive while sending it, so an archive has no length or checksum, and cannot be resumed. An
/// archive whose transfer breaks is requested again from the start. Downloads of single files are safer and just as
/// fast; use archives where a zip file is needed.
#[must_use = "nothing is downloaded until a destination is given"]
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
    /// The assets requested for the archive.
    pub asset_ids: Vec<AssetId>,
    /// The archive, or the error that prevented it.
    pub result: Result<Archive, Error>,
}

/// An archive that was downloaded and can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Archive {
    /// The path of the archive.
    pub path: PathBuf,
    /// The length of the archive in bytes.
    pub bytes: u64,
    /// The names of the files in it.
    pub files: Vec<String>,
    /// The requested assets that are not in the archive: the server silently omits files that it cannot read.
    pub missing: Vec<AssetId>,
}

impl Client {
    /// Downloads assets as archives: a list, an album, or all assets of a user, split into parts by the server.
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
    /// Sets the name of the archives, without the extension; several archives get numbers. Defaults to `immich`.
    pub fn archive_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Downloads images with their edits applied.
    pub fn edited(mut self) -> Self {
        self.edited = true;
        self
    }

    /// Sets what to do if a file of the name exists. Defaults to [`Collision::Suffix`].
    pub fn collision(mut self, collision: Collision) -> Self {
        self.collision = collision;
        self
    }

    /// Sets whether each archive is flushed to disk. Defaults to `true`.
    pub fn durable(mut self, durable: bool) -> Self {
        self.durable = durable;
        self
    }

    /// Sets the maximum number of requests for an archive whose transfer breaks. Defaults to 5; 0 counts as 1.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the delays before an archive is requested again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Reports the archives and their bytes to `progress`. The size of an archive is that of the files in it.
    pub fn progress(mut self, progress: &Progress) -> Self {
        self.progress = progress.clone();
        self
    }

    /// Creates the download into a folder. It makes progress only while [`Archives::next`] is being awaited.
    pub fn to_folder(self, folder: impl Into<PathBuf>) -> Archives<'c> {
        let job = Job { download: self, folder: folder.into(), folders: Folders::default() };
        Archives { job: Arc::new(job), plan: None, planning: None, fetching: None, number: 0 }
    }
}

type Running<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// The archives of a download, one after another.
pub struct Archives<'c> {
    job: Arc<Job<'c>>,
    /// The remaining archives; `None` until the server has planned them.
    plan: Option<Plan>,
    /// The request for the plan, and the current archive. They are kept here, so that dropping a call of `next` loses
    /// neither.
    planning: Option<Running<'c, Result<DownloadResponseDto, Error>>>,
    fetching: Option<Running<'c, ArchiveOutcome>>,
    number: u32,
}

#[derive(Debug)]
struct Plan {
    left: VecDeque<DownloadArchiveInfo>,
    /// Whether there is more than one archive, so that the names are numbered.
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
    /// Cancel-safe: work that a dropped call started continues in the next call.
    ///
    /// # Errors
    /// The errors of the request for the plan, which the next call repeats.
    pub async fn next(&mut self) -> Result<Option<ArchiveOutcome>, Error> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns the progress, for a user interface. It stays current.
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

/// The outcomes. After an error of the request for the plan, the next item repeats it.
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
        writer.not_resumable();
        let mut attempts = 0;
        let names = loop {
            attempts += 1;
            let mut moved = 0;
            let error = match self.attempt(ids, &mut writer, &mut moved).await {
                Ok(names) => break names,
                Err(error) => error,
            };
            // A corrupt archive comes from a transfer that was cut off without an error.
            if attempts >= download.attempts
                || !(fetch::is_transient(&error, &download.retry) || error.kind() == ErrorKind::Decode)
            {
                // The first error is reported, not one of discarding the file.
                drop(writer.discard().await);
                return Err(error);
            }
            download.progress.take_back_bytes(moved);
            fetch::wait(download.client, &download.retry, attempts, &error).await;
        };
        let part = writer.finish().await.map_err(|error| self.failed(error))?;
        let (bytes, checksum, target) = (part.length(), part.checksum(), self.target(number));
        let placed = unblock(move || target.place(part, checksum)).await.map_err(|error| self.failed(error))?;
        let (Placed::At(path, _) | Placed::Same(super::place::Same { path, .. })) = placed;
        let missing = if names.len() >= ids.len() { Vec::new() } else { self.missing(ids, &names).await };
        Ok(Archive { path, bytes, files: names, missing })
    }

    /// Sends one request and returns the names of the files in the archive.
    async fn attempt(&self, ids: &[AssetId], writer: &mut Writer, moved: &mut u64) -> Result<Vec<String>, Error> {
        let Self { download, .. } = self;
        let mut wanted = DownloadArchiveDto::new(ids.iter().copied());
        wanted.edited = download.edited.then_some(true);
        let mut response = download.client.send(DownloadArchive::new(wanted)).await?;
        writer.clear().await.map_err(|error| self.failed(error))?;
        while let Some(bytes) = response.chunk().await? {
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
        writer.put_back(part);
        names.map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => Error::decode(DownloadArchive::OPERATION, "", &error.to_string()),
            _ => self.failed(error),
        })
    }

    /// Returns the assets whose names are not in the archive.
    async fn missing(&self, ids: &[AssetId], names: &[String]) -> Vec<AssetId> {
        let client = self.download.client;
        let known = futures_util::stream::iter(ids.to_vec())
            .map(|id| async move {
                (id, client.assets().get_asset_info(id).await.ok().map(|asset| asset.original_file_name))
            })
            .buffered(INFO_CONCURRENCY);
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

/// Returns the assets whose files are not in an archive. The server adds a number to a name that is already in the
/// archive, as in `name+1.jpg`. Each name in the archive matches one asset.
fn absent(assets: Vec<(AssetId, Option<String>)>, names: &[String]) -> Vec<AssetId> {
    let mut exact: HashMap<String, usize> = HashMap::new();
    let mut numbered: HashMap<String, usize> = HashMap::new();
    for name in names.iter().map(|name| sanitized(name)) {
        if let Some(base) = without_number(&name) {
            *numbered.entry(base).or_default() += 1;
        }
        *exact.entry(name).or_default() += 1;
    }
    fn take_one(counts: &mut HashMap<String, usize>, name: &str) -> bool {
        counts.get_mut(name).filter(|count| **count > 0).map(|count| *count -= 1).is_some()
    }
    // Exact names first, so that a file whose own name is `a+1.jpg` is not mistaken for a second `a.jpg`.
    let mut left = Vec::new();
    for (id, name) in assets {
        let name = name.map(|name| sanitized(&name));
        match name {
            Some(name) if take_one(&mut exact, &name) => {
                if let Some(base) = without_number(&name) {
                    take_one(&mut numbered, &base);
                }
            }
            name => left.push((id, name)),
        }
    }
    left.retain(|(_, name)| !name.as_ref().is_some_and(|name| take_one(&mut numbered, name)));
    left.into_iter().map(|(id, _)| id).collect()
}

/// Removes the characters that the server removes from the names in an archive.
fn sanitized(name: &str) -> String {
    let kept =
        |letter: &char| !letter.is_control() && !matches!(letter, '/' | '\\' | '?' | '<' | '>' | ':' | '*' | '|' | '"');
    let kept: String = name.chars().filter(kept).collect();
    kept.trim_end_matches(['.', ' ']).to_owned()
}

/// Returns the name without the number that the server may have added.
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
    fn added_numbers_differ_from_numbers_in_names() {
        assert_eq!(absent_of(&["a.jpg", "a.jpg", "b.jpg"], &["a.jpg", "a+1.jpg"]), [2]);
        assert_eq!(absent_of(&["a+1.jpg", "a.jpg", "a.jpg"], &["a+1.jpg", "a.jpg"]), [2]);
        assert_eq!(absent_of(&["a", "a", "c++"], &["a", "a+1", "c++"]), [0_usize; 0]);
        assert_eq!(absent_of(&["a:b.jpg", "x?.jpg"], &["ab.jpg"]), [1]);
    }

    #[test]
    fn thousands_of_equal_names_take_linear_time() {
        let names: Vec<_> = (0..20_000)
            .map(|number| if number == 0 { "a.jpg".to_owned() } else { format!("a+{number}.jpg") })
            .collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert_eq!(absent_of(&vec!["a.jpg"; 20_001], &names), [20_000]);
    }
}
