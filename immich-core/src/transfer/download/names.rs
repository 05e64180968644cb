//! Reserves names in the folders of a run, and finds existing files that are the wanted ones.
//!
//! Each folder is read once, each file is hashed at most once, and the next number of each name is remembered, so
//! that thousands of files with the same name take linear time.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::name;
use super::place::{Collision, exists};
use crate::transfer::file::checksum_blocking;
use crate::transfer::upload::media;
use crate::transfer::{Checksum, disk};

/// The folders that the downloads of a run write to.
#[derive(Clone, Debug, Default)]
pub(super) struct Folders(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    folders: Mutex<HashMap<PathBuf, Folder>>,
    /// Notified when a file was hashed.
    hashed: Condvar,
}

/// A file of a group that needs a name.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// The name of the asset; `None` if the response determines it.
    pub(super) name: Option<String>,
    /// The expected checksum, if known before the download.
    pub(super) checksum: Option<Checksum>,
    pub(super) bytes: Option<u64>,
    /// The name and length of the existing file, according to the journal.
    pub(super) existing: Option<(String, u64)>,
}

/// The name of a file of a group.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reserved {
    /// The file exists already, with this name and length.
    Existing(String, u64),
    Name(String),
    /// The stem of the group; the response determines the extension.
    Stem(String),
    /// The name is taken, which is an error.
    Taken(String),
}

/// An existing file with the wanted bytes.
#[derive(Debug)]
pub(super) struct ExistingFile {
    pub(super) name: String,
    pub(super) length: u64,
}

/// An existing file with the wanted bytes and name.
struct Found {
    number: u32,
    file: ExistingFile,
    /// Whether this run reserved the name for another file.
    is_reserved: bool,
}

#[derive(Debug, Default)]
struct Folder {
    /// The maximum length of a name in bytes.
    longest: usize,
    /// The names of the files that existed when the folder was read, folded.
    on_disk: HashSet<String>,
    /// The names that this run reserved, folded.
    reserved: HashSet<String>,
    stems: HashMap<String, Stem>,
    families: HashMap<String, Family>,
    /// The first number that may be free, by the folded name without a number.
    next: HashMap<String, u32>,
    /// The number of files that were hashed.
    hashes: u64,
}

/// The files with the same stem.
#[derive(Clone, Copy, Debug, Default)]
struct Stem {
    /// The kinds of the files on disk, as bit flags.
    kinds: u8,
    is_on_disk: bool,
    is_reserved: bool,
    /// Whether the stem was reserved for a group of this run.
    is_owned: bool,
}

const IMAGE: u8 = 1;
const VIDEO: u8 = 2;
const RAW: u8 = 4;
const DEVELOPED: u8 = 8;

impl Stem {
    /// Whether the files on disk form a group by the rules of uploads, so that another file of this stem would be
    /// taken for a member.
    fn is_group_on_disk(self) -> bool {
        let has = |kinds| self.kinds & kinds == kinds;
        has(IMAGE | VIDEO) || has(RAW | DEVELOPED)
    }
}

fn kinds(name: &str) -> u8 {
    let extension = media::extension(name);
    let bit = |is: bool, bit| if is { bit } else { 0 };
    bit(media::live_image_rank(&extension).is_some(), IMAGE)
        | bit(media::live_video_rank(&extension).is_some(), VIDEO)
        | bit(media::is_raw(&extension), RAW)
        | bit(media::is_developed(&extension), DEVELOPED)
}

fn stem(name: &str) -> String {
    name::folded(name::split(name).0)
}

/// Files whose names differ only in their numbers.
#[derive(Debug, Default)]
struct Family {
    names: Vec<String>,
    /// Whether the lengths of the files are known.
    is_measured: bool,
    lengths: Vec<Option<u64>>,
    /// Files that are not hashed yet, by their length.
    unhashed: HashMap<u64, VecDeque<usize>>,
    /// The number of files that are being hashed.
    hashing: usize,
    by_checksum: HashMap<Checksum, Vec<usize>>,
}

