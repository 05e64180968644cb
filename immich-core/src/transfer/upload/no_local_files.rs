//! The empty twin of `local_files.rs` for builds without the feature `fs`: there are no files.

#![allow(clippy::unused_self, clippy::needless_pass_by_value, clippy::unused_async, clippy::unnecessary_wraps)]
#![allow(clippy::needless_pass_by_ref_mut)]

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use crate::body::Body;
use crate::error::Error;
use crate::ids::AssetId;
use crate::multipart::FilePart;
use crate::transfer::Checksum;
use crate::transfer::upload::engine::{Task, Then};
use crate::transfer::upload::hashing::Hashed;
use crate::transfer::upload::item::{Found, Item};
use crate::transfer::upload::outcome::{SidecarFile, SourceResult, UploadOutcome, UploadResult};
use crate::transfer::upload::run::Run;
use crate::transfer::upload::sending::Sent;

#[derive(Default)]
pub(super) struct LocalFiles {
    pub(super) changes: Changes,
    pub(super) journal: Journaling,
    pub(super) removal: Removal,
}

#[derive(Default)]
pub(super) struct Changes;

#[derive(Default)]
pub(super) struct Journaling;

#[derive(Default)]
pub(super) struct Removal;

#[derive(Debug, Default)]
pub(super) struct Recorded;

pub(super) enum LocalFile {}
pub(super) enum Scanner {}
pub(super) enum Line {}
pub(super) enum Written {}

pub(super) enum Removed {
    Settled(Box<Item>, UploadResult, SourceResult),
    #[allow(dead_code)]
    Task(Task),
}

impl LocalFile {
    pub(super) async fn hash(&self, _: Arc<Run>) -> io::Result<Hashed> {
        match *self {}
    }

    pub(super) async fn is_changed(&self) -> bool {
        match *self {}
    }

    pub(super) async fn parts(&self, _: Option<&Bytes>) -> (Body, Option<FilePart>) {
        match *self {}
    }

    pub(super) fn sidecar_problem(&self) -> Option<&Error> {
        match *self {}
    }

    pub(super) fn sidecar_outcome(&self, _: SourceResult) -> Option<SidecarFile> {
        match *self {}
    }
}

impl Scanner {
    pub(super) fn unmatched_patterns(&self) -> Vec<String> {
        match *self {}
    }
}

impl Changes {
    pub(super) fn push(&mut self, item: Box<Item>, sent: Sent) -> Option<(Box<Item>, Sent)> {
        Some((item, sent))
    }

    pub(super) fn begin(&mut self) -> Option<Task> {
        None
    }

    pub(super) fn done(&mut self) {}
}

impl Journaling {
    pub(super) fn look_up(&self, _: &Run, _: &mut Item) -> Option<UploadResult> {
        None
    }

    pub(super) fn is_doubtful(&self, _: &Run, _: &Item) -> bool {
        false
    }

    pub(super) fn sent_after(&self, _: &Item) -> Option<i64> {
        None
    }

    pub(super) fn record_sending(&mut self, _: &Run, item: Box<Item>) -> Option<Box<Item>> {
        Some(item)
    }

    pub(super) fn record_doubt(&mut self, _: &Run, _: &Item) {}

    pub(super) fn record_loss(&mut self, _: &Run, _: &Item, _: AssetId) {}

    pub(super) fn record_unfinished(&mut self, _: &Run, _: &mut Item, _: &UploadResult) {}

    pub(super) fn lines(&self, _: &Run, _: &Item, _: &UploadResult, _: bool) -> (Option<Line>, Option<Line>) {
        (None, None)
    }

    pub(super) fn push(&mut self, line: Line) {
        match line {}
    }

    pub(super) fn report_after(&mut self, line: Line, _: UploadOutcome) {
        match line {}
    }

    pub(super) fn begin(&mut self) -> (Option<Task>, Vec<Then>) {
        (None, Vec::new())
    }

    pub(super) fn sync(&mut self) -> Option<Task> {
        None
    }

    pub(super) fn done(&mut self, written: Written) -> Vec<Then> {
        match written {}
    }

    pub(super) fn is_idle(&self) -> bool {
        true
    }

    pub(super) fn error(&self) -> Option<&Error> {
        None
    }
}

impl Removal {
    pub(super) fn is_wanted(_: &Run, _: &Item, _: &UploadResult) -> bool {
        false
    }

    pub(super) fn push(&mut self, _: Box<Item>, _: UploadResult) {}

    pub(super) fn begin(&mut self, _: &Arc<Run>, _: &Journaling) -> Option<Task> {
        None
    }

    pub(super) fn done(&mut self) {}

    pub(super) fn removed(&mut self, _: &Run, item: Box<Item>, result: UploadResult, fate: SourceResult) -> Removed {
        Removed::Settled(item, result, fate)
    }
}

pub(super) fn update_stamp(_: &Run, _: &mut Item, _: &Metadata) {}

pub(super) async fn checksum(bytes: Bytes) -> Checksum {
    Checksum::of(bytes)
}

pub(super) async fn scan(scanner: Box<Scanner>) -> (Box<Scanner>, Vec<Found>) {
    match *scanner {}
}

pub(super) async fn open(
    _: &Arc<Run>,
    _: Vec<PathBuf>,
    _: HashSet<String>,
) -> Result<(Option<Box<Scanner>>, LocalFiles), Error> {
    Ok((None, LocalFiles::default()))
}

pub(super) fn with_threads<T>(_: &Run, poll: impl FnOnce() -> T) -> T {
    poll()
}
