//! Files from the server: verified, resumed, named for every system.

#[cfg(feature = "fs")]
mod archive;
#[cfg(feature = "fs")]
mod archives;
#[cfg(feature = "fs")]
mod downloads;
mod fetch;
mod head;
#[cfg(feature = "fs")]
mod journal;
mod known;
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
mod stream;
#[cfg(feature = "fs")]
mod to_file;
mod what;
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

use fetch::{Fetch, Rules};
use known::Known;
use what::What;

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

/// How often a broken transfer is requested again without bringing much.
const RESUMES: u32 = 4;

/// The time that a downloaded file says it was changed at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModifiedTime {
    /// When the file was last changed before it came to the server.
    #[default]
    FileModified,
    /// When the photo was taken.
    FileCreated,
    /// When it was downloaded.
    Now,
}

/// A download of one file. What is to be done with the bytes comes last: [`to_folder`](Self::to_folder),
/// [`to_file`](Self::to_file), [`to_writer`](Self::to_writer) or [`stream`](Self::stream).
///
/// It is the original, unless something else is requested. The SHA-1 of an original is compared with the one that
/// the server has of the asset; the server is requested that unless it is given, which needs the permission
/// `asset.read`.
///
/// A transfer that breaks is resumed where it broke, in the same call. What was fetched of a file stays beside
/// its target, hidden, when the call fails or is dropped, and the next call resumes it.
///
/// In a folder that others can write to, a link, pipe or file of another user under a name that a download uses is
/// neither followed nor written to: another name is taken, or the error names it. The folders of the target are the
/// caller's choice, and links to folders are followed, such as a `2024` that is on another disk.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # #[cfg(feature = "fs")]
/// # async fn example(client: immich_sdk::Client, id: immich_sdk::AssetId) -> Result<(), immich_sdk::Error> {
/// let photo = client.download_asset(id).to_folder("photos").await?;
/// println!("{} has {} bytes", photo.path.display(), photo.bytes);
/// # Ok(()) }
/// ```
#[must_use = "nothing is downloaded until it is told where to"]
pub struct Download<'c> {
    client: &'c Client,
    what: What,
    options: Options,
}

/// How a file is downloaded.
#[derive(Clone, Debug)]
struct Options {
    checksum: Option<Checksum>,
    verify: bool,
    known: Option<Known>,
    rules: Rules,
    progress: Option<Progress>,
    total: Total,
    /// How many requests for bytes were made.
    requests: Arc<AtomicU32>,
    outage: OutageOptions,
    /// The outages of the run, where it is one of several downloads.
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
            rules: Rules { resumes: RESUMES, retry: None },
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
    /// Downloads the original of an asset, or the version that the download selects.
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
        Download::new(self, What::Original(id.into()))
    }

    /// Downloads the picture of a user.
    pub fn download_profile_image(&self, id: impl Into<UserId>) -> Download<'_> {
        Download::new(self, What::ProfileImage(id.into()))
    }
}

impl<'c> Download<'c> {
    fn new(client: &'c Client, what: What) -> Self {
        Self { client, what, options: Options::default() }
    }

    fn instead(mut self, what: impl FnOnce(AssetId) -> What) -> Self {
        if let Some(id) = self.what.asset() {
            self.what = what(id);
        }
        self
    }

    /// Takes the image with its edits. Its bytes are made by the server, and have no checksum.
    pub fn edited(self) -> Self {
        self.instead(What::Edited)
    }

    /// Takes the picture of the asset in one of the sizes that the server makes.
    pub fn thumbnail(self, size: AssetMediaSize) -> Self {
        self.instead(|id| What::Thumbnail(id, size))
    }

    /// Takes the video as it is played: converted, if the server has that.
    pub fn playback(self) -> Self {
        self.instead(What::Playback)
    }

    /// Compares the bytes with this SHA-1, so that the server is not asked for it.
    pub fn checksum(mut self, checksum: Checksum) -> Self {
        self.options.checksum = Some(checksum);
        self
    }

    /// Whether to compare the SHA-1 of an original; it is done unless switched off.
    pub fn verify(mut self, verify: bool) -> Self {
        self.options.verify = verify;
        self
    }

    /// Sets the number of failures in a row after which a broken transfer is given up; 4 by default, and zero does
    /// not resume at all. A failure that follows at least a MiB of new bytes begins a new row. Bytes that come again,
    /// from a server that sends the whole file each time, are not new, and the new ones must be at least as many.
    pub fn resumes(mut self, resumes: u32) -> Self {
        self.options.rules.resumes = resumes;
        self
    }

