//! The trash: restore what is in it, or empty it.

use crate::prelude::*;

group! {
    /// The trash: restore what is in it, or empty it.
    TrashApi: trash
}

endpoint! {
    /// Deletes for good all that the signed-in user has in the trash, in the background, and returns how many assets that are.
    EmptyTrash = POST "/trash/empty" -> Json<TrashResponseDto>;
    TrashApi.empty_trash, "emptyTrash" [permission "asset.delete"];
}

endpoint! {
    /// Brings back all that the signed-in user has in the trash, and returns how many assets that are.
    RestoreTrash = POST "/trash/restore" -> Json<TrashResponseDto>;
    TrashApi.restore_trash, "restoreTrash" [permission "asset.delete"];
}

endpoint! {
    /// Brings the given assets back from the trash, and returns how many.
    RestoreAssets = POST "/trash/restore/assets" -> Json<TrashResponseDto>;
    TrashApi.restore_assets, "restoreAssets" [permission "asset.delete"];
    body { BulkIdsDto }
}

response! {
    /// How many assets were restored from the trash or deleted for good.
    struct TrashResponseDto {
        /// The number of assets that were restored or deleted.
        count: i64,
    }
}
