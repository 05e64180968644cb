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
    optional {
        /// Only assets of this album.
        album_id: AlbumId = "albumId",
        /// Only the one with this id.
        id: SharedLinkId = "id",
    }
}

endpoint! {
    /// Creates a link by which anyone can see an album or the given assets without an account, if wanted with a password or an end.
    CreateSharedLink = POST "/shared-links" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.create_shared_link, "createSharedLink" [permission "sharedLink.create"] {sensitive: true};
    body { SharedLinkCreateDto }
}

endpoint! {
    /// Gives the password of the shared link in use; the response sets a cookie that opens the link for a day.
    SharedLinkLogin = POST "/shared-links/login" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.shared_link_login, "sharedLinkLogin" [permission "all"] {sensitive: true};
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
    }
    body { SharedLinkLoginDto }
}

endpoint! {
    /// Gives the shared link whose `key` or `slug` is sent with the request; status 401 while its password is missing.
    GetMySharedLink = GET "/shared-links/me" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.get_my_shared_link, "getMySharedLink" [permission "all"] {sensitive: true};
    optional {
        /// The key of a shared link, for its visitors.
        key: Secret = "key",
        /// The password of the shared link. Up to 2.7.5.
        password: Secret = "password" until "2.7.5",
        /// The slug of a shared link, for its visitors.
        slug: Secret = "slug",
        /// The token of a visitor who gave the password before. Up to 2.7.5.
        token: Secret = "token" until "2.7.5",
    }
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
    /// Changes what a shared link shows and allows, its password or its end; a null for `expires_at` lets it last for ever. Servers take the slug away unless the request has it: `Client::edit_shared_link` keeps it.
    UpdateSharedLink = PATCH "/shared-links/{id}" -> Json<SharedLinkResponseDto>;
    SharedLinksApi.update_shared_link, "updateSharedLink" [permission "sharedLink.update"] {idempotent: true, sensitive: true};
    path { id: SharedLinkId }
    body { SharedLinkEditDto }
}

endpoint! {
    /// Takes assets out of a shared link of single assets and returns a result for each id; the assets themselves stay.
    RemoveSharedLinkAssets = DELETE "/shared-links/{id}/assets" -> Json<Vec<AssetIdsResponseDto>>;
    SharedLinksApi.remove_shared_link_assets, "removeSharedLinkAssets" [permission "sharedLink.update"];
    path { id: SharedLinkId }
    body { AssetIdsDto }
}

endpoint! {
    /// Adds assets to a shared link of single assets, not to one of an album, and returns a result for each id. Visitors of the link are refused (403), and so are API keys without the permission `all` on 2.7.
    AddSharedLinkAssets = PUT "/shared-links/{id}/assets" -> Json<Vec<AssetIdsResponseDto>>;
    SharedLinksApi.add_shared_link_assets, "addSharedLinkAssets" [permission "sharedLink.update"];
    path { id: SharedLinkId }
    optional {
        /// The key of a shared link, for its visitors. Up to 2.7.5.
        key: Secret = "key" until "2.7.5",
        /// The slug of a shared link, for its visitors. Up to 2.7.5.
        slug: Secret = "slug" until "2.7.5",
    }
    body { AssetIdsDto }
}

string_enum! {
    /// Why an asset could not be added to a shared link, or removed from it.
    enum AssetIdErrorReason {
        Duplicate = "duplicate",
        NoPermission = "no_permission",
        NotFound = "not_found",
    }
}

request! {
    /// The assets to add to a shared link, or to remove from it.
    struct AssetIdsDto {
        required_lists {
            /// The ids of the assets.
            asset_ids: AssetId,
        }
    }
}

response! {
    /// Whether one asset was added to a shared link, or removed from it.
    struct AssetIdsResponseDto {
        /// The id of the asset.
        asset_id: AssetId,
        /// Why it failed.
        error: Option<AssetIdErrorReason>,
        /// Whether it succeeded.
        success: bool,
    }
}

request! {
    /// A link to create to an album or to some assets, and what visitors may do.
    struct SharedLinkCreateDto {
        required {
            /// Whether the link is to an album or to single assets.
            type_: SharedLinkType,
        }
        optional {
            /// The album to share, for the type `ALBUM`.
            album_id: AlbumId,
            /// Whether visitors may download originals; true when left out.
            allow_download: bool,
            /// Whether visitors may add assets of their own.
            allow_upload: bool,
            /// Whether visitors see details such as place and camera; true when left out.
            show_metadata: bool,
        }
        optional_lists {
            /// The assets to share, for the type `INDIVIDUAL`.
            asset_ids: AssetId,
        }
        patch {
            /// The description that visitors see.
            description: String,
            /// When the link ends; null or left out for never.
            #[serde(serialize_with = "instant")] expires_at: Timestamp,
            /// The password.
            password: Secret,
            /// A name of one's own for the address of the link, instead of the key.
            slug: Secret,
        }
    }
}

request! {
    /// Changes to a shared link; fields that are not set stay as they are.
    struct SharedLinkEditDto {
        optional {
            /// Whether visitors can download originals.
            allow_download: bool,
            /// Whether visitors can upload assets.
            allow_upload: bool,
            /// In 2.x, true without `expires_at` means that the link never ends; later servers do not know it. Up to 2.7.5.
            change_expiry_time: bool,
            /// Whether visitors see the metadata of assets.
            show_metadata: bool,
        }
        patch {
            /// The description that visitors see.
            description: String,
            /// When the link ends; null for never.
            #[serde(serialize_with = "instant")] expires_at: Timestamp,
            /// The password that visitors need; null takes it away.
            password: Secret,
            /// The slug: a readable path of a shared link instead of its key.
            slug: Secret,
        }
    }
}

request! {
    /// The password of a shared link, for `shared_link_login`.
    struct SharedLinkLoginDto {
        required {
            /// The password.
            password: Secret,
        }
    }
}

response! {
    /// A link by which people without an account see an album or some assets.
    struct SharedLinkResponseDto {
        /// The album that is shared, for the type `ALBUM`; missing right after creation.
        album: Option<AlbumResponseDto>,
        /// Whether visitors can download originals.
        allow_download: bool,
        /// Whether visitors can upload assets.
        allow_upload: bool,
        /// The assets that are shared, for the type `INDIVIDUAL`; empty for albums.
        assets: Vec<AssetResponseDto>,
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The description that visitors see.
        description: Option<String>,
        /// When the link ends; null for never.
        #[serde(default, deserialize_with = "read_instant")] expires_at: Option<Timestamp>,
        /// The id of the shared link.
        id: SharedLinkId,
        /// The secret part of the address of the link; visitors send it as `key`.
        key: Secret,
        /// The password that visitors need, in plain text; null for none.
        password: Option<Secret>,
        /// Whether visitors see the metadata of assets.
        show_metadata: bool,
        /// A name for the address of the link, instead of the key; null for none.
        slug: Option<Secret>,
        /// The token. Up to 2.7.5.
        token: Option<Secret>,
        /// Whether the link is to an album or to single assets.
        type_: SharedLinkType,
        /// The id of the user.
        user_id: UserId,
    }
}

string_enum! {
    /// Whether a link is to an album or to single assets.
    enum SharedLinkType {
        Album = "ALBUM",
        Individual = "INDIVIDUAL",
    }
}
