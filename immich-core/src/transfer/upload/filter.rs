//! Which files of a folder are meant.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::Error;

/// Patterns of paths below what was given. One without a slash is that of a name, in any folder.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Filter {
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Self, Error> {
        let include = if include.is_empty() { None } else { Some(set(include)?) };
        Ok(Self { include, exclude: set(exclude)? })
    }

    pub(super) fn takes_file(&self, relative: &Path) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(relative)) && self.takes_folder(relative)
    }

    /// Whether to look into a folder: what is below it may be included by any pattern.
    pub(super) fn takes_folder(&self, relative: &Path) -> bool {
        !self.exclude.is_match(relative)
    }
}

fn set(patterns: &[String]) -> Result<GlobSet, Error> {
    let wrong = |error: &globset::Error| Error::misconfigured(format!("a pattern of paths cannot be used: {error}"));
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let trimmed = pattern.trim_end_matches('/');
        let anywhere = if trimmed.contains('/') { trimmed.to_owned() } else { format!("**/{trimmed}") };
        let glob = GlobBuilder::new(anywhere.trim_start_matches('/')).literal_separator(true).build();
        set.add(glob.map_err(|error| wrong(&error))?);
    }
    set.build().map_err(|error| wrong(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let strings = |patterns: &[&str]| patterns.iter().map(|&pattern| pattern.to_owned()).collect::<Vec<_>>();
        let filter =
            Filter::new(&strings(&["*.jpg", "raw/**"]), &strings(&["cache/", "trip/b*.jpg"])).expect("a filter");
        let takes = |path: &str| filter.takes_file(Path::new(path));
        assert!(takes("a.jpg") && takes("deep/down/a.jpg") && takes("raw/x.dng"));
        assert!(!takes("a.png") && !takes("trip/b1.jpg") && takes("deep/trip/b1.jpg"));
        assert!(!filter.takes_folder(Path::new("deep/cache")));
        assert!(Filter::new(&strings(&["["]), &[]).is_err());
    }
}
