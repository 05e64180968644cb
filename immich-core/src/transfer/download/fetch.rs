//! The bytes of a file, asked for again from where they broke off.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::head::{ContentRange, Head};
use super::what::{Onward, What};
use crate::binary::BinaryResponse;
use crate::call::Options as CallOptions;
use crate::client::Client;
use crate::decode::{Binary, Decode};
use crate::error::{Error, ErrorKind};
use crate::layer::RetryPolicy;
use crate::send::{TransportError, TransportErrorKind};
use crate::transfer::Progress;
use crate::transfer::outage::Outages;

/// A response that brings this many new bytes before it breaks is progress: earlier failures count no more.
const WORTHWHILE: u64 = 1 << 20;

/// How a broken transfer is resumed.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// How often it is requested again without bringing much.
    pub(super) resumes: u32,
    /// The waits before that, and the attempts of each request; the client's own where it is not set.
    pub(super) retry: Option<RetryPolicy>,
}

/// The next step.
#[derive(Debug)]
pub(super) enum Step {
    Bytes(Bytes),
    /// The file begins anew: what came so far is of no use.
    Restart,
    End,
}

/// The use of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opened {
    GoesOn,
    Restarts,
    /// There is nothing more to come.
    Complete,
}

impl From<Opened> for Step {
    fn from(opened: Opened) -> Self {
        match opened {
            Opened::GoesOn => Self::Bytes(Bytes::new()),
            Opened::Restarts => Self::Restart,
            Opened::Complete => Self::End,
        }
    }
}

/// A file as it comes.
pub(super) struct Fetch {
    client: Client,
    what: What,
    rules: Rules,
    progress: Option<Progress>,
    /// Whether what was given can be taken back. If not, a file that changed is an error.
    rewinds: bool,
    /// The bytes themselves tell whether they are the right ones, so that a part is good without a tag.
    checked: bool,
    head: Head,
    position: u64,
    /// Bytes to pass over, since they were given already.
    skip: u64,
    body: Option<BinaryResponse>,
    /// Whether a response came.
    started: bool,
    failures: u32,
    /// The furthest position that this call reached: bytes before it are not new.
    furthest: u64,
    /// The bytes that came since the last failure, new ones and others.
    since_failure: Came,
    /// When the next request may be sent, in the time of the client's timer. It stays when a wait is dropped.
    due: Option<Duration>,
    requests: Arc<AtomicU32>,
    outages: Outages,
}

/// Bytes that came.
#[derive(Clone, Copy, Debug, Default)]
struct Came {
    new: u64,
    again: u64,
}

impl Came {
    /// Whether a response was worth its request. Of a server that begins anew each time, at least half must be new: so
    /// it sends each byte only so often, however large the file is.
    fn is_progress(self) -> bool {
        self.new >= WORTHWHILE && self.new >= self.again
    }
}

impl Fetch {
    pub(super) fn new(
        client: &Client,
        what: What,
        rules: Rules,
        progress: Option<Progress>,
        requests: Arc<AtomicU32>,
        outages: Outages,
    ) -> Self {
        Self {
            client: client.clone(),
            what,
            rules,
            progress,
            rewinds: false,
            checked: false,
            head: Head::default(),
            position: 0,
            skip: 0,
            body: None,
            started: false,
            failures: 0,
            furthest: 0,
            since_failure: Came::default(),
            due: None,
            requests,
            outages,
        }
    }

    /// Starts after `position` bytes of the file described by `head`; bytes that were returned can be taken back.
    #[cfg(feature = "fs")]
    pub(super) fn resume(&mut self, position: u64, head: Head, checked: bool) {
        (self.position, self.head, self.rewinds, self.checked) = (position, head, true, checked);
        self.furthest = position;
        self.count(position);
    }

    /// Forgets what came, and asks for the whole: the bytes that came were not the right ones, so all are new.
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

    /// How many requests were made.
    pub(super) fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Asks for the file, so that its head is known. The first response decides: an error is an error.
    pub(super) async fn open(&mut self) -> Result<Step, Error> {
        Ok(self.ask().await?.into())
    }

    /// Returns the next step.
    pub(super) async fn next(&mut self) -> Result<Step, Error> {
        loop {
            let Some(body) = &mut self.body else {
                if self.started && self.head.total == Some(self.position) {
                    return Ok(Step::End);
                }
                match self.ask().await {
                    Ok(Opened::GoesOn) => {}
                    Ok(opened) => return Ok(opened.into()),
                    Err(error) if self.started => self.broken(error)?,
                    Err(error) => return Err(error),
                }
                continue;
            };
            let broken = match body.chunk().await {
                Ok(Some(bytes)) => match self.take(bytes)? {
                    Some(bytes) => return Ok(Step::Bytes(bytes)),
                    None => continue,
                },
                Ok(None) if self.head.total.is_none_or(|total| total == self.position) => {
                    self.body = None;
                    self.head.total = Some(self.position);
                    return Ok(Step::End);
                }
                // A part that is shorter than what was asked for: the rest is requested.
                Ok(None) => {
                    let cut = TransportError::new(TransportErrorKind::Closed);
                    Error::transport(self.what.operation(), cut)
                }
                Err(error) => error,
            };
            self.broken(broken)?;
        }
    }

