//! Authentication and authorization.

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use immich_core::incoming::IncomingRequest;
use immich_core::{Operation, ServerVersion};
use percent_encoding::percent_decode_str;

use super::asked::{By, Who};
use super::fault::Fault;
use super::line::Line;
use super::state::{Session, SharedLink, State};
use super::time;

/// Operations that a visitor of a shared link may use, on every version.
const VISITOR_OPERATIONS: [&str; 16] = [
    "downloadArchive",
    "downloadAsset",
    "endSession",
    "getAlbumInfo",
    "getAssetInfo",
    "getDownloadInfo",
    "getMainPlaylist",
    "getMediaPlaylist",
    "getMySharedLink",
    "getSegment",
    "getTimeBucket",
    "getTimeBuckets",
    "playAssetVideo",
    "sharedLinkLogin",
    "uploadAsset",
    "viewAsset",
];

/// Visitor operations of 2.x only. Later servers add an upload to the link themselves.
const VISITOR_OPERATIONS_OF_TWO: [&str; 3] = ["addAssetsToAlbum", "addAssetsToAlbums", "addSharedLinkAssets"];

/// The first version in which a visitor may search, in the album of the link.
const VISITORS_SEARCH_SINCE: ServerVersion = ServerVersion::new(3, 1, 0);

/// Operations outside `/admin` that are restricted to administrators.
const ADMIN_OPERATIONS: [&str; 28] = [
    "createJob",
    "createLibrary",
    "deleteLibrary",
    "deleteServerLicense",
    "emptyQueue",
    "getAdminOnboarding",
    "getAllLibraries",
    "getConfig",
    "getConfigDefaults",
    "getLibrary",
    "getLibraryStatistics",
    "getQueue",
    "getQueueJobs",
    "getQueues",
    "getQueuesLegacy",
    "getReverseGeocodingState",
    "getServerLicense",
    "getServerStatistics",
    "getStorageTemplateOptions",
    "getVersionCheckState",
    "runQueueCommandLegacy",
    "scanLibrary",
    "setServerLicense",
    "updateAdminOnboarding",
    "updateConfig",
    "updateLibrary",
    "updateQueue",
    "validate",
];

/// The sender of a request, identified in the order of the server: shared link, session, API key.
pub(super) fn who(state: &State, operation: &Operation, request: &IncomingRequest<'_>) -> Result<Option<Who>, Fault> {
    if !operation.authenticated {
        return Ok(None);
    }
    let who = identify(state, request)?;
    if state.user(who.user).is_none_or(|user| user.deleted_at.is_some()) {
        return Err(Fault::unauthorized(match who.by {
            By::Link(_) => "Invalid share key",
            By::Session(_) => "Invalid user token",
            By::Key(_) => "Invalid API key",
        }));
    }
    match who.by {
        // A password protects only the link's own page: the key or the slug alone grants access to its assets.
        By::Link(_) if !is_for_visitors(state.version, operation) => return Err(Fault::forbidden("Forbidden")),
        By::Key(id) => {
            let key = state.keys.iter().find(|key| key.id == id);
            let held = |wanted: &str| {
                key.is_some_and(|key| key.permissions.iter().any(|held| held == "all" || held == wanted))
            };
            if let Some(wanted) = permission(state.line(), operation).filter(|wanted| !held(wanted)) {
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

fn is_for_visitors(version: ServerVersion, operation: &Operation) -> bool {
    let of_line = match (Line::of(version), operation.id) {
        (Line::Two, id) => VISITOR_OPERATIONS_OF_TWO.contains(&id),
        (Line::Three, "searchAssets") => version >= VISITORS_SEARCH_SINCE,
        (Line::Three, id) => id == "getAlbumMapMarkers",
    };
    of_line || VISITOR_OPERATIONS.contains(&operation.id)
}

/// The permission that an API key needs.
fn permission(line: Line, operation: &Operation) -> Option<&'static str> {
    match operation.id {
        "addSharedLinkAssets" if line.is_two() => Some("all"),
        _ => operation.permission,
    }
}

fn identify(state: &State, request: &IncomingRequest<'_>) -> Result<Who, Fault> {
    let header = |name: &str| request.headers.get(name).map(latin_1).filter(|text| !text.is_empty());
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
        let is_current = |session: &&Session| session.expires_at.is_none_or(|at| at > time::now());
        let session = state.sessions.iter().find(|session| session.token == given).filter(is_current);
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

/// A header as the server decodes it: as Latin-1, which garbles UTF-8.
fn latin_1(value: &HeaderValue) -> String {
    value.as_bytes().iter().copied().map(char::from).collect()
}

fn by_link(link: &SharedLink) -> Who {
    Who { user: link.user, by: By::Link(link.id) }
}

fn is_current(link: &SharedLink) -> bool {
    link.expires_at.is_none_or(|expires_at| expires_at > time::now())
}

/// Whether a link has no password, or the request sends its cookie token.
pub(super) fn is_open(link: &SharedLink, headers: &HeaderMap) -> bool {
    let tokens = cookie(headers, "immich_shared_link_token").unwrap_or_default();
    link.password.is_none() || tokens.split(',').any(|token| token == link.cookie)
}

/// The decoded value of a cookie.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

impl State {
    /// Whether the sender may see locked assets.
    pub(super) fn is_elevated(&self, who: Who) -> bool {
        let By::Session(id) = who.by else { return false };
        let session = self.sessions.iter().find(|session| session.id == id);
        session.and_then(|session| session.elevated_until).is_some_and(|until| until > time::now())
    }
}