    /// Sets the waits before a broken transfer is resumed, and the attempts of each request. A server that asks for a
    /// longer wait than [`RetryPolicy::max_retry_after`] ends the download, which can be resumed later.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.rules.retry = Some(policy);
        self
    }

    /// Sets how long to wait for a server that is away: one that restarts, or behind a gateway that responds with 502, 503
    /// or 504. Defaults to 15 minutes; zero does not wait. The first request is not waited for: the address may be wrong.
    pub fn max_outage(mut self, limit: Duration) -> Self {
        self.options.outage.limit = limit;
        self
    }

    /// Counts the file and its bytes in `progress` as they come.
    pub fn progress(mut self, progress: &Progress) -> Self {
        self.options.progress = Some(progress.clone());
        self
    }

    /// The bytes as they come.
    ///
    /// Nothing is sent before the first of them is requested.
    pub fn stream(self) -> DownloadStream {
        DownloadStream::new(self)
    }

    /// Writes the bytes as they come. What was written stays written: a file that changes on the server while it
    /// is downloaded is an error.
    ///
    /// The writer is written to in the task of the caller, so it should not be slow.
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
    /// Those of the request; `Checksum` if the bytes, which are written then, are not those of the asset; `Io` if
    /// they cannot be written.
    pub async fn to_writer(self, mut writer: impl io::Write + Send) -> Result<StreamedDownload, Error> {
        let mut stream = self.stream();
        let written = |stream: &DownloadStream, outcome: io::Result<()>| {
            outcome.map_err(|error| Error::io(Some(stream.operation()), "the writer took no more", error))
        };
        while let Some(bytes) = stream.chunk().await? {
            written(&stream, writer.write_all(&bytes))?;
        }
        written(&stream, writer.flush())?;
        Ok(stream.received())
    }

    /// Gives each piece of the bytes to `each` as it comes; an error of it ends the download.
    ///
    /// # Errors
    /// As [`to_writer`](Self::to_writer).
    pub async fn for_each_chunk(
        self,
        mut each: impl FnMut(&[u8]) -> io::Result<()> + Send,
    ) -> Result<StreamedDownload, Error> {
        let mut stream = self.stream();
        while let Some(bytes) = stream.chunk().await? {
            each(&bytes).map_err(|error| Error::io(Some(stream.operation()), "the bytes were refused", error))?;
        }
        Ok(stream.received())
    }

    fn fetch(&mut self) -> Fetch {
        let outages = self.outages();
        let Options { rules, progress, requests, .. } = &self.options;
        let requests = Arc::clone(requests);
        Fetch::new(self.client, self.what.clone(), rules.clone(), progress.clone(), requests, outages)
    }

    /// The outages of the run, or of this file alone.
    fn outages(&mut self) -> Outages {
        let Options { outages, outage, progress, .. } = &mut self.options;
        let own = || {
            let progress = progress.clone().unwrap_or_else(|| Progress::new(None));
            Outages::new(self.client.clone(), outage.clone(), progress)
        };
        outages.get_or_insert_with(own).clone()
    }

    /// Asks the server for what is to be known, if it is not. Visitors of a shared link may not see it.
    async fn learn(&mut self, wanted: bool) -> Result<(), Error> {
        let Some(id) = self.what.asset().filter(|_| wanted && self.options.known.is_none()) else { return Ok(()) };
        let outages = self.outages();
        match outages.ride_out(|| self.client.assets().get_asset_info(id).into_future()).await {
            Ok(asset) => self.options.known = Some(Known::from(&asset)),
            Err(error) if self.client.is_visitor() && error.kind() != ErrorKind::Transport => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether the server must be asked for the checksum.
    fn lacks_checksum(&self) -> bool {
        self.options.verify && self.options.checksum.is_none() && matches!(self.what, What::Original(_))
    }

    /// The SHA-1 that the bytes must have.
    fn expected(&self) -> Option<Checksum> {
        let original = matches!(self.what, What::Original(_));
        // A shared link gives the image with its edits, whatever is requested.
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

/// The bytes are not those of the asset.
fn mismatch(what: &What, expected: Checksum, found: Checksum) -> Error {
    let message = format!("the bytes have the SHA-1 {found}, and those of the asset {expected}");
    Error::checksum(what.operation(), message)
}

/// The part of a file that the totals of a progress already include.
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

/// Counts a file of which it is known what became of it.
fn count_file(options: &Options) {
    if let Some(progress) = &options.progress {
        progress.add_file();
    }
}

/// Bytes that need not be asked for.
#[cfg(feature = "fs")]
fn count_bytes(options: &Options, bytes: u64) {
    if let Some(progress) = &options.progress {
        progress.add_bytes(bytes);
    }
}
