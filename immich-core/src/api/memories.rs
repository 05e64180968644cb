//! Memories: assets of the same day in other years, and the like.

use crate::prelude::*;

group! {
    /// Memories: assets of the same day in other years, and the like.
    MemoriesApi: memories
}

endpoint! {
    /// Placeholder.
    SearchMemories = GET "/memories" -> Json<Vec<MemoryResponseDto>>;
    MemoriesApi.search_memories, "searchMemories" [permission "memory.read"];
    optional {
        for_: Date = "for",
        id: MemoryId = "id",
        is_saved: bool = "isSaved",
        is_trashed: bool = "isTrashed",
        is_upcoming: bool = "isUpcoming",
        order: MemorySearchOrder = "order",
        page: i64 = "page",
        size: i64 = "size",
        type_: MemoryType = "type",
    }
}

endpoint! {
    /// Placeholder.
    CreateMemory = POST "/memories" -> Json<MemoryResponseDto>;
    MemoriesApi.create_memory, "createMemory" [permission "memory.create"];
    body { MemoryCreateDto }
}

endpoint! {
    /// Placeholder.
    MemoriesStatistics = GET "/memories/statistics" -> Json<MemoryStatisticsResponseDto>;
    MemoriesApi.memories_statistics, "memoriesStatistics" [permission "memory.statistics"];
    optional {
        for_: Date = "for",
        id: MemoryId = "id",
        is_saved: bool = "isSaved",
        is_trashed: bool = "isTrashed",
        is_upcoming: bool = "isUpcoming",
        order: MemorySearchOrder = "order",
        page: i64 = "page",
        size: i64 = "size",
        type_: MemoryType = "type",
    }
}

endpoint! {
    /// Placeholder.
    DeleteMemory = DELETE "/memories/{id}" -> Empty;
    MemoriesApi.delete_memory, "deleteMemory" [permission "memory.delete"];
    path { id: MemoryId }
}

endpoint! {
    /// Placeholder.
    GetMemory = GET "/memories/{id}" -> Json<MemoryResponseDto>;
    MemoriesApi.get_memory, "getMemory" [permission "memory.read"];
    path { id: MemoryId }
}

endpoint! {
    /// Placeholder.
    #[deprecated = "Immich plans to remove it"]
    UpdateMemory = PUT "/memories/{id}" -> Json<MemoryResponseDto>;
    MemoriesApi.update_memory, "updateMemory" [permission "memory.update"] [also DeprecatedApi];
    path { id: MemoryId }
    body { MemoryUpdateDto }
}

endpoint! {
    /// Placeholder.
    RemoveMemoryAssets = DELETE "/memories/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    MemoriesApi.remove_memory_assets, "removeMemoryAssets" [permission "memoryAsset.delete"];
    path { id: MemoryId }
    body { BulkIdsDto }
}

endpoint! {
    /// Placeholder.
    AddMemoryAssets = PUT "/memories/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    MemoriesApi.add_memory_assets, "addMemoryAssets" [permission "memoryAsset.create"];
    path { id: MemoryId }
    body { BulkIdsDto }
}

request! {
    /// Placeholder.
    struct MemoryCreateDto {
        required {
            data: MemoryDataDto,
            #[serde(serialize_with = "instant")] memory_at: Timestamp,
            type_: MemoryType,
        }
        optional {
            #[serde(serialize_with = "instant")] hide_at: Timestamp,
            is_saved: bool,
            #[serde(serialize_with = "instant")] seen_at: Timestamp,
            #[serde(serialize_with = "instant")] show_at: Timestamp,
        }
        optional_lists {
            asset_ids: AssetId,
        }
    }
}

exchanged! {
    /// Placeholder.
    struct MemoryDataDto {
        required {
            year: i64,
        }
        optional {
            person_id: PersonId,
            person_name: String,
        }
    }
}

response! {
    /// Placeholder.
    struct MemoryResponseDto {
        assets: Vec<AssetResponseDto>,
        created_at: Timestamp,
        data: MemoryDataDto,
        deleted_at: Option<Timestamp>,
        hide_at: Option<Timestamp>,
        id: MemoryId,
        is_saved: bool,
        memory_at: Timestamp,
        owner_id: UserId,
        seen_at: Option<Timestamp>,
        show_at: Option<Timestamp>,
        type_: MemoryType,
        updated_at: Timestamp,
    }
}

string_enum! {
    /// Placeholder.
    enum MemorySearchOrder {
        Asc = "asc",
        Desc = "desc",
        Random = "random",
    }
}

response! {
    /// Placeholder.
    struct MemoryStatisticsResponseDto {
        total: i64,
    }
}

string_enum! {
    /// Placeholder.
    enum MemoryType {
        OnThisDay = "on_this_day",
        Birthday = "birthday",
    }
}

request! {
    /// Placeholder.
    struct MemoryUpdateDto {
        optional {
            is_saved: bool,
            #[serde(serialize_with = "instant")] memory_at: Timestamp,
            #[serde(serialize_with = "instant")] seen_at: Timestamp,
        }
    }
}
