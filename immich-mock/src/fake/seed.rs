//! Assets without uploads: from a folder, or made up.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use immich_core::{AssetId, UserId};
use jiff::{SignedDuration, Timestamp};
use sha1::{Digest, Sha1};

use super::media::{self, Kind};
use super::new_asset::NewAsset;
use super::server::FakeImmich;
use super::state::State;
use super::{png, time};

/// The time of the first photo that [`FakeImmich::add_photos`] makes up: 2024-01-01, noon.
const FIRST_PHOTO: i64 = 1_704_110_400;

/// The outcome of seeding the files of a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seeded {
    /// The new assets.
    pub added: usize,
    /// The files that the user already had, by their checksums.
    pub duplicates: usize,
    /// The files of types that the server does not accept.
    pub skipped: usize,
}

/// Assets without uploads.
impl FakeImmich {
    /// Makes every photo and video in a folder and its subfolders an asset of the administrator, in the order of their
    /// paths. An XMP sidecar (`photo.jpg.xmp` or `photo.xmp`) goes to its photo. Hidden files and folders are left out.
    ///
    /// The files are read into memory. The time of an asset is the time at which its file was modified.
    ///
    /// # Errors
    /// The I/O error of a folder or a file that cannot be read, or [`io::ErrorKind::NotFound`] if the server has no
    /// administrator yet. Files before it stay assets.
    pub fn seed_directory(&self, folder: impl AsRef<Path>) -> io::Result<Seeded> {
        let owner = self.admin().ok_or_else(no_admin)?;
        let mut seeded = Seeded::default();
        for path in files(folder.as_ref())? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let line = self.state().line();
            match media::of(&name, line) {
                Some((_, Kind::Sidecar, _)) => continue,
                Some(_) => {}
                None => {
                    seeded.skipped += 1;
                    continue;
                }
            }
            let bytes = Bytes::from(fs::read(&path)?);
            let modified = Timestamp::try_from(fs::metadata(&path)?.modified()?).map_err(io::Error::other)?;
            let sidecar = sidecar(&path)?;
            match self.state().add_file(owner, &name, bytes, modified, sidecar) {
                Some(_) => seeded.added += 1,
                None => seeded.duplicates += 1,
            }
        }
        Ok(seeded)
    }

    /// Adds a file of a user with this name and time. Returns the id of the asset: of the asset that the user already
    /// has, if the bytes are the same.
    ///
    /// # Panics
    /// If the server does not accept the type of the file.
    pub fn add_asset(&self, owner: UserId, name: &str, bytes: impl Into<Bytes>, taken: Timestamp) -> AssetId {
        let bytes = bytes.into();
        let mut state = self.state();
        let known = state.by_checksum(owner, Sha1::digest(&bytes).into()).map(|asset| asset.id);
        let added = known.or_else(|| state.add_file(owner, name, bytes, taken, None));
        drop(state);
        added.unwrap_or_else(|| panic!("{name} has no type that the server accepts"))
    }

    /// Adds photos to the administrator: small PNG files, one a day from 2024-01-01 on, after those that were added
    /// before. Returns their ids. Adds nothing before sign-up.
    pub fn add_photos(&self, count: usize) -> Vec<AssetId> {
        let Some(owner) = self.admin() else { return Vec::new() };
        let mut state = self.state();
        let mut added = Vec::new();
        let mut number = 0_u32;
        while added.len() < count {
            number += 1;
            let day = SignedDuration::from_hours(24 * i64::from(number - 1));
            let first = Timestamp::from_second(FIRST_PHOTO).unwrap_or_default();
            let taken = first.checked_add(day).unwrap_or(Timestamp::MAX);
            // A number that is taken is a duplicate, and the next one is tried.
            added.extend(state.add_file(owner, &format!("photo-{number:04}.png"), png::pixel(number), taken, None));
        }
        added
    }
}

fn no_admin() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "the server has no administrator yet")
}

impl State {
    /// Adds a file; `None` if the user has it, or its type is not accepted.
    fn add_file(
        &mut self,
        owner: UserId,
        name: &str,
        bytes: Bytes,
        taken: Timestamp,
        sidecar: Option<Bytes>,
    ) -> Option<AssetId> {
        let checksum = Sha1::digest(&bytes).into();
        if self.by_checksum(owner, checksum).is_some() {
            return None;
        }
        // As precise as the API, so that a client reads the time that it compares with.
        let taken = Timestamp::from_millisecond(taken.as_millisecond()).unwrap_or_else(|_| time::now());
        let new = NewAsset {
            owner,
            stored_as: name.to_owned(),
            file_name: name.to_owned(),
            bytes,
            checksum,
            sidecar,
            device_asset_id: name.to_owned(),
            device_id: "immich-fake".to_owned(),
            duration: None,
            file_created_at: taken,
            file_modified_at: taken,
            is_favorite: false,
            visibility: "timeline",
            live_photo_video: None,
            metadata: Vec::new(),
        };
        self.insert(new).ok()
    }
}

/// The files of a folder and its subfolders, ordered by path.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    let mut found = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b".")) {
        // The type of the entry itself: a link to a folder could lead back here.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            found.extend(files(&entry.path())?);
        } else if entry.path().is_file() {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// The sidecar next to a file.
fn sidecar(path: &Path) -> io::Result<Option<Bytes>> {
    let mut appended = path.as_os_str().to_owned();
    appended.push(".xmp");
    for candidate in [PathBuf::from(appended), path.with_extension("xmp")] {
        match fs::read(candidate) {
            Ok(bytes) => return Ok(Some(bytes.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
