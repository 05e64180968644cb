//! Finds the files, a folder at a time, so that what belongs together is found together.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::transfer::Progress;
use crate::transfer::upload::files::{SidecarSource, Stamp, times};
use crate::transfer::upload::item::{Found, Item, Role, Source, State};
use crate::transfer::upload::media;
use crate::transfer::upload::meter::Meter;
use crate::transfer::upload::options::{FileOptions, FileTimes, TimesOf};
use crate::transfer::upload::outcome::{LivePhoto, SkipReason, UploadInput};
use crate::transfer::upload::pair::{self, Member};
use crate::transfer::upload::sidecar::{Sidecars, is_sidecar};

/// How many are handed over at once.
const BATCH: usize = 1024;

/// The walk through folders. It does its work where it is asked for, which is no place that must not block.
pub(super) struct Scanner {
    options: FileOptions,
    times: Option<TimesOf>,
    extensions: HashSet<String>,
    progress: Progress,
    /// Folders that are still to be looked into.
    left: Vec<Folder>,
    found: VecDeque<Found>,
    /// Folders that were looked into, so that none is twice: by a loop of links, or because it was given twice.
    folders: HashSet<PathBuf>,
    /// Files that were found, where one could be found twice.
    files: Option<HashSet<PathBuf>>,
    pairs: u64,
    stacks: u64,
}

struct Folder {
    path: PathBuf,
    /// Where it is below the path that was given.
    relative: PathBuf,
    /// The only files of it that were given, unless it was given itself.
    only: Option<Vec<OsString>>,
}

struct Entry {
    name: OsString,
    path: PathBuf,
    metadata: Metadata,
}

