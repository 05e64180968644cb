//! The outcomes of several downloads.

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
    /// The name that it was uploaded under, where that is known.
    pub original_file_name: Option<String>,
    /// The result.
    pub fate: DownloadResult,
}

/// The result of one asset: exactly one of these.
#[derive(Debug)]
#[non_exhaustive]
pub enum DownloadResult {
    /// Its file was downloaded.
    Downloaded(Downloaded),
    /// The same file was there already.
    AlreadyThere(Downloaded),
    /// It was left out.
    Skipped(DownloadSkip),
    /// It could not be downloaded; the others continue.
    #[non_exhaustive]
    Failed {
        /// Why.
        error: Error,
        /// How many requests for its bytes were made.
        requests: u32,
    },
}

/// Why an asset was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DownloadSkip {
    /// The caller named it more than once in the same run; it was downloaded once.
    Repeated,
    /// Its file is in an external library, and was not there when the server last looked.
    Offline,
    /// The run was stopped before its turn came; see [`DownloadSummary::stopped_by`].
    Stopped,
}

/// How many assets became what. The numbers add up: every asset that was listed is counted once.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DownloadSummary {
    /// Assets whose file was downloaded.
    pub downloaded: u64,
    /// Assets whose file was there already.
    pub already_there: u64,
    /// Assets that were left out.
    pub skipped: u64,
    /// Assets that could not be downloaded.
    pub failed: u64,
    /// The bytes of the files that were downloaded.
    pub bytes: u64,
    /// Why there may be assets that were not listed; [`Incomplete::Unfinished`] until the run has ended.
    pub incomplete: Option<Incomplete>,
    /// The error that stopped the run: the server accepts the credential no more, so nothing else would work either.
    pub stopped_by: Option<Error>,
    /// Why the journal was not written.
    pub journal_error: Option<Error>,
}

impl DownloadSummary {
    /// Returns how many assets were listed and are done with.
    pub fn total(&self) -> u64 {
        self.downloaded + self.already_there + self.skipped + self.failed
    }

    /// Returns true if the run has ended, every asset was listed as far as the server reports, none failed, nothing was
    /// stopped, and the journal was written.
    ///
    /// An asset whose file the server itself does not have, [`DownloadSkip::Offline`], does not count against it.
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
