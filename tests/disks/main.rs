//! Disks as users have them: file systems that lack functions, full disks, planted files, files that a crash left.

#![cfg(all(feature = "fs", feature = "mock", unix))]

mod dropped;
#[cfg(target_os = "linux")]
mod limits;
mod planted;
#[allow(dead_code)]
#[path = "../download/setup.rs"]
mod setup;
#[cfg(target_os = "linux")]
mod shim;
mod torn;
