//! `cargo xtask check`: the promises about the generated code and about core, proved.

use std::collections::BTreeSet;
use std::process::Command;

use crate::docs::Docs;
use crate::patches::Patches;
use crate::{Result, cargo, generate, merge};

const MAX_LINES: usize = 15_000;
const MAX_CRATES: usize = 25;
const FORBIDDEN: [&str; 4] = ["tokio", "hyper", "reqwest", "tower"];
const WASM: &str = "wasm32-unknown-unknown";

pub fn run() -> Result<()> {
    let mut faults = Vec::new();
    faults.extend(docs()?);
    faults.extend(generated()?);
    faults.extend(tree()?);
    faults.extend(wasm()?);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

fn docs() -> Result<Vec<String>> {
    let api = merge::read(&Patches::read()?)?;
    let faults = Docs::read()?.faults(&api);
    println!("docs: {} operations, {} types, {} faults", api.operations.len(), api.types.len(), faults.len());
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
    let arguments = ["tree", "--package", "immich-core", "--edges", "normal", "--all-features", "--prefix", "none"];
    let output = cargo().args(arguments).args(["--format", "{p}"]).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let crates: BTreeSet<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    println!("crates in the tree of core: {} (at most {MAX_CRATES})", crates.len());
    let mut faults: Vec<_> = FORBIDDEN
        .iter()
        .filter(|name| crates.contains(**name))
        .map(|name| format!("immich-core depends on {name}"))
        .collect();
    if crates.len() > MAX_CRATES {
        faults.push(format!("the tree of immich-core has {} crates: {crates:?}", crates.len()));
    }
    Ok(faults)
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
