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
        description: String = "description",
        enabled: bool = "enabled",
        id: WorkflowId = "id",
        logging: bool = "logging",
        name: String = "name",
        trigger: WorkflowTrigger = "trigger",
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
    #[deprecated = "Immich marks it so, and no described version has another way"]
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
    optional { before: Timestamp = "before", limit: i64 = "limit", result: WorkflowResult = "result" }
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
            plugin_action_id: Uuid,
        }
        optional {
            action_config: Value,
        }
    }
}

response! {
    /// Something that a workflow does, on servers 2.x.
    struct WorkflowActionResponseDto {
        action_config: Option<Value>,
        id: String,
        order: f64,
        plugin_action_id: String,
        workflow_id: String,
    }
}

request! {
    /// A workflow to create: what starts it, and what it does then.
    struct WorkflowCreateDto {
        optional {
            enabled: bool,
            logging: bool,
            trigger: WorkflowTrigger,
            trigger_type: PluginTriggerType,
        }
        optional_lists {
            actions: WorkflowActionItemDto,
            filters: WorkflowFilterItemDto,
            steps: WorkflowStepDto,
        }
        patch {
            description: String,
            name: String,
        }
    }
}

request! {
    /// A condition of a workflow to create or change, on servers 2.x.
    struct WorkflowFilterItemDto {
        required {
            plugin_filter_id: Uuid,
        }
        optional {
            filter_config: Value,
        }
    }
}

response! {
    /// A condition that a workflow checks, on servers 2.x.
    struct WorkflowFilterResponseDto {
        filter_config: Option<Value>,
        id: String,
        order: f64,
        plugin_filter_id: String,
        workflow_id: String,
    }
}

response! {
    /// One run of a workflow and how it ended.
    struct WorkflowLogEntryDto {
        at: Timestamp,
        id: Uuid,
        last_step: Option<WorkflowLogEntryDtoLastStep>,
        result: WorkflowResult,
        trigger_data_id: Option<Uuid>,
    }
}

response! {
    /// The step at which a run of a workflow ended.
    struct WorkflowLogEntryDtoLastStep {
        index: i64,
        method: String,
    }
}

response! {
    /// A workflow: what starts it, and what it does then, step by step.
    struct WorkflowResponseDto {
        actions: Option<Vec<WorkflowActionResponseDto>>,
        created_at: String,
        description: Option<String>,
        enabled: bool,
        filters: Option<Vec<WorkflowFilterResponseDto>>,
        id: WorkflowId,
        logging: Option<bool>,
        name: Option<String>,
        owner_id: Option<String>,
        steps: Option<Vec<WorkflowStepDto>>,
        trigger: Option<WorkflowTrigger>,
        trigger_type: Option<PluginTriggerType>,
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
        description: Option<String>,
        name: Option<String>,
        steps: Vec<WorkflowShareStepDto>,
        trigger: WorkflowTrigger,
    }
}

response! {
    /// One step of a workflow that is handed on to others.
    struct WorkflowShareStepDto {
        config: Option<Value>,
        enabled: Option<bool>,
        method: String,
    }
}

exchanged! {
    /// One step of a workflow: the method of a plugin and its settings.
    struct WorkflowStepDto {
        required {
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
        trigger: WorkflowTrigger,
        types: Vec<WorkflowType>,
    }
}

request! {
    /// What to change of a workflow; what is left out stays as it is.
    struct WorkflowUpdateDto {
        optional {
            enabled: bool,
            logging: bool,
            trigger: WorkflowTrigger,
            trigger_type: PluginTriggerType,
        }
        optional_lists {
            actions: WorkflowActionItemDto,
            filters: WorkflowFilterItemDto,
            steps: WorkflowStepDto,
        }
        patch {
            description: String,
            name: String,
        }
    }
}
