//! Limits of the file system that a download worked around.

use std::fmt;

/// A limit of the file system that a download worked around. The file is complete nevertheless.
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
    /// The modification time could not be set. It is the time of the download.
    #[non_exhaustive]
    TimeNotSet {
        /// The error of the operating system.
        reason: String,
    },
    /// The file and its name could not be flushed to disk, so a power failure soon afterwards may lose it.
    #[non_exhaustive]
    NotDurable {
        /// The error of the operating system.
        reason: String,
    },
    /// The file system does not support locks, so it is not detected if another program downloads the same file to
    /// the same folder at the same time.
    #[non_exhaustive]
    NotLocked {
        /// The error of the operating system.
        reason: String,
    },
    /// The file could not be renamed atomically.
    #[non_exhaustive]
    NotRenamed {
        /// The error of the operating system.
        reason: String,
    },
    /// The name was too long for the file system, so it was shortened.
    #[non_exhaustive]
    NameShortened {
        /// The full name.
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
