//! The step that finds files that changed while they were sent.

use std::path::PathBuf;

use crate::transfer::threads;
use crate::transfer::upload::engine::{Event, Task};
use crate::transfer::upload::files::Stamp;
use crate::transfer::upload::item::{Item, Source};
use crate::transfer::upload::sending::Sent;

/// The files that were sent, and must be checked for changes meanwhile.
#[derive(Default)]
pub(super) struct Changes {
    waiting: Vec<(Box<Item>, Sent)>,
    is_busy: bool,
}

impl Changes {
    /// Queues a file that was sent. Returns it if changes do not matter.
    pub(super) fn push(&mut self, item: Box<Item>, sent: Sent) -> Option<(Box<Item>, Sent)> {
        if !sent.is_of_bytes() || !matches!(item.source, Source::File(_)) {
            return Some((item, sent));
        }
        self.waiting.push((item, sent));
        None
    }

    /// Starts to check the files that were sent since the last check, in one job on another thread.
    pub(super) fn begin(&mut self) -> Option<Task> {
        if self.is_busy || self.waiting.is_empty() {
            return None;
        }
        self.is_busy = true;
        let mut files = std::mem::take(&mut self.waiting);
        Some(Box::pin(async move {
            let stamps = files.iter().filter_map(|(item, _)| match &item.source {
                Source::File(file) => Some((file.path.clone(), file.stamp)),
                Source::Body { .. } => None,
            });
            let changed = are_changed(stamps.collect()).await;
            for ((_, sent), is_changed) in files.iter_mut().zip(changed) {
                if is_changed {
                    sent.set_changed();
                }
            }
            Event::ChangesChecked(files)
        }))
    }

    pub(super) fn done(&mut self) {
        self.is_busy = false;
    }
}

/// Whether each file changed after it was hashed. If a file is missing, sending it fails.
pub(super) async fn are_changed(files: Vec<(PathBuf, Stamp)>) -> Vec<bool> {
    let is_changed = |(path, stamp): (PathBuf, Stamp)| Stamp::read(&path).is_ok_and(|now| now != stamp);
    threads::unblock(move || files.into_iter().map(is_changed).collect()).await
}
