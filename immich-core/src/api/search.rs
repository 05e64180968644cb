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
        /// Only assets of all of these albums.
        album_ids: Vec<AlbumId> = "albumIds",
        /// Only assets of this city, as the server names it.
        city: String = "city",
        /// Only assets of this country, as the server names it.
        country: String = "country",
        /// Added to the server after this time.
        created_after: Timestamp = "createdAfter",
        /// Added to the server before this time.
        created_before: Timestamp = "createdBefore",
        /// Only assets that were uploaded from this device. Up to 2.7.5.
        device_id: String = "deviceId" until "2.7.5",
        /// Only videos with a transcoded version (`true`), or only others (`false`).
        is_encoded: bool = "isEncoded",
        /// Only favorites (`true`), or only others (`false`).
        is_favorite: bool = "isFavorite",
        /// Only live photos and motion photos (`true`), or only others (`false`).
        is_motion: bool = "isMotion",
        /// Only assets in no album (`true`), or only others (`false`).
        is_not_in_album: bool = "isNotInAlbum",
        /// Only assets whose file is missing (`true`), or only others (`false`).
        is_offline: bool = "isOffline",
        /// Only assets of this lens, as the camera names it.
        lens_model: String = "lensModel",
        /// Only assets of this external library.
        library_id: LibraryId = "libraryId",
        /// Only assets of cameras of this manufacturer.
        make: String = "make",
        /// The least size of a file, in bytes.
        min_file_size: i64 = "minFileSize",
        /// Only assets of this model of camera.
        model: String = "model",
        /// Only assets with this text in the image.
        ocr: String = "ocr",
        /// Only assets of all of these people.
        person_ids: Vec<PersonId> = "personIds",
        /// Only assets with this rating, 1 to 5 stars.
        rating: i64 = "rating",
        /// The number of results.
        size: i64 = "size",
        /// Only assets of this state or province, as the server names it.
        state: String = "state",
        /// Only assets with all of these tags.
        tag_ids: Vec<TagId> = "tagIds",
        /// Taken after this time.
        taken_after: Timestamp = "takenAfter",
        /// Taken before this time.
        taken_before: Timestamp = "takenBefore",
        /// Moved to the trash after this time.
        trashed_after: Timestamp = "trashedAfter",
        /// Moved to the trash before this time.
        trashed_before: Timestamp = "trashedBefore",
        /// Only those of this kind.
        type_: AssetTypeEnum = "type",
        /// Changed on the server after this time.
        updated_after: Timestamp = "updatedAfter",
        /// Changed on the server before this time.
        updated_before: Timestamp = "updatedBefore",
        /// Only assets that are shown there.
        visibility: AssetVisibility = "visibility",
        /// Whether assets in the trash are included.
        with_deleted: bool = "withDeleted",
        /// Whether `exif_info` is included in the response.
        with_exif: bool = "withExif",
    }
}

endpoint! {
    /// Finds assets by what is known of them, such as date, place, camera and file name, one page at a time.
    SearchAssets = POST "/search/metadata" -> Json<SearchResponseDto>;
    SearchApi.search_assets, "searchAssets" [permission "asset.read"] {idempotent: true};
    optional {
        /// The key of a shared link, for its visitors. Since 3.0.2.
        key: Secret = "key" since "3.0.2",
        /// The slug of a shared link, for its visitors. Since 3.0.2.
        slug: Secret = "slug" since "3.0.2",
    }
    body { MetadataSearchDto }
}

endpoint! {
    /// Lists the people whose name matches `name`; hidden ones only if `with_hidden` is set.
    SearchPerson = GET "/search/person" -> Json<Vec<PersonResponseDto>>;
    SearchApi.search_person, "searchPerson" [permission "person.read"];
    query {
        /// The beginning of a name.
        name: String = "name",
    }
    optional {
        /// Whether hidden people are included.
        with_hidden: bool = "withHidden",
    }
}

