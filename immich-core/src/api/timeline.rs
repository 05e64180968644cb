//! The timeline: how many assets there are in each month, and which.

use crate::prelude::*;

group! {
    /// The timeline: how many assets there are in each month, and which.
    TimelineApi: timeline
}

endpoint! {
    /// Gives the assets of one month of the timeline as columns: one list for each field, all in the same order.
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
    /// Placeholder.
    enum AssetOrderBy {
        TakenAt = "takenAt",
        CreatedAt = "createdAt",
    }
}

response! {
    /// Placeholder.
    struct TimeBucketAssetResponseDto {
        city: Option<Vec<Option<String>>>,
        country: Option<Vec<Option<String>>>,
        created_at: Option<Vec<String>>,
        duration: Vec<Option<AssetDuration>>,
        file_created_at: Vec<String>,
        id: Vec<String>,
        is_favorite: Vec<bool>,
        is_image: Vec<bool>,
        is_trashed: Vec<bool>,
        latitude: Option<Vec<Option<f64>>>,
        live_photo_video_id: Vec<Option<String>>,
        local_offset_hours: Vec<f64>,
        longitude: Option<Vec<Option<f64>>>,
        owner_id: Vec<String>,
        projection_type: Vec<Option<String>>,
        ratio: Vec<f64>,
        stack: Option<Vec<Option<Vec<String>>>>,
        thumbhash: Vec<Option<String>>,
        visibility: Vec<AssetVisibility>,
    }
}

response! {
    /// Placeholder.
    struct TimeBucketsResponseDto {
        count: i64,
        time_bucket: String,
    }
}
