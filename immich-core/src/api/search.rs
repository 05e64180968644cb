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
    GetSearchSuggestions = GET "/search/suggestions" -> Json<Vec<Option<String>>>;
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
    /// A condition on something that is either so or not so.
    struct BoolFilter {
        required {
            eq: bool,
        }
    }
}

request! {
    /// Conditions on a point in time; all that are given must hold.
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
    /// Conditions on a point in time that may be missing.
    struct DateFilterNullable {
        optional {
            #[serde(serialize_with = "instant")] gt: Timestamp,
            #[serde(serialize_with = "instant")] gte: Timestamp,
            #[serde(serialize_with = "instant")] lt: Timestamp,
            #[serde(serialize_with = "instant")] lte: Timestamp,
        }
        patch {
            /// The very moment; null finds assets that have none.
            #[serde(serialize_with = "instant")] eq: Timestamp,
            #[serde(serialize_with = "instant")] ne: Timestamp,
        }
    }
}

request! {
    /// Conditions on whether an asset is a photo, a video or something else.
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
    /// Conditions on where an asset shows.
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
    /// A condition on an id that is always there.
    struct IdFilter {
        optional {
            eq: Uuid,
            ne: Uuid,
        }
    }
}

request! {
    /// A condition on an id that may be missing.
    struct IdFilterNullable {
        patch {
            /// This id; null finds assets that have none.
            eq: Uuid,
            ne: Uuid,
        }
    }
}

request! {
    /// Conditions on the ids an asset is connected with, such as its people, tags or albums.
    struct IdsFilter {
        optional_lists {
            /// The asset must be connected with each of these.
            all: Uuid,
            /// The asset must be connected with at least one of these.
            any: Uuid,
            /// The asset must be connected with none of these.
            none: Uuid,
        }
    }
}

request! {
    /// What to look for by file, time, place, camera and the like; all conditions must hold.
    struct MetadataSearchDto {
        optional {
            /// SHA-1 of the original file, in hexadecimal digits or base64.
            checksum: String,
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            /// The `next_cursor` of the page before, in place of `page`; servers from 3.2 on.
            cursor: String,
            description: String,
            device_asset_id: String,
            device_id: String,
            encoded_video_path: String,
            /// The conditions as a tree, in place of the fields beside it; servers from 3.2 on.
            filter: SearchFilter,
            id: AssetId,
            /// Whether the server has converted the video.
            is_encoded: bool,
            is_favorite: bool,
            /// Whether it is a live photo, with a video.
            is_motion: bool,
            /// True finds assets that are in no album.
            is_not_in_album: bool,
            is_offline: bool,
            /// Text that was read in the image.
            ocr: String,
            /// By the time when they were taken; newest first when left out.
            order: AssetOrder,
            /// How to sort, in place of `order`; only newer servers know it.
            order_by: SearchOrder,
            original_file_name: String,
            original_path: String,
            /// Which page to get, from 1 on; `next_page` of a response is the next as text.
            page: i64,
            preview_path: String,
            /// How many assets a page has, from 1 to 1000; 250 when left out.
            size: i64,
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            thumbnail_path: String,
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            type_: AssetTypeEnum,
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            /// Where the assets show; left out, it is the timeline in 2.x and all but locked from 3.0 on.
            visibility: AssetVisibility,
            /// Whether to find assets in the trash too.
            with_deleted: bool,
            /// Whether to fill `exif_info` of the assets.
            with_exif: bool,
            /// Whether to fill `people` of the assets.
            with_people: bool,
            /// False leaves out assets that are in a stack.
            with_stacked: bool,
        }
        optional_lists {
            album_ids: AlbumId,
            /// The people who must all be in it.
            person_ids: PersonId,
        }
        patch {
            city: String,
            country: String,
            lens_model: String,
            /// The external library; null finds uploads.
            library_id: LibraryId,
            make: String,
            model: String,
            /// 1 to 5 stars; null finds assets without a rating, -1 works only in 2.x.
            rating: i64,
            state: String,
            /// The tags it must have; null finds assets without tags.
            tag_ids: Vec<TagId>,
        }
    }
}

request! {
    /// Conditions on a number; all that are given must hold.
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
    /// Conditions on a number that may be missing.
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
            /// The very number; null finds assets that have none.
            eq: f64,
            ne: f64,
        }
    }
}

response! {
    /// A place that was found by its name, and where it is.
    struct PlacesResponseDto {
        /// The state or province, if it is known.
        admin1name: Option<String>,
        admin2name: Option<String>,
        latitude: f64,
        longitude: f64,
        name: String,
    }
}

