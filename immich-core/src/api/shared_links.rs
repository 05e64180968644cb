//! Links by which people without an account see an album or some assets.

use crate::prelude::*;

group! {
    /// Links by which people without an account see an album or some assets.
    SharedLinksApi: shared_links
}

endpoint! {
    /// Lists the shared links that the signed-in user has made, with the keys that open them.
    GetAllSharedLinks = GET "/shared-links" -> Json<Vec<SharedLinkResponseDto>>;
    SharedLinksApi.get_all_shared_links, "getAllSharedLinks" [permission "sharedLink.read"] {sensitive: true};
    optional { album_id: AlbumId = "albumId", id: SharedLinkId = "id" }
}

endpoint! {
    /// Creates a link by which anyone can see an album or the given assets without an account, if wanted with a password or an end.
    CreateSharedLink = POST "/shared-links" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.create_shared_link, "createSharedLink" [permission "sharedLink.create"] {sensitive: true};
    body { SharedLinkCreateDto }
}

endpoint! {
    /// Gives the password of the shared link in use; the answer sets a cookie that opens the link for a day.
    SharedLinkLogin = POST "/shared-links/login" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.shared_link_login, "sharedLinkLogin" [permission "all"] {sensitive: true};
    optional { key: Secret = "key", slug: Secret = "slug" }
    body { SharedLinkLoginDto }
}

endpoint! {
    /// Gives the shared link whose `key` or `slug` is sent with the request; status 401 while its password is missing.
    GetMySharedLink = GET "/shared-links/me" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.get_my_shared_link, "getMySharedLink" [permission "all"] {sensitive: true};
    optional { key: Secret = "key", password: Secret = "password", slug: Secret = "slug", token: Secret = "token" }
}

endpoint! {
    /// Deletes a shared link, which stops working by that; the album or assets behind it stay.
    RemoveSharedLink = DELETE "/shared-links/{id}" -> Empty;
    SharedLinksApi.remove_shared_link, "removeSharedLink" [permission "sharedLink.delete"];
    path { id: SharedLinkId }
}

endpoint! {
    /// Gives one shared link of the signed-in user by its id, which is not the key that opens it.
    GetSharedLinkById = GET "/shared-links/{id}" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.get_shared_link_by_id, "getSharedLinkById" [permission "sharedLink.read"] {sensitive: true};
    path { id: SharedLinkId }
}

endpoint! {
    /// Changes what a shared link shows and allows, its password or its end; a null for `expires_at` lets it last for ever.
    UpdateSharedLink = PATCH "/shared-links/{id}" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.update_shared_link, "updateSharedLink" [permission "sharedLink.update"] {idempotent: true, sensitive: true};
    path { id: SharedLinkId }
    body { SharedLinkEditDto }
}

endpoint! {
    /// Takes assets out of a shared link of single assets and answers for each id; the assets themselves stay.
    RemoveSharedLinkAssets = DELETE "/shared-links/{id}/assets" -> Json<Vec<AssetIdsResponseDto>>;
    SharedLinksApi.remove_shared_link_assets, "removeSharedLinkAssets" [permission "sharedLink.update"];
    path { id: SharedLinkId }
    body { AssetIdsDto }
}

endpoint! {
    /// Adds assets to a shared link of single assets, not to one of an album, and answers for each id.
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
