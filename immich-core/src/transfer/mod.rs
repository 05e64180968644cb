//! Uploads and downloads of files: verified, resumable, and in bounded memory.
//!
//! Feature `checksum` enables [`Checksum`]; feature `fs` enables everything that reads or writes files.

#[cfg(feature = "fs")]
mod account;
mod checksum;
// `upload` and `download` each use only a part of it.
#[cfg(feature = "fs")]
mod disk;
mod download;
#[cfg(feature = "fs")]
mod file;
#[cfg(feature = "fs")]
mod lines;
mod outage;
mod progress;
#[cfg(feature = "fs")]
pub(crate) mod threads;
mod upload;

pub use checksum::{Checksum, Checksummer, ParseChecksumError};
#[cfg(feature = "fs")]
pub use download::{
    Archive, ArchiveOutcome, Archives, Collision, DownloadArchives, DownloadMany, DownloadNote, DownloadOutcome,
    DownloadResult, DownloadSkip, DownloadSummary, Downloaded, Downloads, Layout,
};
pub use download::{Download, DownloadStream, ModifiedTime, StreamedDownload};
#[cfg(feature = "fs")]
pub use file::{file_body, file_checksum};
pub use outage::OutageEvent;
pub use progress::{Progress, ProgressSnapshot};
#[cfg(feature = "fs")]
pub use threads::BlockingJob;
pub use upload::*;

#[cfg(feature = "fs")]
#[allow(deprecated)]
pub use crate::renamed::transfer::DownloadFate;
#[allow(deprecated)]
pub use crate::renamed::transfer::{NoChecksum, Received, SourceFate};
