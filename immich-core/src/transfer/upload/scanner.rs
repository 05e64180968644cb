//! Finds the files to upload, one folder at a time, so that files that belong together are found together.
//!
//! The names of a whole folder are listed first, because they determine which files belong together. The metadata of
//! a file is read only shortly before it is returned, so that the first files are returned early, and of large
//! folders only the names are in memory.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::transfer::Progress;
use crate::transfer::upload::files::{SidecarSource, Stamp};
use crate::transfer::upload::filter::Place;
use crate::transfer::upload::groups::{self, Member};
use crate::transfer::upload::item::{Found, Item, Role, Source, State};
use crate::transfer::upload::local_files::LocalFile;
use crate::transfer::upload::media;
use crate::transfer::upload::meter::Meter;
use crate::transfer::upload::options::{FileOptions, FileTimes, TimesOf};
use crate::transfer::upload::outcome::{LivePhoto, SkipReason, UploadInput};
use crate::transfer::upload::sidecar::{Sidecars, is_sidecar};
use crate::transfer::upload::system::{is_system_file, is_system_folder};
use crate::transfer::upload::times::times;

/// The numbers of entries per batch, at first and later.
const FIRST_BATCH: usize = 64;
const BATCH: usize = 1024;

/// Walks through folders. All methods block.
pub(super) struct Scanner {
    options: FileOptions,
    times: Option<TimesOf>,
    extensions: HashSet<String>,
    progress: Progress,
    /// Paths to scan, the next one last.
    left: Vec<Work>,
    /// The folder whose entries are being returned.
    current: Option<Current>,
    found: VecDeque<Found>,
    batch: usize,
    /// Whether a file or folder can be found twice: through links, or because it is given twice.
    can_repeat: bool,
    /// The scanned folders, with their relative paths.
    folders: HashMap<PathBuf, Folder>,
    /// The files that were given themselves, by folder.
    given: HashMap<PathBuf, HashSet<OsString>>,
    /// The files that were found, if links are followed.
    files: HashSet<PathBuf>,
    pairs: u64,
    stacks: u64,
    #[cfg(test)]
    work: tests::Work,
}

enum Work {
    /// A given path without a file name, such as `..`.
    Root(PathBuf),
    /// Given names in one folder.
    Given(PathBuf, Vec<OsString>),
    Folder(Folder),
}

#[derive(Clone)]
struct Folder {
    path: PathBuf,
    /// The path relative to the given path.
    relative: PathBuf,
    /// The absolute path without links; `None` for a given folder or a link, where it must be resolved.
    absolute: Option<PathBuf>,
    /// The name of the given folder.
    root: Option<String>,
    /// Whether a pattern includes everything below it.
    is_included: bool,
    is_link: bool,
}

/// A folder that was listed.
struct Current {
    folder: Folder,
    absolute: PathBuf,
    entries: Vec<Entry>,
    /// The indices of the entries that may belong together.
    groups: VecDeque<Vec<usize>>,
}

struct Entry {
    name: OsString,
    kind: Kind,
    /// Whether it is to be an input, or reported as skipped.
    is_wanted: bool,
    /// Whether it may be the sidecar of another file.
    is_sidecar: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File {
        is_link: bool,
    },
    Folder {
        is_link: bool,
    },
    /// A link that is not followed.
    Link,
    Other,
}

impl Kind {
    fn of(found: FileType, is_link: bool) -> Self {
        if found.is_file() {
            Self::File { is_link }
        } else if found.is_dir() {
            Self::Folder { is_link }
        } else if found.is_symlink() {
            Self::Link
        } else {
            Self::Other
        }
    }

    fn refusal(self) -> Option<SkipReason> {
        match self {
            Self::Link => Some(SkipReason::SymbolicLink),
            Self::Other => Some(SkipReason::NotAFile),
            Self::File { .. } | Self::Folder { .. } => None,
        }
    }
}

