//! Shared links.

use http::header::SET_COOKIE;
use immich_core::{AlbumId, AssetId, SharedLinkId};
use serde_json::{Value, json};

use super::album_json::Form;
use super::answer::Answer;
use super::asked::{Asked, By};
use super::asset_json::Shape;
use super::auth;
use super::fault::Fault;
use super::sessions;
use super::state::{Album, SharedLink, State};
use super::time::{self, Written};

/// The lifetime of the cookie of a link, in seconds.
const COOKIE_AGE: i64 = 24 * 60 * 60;

/// The form of a link in a response.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    /// For its owner after a change: without its album.
    Changed,
    /// For its owner: with its album, but not the contents of the album.
    Owned,
    /// For a visitor: with its album and the dates of the album, and the metadata of its assets.
    Visited,
}

impl State {
    fn link_json(&self, link: &SharedLink, view: View) -> Value {
        let exif = view == View::Visited && link.show_metadata;
        let is_bare = view == View::Visited && !link.show_metadata;
        let shape = Shape { exif, favorite: false, ..Shape::JOINED };
        let assets = link.assets.iter().filter_map(|id| self.assets.get(id));
        let assets = assets.map(|asset| match is_bare {
            true => self.bare_asset_json(asset, Written::ByDatabase),
            false => self.asset_json(asset, shape),
        });
        let assets: Vec<_> = assets.collect();
        let mut json = json!({
            "id": link.id,
            "description": link.description,
            "password": link.password,
            "userId": link.user,
            "key": link.key,
            "type": if link.album.is_some() { "ALBUM" } else { "INDIVIDUAL" },
            "createdAt": time::text(link.created_at),
            "expiresAt": link.expires_at.map(time::text),
            "assets": assets,
            "allowUpload": link.allow_upload,
            "allowDownload": link.allow_download,
            "showMetadata": link.show_metadata,
            "slug": link.slug,
        });
        let album = link.album.and_then(|id| self.album(id)).filter(|_| view != View::Changed);
        if let Some(album) = album {
            json["album"] = self.linked_album_json(album, view);
        }
        json
    }

    fn linked_album_json(&self, album: &Album, view: View) -> Value {
        let mut json = self.album_json(album, Form::Linked, false);
        // The list does not load the contents of the albums.
        if let (View::Owned, Some(fields)) = (view, json.as_object_mut()) {
            fields.insert("assetCount".to_owned(), 0.into());
            fields.remove("startDate");
            fields.remove("endDate");
        }
        json
    }

    fn link(&self, asked: &Asked, id: SharedLinkId) -> Result<&SharedLink, Fault> {
        let user = asked.user()?;
        let link = self.links.iter().find(|link| link.id == id && link.user == user);
        link.ok_or_else(|| Fault::bad_request("Shared link not found"))
    }

    /// Checks that no other link has this slug.
    fn slug_is_free(&self, slug: Option<&str>, of: Option<SharedLinkId>) -> Result<(), Fault> {
        let taken = |link: &SharedLink| link.slug.as_deref() == slug && Some(link.id) != of;
        if slug.is_none() || !self.links.iter().any(taken) {
            return Ok(());
        }
        let two = "Shared link with this slug already exists";
        Err(Fault::bad_request(if self.line().is_two() { two } else { "Failed to save shared link" }))
    }

    /// The link of a visitor.
    fn visited(&self, asked: &Asked) -> Result<&SharedLink, Fault> {
        let By::Link(id) = asked.who()?.by else { return Err(Fault::forbidden("Forbidden")) };
        self.links.iter().find(|link| link.id == id).ok_or_else(|| Fault::unauthorized("Invalid share key"))
    }
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["albumId", "id"]);
    let album: Option<AlbumId> = check.id("albumId");
    let id: Option<SharedLinkId> = check.id("id");
    check.done()?;
    let user = asked.user()?;
    let links = state.links.iter().rev().filter(|link| {
        link.user == user && (album.is_none() || link.album == album) && id.is_none_or(|id| id == link.id)
    });
    Ok(Answer::json(&links.map(|link| state.link_json(link, View::Owned)).collect()))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let link = state.link(asked, asked.path_id(0)?)?;
    Ok(Answer::json(&state.link_json(link, View::Owned)))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let kind = check.word("type", &["ALBUM", "INDIVIDUAL"]);
    if kind.is_none() && !check.has("type") {
        check.required_string("type");
    }
    let album: Option<AlbumId> = check.id("albumId");
    let assets: Vec<AssetId> = check.ids("assetIds").unwrap_or_default();
    let description = check.nullable_string("description");
    let expires_at = check.instant("expiresAt");
    let password = check.nullable_string("password").filter(|password| !password.is_empty());
    let slug = check.nullable_string("slug").filter(|slug| !slug.is_empty());
    let allow_upload = check.boolean("allowUpload");
    let allow_download = check.boolean("allowDownload").unwrap_or(true);
    let show_metadata = check.boolean("showMetadata").unwrap_or(true);
    check.done()?;
    let user = asked.user()?;
    let (album, assets) = match kind {
        Some("ALBUM") => {
            let id = album.ok_or_else(|| Fault::bad_request("Invalid albumId"))?;
            if state.album(id).is_none_or(|album| album.owner != user) {
                return Err(Fault::no_access("album.share"));
            }
            (Some(id), Vec::new())
        }
        _ if assets.is_empty() => return Err(Fault::bad_request("Invalid assetIds")),
        _ => {
            state.own(asked, &assets).map_err(|_| Fault::no_access("asset.share"))?;
            (None, assets)
        }
    };
    state.slug_is_free(slug.as_deref(), None)?;
    let link = SharedLink {
        id: state.random.id(),
        user,
        key: state.random.share_key(),
        slug,
        password,
        cookie: state.random.cookie_token(),
        description,
        album,
        assets: assets.into(),
        created_at: time::now(),
        expires_at,
        allow_upload: allow_upload.unwrap_or(true),
        // A link that hides metadata cannot allow downloads of files that contain it.
        allow_download: allow_download && show_metadata,
        show_metadata,
    };
    let json = state.link_json(&link, View::Changed);
    state.links.push(link);
    Ok(Answer::created(&json))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.link(asked, asked.path_id(0)?)?.id;
    let mut check = asked.fields()?;
    let mut changed = |name: &str| check.has(name).then(|| check.nullable_string(name).filter(|text| !text.is_empty()));
    let (description, password, slug) = (changed("description"), changed("password"), changed("slug"));
    let cleared = check.boolean("changeExpiryTime").unwrap_or_default() || !state.line().is_two();
    let expires_at = (check.has("expiresAt") || (state.line().is_two() && cleared)).then(|| check.instant("expiresAt"));
    let allow_upload = check.boolean("allowUpload");
    let allow_download = check.boolean("allowDownload");
    let show_metadata = check.boolean("showMetadata");
    check.done()?;
    // Unlike the other fields, the slug is erased if the request omits it.
    let slug = slug.flatten();
    state.slug_is_free(slug.as_deref(), Some(id))?;
    let Some(link) = state.links.iter_mut().find(|link| link.id == id) else { return Err(asked.no_access()) };
    link.description = description.unwrap_or_else(|| link.description.clone());
    link.password = password.unwrap_or_else(|| link.password.clone());
    link.slug = slug;
    link.expires_at = expires_at.filter(|expires_at| cleared || expires_at.is_some()).unwrap_or(link.expires_at);
    link.allow_upload = allow_upload.unwrap_or(link.allow_upload);
    link.allow_download = allow_download.unwrap_or(link.allow_download);
    link.show_metadata = show_metadata.unwrap_or(link.show_metadata);
    let link = state.link(asked, id)?;
    Ok(Answer::json(&state.link_json(link, View::Changed)))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = state.link(asked, asked.path_id(0)?)?.id;
    state.links.retain(|link| link.id != id);
    Ok(Answer::no_content())
}