impl Folder {
    fn read(path: &Path) -> io::Result<Self> {
        let mut this = Self { longest: longest_name(path), ..Self::default() };
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(this),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            // A name that is not Unicode never matches the name of an asset.
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        for name in names {
            this.on_disk.insert(name::folded(&name));
            let stem = this.stems.entry(stem(&name)).or_default();
            stem.kinds |= kinds(&name);
            stem.is_on_disk = true;
            let mut families = Vec::new();
            for longest in lengths(this.longest, name.len()).filter(|longest| name.len() <= *longest) {
                families.push(name::family(&name, longest));
                families.extend(name::without_number(&name).map(|(base, _)| name::family(&base, longest)));
            }
            families.sort_unstable();
            families.dedup();
            for family in families {
                this.families.entry(family).or_default().names.push(name.clone());
            }
        }
        Ok(this)
    }

    fn is_taken(&mut self, path: &Path, name: &str, by_disk: bool) -> bool {
        let folded = name::folded(name);
        if self.reserved.contains(&folded) {
            return true;
        }
        if !by_disk {
            return false;
        }
        // Another program may have created it since the folder was read.
        self.on_disk.contains(&folded) || (exists(&path.join(name)) && self.on_disk.insert(folded))
    }

    fn reserve(&mut self, name: &str, is_group: bool) {
        self.reserved.insert(name::folded(name));
        self.reserve_stem(stem(name), is_group);
    }

    fn reserve_stem(&mut self, stem: String, is_group: bool) {
        let stem = self.stems.entry(stem).or_default();
        stem.is_reserved = true;
        stem.is_owned |= is_group;
    }

    /// Whether a single file must not have this name, because it would join a group.
    fn would_join_group(&self, name: &str, by_disk: bool) -> bool {
        let Some(stem) = self.stems.get(&stem(name)) else { return false };
        stem.is_owned || (by_disk && stem.is_group_on_disk() && kinds(name) != 0)
    }
}

impl Family {
    fn measure(&mut self, folder: &Path) {
        if self.is_measured {
            return;
        }
        self.is_measured = true;
        for (at, name) in self.names.iter().enumerate() {
            // A link is ignored: its target belongs elsewhere.
            let found = fs::symlink_metadata(folder.join(name)).ok();
            let length = found.filter(fs::Metadata::is_file).map(|found| found.len());
            self.lengths.push(length);
            if let Some(length) = length {
                self.unhashed.entry(length).or_default().push_back(at);
            }
        }
    }

    /// Returns the next file that may be the wanted one and is not hashed yet.
    fn pop(&mut self, bytes: Option<u64>) -> Option<usize> {
        let length =
            bytes.or_else(|| self.unhashed.iter().find(|(_, files)| !files.is_empty()).map(|(length, _)| *length))?;
        self.unhashed.get_mut(&length)?.pop_front()
    }
}

type Locked<'f> = MutexGuard<'f, HashMap<PathBuf, Folder>>;

impl Folders {
    fn lock(&self) -> Locked<'_> {
        self.0.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of<'l>(locked: &'l mut Locked<'_>, path: &Path) -> io::Result<&'l mut Folder> {
        if !locked.contains_key(path) {
            let folder = Folder::read(path)?;
            locked.insert(path.to_owned(), folder);
        }
        Ok(locked.entry(path.to_owned()).or_default())
    }

    /// Whether a folder has a file of the name, in any letter case.
    pub(super) fn has(&self, path: &Path, name: &str) -> io::Result<bool> {
        let mut locked = self.lock();
        Ok(Self::of(&mut locked, path)?.is_taken(path, name, true))
    }

    /// Reserves the name with a number, whether it is free or not.
    pub(super) fn reserve_numbered(&self, path: &Path, name: &str, number: u32) -> io::Result<String> {
        let mut locked = self.lock();
        let folder = Self::of(&mut locked, path)?;
        let name = name::numbered_within(name, number, folder.longest);
        folder.reserve(&name, false);
        Ok(name)
    }

