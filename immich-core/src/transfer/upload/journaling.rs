//! The step that writes the journal, and the entries of earlier runs.

use std::io;

use crate::error::Error;
use crate::ids::AssetId;
use crate::transfer::threads;
use crate::transfer::upload::engine::{Event, Task, Then};
use crate::transfer::upload::item::{Item, Source, is_new};
use crate::transfer::upload::journal::{Account, FileEntry, Journal, JournalEntries, Progress, SidecarEntry};
use crate::transfer::upload::outcome::{DuplicateOf, UploadOutcome, UploadResult};
use crate::transfer::upload::run::Run;

pub(super) use crate::transfer::upload::journal::Line;

/// The journal of a run, if it has one.
#[derive(Default)]
pub(super) struct Journaling {
    entries: JournalEntries,
    /// `None` while it is being written, and after an error.
    journal: Option<Journal>,
    /// The owner of the assets.
    account: Option<Account>,
    /// Lines to write, and the actions that wait until they are written.
    waiting: Vec<(Line, Option<Then>)>,
    is_busy: bool,
    /// The number of lines passed to the journal, and the number of lines written.
    taken: u64,
    written: u64,
    error: Option<Error>,
}

/// The state of an input in the journal.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    asset: Option<AssetId>,
    /// The entry when the run began.
    progress: Option<Progress>,
    /// Whether this run recorded that the input is about to be sent.
    is_announced: bool,
    /// The number of lines that must be written before its source may be deleted or moved.
    line: u64,
}

/// Lines that were written, or could not be.
pub(super) struct Written {
    journal: Journal,
    then: Vec<Option<Then>>,
    result: io::Result<()>,
}

impl Journaling {
    pub(super) fn new(journal: Journal, entries: JournalEntries, account: Account) -> Self {
        Self { journal: Some(journal), entries, account: Some(account), ..Self::default() }
    }

    /// Looks a file up. Returns its result if it is on the server and needs no further check.
    pub(super) fn look_up(&self, run: &Run, item: &mut Item) -> Option<UploadResult> {
        let Source::File(file) = &item.source else { return None };
        let known = self.entries.of(&file.absolute, &file.stamp).filter(|_| item.state.changes == 0)?;
        item.checksum = Some(known.checksum);
        item.state.recorded.asset = known.asset;
        item.state.recorded.progress = Some(known.progress);
        if matches!(known.progress, Progress::Unfinished | Progress::Sending) {
            item.state.resumed = self.entries.is_sender(known.checksum, &file.absolute);
        }
        // The entry of a file is not trusted while one with the same bytes is in doubt.
        let is_doubtful = run.options.files.verify_journal || self.entries.is_doubtful(known.checksum);
        let is_there = matches!(known.progress, Progress::Done | Progress::Unfinished) && !is_doubtful;
        let asset = known.asset.unwrap_or_default();
        is_there.then_some(UploadResult::Duplicate { asset, of: DuplicateOf::EarlierRun })
    }

    /// Whether an asset with the bytes of this input must be verified.
    pub(super) fn is_doubtful(&self, run: &Run, item: &Item) -> bool {
        let by_entry = match item.state.recorded.progress {
            Some(Progress::Sending | Progress::Lost) => true,
            Some(Progress::Unfinished | Progress::Done) => run.options.files.verify_journal,
            None => false,
        };
        by_entry || item.checksum.is_some_and(|checksum| self.entries.is_doubtful(checksum))
    }

    /// Returns when an earlier run was about to send these bytes, in seconds since 1970.
    pub(super) fn sent_after(&self, item: &Item) -> Option<i64> {
        self.entries.sent_after(item.checksum?)
    }

    /// Returns the line about an input.
    fn line(&self, run: &Run, item: &Item, asset: Option<AssetId>, progress: Progress) -> Option<Line> {
        let account = self.account.as_ref().filter(|_| !run.options.dry_run)?;
        let Source::File(file) = &item.source else { return None };
        let mut known = FileEntry::new(&file.stamp, item.checksum?, asset, progress);
        match progress {
            Progress::Sending => known.since = Some(jiff::Timestamp::now().as_second()),
            Progress::Unfinished => {
                let removed = file.sidecar.as_ref().filter(|sidecar| !sidecar.others);
                known.sidecar =
                    removed.and_then(|sidecar| SidecarEntry::new(&sidecar.path, &sidecar.stamp, sidecar.users));
            }
            Progress::Lost | Progress::Done => {}
        }
        Some(known.line(account, &file.absolute))
    }

