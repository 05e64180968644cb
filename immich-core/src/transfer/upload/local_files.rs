//! The steps on local files, and the files themselves. Without the feature `fs`, `no_local_files.rs` replaces this.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use crate::body::Body;
use crate::client::Client;
use crate::error::Error;
use crate::multipart::FilePart;
use crate::transfer::Checksum;
use crate::transfer::account::account;
use crate::transfer::file::file_body_with;
use crate::transfer::threads;
use crate::transfer::upload::changes::{Changes, are_changed};
use crate::transfer::upload::files::{self, SidecarSource, Stamp};
use crate::transfer::upload::hashing::Hashed;
use crate::transfer::upload::item::{Found, Item, Source};
use crate::transfer::upload::journal::{Account, Journal, JournalEntries};
use crate::transfer::upload::journaling::Journaling;
use crate::transfer::upload::options::{FileOptions, FileTimes};
use crate::transfer::upload::outcome::{SidecarFile, SourceResult, UploadInput};
use crate::transfer::upload::remove::remove_here;
use crate::transfer::upload::run::Run;
use crate::transfer::upload::times::times;

pub(super) use crate::transfer::upload::journaling::{Line, Recorded, Written};
pub(super) use crate::transfer::upload::removal::{Removal, Removed};
pub(super) use crate::transfer::upload::scanner::Scanner;

/// The steps on local files.
#[derive(Default)]
pub(super) struct LocalFiles {
    pub(super) changes: Changes,
    pub(super) journal: Journaling,
    pub(super) removal: Removal,
}

/// A file to upload.
pub(super) struct LocalFile {
    pub(super) path: PathBuf,
    /// The absolute path, which identifies the file in the journal.
    pub(super) absolute: PathBuf,
    /// The path relative to the given path.
    pub(super) relative: PathBuf,
    pub(super) stamp: Stamp,
    pub(super) sidecar: Option<SidecarSource>,
}

impl LocalFile {
    pub(super) async fn hash(&self, run: Arc<Run>) -> io::Result<Hashed> {
        let (checksum, metadata, bytes) = files::hash(self.path.clone(), self.stamp, run).await?;
        Ok(Hashed { checksum, length: metadata.len(), metadata: Some(metadata), bytes })
    }

    /// Whether it changed after it was hashed.
    pub(super) async fn is_changed(&self) -> bool {
        are_changed(vec![(self.path.clone(), self.stamp)]).await == [true]
    }

    /// Returns the parts of a request: the file, whose bytes may be in memory, and its sidecar.
    pub(super) async fn parts(&self, bytes: Option<&Bytes>) -> (Body, Option<FilePart>) {
        let sidecar = match &self.sidecar {
            Some(sidecar) => sidecar.part().await,
            None => None,
        };
        let from_disk = || file_body_with(self.path.clone(), self.stamp.length, self.stamp.is_link());
        (bytes.cloned().map_or_else(from_disk, Body::from), sidecar)
    }

    /// Returns why the sidecar could not be read.
    pub(super) fn sidecar_problem(&self) -> Option<&Error> {
        self.sidecar.as_ref()?.problem()
    }

    pub(super) fn sidecar_outcome(&self, fate: SourceResult) -> Option<SidecarFile> {
        let found = self.sidecar.as_ref()?;
        let (path, error) = (found.path.to_path_buf(), found.problem().cloned());
        Some(SidecarFile { path, shared: found.users > 1 || found.others, fate, error })
    }
}

/// Updates an input to the state of the file while it was hashed.
pub(super) fn update_stamp(run: &Run, item: &mut Item, metadata: &Metadata) {
    let Source::File(file) = &mut item.source else { return };
    let now = Stamp::of(metadata).through_link(file.stamp.is_link());
    if file.stamp != now {
        file.stamp = now;
        let (created, modified) = times(metadata);
        let mut of_file = FileTimes { created, modified };
        if let Some(times) = &run.options.times {
            of_file = times(&UploadInput::Path(file.path.clone()), of_file);
        }
        (item.created_at, item.modified_at) = (of_file.created, of_file.modified);
    }
}

/// Hashes bytes on another thread.
pub(super) async fn checksum(bytes: Bytes) -> Checksum {
    threads::unblock(move || Checksum::of(bytes)).await
}

/// Polls with the threads of the client as the current ones.
pub(super) fn with_threads<T>(run: &Run, poll: impl FnOnce() -> T) -> T {
    threads::with(run.client.threads(), poll)
}

/// Returns the next entries of a scanner.
pub(super) async fn scan(mut scanner: Box<Scanner>) -> (Box<Scanner>, Vec<Found>) {
    threads::unblock(move || {
        let found = scanner.next_batch();
        (scanner, found)
    })
    .await
}

/// Creates the scanner of the paths, and opens the journal.
pub(super) async fn open(
    run: &Arc<Run>,
    paths: Vec<PathBuf>,
    extensions: HashSet<String>,
) -> Result<(Option<Box<Scanner>>, LocalFiles), Error> {
    let account = match &run.options.files.journal {
        Some(_) => Some(run.outages.retry_outages(|| owner(&run.client)).await?),
        None => None,
    };
    let run = Arc::clone(run);
    threads::unblock(move || open_here(&run, paths, extensions, account)).await
}

async fn owner(client: &Client) -> Result<Account, Error> {
    Ok(Account { server: client.base_url().to_string(), user: account(client).await? })
}

fn open_here(
    run: &Run,
    paths: Vec<PathBuf>,
    extensions: HashSet<String>,
    account: Option<Account>,
) -> Result<(Option<Box<Scanner>>, LocalFiles), Error> {
    let options = &run.options.files;
    let mut files = LocalFiles::default();
    if let Some((path, account)) = options.journal.as_deref().zip(account) {
        let (journal, entries) =
            Journal::open(path, &account).map_err(|error| Error::io(None, "opening the journal", error))?;
        if !run.options.dry_run {
            remove_left_sidecars(&paths, options, &entries);
        }
        files.journal = Journaling::new(journal, entries, account);
    }
    let (times, progress) = (run.options.times.clone(), run.progress.clone());
    let scanner =
        (!paths.is_empty()).then(|| Box::new(Scanner::new(paths, options.clone(), times, extensions, progress)));
    Ok((scanner, files))
}

/// Removes the sidecars of photos that an earlier run removed before it was interrupted.
fn remove_left_sidecars(roots: &[PathBuf], files: &FileOptions, knowledge: &JournalEntries) {
    for (photo, sidecar) in knowledge.left_sidecars() {
        let path = photo.with_file_name(&sidecar.name);
        let Some(stamp) = Stamp::read(&path).ok().filter(|stamp| sidecar.matches(stamp)) else { continue };
        let below = |root: &PathBuf| Some(path.strip_prefix(root.canonicalize().ok()?).ok()?.to_owned());
        let relative = roots.iter().find_map(below).unwrap_or_else(|| sidecar.name.clone().into());
        // A sidecar that cannot be removed stays, as in a run that is not interrupted.
        drop(remove_here(&path, &relative, stamp, &files.after_upload));
    }
}
