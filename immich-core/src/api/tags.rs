//! Tags, in a tree, and the assets that have them.

use crate::prelude::*;

group! {
    /// Tags, in a tree, and the assets that have them.
    TagsApi: tags
}

endpoint! {
    /// Lists all tags of the signed-in user as a flat list; each has its parent and its full path.
    GetAllTags = GET "/tags" -> Json<Vec<TagResponseDto>>;
    TagsApi.get_all_tags, "getAllTags" [permission "tag.read"];
}

endpoint! {
    /// Creates one tag, below the tag `parent_id` if that is given; one that exists already is an error with status 400.
    CreateTag = POST "/tags" -> Json<TagResponseDto>;
    TagsApi.create_tag, "createTag" [permission "tag.create"];
    body { TagCreateDto = new_tag }
}

endpoint! {
    /// Gives a tag for each path such as `trips/rome`, and creates those that are missing, with the tags above them.
    UpsertTags = PUT "/tags" -> Json<Vec<TagResponseDto>>;
    TagsApi.upsert_tags, "upsertTags" [permission "tag.create"];
    body { TagUpsertDto }
}

endpoint! {
    /// Puts each of `tag_ids` on each of `asset_ids`, and returns how many pairs were new; ids without access are passed over.
    BulkTagAssets = PUT "/tags/assets" -> Json<TagBulkAssetsResponseDto>;
    TagsApi.bulk_tag_assets, "bulkTagAssets" [permission "tag.asset"];
    body { TagBulkAssetsDto }
}

endpoint! {
    /// Deletes a tag and all tags below it; the assets that had them stay.
    DeleteTag = DELETE "/tags/{id}" -> Empty;
    TagsApi.delete_tag, "deleteTag" [permission "tag.delete"];
    path { id: TagId }
}

endpoint! {
    /// Gives one tag with its full path and colour, without its assets.
    GetTagById = GET "/tags/{id}" -> Json<TagResponseDto>;
    TagsApi.get_tag_by_id, "getTagById" [permission "tag.read"];
    path { id: TagId }
}

endpoint! {
    /// Changes the colour of a tag and, on newer servers, its name.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdateTag = PUT "/tags/{id}" -> Json<TagResponseDto>;
    TagsApi.update_tag, "updateTag" [permission "tag.update"] [also DeprecatedApi];
    path { id: TagId }
    body { TagUpdateDto }
}

endpoint! {
    /// Takes one tag off assets and returns a result for each id; the tag and the assets stay.
    UntagAssets = DELETE "/tags/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    TagsApi.untag_assets, "untagAssets" [permission "tag.asset"];
    path { id: TagId }
    body { BulkIdsDto }
}

endpoint! {
    /// Puts one tag on assets and returns a result for each id; one that has it already counts as failed.
    TagAssets = PUT "/tags/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    TagsApi.tag_assets, "tagAssets" [permission "tag.asset"];
    path { id: TagId }
    body { BulkIdsDto }
}

request! {
    /// Several tags to put on several assets at once, for `bulk_tag_assets`.
    struct TagBulkAssetsDto {
        required_lists {
            /// The ids of the assets.
            asset_ids: AssetId,
            /// The ids of the tags.
            tag_ids: TagId,
        }
    }
}

response! {
    /// How often a tag was put on an asset by one call.
    struct TagBulkAssetsResponseDto {
        /// The number of pairs of tag and asset that are new.
        count: i64,
    }
}

request! {
    /// A tag to create, at the top or below another.
    struct TagCreateDto {
        required {
            /// The name without the tags above it; newer servers refuse a slash in it.
            name: String,
        }
        patch {
            /// The color.
            color: String,
            /// The tag to stand below; null or left out for the top.
            parent_id: TagId,
        }
    }
}

request! {
    /// Changes to a tag: its color, and on newer servers its name.
    struct TagUpdateDto {
        optional {
            /// The name. Since 3.2.0.
            name: String,
        }
        patch {
            /// The color.
            color: String,
        }
    }
}

request! {
    /// Tags to get by their full names, which are created where they are missing.
    struct TagUpsertDto {
        required_lists {
            /// Full names with slashes, such as `Trips/Paris`; missing tags above are created too.
            tags: String,
        }
    }
}