    /// Returns the maximum length of a name in a folder, in bytes.
    fn longest(&self, path: &Path) -> io::Result<usize> {
        Ok(Self::of(&mut self.lock(), path)?.longest)
    }

    /// Reserves the first free name, with numbers starting at `from`. With `in_group`, the stem is reserved for the
    /// file's group.
    pub(super) fn reserve_free(&self, path: &Path, name: &str, from: u32, in_group: bool) -> io::Result<String> {
        let mut locked = self.lock();
        let folder = Self::of(&mut locked, path)?;
        let key = name::folded(name);
        let mut number = from.max(folder.next.get(&key).copied().unwrap_or_default());
        loop {
            let candidate = name::numbered_within(name, number, folder.longest);
            if !folder.is_taken(path, &candidate, true) && (in_group || !folder.would_join_group(&candidate, true)) {
                folder.reserve(&candidate, false);
                if from == 0 {
                    folder.next.insert(key, number);
                }
                return Ok(candidate);
            }
            number = increment(number)?;
        }
    }

    /// Returns the next number of a stem in this run, whatever is on disk: for names that the responses determine.
    pub(super) fn number(&self, path: &Path, name: &str) -> io::Result<u32> {
        let mut locked = self.lock();
        let folder = Self::of(&mut locked, path)?;
        // No name contains a slash, so these keys do not collide with others.
        let next = folder.next.entry(format!("/{}", stem(name))).or_default();
        let number = *next;
        *next = increment(number)?;
        Ok(number)
    }

    /// Finds a file of the name, with or without a number, that has these bytes.
    pub(super) fn find(
        &self,
        path: &Path,
        name: &str,
        checksum: Checksum,
        bytes: Option<u64>,
    ) -> io::Result<Option<ExistingFile>> {
        let longest = self.longest(path)?;
        for longest in lengths(longest, name.len()) {
            let expected = |number| Some(name::numbered_within(name, number, longest));
            let family = name::family(&name::numbered_within(name, 0, longest), longest);
            if let Some(found) = self.find_in_family(path, &family, &expected, checksum, bytes)?.into_iter().next() {
                return Ok(Some(found.file));
            }
        }
        Ok(None)
    }

    /// Hashes the existing files that may be the wanted ones, so that reserving the names need not read them. Several
    /// groups can be prepared at the same time.
    pub(super) fn prepare(&self, path: &Path, group: &[Wanted], collision: Collision) -> io::Result<()> {
        if collision != Collision::SkipSame {
            return Ok(());
        }
        let names = Names::of(group, self.longest(path)?);
        for (member, wanted) in group.iter().enumerate() {
            if let (Some(checksum), None) = (wanted.checksum, &wanted.existing) {
                self.find_member(path, &names, member, checksum, wanted.bytes)?;
            }
        }
        Ok(())
    }

