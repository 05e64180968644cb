//! Workflows of a user. They can be managed, but the fake does not run them.

use immich_core::{ServerVersion, UserId, WorkflowId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Answer;
use super::asked::Asked;
use super::check::Check;
use super::fault::Fault;
use super::state::State;
use super::{plugins, time};

/// The first version with logs, and with the trigger `AssetTagged`.
const LOGS_SINCE: ServerVersion = ServerVersion::new(3, 2, 0);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Workflow {
    id: WorkflowId,
    owner: UserId,
    trigger: String,
    name: Option<String>,
    description: Option<String>,
    is_enabled: bool,
    is_logging: bool,
    /// The filters of 2.x, as the API shows them.
    filters: Vec<Value>,
    /// The actions of 2.x, as the API shows them.
    actions: Vec<Value>,
    /// The steps of 3.x, as the API shows them.
    steps: Vec<Value>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The fields of a request; absent ones stay as they are.
struct Change {
    trigger: Option<&'static str>,
    /// The outer is whether the field is present.
    name: Option<Option<String>>,
    description: Option<Option<String>>,
    is_enabled: Option<bool>,
    is_logging: Option<bool>,
    filters: Option<Vec<(Uuid, Value)>>,
    actions: Option<Vec<(Uuid, Value)>>,
    steps: Option<Vec<Value>>,
}

/// The triggers of a workflow.
pub(super) fn triggers(version: ServerVersion) -> &'static [&'static str] {
    if version.major < 3 {
        &["AssetCreate", "PersonRecognized"]
    } else if version < LOGS_SINCE {
        &["AssetCreate", "AssetMetadataExtraction"]
    } else {
        &["AssetCreate", "AssetMetadataExtraction", "AssetTagged"]
    }
}

impl Workflow {
    fn json(&self, version: ServerVersion) -> Value {
        if version.major < 3 {
            return json!({
                "id": self.id,
                "ownerId": self.owner,
                "triggerType": self.trigger,
                "name": self.name,
                "description": self.description.clone().unwrap_or_default(),
                "enabled": self.is_enabled,
                "createdAt": time::text(self.created_at),
                "filters": self.filters,
                "actions": self.actions,
            });
        }
        let mut json = json!({
            "id": self.id,
            "trigger": self.trigger,
            "name": self.name,
            "description": self.description,
            "enabled": self.is_enabled,
            "createdAt": time::text(self.created_at),
            "updatedAt": time::text(self.updated_at),
            "steps": self.steps,
        });
        if version >= LOGS_SINCE {
            json["logging"] = self.is_logging.into();
        }
        json
    }

    fn apply(&mut self, state: &mut State, change: Change) {
        self.trigger = change.trigger.map_or_else(|| self.trigger.clone(), str::to_owned);
        self.name = change.name.unwrap_or_else(|| self.name.clone());
        self.description = change.description.unwrap_or_else(|| self.description.clone());
        self.is_enabled = change.is_enabled.unwrap_or(self.is_enabled);
        self.is_logging = change.is_logging.unwrap_or(self.is_logging);
        self.steps = change.steps.unwrap_or_else(|| self.steps.clone());
        let workflow = self.id;
        let mut number = |steps: Vec<(Uuid, Value)>, step: &str, config: &str| {
            let one = |(order, (plugin, value)): (usize, (Uuid, Value))| {
                let id: Uuid = state.random.id();
                json!({ "id": id, "workflowId": workflow, "order": order, step: plugin, config: value })
            };
            steps.into_iter().enumerate().map(one).collect()
        };
        if let Some(filters) = change.filters {
            self.filters = number(filters, "pluginFilterId", "filterConfig");
        }
        if let Some(actions) = change.actions {
            self.actions = number(actions, "pluginActionId", "actionConfig");
        }
    }
}

/// The steps of 2.x.
fn old_steps(check: &mut Check, list: &'static str, id: &str, config: &str) -> Option<Vec<(Uuid, Value)>> {
    if !check.has(list) {
        return None;
    }
    let mut steps = Vec::new();
    for (place, item) in check.required_list(list).iter().enumerate() {
        let mut inner = Check::below(&format!("{list}.{place}"), item);
        let step: Option<Uuid> = inner.required_id(id);
        steps.extend(step.map(|step| (step, inner.raw(config))));
        check.take_issues(inner);
    }
    Some(steps)
}

/// The steps of 3.x.
fn steps(check: &mut Check) -> Option<Vec<Value>> {
    if !check.has("steps") {
        return None;
    }
    let mut steps = Vec::new();
    for (place, item) in check.required_list("steps").iter().enumerate() {
        let mut inner = Check::below(&format!("steps.{place}"), item);
        let method = inner.required_string("method");
        let is_enabled = inner.boolean("enabled").unwrap_or(true);
        let config = inner.raw("config");
        check.take_issues(inner);
        steps.push(json!({ "method": method, "config": config, "enabled": is_enabled }));
    }
    Some(steps)
}

fn read(state: &State, asked: &Asked, is_new: bool) -> Result<Change, Fault> {
    let mut check = asked.fields()?;
    let is_two = state.line().is_two();
    let trigger = if is_two { "triggerType" } else { "trigger" };
    let words = triggers(state.version);
    let trigger = if is_new { check.required_word(trigger, words) } else { check.word(trigger, words) };
    let mut text = |name: &str, is_required: bool| {
        if is_required {
            return check.required_string(name).map(Some);
        }
        if !check.has(name) {
            return None;
        }
        Some(if is_two { check.string(name) } else { check.nullable_string(name) })
    };
    let (name, description) = (text("name", is_new && is_two), text("description", false));
    let is_enabled = check.boolean("enabled");
    let is_logging = check.boolean("logging").filter(|_| state.version >= LOGS_SINCE);
    let (filters, actions, steps) = if is_two {
        if is_new {
            check.required_list("filters");
            check.required_list("actions");
        }
        let filters = old_steps(&mut check, "filters", "pluginFilterId", "filterConfig");
        (filters, old_steps(&mut check, "actions", "pluginActionId", "actionConfig"), None)
    } else {
        (None, None, steps(&mut check))
    };
    check.done()?;
    for (list, given) in [("filters", &filters), ("actions", &actions)] {
        if let Some((id, _)) = given.iter().flatten().find(|(id, _)| !plugins::has_step(list, *id)) {
            return Err(Fault::bad_request(format!("Invalid {} ID: {id}", list.trim_end_matches('s'))));
        }
    }
    let methods = steps.iter().flatten().filter_map(|step| step["method"].as_str());
    if let Some(method) = methods.into_iter().find(|method| !plugins::has_method(state.line(), method)) {
        return Err(Fault::bad_request(format!("Unknown method {method}")));
    }
    Ok(Change { trigger, name, description, is_enabled, is_logging, filters, actions, steps })
}

/// The workflow of the path, and its place.
fn named<'s>(state: &'s State, asked: &Asked) -> Result<(usize, &'s Workflow), Fault> {
    let (id, user): (WorkflowId, _) = (asked.path_id(0)?, asked.user()?);
    let mut all = state.workflows.iter().enumerate();
    all.find(|(_, workflow)| workflow.id == id && workflow.owner == user).ok_or_else(|| asked.no_access())
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let mut check = asked.query_fields(&["id", "name", "description", "enabled", "logging", "trigger"]);
    let (user, words) = (asked.user()?, triggers(state.version));
    let id: Option<WorkflowId> = check.id("id");
    let (name, description) = (check.string("name"), check.string("description"));
    let (is_enabled, is_logging) = (check.boolean("enabled"), check.boolean("logging"));
    let trigger = check.word("trigger", words);
    check.done()?;
    // 2.x lists all of them.
    let filters = !state.line().is_two();
    let holds = |workflow: &&Workflow| {
        id.is_none_or(|id| workflow.id == id)
            && (name.is_none() || workflow.name == name)
            && (description.is_none() || workflow.description == description)
            && is_enabled.is_none_or(|wanted| workflow.is_enabled == wanted)
            && is_logging.is_none_or(|wanted| workflow.is_logging == wanted)
            && trigger.is_none_or(|trigger| workflow.trigger == trigger)
    };
    let own = state.workflows.iter().filter(|workflow| workflow.owner == user);
    let known = own.filter(|workflow| words.contains(&workflow.trigger.as_str()));
    let found = known.filter(|workflow| !filters || holds(workflow));
    Ok(Answer::json(&found.map(|workflow| workflow.json(state.version)).collect()))
}

pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let change = read(state, asked, true)?;
    let (id, now) = (state.random.id(), time::now());
    let mut workflow = Workflow {
        id,
        owner: asked.user()?,
        trigger: String::new(),
        name: None,
        description: None,
        is_enabled: true,
        is_logging: false,
        filters: Vec::new(),
        actions: Vec::new(),
        steps: Vec::new(),
        created_at: now,
        updated_at: now,
    };
    workflow.apply(state, change);
    let mut json = workflow.json(state.version);
    if !state.line().is_two() {
        // A real server responds before it stores the steps.
        json["steps"] = json!([]);
    }
    state.workflows.push(workflow);
    Ok(Answer::created(&json))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&named(state, asked)?.1.json(state.version)))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (place, workflow) = named(state, asked)?;
    let mut workflow = workflow.clone();
    let change = read(state, asked, false)?;
    workflow.apply(state, change);
    workflow.updated_at = time::now();
    let json = workflow.json(state.version);
    state.workflows[place] = workflow;
    Ok(Answer::json(&json))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (place, _) = named(state, asked)?;
    state.workflows.remove(place);
    Ok(Answer::no_content())
}

/// A workflow without what belongs to its owner, for others to copy.
pub(super) fn share(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let (_, workflow) = named(state, asked)?;
    let step = |step: &Value| json!({ "method": step["method"], "config": step["config"] });
    Ok(Answer::json(&json!({
        "name": workflow.name,
        "description": workflow.description,
        "trigger": workflow.trigger,
        "steps": workflow.steps.iter().map(step).collect::<Vec<_>>(),
    })))
}

/// The runs of a workflow: none, since the fake does not run them.
pub(super) fn logs(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    named(state, asked)?;
    let mut check = asked.query_fields(&["before", "limit", "result"]);
    check.instant("before");
    check.integer("limit", 1, 1000);
    check.word("result", &["completed", "halted", "error"]);
    check.done()?;
    Ok(Answer::json(&json!([])))
}

pub(super) fn list_triggers(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    let trigger = |trigger: &&str| json!({ "trigger": trigger, "types": ["AssetV1"] });
    Ok(Answer::json(&triggers(state.version).iter().map(trigger).collect()))
}
