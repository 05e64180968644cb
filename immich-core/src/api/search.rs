//! Search by metadata, by content, at random, by place and by person.

use crate::prelude::*;

group! {
    /// Search by metadata, by content, at random, by place and by person.
    SearchApi: search
}

endpoint! {
    /// Gives one asset for each city where the signed-in user has photos or videos.
    GetAssetsByCity = GET "/search/cities" -> Json<Vec<AssetResponseDto>>;
    SearchApi.get_assets_by_city, "getAssetsByCity" [permission "asset.read"];
}

endpoint! {
    /// Gives a few ways to browse, such as cities with many photos, each with one asset as its picture.
    GetExploreData = GET "/search/explore" -> Json<Vec<SearchExploreResponseDto>>;
    SearchApi.get_explore_data, "getExploreData" [permission "asset.read"];
}

endpoint! {
    /// Lists the largest assets that match the conditions, the largest first, `size` of them at most; there are no pages.
    #[deprecated = "use `SearchAssets`"]
    SearchLargeAssets = POST "/search/large-assets" -> Json<Vec<AssetResponseDto>>;
    SearchApi.search_large_assets, "searchLargeAssets" [permission "asset.read"] [also DeprecatedApi] {idempotent: true};
    optional {
        album_ids: Vec<AlbumId> = "albumIds",
        city: String = "city",
        country: String = "country",
        created_after: Timestamp = "createdAfter",
        created_before: Timestamp = "createdBefore",
        device_id: String = "deviceId",
        is_encoded: bool = "isEncoded",
        is_favorite: bool = "isFavorite",
        is_motion: bool = "isMotion",
        is_not_in_album: bool = "isNotInAlbum",
        is_offline: bool = "isOffline",
        lens_model: String = "lensModel",
        library_id: LibraryId = "libraryId",
        make: String = "make",
        min_file_size: i64 = "minFileSize",
        model: String = "model",
        ocr: String = "ocr",
        person_ids: Vec<PersonId> = "personIds",
        rating: i64 = "rating",
        size: i64 = "size",
        state: String = "state",
        tag_ids: Vec<TagId> = "tagIds",
        taken_after: Timestamp = "takenAfter",
        taken_before: Timestamp = "takenBefore",
        trashed_after: Timestamp = "trashedAfter",
        trashed_before: Timestamp = "trashedBefore",
        type_: AssetTypeEnum = "type",
        updated_after: Timestamp = "updatedAfter",
        updated_before: Timestamp = "updatedBefore",
        visibility: AssetVisibility = "visibility",
        with_deleted: bool = "withDeleted",
        with_exif: bool = "withExif",
    }
}

endpoint! {
    /// Finds assets by what is known of them, such as date, place, camera and file name, one page at a time.
    SearchAssets = POST "/search/metadata" -> Json<SearchResponseDto>;
    SearchApi.search_assets, "searchAssets" [permission "asset.read"] {idempotent: true};
    optional { key: Secret = "key", slug: Secret = "slug" }
    body { MetadataSearchDto }
}

endpoint! {
    /// Lists the people whose name matches `name`; hidden ones only if `with_hidden` is set.
    SearchPerson = GET "/search/person" -> Json<Vec<PersonResponseDto>>;
    SearchApi.search_person, "searchPerson" [permission "person.read"];
    query { name: String = "name" }
    optional { with_hidden: bool = "withHidden" }
}

endpoint! {
    /// Finds places of the world by name, with their coordinates; it does not search assets.
    SearchPlaces = GET "/search/places" -> Json<Vec<PlacesResponseDto>>;
    SearchApi.search_places, "searchPlaces" [permission "asset.read"];
    query { name: String = "name" }
}

endpoint! {
    /// Gives assets at random among those that match the conditions, `size` of them at most; the next call may give others.
    SearchRandom = POST "/search/random" -> Json<Vec<AssetResponseDto>>;
    SearchApi.search_random, "searchRandom" [permission "asset.read"] {idempotent: true};
    body { RandomSearchDto }
}

endpoint! {
    /// Finds assets by what they show, from words or from another asset; status 400 if the server has smart search off.
    SearchSmart = POST "/search/smart" -> Json<SearchResponseDto>;
    SearchApi.search_smart, "searchSmart" [permission "asset.read"] {idempotent: true};
    body { SmartSearchDto }
}

