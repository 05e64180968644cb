//! The step that finds the inputs: the items of the caller, then the files that the scanner finds.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use crate::client::Client;
use crate::error::Error;
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::item::{Found, Item, Source, UploadItem, item_inputs};
use crate::transfer::upload::local_files::{self, LocalFiles, Scanner};
use crate::transfer::upload::media;
use crate::transfer::upload::run::Run;

/// The maximum number of files that are found in advance.
const FOUND: usize = 16 << 10;

/// The inputs that were found and not started, and the scanner.
#[derive(Default)]
pub(super) struct Scanning {
    found: VecDeque<Found>,
    scanner: Scan,
    /// The extensions of the files that the server accepts.
    extensions: HashSet<String>,
    unmatched_patterns: Vec<String>,
}

#[derive(Default)]
enum Scan {
    Idle(Box<Scanner>),
    Busy,
    #[default]
    Done,
}

/// Requests the facts that are needed before the first file, and opens the journal.
pub(super) async fn prepare(
    run: &Arc<Run>,
    items: Vec<UploadItem>,
    paths: Vec<PathBuf>,
) -> Result<(Scanning, LocalFiles), Error> {
    let extensions = run.outages.retry_outages(|| extensions(&run.client)).await?;
    let now = run.client.timer().map_or_else(jiff::Timestamp::now, |timer| timer.now());
    let items = item_inputs(items, now, run.options.times.as_ref(), &run.progress);
    let found = items.into_iter().map(|item| Found::Input(Box::new(item))).collect();
    let (scanner, files) = local_files::open(run, paths, extensions.clone()).await?;
    let scanner = scanner.map_or(Scan::Done, Scan::Idle);
    Ok((Scanning { found, scanner, extensions, unmatched_patterns: Vec::new() }, files))
}

/// Requests the extensions of the files that the server accepts.
async fn extensions(client: &Client) -> Result<HashSet<String>, Error> {
    let types = client.server().get_supported_media_types().await?;
    Ok(types.image.into_iter().chain(types.video).map(|extension| extension.to_lowercase()).collect())
}

impl Scanning {
    pub(super) fn begin(&mut self) -> Option<Task> {
        if self.found.len() >= FOUND || !matches!(self.scanner, Scan::Idle(_)) {
            return None;
        }
        let Scan::Idle(scanner) = std::mem::replace(&mut self.scanner, Scan::Busy) else { return None };
        Some(Box::pin(async move {
            let (scanner, found) = local_files::scan(scanner).await;
            Event::Scanned(scanner, found)
        }))
    }

    pub(super) fn done(&mut self, run: &Run, scanner: Box<Scanner>, found: Vec<Found>) {
        if found.is_empty() || run.is_stopping() {
            if !run.is_stopping() {
                self.unmatched_patterns = scanner.unmatched_patterns();
            }
            self.scanner = Scan::Done;
            run.progress.total_is_known();
        } else {
            self.scanner = Scan::Idle(scanner);
        }
        self.found.extend(found);
    }

    pub(super) fn pop(&mut self) -> Option<Found> {
        self.found.pop_front()
    }

    /// Whether the server accepts this type of input. The scanner has already filtered files.
    pub(super) fn accepts(&self, item: &Item) -> bool {
        matches!(item.source, Source::File(_)) || self.extensions.contains(&media::extension(&item.name))
    }

    /// Stops the scanner. The entries that it is reading still arrive.
    pub(super) fn stop(&mut self) {
        if matches!(self.scanner, Scan::Idle(_)) {
            self.scanner = Scan::Done;
        }
    }

    /// Whether the scanner has found everything.
    pub(super) fn is_total_known(&self) -> bool {
        matches!(self.scanner, Scan::Done)
    }

    /// Whether everything was found and started.
    pub(super) fn is_over(&self) -> bool {
        self.is_total_known() && self.found.is_empty()
    }

    pub(super) fn unmatched_patterns(&self) -> &[String] {
        &self.unmatched_patterns
    }
}