endpoint! {
    /// Finds places of the world by name, with their coordinates; it does not search assets.
    SearchPlaces = GET "/search/places" -> Json<Vec<PlacesResponseDto>>;
    SearchApi.search_places, "searchPlaces" [permission "asset.read"];
    query {
        /// The beginning of the name of a place.
        name: String = "name",
    }
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
    query {
        /// The field to suggest values for.
        type_: SearchSuggestionType = "type",
    }
    optional {
        /// Only assets of this country, as the server names it.
        country: String = "country",
        /// Whether null is included for assets without a value.
        include_null: bool = "includeNull",
        /// Only assets of this lens, as the camera names it.
        lens_model: String = "lensModel",
        /// Only assets of cameras of this manufacturer.
        make: String = "make",
        /// Only assets of this model of camera.
        model: String = "model",
        /// Only assets of this state or province, as the server names it.
        state: String = "state",
    }
}

request! {
    /// A condition on something that is either so or not so.
    struct BoolFilter {
        required {
            /// Equal to this value.
            eq: bool,
        }
    }
}

request! {
    /// Conditions on a point in time; all that are given must hold.
    struct DateFilter {
        optional {
            /// Equal to this value.
            #[serde(serialize_with = "instant")] eq: Timestamp,
            /// Greater, or later, than this value.
            #[serde(serialize_with = "instant")] gt: Timestamp,
            /// Greater than or equal to this value; later or at the same time.
            #[serde(serialize_with = "instant")] gte: Timestamp,
            /// Less, or earlier, than this value.
            #[serde(serialize_with = "instant")] lt: Timestamp,
            /// Less than or equal to this value; earlier or at the same time.
            #[serde(serialize_with = "instant")] lte: Timestamp,
            /// Not equal to this value.
            #[serde(serialize_with = "instant")] ne: Timestamp,
        }
    }
}

request! {
    /// Conditions on a point in time that may be missing.
    struct DateFilterNullable {
        optional {
            /// Greater, or later, than this value.
            #[serde(serialize_with = "instant")] gt: Timestamp,
            /// Greater than or equal to this value; later or at the same time.
            #[serde(serialize_with = "instant")] gte: Timestamp,
            /// Less, or earlier, than this value.
            #[serde(serialize_with = "instant")] lt: Timestamp,
            /// Less than or equal to this value; earlier or at the same time.
            #[serde(serialize_with = "instant")] lte: Timestamp,
        }
        patch {
            /// The very moment; null finds assets that have none.
            #[serde(serialize_with = "instant")] eq: Timestamp,
            /// Not equal to this value.
            #[serde(serialize_with = "instant")] ne: Timestamp,
        }
    }
}

request! {
    /// Conditions on whether an asset is a photo, a video or something else.
    struct EnumFilterAssetType {
        optional {
            /// Equal to this value.
            eq: AssetTypeEnum,
            /// Not equal to this value.
            ne: AssetTypeEnum,
        }
        optional_lists {
            /// One of these values.
            in_: AssetTypeEnum,
            /// None of these values.
            not_in: AssetTypeEnum,
        }
    }
}

request! {
    /// Conditions on where an asset shows.
    struct EnumFilterAssetVisibility {
        optional {
            /// Equal to this value.
            eq: AssetVisibility,
            /// Not equal to this value.
            ne: AssetVisibility,
        }
        optional_lists {
            /// One of these values.
            in_: AssetVisibility,
            /// None of these values.
            not_in: AssetVisibility,
        }
    }
}

