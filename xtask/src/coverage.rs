//! `cargo xtask coverage FILE`: what of a description the generated code has.

use std::path::Path;

use crate::description::{Description, Type};
use crate::names::pascal;
use crate::patches::Patches;
use crate::{Result, generate};

pub fn run(file: &Path) -> Result<()> {
    let patches = Patches::read()?;
    let description = Description::read(file, &patches)?;
    let generated: String = generate::present()?.into_values().collect();
    // Each declaration stands at the beginning of its own line.
    let declared = |start: String| generated.lines().any(|line| line.trim_start().starts_with(&start));
    let missing_operations = description.operations.iter().filter(|operation| {
        let path = operation.path.as_str();
        !declared(format!("{} = {} \"{path}\"", pascal(&operation.id), operation.method))
    });
    let missing_operations: Vec<_> = missing_operations.map(|operation| operation.id.clone()).collect();
    let types = description.types.iter().map(|(name, definition)| (patches.type_name(name).to_owned(), definition));
    let missing_types = types.filter(|(name, definition)| match definition {
        Type::Struct(_) => !declared(format!("struct {name} ")),
        Type::Enum(_) => !declared(format!("enum {name} ")),
        Type::Other(_) => !patches.hand_written.contains_key(name),
    });
    let missing_types: Vec<_> = missing_types.map(|(name, _)| name).collect();
    println!("Immich {}", description.version);
    let mut complete = true;
    for (what, all, missing) in [
        ("operations", description.operations.len(), &missing_operations),
        ("types", description.types.len(), &missing_types),
    ] {
        let generated = all - missing.len();
        println!("{what}: {generated}/{all} ({all} described, {generated} generated, {} missing)", missing.len());
        missing.iter().for_each(|name| println!("  missing: {name}"));
        complete &= missing.is_empty();
    }
    if complete { Ok(()) } else { Err("the generated code lacks some of the description".into()) }
}