request! {
    /// What the assets must be like that are picked at random, for `search_random`.
    struct RandomSearchDto {
        optional {
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            device_id: String,
            /// The conditions as a tree, in place of the fields beside it; servers from 3.2 on.
            filter: SearchFilter,
            is_encoded: bool,
            is_favorite: bool,
            is_motion: bool,
            is_not_in_album: bool,
            is_offline: bool,
            ocr: String,
            /// How many assets to pick, from 1 to 1000; 250 when left out.
            size: i64,
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            type_: AssetTypeEnum,
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            /// Where the assets show; left out, it is the timeline in 2.x and all but locked from 3.0 on.
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
    /// The albums that a search found; servers leave this part empty.
    struct SearchAlbumResponseDto {
        count: i64,
        facets: Vec<SearchFacetResponseDto>,
        items: Vec<AlbumResponseDto>,
        total: i64,
    }
}

response! {
    /// A page of the assets that a search found, and how to get the next.
    struct SearchAssetResponseDto {
        count: i64,
        facets: Vec<SearchFacetResponseDto>,
        items: Vec<AssetResponseDto>,
        /// What to send as `cursor` for the next page, null on the last; servers from 3.2 on.
        next_cursor: Option<String>,
        /// The number of the next page, as text; null on the last.
        next_page: Option<String>,
        /// The same as `count`, not the number of all results, which `search_asset_statistics` tells.
        total: i64,
    }
}

response! {
    /// One value and an asset to stand for it, such as a city and a photo of it.
    struct SearchExploreItem {
        data: AssetResponseDto,
        value: String,
    }
}

response! {
    /// A few assets by one field, such as one for each city.
    struct SearchExploreResponseDto {
        /// The field the assets are picked by, such as `exifInfo.city`.
        field_name: String,
        items: Vec<SearchExploreItem>,
    }
}

response! {
    /// One value of a field, and how many results have it.
    struct SearchFacetCountResponseDto {
        count: i64,
        value: String,
    }
}

response! {
    /// How the results of a search divide by the values of one field.
    struct SearchFacetResponseDto {
        counts: Vec<SearchFacetCountResponseDto>,
        field_name: String,
    }
}

request! {
    /// Conditions of a search as servers from 3.2 on take them; all of them must hold.
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
            /// When it was moved to the trash; null for assets that are not in it.
            trashed_at: DateFilterNullable,
            type_: EnumFilterAssetType,
            updated_at: DateFilter,
            visibility: EnumFilterAssetVisibility,
        }
        optional_lists {
            /// Sets of conditions of which at least one must hold, besides all others.
            or: SearchFilterBranch,
        }
    }
}

request! {
    /// One of several sets of conditions of which at least one must hold.
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
    /// By which field results are sorted, and in which direction.
    struct SearchOrder {
        optional {
            direction: AssetOrder,
            field: SearchOrderField,
        }
    }
}

string_enum! {
    /// What results can be sorted by: time taken, local time, file size or rating.
    enum SearchOrderField {
        FileCreatedAt = "fileCreatedAt",
        LocalDateTime = "localDateTime",
        FileSizeInBytes = "fileSizeInBytes",
        Rating = "rating",
    }
}

response! {
    /// What a search found.
    struct SearchResponseDto {
        albums: SearchAlbumResponseDto,
        assets: SearchAssetResponseDto,
    }
}

response! {
    /// How many assets meet the conditions of a search.
    struct SearchStatisticsResponseDto {
        total: i64,
    }
}

string_enum! {
    /// Which values to suggest: countries, states, cities, cameras or lenses.
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
    /// What the assets shall show, in words or by an example, for `search_smart`.
    struct SmartSearchDto {
        optional {
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            device_id: String,
            /// The conditions as a tree, in place of the fields beside it; servers from 3.2 on.
            filter: SearchFilter,
            is_encoded: bool,
            is_favorite: bool,
            is_motion: bool,
            is_not_in_album: bool,
            is_offline: bool,
            language: String,
            ocr: String,
            page: i64,
            /// What to see in the assets, in plain words; this or `query_asset_id` is needed.
            query: String,
            /// An asset that the others shall look like, in place of `query`.
            query_asset_id: AssetId,
            /// How many assets a page has, from 1 to 1000; 100 when left out.
            size: i64,
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            type_: AssetTypeEnum,
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            /// Where the assets show; left out, it is the timeline in 2.x and all but locked from 3.0 on.
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
    /// What the assets must be like that are counted, for `search_asset_statistics`.
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
            /// Where the assets show; left out, it is the timeline in 2.x and all but locked from 3.0 on.
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
    /// Conditions on a text that is always there; case matters.
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
    /// Conditions on a text that may be missing.
    struct StringFilterNullable {
        optional_lists {
            in_: String,
            not_in: String,
        }
        patch {
            /// The whole text; null finds assets that have none.
            eq: String,
            ne: String,
        }
    }
}

request! {
    /// Conditions on a text or on a part of it.
    struct StringPatternFilter {
        optional {
            ends_with: String,
            /// A part of the text, without regard to case and accents.
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
    /// A condition on the text that was read in an image.
    struct StringSimilarityFilter {
        required {
            matches: String,
        }
    }
}
