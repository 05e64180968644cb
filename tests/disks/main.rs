//! Real-world disks: file systems that lack features, full disks, planted files, and files left by a crash.

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
