//! External libraries. The fake has no folders to import from, so they stay empty.

use immich_core::{LibraryId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::State;
use super::time;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Library {
    id: LibraryId,
    pub(super) owner: UserId,
    name: String,
    import_paths: Vec<String>,
    exclusion_patterns: Vec<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    refreshed_at: Option<Timestamp>,
}

impl Library {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "ownerId": self.owner,
            "name": self.name,
            "assetCount": 0,
            "importPaths": self.import_paths,
            "exclusionPatterns": self.exclusion_patterns,
            "createdAt": time::text(self.created_at),
            "updatedAt": time::text(self.updated_at),
            "refreshedAt": self.refreshed_at.map(time::text),
        })
    }
}

/// A list of texts that may be absent.
fn texts(check: &mut Check, name: &str) -> Option<Vec<String>> {
    if !check.has(name) {
        return None;
    }
    let items = check.required_list(name);
    let texts: Option<Vec<_>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    if texts.is_none() {
        let message = format!("each value in {name} must be a string");
        let details = json!({ "code": "invalid_type", "expected": "string", "path": [name], "message": message });
        check.wrong(name, vec![message], details);
    }
    texts
}

fn named<'s>(state: &'s mut State, asked: &Asked) -> Result<&'s mut Library, Fault> {
    let id: LibraryId = asked.path_id(0)?;
    let library = state.libraries.iter_mut().find(|library| library.id == id);
    library.ok_or_else(|| Fault::bad_request("Library not found"))
}

pub(super) fn list(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&state.libraries.iter().map(Library::json).collect()))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&named(state, asked)?.json()))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let owner: Option<UserId> = check.required_id("ownerId");
    let name = check.string("name").unwrap_or_else(|| "New External Library".to_owned());
    let import_paths = texts(&mut check, "importPaths").unwrap_or_default();
    let exclusion_patterns = texts(&mut check, "exclusionPatterns").unwrap_or_default();
    check.done()?;
    let owner = owner.and_then(|id| state.user(id)).map(|user| user.id);
    let owner = owner.ok_or_else(|| Fault::bad_request("User not found"))?;
    let (id, created_at, refreshed_at) = (state.random.id(), time::now(), None);
    let updated_at = created_at;
    let library = Library { id, owner, name, import_paths, exclusion_patterns, created_at, updated_at, refreshed_at };
    let json = library.json();
    state.libraries.push(library);
    Ok(Answer::created(&json))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.fields()?;
    let name = check.string("name");
    let (paths, patterns) = (texts(&mut check, "importPaths"), texts(&mut check, "exclusionPatterns"));
    check.done()?;
    let library = named(state, asked)?;
    library.name = name.unwrap_or_else(|| library.name.clone());
    library.import_paths = paths.unwrap_or_else(|| library.import_paths.clone());
    library.exclusion_patterns = patterns.unwrap_or_else(|| library.exclusion_patterns.clone());
    library.updated_at = time::now();
    Ok(Answer::json(&library.json()))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = named(state, asked)?.id;
    state.libraries.retain(|library| library.id != id);
    Ok(Answer::no_content())
}

/// Notes the time; there is nothing to find.
pub(super) fn scan(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    named(state, asked)?.refreshed_at = Some(time::now());
    Ok(Answer::no_content())
}

pub(super) fn statistics(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    named(state, asked)?;
    Ok(Answer::json(&json!({ "photos": 0, "videos": 0, "total": 0, "usage": 0 })))
}

/// Says of every folder that it does not exist.
pub(super) fn validate(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    named(state, asked)?;
    let mut check = asked.fields()?;
    let paths = texts(&mut check, "importPaths").unwrap_or_default();
    texts(&mut check, "exclusionPatterns");
    check.done()?;
    let missing = "Path does not exist (ENOENT)";
    let results = paths.iter().map(|path| json!({ "importPath": path, "isValid": false, "message": missing }));
    Ok(Answer::json(&json!({ "importPaths": results.collect::<Vec<_>>() })))
}