    /// Reserves a name for each file of a group: all get the same number, and existing files keep their names.
    pub(super) fn reserve(&self, path: &Path, group: &[Wanted], collision: Collision) -> io::Result<Vec<Reserved>> {
        let names = Names::of(group, self.longest(path)?);
        let is_group = group.len() > 1;
        // For each file, the existing files by number.
        let mut existing: Vec<HashMap<u32, ExistingFile>> = Vec::new();
        let mut shared = None;
        for (member, wanted) in group.iter().enumerate() {
            let mut found = HashMap::new();
            if collision == Collision::SkipSame {
                if let Some((name, length)) = &wanted.existing
                    && let Some(number) = names.number_of(member, name)
                {
                    found.insert(number, ExistingFile { name: name.clone(), length: *length });
                } else if let Some(checksum) = wanted.checksum {
                    for Found { number, file, is_reserved } in
                        self.find_member(path, &names, member, checksum, wanted.bytes)?
                    {
                        if is_reserved {
                            shared = shared.or(Some(file));
                        } else {
                            found.insert(number, file);
                        }
                    }
                }
            }
            existing.push(found);
        }
        let mut locked = self.lock();
        let folder = Self::of(&mut locked, path)?;
        let by_disk = collision != Collision::Overwrite;
        let number = match names.known(folder, path, &existing) {
            Some(number) => number,
            // The same bytes belong to another asset of this run; an earlier run did not store them twice.
            None if !is_group && shared.is_some() => {
                return Ok(shared.into_iter().map(|file| Reserved::Existing(file.name, file.length)).collect());
            }
            None => {
                let key = names.of_member(0, 0).map(|name| name::folded(&name)).unwrap_or_default();
                let key = if is_group { format!("/group/{key}") } else { key };
                let mut number = folder.next.get(&key).copied().unwrap_or_default();
                while !names.are_free(folder, path, number, by_disk) {
                    if collision == Collision::Error {
                        let taken = names.of_member(0, 0).unwrap_or_default();
                        return Ok(group.iter().map(|_| Reserved::Taken(taken.clone())).collect());
                    }
                    number = increment(number)?;
                }
                folder.next.insert(key, number);
                number
            }
        };
        let mut reserved = Vec::new();
        for (member, mut existing) in existing.into_iter().enumerate() {
            reserved.push(match (existing.remove(&number), names.of_member(member, number)) {
                (Some(file), _) => {
                    folder.reserve(&file.name, is_group);
                    Reserved::Existing(file.name, file.length)
                }
                (None, Some(name)) => {
                    folder.reserve(&name, is_group);
                    Reserved::Name(name)
                }
                (None, None) => {
                    let stem_of_all = names.stem(number);
                    folder.reserve_stem(name::folded(&stem_of_all), is_group);
                    Reserved::Stem(stem_of_all)
                }
            });
        }
        Ok(reserved)
    }

    /// Finds existing files with the bytes and the name of a member of a group, with any number.
    fn find_member(
        &self,
        path: &Path,
        names: &Names<'_>,
        member: usize,
        checksum: Checksum,
        bytes: Option<u64>,
    ) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for longest in names.lengths(member) {
            let expected = |number| names.within(member, number, longest);
            if let Some(base) = expected(0) {
                found.extend(self.find_in_family(path, &name::family(&base, longest), &expected, checksum, bytes)?);
            }
            if found.iter().any(|found| !found.is_reserved) {
                break;
            }
        }
        Ok(found)
    }

    /// Finds existing files of a family with these bytes. Hashes files until it finds one that is not reserved.
    fn find_in_family(
        &self,
        path: &Path,
        family: &str,
        expected: &dyn Fn(u32) -> Option<String>,
        checksum: Checksum,
        bytes: Option<u64>,
    ) -> io::Result<Vec<Found>> {
        let mut locked = self.lock();
        loop {
            let folder = Self::of(&mut locked, path)?;
            let Some(files) = folder.families.get_mut(family) else { return Ok(Vec::new()) };
            files.measure(path);
            let mut found = Vec::new();
            for at in files.by_checksum.get(&checksum).into_iter().flatten() {
                let (name, length) = (files.names[*at].clone(), files.lengths[*at].unwrap_or_default());
                if let Some(number) = number_of(&name, expected) {
                    let is_reserved = folder.reserved.contains(&name::folded(&name));
                    found.push(Found { number, file: ExistingFile { name, length }, is_reserved });
                }
            }
            if found.iter().any(|found| !found.is_reserved) {
                return Ok(found);
            }
            let Some(at) = files.pop(bytes) else {
                if files.hashing == 0 {
                    return Ok(found);
                }
                locked = self.0.hashed.wait(locked).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            files.hashing += 1;
            folder.hashes += 1;
            let file = path.join(&files.names[at]);
            drop(locked);
            // A file that cannot be read does not match.
            let hashed = checksum_blocking(&file).ok();
            locked = self.lock();
            if let Some(files) = Self::of(&mut locked, path)?.families.get_mut(family) {
                files.hashing -= 1;
                if let Some((checksum, _)) = hashed {
                    files.by_checksum.entry(checksum).or_default().push(at);
                }
            }
            self.0.hashed.notify_all();
        }
    }

    #[cfg(test)]
    fn hashes(&self) -> u64 {
        self.lock().values().map(|folder| folder.hashes).sum()
    }
}

