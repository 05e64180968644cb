//! Workflows: what happens by itself when an asset comes in or changes.

use crate::prelude::*;

group! {
    /// Workflows: what happens by itself when an asset comes in or changes.
    WorkflowsApi: workflows
}

endpoint! {
    /// Lists the workflows of the signed-in user.
    SearchWorkflows = GET "/workflows" -> Json<Vec<WorkflowResponseDto>>;
    WorkflowsApi.search_workflows, "searchWorkflows" [permission "workflow.read"];
    optional {
        /// Only those with this description. Since 3.0.0.
        description: String = "description" since "3.0.0",
        /// Only those that are turned on (`true`) or off (`false`). Since 3.0.0.
        enabled: bool = "enabled" since "3.0.0",
        /// Only the one with this id. Since 3.0.0.
        id: WorkflowId = "id" since "3.0.0",
        /// Only workflows that keep a log (`true`), or only others (`false`). Since 3.2.0.
        logging: bool = "logging" since "3.2.0",
        /// Only those with this name. Since 3.0.0.
        name: String = "name" since "3.0.0",
        /// Only those for this event. Since 3.0.0.
        trigger: WorkflowTrigger = "trigger" since "3.0.0",
    }
}

endpoint! {
    /// Creates a workflow of the signed-in user: what happens by itself, and what triggers it.
    CreateWorkflow = POST "/workflows" -> Json<WorkflowResponseDto>;
    WorkflowsApi.create_workflow, "createWorkflow" [permission "workflow.create"];
    body { WorkflowCreateDto }
}

endpoint! {
    /// Lists the events that can start a workflow, and the types of data that each of them gives.
    GetWorkflowTriggers = GET "/workflows/triggers" -> Json<Vec<WorkflowTriggerResponseDto>>;
    WorkflowsApi.get_workflow_triggers, "getWorkflowTriggers" [since "3.0.0"];
}

endpoint! {
    /// Deletes a workflow of the signed-in user; what it has done stays.
    DeleteWorkflow = DELETE "/workflows/{id}" -> Empty;
    WorkflowsApi.delete_workflow, "deleteWorkflow" [permission "workflow.delete"];
    path { id: WorkflowId }
}

endpoint! {
    /// Gives one workflow of the signed-in user with all its steps.
    GetWorkflow = GET "/workflows/{id}" -> Json<WorkflowResponseDto>;
    WorkflowsApi.get_workflow, "getWorkflow" [permission "workflow.read"];
    path { id: WorkflowId }
}

endpoint! {
    /// Changes a workflow of the signed-in user; steps that are given replace all the old ones.
    ///
    /// Immich marks it as deprecated, and no version has another way.
    UpdateWorkflow = PUT "/workflows/{id}" -> Json<WorkflowResponseDto>;
    WorkflowsApi.update_workflow, "updateWorkflow" [permission "workflow.update"] [also DeprecatedApi];
    path { id: WorkflowId }
    body { WorkflowUpdateDto }
}

endpoint! {
    /// Lists the runs of a workflow with the result of each and the step they ended at.
    GetWorkflowLogs = GET "/workflows/{id}/logs" -> Json<Vec<WorkflowLogEntryDto>>;
    WorkflowsApi.get_workflow_logs, "getWorkflowLogs" [since "3.2.0"];
    path { id: WorkflowId }
    optional {
        /// Before this time.
        before: Timestamp = "before",
        /// The greatest number of entries.
        limit: i64 = "limit",
        /// Only runs that ended in this way.
        result: WorkflowResult = "result",
    }
}

endpoint! {
    /// Gives a workflow without ids and other things of this server, so that it can be used elsewhere.
    GetWorkflowForShare = GET "/workflows/{id}/share" -> Json<WorkflowShareResponseDto>;
    WorkflowsApi.get_workflow_for_share, "getWorkflowForShare" [permission "workflow.read"] [since "3.0.0"];
    path { id: WorkflowId }
}

request! {
    /// An action of a workflow to create or change, on servers 2.x.
    struct WorkflowActionItemDto {
        required {
            /// The id of the action of a plugin.
            plugin_action_id: Uuid,
        }
        optional {
            /// The configuration of the action.
            action_config: Value,
        }
    }
}

response! {
    /// Something that a workflow does, on servers 2.x.
    struct WorkflowActionResponseDto {
        /// The configuration of the action.
        action_config: Option<Value>,
        /// The id.
        id: String,
        /// The order.
        order: f64,
        /// The id of the action of a plugin.
        plugin_action_id: String,
        /// The id of the workflow.
        workflow_id: String,
    }
}

request! {
    /// A workflow to create: what starts it, and what it does then.
    struct WorkflowCreateDto {
        optional {
            /// Whether it is turned on.
            enabled: bool,
            /// The settings of the log. Since 3.2.0.
            logging: bool,
            /// The event that starts it. Since 3.0.0.
            trigger: WorkflowTrigger,
            /// The event that starts the workflow. Up to 2.7.5.
            trigger_type: PluginTriggerType,
        }
        optional_lists {
            /// The actions. Up to 2.7.5.
            actions: WorkflowActionItemDto,
            /// The filters. Up to 2.7.5.
            filters: WorkflowFilterItemDto,
            /// The steps, in the order in which they run. Since 3.0.0.
            steps: WorkflowStepDto,
        }
        patch {
            /// The description, as free text.
            description: String,
            /// The name of the workflow.
            name: String,
        }
    }
}

