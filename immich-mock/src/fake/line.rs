//! The two server lines that the fake supports.

use immich_core::ServerVersion;

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
