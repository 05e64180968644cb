//! Limits of a file system that a download worked around.

use std::fmt;

/// A limit of the file system that a download worked around. The file is whole all the same.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client, id: immich_sdk::AssetId) -> Result<(), immich_sdk::Error> {
/// let photo = client.download_asset(id).to_folder("/mnt/nas/photos").await?;
/// for note in &photo.notes {
///     eprintln!("{}: {note}", photo.path.display());
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DownloadNote {
    /// The time at which the file was changed could not be set. It is the time of the download.
    #[non_exhaustive]
    TimeNotSet {
        /// The error of the system.
        reason: String,
    },
    /// The system could not be made to wait until the disk has the file and its name, so a loss of power soon
    /// afterwards may lose it.
    #[non_exhaustive]
    NotDurable {
        /// The error of the system.
        reason: String,
    },
    /// The file system has no locks, so another program that downloads the same file to the same folder at the same
    /// time is not noticed.
    #[non_exhaustive]
    NotLocked {
        /// The error of the system.
        reason: String,
    },
    /// The file system could not rename the file to its final name in one step.
    #[non_exhaustive]
    NotRenamed {
        /// The error of the system.
        reason: String,
    },
    /// The file system takes no name of this length, so it was shortened.
    #[non_exhaustive]
    NameShortened {
        /// The name that the file would have had.
        wanted: String,
    },
}

impl fmt::Display for DownloadNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimeNotSet { reason } => write!(formatter, "the modification time could not be set: {reason}"),
            Self::NotDurable { reason } => write!(formatter, "the file could not be synced to the disk: {reason}"),
            Self::NotLocked { reason } => write!(formatter, "the file could not be locked: {reason}"),
            Self::NotRenamed { reason } => write!(formatter, "the file could not be renamed in one step: {reason}"),
            Self::NameShortened { wanted } => write!(formatter, "the name `{wanted}` is too long here"),
        }
    }
}
