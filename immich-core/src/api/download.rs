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
    optional { key: Secret = "key", slug: Secret = "slug" }
    body { DownloadArchiveDto }
}

endpoint! {
    /// Splits assets, an album or a user's whole timeline into archives of at most about `archive_size` bytes, with the size of each; nothing is downloaded.
    GetDownloadInfo = POST "/download/info" -> Json<DownloadResponseDto>;
    DownloadApi.get_download_info, "getDownloadInfo" [permission "asset.download"] {idempotent: true};
    optional { key: Secret = "key", slug: Secret = "slug" }
    body { DownloadInfoDto }
}

request! {
    /// Placeholder.
    struct DownloadArchiveDto {
        required_lists {
            asset_ids: AssetId,
        }
        optional {
            archive_name: String,
            edited: bool,
        }
    }
}

response! {
    /// Placeholder.
    struct DownloadArchiveInfo {
        asset_ids: Vec<AssetId>,
        size: i64,
    }
}

request! {
    /// Placeholder.
    struct DownloadInfoDto {
        optional {
            album_id: AlbumId,
            archive_size: i64,
            user_id: UserId,
        }
        optional_lists {
            asset_ids: AssetId,
        }
    }
}

response! {
    /// Placeholder.
    struct DownloadResponseDto {
        archives: Vec<DownloadArchiveInfo>,
        total_size: i64,
    }
}
