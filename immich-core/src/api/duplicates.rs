//! Groups of assets that look alike, and what to do with them.

use crate::prelude::*;

group! {
    /// Groups of assets that look alike, and what to do with them.
    DuplicatesApi: duplicates
}

endpoint! {
    /// Dissolves several groups of assets that look alike; the ids are those of the groups, and all assets stay.
    DeleteDuplicates = DELETE "/duplicates" -> Empty;
    DuplicatesApi.delete_duplicates, "deleteDuplicates" [permission "duplicate.delete"];
    body { BulkIdsDto }
}

endpoint! {
    /// Lists the groups of assets that look alike, each with a suggestion of which to keep.
    GetAssetDuplicates = GET "/duplicates" -> Json<Vec<DuplicateResponseDto>>;
    DuplicatesApi.get_asset_duplicates, "getAssetDuplicates" [permission "duplicate.read"];
}

endpoint! {
    /// Settles groups of assets that look alike: each asset of a group must be named to be kept or to go to the trash.
    ResolveDuplicates = POST "/duplicates/resolve" -> Json<Vec<BulkIdResponseDto>>;
    DuplicatesApi.resolve_duplicates, "resolveDuplicates" [permission "duplicate.delete"] [since "2.7.0"];
    body { DuplicateResolveDto }
}

endpoint! {
    /// Dissolves one group of assets that look alike; the assets themselves all stay.
    DeleteDuplicate = DELETE "/duplicates/{id}" -> Empty;
    DuplicatesApi.delete_duplicate, "deleteDuplicate" [permission "duplicate.delete"];
    path { id: DuplicateId }
}

request! {
    /// Decisions about groups of duplicates, for `resolve_duplicates`.
    struct DuplicateResolveDto {
        required_lists {
            /// The groups.
            groups: DuplicateResolveGroupDto,
        }
    }
}

request! {
    /// Which assets of one group of duplicates to keep, and which to move to the trash.
    struct DuplicateResolveGroupDto {
        named {
            /// The id of the group of duplicates.
            duplicate_id: DuplicateId,
            /// The ids of the assets to keep.
            keep_asset_ids: Vec<AssetId>,
            /// The ids of the assets to move to the trash.
            trash_asset_ids: Vec<AssetId>,
        }
    }
}

response! {
    /// A group of assets that look alike, and which of them the server would keep.
    struct DuplicateResponseDto {
        /// The assets.
        assets: Vec<AssetResponseDto>,
        /// The id of the group of duplicates.
        duplicate_id: DuplicateId,
        /// The ids of the assets that Immich suggests to keep. Since 2.7.0.
        suggested_keep_asset_ids: Option<Vec<AssetId>>,
    }
}