impl Scanner {
    pub(super) fn new(
        paths: Vec<PathBuf>,
        options: FileOptions,
        times: Option<TimesOf>,
        extensions: HashSet<String>,
        progress: Progress,
    ) -> Self {
        let can_repeat = paths.len() > 1 || options.follow_links;
        Self {
            options,
            times,
            extensions,
            progress,
            left: in_order(paths),
            current: None,
            found: VecDeque::new(),
            batch: FIRST_BATCH,
            can_repeat,
            folders: HashMap::new(),
            given: HashMap::new(),
            files: HashSet::new(),
            pairs: 0,
            stacks: 0,
            #[cfg(test)]
            work: tests::Work::default(),
        }
    }

    /// Returns the next batch of entries; empty at the end.
    pub(super) fn next_batch(&mut self) -> Vec<Found> {
        while self.found.len() < self.batch {
            if let Some(mut current) = self.current.take() {
                if let Some(group) = current.groups.pop_front() {
                    self.create_inputs(&mut current, &group);
                    self.current = Some(current);
                }
                continue;
            }
            match self.left.pop() {
                None => break,
                Some(Work::Root(path)) => self.root(path),
                Some(Work::Given(parent, names)) => self.scan_given(parent, names),
                Some(Work::Folder(folder)) => self.scan_folder(folder),
            }
        }
        let batch = self.found.len().min(self.batch);
        self.batch = (2 * self.batch).min(BATCH);
        self.found.drain(..batch).collect()
    }

    /// Returns the patterns that have matched nothing so far.
    pub(super) fn unmatched_patterns(&self) -> Vec<String> {
        self.options.filter.unmatched()
    }

    fn skip(&mut self, path: PathBuf, reason: SkipReason, length: u64) {
        self.progress.add_total(1, length);
        self.found.push_back(Found::Skipped(UploadInput::Path(path), reason, length));
    }

    fn fail(&mut self, path: PathBuf, error: io::Error) {
        self.progress.add_total(1, 0);
        self.found.push_back(Found::Failed(UploadInput::Path(path), error));
    }

    fn stat(&mut self, path: &Path, follow: bool) -> io::Result<Metadata> {
        #[cfg(test)]
        self.work.stat();
        if follow { fs::metadata(path) } else { fs::symlink_metadata(path) }
    }

    /// Returns the absolute path without links.
    fn resolve(&mut self, path: &Path) -> io::Result<PathBuf> {
        #[cfg(test)]
        self.work.resolve();
        fs::canonicalize(path_or_here(path))
    }

    /// Lists a folder, sorted by name.
    fn list(&mut self, path: &Path) -> io::Result<Vec<(OsString, io::Result<FileType>)>> {
        #[cfg(test)]
        self.work.list();
        let mut entries = Vec::new();
        for entry in fs::read_dir(path_or_here(path))? {
            match entry {
                Ok(entry) => entries.push((entry.file_name(), entry.file_type())),
                Err(error) => {
                    self.fail(path.to_owned(), error);
                    break;
                }
            }
        }
        entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        entries.dedup_by(|(one, _), (other, _)| one == other);
        Ok(entries)
    }

    /// Scans a given path that may be a folder.
    fn root(&mut self, path: PathBuf) {
        match self.stat(&path, true) {
            Ok(found) if found.is_dir() => self.left.push(Work::Folder(Folder::given(path))),
            Ok(_) => self.skip(path, SkipReason::NotAFile, 0),
            Err(error) => self.fail(path, error),
        }
    }

    /// Scans given files and folders of the same parent folder. Links among them are followed.
    fn scan_given(&mut self, parent: PathBuf, names: Vec<OsString>) {
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        // The parent folder is listed only if files are given, to find what belongs to them.
        let mut listed: Option<HashMap<OsString, Kind>> = None;
        let mut seen = HashSet::new();
        for name in names {
            if !seen.insert(name.clone()) {
                continue;
            }
            let path = parent.join(&name);
            let known = listed.as_ref().and_then(|listed| listed.get(&name).copied());
            let kind = match known {
                Some(kind @ (Kind::File { .. } | Kind::Folder { .. })) => Ok(kind),
                _ => self.kind_of_given(&path),
            };
            match kind {
                Ok(Kind::Folder { .. }) => folders.push(Work::Folder(Folder::given(path))),
                Ok(kind @ Kind::File { .. }) => {
                    if listed.is_none() {
                        // Given files may be readable although their folder is not.
                        let entries = self.list(&parent).unwrap_or_default();
                        let kind = |(name, found): (OsString, io::Result<FileType>)| {
                            Some((name, Kind::of(found.ok()?, false)))
                        };
                        listed = Some(entries.into_iter().filter_map(kind).collect());
                    }
                    files.push((name, kind));
                }
                Ok(_) => self.skip(path, SkipReason::NotAFile, 0),
                Err(error) => self.fail(path, error),
            }
        }
        folders.reverse();
        self.left.append(&mut folders);
        if let Some(listed) = listed {
            self.add_given(parent, files, listed);
        }
    }

