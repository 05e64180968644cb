//! The roles in an album that may do something.

pub(super) const OWNER: [&str; 1] = ["owner"];
pub(super) const EDITORS: [&str; 2] = ["owner", "editor"];
pub(super) const VIEWERS: [&str; 3] = ["owner", "editor", "viewer"];
