//! Albums: their assets, the users they are shared with, and their details.

use crate::prelude::*;

group! {
    /// Albums: their assets, the users they are shared with, and their details.
    AlbumsApi: albums
}

endpoint! {
    /// Lists albums without their assets: up to 2.x only own ones unless `shared` is set, from 3.0 on also those shared with the user.
    GetAllAlbums = GET "/albums" -> Json<Vec<AlbumResponseDto>>;
    AlbumsApi.get_all_albums, "getAllAlbums" [permission "album.read"];
    optional {
        /// Only albums that hold this asset.
        asset_id: AssetId = "assetId",
        /// Only the one with this id. Since 3.0.0.
        id: AlbumId = "id" since "3.0.0",
        /// Only albums of the signed-in user (`true`), or only those that others share (`false`). Since 3.0.0.
        is_owned: bool = "isOwned" since "3.0.0",
        /// Only albums that are shared (`true`), or only others (`false`). Since 3.0.0.
        is_shared: bool = "isShared" of albums_is_shared,
        /// Only those with this name. Since 3.0.0.
        name: String = "name" since "3.0.0",
        /// Only albums that are shared (`true`), or only others (`false`). Up to 2.7.5.
        shared: bool = "shared" of albums_shared,
    }
}

endpoint! {
    /// Creates an album of the signed-in user, at once with assets and with users it is shared with if they are given.
    CreateAlbum = POST "/albums" -> Json<AlbumResponseDto>;
    AlbumsApi.create_album, "createAlbum" [permission "album.create"];
    body { CreateAlbumDto = new_album }
}

endpoint! {
    /// Adds all of `asset_ids` to each of `album_ids`, and returns one result for the whole, not one for each id.
    AddAssetsToAlbums = PUT "/albums/assets" -> Json<AlbumsAddAssetsResponseDto>;
    AlbumsApi.add_assets_to_albums, "addAssetsToAlbums" [permission "albumAsset.create"];
    optional {
        /// The key of a shared link, for its visitors. Up to 2.7.5.
        key: Secret = "key" until "2.7.5",
        /// The slug of a shared link, for its visitors. Up to 2.7.5.
        slug: Secret = "slug" until "2.7.5",
    }
    body { AlbumsAddAssetsDto }
}

endpoint! {
    /// Counts the albums of the signed-in user: owned, shared, and owned but not shared.
    GetAlbumStatistics = GET "/albums/statistics" -> Json<AlbumStatisticsResponseDto>;
    AlbumsApi.get_album_statistics, "getAlbumStatistics" [permission "album.statistics"];
}

endpoint! {
    /// Deletes an album for everyone it is shared with; its assets stay in the timeline.
    DeleteAlbum = DELETE "/albums/{id}" -> Empty;
    AlbumsApi.delete_album, "deleteAlbum" [permission "album.delete"];
    path { id: AlbumId }
}

endpoint! {
    /// Gives one album; up to 2.x with its assets unless `without_assets` is set, from 3.0 on always without.
    GetAlbumInfo = GET "/albums/{id}" -> Json<AlbumResponseDto>;
    AlbumsApi.get_album_info, "getAlbumInfo" [permission "album.read"];
    path { id: AlbumId }
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
        /// Whether the assets are left out of the response. Up to 2.7.5.
        without_assets: bool = "withoutAssets" until "2.7.5",
    }
}

endpoint! {
    /// Changes the name, description, cover, order or comments switch of an album; what is left out stays.
    UpdateAlbumInfo = PATCH "/albums/{id}" -> Json<AlbumResponseDto>;
    AlbumsApi.update_album_info, "updateAlbumInfo" [permission "album.update"] {idempotent: true};
    path { id: AlbumId }
    body { UpdateAlbumDto = album_changes }
}

endpoint! {
    /// Takes assets out of an album and returns a result for each id; the assets themselves stay.
    RemoveAssetFromAlbum = DELETE "/albums/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    AlbumsApi.remove_asset_from_album, "removeAssetFromAlbum" [permission "albumAsset.delete"];
    path { id: AlbumId }
    body { BulkIdsDto }
}

endpoint! {
    /// Adds assets to an album and returns a result for each id; one that is already in it counts as failed, with the error `duplicate`.
    AddAssetsToAlbum = PUT "/albums/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    AlbumsApi.add_assets_to_album, "addAssetsToAlbum" [permission "albumAsset.create"];
    path { id: AlbumId }
    optional {
        /// The key of a shared link, for its visitors. Up to 2.7.5.
        key: Secret = "key" until "2.7.5",
        /// The slug of a shared link, for its visitors. Up to 2.7.5.
        slug: Secret = "slug" until "2.7.5",
    }
    body { BulkIdsDto }
}

