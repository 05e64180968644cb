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
        /// Only those with this description. Since 3.0.0.
        description: String = "description" since "3.0.0",
        /// Only those that are turned on (`true`) or off (`false`). Since 3.0.0.
        enabled: bool = "enabled" since "3.0.0",
        /// Only the one with this id. Since 3.0.0.
        id: PluginId = "id" since "3.0.0",
        /// Only those with this name. Since 3.0.0.
        name: String = "name" since "3.0.0",
        /// Only those with this title. Since 3.0.0.
        title: String = "title" since "3.0.0",
        /// Only plugins of this version. Since 3.0.0.
        version: String = "version" since "3.0.0",
    }
}

endpoint! {
    /// Lists what the installed plugins can do in the steps of a workflow, and the settings that each step takes.
    SearchPluginMethods = GET "/plugins/methods" -> Json<Vec<PluginMethodResponseDto>>;
    PluginsApi.search_plugin_methods, "searchPluginMethods" [permission "plugin.read"] [since "3.0.0"];
    optional {
        /// Only those with this description.
        description: String = "description",
        /// Only those that are turned on (`true`) or off (`false`).
        enabled: bool = "enabled",
        /// Only the one with this id.
        id: Uuid = "id",
        /// Only those with this name.
        name: String = "name",
        /// Only methods of the plugin with this name.
        plugin_name: String = "pluginName",
        /// Only methods of this version of the plugin.
        plugin_version: String = "pluginVersion",
        /// Only those with this title.
        title: String = "title",
        /// Only those for this event.
        trigger: WorkflowTrigger = "trigger",
        /// Only those of this kind.
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
        /// The description, as free text.
        description: String,
        /// The id.
        id: String,
        /// The name of the method.
        method_name: String,
        /// The id of the plugin.
        plugin_id: String,
        /// The JSON schema of the configuration.
        schema: Option<Value>,
        /// The kinds of events it can be used with.
        supported_contexts: Vec<PluginContextType>,
        /// The title.
        title: String,
    }
}

string_enum! {
    /// The object that a plugin of servers 2.x works on: an asset, an album or a person.
    enum PluginContextType {
        Asset = "asset",
        Album = "album",
        Person = "person",
    }
}

response! {
    /// A condition that a plugin can check in a workflow, on servers 2.x.
    struct PluginFilterResponseDto {
        /// The description, as free text.
        description: String,
        /// The id.
        id: String,
        /// The name of the method.
        method_name: String,
        /// The id of the plugin.
        plugin_id: String,
        /// The JSON schema of the configuration.
        schema: Option<Value>,
        /// The kinds of events it can be used with.
        supported_contexts: Vec<PluginContextType>,
        /// The title.
        title: String,
    }
}

response! {
    /// Something that a plugin offers as a step of a workflow.
    struct PluginMethodResponseDto {
        /// The description, as free text.
        description: String,
        /// Whether the method may call functions of the server.
        host_functions: bool,
        /// The reference for `method` of a step: name of the plugin, `#`, and name of the method.
        key: String,
        /// The name.
        name: String,
        /// The JSON schema of the configuration.
        schema: Option<Value>,
        /// The title.
        title: String,
        /// The kinds.
        types: Vec<WorkflowType>,
        /// Hints for how to show it.
        ui_hints: Vec<String>,
    }
}

response! {
    /// An installed plugin and what it offers to workflows.
    struct PluginResponseDto {
        /// The actions. Up to 2.7.5.
        actions: Option<Vec<PluginActionResponseDto>>,
        /// The author.
        author: String,
        /// When it was created on the server.
        created_at: String,
        /// The description, as free text.
        description: String,
        /// The filters. Up to 2.7.5.
        filters: Option<Vec<PluginFilterResponseDto>>,
        /// The id of the plugin.
        id: PluginId,
        /// The methods. Since 3.0.0.
        methods: Option<Vec<PluginMethodResponseDto>>,
        /// The name.
        name: String,
        /// The title.
        title: String,
        /// When it was last changed on the server.
        updated_at: String,
        /// The version.
        version: String,
    }
}

response! {
    /// A ready-made workflow that a plugin offers as a beginning.
    struct PluginTemplateResponseDto {
        /// The description, as free text.
        description: String,
        /// The key.
        key: String,
        /// The steps, in the order in which they run.
        steps: Vec<PluginTemplateStepResponseDto>,
        /// The title.
        title: String,
        /// The event that starts it.
        trigger: WorkflowTrigger,
        /// Hints for how to show it.
        ui_hints: Vec<String>,
    }
}

response! {
    /// One step of a ready-made workflow.
    struct PluginTemplateStepResponseDto {
        /// The configuration of the step.
        config: Option<Value>,
        /// Whether it is turned on.
        enabled: Option<bool>,
        /// The method, as plugin and name.
        method: String,
    }
}

response! {
    /// An event that can start a workflow on servers 2.x, and what it is about.
    struct PluginTriggerResponseDto {
        /// The kind of thing the event is about.
        context_type: PluginContextType,
        /// The kind.
        type_: PluginTriggerType,
    }
}