    fn kind_of_given(&mut self, path: &Path) -> io::Result<Kind> {
        let found = self.stat(path, false)?;
        if found.is_symlink() {
            return Ok(Kind::of(self.stat(path, true)?.file_type(), true));
        }
        Ok(Kind::of(found.file_type(), false))
    }

    fn add_given(&mut self, parent: PathBuf, files: Vec<(OsString, Kind)>, listed: HashMap<OsString, Kind>) {
        let absolute = match self.resolve(&parent) {
            Ok(absolute) => absolute,
            Err(error) => return self.fail(parent, error),
        };
        let folder = Folder { is_included: false, root: name_of(&absolute), ..Folder::given(parent) };
        let walked = self.folders.get(&absolute).cloned();
        let mut before = self.given.remove(&absolute).unwrap_or_default();
        let mut entries = Vec::new();
        let mut wanted = HashSet::new();
        for (name, kind) in files {
            let is_new = !before.contains(&name)
                && !walked.as_ref().is_some_and(|walked| self.is_found_by_scan(walked, &absolute, &name, kind));
            if is_new && self.filter_file(&folder, &absolute, &name) {
                wanted.insert(name.clone());
            }
            if self.can_repeat {
                before.insert(name.clone());
            }
            let is_wanted = wanted.contains(&name);
            let is_sidecar = self.is_sidecar(&folder, &absolute, &name);
            entries.push(Entry { name, kind, is_wanted, is_sidecar });
        }
        if self.can_repeat {
            self.given.insert(absolute.clone(), before);
        }
        let names: HashSet<_> = entries.iter().map(|entry| entry.name.clone()).collect();
        for (name, kind) in listed {
            if names.contains(&name) || matches!(kind, Kind::Folder { .. }) {
                continue;
            }
            let is_sidecar = self.is_sidecar(&folder, &absolute, &name);
            let kind = if is_sidecar && kind == Kind::Link && self.options.follow_links {
                self.kind_of_given(&folder.path.join(&name)).unwrap_or(kind)
            } else {
                kind
            };
            entries.push(Entry { name, kind, is_wanted: false, is_sidecar });
        }
        entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        self.group_entries(folder, absolute, entries);
    }

    /// Whether scanning a folder has returned, or will return, this file.
    fn is_found_by_scan(&mut self, folder: &Folder, absolute: &Path, name: &OsStr, kind: Kind) -> bool {
        let is_link = matches!(kind, Kind::File { is_link: true });
        let is_left_out = (!self.options.hidden && is_hidden(name))
            || (!self.options.system_folders && is_system_file(name))
            || (is_link && !self.options.follow_links);
        !is_left_out && self.filter_file(folder, absolute, name)
    }