/// The limits that a name may have been shortened to: an earlier run may have learned the limit of the folder only
/// when it stored the file.
fn lengths(longest: usize, length: usize) -> impl Iterator<Item = usize> {
    let shorter = move |limit: &usize| *limit < longest && *limit < length + name::LONGEST_NUMBER;
    std::iter::once(longest).chain(name::LENGTHS.into_iter().filter(shorter))
}

/// Returns the maximum length of a name in a folder, in bytes. It is lower on encrypted file systems.
fn longest_name(path: &Path) -> usize {
    // A folder that does not exist yet will be on the file system of its closest existing ancestor.
    let existing = path.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let takes = |longest: &usize| {
        let probe = existing.join("x".repeat(*longest));
        !matches!(fs::symlink_metadata(probe), Err(error) if disk::is_too_long(&error))
    };
    name::LENGTHS.into_iter().find(takes).unwrap_or(name::LENGTHS[name::LENGTHS.len() - 1])
}

fn increment(number: u32) -> io::Result<u32> {
    number.checked_add(1).ok_or_else(|| io::Error::other("every number of the name is taken"))
}

/// Returns the number for which the expected name is the name of this file.
fn number_of(name: &str, expected: &dyn Fn(u32) -> Option<String>) -> Option<u32> {
    let fits = |number: &u32| expected(*number).is_some_and(|expected| name::is_same(&expected, name));
    Some(0).filter(fits).or_else(|| name::without_number(name).map(|(_, number)| number).filter(fits))
}

/// The names of a group, with any number.
struct Names<'g> {
    /// For each file, its index among the known names.
    places: Vec<Option<usize>>,
    known: Vec<&'g str>,
    /// Whether there is only one file.
    single: bool,
    /// The maximum length of a name in bytes.
    longest: usize,
}

impl<'g> Names<'g> {
    fn of(group: &'g [Wanted], longest: usize) -> Self {
        let mut known = Vec::new();
        let places = group.iter().map(|wanted| {
            wanted.name.as_deref().map(|name| {
                known.push(name);
                known.len() - 1
            })
        });
        Self { places: places.collect(), known, single: group.len() == 1, longest }
    }

    fn of_member(&self, member: usize, number: u32) -> Option<String> {
        self.within(member, number, self.longest)
    }

    /// Returns the name of a file for a limit of `longest` bytes.
    fn within(&self, member: usize, number: u32, longest: usize) -> Option<String> {
        let place = (*self.places.get(member)?)?;
        if self.single {
            return Some(name::numbered_within(&name::safe(self.known.first()?)?, number, longest));
        }
        name::together(&self.known, number, longest)?.into_iter().nth(place)
    }

    /// The limits that the name of a file may have been shortened to.
    fn lengths(&self, member: usize) -> impl Iterator<Item = usize> {
        lengths(self.longest, self.of_member(member, 0).map_or(0, |name| name.len()))
    }

    /// Returns the number with which this member has the given name.
    fn number_of(&self, member: usize, name: &str) -> Option<u32> {
        self.lengths(member).find_map(|longest| number_of(name, &|number| self.within(member, number, longest)))
    }

    fn stem(&self, number: u32) -> String {
        let names = name::together(&self.known, number, self.longest).unwrap_or_default();
        names.first().map(|name| name::split(name).0.to_owned()).unwrap_or_default()
    }

    fn all(&self, number: u32) -> Vec<String> {
        (0..self.places.len()).filter_map(|member| self.of_member(member, number)).collect()
    }

