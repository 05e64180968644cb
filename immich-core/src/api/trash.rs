//! The trash: restore what is in it, or empty it.

use crate::prelude::*;

group! {
    /// The trash: restore what is in it, or empty it.
    TrashApi: trash
}

endpoint! {
    /// Placeholder.
    EmptyTrash = POST "/trash/empty" -> Json<TrashResponseDto>;
    TrashApi.empty_trash, "emptyTrash" [permission "asset.delete"];
}

endpoint! {
    /// Placeholder.
    RestoreTrash = POST "/trash/restore" -> Json<TrashResponseDto>;
    TrashApi.restore_trash, "restoreTrash" [permission "asset.delete"];
}

endpoint! {
    /// Placeholder.
    RestoreAssets = POST "/trash/restore/assets" -> Json<TrashResponseDto>;
    TrashApi.restore_assets, "restoreAssets" [permission "asset.delete"];
    body { BulkIdsDto }
}

response! {
    /// Placeholder.
    struct TrashResponseDto {
        count: i64,
    }
}
