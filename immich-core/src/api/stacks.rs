//! Stacks: assets that are shown as one.

use crate::prelude::*;

group! {
    /// Stacks: assets that are shown as one.
    StacksApi: stacks
}

endpoint! {
    /// Placeholder.
    DeleteStacks = DELETE "/stacks" -> Empty;
    StacksApi.delete_stacks, "deleteStacks" [permission "stack.delete"];
    body { BulkIdsDto }
}

endpoint! {
    /// Placeholder.
    SearchStacks = GET "/stacks" -> Json<Vec<StackResponseDto>>;
    StacksApi.search_stacks, "searchStacks" [permission "stack.read"];
    optional { primary_asset_id: AssetId = "primaryAssetId" }
}

endpoint! {
    /// Placeholder.
    CreateStack = POST "/stacks" -> Json<StackResponseDto>;
    StacksApi.create_stack, "createStack" [permission "stack.create"];
    body { StackCreateDto }
}

endpoint! {
    /// Placeholder.
    DeleteStack = DELETE "/stacks/{id}" -> Empty;
    StacksApi.delete_stack, "deleteStack" [permission "stack.delete"];
    path { id: StackId }
}

endpoint! {
    /// Placeholder.
    GetStack = GET "/stacks/{id}" -> Json<StackResponseDto>;
    StacksApi.get_stack, "getStack" [permission "stack.read"];
    path { id: StackId }
}

endpoint! {
    /// Placeholder.
    #[deprecated = "Immich plans to remove it"]
    UpdateStack = PUT "/stacks/{id}" -> Json<StackResponseDto>;
    StacksApi.update_stack, "updateStack" [permission "stack.update"] [also DeprecatedApi];
    path { id: StackId }
    body { StackUpdateDto }
}

endpoint! {
    /// Placeholder.
    RemoveAssetFromStack = DELETE "/stacks/{id}/assets/{assetId}" -> Empty;
    StacksApi.remove_asset_from_stack, "removeAssetFromStack" [permission "stack.update"];
    path { id: StackId, asset_id: AssetId }
}

request! {
    /// Placeholder.
    struct StackCreateDto {
        required_lists {
            asset_ids: AssetId,
        }
    }
}

response! {
    /// Placeholder.
    struct StackResponseDto {
        assets: Vec<AssetResponseDto>,
        id: StackId,
        primary_asset_id: AssetId,
    }
}

request! {
    /// Placeholder.
    struct StackUpdateDto {
        optional {
            primary_asset_id: AssetId,
        }
    }
}
