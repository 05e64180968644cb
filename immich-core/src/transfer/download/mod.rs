//! Downloads of files: verified, resumable, and with names that are valid on every system.

#[cfg(feature = "fs")]
mod archive;
#[cfg(feature = "fs")]
mod archives;
mod asset_info;
#[cfg(feature = "fs")]
mod downloads;
mod fetch;
mod head;
#[cfg(feature = "fs")]
mod journal;
#[cfg(feature = "fs")]
mod layout;
#[cfg(feature = "fs")]
mod listing;
#[cfg(feature = "fs")]
mod many;
#[cfg(feature = "fs")]
mod name;
#[cfg(feature = "fs")]
mod names;
#[cfg(feature = "fs")]
mod note;
#[cfg(feature = "fs")]
mod outcome;
#[cfg(feature = "fs")]
mod part;
#[cfg(feature = "fs")]
mod place;
mod remote_file;
mod stream;
#[cfg(feature = "fs")]
mod to_file;
#[cfg(feature = "fs")]
mod writer;

use std::fmt;
use std::future::IntoFuture as _;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use crate::api::AssetMediaSize;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::ids::{AssetId, UserId};
use crate::layer::RetryPolicy;
use crate::transfer::outage::{OutageOptions, Outages};
use crate::transfer::{Checksum, Progress};

use asset_info::AssetInfo;
use fetch::{Fetch, ResumeRules};
use remote_file::RemoteFile;

pub(super) use head::ContentRange;

#[cfg(feature = "fs")]
pub use archives::{Archive, ArchiveOutcome, Archives, DownloadArchives};
#[cfg(feature = "fs")]
pub use downloads::Downloads;
#[cfg(feature = "fs")]
pub use layout::Layout;
#[cfg(feature = "fs")]
pub use many::DownloadMany;
#[cfg(feature = "fs")]
pub use note::DownloadNote;
#[cfg(feature = "fs")]
pub use outcome::{DownloadOutcome, DownloadResult, DownloadSkip, DownloadSummary};
#[cfg(feature = "fs")]
pub use place::Collision;
pub use stream::{DownloadStream, StreamedDownload};
#[cfg(feature = "fs")]
pub use to_file::Downloaded;

/// The default maximum number of consecutive resumes without progress.
const RESUMES: u32 = 4;

/// The modification time to set on a downloaded file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModifiedTime {
    /// The modification time of the file before it was uploaded.
    #[default]
    FileModified,
    /// The time when the photo was taken.
    FileCreated,
    /// The time of the download.
    Now,
}

/// A download of one file. A final call selects the destination: [`to_folder`](Self::to_folder),
/// [`to_file`](Self::to_file), [`to_writer`](Self::to_writer) or [`stream`](Self::stream).
///
/// Downloads the original, unless another version is selected. The SHA-1 of an original is compared with that of the
/// asset. Unless it is given, it is requested from the server, which needs the permission `asset.read`.
///
/// A transfer that breaks is resumed within the same call. If the call fails or is dropped, the received bytes stay
/// in a hidden file beside the target, and the next call resumes from them.
///
/// In a folder that others can write to, a link, pipe or file of another user under a name that a download uses is
/// neither followed nor written to: the download uses another name, or the error names the file. Links to folders in
/// the path are followed, such as a `2024` that is on another disk: the caller chooses the folders.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # #[cfg(feature = "fs")]
/// # async fn example(client: immich_sdk::Client, id: immich_sdk::AssetId) -> Result<(), immich_sdk::Error> {
/// let photo = client.download_asset(id).to_folder("photos").await?;
/// println!("{} has {} bytes", photo.path.display(), photo.bytes);
/// # Ok(()) }
/// ```
#[must_use = "nothing is downloaded until a destination is given"]
pub struct Download<'c> {
    client: &'c Client,
    what: RemoteFile,
    options: Options,
}

/// The options of a download.
#[derive(Clone, Debug)]
struct Options {
    checksum: Option<Checksum>,
    verify: bool,
    known: Option<AssetInfo>,
    rules: ResumeRules,
    progress: Option<Progress>,
    total: Total,
    /// The number of requests for the file.
    requests: Arc<AtomicU32>,
    outage: OutageOptions,
    /// The outages of the run, if the file is one of several.
    outages: Option<Outages>,
    #[cfg(feature = "fs")]
    files: to_file::FileOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            checksum: None,
            verify: true,
            known: None,
            rules: ResumeRules { resumes: RESUMES, retry: None },
            progress: None,
            total: Total::Alone,
            requests: Arc::default(),
            outage: OutageOptions::default(),
            outages: None,
            #[cfg(feature = "fs")]
            files: to_file::FileOptions::default(),
        }
    }
}

