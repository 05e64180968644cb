//! Comments and likes on shared albums and their assets.

use crate::prelude::*;

group! {
    /// Comments and likes on shared albums and their assets.
    ActivitiesApi: activities
}

endpoint! {
    /// Lists the comments and likes of a shared album, or of one asset in it.
    GetActivities = GET "/activities" -> Json<Vec<ActivityResponseDto>>;
    ActivitiesApi.get_activities, "getActivities" [permission "activity.read"];
    query { album_id: AlbumId = "albumId" }
    optional {
        asset_id: AssetId = "assetId",
        level: ReactionLevel = "level",
        type_: ReactionType = "type",
        user_id: UserId = "userId",
    }
}

endpoint! {
    /// Adds a comment or a like to a shared album or to one asset in it; a second like gives back the first.
    CreateActivity = POST "/activities" -> Json<ActivityResponseDto>;
    ActivitiesApi.create_activity, "createActivity" [permission "activity.create"];
    body { ActivityCreateDto }
}

endpoint! {
    /// Counts the comments and the likes of a shared album, or of one asset in it.
    GetActivityStatistics = GET "/activities/statistics" -> Json<ActivityStatisticsResponseDto>;
    ActivitiesApi.get_activity_statistics, "getActivityStatistics" [permission "activity.statistics"];
    query { album_id: AlbumId = "albumId" }
    optional { asset_id: AssetId = "assetId" }
}

endpoint! {
    /// Deletes a comment or like, which its author and the owner of the album may do.
    DeleteActivity = DELETE "/activities/{id}" -> Empty;
    ActivitiesApi.delete_activity, "deleteActivity" [permission "activity.delete"];
    path { id: ActivityId }
}

request! {
    /// A comment or a like to put on a shared album, or on one asset in it.
    struct ActivityCreateDto {
        required {
            album_id: AlbumId,
            type_: ReactionType,
        }
        optional {
            /// The asset of the album to comment on or like; without it the whole album is meant.
            asset_id: AssetId,
            comment: String,
        }
    }
}

response! {
    /// A comment or a like, with the user who left it and when.
    struct ActivityResponseDto {
        /// The asset of the album that is meant; null when it is the whole album.
        asset_id: Option<AssetId>,
        comment: Option<String>,
        created_at: Timestamp,
        id: ActivityId,
        type_: ReactionType,
        user: UserResponseDto,
    }
}

response! {
    /// How many comments and likes an album has, or one asset of it.
    struct ActivityStatisticsResponseDto {
        comments: i64,
        likes: i64,
    }
}

string_enum! {
    /// Tells comments and likes on a whole album from those on one asset of it.
    enum ReactionLevel {
        Album = "album",
        Asset = "asset",
    }
}

string_enum! {
    /// Tells comments and likes apart.
    enum ReactionType {
        Comment = "comment",
        Like = "like",
    }
}
