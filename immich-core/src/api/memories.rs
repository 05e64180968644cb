//! Memories: assets of the same day in other years, and the like.

use crate::prelude::*;

group! {
    /// Memories: assets of the same day in other years, and the like.
    MemoriesApi: memories
}

endpoint! {
    /// Lists the memories of the signed-in user with their assets, if wanted only those for one day.
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
    /// Creates a memory of the signed-in user for the day `memory_at`, with the given assets.
    CreateMemory = POST "/memories" -> Json<MemoryResponseDto>;
    MemoriesApi.create_memory, "createMemory" [permission "memory.create"];
    body { MemoryCreateDto }
}

endpoint! {
    /// Counts the memories that match the conditions, without giving any of them.
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
    /// Deletes a memory; its assets stay.
    DeleteMemory = DELETE "/memories/{id}" -> Empty;
    MemoriesApi.delete_memory, "deleteMemory" [permission "memory.delete"];
    path { id: MemoryId }
}

endpoint! {
    /// Gives one memory with its assets.
    GetMemory = GET "/memories/{id}" -> Json<MemoryResponseDto>;
    MemoriesApi.get_memory, "getMemory" [permission "memory.read"];
    path { id: MemoryId }
}

endpoint! {
    /// Changes the day of a memory, or whether it is saved or seen; its assets stay as they are.
    #[deprecated = "Immich plans to remove it"]
    UpdateMemory = PUT "/memories/{id}" -> Json<MemoryResponseDto>;
    MemoriesApi.update_memory, "updateMemory" [permission "memory.update"] [also DeprecatedApi];
    path { id: MemoryId }
    body { MemoryUpdateDto }
}

endpoint! {
    /// Takes assets out of a memory and answers for each id; the assets themselves stay.
    RemoveMemoryAssets = DELETE "/memories/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    MemoriesApi.remove_memory_assets, "removeMemoryAssets" [permission "memoryAsset.delete"];
    path { id: MemoryId }
    body { BulkIdsDto }
}

endpoint! {
    /// Adds assets to a memory, and answers for each id whether that worked.
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
