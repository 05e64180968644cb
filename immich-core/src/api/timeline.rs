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
    query { time_bucket: String = "timeBucket" }
    optional {
        album_id: AlbumId = "albumId",
        bbox: String = "bbox",
        is_favorite: bool = "isFavorite",
        is_trashed: bool = "isTrashed",
        key: Secret = "key",
        order: AssetOrder = "order",
        order_by: AssetOrderBy = "orderBy",
        person_id: PersonId = "personId",
        slug: Secret = "slug",
        tag_id: TagId = "tagId",
        user_id: UserId = "userId",
        visibility: AssetVisibility = "visibility",
        with_coordinates: bool = "withCoordinates",
        with_partners: bool = "withPartners",
        with_stacked: bool = "withStacked",
    }
}

endpoint! {
    /// Counts the assets in each month of the timeline; `time_bucket` is the first day of the month.
    GetTimeBuckets = GET "/timeline/buckets" -> Json<Vec<TimeBucketsResponseDto>>;
    TimelineApi.get_time_buckets, "getTimeBuckets" [permission "asset.read"];
    optional {
        album_id: AlbumId = "albumId",
        bbox: String = "bbox",
        is_favorite: bool = "isFavorite",
        is_trashed: bool = "isTrashed",
        key: Secret = "key",
        order: AssetOrder = "order",
        order_by: AssetOrderBy = "orderBy",
        person_id: PersonId = "personId",
        slug: Secret = "slug",
        tag_id: TagId = "tagId",
        user_id: UserId = "userId",
        visibility: AssetVisibility = "visibility",
        with_coordinates: bool = "withCoordinates",
        with_partners: bool = "withPartners",
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
        city: Option<Vec<Option<String>>>,
        country: Option<Vec<Option<String>>>,
        /// When the server got each asset, in UTC but written without a `Z`; missing in 2.x.
        created_at: Option<Vec<String>>,
        /// Length of each video, null for photos: text in 2.x, milliseconds from 3.0 on.
        duration: Vec<Option<AssetDuration>>,
        /// When each asset was taken, in UTC but written without a `Z`.
        file_created_at: Vec<String>,
        /// The ids; what stands at the same index of the other lists is about the same asset.
        id: Vec<AssetId>,
        is_favorite: Vec<bool>,
        is_image: Vec<bool>,
        is_trashed: Vec<bool>,
        /// Degrees north of each asset, null when unknown; only with `with_coordinates`.
        latitude: Option<Vec<Option<f64>>>,
        /// The hidden video of each live photo; null for other assets.
        live_photo_video_id: Vec<Option<AssetId>>,
        /// Hours to add to `file_created_at` for the clock of the place, such as 5.5.
        local_offset_hours: Vec<f64>,
        /// Degrees east of each asset, null when unknown; only with `with_coordinates`.
        longitude: Option<Vec<Option<f64>>>,
        owner_id: Vec<UserId>,
        projection_type: Vec<Option<String>>,
        /// Width of each asset divided by its height.
        ratio: Vec<f64>,
        /// For each asset null, or the id of its stack and, as text, how many assets that has.
        stack: Option<Vec<Option<Vec<String>>>>,
        /// A tiny blurred preview of each asset in base64; null until one is made.
        thumbhash: Vec<Option<String>>,
        visibility: Vec<AssetVisibility>,
    }
}

response! {
    /// A month of the timeline and its number of assets.
    struct TimeBucketsResponseDto {
        count: i64,
        /// The first day of the month, as `YYYY-MM-DD`.
        time_bucket: String,
    }
}