endpoint! {
    /// Counts the assets that match the conditions, without giving any of them.
    SearchAssetStatistics = POST "/search/statistics" -> Json<SearchStatisticsResponseDto>;
    SearchApi.search_asset_statistics, "searchAssetStatistics" [permission "asset.statistics"] {idempotent: true};
    body { StatisticsSearchDto }
}

endpoint! {
    /// Lists the countries, states, cities or cameras that occur in the assets of the signed-in user, to offer them in a search.
    GetSearchSuggestions = GET "/search/suggestions" -> Json<Vec<String>>;
    SearchApi.get_search_suggestions, "getSearchSuggestions" [permission "asset.read"];
    query { type_: SearchSuggestionType = "type" }
    optional {
        country: String = "country",
        include_null: bool = "includeNull",
        lens_model: String = "lensModel",
        make: String = "make",
        model: String = "model",
        state: String = "state",
    }
}

request! {
    /// Placeholder.
    struct BoolFilter {
        required {
            eq: bool,
        }
    }
}

request! {
    /// Placeholder.
    struct DateFilter {
        optional {
            #[serde(serialize_with = "instant")] eq: Timestamp,
            #[serde(serialize_with = "instant")] gt: Timestamp,
            #[serde(serialize_with = "instant")] gte: Timestamp,
            #[serde(serialize_with = "instant")] lt: Timestamp,
            #[serde(serialize_with = "instant")] lte: Timestamp,
            #[serde(serialize_with = "instant")] ne: Timestamp,
        }
    }
}

request! {
    /// Placeholder.
    struct DateFilterNullable {
        optional {
            #[serde(serialize_with = "instant")] gt: Timestamp,
            #[serde(serialize_with = "instant")] gte: Timestamp,
            #[serde(serialize_with = "instant")] lt: Timestamp,
            #[serde(serialize_with = "instant")] lte: Timestamp,
        }
        patch {
            #[serde(serialize_with = "instant")] eq: Timestamp,
            #[serde(serialize_with = "instant")] ne: Timestamp,
        }
    }
}

request! {
    /// Placeholder.
    struct EnumFilterAssetType {
        optional {
            eq: AssetTypeEnum,
            ne: AssetTypeEnum,
        }
        optional_lists {
            in_: AssetTypeEnum,
            not_in: AssetTypeEnum,
        }
    }
}

request! {
    /// Placeholder.
    struct EnumFilterAssetVisibility {
        optional {
            eq: AssetVisibility,
            ne: AssetVisibility,
        }
        optional_lists {
            in_: AssetVisibility,
            not_in: AssetVisibility,
        }
    }
}

request! {
    /// Placeholder.
    struct IdFilter {
        optional {
            eq: Uuid,
            ne: Uuid,
        }
    }
}

request! {
    /// Placeholder.
    struct IdFilterNullable {
        patch {
            eq: Uuid,
            ne: Uuid,
        }
    }
}

request! {
    /// Placeholder.
    struct IdsFilter {
        optional_lists {
            all: Uuid,
            any: Uuid,
            none: Uuid,
        }
    }
}

request! {
    /// Placeholder.
    struct MetadataSearchDto {
        optional {
            checksum: String,
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            cursor: String,
            description: String,
            device_asset_id: String,
            device_id: String,
            encoded_video_path: String,
            filter: SearchFilter,
            id: AssetId,
            is_encoded: bool,
            is_favorite: bool,
            is_motion: bool,
            is_not_in_album: bool,
            is_offline: bool,
            ocr: String,
            order: AssetOrder,
            order_by: SearchOrder,
            original_file_name: String,
            original_path: String,
            page: i64,
            preview_path: String,
            size: i64,
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            thumbnail_path: String,
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            type_: AssetTypeEnum,
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            visibility: AssetVisibility,
            with_deleted: bool,
            with_exif: bool,
            with_people: bool,
            with_stacked: bool,
        }
        optional_lists {
            album_ids: AlbumId,
            person_ids: PersonId,
        }
        patch {
            city: String,
            country: String,
            lens_model: String,
            library_id: LibraryId,
            make: String,
            model: String,
            rating: i64,
            state: String,
            tag_ids: Vec<TagId>,
        }
    }
}