    /// Returns the number under which most of the files exist, and which is free for the others.
    fn known(&self, folder: &mut Folder, path: &Path, existing: &[HashMap<u32, ExistingFile>]) -> Option<u32> {
        let mut numbers: HashMap<u32, usize> = HashMap::new();
        existing.iter().flat_map(HashMap::keys).for_each(|number| *numbers.entry(*number).or_default() += 1);
        let mut numbers: Vec<_> = numbers.into_iter().collect();
        numbers.sort_unstable_by_key(|(number, count)| (std::cmp::Reverse(*count), *number));
        let mut fits = |number: u32| {
            let is_free = |folder: &mut Folder, member: usize| match self.of_member(member, number) {
                Some(name) => !folder.is_taken(path, &name, true),
                None => true,
            };
            let is_reserved = !self.single
                && folder.stems.get(&name::folded(&self.stem(number))).is_some_and(|stem| stem.is_reserved);
            !is_reserved
                && existing
                    .iter()
                    .enumerate()
                    .all(|(member, found)| found.contains_key(&number) || is_free(folder, member))
        };
        numbers.into_iter().map(|(number, _)| number).find(|number| fits(*number))
    }

    fn are_free(&self, folder: &mut Folder, path: &Path, number: u32, by_disk: bool) -> bool {
        let names = self.all(number);
        if names.iter().any(|name| folder.is_taken(path, name, by_disk)) {
            return false;
        }
        if self.single {
            return names.iter().all(|name| !folder.would_join_group(name, by_disk));
        }
        let stem = folder.stems.get(&name::folded(&self.stem(number))).copied().unwrap_or_default();
        !(stem.is_reserved || by_disk && stem.is_on_disk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Temporary(PathBuf);

    impl Temporary {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("immich-names-{name}-{}", std::process::id()));
            drop(fs::remove_dir_all(&path));
            fs::create_dir_all(&path).expect("a folder");
            Self(path)
        }

        fn write(&self, name: &str, bytes: &str) {
            fs::write(self.0.join(name), bytes).expect("a file");
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn wanted(name: &str, bytes: &str) -> Wanted {
        let (checksum, length) = (Checksum::of(bytes), bytes.len() as u64);
        Wanted { name: Some(name.to_owned()), checksum: Some(checksum), bytes: Some(length), existing: None }
    }

    fn names(reserved: Vec<Reserved>) -> Vec<String> {
        let name = |reserved| match reserved {
            Reserved::Existing(name, _) => format!("={name}"),
            Reserved::Name(name) => name,
            Reserved::Stem(stem) => format!("{stem}.*"),
            Reserved::Taken(name) => format!("!{name}"),
        };
        reserved.into_iter().map(name).collect()
    }

    #[test]
    fn each_file_is_hashed_at_most_once() {
        let folder = Temporary::new("hashes");
        const FILES: usize = 500;
        let content = |number: usize| format!("{number:05}");
        for number in 0..FILES {
            folder.write(&name::numbered("a.jpg", u32::try_from(number).expect("a number")), &content(FILES - number));
        }
        let folders = Folders::default();
        for number in 1..=FILES {
            let found = folders.reserve(&folder.0, &[wanted("a.jpg", &content(number))], Collision::SkipSame);
            assert!(matches!(found.expect("a name")[..], [Reserved::Existing(..)]));
        }
        assert_eq!(folders.hashes(), FILES as u64);
        let others = Folders::default();
        for number in 0..10 {
            let new = others.reserve(&folder.0, &[wanted("a.jpg", &format!("longer {number}"))], Collision::SkipSame);
            assert_eq!(names(new.expect("a name")), [format!("a ({}).jpg", FILES + number)]);
        }
        assert_eq!(others.hashes(), 0, "no file has this length");
    }

    #[test]
    fn all_files_of_a_group_get_the_same_number() {
        let folder = Temporary::new("groups");
        let pair = |bytes: &str| [wanted("IMG_1.HEIC", bytes), wanted("IMG_1.MOV", &format!("{bytes} moves"))];
        let reserve = |folders: &Folders, group: &[Wanted]| {
            names(folders.reserve(&folder.0, group, Collision::SkipSame).expect("names"))
        };
        // A photo of the same stem does not get the video of another.
        folder.write("img_1.JPG", "still");
        let folders = Folders::default();
        assert_eq!(reserve(&folders, &pair("one")), ["IMG_1 (1).HEIC", "IMG_1 (1).MOV"]);
        assert_eq!(reserve(&folders, &pair("two")), ["IMG_1 (2).HEIC", "IMG_1 (2).MOV"]);
        assert_eq!(reserve(&folders, &[wanted("IMG_1 (2).png", "alone")]), ["IMG_1 (2) (1).png"]);
        // An earlier run stored one file of the pair, and the number stays.
        folder.write("IMG_1 (5).MOV", "three moves");
        let folders = Folders::default();
        assert_eq!(reserve(&folders, &pair("three")), ["IMG_1 (5).HEIC", "=IMG_1 (5).MOV"]);
        assert_eq!(reserve(&folders, &[wanted("IMG_1 (5).jpg", "still")]), ["IMG_1 (5) (1).jpg"]);
        // The other name of that number belongs to another file, so both get a new number.
        folder.write("IMG_1 (7).HEIC", "other");
        folder.write("IMG_1 (7).MOV", "four moves");
        let folders = Folders::default();
        assert_eq!(reserve(&folders, &pair("four")), ["IMG_1 (1).HEIC", "IMG_1 (1).MOV"]);
        // A stored pair of an earlier run keeps its stem.
        assert_eq!(reserve(&folders, &[wanted("IMG_1 (7).JPG", "still")]), ["IMG_1 (7) (1).JPG"]);
    }

    #[test]
    fn names_are_unique_in_a_run_with_any_policy() {
        let folder = Temporary::new("policies");
        folder.write("a.heic", "other");
        let pair = [wanted("a.heic", "1"), wanted("a.mov", "2")];
        for (collision, first, second) in [
            (Collision::Suffix, ["a (1).heic", "a (1).mov"], ["a (2).heic", "a (2).mov"]),
            (Collision::SkipSame, ["a (1).heic", "a (1).mov"], ["a (2).heic", "a (2).mov"]),
            (Collision::Overwrite, ["a.heic", "a.mov"], ["a (1).heic", "a (1).mov"]),
            (Collision::Error, ["!a.heic", "!a.heic"], ["!a.heic", "!a.heic"]),
        ] {
            let folders = Folders::default();
            let reserve = || names(folders.reserve(&folder.0, &pair, collision).expect("names"));
            assert_eq!((reserve(), reserve()), (first.map(str::to_owned).to_vec(), second.map(str::to_owned).to_vec()));
        }
    }

    #[test]
    fn pairs_stay_together_despite_case_normalization_and_length() {
        let folder = Temporary::new("forms");
        folder.write("a\u{308}.heic", "other");
        let folders = Folders::default();
        let reserve = |group: &[Wanted]| names(folders.reserve(&folder.0, group, Collision::SkipSame).expect("names"));
        assert_eq!(reserve(&[wanted("Ä.HEIC", "1"), wanted("a\u{308}.mov", "2")]), ["Ä (1).HEIC", "Ä (1).mov"]);
        let long = "x".repeat(300);
        let pair = |bytes: &str| [wanted(&format!("{long}.HEIC"), bytes), wanted(&format!("{long}.MOV"), "moves")];
        for number in ["", " (1)"] {
            let names = reserve(&pair(number));
            let stem = format!("{}{number}", "x".repeat(250 - number.len()));
            assert_eq!(names, [format!("{stem}.HEIC"), format!("{stem}.MOV")]);
        }
        assert_eq!(reserve(&[wanted("b.heic", "1"), Wanted { name: None, ..wanted("", "2") }]), ["b.heic", "b.*"]);
        assert_eq!(reserve(&[wanted("b.mov", "3")]), ["b (1).mov"]);
    }
}
