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
        /// Only memories of this day.
        for_: Date = "for" by memory_day,
        /// Only the one with this id. Since 3.2.0.
        id: MemoryId = "id" since "3.2.0",
        /// Only memories that are kept for good (`true`), or only others (`false`).
        is_saved: bool = "isSaved",
        /// Only assets in the trash (`true`), or only others (`false`).
        is_trashed: bool = "isTrashed",
        /// Only memories that will be shown later (`true`), or only others (`false`). Since 3.2.0.
        is_upcoming: bool = "isUpcoming" since "3.2.0",
        /// The order of the results.
        order: MemorySearchOrder = "order",
        /// The number of the page, from 1. Since 3.2.0.
        page: i64 = "page" since "3.2.0",
        /// The number of results on a page.
        size: i64 = "size",
        /// Only those of this kind.
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
        /// Only memories of this day.
        for_: Date = "for" by memory_day,
        /// Only the one with this id. Since 3.2.0.
        id: MemoryId = "id" since "3.2.0",
        /// Only memories that are kept for good (`true`), or only others (`false`).
        is_saved: bool = "isSaved",
        /// Only assets in the trash (`true`), or only others (`false`).
        is_trashed: bool = "isTrashed",
        /// Only memories that will be shown later (`true`), or only others (`false`). Since 3.2.0.
        is_upcoming: bool = "isUpcoming" since "3.2.0",
        /// The order of the results.
        order: MemorySearchOrder = "order",
        /// The number of the page, from 1. Since 3.2.0.
        page: i64 = "page" since "3.2.0",
        /// The number of results on a page.
        size: i64 = "size",
        /// Only those of this kind.
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
    ///
    /// Immich marks it as deprecated, and no version has another way.
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
            /// The data, whose form depends on the kind.
            data: MemoryDataDto,
            /// The time that the memory is about.
            #[serde(serialize_with = "instant")] memory_at: Timestamp,
            /// The kind of memory; today `on_this_day` alone.
            type_: MemoryType,
        }
        optional {
            /// The time from which on the memory is no longer shown.
            #[serde(serialize_with = "instant")] hide_at: Timestamp,
            /// Whether the user keeps the memory for good.
            is_saved: bool,
            /// When the user looked at the memory.
            #[serde(serialize_with = "instant")] seen_at: Timestamp,
            /// The time from which on the memory is shown.
            #[serde(serialize_with = "instant")] show_at: Timestamp,
        }
        optional_lists {
            /// The ids of the assets.
            asset_ids: AssetId,
        }
    }
}

exchanged! {
    /// The subject of a memory: a year, and for a birthday the person.
    struct MemoryDataDto {
        required {
            /// The year that the memory is about.
            year: i64,
        }
        optional {
            /// The id of the person. Since 3.3.0.
            person_id: PersonId,
            /// The name of the person. Since 3.3.0.
            person_name: String,
        }
    }
}

response! {
    /// A memory: assets of one day in the past, and when to show them.
    struct MemoryResponseDto {
        /// The assets.
        assets: Vec<AssetResponseDto>,
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The data, whose form depends on the kind.
        data: MemoryDataDto,
        /// When it was moved to the trash, if it was.
        #[serde(default, deserialize_with = "read_instant")] deleted_at: Option<Timestamp>,
        /// From when on the memory is no longer shown; missing for never.
        #[serde(default, deserialize_with = "read_instant")] hide_at: Option<Timestamp>,
        /// The id of the memory.
        id: MemoryId,
        /// Whether the user wants to keep the memory; others are cleaned up after a while.
        is_saved: bool,
        /// The day in the past that the memory is about.
        #[serde(deserialize_with = "read_instant")] memory_at: Timestamp,
        /// The id of the user who owns it.
        owner_id: UserId,
        /// When the user looked at it; missing when they have not.
        #[serde(default, deserialize_with = "read_instant")] seen_at: Option<Timestamp>,
        /// From when on the memory is shown.
        #[serde(default, deserialize_with = "read_instant")] show_at: Option<Timestamp>,
        /// The kind of memory; today `on_this_day` alone.
        type_: MemoryType,
        /// When it was last changed on the server.
        #[serde(deserialize_with = "read_instant")] updated_at: Timestamp,
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
        /// The number of memories.
        total: i64,
    }
}

string_enum! {
    /// Distinguishes memories of this day in another year and of birthdays.
    enum MemoryType {
        OnThisDay = "on_this_day",
        Birthday = "birthday" (". Since 3.3.0."),
    }
}

request! {
    /// Changes to a memory: its date, and whether it was seen or kept.
    struct MemoryUpdateDto {
        optional {
            /// Whether the user keeps the memory for good.
            is_saved: bool,
            /// The time that the memory is about.
            #[serde(serialize_with = "instant")] memory_at: Timestamp,
            /// When the user looked at the memory.
            #[serde(serialize_with = "instant")] seen_at: Timestamp,
        }
    }
}