impl Client {
    /// Downloads the original of an asset, or another version that the download selects.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # #[cfg(feature = "fs")]
    /// # async fn example(client: immich_sdk::Client, id: immich_sdk::AssetId) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::api::AssetMediaSize;
    ///
    /// client.download_asset(id).to_folder("photos").await?;
    /// client.download_asset(id).thumbnail(AssetMediaSize::Preview).to_file("preview.jpg").await?;
    /// # Ok(()) }
    /// ```
    pub fn download_asset(&self, id: impl Into<AssetId>) -> Download<'_> {
        Download::new(self, RemoteFile::Original(id.into()))
    }

    /// Downloads the profile image of a user.
    pub fn download_profile_image(&self, id: impl Into<UserId>) -> Download<'_> {
        Download::new(self, RemoteFile::ProfileImage(id.into()))
    }
}

impl<'c> Download<'c> {
    fn new(client: &'c Client, what: RemoteFile) -> Self {
        Self { client, what, options: Options::default() }
    }

    fn with_version(mut self, what: impl FnOnce(AssetId) -> RemoteFile) -> Self {
        if let Some(id) = self.what.asset() {
            self.what = what(id);
        }
        self
    }

    /// Downloads the image with its edits applied. The server generates it, so it has no checksum.
    pub fn edited(self) -> Self {
        self.with_version(RemoteFile::Edited)
    }

    /// Downloads a thumbnail in one of the sizes that the server generates.
    pub fn thumbnail(self, size: AssetMediaSize) -> Self {
        self.with_version(|id| RemoteFile::Thumbnail(id, size))
    }

    /// Downloads the video as the server plays it: transcoded, if the server has transcoded it.
    pub fn playback(self) -> Self {
        self.with_version(RemoteFile::Playback)
    }

    /// Sets the expected SHA-1, which saves requesting it from the server.
    pub fn checksum(mut self, checksum: Checksum) -> Self {
        self.options.checksum = Some(checksum);
        self
    }

    /// Sets whether the SHA-1 of an original is verified. Defaults to `true`.
    pub fn verify(mut self, verify: bool) -> Self {
        self.options.verify = verify;
        self
    }

    /// Sets the maximum number of consecutive resumes that each transfer less than 1 MiB of new bytes. Defaults to 4;
    /// 0 disables resuming. If the server sends the whole file again, the repeated bytes are not new, and a resume
    /// must transfer at least as many new ones.
    pub fn resumes(mut self, resumes: u32) -> Self {
        self.options.rules.resumes = resumes;
        self
    }

