//! Links by which people without an account see an album or some assets.

use crate::prelude::*;

group! {
    /// Links by which people without an account see an album or some assets.
    SharedLinksApi: shared_links
}

endpoint! {
    /// Placeholder.
    GetAllSharedLinks = GET "/shared-links" -> Json<Vec<SharedLinkResponseDto>>;
    SharedLinksApi.get_all_shared_links, "getAllSharedLinks" [permission "sharedLink.read"] {sensitive: true};
    optional { album_id: AlbumId = "albumId", id: SharedLinkId = "id" }
}

endpoint! {
    /// Placeholder.
    CreateSharedLink = POST "/shared-links" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.create_shared_link, "createSharedLink" [permission "sharedLink.create"] {sensitive: true};
    body { SharedLinkCreateDto }
}

endpoint! {
    /// Placeholder.
    SharedLinkLogin = POST "/shared-links/login" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.shared_link_login, "sharedLinkLogin" [permission "all"] {sensitive: true};
    optional { key: Secret = "key", slug: Secret = "slug" }
    body { SharedLinkLoginDto }
}

endpoint! {
    /// Placeholder.
    GetMySharedLink = GET "/shared-links/me" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.get_my_shared_link, "getMySharedLink" [permission "all"] {sensitive: true};
    optional { key: Secret = "key", password: Secret = "password", slug: Secret = "slug", token: Secret = "token" }
}

endpoint! {
    /// Placeholder.
    RemoveSharedLink = DELETE "/shared-links/{id}" -> Empty;
    SharedLinksApi.remove_shared_link, "removeSharedLink" [permission "sharedLink.delete"];
    path { id: SharedLinkId }
}

endpoint! {
    /// Placeholder.
    GetSharedLinkById = GET "/shared-links/{id}" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.get_shared_link_by_id, "getSharedLinkById" [permission "sharedLink.read"] {sensitive: true};
    path { id: SharedLinkId }
}

endpoint! {
    /// Placeholder.
    UpdateSharedLink = PATCH "/shared-links/{id}" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.update_shared_link, "updateSharedLink" [permission "sharedLink.update"] {idempotent: true, sensitive: true};
    path { id: SharedLinkId }
    body { SharedLinkEditDto }
}

endpoint! {
    /// Placeholder.
    RemoveSharedLinkAssets = DELETE "/shared-links/{id}/assets" -> Json<Vec<AssetIdsResponseDto>>;
    SharedLinksApi.remove_shared_link_assets, "removeSharedLinkAssets" [permission "sharedLink.update"];
    path { id: SharedLinkId }
    body { AssetIdsDto }
}

endpoint! {
    /// Placeholder.
    AddSharedLinkAssets = PUT "/shared-links/{id}/assets" -> Json<Vec<AssetIdsResponseDto>>;
    SharedLinksApi.add_shared_link_assets, "addSharedLinkAssets" [permission "sharedLink.update"];
    path { id: SharedLinkId }
    optional { key: Secret = "key", slug: Secret = "slug" }
    body { AssetIdsDto }
}

string_enum! {
    /// Placeholder.
    enum AssetIdErrorReason {
        Duplicate = "duplicate",
        NoPermission = "no_permission",
        NotFound = "not_found",
    }
}

request! {
    /// Placeholder.
    struct AssetIdsDto {
        required_lists {
            asset_ids: AssetId,
        }
    }
}

response! {
    /// Placeholder.
    struct AssetIdsResponseDto {
        asset_id: AssetId,
        error: Option<AssetIdErrorReason>,
        success: bool,
    }
}

request! {
    /// Placeholder.
    struct SharedLinkCreateDto {
        required {
            type_: SharedLinkType,
        }
        optional {
            album_id: AlbumId,
            allow_download: bool,
            allow_upload: bool,
            show_metadata: bool,
        }
        optional_lists {
            asset_ids: AssetId,
        }
        patch {
            description: String,
            #[serde(serialize_with = "instant")] expires_at: Timestamp,
            password: Secret,
            slug: Secret,
        }
    }
}

request! {
    /// Placeholder.
    struct SharedLinkEditDto {
        optional {
            allow_download: bool,
            allow_upload: bool,
            change_expiry_time: bool,
            show_metadata: bool,
        }
        patch {
            description: String,
            #[serde(serialize_with = "instant")] expires_at: Timestamp,
            password: Secret,
            slug: Secret,
        }
    }
}

request! {
    /// Placeholder.
    struct SharedLinkLoginDto {
        required {
            password: Secret,
        }
    }
}

response! {
    /// Placeholder.
    struct SharedLinkResponseDto {
        album: Option<AlbumResponseDto>,
        allow_download: bool,
        allow_upload: bool,
        assets: Vec<AssetResponseDto>,
        created_at: Timestamp,
        description: Option<String>,
        expires_at: Option<Timestamp>,
        id: SharedLinkId,
        key: Secret,
        password: Option<Secret>,
        show_metadata: bool,
        slug: Option<Secret>,
        token: Option<Secret>,
        type_: SharedLinkType,
        user_id: UserId,
    }
}

string_enum! {
    /// Placeholder.
    enum SharedLinkType {
        Album = "ALBUM",
        Individual = "INDIVIDUAL",
    }
}