request! {
    /// Placeholder.
    struct NumberFilter {
        optional {
            eq: f64,
            gt: f64,
            gte: f64,
            lt: f64,
            lte: f64,
            ne: f64,
        }
        optional_lists {
            in_: f64,
            not_in: f64,
        }
    }
}

request! {
    /// Placeholder.
    struct NumberFilterNullable {
        optional {
            gt: f64,
            gte: f64,
            lt: f64,
            lte: f64,
        }
        optional_lists {
            in_: f64,
            not_in: f64,
        }
        patch {
            eq: f64,
            ne: f64,
        }
    }
}

response! {
    /// Placeholder.
    struct PlacesResponseDto {
        admin1name: Option<String>,
        admin2name: Option<String>,
        latitude: f64,
        longitude: f64,
        name: String,
    }
}

request! {
    /// Placeholder.
    struct RandomSearchDto {
        optional {
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            device_id: String,
            filter: SearchFilter,
            is_encoded: bool,
            is_favorite: bool,
            is_motion: bool,
            is_not_in_album: bool,
            is_offline: bool,
            ocr: String,
            size: i64,
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            type_: AssetTypeEnum,
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            visibility: AssetVisibility,
            with_deleted: bool,
            with_exif: bool,
            with_people: bool,
            with_stacked: bool,
        }
        optional_lists {
            album_ids: AlbumId,
            person_ids: PersonId,
        }
        patch {
            city: String,
            country: String,
            lens_model: String,
            library_id: LibraryId,
            make: String,
            model: String,
            rating: i64,
            state: String,
            tag_ids: Vec<TagId>,
        }
    }
}

response! {
    /// Placeholder.
    struct SearchAlbumResponseDto {
        count: i64,
        facets: Vec<SearchFacetResponseDto>,
        items: Vec<AlbumResponseDto>,
        total: i64,
    }
}

response! {
    /// Placeholder.
    struct SearchAssetResponseDto {
        count: i64,
        facets: Vec<SearchFacetResponseDto>,
        items: Vec<AssetResponseDto>,
        next_cursor: Option<String>,
        next_page: Option<String>,
        total: i64,
    }
}

response! {
    /// Placeholder.
    struct SearchExploreItem {
        data: AssetResponseDto,
        value: String,
    }
}

response! {
    /// Placeholder.
    struct SearchExploreResponseDto {
        field_name: String,
        items: Vec<SearchExploreItem>,
    }
}

response! {
    /// Placeholder.
    struct SearchFacetCountResponseDto {
        count: i64,
        value: String,
    }
}

response! {
    /// Placeholder.
    struct SearchFacetResponseDto {
        counts: Vec<SearchFacetCountResponseDto>,
        field_name: String,
    }
}

request! {
    /// Placeholder.
    struct SearchFilter {
        optional {
            album_ids: IdsFilter,
            checksum: StringFilter,
            city: StringFilterNullable,
            country: StringFilterNullable,
            created_at: DateFilter,
            description: StringPatternFilter,
            encoded_video_path: StringFilter,
            file_size_in_bytes: NumberFilter,
            has_albums: BoolFilter,
            has_people: BoolFilter,
            has_tags: BoolFilter,
            id: IdFilter,
            is_encoded: BoolFilter,
            is_favorite: BoolFilter,
            is_motion: BoolFilter,
            is_offline: BoolFilter,
            lens_model: StringFilterNullable,
            library_id: IdFilterNullable,
            make: StringFilterNullable,
            model: StringFilterNullable,
            ocr: StringSimilarityFilter,
            original_file_name: StringPatternFilter,
            original_path: StringPatternFilter,
            person_ids: IdsFilter,
            rating: NumberFilterNullable,
            state: StringFilterNullable,
            tag_ids: IdsFilter,
            taken_at: DateFilter,
            trashed_at: DateFilterNullable,
            type_: EnumFilterAssetType,
            updated_at: DateFilter,
            visibility: EnumFilterAssetVisibility,
        }
        optional_lists {
            or: SearchFilterBranch,
        }
    }
}

