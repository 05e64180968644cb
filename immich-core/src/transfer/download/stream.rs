//! A download as a stream of bytes, for programs that do not need a file.

use std::fmt;

use bytes::Bytes;
use futures_core::Stream;

use super::asset_info::AssetInfo;
use super::fetch::{Fetch, Step};
use super::remote_file::RemoteFile;
use super::{Download, Options, count_file, count_total, mismatch};
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;
use crate::transfer::{Checksum, Checksummer};

/// The result of a download that was not written to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamedDownload {
    /// The number of bytes.
    pub bytes: u64,
    /// The SHA-1 of the bytes.
    pub checksum: Checksum,
    /// Whether the checksum matches that of the asset, or that given by the caller.
    pub verified: bool,
    /// The file name that the server suggests. It is untrusted.
    pub file_name: Option<String>,
    /// The media type.
    pub content_type: Option<String>,
    /// The number of requests.
    pub requests: u32,
}

/// A download as a stream of chunks. The bytes are verified after the last chunk.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client, id: immich_sdk::AssetId) -> Result<(), immich_sdk::Error> {
/// let mut stream = client.download_asset(id).stream();
/// while let Some(bytes) = stream.chunk().await? {
///     println!("{} more bytes", bytes.len());
/// }
/// # Ok(()) }
/// ```
pub struct DownloadStream {
    client: Client,
    what: RemoteFile,
    options: Options,
    state: State,
    checksummer: Checksummer,
    bytes: u64,
    expected: Option<Checksum>,
}

enum State {
    New,
    Running(Box<Fetch>),
    Done(Box<Fetch>),
}

impl DownloadStream {
    pub(super) fn new(download: Download<'_>) -> Self {
        let Download { client, what, options } = download;
        let (client, checksummer) = (client.clone(), Checksummer::default());
        Self { client, what, options, state: State::New, checksummer, bytes: 0, expected: None }
    }

    /// Returns the next chunk; `None` at the end. A call after an error resumes the transfer where it broke.
    ///
    /// # Errors
    /// The errors of the request; `Checksum` after the last chunk if the bytes do not match the checksum; `Decode` if
    /// the file changed on the server.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let step = match &mut self.state {
                State::Done(_) => return Ok(None),
                State::Running(fetch) => fetch.next().await?,
                State::New => {
                    let fetch = self.start().await?;
                    self.state = State::Running(Box::new(fetch));
                    continue;
                }
            };
            match step {
                Step::Bytes(bytes) if bytes.is_empty() => {}
                Step::Bytes(bytes) => {
                    self.checksummer.update(&bytes);
                    self.bytes += bytes.len() as u64;
                    return Ok(Some(bytes));
                }
                // The bytes that were already returned are skipped.
                Step::Restart => {}
                Step::End => return self.end().map(|()| None),
            }
        }
    }

    async fn start(&mut self) -> Result<Fetch, Error> {
        let client = self.client.clone();
        let mut download = Download { client: &client, what: self.what.clone(), options: self.options.clone() };
        let needs_info = download.lacks_checksum();
        download.load_info(needs_info).await?;
        self.expected = download.expected();
        let mut fetch = download.fetch();
        fetch.open().await?;
        count_total(&self.options, fetch.head().total);
        self.options.known = download.options.known.take();
        Ok(fetch)
    }

    fn end(&mut self) -> Result<(), Error> {
        let found = self.checksummer.clone().finish();
        if let Some(expected) = self.expected.filter(|expected| *expected != found) {
            return Err(mismatch(&self.what, expected, found));
        }
        count_file(&self.options);
        self.state = match std::mem::replace(&mut self.state, State::New) {
            State::Running(fetch) => State::Done(fetch),
            other => other,
        };
        Ok(())
    }

    /// Returns the metadata of the file before its first bytes. Sends the request if it was not sent yet.
    ///
    /// # Errors
    /// The errors of the request.
    pub async fn open(&mut self) -> Result<StreamedDownload, Error> {
        if let State::New = self.state {
            let fetch = self.start().await?;
            self.state = State::Running(Box::new(fetch));
        }
        Ok(self.received())
    }

    /// Returns the state of the download so far.
    pub fn received(&self) -> StreamedDownload {
        let (State::Running(fetch) | State::Done(fetch)) = &self.state else {
            return StreamedDownload {
                bytes: 0,
                checksum: self.checksummer.clone().finish(),
                verified: false,
                file_name: None,
                content_type: None,
                requests: 0,
            };
        };
        StreamedDownload {
            bytes: self.bytes,
            checksum: self.checksummer.clone().finish(),
            verified: self.expected.is_some() && matches!(self.state, State::Done(_)),
            file_name: fetch.head().name.clone().or_else(|| self.known().map(|known| known.name.clone())),
            content_type: fetch.head().content_type.clone(),
            requests: fetch.requests(),
        }
    }

    /// Returns the length of the file in bytes, once it is known.
    pub fn total(&self) -> Option<u64> {
        match &self.state {
            State::New => None,
            State::Running(fetch) | State::Done(fetch) => fetch.head().total,
        }
    }

    /// Returns the chunks as a [`Stream`]. The stream ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        futures_util::stream::try_unfold(
            self,
            |mut this| async move { Ok(this.chunk().await?.map(|bytes| (bytes, this))) },
        )
    }

    pub(super) fn operation(&self) -> &'static Operation {
        self.what.operation()
    }

    fn known(&self) -> Option<&AssetInfo> {
        self.options.known.as_ref()
    }
}

impl fmt::Debug for DownloadStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DownloadStream")
            .field("what", &self.what)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}
