//! Archives of several assets.

use crate::prelude::*;

group! {
    /// Archives of several assets.
    DownloadApi: download
}

endpoint! {
    /// Streams the files of `asset_ids` as one zip of unknown length; a file that the server cannot get may be missing without an error.
    DownloadArchive = POST "/download/archive" -> Binary;
    DownloadApi.download_archive, "downloadArchive" [permission "asset.download"] {idempotent: true};
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
    body { DownloadArchiveDto }
}

endpoint! {
    /// Splits assets, an album or a user's whole timeline into archives of at most about `archive_size` bytes, with the size of each; nothing is downloaded.
    GetDownloadInfo = POST "/download/info" -> Json<DownloadResponseDto>;
    DownloadApi.get_download_info, "getDownloadInfo" [permission "asset.download"] {idempotent: true};
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
    body { DownloadInfoDto }
}

request! {
    /// The assets to put in one zip archive, for `download_archive`.
    struct DownloadArchiveDto {
        required_lists {
            /// The assets to put in; those the user may not read are left out without a word.
            asset_ids: AssetId,
        }
        optional {
            /// The name of the archive, without an extension. Since 3.2.0.
            archive_name: String,
            /// Whether to put in the assets with their edits instead of the originals.
            edited: bool,
        }
    }
}

response! {
    /// The assets that fit in one archive, and how big they are together.
    struct DownloadArchiveInfo {
        /// The assets of this archive, for `download_archive`, with the videos of live photos.
        asset_ids: Vec<AssetId>,
        /// The sizes of the files added up, in bytes.
        size: i64,
    }
}

request! {
    /// Which assets to download: a list, an album or everything of a user.
    struct DownloadInfoDto {
        optional {
            /// The album to download whole, instead of `asset_ids`.
            album_id: AlbumId,
            /// How big one archive may get, in bytes; 4 GiB when left out.
            archive_size: i64,
            /// The id of the user.
            user_id: UserId,
        }
        optional_lists {
            /// The ids of the assets.
            asset_ids: AssetId,
        }
    }
}

response! {
    /// A plan to download many assets as one or more archives.
    struct DownloadResponseDto {
        /// The archives to request, each of some assets.
        archives: Vec<DownloadArchiveInfo>,
        /// The sizes of all files added up, in bytes.
        total_size: i64,
    }
}
