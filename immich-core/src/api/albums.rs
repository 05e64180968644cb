//! Albums: their assets, the users they are shared with, and their details.

use crate::prelude::*;

group! {
    /// Albums: their assets, the users they are shared with, and their details.
    AlbumsApi: albums
}

endpoint! {
    /// Placeholder.
    GetAllAlbums = GET "/albums" -> Json<Vec<AlbumResponseDto>>;
    AlbumsApi.get_all_albums, "getAllAlbums" [permission "album.read"];
    optional {
        asset_id: AssetId = "assetId",
        id: AlbumId = "id",
        is_owned: bool = "isOwned",
        is_shared: bool = "isShared",
        name: String = "name",
        shared: bool = "shared",
    }
}

endpoint! {
    /// Placeholder.
    CreateAlbum = POST "/albums" -> Json<AlbumResponseDto>;
    AlbumsApi.create_album, "createAlbum" [permission "album.create"];
    body { CreateAlbumDto }
}

endpoint! {
    /// Placeholder.
    AddAssetsToAlbums = PUT "/albums/assets" -> Json<AlbumsAddAssetsResponseDto>;
    AlbumsApi.add_assets_to_albums, "addAssetsToAlbums" [permission "albumAsset.create"];
    optional { key: Secret = "key", slug: Secret = "slug" }
    body { AlbumsAddAssetsDto }
}

endpoint! {
    /// Placeholder.
    GetAlbumStatistics = GET "/albums/statistics" -> Json<AlbumStatisticsResponseDto>;
    AlbumsApi.get_album_statistics, "getAlbumStatistics" [permission "album.statistics"];
}

endpoint! {
    /// Placeholder.
    DeleteAlbum = DELETE "/albums/{id}" -> Empty;
    AlbumsApi.delete_album, "deleteAlbum" [permission "album.delete"];
    path { id: AlbumId }
}

endpoint! {
    /// Placeholder.
    GetAlbumInfo = GET "/albums/{id}" -> Json<AlbumResponseDto>;
    AlbumsApi.get_album_info, "getAlbumInfo" [permission "album.read"];
    path { id: AlbumId }
    optional { key: Secret = "key", slug: Secret = "slug", without_assets: bool = "withoutAssets" }
}

endpoint! {
    /// Placeholder.
    UpdateAlbumInfo = PATCH "/albums/{id}" -> Json<AlbumResponseDto>;
    AlbumsApi.update_album_info, "updateAlbumInfo" [permission "album.update"] {idempotent: true};
    path { id: AlbumId }
    body { UpdateAlbumDto }
}

endpoint! {
    /// Placeholder.
    RemoveAssetFromAlbum = DELETE "/albums/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    AlbumsApi.remove_asset_from_album, "removeAssetFromAlbum" [permission "albumAsset.delete"];
    path { id: AlbumId }
    body { BulkIdsDto }
}

endpoint! {
    /// Placeholder.
    AddAssetsToAlbum = PUT "/albums/{id}/assets" -> Json<Vec<BulkIdResponseDto>>;
    AlbumsApi.add_assets_to_album, "addAssetsToAlbum" [permission "albumAsset.create"];
    path { id: AlbumId }
    optional { key: Secret = "key", slug: Secret = "slug" }
    body { BulkIdsDto }
}

endpoint! {
    /// Placeholder.
    GetAlbumMapMarkers = GET "/albums/{id}/map-markers" -> Json<Vec<MapMarkerResponseDto>>;
    AlbumsApi.get_album_map_markers, "getAlbumMapMarkers" [permission "album.read"] [since "3.1.0"];
    path { id: AlbumId }
    optional { key: Secret = "key", slug: Secret = "slug" }
}

endpoint! {
    /// Placeholder.
    RemoveUserFromAlbum = DELETE "/albums/{id}/user/{userId}" -> Empty;
    AlbumsApi.remove_user_from_album, "removeUserFromAlbum" [permission "albumUser.delete"];
    path { id: AlbumId, user_id: String }
}

endpoint! {
    /// Placeholder.
    UpdateAlbumUser = PUT "/albums/{id}/user/{userId}" -> Empty;
    AlbumsApi.update_album_user, "updateAlbumUser" [permission "albumUser.update"];
    path { id: AlbumId, user_id: String }
    body { UpdateAlbumUserDto }
}

endpoint! {
    /// Placeholder.
    AddUsersToAlbum = PUT "/albums/{id}/users" -> Json<AlbumResponseDto>;
    AlbumsApi.add_users_to_album, "addUsersToAlbum" [permission "albumUser.create"];
    path { id: AlbumId }
    body { AddUsersDto }
}

request! {
    /// Placeholder.
    struct AddUsersDto {
        required_lists {
            album_users: AlbumUserAddDto,
        }
    }
}

response! {
    /// Placeholder.
    struct AlbumStatisticsResponseDto {
        not_shared: i64,
        owned: i64,
        shared: i64,
    }
}

request! {
    /// Placeholder.
    struct AlbumUserAddDto {
        required {
            user_id: UserId,
        }
        optional {
            role: AlbumUserRole,
        }
    }
}

request! {
    /// Placeholder.
    struct AlbumUserCreateDto {
        required {
            role: AlbumUserRole,
            user_id: UserId,
        }
    }
}

request! {
    /// Placeholder.
    struct AlbumsAddAssetsDto {
        required_lists {
            album_ids: AlbumId,
            asset_ids: AssetId,
        }
    }
}

response! {
    /// Placeholder.
    struct AlbumsAddAssetsResponseDto {
        error: Option<BulkIdErrorReason>,
        success: bool,
    }
}

request! {
    /// Placeholder.
    struct CreateAlbumDto {
        required {
            album_name: String,
        }
        optional_lists {
            album_users: AlbumUserCreateDto,
            asset_ids: AssetId,
        }
        patch {
            description: String,
        }
    }
}

request! {
    /// Placeholder.
    struct UpdateAlbumDto {
        optional {
            album_name: String,
            album_thumbnail_asset_id: AssetId,
            is_activity_enabled: bool,
            order: AssetOrder,
        }
        patch {
            description: String,
        }
    }
}

request! {
    /// Placeholder.
    struct UpdateAlbumUserDto {
        required {
            role: AlbumUserRole,
        }
    }
}