request! {
    /// A condition of a workflow to create or change, on servers 2.x.
    struct WorkflowFilterItemDto {
        required {
            /// The id of the filter of a plugin.
            plugin_filter_id: Uuid,
        }
        optional {
            /// The configuration of the filter.
            filter_config: Value,
        }
    }
}

response! {
    /// A condition that a workflow checks, on servers 2.x.
    struct WorkflowFilterResponseDto {
        /// The configuration of the filter.
        filter_config: Option<Value>,
        /// The id.
        id: String,
        /// The order.
        order: f64,
        /// The id of the filter of a plugin.
        plugin_filter_id: String,
        /// The id of the workflow.
        workflow_id: String,
    }
}

response! {
    /// One run of a workflow and how it ended.
    struct WorkflowLogEntryDto {
        /// When it ran.
        #[serde(deserialize_with = "read_instant")] at: Timestamp,
        /// The id.
        id: Uuid,
        /// The last step that ran.
        last_step: Option<WorkflowLogEntryDtoLastStep>,
        /// How it ended.
        result: WorkflowResult,
        /// The id of what the event was about.
        trigger_data_id: Option<Uuid>,
    }
}

response! {
    /// The step at which a run of a workflow ended.
    struct WorkflowLogEntryDtoLastStep {
        /// The position, from 0.
        index: i64,
        /// The method, as plugin and name.
        method: String,
    }
}

response! {
    /// A workflow: what starts it, and what it does then, step by step.
    struct WorkflowResponseDto {
        /// The actions. Up to 2.7.5.
        actions: Option<Vec<WorkflowActionResponseDto>>,
        /// When it was created on the server.
        created_at: String,
        /// The description, as free text.
        description: Option<String>,
        /// Whether it is turned on.
        enabled: bool,
        /// The filters. Up to 2.7.5.
        filters: Option<Vec<WorkflowFilterResponseDto>>,
        /// The id of the workflow.
        id: WorkflowId,
        /// The settings of the log. Since 3.2.0.
        logging: Option<bool>,
        /// The name of the workflow.
        name: Option<String>,
        /// The id of the user who owns it. Up to 2.7.5.
        owner_id: Option<String>,
        /// The steps, in the order in which they run. Since 3.0.0.
        steps: Option<Vec<WorkflowStepDto>>,
        /// The event that starts it. Since 3.0.0.
        trigger: Option<WorkflowTrigger>,
        /// The event that starts the workflow. Up to 2.7.5.
        trigger_type: Option<PluginTriggerType>,
        /// When it was last changed on the server. Since 3.0.0.
        updated_at: Option<String>,
    }
}

string_enum! {
    /// Whether a workflow ran to its end, was stopped by one of its steps, or failed.
    enum WorkflowResult {
        Completed = "completed",
        Halted = "halted",
        Error = "error",
    }
}

response! {
    /// A workflow without ids, to hand on to others.
    struct WorkflowShareResponseDto {
        /// The description, as free text.
        description: Option<String>,
        /// The name of the workflow.
        name: Option<String>,
        /// The steps, in the order in which they run.
        steps: Vec<WorkflowShareStepDto>,
        /// The event that starts it.
        trigger: WorkflowTrigger,
    }
}

response! {
    /// One step of a workflow that is handed on to others.
    struct WorkflowShareStepDto {
        /// The configuration of the step.
        config: Option<Value>,
        /// Whether it is turned on.
        enabled: Option<bool>,
        /// The method, as plugin and name.
        method: String,
    }
}

exchanged! {
    /// One step of a workflow: the method of a plugin and its settings.
    struct WorkflowStepDto {
        required {
            /// The configuration of the step.
            config: Option<Value>,
            /// Name of the plugin, `#`, and name of the method, as `key` of the method says.
            method: String,
        }
        optional {
            /// Whether the step is carried out; true when left out.
            enabled: bool,
        }
    }
}

response! {
    /// An event that can start a workflow, and the kinds of data it hands on.
    struct WorkflowTriggerResponseDto {
        /// The event that starts it.
        trigger: WorkflowTrigger,
        /// The kinds.
        types: Vec<WorkflowType>,
    }
}

request! {
    /// Changes to a workflow; fields that are not set stay as they are.
    struct WorkflowUpdateDto {
        optional {
            /// Whether it is turned on.
            enabled: bool,
            /// The settings of the log. Since 3.2.0.
            logging: bool,
            /// The event that starts it. Since 3.0.0.
            trigger: WorkflowTrigger,
            /// The event that starts the workflow. Up to 2.7.5.
            trigger_type: PluginTriggerType,
        }
        optional_lists {
            /// The actions. Up to 2.7.5.
            actions: WorkflowActionItemDto,
            /// The filters. Up to 2.7.5.
            filters: WorkflowFilterItemDto,
            /// The steps, in the order in which they run. Since 3.0.0.
            steps: WorkflowStepDto,
        }
        patch {
            /// The description, as free text.
            description: String,
            /// The name of the workflow.
            name: String,
        }
    }
}
