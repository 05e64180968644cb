//! Tags, in a tree, and the assets that have them.

use crate::prelude::*;

group! {
    /// Tags, in a tree, and the assets that have them.
    TagsApi: tags
}

endpoint! {
    /// Placeholder.
    GetAllTags = GET "/tags" -> Json<Vec<TagResponseDto>>;
    TagsApi.get_all_tags, "getAllTags" [permission "tag.read"];
}

endpoint! {
    /// Placeholder.
    CreateTag = POST "/tags" -> Json<TagResponseDto>;
    TagsApi.create_tag, "createTag" [permission "tag.create"];
    body { TagCreateDto }
}

endpoint! {
    /// Placeholder.
    UpsertTags = PUT "/tags" -> Json<Vec<TagResponseDto>>;
    TagsApi.upsert_tags, "upsertTags" [permission "tag.create"];
    body { TagUpsertDto }
}

endpoint! {
    /// Placeholder.
    BulkTagAssets = PUT "/tags/assets" -> Json<TagBulkAssetsResponseDto>;
    TagsApi.bulk_tag_assets, "bulkTagAssets" [permission "tag.asset"];
    body { TagBulkAssetsDto }
}

endpoint! {
    /// Placeholder.
    DeleteTag = DELETE "/tags/{id}" -> Empty;
    TagsApi.delete_tag, "deleteTag" [permission "tag.delete"];
    path { id: TagId }
}

endpoint! {
    /// Placeholder.
    GetTagById = GET "/tags/{id}" -> Json<TagResponseDto>;
    TagsApi.get_tag_by_id, "getTagById" [permission "tag.read"];
    path { id: TagId }
}

endpoint! {
    /// Placeholder.
    #[deprecated = "Immich plans to remove it"]
    UpdateTag = PUT "/tags/{id}" -> Json<TagResponseDto>;
    TagsApi.update_tag, "updateTag" [permission "tag.update"] [also DeprecatedApi];
    path { id: TagId }
    body { TagUpdateDto }
}

endpoint! {
    /// Placeholder.
    UntagAssets = DELETE "/tags/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    TagsApi.untag_assets, "untagAssets" [permission "tag.asset"];
    path { id: TagId }
    body { BulkIdsDto }
}

endpoint! {
    /// Placeholder.
    TagAssets = PUT "/tags/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    TagsApi.tag_assets, "tagAssets" [permission "tag.asset"];
    path { id: TagId }
    body { BulkIdsDto }
}

request! {
    /// Placeholder.
    struct TagBulkAssetsDto {
        required_lists {
            asset_ids: AssetId,
            tag_ids: TagId,
        }
    }
}

response! {
    /// Placeholder.
    struct TagBulkAssetsResponseDto {
        count: i64,
    }
}

request! {
    /// Placeholder.
    struct TagCreateDto {
        required {
            name: String,
        }
        patch {
            color: String,
            parent_id: TagId,
        }
    }
}

request! {
    /// Placeholder.
    struct TagUpdateDto {
        optional {
            name: String,
        }
        patch {
            color: String,
        }
    }
}

request! {
    /// Placeholder.
    struct TagUpsertDto {
        required_lists {
            tags: String,
        }
    }
}
