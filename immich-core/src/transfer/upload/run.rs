//! The state that all steps of a run share.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use crate::client::Client;
use crate::transfer::Progress;
use crate::transfer::outage::Outages;
use crate::transfer::upload::options::Options;

/// The client and the options of a run, and whether it stops.
pub(super) struct Run {
    pub(super) client: Client,
    pub(super) options: Options,
    pub(super) outages: Outages,
    pub(super) progress: Progress,
    /// The wall-clock time of the start.
    pub(super) started: Timestamp,
    stopping: AtomicBool,
}

impl Run {
    pub(super) fn new(client: Client, options: Options) -> Self {
        let progress = Progress::new(client.timer().cloned());
        let outages = Outages::new(client.clone(), options.outages.clone(), progress.clone());
        Self { client, options, outages, progress, started: Timestamp::now(), stopping: AtomicBool::new(false) }
    }

    /// Stops starting inputs, and the threads that hash.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
