//! The bytes of a file, requested again from where the transfer broke.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::head::{ContentRange, Head};
use super::remote_file::{RangeRequest, RemoteFile};
use crate::binary::BinaryResponse;
use crate::call::Options as CallOptions;
use crate::client::Client;
use crate::decode::{Binary, Decode};
use crate::error::{Error, ErrorKind};
use crate::layer::RetryPolicy;
use crate::transfer::Progress;
use crate::transfer::outage::Outages;
use crate::transport_error::{TransportError, TransportErrorKind};

/// A response that delivers this many new bytes before it breaks counts as progress and resets the failure count.
const WORTHWHILE: u64 = 1 << 20;

/// How a broken transfer is resumed.
#[derive(Clone, Debug)]
pub(super) struct ResumeRules {
    /// The maximum number of consecutive resumes without progress.
    pub(super) resumes: u32,
    /// The delays before a resume, and the attempts of each request. Defaults to the policy of the client.
    pub(super) retry: Option<RetryPolicy>,
}

/// The next step.
#[derive(Debug)]
pub(super) enum Step {
    Bytes(Bytes),
    /// The file starts over: discard the bytes received so far.
    Restart,
    End,
}

/// How the transfer continues after a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opened {
    Continues,
    Restarts,
    /// All bytes have been received.
    Complete,
}

impl From<Opened> for Step {
    fn from(opened: Opened) -> Self {
        match opened {
            Opened::Continues => Self::Bytes(Bytes::new()),
            Opened::Restarts => Self::Restart,
            Opened::Complete => Self::End,
        }
    }
}

/// A file that is being downloaded.
pub(super) struct Fetch {
    client: Client,
    what: RemoteFile,
    rules: ResumeRules,
    progress: Option<Progress>,
    /// Whether the consumer can discard bytes it has received. If not, a file that changed is an error.
    can_rewind: bool,
    /// Whether a checksum verifies the bytes, so that a partial file can be resumed without an `ETag`.
    checked: bool,
    head: Head,
    position: u64,
    /// The number of bytes to skip, because the consumer already has them.
    skip: u64,
    body: Option<BinaryResponse>,
    /// Whether a response has been received.
    started: bool,
    failures: u32,
    /// The highest position reached: bytes before it are not new.
    furthest: u64,
    /// The bytes received since the last failure.
    since_failure: ReceivedBytes,
    /// The earliest time of the next request, on the client's timer. It survives a dropped wait.
    due: Option<Duration>,
    requests: Arc<AtomicU32>,
    outages: Outages,
}

/// Counts of received bytes.
#[derive(Clone, Copy, Debug, Default)]
struct ReceivedBytes {
    new: u64,
    again: u64,
}

impl ReceivedBytes {
    /// Whether a response was worth its request. At least half of the bytes must be new, which bounds how often a
    /// server that always starts over sends the same bytes, however large the file is.
    fn is_progress(self) -> bool {
        self.new >= WORTHWHILE && self.new >= self.again
    }
}

impl Fetch {
    pub(super) fn new(
        client: &Client,
        what: RemoteFile,
        rules: ResumeRules,
        progress: Option<Progress>,
        requests: Arc<AtomicU32>,
        outages: Outages,
    ) -> Self {
        Self {
            client: client.clone(),
            what,
            rules,
            progress,
            can_rewind: false,
            checked: false,
            head: Head::default(),
            position: 0,
            skip: 0,
            body: None,
            started: false,
            failures: 0,
            furthest: 0,
            since_failure: ReceivedBytes::default(),
            due: None,
            requests,
            outages,
        }
    }

    /// Starts after the first `position` bytes of the file described by `head`. The consumer can discard bytes.
    #[cfg(feature = "fs")]
    pub(super) fn resume(&mut self, position: u64, head: Head, checked: bool) {
        (self.position, self.head, self.can_rewind, self.checked) = (position, head, true, checked);
        self.furthest = position;
        self.count(position);
    }

