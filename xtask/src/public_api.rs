//! `cargo xtask public-api`: lists the public interface of each published crate, so that a change of it is seen in review.

use std::fs;

use crate::{Result, cargo, root};

const CRATES: [&str; 7] = [
    "immich-core",
    "immich-hyper",
    "immich-reqwest",
    "immich-tower",
    "immich-ureq",
    "immich-mock",
    "immich-conformance",
];

/// The generated module, whose source is as easy to review as its listing.
const GENERATED: &str = "immich_core::api::";

/// Writes `docs/public-api`. It needs `cargo install cargo-public-api` and a nightly toolchain.
pub fn run() -> Result<()> {
    let folder = root().join("docs/public-api");
    fs::create_dir_all(&folder)?;
    for name in CRATES {
        // Without the implementations that every type has.
        let output = cargo().args(["public-api", "--package", name, "--all-features", "-sss"]).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let listing = String::from_utf8(output.stdout)?;
        let listing = listing.lines().filter(|line| !line.contains(GENERATED));
        let listing: String = listing.flat_map(|line| [line, "\n"]).collect();
        println!("{name}: {} items", listing.lines().count());
        fs::write(folder.join(format!("{name}.txt")), listing)?;
    }
    Ok(())
}
