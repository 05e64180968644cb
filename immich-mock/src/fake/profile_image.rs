//! Profile images of users.

use immich_core::Body;
use serde_json::json;

use super::answer::Answer;
use super::asked::Asked;
use super::failure::Failure;
use super::fault::Fault;
use super::file::File;
use super::media::{self, Kind};
use super::multipart::Multipart;
use super::server::FakeImmich;
use super::state::{ProfileImage, State};
use super::time;

pub(super) async fn create(server: &FakeImmich, asked: &Asked, body: Body) -> Result<Answer, Failure> {
    let user = asked.user()?;
    let line = server.state().line();
    let mut form = Multipart::new(&asked.headers, body)?;
    let mut file = None;
    while let Some(part) = form.next_part().await? {
        let name = part.file_name.unwrap_or_default();
        if part.name == "file" {
            let bytes = form.bytes().await?;
            if server.state().trouble.disk_is_full {
                return Err(Fault::internal().into());
            }
            file = Some((name, bytes));
        }
    }
    let (name, bytes) = file.ok_or_else(|| Fault::bad_request("File is required"))?;
    let known = media::of(&name, line).filter(|(_, kind, _)| *kind == Kind::Image);
    let (extension, _, content_type) =
        known.ok_or_else(|| Fault::bad_request(format!("Unsupported file type {name}")))?;
    let mut state = server.state();
    let id: uuid::Uuid = state.random.id();
    let path = format!("/data/profile/{user}/{id}{extension}");
    let owner = state.user_mut(user).ok_or_else(|| Fault::bad_request("User not found"))?;
    let now = time::now();
    owner.profile_image = Some(ProfileImage { path: path.clone(), content_type, bytes });
    (owner.profile_changed_at, owner.updated_at) = (now, now);
    Ok(Answer::created(&json!({ "userId": user, "profileImagePath": path, "profileChangedAt": time::text(now) })))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = asked.path_id(0)?;
    let user = state.user(id).ok_or_else(|| state.no_file(Fault::bad_request("User not found")))?;
    let none = || state.no_file(Fault::not_found("User does not have a profile image"));
    let image = user.profile_image.as_ref().ok_or_else(none)?;
    let file = File {
        bytes: image.bytes.clone(),
        content_type: image.content_type,
        name: None,
        modified: user.profile_changed_at,
        cache_control: "public, max-age=0",
    };
    Ok(file.respond(asked, state.line()))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = state.user_mut(asked.user()?).ok_or_else(|| asked.no_access())?;
    if user.profile_image.take().is_none() {
        return Err(Fault::bad_request("Can't delete a missing profile Image"));
    }
    user.profile_changed_at = time::now();
    Ok(Answer::no_content())
}
