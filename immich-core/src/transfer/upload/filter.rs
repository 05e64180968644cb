//! Selects the files of a folder by patterns.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::Error;
use crate::transfer::upload::names::composed;

/// The include and exclude patterns, and which of them matched anything.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    include: Patterns,
    exclude: Patterns,
}

/// A file or folder, with all the paths that a pattern can match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    /// The path relative to the given path.
    pub(super) relative: &'p Path,
    /// The name of the given folder, with which a pattern may start.
    pub(super) root: Option<&'p str>,
    /// The path as found from the given one.
    pub(super) path: &'p Path,
    /// The path from the root of the file system.
    pub(super) absolute: &'p Path,
}

impl Filter {
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Self, Error> {
        Ok(Self { include: Patterns::new(include)?, exclude: Patterns::new(exclude)? })
    }

    /// Whether there are no patterns.
    pub(super) fn is_empty(&self) -> bool {
        self.include.originals.is_empty() && self.exclude.originals.is_empty()
    }

    /// Whether a file is excluded.
    pub(super) fn excludes_file(&mut self, place: Place<'_>) -> bool {
        self.exclude.matches(place, false)
    }

    /// Whether a folder is excluded, with everything below it.
    pub(super) fn excludes_folder(&mut self, place: Place<'_>) -> bool {
        self.exclude.matches(place, true)
    }

    /// Whether a file is included by itself. In an included folder, all files are included.
    pub(super) fn includes_file(&mut self, place: Place<'_>) -> bool {
        self.include.matches(place, false) || self.include.originals.is_empty()
    }

    /// Whether a folder is included with everything below it. If it is not, files in it may still be.
    pub(super) fn includes_folder(&mut self, place: Place<'_>) -> bool {
        self.include.matches(place, true) || self.include.originals.is_empty()
    }

    /// Returns the patterns that have matched nothing so far, as given.
    pub(super) fn unmatched(&self) -> Vec<String> {
        self.include.unmatched().chain(self.exclude.unmatched()).cloned().collect()
    }
}

/// The patterns of one kind.
#[derive(Clone, Debug, Default)]
struct Patterns {
    originals: Vec<String>,
    is_matched: Vec<bool>,
    /// The patterns without a slash, which match names in any folder.
    names: Set,
    /// The patterns with a slash, which match paths.
    paths: Set,
}

/// Globs, each with the number of its pattern and whether it matches folders only.
#[derive(Clone, Debug, Default)]
struct Set {
    globs: GlobSet,
    of: Vec<(usize, bool)>,
}

impl Patterns {
    fn new(originals: &[String]) -> Result<Self, Error> {
        let [mut names, mut paths] = [(); 2].map(|()| (GlobSetBuilder::new(), Vec::new()));
        for (number, original) in originals.iter().enumerate() {
            let invalid = |why: &str| Error::misconfigured(format!("the pattern `{original}` cannot be used: {why}"));
            let pattern = slashes(&composed(original));
            let pattern = trimmed(&pattern);
            let only_folders = pattern.len() > 1 && pattern.ends_with('/');
            let pattern = pattern.trim_end_matches('/');
            if pattern.is_empty() || pattern == "." {
                return Err(invalid("it matches nothing below the given folder"));
            }
            let (builder, of) = if pattern.contains('/') { &mut paths } else { &mut names };
            // An absolute path, or one relative to the given folder.
            for pattern in [Some(pattern), pattern.strip_prefix('/')].into_iter().flatten() {
                builder.add(glob(pattern).map_err(|error| invalid(&error.kind().to_string()))?);
                of.push((number, only_folders));
            }
        }
        let set = |(builder, of): (GlobSetBuilder, _)| {
            let globs = builder.build().map_err(|error| {
                Error::misconfigured(format!("the patterns {originals:?} cannot be used together: {}", error.kind()))
            })?;
            Ok::<_, Error>(Set { globs, of })
        };
        Ok(Self {
            originals: originals.to_vec(),
            is_matched: vec![false; originals.len()],
            names: set(names)?,
            paths: set(paths)?,
        })
    }

    /// Whether any pattern matches. All are tried, to find those that never match.
    fn matches(&mut self, place: Place<'_>, is_folder: bool) -> bool {
        let mut is_any = false;
        let mut numbers = Vec::new();
        let is_matched = &mut self.is_matched;
        let mut try_all = |set: &Set, path: &Path| {
            each_case(path, |path| {
                set.globs.matches_into(path, &mut numbers);
                for number in &numbers {
                    let (pattern, only_folders) = set.of[*number];
                    if is_folder || !only_folders {
                        is_matched[pattern] = true;
                        is_any = true;
                    }
                }
            });
        };
        if !self.names.of.is_empty()
            && let Some(name) = place.relative.file_name().or(place.root.map(AsRef::as_ref))
        {
            try_all(&self.names, Path::new(name));
        }
        if !self.paths.of.is_empty() {
            if !place.relative.as_os_str().is_empty() {
                try_all(&self.paths, place.relative);
            }
            if let Some(root) = place.root {
                let mut path = PathBuf::from(root);
                if !place.relative.as_os_str().is_empty() {
                    path.push(place.relative);
                }
                try_all(&self.paths, &path);
            }
            try_all(&self.paths, &without_dots(place.path));
            try_all(&self.paths, place.absolute);
        }
        is_any
    }

