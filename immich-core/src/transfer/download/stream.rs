//! A download as its bytes, for programs that do not want a file.

use std::fmt;

use bytes::Bytes;
use futures_core::Stream;

use super::fetch::{Fetch, Step};
use super::known::Known;
use super::what::What;
use super::{Download, Options, count_file, count_total, mismatch};
use crate::client::Client;
use crate::endpoint::Operation;
use crate::error::Error;
use crate::transfer::{Checksum, Checksummer};

/// A download that did not go to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamedDownload {
    /// How many bytes there were.
    pub bytes: u64,
    /// The SHA-1 of the bytes.
    pub checksum: Checksum,
    /// Whether that is the SHA-1 that the server has of the asset, or the caller gave.
    pub verified: bool,
    /// The name that the server suggests; it comes from another machine.
    pub file_name: Option<String>,
    /// The media type.
    pub content_type: Option<String>,
    /// How many requests it took.
    pub requests: u32,
}

/// The bytes of a download as they come. After the last, they were verified.
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
    what: What,
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

    /// The next bytes, or `None` at the end. After an error it is requested again from where it broke off.
    ///
    /// # Errors
    /// Those of the request; `Checksum` after the last bytes, if they are not those of the asset; `Decode` if the
    /// server has other bytes than before.
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
                // The bytes that were given are passed over.
                Step::Restart => {}
                Step::End => return self.end().map(|()| None),
            }
        }
    }

    async fn start(&mut self) -> Result<Fetch, Error> {
        let client = self.client.clone();
        let mut download = Download { client: &client, what: self.what.clone(), options: self.options.clone() };
        let lacking = download.lacks_checksum();
        download.learn(lacking).await?;
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

    /// Returns the known facts about the file before its first bytes; sends the request if that was not done.
    ///
    /// # Errors
    /// Those of the request.
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

    /// How many bytes the file has, once that is known.
    pub fn total(&self) -> Option<u64> {
        match &self.state {
            State::New => None,
            State::Running(fetch) | State::Done(fetch) => fetch.head().total,
        }
    }

    /// The same as a [`Stream`], for what is made of those. It ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        futures_util::stream::try_unfold(
            self,
            |mut this| async move { Ok(this.chunk().await?.map(|bytes| (bytes, this))) },
        )
    }

    pub(super) fn operation(&self) -> &'static Operation {
        self.what.operation()
    }

    fn known(&self) -> Option<&Known> {
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
