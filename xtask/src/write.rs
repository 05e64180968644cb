//! Writes the merged API as Rust: one file for each tag, its endpoints first and then its types.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::Result;
use crate::constructors::kind_of;
use crate::description::{Answer, Body, Field, Parameter, Place, Range, Shape, Type};
use crate::docs::Docs;
use crate::merge::{Api, Merged};
use crate::names::{camel, pascal, snake, variant};
use crate::patches::Patches;

/// The width beyond which an item stands on several lines.
const WIDTH: usize = 118;

/// The files of `immich-core/src/api`, by name.
pub fn files(api: &Api, patches: &Patches, docs: &Docs) -> Result<BTreeMap<String, String>> {
    let writer = Writer { api, patches, docs };
    let homes = writer.homes();
    let mut files = BTreeMap::new();
    let tags: BTreeSet<&str> = api.operations.iter().map(|merged| merged.operation.tag.as_str()).collect();
    for tag in &tags {
        let types: Vec<&str> = homes.iter().filter(|(_, home)| *home == tag).map(|(name, _)| *name).collect();
        files.insert(format!("{}.rs", handle(tag)), writer.tag_file(tag, &types)?);
    }
    let shared: Vec<&str> = homes.iter().filter(|(_, home)| home.is_empty()).map(|(name, _)| *name).collect();
    files.insert("shared.rs".into(), writer.shared_file(&shared)?);
    files.insert("mod.rs".into(), writer.index(&tags));
    Ok(files)
}

/// The method of the client that gives the group, and its file.
fn handle(tag: &str) -> String {
    match tag {
        "Authentication" => "auth".into(),
        "Authentication (admin)" => "auth_admin".into(),
        "Database Backups (admin)" => "backups".into(),
        _ => snake(&tag.to_lowercase().replace(' ', "-").replace(['(', ')'], "")),
    }
}

fn group(tag: &str) -> String {
    format!("{}Api", pascal(&handle(tag)))
}

/// How the required fields of a type that is sent are given.
#[derive(Clone, Copy, PartialEq)]
enum Arguments {
    /// As arguments of `new`, at most [`MOST_ARGUMENTS`]: none of them can be given for another.
    Distinct,
    /// By name.
    Mistakable,
}

const MOST_ARGUMENTS: usize = 3;

fn arguments(name: &str, fields: &BTreeMap<String, Field>, writer: &Writer<'_>) -> Arguments {
    let required = fields.iter().filter(|(_, field)| field.required);
    let kind = |rust: String| kind_of(&rust, writer.api).to_owned();
    let kinds: Vec<String> = required.map(|(field, of)| kind(writer.rust_type(name, field, &of.shape))).collect();
    let distinct: BTreeSet<&String> = kinds.iter().collect();
    let is_distinct =
        distinct.len() == kinds.len() && kinds.len() <= MOST_ARGUMENTS || writer.patches.ordered.contains(name);
    if is_distinct { Arguments::Distinct } else { Arguments::Mistakable }
}

/// Stands for a sentence that is missing.
const MISSING: &str = "Not documented yet.";

/// The sentences of `openapi/docs.toml`. `cargo xtask check` finds those that are missing.
fn sentence<'d>(sentences: &'d BTreeMap<String, String>, name: &str) -> &'d str {
    sentences.get(name).map_or(MISSING, String::as_str)
}

struct Writer<'a> {
    api: &'a Api,
    patches: &'a Patches,
    docs: &'a Docs,
}