request! {
    /// A condition on an id that is always there.
    struct IdFilter {
        optional {
            /// Equal to this value.
            eq: Uuid,
            /// Not equal to this value.
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
            /// Not equal to this value.
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
    /// A search by file, time, place, camera and the like; all conditions must hold.
    struct MetadataSearchDto {
        optional {
            /// SHA-1 of the original file, in hexadecimal digits or base64.
            checksum: String,
            /// Added to the server after this time.
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            /// Added to the server before this time.
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            /// The `next_cursor` of the page before, instead of `page`; servers from 3.2 on. Since 3.2.0.
            cursor: String,
            /// Only assets whose description contains this string.
            description: String,
            /// The id that the device gave its file. Up to 2.7.5.
            device_asset_id: String,
            /// The device that the asset was uploaded from, as the uploading program named it. Up to 2.7.5.
            device_id: String,
            /// The path of the transcoded video on the server.
            encoded_video_path: String,
            /// The conditions as a tree, instead of the fields beside it; servers from 3.2 on. Since 3.2.0.
            filter: SearchFilter,
            /// The id of the asset.
            id: AssetId,
            /// Whether the server has converted the video.
            is_encoded: bool,
            /// Whether the asset is a favorite.
            is_favorite: bool,
            /// Whether it is a live photo, with a video.
            is_motion: bool,
            /// True finds assets that are in no album.
            is_not_in_album: bool,
            /// Whether the file of an external library is missing.
            is_offline: bool,
            /// Text that was read in the image.
            ocr: String,
            /// By the time when they were taken; newest first when left out.
            order: AssetOrder,
            /// How to sort, instead of `order`; only newer servers know it. Since 3.2.0.
            order_by: SearchOrder,
            /// The name of the file when it was uploaded.
            original_file_name: String,
            /// The path of the original file on the server.
            original_path: String,
            /// Which page to get, from 1 on; `next_page` of a response is the next as text.
            page: i64,
            /// The path of the preview on the server.
            preview_path: String,
            /// How many assets a page has, from 1 to 1000; 250 when left out.
            size: i64,
            /// Taken after this time.
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            /// Taken before this time.
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            /// The path of the thumbnail on the server.
            thumbnail_path: String,
            /// Moved to the trash after this time.
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            /// Moved to the trash before this time.
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            /// Only photos, or only videos.
            type_: AssetTypeEnum,
            /// Changed on the server after this time.
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            /// Changed on the server before this time.
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
            /// The ids of the albums.
            album_ids: AlbumId,
            /// The people who must all be in it.
            person_ids: PersonId,
        }
        patch {
            /// The city, as the server names it.
            city: String,
            /// The country, as the server names it.
            country: String,
            /// The lens, as the camera names it.
            lens_model: String,
            /// The external library; null finds uploads.
            library_id: LibraryId,
            /// The manufacturer of the camera.
            make: String,
            /// The model of the camera.
            model: String,
            /// 1 to 5 stars; null finds assets without a rating, -1 works only in 2.x.
            rating: i64,
            /// The state or province, as the server names it.
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
            /// Equal to this value.
            eq: f64,
            /// Greater, or later, than this value.
            gt: f64,
            /// Greater than or equal to this value; later or at the same time.
            gte: f64,
            /// Less, or earlier, than this value.
            lt: f64,
            /// Less than or equal to this value; earlier or at the same time.
            lte: f64,
            /// Not equal to this value.
            ne: f64,
        }
        optional_lists {
            /// One of these values.
            in_: f64,
            /// None of these values.
            not_in: f64,
        }
    }
}

request! {
    /// Conditions on a number that may be missing.
    struct NumberFilterNullable {
        optional {
            /// Greater, or later, than this value.
            gt: f64,
            /// Greater than or equal to this value; later or at the same time.
            gte: f64,
            /// Less, or earlier, than this value.
            lt: f64,
            /// Less than or equal to this value; earlier or at the same time.
            lte: f64,
        }
        optional_lists {
            /// One of these values.
            in_: f64,
            /// None of these values.
            not_in: f64,
        }
        patch {
            /// The very number; null finds assets that have none.
            eq: f64,
            /// Not equal to this value.
            ne: f64,
        }
    }
}

response! {
    /// A place that was found by its name, and where it is.
    struct PlacesResponseDto {
        /// The state or province, if it is known.
        admin1name: Option<String>,
        /// The name of the county or district.
        admin2name: Option<String>,
        /// The latitude in degrees, -90 to 90.
        latitude: f64,
        /// The longitude in degrees, -180 to 180.
        longitude: f64,
        /// The name of the place.
        name: String,
    }
}

request! {
    /// The conditions for assets that are picked at random, for `search_random`.
    struct RandomSearchDto {
        optional {
            /// Added to the server after this time.
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            /// Added to the server before this time.
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            /// The device that the asset was uploaded from, as the uploading program named it. Up to 2.7.5.
            device_id: String,
            /// The conditions as a tree, instead of the fields beside it; servers from 3.2 on. Since 3.2.0.
            filter: SearchFilter,
            /// Whether the video has a transcoded version.
            is_encoded: bool,
            /// Whether the asset is a favorite.
            is_favorite: bool,
            /// Whether the asset is a live photo or motion photo.
            is_motion: bool,
            /// Whether the asset is in no album.
            is_not_in_album: bool,
            /// Whether the file of an external library is missing.
            is_offline: bool,
            /// Text recognition in images (OCR).
            ocr: String,
            /// How many assets to pick, from 1 to 1000; 250 when left out.
            size: i64,
            /// Taken after this time.
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            /// Taken before this time.
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            /// Moved to the trash after this time.
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            /// Moved to the trash before this time.
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            /// Only photos, or only videos.
            type_: AssetTypeEnum,
            /// Changed on the server after this time.
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            /// Changed on the server before this time.
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            /// Where the assets show; left out, it is the timeline in 2.x and all but locked from 3.0 on.
            visibility: AssetVisibility,
            /// Whether assets in the trash are included.
            with_deleted: bool,
            /// Whether `exif_info` is included in the response.
            with_exif: bool,
            /// Whether `people` is included in the response.
            with_people: bool,
            /// Whether assets below the top of a stack are included.
            with_stacked: bool,
        }
        optional_lists {
            /// The ids of the albums.
            album_ids: AlbumId,
            /// The ids of the people.
            person_ids: PersonId,
        }
        patch {
            /// The city, as the server names it.
            city: String,
            /// The country, as the server names it.
            country: String,
            /// The lens, as the camera names it.
            lens_model: String,
            /// The id of the external library.
            library_id: LibraryId,
            /// The manufacturer of the camera.
            make: String,
            /// The model of the camera.
            model: String,
            /// The rating in stars, 1 to 5; -1 is rejected, and null is unrated.
            rating: i64,
            /// The state or province, as the server names it.
            state: String,
            /// The ids of the tags.
            tag_ids: Vec<TagId>,
        }
    }
}

response! {
    /// The albums that a search found; servers leave this part empty.
    struct SearchAlbumResponseDto {
        /// The number of albums on this page.
        count: i64,
        /// The numbers of results by value of a field.
        facets: Vec<SearchFacetResponseDto>,
        /// The entries.
        items: Vec<AlbumResponseDto>,
        /// The number of albums that match.
        total: i64,
    }
}

response! {
    /// A page of the assets that a search found, and how to get the next.
    struct SearchAssetResponseDto {
        /// The number of assets on this page.
        count: i64,
        /// The numbers of results by value of a field.
        facets: Vec<SearchFacetResponseDto>,
        /// The entries.
        items: Vec<AssetResponseDto>,
        /// The `cursor` of the next page, null on the last; servers from 3.2 on. Since 3.2.0.
        next_cursor: Option<String>,
        /// The number of the next page, as text; null on the last.
        next_page: Option<String>,
        /// The same as `count`, not the number of all results, which `search_asset_statistics` returns.
        total: i64,
    }
}

response! {
    /// One value and an asset to stand for it, such as a city and a photo of it.
    struct SearchExploreItem {
        /// An asset that stands for the value.
        data: AssetResponseDto,
        /// The value of the field, such as the name of a city.
        value: String,
    }
}

response! {
    /// A few assets by one field, such as one for each city.
    struct SearchExploreResponseDto {
        /// The field the assets are picked by, such as `exifInfo.city`.
        field_name: String,
        /// The values of the field, each with an asset.
        items: Vec<SearchExploreItem>,
    }
}

response! {
    /// One value of a field, and how many results have it.
    struct SearchFacetCountResponseDto {
        /// The number of results with this value.
        count: i64,
        /// The value.
        value: String,
    }
}

response! {
    /// How the results of a search divide by the values of one field.
    struct SearchFacetResponseDto {
        /// The numbers by value.
        counts: Vec<SearchFacetCountResponseDto>,
        /// The name of the field.
        field_name: String,
    }
}

request! {
    /// Conditions of a search as servers from 3.2 on take them; all of them must hold.
    struct SearchFilter {
        optional {
            /// The ids of the albums.
            album_ids: IdsFilter,
            /// The SHA-1 of the file.
            checksum: StringFilter,
            /// The city, as the server names it.
            city: StringFilterNullable,
            /// The country, as the server names it.
            country: StringFilterNullable,
            /// When it was created on the server.
            created_at: DateFilter,
            /// The description, as free text.
            description: StringPatternFilter,
            /// The path of the transcoded video on the server.
            encoded_video_path: StringFilter,
            /// The size of the file in bytes.
            file_size_in_bytes: NumberFilter,
            /// Whether the asset is in an album.
            has_albums: BoolFilter,
            /// Whether people were recognized in the asset.
            has_people: BoolFilter,
            /// Whether the asset has tags.
            has_tags: BoolFilter,
            /// The id.
            id: IdFilter,
            /// Whether the video has a transcoded version.
            is_encoded: BoolFilter,
            /// Whether the asset is a favorite.
            is_favorite: BoolFilter,
            /// Whether the asset is a live photo or motion photo.
            is_motion: BoolFilter,
            /// Whether the file of an external library is missing.
            is_offline: BoolFilter,
            /// The lens, as the camera names it.
            lens_model: StringFilterNullable,
            /// The id of the external library.
            library_id: IdFilterNullable,
            /// The manufacturer of the camera.
            make: StringFilterNullable,
            /// The model of the camera.
            model: StringFilterNullable,
            /// Text recognition in images (OCR).
            ocr: StringSimilarityFilter,
            /// The name of the file when it was uploaded.
            original_file_name: StringPatternFilter,
            /// The path of the original file on the server.
            original_path: StringPatternFilter,
            /// The ids of the people.
            person_ids: IdsFilter,
            /// The rating in stars, 1 to 5; -1 is rejected, and null is unrated.
            rating: NumberFilterNullable,
            /// The state or province, as the server names it.
            state: StringFilterNullable,
            /// The ids of the tags.
            tag_ids: IdsFilter,
            /// When the asset was taken.
            taken_at: DateFilter,
            /// When it was moved to the trash; null for assets that are not in it.
            trashed_at: DateFilterNullable,
            /// Photo, video, audio or other.
            type_: EnumFilterAssetType,
            /// When it was last changed on the server.
            updated_at: DateFilter,
            /// Where the asset is shown: in the timeline, the archive, the locked folder, or nowhere.
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
            /// The ids of the albums.
            album_ids: IdsFilter,
            /// The SHA-1 of the file.
            checksum: StringFilter,
            /// The city, as the server names it.
            city: StringFilterNullable,
            /// The country, as the server names it.
            country: StringFilterNullable,
            /// When it was created on the server.
            created_at: DateFilter,
            /// The description, as free text.
            description: StringPatternFilter,
            /// The path of the transcoded video on the server.
            encoded_video_path: StringFilter,
            /// The size of the file in bytes.
            file_size_in_bytes: NumberFilter,
            /// Whether the asset is in an album.
            has_albums: BoolFilter,
            /// Whether people were recognized in the asset.
            has_people: BoolFilter,
            /// Whether the asset has tags.
            has_tags: BoolFilter,
            /// The id.
            id: IdFilter,
            /// Whether the video has a transcoded version.
            is_encoded: BoolFilter,
            /// Whether the asset is a favorite.
            is_favorite: BoolFilter,
            /// Whether the asset is a live photo or motion photo.
            is_motion: BoolFilter,
            /// Whether the file of an external library is missing.
            is_offline: BoolFilter,
            /// The lens, as the camera names it.
            lens_model: StringFilterNullable,
            /// The id of the external library.
            library_id: IdFilterNullable,
            /// The manufacturer of the camera.
            make: StringFilterNullable,
            /// The model of the camera.
            model: StringFilterNullable,
            /// Text recognition in images (OCR).
            ocr: StringSimilarityFilter,
            /// The name of the file when it was uploaded.
            original_file_name: StringPatternFilter,
            /// The path of the original file on the server.
            original_path: StringPatternFilter,
            /// The ids of the people.
            person_ids: IdsFilter,
            /// The rating in stars, 1 to 5; -1 is rejected, and null is unrated.
            rating: NumberFilterNullable,
            /// The state or province, as the server names it.
            state: StringFilterNullable,
            /// The ids of the tags.
            tag_ids: IdsFilter,
            /// When the asset was taken.
            taken_at: DateFilter,
            /// When the asset was moved to the trash.
            trashed_at: DateFilterNullable,
            /// Photo, video, audio or other.
            type_: EnumFilterAssetType,
            /// When it was last changed on the server.
            updated_at: DateFilter,
            /// Where the asset is shown: in the timeline, the archive, the locked folder, or nowhere.
            visibility: EnumFilterAssetVisibility,
        }
    }
}

request! {
    /// By which field results are sorted, and in which direction.
    struct SearchOrder {
        optional {
            /// The direction.
            direction: AssetOrder,
            /// The field.
            field: SearchOrderField,
        }
    }
}

string_enum! {
    /// A field to sort results by: time taken, local time, file size or rating.
    enum SearchOrderField {
        FileCreatedAt = "fileCreatedAt",
        LocalDateTime = "localDateTime",
        FileSizeInBytes = "fileSizeInBytes",
        Rating = "rating",
    }
}

response! {
    /// The results of a search.
    struct SearchResponseDto {
        /// Albums.
        albums: SearchAlbumResponseDto,
        /// The assets.
        assets: SearchAssetResponseDto,
    }
}

response! {
    /// How many assets meet the conditions of a search.
    struct SearchStatisticsResponseDto {
        /// The number of assets that match.
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
    /// A search for the content of images, in words or by an example, for `search_smart`.
    struct SmartSearchDto {
        optional {
            /// Added to the server after this time.
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            /// Added to the server before this time.
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            /// The device that the asset was uploaded from, as the uploading program named it. Up to 2.7.5.
            device_id: String,
            /// The conditions as a tree, instead of the fields beside it; servers from 3.2 on. Since 3.2.0.
            filter: SearchFilter,
            /// Whether the video has a transcoded version.
            is_encoded: bool,
            /// Whether the asset is a favorite.
            is_favorite: bool,
            /// Whether the asset is a live photo or motion photo.
            is_motion: bool,
            /// Whether the asset is in no album.
            is_not_in_album: bool,
            /// Whether the file of an external library is missing.
            is_offline: bool,
            /// The language of the query, as a language tag such as `de`.
            language: String,
            /// Text recognition in images (OCR).
            ocr: String,
            /// The number of the page, from 1.
            page: i64,
            /// The content to look for, in plain words; this or `query_asset_id` is needed.
            query: String,
            /// An asset that the others shall look like, instead of `query`.
            query_asset_id: AssetId,
            /// How many assets a page has, from 1 to 1000; 100 when left out.
            size: i64,
            /// Taken after this time.
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            /// Taken before this time.
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            /// Moved to the trash after this time.
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            /// Moved to the trash before this time.
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            /// Only photos, or only videos.
            type_: AssetTypeEnum,
            /// Changed on the server after this time.
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            /// Changed on the server before this time.
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            /// Where the assets show; left out, it is the timeline in 2.x and all but locked from 3.0 on.
            visibility: AssetVisibility,
            /// Whether assets in the trash are included.
            with_deleted: bool,
            /// Whether `exif_info` is included in the response.
            with_exif: bool,
        }
        optional_lists {
            /// The ids of the albums.
            album_ids: AlbumId,
            /// The ids of the people.
            person_ids: PersonId,
        }
        patch {
            /// The city, as the server names it.
            city: String,
            /// The country, as the server names it.
            country: String,
            /// The lens, as the camera names it.
            lens_model: String,
            /// The id of the external library.
            library_id: LibraryId,
            /// The manufacturer of the camera.
            make: String,
            /// The model of the camera.
            model: String,
            /// The rating in stars, 1 to 5; -1 is rejected, and null is unrated.
            rating: i64,
            /// The state or province, as the server names it.
            state: String,
            /// The ids of the tags.
            tag_ids: Vec<TagId>,
        }
    }
}

request! {
    /// The conditions for assets that are counted, for `search_asset_statistics`.
    struct StatisticsSearchDto {
        optional {
            /// Added to the server after this time.
            #[serde(serialize_with = "instant")] created_after: Timestamp,
            /// Added to the server before this time.
            #[serde(serialize_with = "instant")] created_before: Timestamp,
            /// Only assets whose description contains this string.
            description: String,
            /// The device that the asset was uploaded from, as the uploading program named it. Up to 2.7.5.
            device_id: String,
            /// The common conditions of the assets. Since 3.2.0.
            filter: SearchFilter,
            /// Whether the video has a transcoded version.
            is_encoded: bool,
            /// Whether the asset is a favorite.
            is_favorite: bool,
            /// Whether the asset is a live photo or motion photo.
            is_motion: bool,
            /// Whether the asset is in no album.
            is_not_in_album: bool,
            /// Whether the file of an external library is missing.
            is_offline: bool,
            /// Text recognition in images (OCR).
            ocr: String,
            /// Taken after this time.
            #[serde(serialize_with = "instant")] taken_after: Timestamp,
            /// Taken before this time.
            #[serde(serialize_with = "instant")] taken_before: Timestamp,
            /// Moved to the trash after this time.
            #[serde(serialize_with = "instant")] trashed_after: Timestamp,
            /// Moved to the trash before this time.
            #[serde(serialize_with = "instant")] trashed_before: Timestamp,
            /// Only photos, or only videos.
            type_: AssetTypeEnum,
            /// Changed on the server after this time.
            #[serde(serialize_with = "instant")] updated_after: Timestamp,
            /// Changed on the server before this time.
            #[serde(serialize_with = "instant")] updated_before: Timestamp,
            /// Where the assets show; left out, it is the timeline in 2.x and all but locked from 3.0 on.
            visibility: AssetVisibility,
        }
        optional_lists {
            /// The ids of the albums.
            album_ids: AlbumId,
            /// The ids of the people.
            person_ids: PersonId,
        }
        patch {
            /// The city, as the server names it.
            city: String,
            /// The country, as the server names it.
            country: String,
            /// The lens, as the camera names it.
            lens_model: String,
            /// The id of the external library.
            library_id: LibraryId,
            /// The manufacturer of the camera.
            make: String,
            /// The model of the camera.
            model: String,
            /// The rating in stars, 1 to 5; -1 is rejected, and null is unrated.
            rating: i64,
            /// The state or province, as the server names it.
            state: String,
            /// The ids of the tags.
            tag_ids: Vec<TagId>,
        }
    }
}

request! {
    /// Conditions on a text that is always there; case matters.
    struct StringFilter {
        optional {
            /// Equal to this value.
            eq: String,
            /// Not equal to this value.
            ne: String,
        }
        optional_lists {
            /// One of these values.
            in_: String,
            /// None of these values.
            not_in: String,
        }
    }
}

request! {
    /// Conditions on a text that may be missing.
    struct StringFilterNullable {
        optional_lists {
            /// One of these values.
            in_: String,
            /// None of these values.
            not_in: String,
        }
        patch {
            /// The whole text; null finds assets that have none.
            eq: String,
            /// Not equal to this value.
            ne: String,
        }
    }
}

request! {
    /// Conditions on a text or on a part of it.
    struct StringPatternFilter {
        optional {
            /// Ends with this string.
            ends_with: String,
            /// A part of the text, without regard to case and accents.
            like: String,
            /// Does not contain this string.
            not_like: String,
            /// Begins with this string.
            starts_with: String,
        }
        optional_lists {
            /// One of these values.
            in_: String,
            /// None of these values.
            not_in: String,
        }
        patch {
            /// Equal to this value.
            eq: String,
            /// Not equal to this value.
            ne: String,
        }
    }
}

request! {
    /// A condition on the text that was read in an image.
    struct StringSimilarityFilter {
        required {
            /// Resembles this string.
            matches: String,
        }
    }
}
