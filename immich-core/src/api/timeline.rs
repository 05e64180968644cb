//! The timeline: how many assets there are in each month, and which.

use crate::prelude::*;

group! {
    /// The timeline: how many assets there are in each month, and which.
    TimelineApi: timeline
}

endpoint! {
    /// Gives the assets of one month of the timeline as columns: one list for each field, all in the same order; `into_rows` of the response makes rows of them.
    GetTimeBucket = GET "/timeline/bucket" -> Json<TimeBucketAssetResponseDto>;
    TimelineApi.get_time_bucket, "getTimeBucket" [permission "asset.read"];
    query {
        /// The first day of the month, as `2024-05-01`.
        time_bucket: String = "timeBucket",
    }
    optional {
        /// Only assets of this album.
        album_id: AlbumId = "albumId",
        /// The area of the map, as `west,south,east,north` in degrees.
        bbox: String = "bbox",
        /// Only favorites (`true`), or only others (`false`).
        is_favorite: bool = "isFavorite",
        /// Only assets in the trash (`true`), or only others (`false`).
        is_trashed: bool = "isTrashed",
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The order of the results.
        order: AssetOrder = "order",
        /// The time to order by. Since 3.0.0.
        order_by: AssetOrderBy = "orderBy" since "3.0.0",
        /// Only assets of this person.
        person_id: PersonId = "personId",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
        /// Only assets with this tag.
        tag_id: TagId = "tagId",
        /// Only what belongs to this user.
        user_id: UserId = "userId",
        /// Only assets that are shown there.
        visibility: AssetVisibility = "visibility",
        /// Whether latitude and longitude are included.
        with_coordinates: bool = "withCoordinates",
        /// Whether assets of partners are included that the user shows in the timeline.
        with_partners: bool = "withPartners",
        /// Whether assets below the top of a stack are included.
        with_stacked: bool = "withStacked",
    }
}

endpoint! {
    /// Counts the assets in each month of the timeline; `time_bucket` is the first day of the month.
    GetTimeBuckets = GET "/timeline/buckets" -> Json<Vec<TimeBucketsResponseDto>>;
    TimelineApi.get_time_buckets, "getTimeBuckets" [permission "asset.read"];
    optional {
        /// Only assets of this album.
        album_id: AlbumId = "albumId",
        /// The area of the map, as `west,south,east,north` in degrees.
        bbox: String = "bbox",
        /// Only favorites (`true`), or only others (`false`).
        is_favorite: bool = "isFavorite",
        /// Only assets in the trash (`true`), or only others (`false`).
        is_trashed: bool = "isTrashed",
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The order of the results.
        order: AssetOrder = "order",
        /// The time to order by. Since 3.0.0.
        order_by: AssetOrderBy = "orderBy" since "3.0.0",
        /// Only assets of this person.
        person_id: PersonId = "personId",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
        /// Only assets with this tag.
        tag_id: TagId = "tagId",
        /// Only what belongs to this user.
        user_id: UserId = "userId",
        /// Only assets that are shown there.
        visibility: AssetVisibility = "visibility",
        /// Whether latitude and longitude are included.
        with_coordinates: bool = "withCoordinates",
        /// Whether assets of partners are included that the user shows in the timeline.
        with_partners: bool = "withPartners",
        /// Whether assets below the top of a stack are included.
        with_stacked: bool = "withStacked",
    }
}

string_enum! {
    /// Whether the timeline goes by when assets were taken or by when they came to the server.
    enum AssetOrderBy {
        TakenAt = "takenAt",
        CreatedAt = "createdAt",
    }
}

response! {
    /// The assets of one month of the timeline, as columns: one list for each field.
    struct TimeBucketAssetResponseDto {
        /// The city, as the server names it.
        city: Option<Vec<Option<String>>>,
        /// The country, as the server names it.
        country: Option<Vec<Option<String>>>,
        /// When the server got each asset, in UTC but written without a `Z`; missing in 2.x. Since 3.0.0.
        created_at: Option<Vec<String>>,
        /// Length of each video, null for photos: text in 2.x, milliseconds from 3.0 on.
        duration: Vec<Option<AssetDuration>>,
        /// When each asset was taken, in UTC but written without a `Z`.
        file_created_at: Vec<String>,
        /// The ids; what stands at the same index of the other lists is about the same asset.
        id: Vec<AssetId>,
        /// Whether the asset is a favorite.
        is_favorite: Vec<bool>,
        /// Whether the asset is a photo.
        is_image: Vec<bool>,
        /// Whether the asset is in the trash.
        is_trashed: Vec<bool>,
        /// Degrees north of each asset, null when unknown; only with `with_coordinates`.
        latitude: Option<Vec<Option<f64>>>,
        /// The hidden video of each live photo; null for other assets.
        live_photo_video_id: Vec<Option<AssetId>>,
        /// Hours to add to `file_created_at` for the clock of the place, such as 5.5.
        local_offset_hours: Vec<f64>,
        /// Degrees east of each asset, null when unknown; only with `with_coordinates`.
        longitude: Option<Vec<Option<f64>>>,
        /// The id of the user who owns it.
        owner_id: Vec<UserId>,
        /// The projection of a panorama, such as `EQUIRECTANGULAR`.
        projection_type: Vec<Option<String>>,
        /// Width of each asset divided by its height.
        ratio: Vec<f64>,
        /// For each asset null, or the id of its stack and, as text, how many assets that has.
        stack: Option<Vec<Option<Vec<String>>>>,
        /// A tiny blurred preview of each asset in base64; null until one is made.
        thumbhash: Vec<Option<String>>,
        /// Where the asset is shown: in the timeline, the archive, the locked folder, or nowhere.
        visibility: Vec<AssetVisibility>,
    }
}

response! {
    /// A month of the timeline and its number of assets.
    struct TimeBucketsResponseDto {
        /// The number of assets of the month.
        count: i64,
        /// The first day of the month, as `YYYY-MM-DD`.
        time_bucket: String,
    }
}
