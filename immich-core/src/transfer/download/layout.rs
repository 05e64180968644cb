//! The subfolders that the files of a download go to.

use std::path::{Path, PathBuf};

use super::asset_info::AssetInfo;
use super::name;

/// How the files of a download are distributed to subfolders of the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// All files directly in the target.
    #[default]
    Flat,
    /// A subfolder with the name of the album, if an album is downloaded.
    Album,
    /// By the year when the photo was taken, in local time: `2024`.
    Year,
    /// By year and month: `2024/2024-05`.
    Month,
    /// By year and day: `2024/2024-05-06`.
    Day,
}

impl Layout {
    pub(super) fn folder(self, target: &Path, album: Option<&str>, known: Option<&AssetInfo>) -> PathBuf {
        let date = known.map(|known| known.local_date_time.0.date());
        let below = match (self, album.and_then(name::of_title), date) {
            (Self::Album, Some(album), _) => Some(album),
            (Self::Year, _, Some(date)) => Some(format!("{:04}", date.year())),
            (Self::Month, _, Some(date)) => Some(format!("{0:04}/{0:04}-{1:02}", date.year(), date.month())),
            (Self::Day, _, Some(date)) => {
                Some(format!("{0:04}/{0:04}-{1:02}-{2:02}", date.year(), date.month(), date.day()))
            }
            _ => None,
        };
        below.map_or_else(|| target.to_owned(), |below| target.join(below))
    }

    /// Whether the subfolder depends on facts about the asset.
    pub(super) fn needs_date(self) -> bool {
        matches!(self, Self::Year | Self::Month | Self::Day)
    }
}
