//! Workflows and plugins. The fake runs none: a workflow is kept as it was sent, and there are no plugins.

use immich_core::{ServerVersion, UserId, WorkflowId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::asked::Asked;
use super::fault::Fault;
use super::line::Line;
use super::state::State;
use super::time;

const TRIGGERS: [&str; 3] = ["AssetCreate", "AssetMetadataExtraction", "AssetTagged"];
const TRIGGERS_OF_TWO: [&str; 2] = ["AssetCreate", "PersonRecognized"];

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
    is_logged: bool,
    /// The steps of 3.x, or the actions of 2.x.
    steps: Vec<Value>,
    filters: Vec<Value>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Workflow {
    fn json(&self, version: ServerVersion) -> Value {
        if Line::of(version).is_two() {
            return json!({
                "id": self.id,
                "ownerId": self.owner,
                "triggerType": self.trigger,
                "name": self.name,
                "description": self.description.as_deref().unwrap_or_default(),
                "enabled": self.is_enabled,
                "actions": numbered(&self.steps, self.id, "pluginActionId", "actionConfig"),
                "filters": numbered(&self.filters, self.id, "pluginFilterId", "filterConfig"),
                "createdAt": time::text(self.created_at),
            });
        }
        let mut json = json!({
            "id": self.id,
            "trigger": self.trigger,
            "name": self.name,
            "description": self.description,
            "enabled": self.is_enabled,
            "steps": self.steps,
            "createdAt": time::text(self.created_at),
            "updatedAt": time::text(self.updated_at),
        });
        if version >= LOGS_SINCE {
            json["logging"] = self.is_logged.into();
        }
        json
    }

    /// Takes over the fields that were sent.
    fn change(&mut self, fields: &Map<String, Value>) {
        let text = |name: &str| fields.get(name).map(|value| value.as_str().map(str::to_owned));
        let truth = |name: &str| fields.get(name).and_then(Value::as_bool);
        let list = |name: &str| fields.get(name).and_then(Value::as_array).cloned();
        self.name = text("name").unwrap_or_else(|| self.name.take());
        self.description = text("description").unwrap_or_else(|| self.description.take());
        self.is_enabled = truth("enabled").unwrap_or(self.is_enabled);
        self.is_logged = truth("logging").unwrap_or(self.is_logged);
        if let Some(trigger) = text("trigger").or_else(|| text("triggerType")).flatten() {
            self.trigger = trigger;
        }
        if let Some(mut steps) = list("steps").or_else(|| list("actions")) {
            for step in steps.iter_mut().filter(|step| step.get("method").is_some() && step.get("enabled").is_none()) {
                step["enabled"] = true.into();
            }
            self.steps = steps;
        }
        self.filters = list("filters").unwrap_or_else(|| std::mem::take(&mut self.filters));
    }
}

/// The actions or filters of 2.x, with their places.
fn numbered(items: &[Value], workflow: WorkflowId, id: &str, config: &str) -> Vec<Value> {
    let item = |(order, item): (usize, &Value)| json!({ "id": item[id], "workflowId": workflow, id: item[id], config: item[config], "order": order });
    items.iter().enumerate().map(item).collect()
}

/// The fields of a request, of which the trigger is one of those that the version has.
fn fields(state: &State, asked: &Asked, is_new: bool) -> Result<Map<String, Value>, Fault> {
    let is_two = state.line().is_two();
    let (name, triggers) = if is_two { ("triggerType", &TRIGGERS_OF_TWO[..]) } else { ("trigger", &TRIGGERS[..]) };
    let count = if !is_two && state.version < LOGS_SINCE { 2 } else { triggers.len() };
    let mut check = asked.fields()?;
    if is_new {
        check.required_word(name, &triggers[..count]);
    } else {
        check.word(name, &triggers[..count]);
    }
    check.boolean("enabled");
    for list in ["steps", "actions", "filters"].into_iter().filter(|list| check.has(list)).collect::<Vec<_>>() {
        check.required_list(list);
    }
    let sent = check.fields.clone();
    check.done()?;
    Ok(sent)
}

fn named<'s>(state: &'s mut State, asked: &Asked) -> Result<&'s mut Workflow, Fault> {
    let (id, user): (WorkflowId, _) = (asked.path_id(0)?, asked.user()?);
    let found = state.workflows.iter_mut().find(|workflow| workflow.id == id && workflow.owner == user);
    found.ok_or_else(|| asked.no_access())
}

pub(super) fn list(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let user = asked.user()?;
    let of_user = state.workflows.iter().filter(|workflow| workflow.owner == user);
    Ok(Answer::json(&of_user.map(|workflow| workflow.json(state.version)).collect()))
}

/// Creates a workflow. The response of 3.x has no steps yet, as that of real servers.
pub(super) fn create(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let sent = fields(state, asked, true)?;
    let (id, owner, created_at) = (state.random.id(), asked.user()?, time::now());
    let mut workflow = Workflow {
        id,
        owner,
        trigger: String::new(),
        name: None,
        description: None,
        is_enabled: true,
        is_logged: false,
        steps: Vec::new(),
        filters: Vec::new(),
        created_at,
        updated_at: created_at,
    };
    workflow.change(&sent);
    let mut json = workflow.json(state.version);
    if !state.line().is_two() {
        json["steps"] = json!([]);
    }
    state.workflows.push(workflow);
    Ok(Answer::created(&json))
}

pub(super) fn get(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let version = state.version;
    Ok(Answer::json(&named(state, asked)?.json(version)))
}

pub(super) fn update(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let version = state.version;
    named(state, asked)?;
    let sent = fields(state, asked, false)?;
    let workflow = named(state, asked)?;
    workflow.change(&sent);
    workflow.updated_at = time::now();
    Ok(Answer::json(&workflow.json(version)))
}

pub(super) fn delete(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let id = named(state, asked)?.id;
    state.workflows.retain(|workflow| workflow.id != id);
    Ok(Answer::no_content())
}

pub(super) fn share(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    let Workflow { name, description, trigger, steps, .. } = named(state, asked)?;
    let step = |step: &Value| json!({ "config": step["config"], "method": step["method"] });
    let steps: Vec<_> = steps.iter().map(step).collect();
    Ok(Answer::json(&json!({ "name": name, "description": description, "trigger": trigger, "steps": steps })))
}

/// The runs of a workflow, of which there are none.
pub(super) fn logs(state: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    named(state, asked)?;
    Ok(Answer::json(&json!([])))
}

pub(super) fn triggers(state: &mut State, _: &Asked) -> Result<Answer, Fault> {
    let count = if state.version < LOGS_SINCE { 2 } else { TRIGGERS.len() };
    let triggers = TRIGGERS[..count].iter().map(|trigger| json!({ "trigger": trigger, "types": ["AssetV1"] }));
    Ok(Answer::json(&triggers.collect()))
}

pub(super) fn triggers_of_two(_: &mut State, _: &Asked) -> Result<Answer, Fault> {
    Ok(Answer::json(&json!([
        { "type": "AssetCreate", "contextType": "asset" },
        { "type": "PersonRecognized", "contextType": "person" },
    ])))
}

pub(super) fn no_plugin(_: &mut State, asked: &Asked) -> Result<Answer, Fault> {
    asked.path_id::<uuid::Uuid>(0)?;
    Err(Fault::bad_request("Plugin not found"))
}
