//! The step that hashes inputs. It starts them only while few enough are active.

use std::collections::VecDeque;
use std::fs::Metadata;
use std::io;
use std::sync::Arc;

use bytes::Bytes;

use crate::body::Body;
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::item::{Item, Source};
use crate::transfer::upload::local_files;
use crate::transfer::upload::run::Run;
use crate::transfer::{Checksum, Checksummer};

/// The maximum number of active inputs, most of which wait to be sent.
const ACTIVE: usize = 8 << 10;

/// The maximum number of bytes of small files in memory between hashing and sending, besides one file per hasher.
const KEPT: u64 = 8 << 20;

/// The inputs to hash, and the number of those that were started.
#[derive(Default)]
pub(super) struct Hashing {
    /// Inputs to hash again.
    changed: VecDeque<Box<Item>>,
    running: usize,
    /// The number of inputs that were started and have no result.
    busy: usize,
    /// The number of inputs that were started and have no outcome.
    active: usize,
    /// The number of bytes of small files in memory.
    kept: u64,
}

/// The checksum of an input, and what else was learned while hashing it.
pub(super) struct Hashed {
    pub(super) checksum: Checksum,
    pub(super) length: u64,
    /// The metadata of a file, and its bytes if they are few.
    pub(super) metadata: Option<Metadata>,
    pub(super) bytes: Option<Bytes>,
}

impl Hashing {
    /// Whether another input may be started.
    pub(super) fn has_room(&self, run: &Run) -> bool {
        self.running < run.options.hash_concurrency && self.active < ACTIVE && self.kept < KEPT
    }

    /// Queues an input that changed, to be hashed again.
    pub(super) fn push_changed(&mut self, item: Box<Item>) {
        self.changed.push_back(item);
    }

    pub(super) fn pop_changed(&mut self) -> Option<Box<Item>> {
        self.changed.pop_front()
    }

    /// Counts an input that is started.
    pub(super) fn start(&mut self, item: &mut Item) {
        if !std::mem::replace(&mut item.state.active, true) {
            self.active += 1;
            self.busy += 1;
        }
    }

    pub(super) fn begin(&mut self, run: &Arc<Run>, item: Box<Item>) -> Task {
        self.running += 1;
        let run = Arc::clone(run);
        Box::pin(async move {
            let hashed = digest(&item, run).await;
            Event::Hashed(item, hashed)
        })
    }

    pub(super) fn done(&mut self) {
        self.running -= 1;
    }

    /// Stores the bytes of a small file, or drops them.
    pub(super) fn keep(&mut self, item: &mut Item, bytes: Option<Bytes>) {
        let length = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        self.kept = (self.kept + length(&bytes)).saturating_sub(length(&item.state.bytes));
        item.state.bytes = bytes;
    }

    /// Counts an input that has its result.
    pub(super) fn ended(&mut self, item: &mut Item) {
        self.keep(item, None);
        self.busy -= usize::from(item.state.active);
    }

    /// Counts an input that has its outcome.
    pub(super) fn reported(&mut self, item: &Item) {
        self.active -= usize::from(item.state.active);
    }

    /// Whether all inputs that were started have their results.
    pub(super) fn are_results_known(&self) -> bool {
        self.busy == 0
    }

    /// Whether all inputs that were started have their outcomes.
    pub(super) fn is_idle(&self) -> bool {
        self.active == 0
    }
}

async fn digest(item: &Item, run: Arc<Run>) -> io::Result<Hashed> {
    match &item.source {
        Source::Body { body, .. } => digest_body(body.handle()).await,
        Source::File(file) => file.hash(run).await,
    }
}

async fn digest_body(mut body: Body) -> io::Result<Hashed> {
    if let Some(bytes) = body.as_bytes().cloned() {
        let length = bytes.len() as u64;
        return Ok(Hashed { checksum: local_files::checksum(bytes).await, length, metadata: None, bytes: None });
    }
    let (mut checksum, mut length) = (Checksummer::default(), 0);
    while let Some(chunk) = body.chunk().await.transpose()? {
        checksum.update(&chunk);
        length += chunk.len() as u64;
    }
    Ok(Hashed { checksum: checksum.finish(), length, metadata: None, bytes: None })
}
