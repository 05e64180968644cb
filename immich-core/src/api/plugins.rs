//! Installed plugins, and what they offer to workflows.

use crate::prelude::*;

group! {
    /// Installed plugins, and what they offer to workflows.
    PluginsApi: plugins
}

endpoint! {
    /// Lists the plugins that are installed on the server.
    SearchPlugins = GET "/plugins" -> Json<Vec<PluginResponseDto>>;
    PluginsApi.search_plugins, "searchPlugins" [permission "plugin.read"];
    optional {
        description: String = "description",
        enabled: bool = "enabled",
        id: PluginId = "id",
        name: String = "name",
        title: String = "title",
        version: String = "version",
    }
}

endpoint! {
    /// Lists what the installed plugins can do in the steps of a workflow, and the settings that each step takes.
    SearchPluginMethods = GET "/plugins/methods" -> Json<Vec<PluginMethodResponseDto>>;
    PluginsApi.search_plugin_methods, "searchPluginMethods" [permission "plugin.read"] [since "3.0.0"];
    optional {
        description: String = "description",
        enabled: bool = "enabled",
        id: Uuid = "id",
        name: String = "name",
        plugin_name: String = "pluginName",
        plugin_version: String = "pluginVersion",
        title: String = "title",
        trigger: WorkflowTrigger = "trigger",
        type_: WorkflowType = "type",
    }
}

endpoint! {
    /// Lists the ready-made workflows that come with the installed plugins.
    SearchPluginTemplates = GET "/plugins/templates" -> Json<Vec<PluginTemplateResponseDto>>;
    PluginsApi.search_plugin_templates, "searchPluginTemplates" [permission "plugin.read"] [since "3.0.0"];
}

endpoint! {
    /// Lists the events that can start a workflow, as 2.x knows them.
    GetPluginTriggers = GET "/plugins/triggers" -> Json<Vec<PluginTriggerResponseDto>>;
    PluginsApi.get_plugin_triggers, "getPluginTriggers" [permission "plugin.read"] [until "2.7.5"];
}

endpoint! {
    /// Describes one installed plugin and what it can do in workflows.
    GetPlugin = GET "/plugins/{id}" -> Json<PluginResponseDto>;
    PluginsApi.get_plugin, "getPlugin" [permission "plugin.read"];
    path { id: PluginId }
}

response! {
    /// Something that a plugin can do in a workflow, on servers 2.x.
    struct PluginActionResponseDto {
        description: String,
        id: String,
        method_name: String,
        plugin_id: String,
        schema: Option<Value>,
        supported_contexts: Vec<PluginContextType>,
        title: String,
    }
}

string_enum! {
    /// What a plugin of servers 2.x works on: an asset, an album or a person.
    enum PluginContextType {
        Asset = "asset",
        Album = "album",
        Person = "person",
    }
}

response! {
    /// A condition that a plugin can check in a workflow, on servers 2.x.
    struct PluginFilterResponseDto {
        description: String,
        id: String,
        method_name: String,
        plugin_id: String,
        schema: Option<Value>,
        supported_contexts: Vec<PluginContextType>,
        title: String,
    }
}

response! {
    /// Something that a plugin offers as a step of a workflow.
    struct PluginMethodResponseDto {
        description: String,
        host_functions: bool,
        /// What `method` of a step refers to: name of the plugin, `#`, and name of the method.
        key: String,
        name: String,
        schema: Option<Value>,
        title: String,
        types: Vec<WorkflowType>,
        ui_hints: Vec<String>,
    }
}

response! {
    /// An installed plugin and what it offers to workflows.
    struct PluginResponseDto {
        actions: Option<Vec<PluginActionResponseDto>>,
        author: String,
        created_at: String,
        description: String,
        filters: Option<Vec<PluginFilterResponseDto>>,
        id: PluginId,
        methods: Option<Vec<PluginMethodResponseDto>>,
        name: String,
        title: String,
        updated_at: String,
        version: String,
    }
}

response! {
    /// A ready-made workflow that a plugin offers as a beginning.
    struct PluginTemplateResponseDto {
        description: String,
        key: String,
        steps: Vec<PluginTemplateStepResponseDto>,
        title: String,
        trigger: WorkflowTrigger,
        ui_hints: Vec<String>,
    }
}

response! {
    /// One step of a ready-made workflow.
    struct PluginTemplateStepResponseDto {
        config: Option<Value>,
        enabled: Option<bool>,
        method: String,
    }
}

response! {
    /// An event that can start a workflow on servers 2.x, and what it is about.
    struct PluginTriggerResponseDto {
        context_type: PluginContextType,
        type_: PluginTriggerType,
    }
}
