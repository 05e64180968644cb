//! Stacks: assets that are shown as one.

use crate::prelude::*;

group! {
    /// Stacks: assets that are shown as one.
    StacksApi: stacks
}

endpoint! {
    /// Dissolves several stacks; the ids are those of the stacks, and all assets stay.
    DeleteStacks = DELETE "/stacks" -> Empty;
    StacksApi.delete_stacks, "deleteStacks" [permission "stack.delete"];
    body { BulkIdsDto }
}

endpoint! {
    /// Lists the stacks of the signed-in user, or the one that has the given asset on top.
    SearchStacks = GET "/stacks" -> Json<Vec<StackResponseDto>>;
    StacksApi.search_stacks, "searchStacks" [permission "stack.read"];
    optional {
        /// Only the stack with this asset on top.
        primary_asset_id: AssetId = "primaryAssetId",
    }
}

endpoint! {
    /// Makes one stack of at least two assets, the first of them on top; stacks that any of them was on top of join it.
    CreateStack = POST "/stacks" -> Json<StackResponseDto>;
    StacksApi.create_stack, "createStack" [permission "stack.create"];
    body { StackCreateDto }
}

endpoint! {
    /// Dissolves a stack; its assets stay, each by itself.
    DeleteStack = DELETE "/stacks/{id}" -> Empty;
    StacksApi.delete_stack, "deleteStack" [permission "stack.delete"];
    path { id: StackId }
}

endpoint! {
    /// Gives one stack with its assets, and which of them is on top.
    GetStack = GET "/stacks/{id}" -> Json<StackResponseDto>;
    StacksApi.get_stack, "getStack" [permission "stack.read"];
    path { id: StackId }
}

endpoint! {
    /// Changes which asset is on top of a stack; it must be one of the stack.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdateStack = PUT "/stacks/{id}" -> Json<StackResponseDto>;
    StacksApi.update_stack, "updateStack" [permission "stack.update"] [also DeprecatedApi];
    path { id: StackId }
    body { StackUpdateDto }
}

endpoint! {
    /// Takes one asset out of a stack; the one on top cannot be taken out.
    RemoveAssetFromStack = DELETE "/stacks/{id}/assets/{assetId}" -> Empty;
    StacksApi.remove_asset_from_stack, "removeAssetFromStack" [permission "stack.update"];
    path { id: StackId, asset_id: AssetId }
}

request! {
    /// The assets that shall be shown as one, for `create_stack`.
    struct StackCreateDto {
        required_lists {
            /// At least two different assets; the first stands for the stack.
            asset_ids: AssetId,
        }
    }
}

response! {
    /// Assets that are shown as one, with the one that stands for them.
    struct StackResponseDto {
        /// The assets.
        assets: Vec<AssetResponseDto>,
        /// The id of the stack.
        id: StackId,
        /// The asset that stands for the stack, one of `assets`.
        primary_asset_id: AssetId,
    }
}

request! {
    /// Changes to a stack, for `update_stack`.
    struct StackUpdateDto {
        optional {
            /// The id of the asset that is on top of the stack.
            primary_asset_id: AssetId,
        }
    }
}
