//! `cargo xtask check`: the promises about the generated code and about core, proved.

use std::collections::BTreeSet;
use std::process::Command;

use crate::docs::{Coverage, Docs};
use crate::merge::{Api, Described};
use crate::patches::{self, Patches};
use crate::{Result, cargo, constructors, generate, merge, prose, root, versions};

const MAX_LINES: usize = 15_000;
const MAX_CRATES: usize = 25;
const FORBIDDEN: [&str; 4] = ["tokio", "hyper", "reqwest", "tower"];
const WASM: &str = "wasm32-unknown-unknown";

pub fn run() -> Result<()> {
    let mut faults = Vec::new();
    let patches = Patches::read()?;
    let described = merge::described(&patches)?;
    faults.extend(permissions(&described, &patches)?);
    let api = merge::merge(described, &patches)?;
    faults.extend(docs(&api)?);
    faults.extend(constructors::check(&api, &patches)?);
    faults.extend(prose::check()?);
    faults.extend(generated()?);
    faults.extend(tree()?);
    faults.extend(wasm()?);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

fn docs(api: &Api) -> Result<Vec<String>> {
    let Coverage { fields, parameters, mut faults } = Docs::read()?.coverage(api);
    println!(
        "docs: {} of {} fields, {} of {} parameters, and their setters",
        fields.documented, fields.all, parameters.documented, parameters.all
    );
    let versions = std::fs::read_to_string(root().join("docs/versions.md"))?;
    let unlisted = versions::releases()?.into_iter().filter(|release| !versions.contains(&release.file));
    faults.extend(unlisted.map(|release| format!("docs/versions.md does not list {}", release.file)));
    println!("docs: {} operations, {} types, {} faults", api.operations.len(), api.types.len(), faults.len());
    Ok(faults)
}

/// The permissions that real servers named are those of the description of their version.
fn permissions(described: &Described, patches: &Patches) -> Result<Vec<String>> {
    let (mut faults, mut compared) = (Vec::new(), 0);
    for (_, description) in described {
        let Some(measured) = patches::measured(&description.version)? else { continue };
        for operation in &description.operations {
            let Some(described) = &operation.permission else { continue };
            let id = &operation.id;
            let named = measured.iter().find(|(name, _)| patches.operation_name(name) == id);
            compared += 1;
            if let Some((_, named)) = named.filter(|(_, named)| *named != described) {
                let version = &description.version;
                faults
                    .push(format!("{id} needs {described} by the description of {version}, and {named} on the server"));
            }
        }
    }
    println!("permissions: {compared} compared, {} faults", faults.len());
    Ok(faults)
}

fn generated() -> Result<Vec<String>> {
    let (wanted, present) = (generate::files()?, generate::present()?);
    let names: BTreeSet<&String> = wanted.keys().chain(present.keys()).collect();
    let changed = names.into_iter().filter(|name| wanted.get(*name) != present.get(*name));
    let mut faults: Vec<_> =
        changed.map(|name| format!("api/{name} is not what `cargo xtask generate` writes")).collect();
    let lines: usize = present.values().map(|text| text.lines().count()).sum();
    println!("generated: {} files, {lines} lines (at most {MAX_LINES}), {} changed", present.len(), faults.len());
    if lines > MAX_LINES {
        faults.push(format!("{lines} generated lines are more than {MAX_LINES}"));
    }
    Ok(faults)
}

fn tree() -> Result<Vec<String>> {
    let count = crates(&[])?.len();
    println!("crates in the tree of core: {count} (at most {MAX_CRATES})");
    // What no feature may bring in.
    let all = crates(&["--all-features"])?;
    let forbidden = FORBIDDEN.iter().filter(|name| all.contains(**name));
    let mut faults: Vec<_> = forbidden.map(|name| format!("immich-core depends on {name}")).collect();
    if count > MAX_CRATES {
        faults.push(format!("the tree of immich-core has {count} crates"));
    }
    Ok(faults)
}

/// The crates that core is built of with these features, itself included.
fn crates(features: &[&str]) -> Result<BTreeSet<String>> {
    let arguments = ["tree", "--package", "immich-core", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    let output = cargo().args(arguments).args(features).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

fn wasm() -> Result<Vec<String>> {
    let libraries = Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]).output()?;
    let folder = String::from_utf8_lossy(&libraries.stdout).trim().to_owned();
    if !std::path::Path::new(&folder).exists() {
        println!("wasm: not checked, the target {WASM} is not installed");
        return Ok(Vec::new());
    }
    let status = cargo().args(["check", "--quiet", "--package", "immich-core", "--target", WASM]).status()?;
    println!("wasm: {}", if status.success() { "core compiles" } else { "core does not compile" });
    Ok(if status.success() { Vec::new() } else { vec![format!("immich-core does not compile for {WASM}")] })
}