endpoint! {
    /// Lists the id and position of each asset of an album that has a position.
    GetAlbumMapMarkers = GET "/albums/{id}/map-markers" -> Json<Vec<MapMarkerResponseDto>>;
    AlbumsApi.get_album_map_markers, "getAlbumMapMarkers" [permission "album.read"] [since "3.0.0"];
    path { id: AlbumId }
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
}

endpoint! {
    /// Stops sharing an album with a user; a `user_id` of `me` is how the signed-in user leaves it.
    RemoveUserFromAlbum = DELETE "/albums/{id}/user/{userId}" -> Empty;
    AlbumsApi.remove_user_from_album, "removeUserFromAlbum" [permission "albumUser.delete"];
    path { id: AlbumId, user_id: String }
}

endpoint! {
    /// Changes the role of a user with whom an album is shared.
    UpdateAlbumUser = PUT "/albums/{id}/user/{userId}" -> Empty;
    AlbumsApi.update_album_user, "updateAlbumUser" [permission "albumUser.update"];
    path { id: AlbumId, user_id: String }
    body { UpdateAlbumUserDto }
}

endpoint! {
    /// Shares an album with more users, as editors unless `role` says otherwise; only its owner may do that.
    AddUsersToAlbum = PUT "/albums/{id}/users" -> Json<AlbumResponseDto>;
    AlbumsApi.add_users_to_album, "addUsersToAlbum" [permission "albumUser.create"];
    path { id: AlbumId }
    body { AddUsersDto }
}

request! {
    /// The users to share an album with, for `add_users_to_album`.
    struct AddUsersDto {
        required_lists {
            /// The users that the album is shared with.
            album_users: AlbumUserAddDto,
        }
    }
}

response! {
    /// How many albums the signed-in user has, shared and not.
    struct AlbumStatisticsResponseDto {
        /// The number that are not shared.
        not_shared: i64,
        /// The number that the user owns.
        owned: i64,
        /// The number that are shared.
        shared: i64,
    }
}

request! {
    /// A user to share an existing album with, and what they may do in it.
    struct AlbumUserAddDto {
        required {
            /// The id of the user.
            user_id: UserId,
        }
        optional {
            /// The role of the user in the album; defaults to `editor`.
            role: AlbumUserRole,
        }
    }
}

request! {
    /// A user to share a new album with from the start, for `create_album`.
    struct AlbumUserCreateDto {
        required {
            /// The role of the user.
            role: AlbumUserRole,
            /// The id of the user.
            user_id: UserId,
        }
    }
}

request! {
    /// Several assets to add to several albums at once, for `add_assets_to_albums`.
    struct AlbumsAddAssetsDto {
        required_lists {
            /// The ids of the albums.
            album_ids: AlbumId,
            /// The ids of the assets.
            asset_ids: AssetId,
        }
    }
}

response! {
    /// Whether several assets could be added to several albums, as one result for all.
    struct AlbumsAddAssetsResponseDto {
        /// Why it failed.
        error: Option<BulkIdErrorReason>,
        /// Whether it succeeded.
        success: bool,
    }
}

request! {
    /// Name and content of an album to create, and the users to share it with.
    struct CreateAlbumDto {
        required {
            /// The name of the album.
            album_name: String,
        }
        optional_lists {
            /// The users that the album is shared with.
            album_users: AlbumUserCreateDto,
            /// The ids of the assets.
            asset_ids: AssetId,
        }
        patch {
            /// The description of the album; empty, or null since 3.2.0, for none.
            description: String,
        }
    }
}

request! {
    /// Changes to an album: its name, cover, order and the like.
    struct UpdateAlbumDto {
        optional {
            /// The name of the album.
            album_name: String,
            /// The id of the asset on the cover.
            album_thumbnail_asset_id: AssetId,
            /// Whether comments and likes are possible.
            is_activity_enabled: bool,
            /// The order of the assets, by the time when they were taken.
            order: AssetOrder,
        }
        patch {
            /// The description of the album; null clears it.
            description: String,
        }
    }
}

request! {
    /// The new role of a user in an album.
    struct UpdateAlbumUserDto {
        required {
            /// The role of the user.
            role: AlbumUserRole,
        }
    }
}