/// The link as a visitor sees it. 2.x accepts the password here; 3.x has a separate operation for it.
pub(super) fn me(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let link = state.visited(asked)?;
    let given = asked.query("password").filter(|_| state.line().is_two());
    let opened = match (&link.password, given) {
        (Some(_), None) if !auth::is_open(link, &asked.headers) => {
            return Err(Fault::unauthorized("Password required"));
        }
        (Some(password), Some(given)) if *password != given => return Err(Fault::unauthorized("Invalid password")),
        (Some(_), given) => given.is_some(),
        (None, _) => false,
    };
    let response = Answer::json(&state.link_json(link, View::Visited));
    Ok(if opened { with_cookie(response, link, asked) } else { response })
}

pub(super) fn login(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let given = check.required_string("password");
    check.done()?;
    let link = state.visited(asked)?;
    if link.password.is_none() {
        return Err(Fault::bad_request("Shared link is not password protected"));
    }
    if link.password != given {
        return Err(Fault::unauthorized("Invalid password"));
    }
    let response = Answer::created(&state.link_json(link, View::Visited));
    Ok(with_cookie(response, link, asked))
}

/// Adds the token of a link to the cookie, which lists the tokens of all open links.
fn with_cookie(response: Answer, link: &SharedLink, asked: &Asked) -> Answer {
    let held = auth::cookie(&asked.headers, "immich_shared_link_token").unwrap_or_default();
    let mut tokens: Vec<_> = held.split(',').filter(|token| !token.is_empty() && *token != link.cookie).collect();
    tokens.push(&link.cookie);
    response.with(SET_COOKIE, &sessions::cookie("immich_shared_link_token", &tokens.join(","), COOKIE_AGE, true))
}

pub(super) fn add_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let may_add = |state: &State, id: &AssetId| {
        let (user, asset) = (asked.user().ok(), state.assets.get(id));
        asset.is_some_and(|asset| Some(asset.owner) == user)
    };
    change_assets(state, asked, |state, index, id| match state.links[index].assets.contains(&id) {
        true => Err("duplicate"),
        false if !may_add(state, &id) => Err("no_permission"),
        false => {
            state.links[index].assets.push(id);
            Ok(())
        }
    })
}

pub(super) fn remove_assets(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    change_assets(
        state,
        asked,
        |state, index, id| {
            if state.links[index].assets.remove(id) { Ok(()) } else { Err("not_found") }
        },
    )
}

fn change_assets(
    state: &mut State,
    asked: &Asked,
    change: impl Fn(&mut State, usize, AssetId) -> Result<(), &'static str>,
) -> Result<Answer, Fault> {
    let id = state.link(asked, asked.path_id(0)?)?.id;
    let mut check = asked.fields()?;
    let ids: Vec<AssetId> = check.required_ids("assetIds");
    check.done()?;
    let Some(index) = state.links.iter().position(|link| link.id == id) else { return Err(asked.no_access()) };
    if state.links[index].album.is_some() {
        return Err(Fault::bad_request("Invalid shared link type"));
    }
    let results = ids.into_iter().map(|id| match change(state, index, id) {
        Ok(()) => json!({ "assetId": id, "success": true }),
        Err(error) => json!({ "assetId": id, "success": false, "error": error }),
    });
    let results: Vec<_> = results.collect();
    Ok(Answer::json(&results.into()))
}
