//! The two lines of servers that the fake can be.

use immich_core::{Operation, ServerVersion};

/// Servers 2.x and 3.x differ in validation, errors and fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Two,
    Three,
}

impl Line {
    pub(super) fn of(version: ServerVersion) -> Self {
        if version.major < 3 { Self::Two } else { Self::Three }
    }

    pub(super) fn is_two(self) -> bool {
        self == Self::Two
    }
}

/// Whether a server of this version has an operation. Between the described versions, the older one counts.
pub(super) fn has(version: ServerVersion, operation: &Operation) -> bool {
    let described = match version {
        version if version.major < 3 => ServerVersion::new(2, 7, 5),
        version if version < ServerVersion::new(3, 3, 0) => ServerVersion::new(3, 1, 0),
        _ => ServerVersion::new(3, 3, 5),
    };
    operation.since.is_none_or(|since| since <= described) && operation.until.is_none_or(|until| described <= until)
}
