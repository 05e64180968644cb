//! `cargo xtask import FILE`: adds the description that Immich publishes with a release.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::changes::Changes;
use crate::description::Description;
use crate::docs::Docs;
use crate::merge::{Api, Described};
use crate::patches::Patches;
use crate::versions::{self, Place, Release};
use crate::{Result, generate, merge, normal};

pub fn run(file: &Path) -> Result<()> {
    let patches = Patches::read()?;
    let imported = read(file).and_then(|json| Import::new(&json, merge::described(&patches)?, &patches));
    let Import { text, releases, release, report, api } =
        imported.map_err(|error| format!("{}: {error}\nNothing was changed.", file.display()))?;
    println!("{report}");
    let Some(release) = release else { return Ok(()) };
    write(&release.path(), &text)?;
    write(&versions::list(), &versions::text(&releases)?)?;
    generate::run()?;
    let faults = Docs::read()?.coverage(&api).faults;
    if !faults.is_empty() {
        println!("\nopenapi/docs.toml ({}):", faults.len());
        faults.iter().for_each(|fault| println!("  {fault}"));
    }
    Ok(())
}

/// The changes of an import.
struct Import {
    /// The description as it is kept.
    text: String,
    releases: Vec<Release>,
    /// The range that it is kept for, or nothing where another description says the same.
    release: Option<Release>,
    report: String,
    /// The API of all descriptions afterwards.
    api: Api,
}

impl Import {
    fn new(json: &Value, old: Described, patches: &Patches) -> Result<Self> {
        let json = normal::normal(json)?;
        let text = normal::text(&json)?;
        let new = Description::from_json(&json, patches)?;
        let version = new.version.clone();
        let mut described = old.clone();
        let releases: Vec<Release> = old.iter().map(|(release, _)| release.clone()).collect();
        let between = |before: &Description| (Changes::between(before, &new, patches), before.version.clone());
        let (release, (mut changes, before)) = match versions::place(&releases, &version)? {
            Place::In(index) => {
                let (release, description) = &old[index];
                let (changes, before) = between(description);
                if before != version && changes.is_none() {
                    let report = format!("Immich {version} has the API of {before}, which is there.");
                    return Ok(Self { text, releases, release: None, report, api: merge::merge(described, patches)? });
                }
                if before != version {
                    let Release { first, last, .. } = release;
                    return Err(format!(
                        "versions.json says that {first} to {last} are one API, but {version} has another than {before}: \
                         split that range by hand.\n{changes}"
                    )
                    .into());
                }
                described[index].1 = new.clone();
                (release.clone(), (changes, before))
            }
            Place::Before(index) => {
                let older = index.checked_sub(1).map(|index| &old[index]);
                let (neighbour, description) = older.or(old.get(index)).ok_or("versions.json lists no description")?;
                let (changes, before) = between(description);
                if older.is_some() && changes.is_none() {
                    let release = Release { last: version.clone(), ..neighbour.clone() };
                    described[index - 1] = (release.clone(), new.clone());
                    (release, (changes, before))
                } else {
                    let file = format!("immich-v{version}.json");
                    let release = Release { first: version.clone(), last: version.clone(), file };
                    described.insert(index, (release.clone(), new.clone()));
                    (release, (changes, before))
                }
            }
        };
        let releases = described.iter().map(|(release, _)| release.clone()).collect();
        let api =
            merge::merge(described, patches).map_err(|error| format!("{error}: openapi/patches.toml must say"))?;
        changes.interface(&merge::merge(old, patches)?, &api);
        let report = format!("Immich {version}, compared with {before}:\n{changes}");
        Ok(Self { text, releases, release: Some(release), report, api })
    }
}

fn read(file: &Path) -> Result<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(file)?)?)
}

/// Writes a file if it is another.
fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text)?;
        println!("{} is written", path.display());
    }
    Ok(())
}
