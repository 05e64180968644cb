//! No generated constructor takes two arguments that can be given for each other.

use std::collections::BTreeSet;

use crate::description::Type;
use crate::merge::Api;
use crate::patches::Patches;
use crate::{Result, generate};

/// Operations whose arguments of one type have an order that everybody knows: a file is made before it is changed, and
/// latitude comes before longitude.
const ORDERED: [&str; 3] = ["ReplaceAsset", "ReverseGeocode", "UploadAsset"];

const SECTIONS: [&str; 6] = ["path", "query", "form", "multipart", "required", "required_lists"];

pub fn check(api: &Api, patches: &Patches) -> Result<Vec<String>> {
    let (mut count, mut faults) = (0, Vec::new());
    for text in generate::present()?.into_values() {
        for item in text.split("\n}\n") {
            let Some(name) = name(item) else { continue };
            count += 1;
            let kinds: Vec<_> =
                arguments(item).into_iter().map(|(is_list, kind)| (is_list, kind_of(kind, api))).collect();
            let distinct: BTreeSet<_> = kinds.iter().collect();
            if distinct.len() < kinds.len() && !ORDERED.contains(&name) && !patches.ordered.contains(name) {
                faults.push(format!("{name}::new takes two arguments that can be given for each other: {kinds:?}"));
            }
        }
    }
    let exceptions = ORDERED.len() + patches.ordered.len();
    println!("constructors: {count} compared, {exceptions} exceptions, {} faults", faults.len());
    Ok(faults)
}

/// The name of an operation or of a type.
fn name(item: &str) -> Option<&str> {
    if item.contains("endpoint! {") {
        let line = item.lines().find(|line| line.contains(" -> ") && !line.contains("///"))?;
        return line.trim().split(' ').next();
    }
    item.lines().find_map(|line| line.trim().strip_prefix("struct ")?.split(' ').next())
}

/// The type that an argument is taken for: a string literal can be a `String`, a `Secret` and any enum.
pub fn kind_of<'k>(kind: &'k str, api: &Api) -> &'k str {
    match kind {
        "String" | "Secret" => "text",
        "i64" | "f64" => "number",
        other if matches!(api.types.get(other), Some(Type::Enum(_))) => "text",
        other => other,
    }
}

/// The argument of `new` for an item: whether it is a list, and the type of it or of its items.
fn arguments(item: &str) -> Vec<(bool, &str)> {
    let mut types = Vec::new();
    for section in SECTIONS {
        let Some((_, rest)) = item.split_once(&format!(" {section} {{")) else { continue };
        let end = rest.find(if section == "multipart" { ';' } else { '}' });
        for field in rest[..end.unwrap_or(rest.len())].split(',') {
            let field = field.rsplit(")] ").next().unwrap_or(field);
            if let Some((_, kind)) = field.split_once(": ") {
                types.push((section == "required_lists", kind.split(" =").next().unwrap_or(kind).trim()));
            }
        }
    }
    types
}
