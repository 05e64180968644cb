//! A download to a file: fetched, verified, named, and moved to its final name atomically.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;

use super::fetch::{Fetch, Step};
use super::names::Folders;
use super::note::DownloadNote;
use super::part::{self, Part, Record};
use super::place::{Collision, Placed, Same, Target};
use super::remote_file::RemoteFile;
use super::writer::Writer;
use super::{Download, ModifiedTime, count_bytes, count_file, count_total, mismatch, name};
use crate::error::Error;
use crate::transfer::Checksum;
use crate::transfer::threads::{unblock, within};

/// How a file is written.
#[derive(Clone, Debug)]
pub(super) struct FileOptions {
    pub(super) name: Option<String>,
    pub(super) collision: Option<Collision>,
    pub(super) modified: ModifiedTime,
    pub(super) durable: bool,
    pub(super) folders: Folders,
    /// How the name was reserved in a run of several downloads.
    pub(super) slot: Slot,
}

/// How the name of a file was reserved.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Slot {
    /// Not at all: the name is reserved once it is known.
    #[default]
    None,
    /// `name` is reserved.
    Name,
    /// The name in the response gets this number, or a later one.
    Number(u32),
    /// The stem is reserved; the response determines the extension.
    Stem(String),
}

impl Default for FileOptions {
    fn default() -> Self {
        let (modified, folders, slot) = (ModifiedTime::default(), Folders::default(), Slot::default());
        Self { name: None, collision: None, modified, durable: true, folders, slot }
    }
}

/// A file that was downloaded, or that existed already.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// The path of the file.
    pub path: PathBuf,
    /// The length of the file in bytes.
    pub bytes: u64,
    /// The SHA-1 of the file; `None` if verification is switched off.
    pub checksum: Option<Checksum>,
    /// Whether the checksum matches that of the asset, or that given by the caller.
    pub verified: bool,
    /// The number of bytes that were taken from an earlier, interrupted download.
    pub resumed_from: u64,
    /// Whether the same file existed already, and was left unchanged.
    pub was_there: bool,
    /// The number of requests for the file.
    pub requests: u32,
    /// Limits of the file system that were worked around.
    pub notes: Vec<DownloadNote>,
}

impl Download<'_> {
    /// Sets the file name in the folder. It is sanitized like a name from the server, and keeps its extension.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.options.files.name = Some(name.into());
        self
    }

    /// Sets what to do if a file of the name exists. Defaults to [`Collision::SkipSame`] for
    /// [`to_folder`](Self::to_folder), and to [`Collision::Overwrite`] for [`to_file`](Self::to_file).
    pub fn collision(mut self, collision: Collision) -> Self {
        self.options.files.collision = Some(collision);
        self
    }

    /// Sets which modification time the file gets.
    pub fn modified_time(mut self, time: ModifiedTime) -> Self {
        self.options.files.modified = time;
        self
    }

    /// Sets whether the file is flushed to disk, so that it survives a power failure. Defaults to `true`. Without it,
    /// a network disk that is full may report that only after the file has its final name.
    pub fn durable(mut self, durable: bool) -> Self {
        self.options.files.durable = durable;
        self
    }

    /// Downloads into a folder, which is created if it does not exist, with the file name that was set or that of the
    /// server.
    ///
    /// # Errors
    /// The errors of the request; `Checksum` if the bytes do not match the checksum; `Io` if the file cannot be
    /// written. No file is created then.
    pub async fn to_folder(self, folder: impl Into<PathBuf>) -> Result<Downloaded, Error> {
        let name = self.options.files.name.as_deref().map(|given| {
            name::safe(given)
                .ok_or_else(|| Error::build(self.what.operation(), "the file name has no valid characters"))
        });
        let name = name.transpose()?;
        let collision = self.options.files.collision.unwrap_or(Collision::SkipSame);
        self.run(folder.into(), name, collision).await
    }

    /// Downloads to a file with exactly this path.
    ///
    /// # Errors
    /// The same as for [`to_folder`](Self::to_folder).
    pub async fn to_file(self, path: impl AsRef<Path>) -> Result<Downloaded, Error> {
        let path = path.as_ref();
        // A name that is not UTF-8 would be changed, because names are strings here.
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Error::build(self.what.operation(), "the path has no file name in UTF-8"))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let collision = self.options.files.collision.unwrap_or(Collision::Overwrite);
        let (folder, name) = (folder.to_owned(), name.to_owned());
        self.run(folder, Some(name), collision).await
    }

    async fn run(self, folder: PathBuf, name: Option<String>, collision: Collision) -> Result<Downloaded, Error> {
        let threads = self.client.threads().cloned();
        within(threads, self.run_here(folder, name, collision)).await
    }

    async fn run_here(
        mut self,
        folder: PathBuf,
        name: Option<String>,
        collision: Collision,
    ) -> Result<Downloaded, Error> {
        let original = matches!(self.what, RemoteFile::Original(_) | RemoteFile::Edited(_));
        let timed = original && self.options.files.modified != ModifiedTime::Now;
        let needs_info = timed || self.lacks_checksum();
        self.load_info(needs_info).await?;
        let expected = self.expected();
        let run =
            Run { folder, name, collision, expected, checked: self.options.verify || collision == Collision::SkipSame };
        if let Some(existing) = run.find_known(&self).await? {
            return Ok(existing);
        }
        let writer = Writer::open(run.folder.clone(), self.what.key(), expected, run.checked).await;
        let mut writer = writer.map_err(|error| run.failed(&self, error))?;
        let (found, head) = writer.found();
        let mut fetch = self.fetch();
        fetch.resume(found, head, expected.is_some());
        let outcome = run.download(&self, &mut fetch, &mut writer, found).await;
        if outcome.is_err() {
            // The next download can resume from the bytes that arrived.
            drop(writer.finish().await);
        }
        outcome
    }

    fn modified(&self) -> Option<SystemTime> {
        let known = self.options.known.as_ref()?;
        match self.options.files.modified {
            ModifiedTime::FileModified => Some(system_time(known.file_modified_at)),
            ModifiedTime::FileCreated => Some(system_time(known.file_created_at)),
            ModifiedTime::Now => None,
        }
    }
}