    /// Counts bytes that came, and passes over those that came before.
    fn take(&mut self, mut bytes: Bytes) -> Result<Option<Bytes>, Error> {
        let length = bytes.len() as u64;
        if self.head.total.is_some_and(|total| self.position + length > total) {
            return Err(self.wrong("the response has more bytes than the server told"));
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

    async fn ask(&mut self) -> Result<Opened, Error> {
        self.pause().await;
        let asked = match self.ask_through().await? {
            Some(opened) => opened,
            // A part that does not fit: the whole is requested, and its response is never a part.
            None => {
                self.rewind(Head::default())?;
                self.ask_through().await?;
                Opened::Restarts
            }
        };
        self.started = true;
        Ok(asked)
    }

    /// The same as [`ask_once`](Self::ask_once), again after each outage of the server.
    async fn ask_through(&mut self) -> Result<Option<Opened>, Error> {
        let outages = self.outages.clone();
        let mut ride = outages.ride();
        loop {
            ride.ready().await;
            match self.ask_once().await {
                Ok(opened) => {
                    outages.reached();
                    return Ok(opened);
                }
                Err(error) => ride.failed(error).await?,
            }
        }
    }

    /// Asks from the position on. `None` if what was fetched is no part of the file.
    async fn ask_once(&mut self) -> Result<Option<Opened>, Error> {
        let trusted = self.checked || self.head.validator().is_some();
        if self.position > 0 && !trusted {
            return Ok(None);
        }
        let ranged = self.position > 0;
        let from = ranged.then(|| Onward { byte: self.position, condition: self.head.validator() });
        self.requests.fetch_add(1, Ordering::Relaxed);
        let response = self.what.send(&self.client, from, self.rules.retry.as_ref()).await?;
        let range = ContentRange::of(response.headers());
        // Past the end: 416 by the standard, 500 of a server 2.7.5, 404 of a server 3.1.0.
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
        let answer = match Binary::decode(self.what.operation(), response).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.client.explain(error, &CallOptions::default()).await),
        };
        if answer.status() != StatusCode::PARTIAL_CONTENT {
            let head = Head::of(&answer, answer.len());
            let opened = if ranged { Opened::Restarts } else { Opened::GoesOn };
            if ranged {
                self.rewind(head)?;
            } else {
                self.head = head;
            }
            self.body = Some(answer);
            return Ok(Some(opened));
        }
        let Some(ContentRange::Part { first, total }) = range else { return self.unasked(ranged) };
        let now = Head::of(&answer, total);
        if !ranged || first != self.position || !now.agrees(&self.head) {
            return self.unasked(ranged);
        }
        self.head = Head { total: total.or(self.head.total), ..now };
        self.body = Some(answer);
        Ok(Some(Opened::GoesOn))
    }

    /// A part that was not asked for. Where none was asked for at all, asking again would not help.
    fn unasked(&self, ranged: bool) -> Result<Option<Opened>, Error> {
        if ranged { Ok(None) } else { Err(self.wrong("the whole file was asked for, and a part of it came")) }
    }

    /// The file begins anew.
    fn rewind(&mut self, head: Head) -> Result<(), Error> {
        if self.rewinds {
            if let Some(progress) = &self.progress {
                progress.take_back_bytes(self.position);
            }
        } else {
            // What was given stays given: the same bytes are passed over, others are of no use.
            let same = head.validator().is_some() && head.agrees(&self.head);
            if !same {
                return Err(
                    self.wrong("the transfer broke, and the server has another file now or gives no part of it")
                );
            }
            self.skip += self.position;
        }
        (self.position, self.head) = (0, head);
        Ok(())
    }

    /// Whether the transfer may be resumed after this error, and when.
    fn broken(&mut self, error: Error) -> Result<(), Error> {
        self.body = None;
        if std::mem::take(&mut self.since_failure).is_progress() {
            self.failures = 0;
        }
        self.failures += 1;
        let policy = self.rules.retry.as_ref().unwrap_or(self.client.retry_policy());
        if self.failures > self.rules.resumes || !passes(&error, policy) {
            return Err(error);
        }
        let delay = delay(policy, self.failures, &error);
        self.due = self.client.timer().map(|timer| timer.elapsed().saturating_add(delay));
        Ok(())
    }

    /// Waits until the next request may be sent.
    async fn pause(&mut self) {
        if let (Some(due), Some(timer)) = (self.due, self.client.timer()) {
            let left = due.saturating_sub(timer.elapsed());
            if !left.is_zero() {
                timer.sleep(left).await;
            }
        }
        self.due = None;
    }

    fn wrong(&self, message: &str) -> Error {
        Error::decode(self.what.operation(), "", message)
    }
}

/// Waits before another attempt, after this many failures: as long as the policy says, or the server, if that is longer.
#[cfg(feature = "fs")]
pub(super) async fn wait(client: &Client, policy: &RetryPolicy, failures: u32, error: &Error) {
    if let Some(timer) = client.timer() {
        timer.sleep(delay(policy, failures, error)).await;
    }
}

fn delay(policy: &RetryPolicy, failures: u32, error: &Error) -> Duration {
    let own = policy.wait(failures);
    error.retry_after().map_or(own, |asked| asked.max(own))
}

/// Whether the same request may have another outcome later, and not later than the policy waits for.
pub(super) fn passes(error: &Error, policy: &RetryPolicy) -> bool {
    let may_change = match error.kind() {
        ErrorKind::Transport => error
            .transport_error()
            .is_none_or(|error| matches!(error.kind(), TransportErrorKind::Closed | TransportErrorKind::Connect)),
        ErrorKind::Timeout => true,
        _ => error.status().is_some_and(|status| matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)),
    };
    may_change && error.retry_after().is_none_or(|asked| policy.allows(asked))
}