    fn scan_folder(&mut self, mut folder: Folder) {
        let absolute = match folder.absolute.take() {
            Some(absolute) => absolute,
            None => match self.resolve(&folder.path) {
                Ok(absolute) => absolute,
                Err(error) => return self.fail(folder.path, error),
            },
        };
        if self.can_repeat {
            if self.folders.contains_key(&absolute) {
                return;
            }
            self.folders.insert(absolute.clone(), folder.clone());
        }
        if folder.relative.as_os_str().is_empty() {
            folder.root = name_of(&absolute);
            let place = Place {
                relative: Path::new(""),
                root: folder.root.as_deref(),
                path: &folder.path,
                absolute: &absolute,
            };
            folder.is_included = self.options.filter.includes_folder(place);
        }
        let listed = match self.list(&folder.path) {
            Ok(listed) => listed,
            Err(error) => return self.fail(folder.path, error),
        };
        // A subfolder may have been replaced by a link meanwhile.
        if !folder.relative.as_os_str().is_empty()
            && !folder.is_link
            && self.stat(&folder.path, false).is_ok_and(|found| found.is_symlink())
        {
            return self.skip(folder.path, SkipReason::SymbolicLink, 0);
        }
        let given = self.given.remove(&absolute).unwrap_or_default();
        let (mut entries, mut below) = (Vec::new(), Vec::new());
        for (name, found) in listed {
            if given.contains(&name) {
                entries.push(Entry { name, kind: Kind::File { is_link: false }, is_wanted: false, is_sidecar: false });
            } else {
                self.scan_entry(&folder, &absolute, name, found, &mut entries, &mut below);
            }
        }
        if !given.is_empty() {
            self.given.insert(absolute.clone(), given);
        }
        below.reverse();
        self.left.append(&mut below);
        self.group_entries(folder, absolute, entries);
    }

    /// Classifies an entry of a folder.
    fn scan_entry(
        &mut self,
        folder: &Folder,
        absolute: &Path,
        name: OsString,
        found: io::Result<FileType>,
        entries: &mut Vec<Entry>,
        below: &mut Vec<Work>,
    ) {
        let path = folder.path.join(&name);
        let is_system = |this: &Self, is_folder: bool| {
            !this.options.system_folders
                && if is_folder { is_system_folder(&name, absolute.file_name()) } else { is_system_file(&name) }
        };
        let is_left_out = !self.options.hidden && is_hidden(&name);
        // A hidden folder is skipped silently, unless it is a system folder, which is reported.
        if is_left_out && !(is_system(self, true) && found.as_ref().is_ok_and(FileType::is_dir)) {
            return;
        }
        let kind = match found {
            Ok(found) if found.is_symlink() && self.options.follow_links => {
                self.stat(&path, true).map(|found| Kind::of(found.file_type(), true))
            }
            found => found.map(|found| Kind::of(found, false)),
        };
        if let Ok(Kind::Folder { is_link }) = kind {
            return self.scan_subfolder(folder, absolute, name, is_link, below);
        }
        if !self.filter_file(folder, absolute, &name) {
            let is_sidecar = self.is_sidecar(folder, absolute, &name);
            if let Ok(kind) = kind {
                entries.push(Entry { name, kind, is_wanted: false, is_sidecar });
            }
            return;
        }
        match kind {
            Ok(kind) => match kind.refusal() {
                Some(reason) => {
                    self.skip(path, reason, 0);
                    // The entry may have a sidecar, which must be kept then.
                    entries.push(Entry { name, kind, is_wanted: false, is_sidecar: false });
                }
                None if is_system(self, false) => self.skip(path, SkipReason::SystemFile, 0),
                None => {
                    let is_sidecar = self.is_sidecar(folder, absolute, &name);
                    entries.push(Entry { name, kind, is_wanted: true, is_sidecar });
                }
            },
            Err(error) => self.fail(path, error),
        }
    }

    fn scan_subfolder(
        &mut self,
        folder: &Folder,
        absolute: &Path,
        name: OsString,
        is_link: bool,
        below: &mut Vec<Work>,
    ) {
        if !self.options.recursive {
            return;
        }
        let (path, relative) = (folder.path.join(&name), folder.relative.join(&name));
        let below_absolute = absolute.join(&name);
        let root = folder.root.as_deref();
        let place = Place { relative: &relative, root, path: &path, absolute: &below_absolute };
        if self.options.filter.excludes_folder(place) {
            return;
        }
        let is_included = self.options.filter.includes_folder(place) || folder.is_included;
        if !self.options.system_folders && is_system_folder(&name, absolute.file_name()) {
            return self.skip(path, SkipReason::SystemFolder, 0);
        }
        let absolute = (!is_link).then_some(below_absolute);
        below.push(Work::Folder(Folder { path, relative, absolute, root: folder.root.clone(), is_included, is_link }));
    }