    fn unmatched(&self) -> impl Iterator<Item = &String> {
        self.originals.iter().zip(&self.is_matched).filter(|(_, is_matched)| !**is_matched).map(|(pattern, _)| pattern)
    }
}

/// Calls `each` with the composed path, with its extension as it is, in lower case and in upper case.
fn each_case(path: &Path, mut each: impl FnMut(&Path)) {
    let composed = path.to_str().filter(|path| !path.is_ascii()).map(|path| PathBuf::from(composed(path)));
    let path = composed.as_deref().unwrap_or(path);
    each(path);
    if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
        for other in [extension.to_lowercase(), extension.to_uppercase()] {
            if other != extension {
                each(&path.with_extension(other));
            }
        }
    }
}

fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build()
}

/// Replaces Windows separators with slashes. On other systems, a backslash before a special character escapes it.
fn slashes(pattern: &str) -> String {
    let mut slashed = String::with_capacity(pattern.len());
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let escaped = letters.peek().copied().filter(|next| !cfg!(windows) && "*?[]{}!\\".contains(*next));
        match (letter, escaped) {
            ('\\', Some(escaped)) => {
                letters.next();
                slashed.extend(['\\', escaped]);
            }
            ('\\', None) => slashed.push('/'),
            _ => slashed.push(letter),
        }
    }
    slashed
}

/// Removes leading `./`.
fn trimmed(mut pattern: &str) -> &str {
    while let Some(rest) = pattern.strip_prefix("./") {
        pattern = rest.trim_start_matches('/');
    }
    pattern
}

fn without_dots(path: &Path) -> Cow<'_, Path> {
    if path.components().next() == Some(Component::CurDir) {
        Cow::Owned(path.components().skip_while(|part| *part == Component::CurDir).collect())
    } else {
        Cow::Borrowed(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let strings = |patterns: &[&str]| patterns.iter().map(|&pattern| pattern.to_owned()).collect::<Vec<_>>();
        Filter::new(&strings(include), &strings(exclude)).expect("a filter")
    }

    /// Whether a file below `/home/me/photos`, given as `./photos`, is included.
    fn takes(filter: &mut Filter, path: &str) -> bool {
        let relative = Path::new(path);
        let (below, absolute) = (Path::new("./photos").join(relative), Path::new("/home/me/photos").join(relative));
        let place = Place { relative, root: Some("photos"), path: &below, absolute: &absolute };
        let is_excluded = filter.excludes_file(place);
        filter.includes_file(place) && !is_excluded
    }

    #[test]
    fn names_and_paths() {
        let mut filter = filter(&["*.jpg", "raw/**"], &["cache/", "trip/b*.jpg"]);
        for path in ["a.jpg", "deep/down/a.jpg", "raw/x.dng", "deep/trip/b1.jpg", "cache"] {
            assert!(takes(&mut filter, path) != (path == "cache"), "{path}");
        }
        assert!(!takes(&mut filter, "a.png") && !takes(&mut filter, "trip/b1.jpg"));
        let folder = Path::new("deep/cache");
        assert!(filter.excludes_folder(Place { relative: folder, root: None, path: folder, absolute: folder }));
        assert!(filter.unmatched().is_empty());
    }

    #[test]
    fn all_notations_of_a_pattern_match() {
        for pattern in [
            "*.jpg",
            "*.JPG",
            "trip/*.jpg",
            "./trip/*.jpg",
            ".//trip/*.jpg",
            "/trip/*.jpg",
            "photos/trip/*.jpg",
            "./photos/trip/*.jpg",
            "/home/me/photos/trip/*.jpg",
            "/home/*/photos/**/*.jpg",
            "photos\\trip\\a.jpg",
            "trip/a.{heic,jpg}",
            "**/a.jpg",
            "trip/**",
        ] {
            for path in ["trip/a.jpg", "trip/a.JPG"] {
                assert!(takes(&mut filter(&[pattern], &[]), path), "{pattern} {path}");
                assert!(!takes(&mut filter(&[], &[pattern]), path), "{pattern} {path}");
            }
            assert!(!takes(&mut filter(&[pattern], &[]), "trap/a.png"), "{pattern}");
        }
        assert!(!takes(&mut filter(&["A.jpg"], &[]), "a.jpg"), "only extensions are without case");
        assert!(takes(&mut filter(&["Zu\u{308}rich/*"], &[]), "Zürich/a.jpg"));
        assert!(takes(&mut filter(&["Zürich/*"], &[]), "Zu\u{308}rich/a.jpg"));
        assert!(takes(&mut filter(&["\\[1\\].jpg"], &[]), "[1].jpg"));
    }

    #[test]
    fn errors_name_the_invalid_pattern() {
        for pattern in ["[", "a{b", "", "/", "./"] {
            let error = Filter::new(&["*.jpg".to_owned()], &[pattern.to_owned()]).expect_err("an error").to_string();
            assert!(error.contains(&format!("`{pattern}`")), "{error}");
        }
    }

    #[test]
    fn patterns_without_a_match_are_reported() {
        let mut filter = filter(&["*.jpg", "*.heic"], &["cache/", "old*"]);
        takes(&mut filter, "a.jpg");
        takes(&mut filter, "old.jpg");
        assert_eq!(filter.unmatched(), ["*.heic", "cache/"]);
    }
}
