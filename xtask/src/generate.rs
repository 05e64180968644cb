//! `cargo xtask generate`: writes `immich-core/src/api`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::docs::Docs;
use crate::patches::Patches;
use crate::{Result, merge, root, write};

/// Where the generated files are.
pub fn folder() -> PathBuf {
    root().join("immich-core/src/api")
}

/// The files as they should be, by name.
pub fn files() -> Result<BTreeMap<String, String>> {
    let patches = Patches::read()?;
    write::files(&merge::read(&patches)?, &patches, &Docs::read()?)
}

/// The files as they are, by name.
pub fn present() -> Result<BTreeMap<String, String>> {
    let mut present = BTreeMap::new();
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        present.insert(name, fs::read_to_string(path)?);
    }
    Ok(present)
}

pub fn run() -> Result<()> {
    let files = files()?;
    fs::create_dir_all(folder())?;
    let wanted: BTreeSet<&String> = files.keys().collect();
    for old in present()?.keys().filter(|name| !wanted.contains(name)) {
        fs::remove_file(folder().join(old))?;
    }
    for (name, text) in &files {
        fs::write(folder().join(name), text)?;
    }
    println!("{} files, {} lines", files.len(), files.values().map(|text| text.lines().count()).sum::<usize>());
    Ok(())
}