    /// Whether the patterns include a file.
    fn filter_file(&mut self, folder: &Folder, absolute: &Path, name: &OsStr) -> bool {
        if self.options.filter.is_empty() {
            return true;
        }
        let (relative, path, absolute) = (folder.relative.join(name), folder.path.join(name), absolute.join(name));
        let place = Place { relative: &relative, root: folder.root.as_deref(), path: &path, absolute: &absolute };
        let is_excluded = self.options.filter.excludes_file(place);
        let is_included = self.options.filter.includes_file(place) || folder.is_included;
        is_included && !is_excluded
    }

    /// Whether a file of this name may be a sidecar. Sidecars need not be included, but may be excluded.
    fn is_sidecar(&mut self, folder: &Folder, absolute: &Path, name: &OsStr) -> bool {
        if !self.options.sidecars || !is_sidecar(name) {
            return false;
        }
        let (relative, path, absolute) = (folder.relative.join(name), folder.path.join(name), absolute.join(name));
        let place = Place { relative: &relative, root: folder.root.as_deref(), path: &path, absolute: &absolute };
        !self.options.filter.excludes_file(place)
    }

    /// Groups the entries of a folder that may belong together.
    fn group_entries(&mut self, folder: Folder, absolute: PathBuf, entries: Vec<Entry>) {
        let groups = grouped(&entries).into();
        self.current = Some(Current { folder, absolute, entries, groups });
    }

    /// Creates the inputs of a group of entries that may belong together.
    fn create_inputs(&mut self, current: &mut Current, group: &[usize]) {
        if !group.iter().any(|number| current.entries[*number].is_wanted) {
            return;
        }
        let Current { folder, absolute, entries, .. } = current;
        let entries: Vec<&Entry> = group.iter().map(|number| &entries[*number]).collect();
        let is_photo = |entry: &&&Entry| {
            let extension = || media::extension(&entry.name.to_string_lossy());
            !entry.is_sidecar && matches!(entry.kind, Kind::File { .. }) && self.extensions.contains(&extension())
        };
        let photos: Vec<&Entry> = entries.iter().filter(is_photo).copied().collect();
        let is_file = |entry: &&&Entry| entry.is_sidecar && matches!(entry.kind, Kind::File { .. });
        let xmp: Vec<&Entry> = entries.iter().filter(is_file).copied().collect();
        let others = entries.iter().filter(|entry| !entry.is_sidecar && !is_photo(entry));
        let others: Vec<&OsStr> = others.map(|entry| entry.name.as_os_str()).collect();
        let names: Vec<&OsStr> = photos.iter().map(|entry| entry.name.as_os_str()).collect();
        let sidecars = Sidecars::new(xmp.iter().map(|entry| entry.name.as_os_str()).collect(), &names);
        // For each XMP file, whether a file that is not an input may have it, and how many inputs have it.
        let mut holders: Vec<(bool, u32)> = sidecars.may_be_of(&others).into_iter().map(|other| (other, 0)).collect();
        let used: HashSet<usize> = (0..photos.len()).filter_map(|photo| sidecars.of(photo)).collect();

        // Report files that are not photos.
        let unused = xmp.iter().enumerate().filter(|(number, _)| !used.contains(number)).map(|(_, entry)| *entry);
        let unknown = entries
            .iter()
            .filter(|entry| !entry.is_sidecar && matches!(entry.kind, Kind::File { .. }) && !is_photo(entry));
        let reported: Vec<&Entry> = unused.chain(unknown.copied()).filter(|entry| entry.is_wanted).collect();
        for entry in reported {
            let path = folder.path.join(&entry.name);
            let length = self.stat(&path, false).map_or(0, |found| found.len());
            self.skip(path, SkipReason::UnsupportedType, length);
        }

        let mut members = Vec::new();
        let mut inputs = Vec::new();
        for (photo, entry) in photos.iter().enumerate() {
            let input = if entry.is_wanted { self.stat_photo(folder, absolute, entry) } else { None };
            let sidecar = sidecars.of(photo);
            match (&input, sidecar) {
                (Some(_), Some(sidecar)) => holders[sidecar].1 += 1,
                (None, Some(sidecar)) => holders[sidecar].0 = true,
                _ => {}
            }
            if let Some(metadata) = input {
                members.push(Member::new(entry.name.clone()));
                inputs.push(Some((*entry, metadata, sidecar)));
            }
        }
        self.report_refused_sidecars(folder, &entries, &members);
        if self.options.live_photos {
            groups::live_photos(&mut members);
        }
        let stacks = groups::stacks(&mut members, &self.options.stacks);
        let first_stack = self.stacks;
        for stack in &stacks {
            self.found.push_back(Found::Stack(self.stacks, stack.len()));
            self.stacks += 1;
        }
        let mut places = vec![0; members.len()];
        stacks.iter().flat_map(|stack| stack.iter().enumerate()).for_each(|(place, member)| places[*member] = place);
        let mut sources: HashMap<usize, SidecarSource> = HashMap::new();
        for number in 0..members.len() {
            // A video comes right before its image.
            let pair = members[number].video.map(|video| (video, number));
            let order = match pair {
                Some((video, image)) => vec![(video, Role::Video(self.pairs)), (image, Role::Image(self.pairs))],
                None if members[number].image.is_some() => continue,
                None => vec![(number, Role::Alone)],
            };
            self.pairs += u64::from(pair.is_some());
            for (number, role) in order {
                let Some((entry, metadata, sidecar)) = inputs.get_mut(number).and_then(Option::take) else { continue };
                let sidecar = sidecar.map(|sidecar| {
                    let (others, users) = holders[sidecar];
                    let is_link = matches!(xmp[sidecar].kind, Kind::File { is_link: true });
                    let path = folder.path.join(&xmp[sidecar].name);
                    let find = || SidecarSource::find(path, is_link, users, others);
                    sources.entry(sidecar).or_insert_with(find).clone()
                });
                // The stack number in the upper half, the position in the stack in the lower half.
                let stack = members[number].stack;
                let stack = stack.map(|stack| ((first_stack + stack as u64) << 32) | places[number] as u64);
                let item = self.item(folder, absolute, entry, &metadata, sidecar, role, stack);
                self.found.push_back(Found::Input(Box::new(item)));
            }
        }
    }