    /// Sets the delays before a broken transfer is resumed, and the attempts of each request. If the server requests
    /// a delay longer than [`RetryPolicy::max_retry_after`], the download fails. It can be resumed later.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.rules.retry = Some(policy);
        self
    }

    /// Sets how long to wait during an outage of the server: while it restarts, or while a gateway responds with 502,
    /// 503 or 504. Defaults to 15 minutes; zero disables waiting. The first request does not wait, because the
    /// address may be wrong.
    pub fn max_outage(mut self, limit: Duration) -> Self {
        self.options.outage.limit = limit;
        self
    }

    /// Reports the file and its bytes to `progress`.
    pub fn progress(mut self, progress: &Progress) -> Self {
        self.options.progress = Some(progress.clone());
        self
    }

    /// Returns the bytes as a stream. No request is sent before the first chunk is requested.
    pub fn stream(self) -> DownloadStream {
        DownloadStream::new(self)
    }

    /// Writes the bytes to a writer as they arrive. Written bytes cannot be discarded, so it is an error if the file
    /// changes on the server during the download.
    ///
    /// The writer is called in the caller's task, so it should not be slow.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client, id: immich_sdk::AssetId) -> Result<(), immich_sdk::Error> {
    /// let mut photo = Vec::new();
    /// let received = client.download_asset(id).to_writer(&mut photo).await?;
    /// assert!(received.verified && received.bytes == photo.len() as u64);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The errors of the request; `Checksum` if the bytes, which are already written then, do not match the checksum;
    /// `Io` if they cannot be written.
    pub async fn to_writer(self, mut writer: impl io::Write + Send) -> Result<StreamedDownload, Error> {
        let mut stream = self.stream();
        let written = |stream: &DownloadStream, outcome: io::Result<()>| {
            outcome.map_err(|error| Error::io(Some(stream.operation()), "the writer failed", error))
        };
        while let Some(bytes) = stream.chunk().await? {
            written(&stream, writer.write_all(&bytes))?;
        }
        written(&stream, writer.flush())?;
        Ok(stream.received())
    }

    /// Passes each chunk to `each` as it arrives. An error of `each` ends the download.
    ///
    /// # Errors
    /// The same as for [`to_writer`](Self::to_writer).
    pub async fn for_each_chunk(
        self,
        mut each: impl FnMut(&[u8]) -> io::Result<()> + Send,
    ) -> Result<StreamedDownload, Error> {
        let mut stream = self.stream();
        while let Some(bytes) = stream.chunk().await? {
            each(&bytes).map_err(|error| Error::io(Some(stream.operation()), "the callback failed", error))?;
        }
        Ok(stream.received())
    }

    fn fetch(&mut self) -> Fetch {
        let outages = self.outages();
        let Options { rules, progress, requests, .. } = &self.options;
        let requests = Arc::clone(requests);
        Fetch::new(self.client, self.what.clone(), rules.clone(), progress.clone(), requests, outages)
    }

    /// Returns the outages of the run, or those of this file alone.
    fn outages(&mut self) -> Outages {
        let Options { outages, outage, progress, .. } = &mut self.options;
        let own = || {
            let progress = progress.clone().unwrap_or_else(|| Progress::new(None));
            Outages::new(self.client.clone(), outage.clone(), progress)
        };
        outages.get_or_insert_with(own).clone()
    }

    /// Requests the facts about the asset that are needed and not known yet. Visitors of a shared link may not be
    /// allowed to.
    async fn load_info(&mut self, wanted: bool) -> Result<(), Error> {
        let Some(id) = self.what.asset().filter(|_| wanted && self.options.known.is_none()) else { return Ok(()) };
        let outages = self.outages();
        match outages.retry_outages(|| self.client.assets().get_asset_info(id).into_future()).await {
            Ok(asset) => self.options.known = Some(AssetInfo::from(&asset)),
            Err(error) if self.client.is_visitor() && error.kind() != ErrorKind::Transport => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether the checksum must be requested from the server.
    fn lacks_checksum(&self) -> bool {
        self.options.verify && self.options.checksum.is_none() && matches!(self.what, RemoteFile::Original(_))
    }

    /// Returns the SHA-1 that the bytes must have.
    fn expected(&self) -> Option<Checksum> {
        let original = matches!(self.what, RemoteFile::Original(_));
        // A shared link always returns the edited image.
        let known =
            self.options.known.as_ref().filter(|known| original && !(known.is_edited && self.client.is_visitor()));
        let expected = self.options.checksum.or_else(|| known?.checksum);
        expected.filter(|_| self.options.verify)
    }
}

impl fmt::Debug for Download<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Download").field("what", &self.what).finish_non_exhaustive()
    }
}

/// Creates the error for bytes that do not match the checksum of the asset.
fn mismatch(what: &RemoteFile, expected: Checksum, found: Checksum) -> Error {
    let message = format!("the bytes have the SHA-1 {found}, but the asset has {expected}");
    Error::checksum(what.operation(), message)
}

/// Which part of a file the totals of a progress already include.
#[derive(Clone, Copy, Debug)]
enum Total {
    /// Nothing, and there is no other file.
    Alone,
    /// The file, but not its bytes.
    #[cfg(feature = "fs")]
    File,
    /// The file and its bytes.
    #[cfg(feature = "fs")]
    Bytes,
}

/// Adds a file to the totals, once its length is known.
fn count_total(options: &Options, total: Option<u64>) {
    let Some(progress) = &options.progress else { return };
    let total = total.unwrap_or_default();
    match options.total {
        Total::Alone => {
            progress.add_total(1, total);
            progress.total_is_known();
        }
        #[cfg(feature = "fs")]
        Total::File => progress.add_total(0, total),
        #[cfg(feature = "fs")]
        Total::Bytes => {}
    }
}

/// Counts a file whose outcome is known.
fn count_file(options: &Options) {
    if let Some(progress) = &options.progress {
        progress.add_file();
    }
}

/// Counts bytes that need not be downloaded.
#[cfg(feature = "fs")]
fn count_bytes(options: &Options, bytes: u64) {
    if let Some(progress) = &options.progress {
        progress.add_bytes(bytes);
    }
}
