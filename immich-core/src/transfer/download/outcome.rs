//! The outcomes of a download of several files.

use super::to_file::Downloaded;
use crate::error::Error;
use crate::ids::AssetId;
use crate::listing::Incomplete;

/// The outcome of one asset.
#[derive(Debug)]
#[non_exhaustive]
pub struct DownloadOutcome {
    /// The asset.
    pub asset_id: AssetId,
    /// The original name of the file, if known.
    pub original_file_name: Option<String>,
    /// The result.
    pub fate: DownloadResult,
}

/// The result of one asset.
#[derive(Debug)]
#[non_exhaustive]
pub enum DownloadResult {
    /// The file was downloaded.
    Downloaded(Downloaded),
    /// The same file existed already.
    AlreadyThere(Downloaded),
    /// The asset was skipped.
    Skipped(DownloadSkip),
    /// The file could not be downloaded. The other downloads continue.
    #[non_exhaustive]
    Failed {
        /// The error.
        error: Error,
        /// The number of requests for the file.
        requests: u32,
    },
}

/// Why an asset was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DownloadSkip {
    /// The caller listed the asset more than once. It was downloaded once.
    Repeated,
    /// The file is in an external library, and was missing when the server last checked.
    Offline,
    /// The run was stopped before this asset was started; see [`DownloadSummary::stopped_by`].
    Stopped,
}

/// The number of assets by outcome. Every listed asset is counted once.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DownloadSummary {
    /// The number of assets whose file was downloaded.
    pub downloaded: u64,
    /// The number of assets whose file existed already.
    pub already_there: u64,
    /// The number of assets that were skipped.
    pub skipped: u64,
    /// The number of assets that could not be downloaded.
    pub failed: u64,
    /// The number of bytes of the downloaded files.
    pub bytes: u64,
    /// Why the list of assets may be incomplete; [`Incomplete::Unfinished`] until the run has ended.
    pub incomplete: Option<Incomplete>,
    /// The error that stopped the run: the server does not accept the credential, or was unavailable for too long.
    pub stopped_by: Option<Error>,
    /// The error that prevented writing the journal.
    pub journal_error: Option<Error>,
}

impl DownloadSummary {
    /// Returns the number of assets with an outcome.
    pub fn total(&self) -> u64 {
        self.downloaded + self.already_there + self.skipped + self.failed
    }

    /// Returns true if the run has ended, all assets were listed as far as the server reports, none failed, the run
    /// was not stopped, and the journal was written.
    ///
    /// Assets whose file is missing on the server ([`DownloadSkip::Offline`]) do not count as failures. The folder may
    /// have their files of an earlier run, and the outcome has no path of them: before you delete files that were not
    /// reported, check that nothing was [`skipped`](Self::skipped) either.
    pub fn is_complete(&self) -> bool {
        self.failed == 0 && self.incomplete.is_none() && self.stopped_by.is_none() && self.journal_error.is_none()
    }

    pub(super) fn count(&mut self, fate: &DownloadResult) {
        match fate {
            DownloadResult::Downloaded(done) => {
                self.downloaded += 1;
                self.bytes += done.bytes;
            }
            DownloadResult::AlreadyThere(_) => self.already_there += 1,
            DownloadResult::Skipped(_) => self.skipped += 1,
            DownloadResult::Failed { .. } => self.failed += 1,
        }
    }
}