impl Scanner {
    pub(super) fn new(
        paths: Vec<PathBuf>,
        options: FileOptions,
        times: Option<TimesOf>,
        extensions: HashSet<String>,
        progress: Progress,
    ) -> Self {
        let can_meet_twice = paths.len() > 1 || options.follow_links;
        let mut this = Self {
            options,
            times,
            extensions,
            progress,
            left: Vec::new(),
            found: VecDeque::new(),
            folders: HashSet::new(),
            files: can_meet_twice.then(HashSet::new),
            pairs: 0,
            stacks: 0,
        };
        // Files of one folder are looked for together, for the sake of sidecars and live photos.
        let mut folders: Vec<Folder> = Vec::new();
        let mut places: HashMap<PathBuf, usize> = HashMap::new();
        for path in paths {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    folders.push(Folder { path, relative: PathBuf::new(), only: None });
                }
                Ok(metadata) if metadata.is_file() => {
                    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { continue };
                    let place = *places.entry(parent.to_owned()).or_insert_with(|| {
                        folders.push(Folder { path: parent.to_owned(), relative: PathBuf::new(), only: Some(vec![]) });
                        folders.len() - 1
                    });
                    folders[place].only.get_or_insert_default().push(name.to_owned());
                }
                Ok(_) => this.skip(path, SkipReason::NotAFile, 0),
                Err(error) => this.fail(path, error),
            }
        }
        folders.reverse();
        this.left = folders;
        this
    }

    /// The next that were found, or none at the end.
    pub(super) fn next_batch(&mut self) -> Vec<Found> {
        while self.found.len() < BATCH
            && let Some(folder) = self.left.pop()
        {
            self.look_into(folder);
        }
        let batch = self.found.len().min(BATCH);
        self.found.drain(..batch).collect()
    }

    fn skip(&mut self, path: PathBuf, reason: SkipReason, length: u64) {
        self.progress.add_total(1, length);
        self.found.push_back(Found::Skipped(UploadInput::Path(path), reason, length));
    }

    fn fail(&mut self, path: PathBuf, error: io::Error) {
        self.progress.add_total(1, 0);
        self.found.push_back(Found::Failed(UploadInput::Path(path), error));
    }

    fn look_into(&mut self, folder: Folder) {
        let listed = if folder.path.as_os_str().is_empty() { Path::new(".") } else { &folder.path };
        let absolute = match fs::canonicalize(listed) {
            Ok(absolute) => absolute,
            Err(error) => return self.fail(folder.path, error),
        };
        if folder.only.is_none() && !self.folders.insert(absolute.clone()) {
            return;
        }
        let mut names = Vec::new();
        match (fs::read_dir(listed), &folder.only) {
            (Ok(entries), _) => {
                for entry in entries {
                    match entry {
                        Ok(entry) => names.push(entry.file_name()),
                        Err(error) => self.fail(folder.path.clone(), error),
                    }
                }
            }
            // Files that were given can be read where their folder cannot.
            (Err(_), Some(only)) => names.clone_from(only),
            (Err(error), None) => return self.fail(folder.path, error),
        }
        names.sort();
        names.dedup();
        let (mut files, mut below) = (Vec::new(), Vec::new());
        for name in &names {
            if let Some(only) = &folder.only
                && !only.contains(name)
            {
                continue;
            }
            self.look_at(&folder, name, &mut files, &mut below);
        }
        below.reverse();
        self.left.append(&mut below);
        self.take(&folder, &absolute, &names, files);
    }

    /// Sorts one entry of a folder.
    fn look_at(&mut self, folder: &Folder, name: &OsStr, files: &mut Vec<Entry>, below: &mut Vec<Folder>) {
        let given = folder.only.is_some();
        if !given && !self.options.hidden && name.as_encoded_bytes().starts_with(b".") {
            return;
        }
        let (path, relative) = (folder.path.join(name), folder.relative.join(name));
        let metadata = match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() && (given || self.options.follow_links) => fs::metadata(&path),
            metadata => metadata,
        };
        match metadata {
            Ok(metadata) if metadata.is_dir() => {
                if self.options.recursive && self.options.filter.takes_folder(&relative) {
                    below.push(Folder { path, relative, only: None });
                }
            }
            _ if !self.options.filter.takes_file(&relative) => {}
            Ok(metadata) if metadata.is_file() => files.push(Entry { name: name.to_owned(), path, metadata }),
            Ok(metadata) if metadata.is_symlink() => self.skip(path, SkipReason::SymbolicLink, 0),
            Ok(_) => self.skip(path, SkipReason::NotAFile, 0),
            Err(error) => self.fail(path, error),
        }
    }

    /// Makes inputs of the files of one folder, of which `names` are all.
    fn take(&mut self, folder: &Folder, absolute: &Path, names: &[OsString], files: Vec<Entry>) {
        let mut sidecars = Sidecars::default();
        if self.options.sidecars {
            for (number, name) in names.iter().enumerate().filter(|(_, name)| is_sidecar(name)) {
                sidecars.add(name, number);
            }
        }
        // How many files of the folder have each XMP file, and how many of them are inputs.
        let mut holders: HashMap<usize, (u32, u32)> = HashMap::new();
        let mut used = HashSet::new();
        for name in names.iter().filter(|name| !is_sidecar(name)) {
            if let Some(number) = sidecars.of(name) {
                holders.entry(number).or_default().0 += 1;
                if self.extensions.contains(&media::extension(&name.to_string_lossy())) {
                    used.insert(names[number].as_os_str());
                }
            }
        }
        let (mut members, mut entries) = (Vec::new(), Vec::new());
        for entry in files {
            let member = Member::new(entry.name.clone());
            if used.contains(entry.name.as_os_str()) {
                continue;
            }
            let length = entry.metadata.len();
            if !self.is_new(absolute, &entry) {
            } else if !self.extensions.contains(&member.extension) {
                self.skip(entry.path, SkipReason::UnsupportedType, length);
            } else if length == 0 {
                self.skip(entry.path, SkipReason::Empty, length);
            } else {
                if let Some(number) = sidecars.of(&entry.name) {
                    holders.entry(number).or_default().1 += 1;
                }
                members.push(member);
                entries.push(Some(entry));
            }
        }
        if self.options.live_photos {
            pair::live_photos(&mut members);
        }
        let stacks = pair::stacks(&mut members, &self.options.stacks);
        let first_stack = self.stacks;
        for stack in &stacks {
            self.found.push_back(Found::Stack(self.stacks, stack.len()));
            self.stacks += 1;
        }
        let mut sources: HashMap<usize, Option<SidecarSource>> = HashMap::new();
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
                let Some(entry) = entries.get_mut(number).and_then(Option::take) else { continue };
                let sidecar = sidecars.of(&entry.name).and_then(|sidecar| {
                    let make = || {
                        let (all, inputs) = holders.get(&sidecar).copied().unwrap_or_default();
                        let path: Arc<Path> = folder.path.join(&names[sidecar]).into();
                        let stamp = Stamp::read(&path).ok()?;
                        Some(SidecarSource { path, stamp, users: inputs, others: all > inputs })
                    };
                    sources.entry(sidecar).or_insert_with(make).clone()
                });
                // The place in a stack stands in the low half, its number in the high.
                let stack = members[number].stack.map(|stack| {
                    let place = stacks[stack].iter().position(|member| *member == number).unwrap_or_default();
                    ((first_stack + stack as u64) << 32) | place as u64
                });
                let item = self.item(folder, absolute, entry, sidecar, role, stack);
                self.found.push_back(Found::Input(Box::new(item)));
            }
        }
    }

    fn is_new(&mut self, absolute: &Path, entry: &Entry) -> bool {
        let Some(files) = &mut self.files else { return true };
        let plain = || absolute.join(&entry.name);
        let path =
            if self.options.follow_links { fs::canonicalize(&entry.path).unwrap_or_else(|_| plain()) } else { plain() };
        files.insert(path)
    }

    fn item(
        &self,
        folder: &Folder,
        absolute: &Path,
        entry: Entry,
        sidecar: Option<SidecarSource>,
        role: Role,
        stack: Option<u64>,
    ) -> Item {
        let Entry { name, path, metadata } = entry;
        let input = UploadInput::Path(path.clone());
        let (created, modified) = times(&metadata);
        let mut times = FileTimes { created, modified };
        if let Some(of) = &self.times {
            times = of(&input, times);
        }
        self.progress.add_total(1, metadata.len());
        Item {
            input,
            name: name.to_string_lossy().into_owned(),
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
            source: Source::File {
                absolute: absolute.join(&name),
                relative: folder.relative.join(&name),
                stamp: Stamp::of(&metadata),
                path,
                sidecar,
            },
        }
    }
}
