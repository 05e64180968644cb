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
        for_: Date = "for" by memory_day,
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
        for_: Date = "for" by memory_day,
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
    #[deprecated = "Immich marks it so, and no described version has another way"]
    UpdateMemory = PUT "/memories/{id}" -> Json<MemoryResponseDto>;
    MemoriesApi.update_memory, "updateMemory" [permission "memory.update"] [also DeprecatedApi];
    path { id: MemoryId }
    body { MemoryUpdateDto }
}

endpoint! {
    /// Takes assets out of a memory and returns a result for each id; the assets themselves stay.
    RemoveMemoryAssets = DELETE "/memories/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    MemoriesApi.remove_memory_assets, "removeMemoryAssets" [permission "memoryAsset.delete"];
    path { id: MemoryId }
    body { BulkIdsDto }
}

endpoint! {
    /// Adds assets to a memory, and returns a result for each id whether that worked.
    AddMemoryAssets = PUT "/memories/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    MemoriesApi.add_memory_assets, "addMemoryAssets" [permission "memoryAsset.create"];
    path { id: MemoryId }
    body { BulkIdsDto }
}

request! {
    /// A memory to create, with its assets and the time it is about.
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
    /// What a memory is about: a year, and for a birthday the person.
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
    /// A memory: assets of one day in the past, and when to show them.
    struct MemoryResponseDto {
        assets: Vec<AssetResponseDto>,
        created_at: Timestamp,
        data: MemoryDataDto,
        deleted_at: Option<Timestamp>,
        /// From when on the memory is no longer shown; missing for never.
        hide_at: Option<Timestamp>,
        id: MemoryId,
        /// Whether the user wants to keep the memory; others are cleaned up after a while.
        is_saved: bool,
        /// The day in the past that the memory is about.
        memory_at: Timestamp,
        owner_id: UserId,
        /// When the user looked at it; missing when they have not.
        seen_at: Option<Timestamp>,
        /// From when on the memory is shown.
        show_at: Option<Timestamp>,
        type_: MemoryType,
        updated_at: Timestamp,
    }
}

string_enum! {
    /// Whether memories come with the oldest or the newest first, or mixed.
    enum MemorySearchOrder {
        Asc = "asc",
        Desc = "desc",
        Random = "random",
    }
}

response! {
    /// How many memories there are that meet the conditions.
    struct MemoryStatisticsResponseDto {
        total: i64,
    }
}

string_enum! {
    /// Tells memories of this day in another year and of birthdays apart.
    enum MemoryType {
        OnThisDay = "on_this_day",
        Birthday = "birthday",
    }
}

request! {
    /// What to change of a memory: its date, and whether it was seen or kept.
    struct MemoryUpdateDto {
        optional {
            is_saved: bool,
            #[serde(serialize_with = "instant")] memory_at: Timestamp,
            #[serde(serialize_with = "instant")] seen_at: Timestamp,
        }
    }
}
