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
    query {
        /// Only assets of this album.
        album_id: AlbumId = "albumId",
    }
    optional {
        /// Only what belongs to this asset.
        asset_id: AssetId = "assetId",
        /// Only activities of the album itself, or of single assets.
        level: ReactionLevel = "level",
        /// Only comments, or only likes.
        type_: ReactionType = "type",
        /// Only what belongs to this user.
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
    query {
        /// Only assets of this album.
        album_id: AlbumId = "albumId",
    }
    optional {
        /// Only what belongs to this asset.
        asset_id: AssetId = "assetId",
    }
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
            /// The id of the album.
            album_id: AlbumId,
            /// Whether to add a comment or a like.
            type_: ReactionType,
        }
        optional {
            /// The asset of the album to comment on or like; without it the whole album is meant.
            asset_id: AssetId,
            /// The text of the comment.
            comment: String,
        }
    }
}

response! {
    /// A comment or a like, with the user who left it and when.
    struct ActivityResponseDto {
        /// The asset of the album that is meant; null when it is the whole album.
        asset_id: Option<AssetId>,
        /// The text of the comment.
        comment: Option<String>,
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The id of the activity.
        id: ActivityId,
        /// Whether it is a comment or a like.
        type_: ReactionType,
        /// The user.
        user: UserResponseDto,
    }
}

response! {
    /// How many comments and likes an album has, or one asset of it.
    struct ActivityStatisticsResponseDto {
        /// The number of comments.
        comments: i64,
        /// The number of likes.
        likes: i64,
    }
}

string_enum! {
    /// Whether comments and likes are on a whole album or on one asset of it.
    enum ReactionLevel {
        Album = "album",
        Asset = "asset",
    }
}

string_enum! {
    /// Distinguishes comments and likes.
    enum ReactionType {
        Comment = "comment",
        Like = "like",
    }
}
