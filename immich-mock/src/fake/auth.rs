//! Who asks, and whether they may.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use immich_core::Operation;
use immich_core::recorded::RecordedRequest;

use super::asked::{By, Who};
use super::fault::Fault;
use super::state::{SharedLink, State};
use super::time;

/// Operations that a shared link may use.
const LINK_OPERATIONS: [&str; 18] = [
    "addAssetsToAlbum",
    "addAssetsToAlbums",
    "addSharedLinkAssets",
    "downloadArchive",
    "downloadAsset",
    "getAlbumInfo",
    "getAlbumMapMarkers",
    "getAssetInfo",
    "getDownloadInfo",
    "getMapMarkers",
    "getMySharedLink",
    "getTimeBucket",
    "getTimeBuckets",
    "playAssetVideo",
    "removeSharedLinkAssets",
    "sharedLinkLogin",
    "uploadAsset",
    "viewAsset",
];

/// Operations that answer to a password, so that the link is not yet open.
const LINK_DOORS: [&str; 2] = ["getMySharedLink", "sharedLinkLogin"];

/// Operations outside `/admin` that are for administrators.
const ADMIN_OPERATIONS: [&str; 2] = ["getServerStatistics", "deleteServerLicense"];

/// Who asks, checked in the order of the server: shared link, session, API key.
pub(super) fn who(state: &State, operation: &Operation, request: &RecordedRequest<'_>) -> Result<Option<Who>, Fault> {
    if !operation.authenticated {
        return Ok(None);
    }
    let who = identify(state, request)?;
    match who.by {
        By::Link(_) if !LINK_OPERATIONS.contains(&operation.id) => return Err(Fault::forbidden("Forbidden")),
        By::Link(id) if !LINK_DOORS.contains(&operation.id) => {
            let link = state.links.iter().find(|link| link.id == id);
            if !link.is_some_and(|link| is_open(link, request.headers)) {
                return Err(Fault::unauthorized("Password required"));
            }
        }
        By::Key(id) => {
            let key = state.keys.iter().find(|key| key.id == id);
            let held = |wanted: &str| {
                key.is_some_and(|key| key.permissions.iter().any(|held| held == "all" || held == wanted))
            };
            if let Some(wanted) = operation.permission.filter(|wanted| !held(wanted)) {
                return Err(Fault::forbidden(format!("Missing required permission: {wanted}")));
            }
        }
        _ => {}
    }
    let for_admins = operation.path.starts_with("/admin/") || ADMIN_OPERATIONS.contains(&operation.id);
    if for_admins && !state.user(who.user).is_some_and(|user| user.is_admin) {
        return Err(Fault::forbidden("Forbidden"));
    }
    Ok(Some(who))
}

fn identify(state: &State, request: &RecordedRequest<'_>) -> Result<Who, Fault> {
    let header = |name: &str| request.header_values(name).into_iter().next();
    let query = |name: &str| request.query_values(name).into_iter().next();
    if let Some(given) = header("x-immich-share-key").or_else(|| query("key")) {
        let link = state.links.iter().find(|link| link.key == given && is_current(link));
        return link.map(by_link).ok_or_else(|| Fault::unauthorized("Invalid share key"));
    }
    if let Some(given) = header("x-immich-share-slug").or_else(|| query("slug")) {
        let link = state.links.iter().find(|link| link.slug.as_ref() == Some(&given) && is_current(link));
        return link.map(by_link).ok_or_else(|| Fault::unauthorized("Invalid share slug"));
    }
    let bearer = || Some(header(AUTHORIZATION.as_str())?.strip_prefix("Bearer ")?.to_owned());
    let session = header("x-immich-user-token")
        .or_else(|| header("x-immich-session-token"))
        .or_else(|| query("sessionKey"))
        .or_else(bearer)
        .or_else(|| cookie(request.headers, "immich_access_token"));
    if let Some(given) = session {
        let session = state.sessions.iter().find(|session| session.token == given);
        let who = session.map(|session| Who { user: session.user, by: By::Session(session.id) });
        return who.ok_or_else(|| Fault::unauthorized("Invalid user token"));
    }
    if let Some(given) = header("x-api-key").or_else(|| query("apiKey")) {
        let key = state.keys.iter().find(|key| key.secret == given);
        let who = key.map(|key| Who { user: key.user, by: By::Key(key.id) });
        return who.ok_or_else(|| Fault::unauthorized("Invalid API key"));
    }
    Err(Fault::unauthorized("Authentication required"))
}

fn by_link(link: &SharedLink) -> Who {
    Who { user: link.user, by: By::Link(link.id) }
}

fn is_current(link: &SharedLink) -> bool {
    link.expires_at.is_none_or(|expires_at| expires_at > time::now())
}

/// Whether a link has no password, or the cookie of those who know it was sent.
pub(super) fn is_open(link: &SharedLink, headers: &HeaderMap) -> bool {
    let tokens = cookie(headers, "immich_shared_link_token").unwrap_or_default();
    link.password.is_none() || tokens.split(',').any(|token| token == link.cookie)
}

/// A cookie, decoded.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    Some(value.replace("%2F", "/").replace("%2B", "+").replace("%3D", "=").replace("%2C", ","))
}

impl State {
    /// Whether the sender may see locked assets.
    pub(super) fn is_elevated(&self, who: Who) -> bool {
        let By::Session(id) = who.by else { return false };
        let session = self.sessions.iter().find(|session| session.id == id);
        session.and_then(|session| session.elevated_until).is_some_and(|until| until > time::now())
    }
}