impl Writer<'_> {
    /// For each type the only tag whose operations reach it, or nothing if there are several.
    fn homes(&self) -> BTreeMap<&str, &str> {
        let mut homes: BTreeMap<&str, &str> = BTreeMap::new();
        for merged in &self.api.operations {
            let operation = &merged.operation;
            let mut reached = BTreeSet::new();
            for shape in shapes(merged) {
                self.reach(shape, &mut reached);
            }
            for name in reached {
                let home = homes.entry(name).or_insert(&operation.tag);
                if *home != operation.tag {
                    *home = "";
                }
            }
        }
        for name in self.api.types.keys() {
            homes.entry(name).or_insert(if name.starts_with("Sync") { "Sync" } else { "" });
        }
        homes
    }

    fn reach<'b>(&'b self, shape: &'b Shape, reached: &mut BTreeSet<&'b str>) {
        let Some(name) = shape.name() else { return };
        if reached.insert(name)
            && let Some(Type::Struct(fields)) = self.api.types.get(name)
        {
            fields.values().for_each(|field| self.reach(&field.shape, reached));
        }
    }

    fn tag_file(&self, tag: &str, types: &[&str]) -> Result<String> {
        let sentence = sentence(&self.docs.groups, tag);
        let mut file = format!("//! {sentence}\n\nuse crate::prelude::*;\n\n");
        let (group, handle) = (group(tag), handle(tag));
        let _ = writeln!(file, "group! {{\n    /// {sentence}\n    {group}: {handle}\n}}");
        for merged in self.api.operations.iter().filter(|merged| merged.operation.tag == tag) {
            file.push('\n');
            file.push_str(&self.endpoint(merged)?);
        }
        for name in types {
            file.push_str(&self.r#type(name)?);
        }
        if tag == "Sync" {
            file.push_str(&self.sync_data()?);
        }
        Ok(file)
    }

    /// The content of each line of the sync stream.
    fn sync_data(&self) -> Result<String> {
        let Some(Type::Enum(lines)) = self.api.types.get("SyncEntityType") else {
            return Err("the lines of the sync stream are not described".into());
        };
        if let Some(stray) = self.patches.sync_lines().find(|line| !lines.contains(line)) {
            return Err(format!("patches.toml: the sync stream has no line {stray}").into());
        }
        let mut out = "\nsync_data! {\n".to_owned();
        for line in lines {
            match self.patches.sync_data(line).as_str() {
                "nothing" => _ = writeln!(out, "    {line},"),
                "control" => {}
                name if self.api.types.contains_key(name) => _ = writeln!(out, "    {line}({name}),"),
                name => return Err(format!("the sync line {line}: no type {name}; see patches.toml").into()),
            }
        }
        out.push_str("}\n\n/// The types that the stream can be asked for, with the first version of the server that has each.\n");
        out.push_str("pub(crate) const SYNC_REQUESTS: &[(&str, ServerVersion)] = &[\n");
        for (name, first) in &self.api.sync_requests {
            _ = writeln!(out, "    (\"{name}\", ServerVersion::literal(\"{first}\")),");
        }
        out.push_str("];\n");
        Ok(out)
    }

    fn shared_file(&self, types: &[&str]) -> Result<String> {
        let mut file = "//! Types that operations of several groups use.\n\nuse crate::prelude::*;\n".to_owned();
        for name in types {
            file.push_str(&self.r#type(name)?);
        }
        Ok(file)
    }

    fn index(&self, tags: &BTreeSet<&str>) -> String {
        let mut file = format!(
            "//! Every operation and type of Immich {} to {}, named as Immich names them.\n//!\n",
            self.api.oldest, self.api.newest
        );
        for tag in tags {
            let _ = writeln!(file, "//! * [`{}`]: {}", group(tag), sentence(&self.docs.groups, tag));
        }
        file.push_str("//!\n//! Written by `cargo xtask generate` from `openapi/`; change it there.\n\n");
        file.push_str("#![allow(deprecated, clippy::new_without_default, clippy::too_many_arguments)]\n\n");
        let mut modules: Vec<String> = tags.iter().map(|tag| handle(tag)).collect();
        modules.push("shared".into());
        modules.sort();
        for module in &modules {
            let _ = writeln!(file, "pub mod {module};");
        }
        file.push('\n');
        for module in &modules {
            let _ = writeln!(file, "pub use {module}::*;");
        }
        file.push_str("\nuse crate::prelude::*;\n");
        for (name, which, version) in
            [("OLDEST_VERSION", "oldest", &self.api.oldest), ("NEWEST_VERSION", "newest", &self.api.newest)]
        {
            let _ = write!(file, "\n/// The {which} version of Immich that is described here.\n");
            let _ = writeln!(file, "pub const {name}: ServerVersion = ServerVersion::literal(\"{version}\");");
        }
        file.push_str(
            "\ngroup! {\n    /// The deprecated operations of all groups.\n    DeprecatedApi: deprecated\n}\n",
        );
        let mut names: Vec<String> = self.api.operations.iter().map(|merged| pascal(&merged.operation.id)).collect();
        names.sort();
        file.push_str("\nindex! {\n");
        let mut line = String::from("   ");
        for name in names {
            if line.len() + name.len() + 2 > WIDTH {
                let _ = writeln!(file, "{line}");
                line = "   ".into();
            }
            let _ = write!(line, " {name},");
        }
        let _ = writeln!(file, "{line}\n}}");
        file
    }

    fn endpoint(&self, merged: &Merged) -> Result<String> {
        let operation = &merged.operation;
        let id = &operation.id;
        let name = pascal(id);
        let mut out = format!("endpoint! {{\n    /// {}\n", sentence(&self.docs.operations, id));
        if operation.deprecated {
            out.push_str(&self.deprecation(id));
        }
        let answer = self.answer(&operation.answer);
        let _ = writeln!(out, "    {name} = {} \"{}\" -> {answer};", operation.method, operation.path);
        let _ = write!(out, "    {}.{}, \"{id}\"", group(&operation.tag), snake(id));
        if let Some(permission) = self.api.permissions.get(id) {
            let _ = write!(out, " [permission \"{permission}\"]");
        }
        for (word, version) in [("since", &merged.since), ("until", &merged.until)] {
            if let Some(version) = version {
                let _ = write!(out, " [{word} \"{version}\"]");
            }
        }
        if operation.deprecated {
            out.push_str(" [also DeprecatedApi]");
        }
        let mut flags = Vec::new();
        if !operation.authenticated {
            flags.push("authenticated: false".to_owned());
        }
        if self.patches.idempotent.contains(id) {
            flags.push("idempotent: true".to_owned());
        }
        if let Some(header) = self.patches.idempotent_with.get(id) {
            flags.push(format!("idempotent_with: \"{header}\""));
        }
        if self.is_sensitive(merged) {
            flags.push("sensitive: true".to_owned());
        }
        if !flags.is_empty() {
            let _ = write!(out, " {{{}}}", flags.join(", "));
        }
        out.push_str(";\n");
        self.parameters(merged, &mut out)?;
        self.body(merged, &mut out)?;
        out.push_str("}\n");
        Ok(out)
    }

    /// A warning of the compiler where every version has another way, and a sentence otherwise.
    fn deprecation(&self, id: &str) -> String {
        let Some(other) = self.patches.replacements.get(id) else {
            return "    ///\n    /// Immich marks it as deprecated, and no version has another way.\n".into();
        };
        let name = pascal(other);
        let since = self.api.operations.iter().find(|merged| merged.operation.id == *other);
        match since.and_then(|merged| merged.since.as_ref()) {
            None => format!("    #[deprecated = \"use `{name}`\"]\n"),
            Some(since) => {
                format!("    ///\n    /// Immich marks it as deprecated: servers have [`{name}`] since {since}.\n")
            }
        }
    }

    fn parameters(&self, merged: &Merged, out: &mut String) -> Result<()> {
        let operation = &merged.operation;
        let named = |name: &str| operation.parameters.iter().find(|parameter| parameter.name == name);
        let placeholders = operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let path = placeholders.map(|name| {
            let parameter = named(name).ok_or_else(|| format!("{}: {{{name}}} is not described", operation.id))?;
            Ok(format!("{}: {}", snake(name), self.parameter_type(merged, parameter)))
        });
        clause(out, "path", &path.collect::<Result<Vec<_>>>()?);
        let of = |place: Place, required: bool| {
            let wanted = move |parameter: &&Parameter| parameter.place == place && parameter.field.required == required;
            let line = |parameter: &Parameter| {
                let rust = self.parameter_type(merged, parameter);
                let by = self.by_version(&operation.id, &parameter.name);
                let about = self.parameter_doc(&operation.id, &parameter.name, &parameter.field);
                let Range { since, until } = &parameter.field.range;
                let version = |word: &str, version: &Option<String>| {
                    let version = version.as_ref().filter(|_| by.is_empty() && place == Place::Query && !required);
                    version.map(|version| format!(" {word} \"{version}\"")).unwrap_or_default()
                };
                let range = version("since", since) + &version("until", until);
                format!("{about}{}: {rust} = \"{}\"{by}{range}", snake(&parameter.name), parameter.name)
            };
            operation.parameters.iter().filter(wanted).map(line).collect::<Vec<_>>()
        };
        clause(out, "query", &of(Place::Query, true));
        clause(out, "optional", &of(Place::Query, false));
        clause(out, "headers", &of(Place::Header, false));
        if !of(Place::Header, true).is_empty() {
            return Err(format!("{}: a required header", operation.id).into());
        }
        Ok(())
    }

    /// The documentation of a parameter, as a line before it.
    fn parameter_doc(&self, operation: &str, name: &str, field: &Field) -> String {
        let sentence = self.docs.parameter(operation, name).unwrap_or(MISSING);
        format!("/// {sentence}{}\n        ", field.range.sentence())
    }

    /// How the function is called that makes a parameter for the version of the server.
    fn by_version(&self, operation: &str, name: &str) -> String {
        let function = self.patches.by_version.get(&format!("{operation}.{name}"));
        let clause = |function: &String| match function.strip_prefix("self.") {
            Some(function) => format!(" of {function}"),
            None => format!(" by {function}"),
        };
        function.map(clause).unwrap_or_default()
    }

    fn body(&self, merged: &Merged, out: &mut String) -> Result<()> {
        let id = &merged.operation.id;
        let part = |(name, field): (&String, &Field)| {
            let by = self.by_version(id, name);
            let about = self.parameter_doc(id, name, field);
            format!("{about}{}: {} = \"{name}\"{by}", snake(name), self.rust_type(id, name, &field.shape))
        };
        match &merged.operation.body {
            Body::None => {}
            Body::Json(shape) => {
                let word = if merged.body_optional { "optional_body" } else { "body" };
                let by = self.by_version(id, "body").replace("by", "=");
                let _ = writeln!(out, "    {word} {{ {}{by} }}", self.rust_type(id, "body", shape));
            }
            Body::Urlencoded(form) => {
                let parts: Vec<String> = form.iter().map(part).collect();
                clause(out, "form", &parts);
            }
            Body::Multipart(form) => {
                // A form has required parts, then the others. What holds bytes comes first: it is what matters.
                let (mut required, mut optional): (Vec<_>, Vec<_>) = form.iter().partition(|(_, field)| field.required);
                if required.is_empty() {
                    std::mem::swap(&mut required, &mut optional);
                }
                let required: Vec<_> = required.into_iter().map(part).collect();
                let optional: Vec<_> = optional.into_iter().map(part).collect();
                let _ = writeln!(out, "    multipart {{\n        {};", required.join(",\n        "));
                optional.iter().for_each(|line| *out += &format!("        {line},\n"));
                out.push_str("    }\n");
            }
        }
        Ok(())
    }

    fn answer(&self, answer: &Answer) -> String {
        match answer {
            Answer::Empty => "Empty".into(),
            Answer::Text => "Text".into(),
            Answer::Binary => "Binary".into(),
            Answer::Json(shape) => format!("Json<{}>", self.rust_type("", "", shape)),
        }
    }

    fn r#type(&self, name: &str) -> Result<String> {
        let (sent, received) = (self.api.sent.contains(name), self.api.received.contains(name));
        let mut out = String::new();
        match &self.api.types[name] {
            Type::Other(_) => {}
            Type::Enum(values) => {
                let _ = writeln!(
                    out,
                    "\nstring_enum! {{\n    /// {}\n    enum {name} {{",
                    sentence(&self.docs.types, name)
                );
                let mut seen = BTreeSet::new();
                for value in values {
                    let variant = variant(value);
                    if !seen.insert(variant.clone()) {
                        return Err(format!("{name}: two values are called {variant}").into());
                    }
                    let range = self.api.values.get(&(name.to_owned(), value.clone())).map(Range::sentence);
                    let range =
                        range.filter(|range| !range.is_empty()).map(|range| format!(" ({:?})", format!(".{range}")));
                    let _ = writeln!(out, "        {variant} = \"{value}\"{},", range.unwrap_or_default());
                }
                out.push_str("    }\n}\n");
            }
            Type::Struct(fields) if sent => {
                let arguments = arguments(name, fields, self);
                if received && arguments == Arguments::Mistakable {
                    // It is made of what was read. Its fields are written as those of a response are.
                    let open = if self.patches.literals.contains(name) { "" } else { "    #[non_exhaustive]\n" };
                    let about = sentence(&self.docs.types, name);
                    let _ = writeln!(out, "\nreturned! {{\n    /// {about}\n{open}    struct {name} {{");
                    for (field_name, field) in fields {
                        out.push_str(&self.field(name, field_name, field, "returned"));
                    }
                    out.push_str("    }\n}\n");
                    return Ok(out);
                }
                let form = if received { "exchanged" } else { "request" };
                let _ =
                    writeln!(out, "\n{form}! {{\n    /// {}\n    struct {name} {{", sentence(&self.docs.types, name));
                for section in ["named", "required", "required_lists", "optional", "optional_lists", "patch"] {
                    let lines: String = fields
                        .iter()
                        .filter(|(_, field)| self.section(field, arguments) == section)
                        .map(|(field_name, field)| self.field(name, field_name, field, section))
                        .collect();
                    if !lines.is_empty() {
                        let _ = writeln!(out, "        {section} {{\n{lines}        }}");
                    }
                }
                out.push_str("    }\n}\n");
            }
            Type::Struct(fields) => {
                let _ =
                    writeln!(out, "\nresponse! {{\n    /// {}\n    struct {name} {{", sentence(&self.docs.types, name));
                for (field_name, field) in fields {
                    out.push_str(&self.field(name, field_name, field, "response"));
                }
                out.push_str("    }\n}\n");
            }
        }
        Ok(out)
    }

    /// Where a field of a type that is sent stands.
    fn section(&self, field: &Field, arguments: Arguments) -> &'static str {
        let list = matches!(field.shape, Shape::List(_));
        match (field.required, field.nullable) {
            (true, _) if arguments == Arguments::Mistakable => "named",
            (true, false) if list => "required_lists",
            (true, _) => "required",
            (false, true) => "patch",
            (false, false) if list => "optional_lists",
            (false, false) => "optional",
        }
    }

    fn field(&self, owner: &str, name: &str, field: &Field, section: &str) -> String {
        let is_flat = section == "response" || section == "returned";
        let indent = if is_flat { "        " } else { "            " };
        let mut out = String::new();
        let mut rust = self.rust_type(owner, name, &field.shape);
        let of_what =
            rust.strip_suffix("Id").filter(|_| name == "id" && !self.docs.fields.contains_key(&format!("{owner}.id")));
        let about = match of_what {
            Some(what) => format!("The id of the {}.", snake(what).replace('_', " ")),
            None => self.docs.field(owner, name).unwrap_or(MISSING).to_owned(),
        };
        let _ = writeln!(out, "{indent}/// {about}{}", field.range.sentence());
        let rust_name = snake(name);
        let mut attributes = Vec::new();
        if camel(&rust_name) != name {
            attributes.push(format!("rename = \"{name}\""));
        }
        if rust == "Timestamp" && section != "response" {
            attributes.push("serialize_with = \"instant\"".into());
        }
        let is_instant = rust == "Timestamp" && is_flat;
        if section.ends_with("_lists") {
            // The macro makes the list of the item.
            rust = rust.trim_start_matches("Vec<").strip_suffix('>').unwrap_or(&rust).to_owned();
        }
        let optional = match section {
            "response" => field.nullable || !field.required,
            "returned" if field.required => field.nullable,
            "returned" => {
                if field.nullable {
                    attributes.push("default, skip_serializing_if = \"Patch::is_keep\"".into());
                    rust = format!("Patch<{rust}>");
                } else {
                    attributes.push("skip_serializing_if = \"Option::is_none\"".into());
                }
                !field.nullable
            }
            "required" => field.nullable,
            _ => false,
        };
        if optional {
            rust = format!("Option<{rust}>");
        }
        // A field that is read by a function is not optional by itself.
        if is_instant && !rust.starts_with("Patch") {
            attributes.push(
                if optional {
                    "default, deserialize_with = \"read_instant\""
                } else {
                    "deserialize_with = \"read_instant\""
                }
                .into(),
            );
        }
        let attributes =
            if attributes.is_empty() { String::new() } else { format!("#[serde({})] ", attributes.join(", ")) };
        let _ = writeln!(out, "{indent}{attributes}{rust_name}: {rust},");
        out
    }

    fn parameter_type(&self, merged: &Merged, parameter: &Parameter) -> String {
        let (operation, name) = (&merged.operation, parameter.name.as_str());
        if let (Place::Query, Shape::Text) = (parameter.place, &parameter.field.shape)
            && self.patches.secret_fields.contains(&format!("query.{name}"))
        {
            return "Secret".into();
        }
        let folder = operation.path.split_once(&format!("{{{name}}}")).map(|(folder, _)| folder);
        let ids = &self.patches.ids;
        if let (Shape::Uuid, "id", Some(folder)) = (&parameter.field.shape, name, folder)
            && !ids.contains_key(&format!("{}.{name}", operation.id))
            && let Some(id) = ids.get(folder)
        {
            return id.clone();
        }
        self.rust_type(&operation.id, name, &parameter.field.shape)
    }

    /// The Rust type of a shape that stands in the field `name` of `owner`.
    fn rust_type(&self, owner: &str, name: &str, shape: &Shape) -> String {
        let place = format!("{owner}.{name}");
        if let Some(rust) = self.patches.fields.get(&place) {
            return rust.clone();
        }
        match shape {
            Shape::Text if self.patches.secrets.contains(name) || self.patches.secret_fields.contains(&place) => {
                "Secret".into()
            }
            Shape::Text => "String".into(),
            Shape::Uuid => {
                let ids = &self.patches.ids;
                ids.get(&place).or_else(|| ids.get(name)).map_or("Uuid", String::as_str).to_owned()
            }
            Shape::Instant => "Timestamp".into(),
            Shape::Date => "Date".into(),
            Shape::Integer => "i64".into(),
            Shape::Number => "f64".into(),
            Shape::Boolean => "bool".into(),
            Shape::Binary => "FilePart".into(),
            Shape::Json => "Value".into(),
            Shape::List(item) => format!("Vec<{}>", self.rust_type(owner, name, item)),
            Shape::Nullable(item) => format!("Option<{}>", self.rust_type(owner, name, item)),
            Shape::Named(name) => self.patches.hand_written.get(name).unwrap_or(name).clone(),
        }
    }

    /// Whether a request or its response holds a secret. Shared-link keys and slugs are everywhere, and do not count.
    fn is_sensitive(&self, merged: &Merged) -> bool {
        let operation = &merged.operation;
        if self.patches.sensitive.contains(&operation.id) {
            return true;
        }
        let mut reached = BTreeSet::new();
        let direct =
            operation.parameters.iter().any(|parameter| matches!(parameter.name.as_str(), "password" | "token"));
        if let Body::Urlencoded(form) = &operation.body
            && form.keys().any(|name| self.patches.secrets.contains(name))
        {
            return true;
        }
        shapes(merged).into_iter().for_each(|shape| self.reach(shape, &mut reached));
        let holds = |name: &&str| match self.api.types.get(*name) {
            Some(Type::Struct(fields)) => fields.iter().any(|(field, definition)| {
                self.rust_type(name, field, &definition.shape) == "Secret" && !matches!(field.as_str(), "slug" | "key")
            }),
            _ => false,
        };
        direct || reached.iter().any(holds)
    }
}

/// Every shape that stands directly in an operation.
fn shapes(merged: &Merged) -> Vec<&Shape> {
    let operation = &merged.operation;
    let mut shapes: Vec<&Shape> = operation.parameters.iter().map(|parameter| &parameter.field.shape).collect();
    match &operation.body {
        Body::Json(shape) => shapes.push(shape),
        Body::Multipart(form) | Body::Urlencoded(form) => shapes.extend(form.values().map(|field| &field.shape)),
        Body::None => {}
    }
    if let Answer::Json(shape) = &operation.answer {
        shapes.push(shape);
    }
    shapes
}

/// A clause in braces, on one line where it fits.
fn clause(out: &mut String, word: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let line = format!("    {word} {{ {} }}", lines.join(", "));
    if line.len() <= WIDTH && !line.contains('\n') {
        let _ = writeln!(out, "{line}");
        return;
    }
    let _ = writeln!(out, "    {word} {{");
    lines.iter().for_each(|line| *out += &format!("        {line},\n"));
    out.push_str("    }\n");
}