    /// Discards everything received and requests the whole file. The bytes were wrong, so all bytes count as new
    /// again.
    #[cfg(feature = "fs")]
    pub(super) fn start_over(&mut self) {
        if let Some(progress) = &self.progress {
            progress.take_back_bytes(self.position);
        }
        (self.position, self.head, self.body, self.started) = (0, Head::default(), None, false);
        self.furthest = 0;
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// Returns the number of requests that were sent.
    pub(super) fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Requests the file, so that its headers are known. An error of the first response is returned, not retried.
    pub(super) async fn open(&mut self) -> Result<Step, Error> {
        Ok(self.request().await?.into())
    }

    /// Returns the next step.
    pub(super) async fn next(&mut self) -> Result<Step, Error> {
        loop {
            let Some(body) = &mut self.body else {
                if self.started && self.head.total == Some(self.position) {
                    return Ok(Step::End);
                }
                match self.request().await {
                    Ok(Opened::Continues) => {}
                    Ok(opened) => return Ok(opened.into()),
                    Err(error) if self.started => self.schedule_resume(error)?,
                    Err(error) => return Err(error),
                }
                continue;
            };
            let failure = match body.chunk().await {
                Ok(Some(bytes)) => match self.accept(bytes)? {
                    Some(bytes) => return Ok(Step::Bytes(bytes)),
                    None => continue,
                },
                Ok(None) if self.head.total.is_none_or(|total| total == self.position) => {
                    self.body = None;
                    self.head.total = Some(self.position);
                    return Ok(Step::End);
                }
                // The response is shorter than requested: the rest is requested.
                Ok(None) => {
                    let cut = TransportError::new(TransportErrorKind::Closed);
                    Error::transport(self.what.operation(), cut)
                }
                Err(error) => error,
            };
            self.schedule_resume(failure)?;
        }
    }

    /// Counts received bytes, and skips those that the consumer already has.
    fn accept(&mut self, mut bytes: Bytes) -> Result<Option<Bytes>, Error> {
        let length = bytes.len() as u64;
        if self.head.total.is_some_and(|total| self.position + length > total) {
            return Err(self.invalid_response("the response is longer than the server announced"));
        }
        self.position += length;
        let new = length.min(self.position.saturating_sub(self.furthest));
        self.furthest = self.furthest.max(self.position);
        self.since_failure.new += new;
        self.since_failure.again += length - new;
        let skipped = self.skip.min(length);
        self.skip -= skipped;
        drop(bytes.split_to(usize::try_from(skipped).unwrap_or(bytes.len())));
        self.count(bytes.len() as u64);
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    fn count(&self, bytes: u64) {
        if let Some(progress) = &self.progress {
            progress.add_bytes(bytes);
        }
    }

    async fn request(&mut self) -> Result<Opened, Error> {
        self.wait_until_due().await;
        let requested = match self.request_through_outages().await? {
            Some(opened) => opened,
            // The partial file is of another version: the whole file is requested, whose response is never partial.
            None => {
                self.rewind(Head::default())?;
                self.request_through_outages().await?;
                Opened::Restarts
            }
        };
        self.started = true;
        Ok(requested)
    }

    /// The same as [`request_once`](Self::request_once), repeated after each outage of the server.
    async fn request_through_outages(&mut self) -> Result<Option<Opened>, Error> {
        let outages = self.outages.clone();
        let mut outage_retry = outages.outage_retry();
        loop {
            outage_retry.ready().await;
            match self.request_once().await {
                Ok(opened) => {
                    outages.reached();
                    return Ok(opened);
                }
                Err(error) => outage_retry.failed(error).await?,
            }
        }
    }

    /// Requests the file from the current position. Returns `None` if the received bytes are not part of the file.
    async fn request_once(&mut self) -> Result<Option<Opened>, Error> {
        let trusted = self.checked || self.head.validator().is_some();
        if self.position > 0 && !trusted {
            return Ok(None);
        }
        let ranged = self.position > 0;
        let from = ranged.then(|| RangeRequest { byte: self.position, condition: self.head.validator() });
        self.requests.fetch_add(1, Ordering::Relaxed);
        let response = self.what.send(&self.client, from, self.rules.retry.as_ref()).await?;
        let range = ContentRange::of(response.headers());
        // A range past the end: 416 by the standard, 500 from Immich 2.7.5, 404 from Immich 3.1.0.
        if ranged
            && !response.status().is_success()
            && let Some(ContentRange::Beyond { total }) = range
        {
            let now = Head { total: Some(total), ..Head::of_headers(response.headers()) };
            if total != self.position || !now.agrees(&self.head) {
                return Ok(None);
            }
            self.head.total = Some(total);
            return Ok(Some(Opened::Complete));
        }
        let response = match Binary::decode(self.what.operation(), response).await {
            Ok(response) => response,
            Err(error) => return Err(self.client.explain(error, &CallOptions::default()).await),
        };
        if response.status() != StatusCode::PARTIAL_CONTENT {
            let head = Head::of(&response, response.len());
            let opened = if ranged { Opened::Restarts } else { Opened::Continues };
            if ranged {
                self.rewind(head)?;
            } else {
                self.head = head;
            }
            self.body = Some(response);
            return Ok(Some(opened));
        }
        let Some(ContentRange::Part { first, total }) = range else { return self.unexpected_part(ranged) };
        let now = Head::of(&response, total);
        if !ranged || first != self.position || !now.agrees(&self.head) {
            return self.unexpected_part(ranged);
        }
        self.head = Head { total: total.or(self.head.total), ..now };
        self.body = Some(response);
        Ok(Some(Opened::Continues))
    }

    /// Handles a partial response that does not match the request. If no range was requested, retrying would not
    /// help.
    fn unexpected_part(&self, ranged: bool) -> Result<Option<Opened>, Error> {
        if ranged {
            Ok(None)
        } else {
            Err(self.invalid_response("the whole file was requested, but the response is partial"))
        }
    }

    /// Restarts the file at its beginning.
    fn rewind(&mut self, head: Head) -> Result<(), Error> {
        if self.can_rewind {
            if let Some(progress) = &self.progress {
                progress.take_back_bytes(self.position);
            }
        } else {
            // The consumer keeps what it has: identical bytes can be skipped, different ones are an error.
            let same = head.validator().is_some() && head.agrees(&self.head);
            if !same {
                return Err(self.invalid_response(
                    "the transfer broke, and the server has a different file now or does not support ranges",
                ));
            }
            self.skip += self.position;
        }
        (self.position, self.head) = (0, head);
        Ok(())
    }

    /// Schedules the next request after an error, or returns the error if the transfer must not be resumed.
    fn schedule_resume(&mut self, error: Error) -> Result<(), Error> {
        self.body = None;
        if std::mem::take(&mut self.since_failure).is_progress() {
            self.failures = 0;
        }
        self.failures += 1;
        let policy = self.rules.retry.as_ref().unwrap_or(self.client.retry_policy());
        if self.failures > self.rules.resumes || !is_transient(&error, policy) {
            return Err(error);
        }
        let delay = delay(policy, self.failures, &error);
        self.due = self.client.timer().map(|timer| timer.elapsed().saturating_add(delay));
        Ok(())
    }

    /// Waits until the next request is due.
    async fn wait_until_due(&mut self) {
        if let (Some(due), Some(timer)) = (self.due, self.client.timer()) {
            let left = due.saturating_sub(timer.elapsed());
            if !left.is_zero() {
                timer.sleep(left).await;
            }
        }
        self.due = None;
    }

    fn invalid_response(&self, message: &str) -> Error {
        Error::decode(self.what.operation(), "", message)
    }
}

/// Waits before the next attempt, after `failures` failures: the delay of the policy, or that of the server if it is
/// longer.
#[cfg(feature = "fs")]
pub(super) async fn wait(client: &Client, policy: &RetryPolicy, failures: u32, error: &Error) {
    if let Some(timer) = client.timer() {
        timer.sleep(delay(policy, failures, error)).await;
    }
}

fn delay(policy: &RetryPolicy, failures: u32, error: &Error) -> Duration {
    let own = policy.wait(failures);
    error.retry_after().map_or(own, |requested| requested.max(own))
}

/// Whether the same request may succeed later, within the delay that the policy allows.
pub(super) fn is_transient(error: &Error, policy: &RetryPolicy) -> bool {
    let may_change = match error.kind() {
        ErrorKind::Transport => error
            .transport_error()
            .is_none_or(|error| matches!(error.kind(), TransportErrorKind::Closed | TransportErrorKind::Connect)),
        ErrorKind::Timeout => true,
        _ => error.status().is_some_and(|status| matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)),
    };
    may_change && error.retry_after().is_none_or(|requested| policy.allows(requested))
}