request! {
    /// Placeholder.
    struct SearchFilterBranch {
        optional {
            album_ids: IdsFilter,
            checksum: StringFilter,
            city: StringFilterNullable,
            country: StringFilterNullable,
            created_at: DateFilter,
            description: StringPatternFilter,
            encoded_video_path: StringFilter,
            file_size_in_bytes: NumberFilter,
            has_albums: BoolFilter,
            has_people: BoolFilter,
            has_tags: BoolFilter,
            id: IdFilter,
            is_encoded: BoolFilter,
            is_favorite: BoolFilter,
            is_motion: BoolFilter,
            is_offline: BoolFilter,
            lens_model: StringFilterNullable,
            library_id: IdFilterNullable,
            make: StringFilterNullable,
            model: StringFilterNullable,
            ocr: StringSimilarityFilter,
            original_file_name: StringPatternFilter,
            original_path: StringPatternFilter,
            person_ids: IdsFilter,
            rating: NumberFilterNullable,
            state: StringFilterNullable,
            tag_ids: IdsFilter,
            taken_at: DateFilter,
            trashed_at: DateFilterNullable,
            type_: EnumFilterAssetType,
            updated_at: DateFilter,
            visibility: EnumFilterAssetVisibility,
        }
    }
}

request! {
    /// Placeholder.
    struct SearchOrder {
        optional {
            direction: AssetOrder,
            field: SearchOrderField,
        }
    }
}

string_enum! {
    /// Placeholder.
    enum SearchOrderField {
        FileCreatedAt = "fileCreatedAt",
        LocalDateTime = "localDateTime",
        FileSizeInBytes = "fileSizeInBytes",
        Rating = "rating",
    }
}

response! {
    /// Placeholder.
    struct SearchResponseDto {
        albums: SearchAlbumResponseDto,
        assets: SearchAssetResponseDto,
    }
}

response! {
    /// Placeholder.
    struct SearchStatisticsResponseDto {
        total: i64,
    }
}

string_enum! {
    /// Placeholder.
    enum SearchSuggestionType {
        Country = "country",
        State = "state",
        City = "city",
        CameraMake = "camera-make",
        CameraModel = "camera-model",
        CameraLensModel = "camera-lens-model",
    }
}

request! {
    /// Placeholder.
    struct SmartSearchDto {
        optional {
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            device_id: String,
            filter: SearchFilter,
            is_encoded: bool,
            is_favorite: bool,
            is_motion: bool,
            is_not_in_album: bool,
            is_offline: bool,
            language: String,
            ocr: String,
            page: i64,
            query: String,
            query_asset_id: AssetId,
            size: i64,
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            type_: AssetTypeEnum,
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            visibility: AssetVisibility,
            with_deleted: bool,
            with_exif: bool,
        }
        optional_lists {
            album_ids: AlbumId,
            person_ids: PersonId,
        }
        patch {
            city: String,
            country: String,
            lens_model: String,
            library_id: LibraryId,
            make: String,
            model: String,
            rating: i64,
            state: String,
            tag_ids: Vec<TagId>,
        }
    }
}

request! {
    /// Placeholder.
    struct StatisticsSearchDto {
        optional {
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            description: String,
            device_id: String,
            filter: SearchFilter,
            is_encoded: bool,
            is_favorite: bool,
            is_motion: bool,
            is_not_in_album: bool,
            is_offline: bool,
            ocr: String,
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            type_: AssetTypeEnum,
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            visibility: AssetVisibility,
        }
        optional_lists {
            album_ids: AlbumId,
            person_ids: PersonId,
        }
        patch {
            city: String,
            country: String,
            lens_model: String,
            library_id: LibraryId,
            make: String,
            model: String,
            rating: i64,
            state: String,
            tag_ids: Vec<TagId>,
        }
    }
}

request! {
    /// Placeholder.
    struct StringFilter {
        optional {
            eq: String,
            ne: String,
        }
        optional_lists {
            in_: String,
            not_in: String,
        }
    }
}

request! {
    /// Placeholder.
    struct StringFilterNullable {
        optional_lists {
            in_: String,
            not_in: String,
        }
        patch {
            eq: String,
            ne: String,
        }
    }
}

request! {
    /// Placeholder.
    struct StringPatternFilter {
        optional {
            ends_with: String,
            like: String,
            not_like: String,
            starts_with: String,
        }
        optional_lists {
            in_: String,
            not_in: String,
        }
        patch {
            eq: String,
            ne: String,
        }
    }
}

request! {
    /// Placeholder.
    struct StringSimilarityFilter {
        required {
            matches: String,
        }
    }
}