    /// Records that an input is about to be sent, so that the next run can recognize the asset as created by this
    /// program.
    ///
    /// Returns the input if no line needs to be written first.
    pub(super) fn record_sending(&mut self, run: &Run, mut item: Box<Item>) -> Option<Box<Item>> {
        if item.state.recorded.is_announced || item.state.recorded.progress == Some(Progress::Sending) {
            return Some(item);
        }
        let Some(line) = self.line(run, &item, None, Progress::Sending) else { return Some(item) };
        item.state.recorded.is_announced = true;
        self.waiting.push((line, Some(Then::Send(item))));
        None
    }

    /// Records that it is not known whether an input arrived.
    pub(super) fn record_doubt(&mut self, run: &Run, item: &Item) {
        if !item.state.recorded.is_announced {
            self.waiting.extend(self.line(run, item, None, Progress::Sending).map(|line| (line, None)));
        }
    }

    /// Records that the server lost the bytes of an input.
    pub(super) fn record_loss(&mut self, run: &Run, item: &Item, asset: AssetId) {
        self.waiting.extend(self.line(run, item, Some(asset), Progress::Lost).map(|line| (line, None)));
    }

    /// Records an input whose source is to be deleted or moved.
    pub(super) fn record_unfinished(&mut self, run: &Run, item: &mut Item, result: &UploadResult) {
        // A duplicate must not be recorded as unfinished, or the next run would count it as uploaded by this one.
        if is_new(item, result)
            && let Some(line) = self.line(run, item, result.live_asset(), Progress::Unfinished)
        {
            self.push(line);
            item.state.recorded.line = self.taken + self.waiting.len() as u64;
        }
    }

    /// Returns the lines about an input whose source is kept: the one to write before it is reported, and the one to
    /// write after its follow-up steps.
    pub(super) fn lines(
        &self,
        run: &Run,
        item: &Item,
        result: &UploadResult,
        has_steps: bool,
    ) -> (Option<Line>, Option<Line>) {
        let Some(asset) = result.live_asset() else { return (None, None) };
        let line = |progress| {
            let is_recorded =
                item.state.recorded.asset == Some(asset) && item.state.recorded.progress == Some(progress);
            self.line(run, item, Some(asset), progress).filter(|_| !is_recorded)
        };
        // The next run repeats albums and tags in any case. Stacks and live photos depend on new assets.
        if has_steps && is_new(item, result) {
            (line(Progress::Unfinished), line(Progress::Done))
        } else {
            (line(Progress::Done), None)
        }
    }

    pub(super) fn push(&mut self, line: Line) {
        self.waiting.push((line, None));
    }

    /// Writes a line, then reports the outcome.
    pub(super) fn report_after(&mut self, line: Line, outcome: UploadOutcome) {
        self.waiting.push((line, Some(Then::Report(Box::new(outcome)))));
    }

    /// Writes the queued lines. Without a journal, returns the actions that wait for them.
    pub(super) fn begin(&mut self) -> (Option<Task>, Vec<Then>) {
        if self.is_busy || self.waiting.is_empty() {
            return (None, Vec::new());
        }
        let (lines, then): (Vec<_>, Vec<_>) = std::mem::take(&mut self.waiting).into_iter().unzip();
        self.taken += lines.len() as u64;
        let Some(journal) = self.journal.take() else {
            // An earlier write failed.
            self.written = self.taken;
            return (None, then.into_iter().flatten().collect());
        };
        (Some(self.write(journal, then, move |journal| journal.add(&lines))), Vec::new())
    }

    /// Flushes the journal to disk at the end.
    pub(super) fn sync(&mut self) -> Option<Task> {
        let journal = self.journal.take_if(|journal| journal.is_dirty())?;
        Some(self.write(journal, Vec::new(), Journal::sync))
    }

    fn write(
        &mut self,
        mut journal: Journal,
        then: Vec<Option<Then>>,
        write: impl FnOnce(&mut Journal) -> io::Result<()> + Send + 'static,
    ) -> Task {
        self.is_busy = true;
        Box::pin(async move {
            let written = threads::unblock(move || {
                let result = write(&mut journal);
                Written { journal, then, result }
            });
            Event::Written(written.await)
        })
    }

    /// Returns the actions that waited for the lines.
    pub(super) fn done(&mut self, written: Written) -> impl Iterator<Item = Then> + use<> {
        self.is_busy = false;
        match written.result {
            Ok(()) => self.journal = Some(written.journal),
            Err(error) => self.error = Some(Error::io(None, "writing the journal", error)),
        }
        self.written = self.taken;
        written.then.into_iter().flatten()
    }

    /// Whether the line is written that must precede the removal of the source of an input.
    pub(super) fn has_written(&self, item: &Item) -> bool {
        item.state.recorded.line <= self.written || self.error.is_some()
    }

    /// Whether nothing is pending or running.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_busy && self.waiting.is_empty()
    }

    pub(super) fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}