    /// Reads the metadata of a photo that is to be an input. Reports an entry that turns out to be of another type.
    fn stat_photo(&mut self, folder: &Folder, absolute: &Path, entry: &Entry) -> Option<Metadata> {
        let path = folder.path.join(&entry.name);
        let is_link = matches!(entry.kind, Kind::File { is_link: true });
        let found = match self.stat(&path, is_link) {
            Ok(found) => found,
            Err(error) => {
                self.fail(path, error);
                return None;
            }
        };
        // The path may lead to something else since the folder was listed.
        let kind = Kind::of(found.file_type(), is_link);
        let reason = kind.refusal().or((!found.is_file()).then_some(SkipReason::NotAFile));
        if let Some(reason) = reason {
            self.skip(path, reason, 0);
            return None;
        }
        if self.options.follow_links {
            let here = absolute.join(&entry.name);
            let place = if is_link { self.resolve(&path).unwrap_or(here) } else { here };
            if !self.files.insert(place) {
                return None;
            }
        }
        if found.len() == 0 {
            self.skip(path, SkipReason::Empty, 0);
            return None;
        }
        Some(found)
    }

    /// Reports sidecars of given files that are links or not files. In a folder that was scanned, they were already
    /// reported.
    fn report_refused_sidecars(&mut self, folder: &Folder, entries: &[&Entry], members: &[Member]) {
        let refused: Vec<_> = entries
            .iter()
            .filter(|entry| entry.is_sidecar && !entry.is_wanted)
            .filter_map(|entry| Some((entry.name.as_os_str(), entry.kind.refusal()?)))
            .collect();
        if refused.is_empty() {
            return;
        }
        let names: Vec<_> = members.iter().map(|member| member.name.as_os_str()).collect();
        let sidecars = Sidecars::new(refused.iter().map(|(name, _)| *name).collect(), &names);
        let mut numbers: Vec<_> = (0..names.len()).filter_map(|member| sidecars.of(member)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            let (name, reason) = &refused[number];
            self.skip(folder.path.join(name), reason.clone(), 0);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn item(
        &self,
        folder: &Folder,
        absolute: &Path,
        entry: &Entry,
        metadata: &Metadata,
        sidecar: Option<SidecarSource>,
        role: Role,
        stack: Option<u64>,
    ) -> Item {
        let path = folder.path.join(&entry.name);
        let input = UploadInput::Path(path.clone());
        let (created, modified) = times(metadata);
        let mut times = FileTimes { created, modified };
        if let Some(of) = &self.times {
            times = of(&input, times);
        }
        self.progress.add_total(1, metadata.len());
        Item {
            input,
            name: entry.name.to_string_lossy().into_owned(),
            content_type: None,
            length: Some(metadata.len()),
            created_at: times.created,
            modified_at: times.modified,
            checksum: None,
            folder: absolute.file_name().map(|name| name.to_string_lossy().into_owned()),
            role,
            live_photo: LivePhoto::None,
            stack,
            meter: Meter::new(self.progress.clone(), metadata.len()),
            state: State::default(),
            source: Source::File(LocalFile {
                absolute: absolute.join(&entry.name),
                relative: folder.relative.join(&entry.name),
                stamp: Stamp::of(metadata).through_link(matches!(entry.kind, Kind::File { is_link: true })),
                path,
                sidecar,
            }),
        }
    }
}

impl Folder {
    fn given(path: PathBuf) -> Self {
        Self { path, relative: PathBuf::new(), absolute: None, root: None, is_included: false, is_link: false }
    }
}

/// Returns the given paths as work, the first one last. Files in the same folder are scanned together, so that those
/// that belong together are found. Files in a folder that is itself given are scanned after that folder.
fn in_order(paths: Vec<PathBuf>) -> Vec<Work> {
    let all: HashSet<PathBuf> = if paths.len() > 1 { paths.iter().cloned().collect() } else { HashSet::new() };
    let mut work = Vec::new();
    let mut late = Vec::new();
    let mut places: HashMap<PathBuf, (bool, usize)> = HashMap::new();
    for path in paths {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            work.push(Work::Root(path));
            continue;
        };
        let known = places.get(parent).copied();
        let (is_late, place) = known.unwrap_or_else(|| {
            let is_late = parent.ancestors().any(|above| all.contains(above));
            let list = if is_late { &mut late } else { &mut work };
            list.push(Work::Given(parent.to_owned(), Vec::new()));
            places.insert(parent.to_owned(), (is_late, list.len() - 1));
            (is_late, list.len() - 1)
        });
        let list = if is_late { &mut late } else { &mut work };
        if let Some(Work::Given(_, names)) = list.get_mut(place) {
            names.push(name.to_owned());
        }
    }
    work.append(&mut late);
    work.reverse();
    work
}

/// Returns the indices of the entries that may belong together, in the order of names.
fn grouped(entries: &[Entry]) -> Vec<Vec<usize>> {
    // For each entry an earlier one of the same group, or itself.
    let mut before: Vec<usize> = (0..entries.len()).collect();
    let mut first: HashMap<Vec<u8>, usize> = HashMap::new();
    for (number, entry) in entries.iter().enumerate() {
        for key in groups::groups(&entry.name, entry.is_sidecar) {
            let other = *first.entry(key).or_insert(number);
            let (one, other) = (root_of(&mut before, number), root_of(&mut before, other));
            before[one.max(other)] = one.min(other);
        }
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    for number in 0..entries.len() {
        let root = root_of(&mut before, number);
        let place = *places.entry(root).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(number);
    }
    groups
}

fn root_of(before: &mut [usize], mut number: usize) -> usize {
    while before[number] != number {
        before[number] = before[before[number]];
        number = before[number];
    }
    number
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn name_of(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}

fn path_or_here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

#[cfg(test)]
#[path = "scanner_tests.rs"]
mod tests;