fn system_time(instant: Timestamp) -> SystemTime {
    let since = instant.duration_since(Timestamp::UNIX_EPOCH);
    let (before, length) = (since.is_negative(), since.unsigned_abs());
    let time =
        if before { SystemTime::UNIX_EPOCH.checked_sub(length) } else { SystemTime::UNIX_EPOCH.checked_add(length) };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

/// One download to a file.
struct Run {
    folder: PathBuf,
    name: Option<String>,
    collision: Collision,
    expected: Option<Checksum>,
    /// Whether the checksum of the bytes is computed.
    checked: bool,
}

impl Run {
    /// Returns the existing file, if it is known to be the same before its bytes are requested.
    async fn find_known(&self, download: &Download<'_>) -> Result<Option<Downloaded>, Error> {
        let known = download.options.known.as_ref();
        let name = self.name.clone().or_else(|| known.and_then(|known| name::safe(&known.name)));
        let Some(name) = name else { return Ok(None) };
        self.find_existing(download, name, known.and_then(|known| known.bytes)).await
    }

    /// Returns the existing file of a name if it is the same. An error if the name is taken and must not be.
    async fn find_existing(
        &self,
        download: &Download<'_>,
        name: String,
        bytes: Option<u64>,
    ) -> Result<Option<Downloaded>, Error> {
        let target = self.target(download, name);
        let expected = self.expected.filter(|_| self.collision == Collision::SkipSame);
        let key = download.what.key();
        let found = unblock(move || {
            target.refuse_taken()?;
            let found = expected.map_or(Ok(None), |expected| target.find_same(expected, bytes));
            if let Ok(Some(same)) = &found {
                part::remove_leftover(&target.folder, &key, &same.path);
            }
            found
        });
        let found = found.await.map_err(|error| self.failed(download, error))?;
        Ok(found.map(|same| {
            count_total(&download.options, Some(same.bytes));
            count_bytes(&download.options, same.bytes);
            count_file(&download.options);
            self.already_there(same, self.expected, 0)
        }))
    }

    async fn download(
        &self,
        download: &Download<'_>,
        fetch: &mut Fetch,
        writer: &mut Writer,
        found: u64,
    ) -> Result<Downloaded, Error> {
        let failed = |error| self.failed(download, error);
        let mut resumed_from = found;
        let mut step = fetch.open().await?;
        count_total(&download.options, fetch.head().total);
        let name = self.name_of(download, fetch);
        if let Some(existing) = self.find_existing(download, name.clone(), fetch.head().total).await? {
            return Ok(existing);
        }
        if !matches!(step, Step::Restart | Step::End) {
            writer.write_record(self.record(fetch)).await.map_err(failed)?;
        }
        loop {
            match step {
                Step::Bytes(bytes) => writer.push(bytes).await.map_err(failed)?,
                Step::Restart => {
                    resumed_from = 0;
                    writer.restart(self.record(fetch)).await.map_err(failed)?;
                }
                Step::End => {
                    let part = writer.finish().await.map_err(failed)?;
                    match self.verify(download, &part) {
                        Ok(()) => return self.place(download, fetch.requests(), part, name, resumed_from).await,
                        // The disk may have lost what an earlier download wrote, so the file is downloaded once more.
                        Err(_) if resumed_from > 0 => {
                            writer.put_back(part);
                            fetch.start_over();
                            writer.restart(self.record(fetch)).await.map_err(failed)?;
                            resumed_from = 0;
                        }
                        Err(error) => {
                            unblock(move || part.discard()).await.map_err(failed)?;
                            return Err(error);
                        }
                    }
                }
            }
            step = fetch.next().await?;
        }
    }

    fn verify(&self, download: &Download<'_>, part: &Part) -> Result<(), Error> {
        match self.expected.zip(part.checksum()) {
            Some((expected, found)) if expected != found => Err(mismatch(&download.what, expected, found)),
            _ => Ok(()),
        }
    }

    async fn place(
        &self,
        download: &Download<'_>,
        requests: u32,
        part: Part,
        name: String,
        resumed_from: u64,
    ) -> Result<Downloaded, Error> {
        let target = self.target(download, name);
        let (bytes, checksum) = (part.length(), part.checksum());
        let placed = unblock(move || target.place(part, checksum)).await;
        let placed = placed.map_err(|error| self.failed(download, error))?;
        count_file(&download.options);
        Ok(match placed {
            Placed::Same(same) => self.already_there(same, checksum, requests),
            Placed::At(path, notes) => Downloaded {
                path,
                bytes,
                checksum,
                verified: self.expected.is_some(),
                resumed_from,
                was_there: false,
                requests,
                notes,
            },
        })
    }

    fn already_there(&self, same: Same, checksum: Option<Checksum>, requests: u32) -> Downloaded {
        let verified = self.expected.is_some();
        let Same { path, bytes } = same;
        Downloaded { path, bytes, checksum, verified, resumed_from: 0, was_there: true, requests, notes: Vec::new() }
    }

    /// Returns the caller's file name, else that of the response, else that of the asset, else one made from its id.
    fn name_of(&self, download: &Download<'_>, fetch: &Fetch) -> String {
        let name = self.own_name(download, fetch);
        match &download.options.files.slot {
            Slot::Stem(stem) => name::with_extension_of(stem, &name),
            _ => name,
        }
    }

    fn own_name(&self, download: &Download<'_>, fetch: &Fetch) -> String {
        let head = fetch.head();
        let known = download
            .options
            .known
            .as_ref()
            .filter(|_| matches!(download.what, RemoteFile::Original(_) | RemoteFile::Edited(_)));
        self.name
            .clone()
            .or_else(|| name::safe(head.name.as_deref()?))
            .or_else(|| name::safe(&known?.name))
            .unwrap_or_else(|| {
                let id = download.what.base_name();
                match head.content_type.as_deref().and_then(name::extension) {
                    Some(extension) => format!("{id}.{extension}"),
                    None => id,
                }
            })
    }

    fn record(&self, fetch: &Fetch) -> Record {
        Record::new(fetch.head(), self.expected)
    }

    fn target(&self, download: &Download<'_>, name: String) -> Target {
        let files = &download.options.files;
        // A reserved name may have been shortened.
        let known = download.options.known.as_ref().filter(|_| files.slot == Slot::Name);
        let wanted = known.and_then(|known| name::safe(&known.name)).unwrap_or_else(|| name.clone());
        Target {
            folder: self.folder.clone(),
            name,
            wanted,
            number: if let Slot::Number(number) = files.slot { number } else { 0 },
            reserved: files.slot == Slot::Name,
            in_group: matches!(files.slot, Slot::Stem(_)),
            collision: self.collision,
            modified: download.modified(),
            durable: files.durable,
            folders: files.folders.clone(),
        }
    }

    fn failed(&self, download: &Download<'_>, error: std::io::Error) -> Error {
        let place = self.folder.join(self.name.as_deref().unwrap_or_default());
        Error::io(Some(download.what.operation()), format_args!("could not write to {}", place.display()), error)
    }
}
