//! The builder of an upload: its input and its options.

#[cfg(feature = "fs")]
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "fs")]
use crate::api::CreateStack;
use crate::api::{
    AddAssetsToAlbum, AssetMetadataUpsertItemDto, AssetVisibility, BulkTagAssets, CheckBulkUpload, CreateAlbum,
    DownloadAsset, GetAllAlbums, GetAssetInfo, RestoreAssets, UploadAsset, UpsertTags,
};
use crate::client::Client;
use crate::error::Error;
use crate::ids::AlbumId;
use crate::operation::Operation;
use crate::transfer::OutageEvent;
use crate::transfer::outage::OutageOptions;
use crate::transfer::upload::engine::Upload;
#[cfg(feature = "fs")]
use crate::transfer::upload::filter::Filter;
use crate::transfer::upload::item::UploadItem;
use crate::transfer::upload::names::composed;
use crate::transfer::upload::options::{AlbumTarget, FileTimes, Options, SameNamePolicy, TrashPolicy};
#[cfg(feature = "fs")]
use crate::transfer::upload::options::{CopyProof, FileOptions, SourcePolicy, StackRule};
use crate::transfer::upload::outcome::UploadInput;

/// How long to wait for the server to read the metadata of any new file.
const METADATA_WAIT: Duration = Duration::from_secs(120);

impl Client {
    /// Creates an upload. Add its input and options, then [`start`](UploadBuilder::start) it.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # #[cfg(feature = "fs")]
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
    /// let mut upload = client.upload().path("photos").album_name("Trip").start()?;
    /// while let Some(outcome) = upload.next().await? {
    ///     println!("{}: {:?}", outcome.input, outcome.result);
    /// }
    /// let summary = upload.finish().await?;
    /// println!("{} uploaded, {} there already, {} failed", summary.uploaded, summary.duplicates, summary.failed);
    /// if !summary.is_complete() {
    ///     eprintln!("not all went well: {:?} {:?}", summary.albums, summary.tags);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn upload(&self) -> UploadBuilder {
        UploadBuilder::new(self.clone())
    }
}

/// An upload that is not started yet: its input and its options. [`start`](Self::start) creates an [`Upload`] from
/// it.
///
/// [`operations`](Self::operations) lists the operations that it needs permissions for.
#[derive(Debug)]
#[must_use = "nothing is uploaded until it is started"]
pub struct UploadBuilder {
    client: Client,
    items: Vec<UploadItem>,
    options: Options,
    #[cfg(feature = "fs")]
    paths: Vec<PathBuf>,
    #[cfg(feature = "fs")]
    include: Vec<String>,
    #[cfg(feature = "fs")]
    exclude: Vec<String>,
}

impl UploadBuilder {
    /// Returns the operations that an upload with these options needs, for
    /// [`Permissions::missing`](crate::Permissions::missing).
    ///
    /// If the server fails to store a file, three more are needed: `downloadAsset` checks whether the server has the
    /// bytes, and `getAssetInfo` and `deleteAssets` allow the file to be uploaded again. Without these permissions,
    /// such a file fails.
    pub fn operations(&self) -> Vec<&'static Operation> {
        let options = &self.options;
        let mut operations = vec![UploadAsset::OPERATION];
        if options.check {
            operations.push(CheckBulkUpload::OPERATION);
        }
        if options.trash == TrashPolicy::Restore {
            operations.push(RestoreAssets::OPERATION);
        }
        match options.album {
            None => {}
            Some(AlbumTarget::Id(_)) => operations.push(AddAssetsToAlbum::OPERATION),
            Some(AlbumTarget::Name(_) | AlbumTarget::Folder) => {
                operations.extend([GetAllAlbums::OPERATION, CreateAlbum::OPERATION, AddAssetsToAlbum::OPERATION]);
            }
        }
        if !options.tags.is_empty() {
            operations.extend([UpsertTags::OPERATION, BulkTagAssets::OPERATION, GetAssetInfo::OPERATION]);
        }
        if options.verify_duplicates {
            operations.push(DownloadAsset::OPERATION);
        }
        #[cfg(feature = "fs")]
        {
            let keeps = |policy: &SourcePolicy| *policy == SourcePolicy::Keep;
            let files = &options.files;
            if !keeps(&files.after_upload) || !keeps(&files.after_duplicate) || files.verify_journal {
                operations.extend([GetAssetInfo::OPERATION, DownloadAsset::OPERATION]);
            }
            if !files.stacks.is_empty() {
                operations.push(CreateStack::OPERATION);
            }
        }
        operations
    }

    fn new(client: Client) -> Self {
        let options = Options {
            concurrency: 4,
            hash_concurrency: std::thread::available_parallelism().map_or(1, usize::from).min(4),
            check: true,
            dry_run: false,
            trash: TrashPolicy::default(),
            album: None,
            same_name: SameNamePolicy::default(),
            tags: Vec::new(),
            favorite: None,
            visibility: None,
            metadata: Vec::new(),
            times: None,
            outages: OutageOptions::default(),
            metadata_wait: METADATA_WAIT,
            verify_duplicates: false,
            #[cfg(feature = "fs")]
            files: FileOptions::default(),
        };
        Self {
            client,
            items: Vec::new(),
            options,
            #[cfg(feature = "fs")]
            paths: Vec::new(),
            #[cfg(feature = "fs")]
            include: Vec::new(),
            #[cfg(feature = "fs")]
            exclude: Vec::new(),
        }
    }

    /// Adds an item: bytes or a stream.
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::transfer::UploadItem;
    ///
    /// let photo = UploadItem::new("beach.jpg", "the bytes");
    /// let summary = client.upload().item(photo).start()?.finish().await?;
    /// assert_eq!(summary.inputs, 1);
    /// # Ok(()) }
    /// ```
    pub fn item(mut self, item: UploadItem) -> Self {
        self.items.push(item);
        self
    }

    /// Adds several items.
    pub fn items(mut self, items: impl IntoIterator<Item = UploadItem>) -> Self {
        self.items.extend(items);
        self
    }

    /// Sets the maximum number of concurrent uploads. Defaults to 4.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.options.concurrency = concurrency;
        self
    }

    /// Sets the maximum number of files that are hashed concurrently. Defaults to the number of processors, but at
    /// most to 4.
    pub fn hash_concurrency(mut self, concurrency: usize) -> Self {
        self.options.hash_concurrency = concurrency;
        self
    }

    /// Sets whether batches of checksums are checked before sending, to find out which files the server already has.
    /// Defaults to `true`.
    ///
    /// Without the check, each file is sent with its checksum, and the server reports a duplicate before it reads the
    /// file. This saves a request for a few new files, and is the only way for visitors of a shared link.
    pub fn check(mut self, check: bool) -> Self {
        self.options.check = check;
        self
    }

    /// Hashes and checks the files, but does not send or change anything.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.options.dry_run = dry_run;
        self
    }

    /// Sets what to do with a file whose copy on the server is in the trash. Defaults to [`TrashPolicy::Report`].
    pub fn trash(mut self, policy: TrashPolicy) -> Self {
        self.options.trash = policy;
        self
    }

    /// Adds all assets to the album with this id, including those that the server already has.
    pub fn album(mut self, id: AlbumId) -> Self {
        self.options.album = Some(AlbumTarget::Id(id));
        self
    }

    /// Adds all assets to the user's own album of this name, which is created if it does not exist.
    pub fn album_name(mut self, name: impl Into<String>) -> Self {
        self.options.album = Some(AlbumTarget::Name(composed(&name.into())));
        self
    }

    /// Adds each file to the user's own album that has the name of the file's folder.
    pub fn album_by_folder(mut self) -> Self {
        self.options.album = Some(AlbumTarget::Folder);
        self
    }

    /// Sets what to do if the user has several albums of the same name. Defaults to [`SameNamePolicy::Error`].
    pub fn same_name(mut self, policy: SameNamePolicy) -> Self {
        self.options.same_name = policy;
        self
    }

    /// Adds a tag to all assets, such as `trips/rome`, which is created if it does not exist.
    pub fn tag(mut self, name: impl Into<String>) -> Self {
        self.options.tags.push(name.into());
        self
    }

    /// Sets whether uploaded assets are favorites.
    pub fn favorite(mut self, favorite: bool) -> Self {
        self.options.favorite = Some(favorite);
        self
    }

    /// Sets the visibility of uploaded assets.
    pub fn visibility(mut self, visibility: AssetVisibility) -> Self {
        self.options.visibility = Some(visibility);
        self
    }

    /// Stores a metadata item with each uploaded asset, for use by programs.
    pub fn metadata(mut self, item: AssetMetadataUpsertItemDto) -> Self {
        self.options.metadata.push(item);
        self
    }

    /// Sets a function that corrects the times of each input. It receives the times of the file: the modification
    /// time, and the earlier of the creation and modification times as the creation time. Times that mean "unknown"
    /// are ignored, such as the beginning of 1970, 1904 or 1980, or more than a day in the future. If no time is
    /// left, both are 1970-01-01T00:00:00Z.
    pub fn times(mut self, times: impl Fn(&UploadInput, FileTimes) -> FileTimes + Send + Sync + 'static) -> Self {
        self.options.times = Some(Arc::new(times));
        self
    }

    /// Sets how long to wait during an outage of the server: while it restarts, or while a gateway responds with 502,
    /// 503 or 504. Defaults to 15 minutes; with zero, each file that meets an outage fails.
    ///
    /// During an outage only one small request is sent every few seconds, and [`ProgressSnapshot::server_away`]
    /// reports its duration. When the limit is exceeded, the upload stops, and the remaining files are skipped as
    /// [`Stopped`](super::SkipReason::Stopped).
    ///
    /// [`ProgressSnapshot::server_away`]: crate::transfer::ProgressSnapshot::server_away
    pub fn max_outage(mut self, limit: Duration) -> Self {
        self.options.outages.limit = limit;
        self
    }

    /// Calls a function when an outage of the server begins or ends.
    pub fn on_outage(mut self, observer: impl Fn(&OutageEvent) + Send + Sync + 'static) -> Self {
        self.options.outages.observer = Some(Arc::new(observer));
        self
    }

    /// Sets how long to wait for the server to read the metadata of uploaded files that are tagged. Defaults to two
    /// minutes in which the server reads none.
    ///
    /// When a server reads the metadata of a new file, it replaces the tags of the asset with those in the file. The
    /// tags are then added again. An asset whose metadata was not read in time is in
    /// [`TagOutcome::unsettled`](super::TagOutcome::unsettled).
    pub fn metadata_wait(mut self, wait: Duration) -> Self {
        self.options.metadata_wait = wait;
        self
    }

    /// Sets whether the original of each duplicate is requested, to verify that the server has its bytes and not only
    /// a record of it. This costs one small request per duplicate. Defaults to `false`.
    ///
    /// A duplicate that may result from a failed attempt is always verified, and so is every copy before its source
    /// is deleted or moved.
    pub fn verify_duplicates(mut self, verify: bool) -> Self {
        self.options.verify_duplicates = verify;
        self
    }

    /// Creates the upload. It makes progress only while its outcomes are being awaited.
    ///
    /// # Errors
    /// `Build` if there is nothing to upload, a concurrency is zero, or a pattern is invalid.
    #[cfg_attr(not(feature = "fs"), allow(unused_mut))]
    pub fn start(mut self) -> Result<Upload, Error> {
        if self.options.concurrency == 0 || self.options.hash_concurrency == 0 {
            return Err(Error::misconfigured("with a concurrency of zero nothing is uploaded"));
        }
        #[cfg(feature = "fs")]
        {
            self.options.files.filter = Filter::new(&self.include, &self.exclude)?;
            if self.paths.is_empty() && self.items.is_empty() {
                return Err(Error::misconfigured("nothing to upload: add a path or an item"));
            }
            Ok(Upload::new(self.client, self.options, self.items, self.paths))
        }
        #[cfg(not(feature = "fs"))]
        {
            if self.items.is_empty() {
                return Err(Error::misconfigured("nothing to upload: add an item"));
            }
            Ok(Upload::new(self.client, self.options, self.items, Vec::new()))
        }
    }
}

/// Options for files, with feature `fs`.
#[cfg(feature = "fs")]
impl UploadBuilder {
    /// Adds a file, or a folder with all supported files below it.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// Adds several files or folders. A path that is given twice counts once.
    pub fn paths(mut self, paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        self.paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Uploads only files that match this glob or another included one. If a folder matches, everything below it is
    /// included.
    ///
    /// A pattern without a slash matches names in any folder: `*.jpg`. A pattern with a slash matches paths: relative
    /// to the given folder (`trip/**`, `./trip/*.jpg`), starting with the name of that folder (`photos/trip/*`), or
    /// from the root of the file system (`/home/me/photos/trip/*`). `trip/` matches folders only. `*` and `?` match
    /// anything but a slash, `**` matches folders, `{a,b}` either alternative, `[a-z]` one of these characters. A
    /// backslash escapes such a character; any other backslash is a slash, as on Windows. Extensions match in any
    /// letter case.
    ///
    /// Patterns that match nothing are in [`unmatched_patterns`](super::UploadSummary::unmatched_patterns) at the
    /// end.
    pub fn include(mut self, pattern: impl Into<String>) -> Self {
        self.include.push(pattern.into());
        self
    }

    /// Skips files and folders that match this glob, with the syntax of [`include`](Self::include), over which it
    /// takes precedence. A folder that is given itself is never skipped.
    pub fn exclude(mut self, pattern: impl Into<String>) -> Self {
        self.exclude.push(pattern.into());
        self
    }

    /// Sets whether subfolders are included. Defaults to `true`.
    pub fn recursive(mut self, recursive: bool) -> Self {
        self.options.files.recursive = recursive;
        self
    }

    /// Sets whether files and folders are included whose names start with a dot. Defaults to `false`; those that are
    /// given themselves are always included.
    pub fn hidden(mut self, hidden: bool) -> Self {
        self.options.files.hidden = hidden;
        self
    }

    /// Sets whether folders and files are included that operating systems and applications create. Defaults to
    /// `false`: each such folder is reported as [`SkipReason::SystemFolder`](super::SkipReason::SystemFolder). A
    /// folder that is given itself is always included.
    ///
    /// These are trash, thumbnails, snapshots and databases of NAS devices, Windows, macOS, Linux, Android and
    /// Syncthing: `@eaDir`, `#recycle`, `$RECYCLE.BIN`, `.Trash-1000`, `lost+found`, `.thumbnails`, `.stversions`,
    /// `*.lrdata` and the like, and everything in a `.photoslibrary` but the originals. Files are `._*` of macOS and
    /// `.trashed-*` of Android.
    pub fn system_folders(mut self, system_folders: bool) -> Self {
        self.options.files.system_folders = system_folders;
        self
    }

    /// Sets whether symbolic links are followed. Defaults to `false`; links that are given themselves are always
    /// followed.
    pub fn follow_links(mut self, follow: bool) -> Self {
        self.options.files.follow_links = follow;
        self
    }

    /// Sets whether XMP sidecars are sent with their photos. Defaults to `true`.
    ///
    /// The sidecar of a photo is `photo.jpg.xmp` or `photo.xmp` in its folder, in any letter case and Unicode
    /// normalization; the closest name wins. A sidecar that cannot be read or is longer than 16 MiB is left in place.
    /// The photo is sent without it, and its outcome has [`SidecarFile::error`](super::SidecarFile::error).
    pub fn sidecars(mut self, sidecars: bool) -> Self {
        self.options.files.sidecars = sidecars;
        self
    }

    /// Sets whether an image and a video with the same folder and name become a live photo. Defaults to `true`.
    pub fn live_photos(mut self, live_photos: bool) -> Self {
        self.options.files.live_photos = live_photos;
        self
    }

    /// Stacks files by this rule. If several rules apply, the first one given wins.
    pub fn stack(mut self, rule: StackRule) -> Self {
        self.options.files.stacks.push(rule);
        self
    }

    /// Sets what to do with an uploaded file once the server has confirmed that it has it. Defaults to
    /// [`SourcePolicy::Keep`].
    pub fn after_upload(mut self, policy: SourcePolicy) -> Self {
        self.options.files.after_upload = policy;
        self
    }

    /// Sets what to do with a file that the server already has, once it has confirmed that. Defaults to
    /// [`SourcePolicy::Keep`].
    pub fn after_duplicate(mut self, policy: SourcePolicy) -> Self {
        self.options.files.after_duplicate = policy;
        self
    }

    /// Sets a journal file that records the uploads: files that have not changed since are neither hashed nor sent
    /// again.
    ///
    /// A journal is for one user of a server, and for one program at a time. Its folder must exist.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.files.journal = Some(path.into());
        self
    }

    /// Sets the proof that the server has the bytes of an uploaded file, before the file is deleted or moved.
    /// Defaults to [`CopyProof::Length`], because the server hashed the bytes when it received them.
    pub fn upload_proof(mut self, proof: CopyProof) -> Self {
        self.options.files.upload_proof = proof;
        self
    }

    /// Sets the proof that the server has the bytes of a duplicate, before the local file is deleted or moved.
    /// Defaults to [`CopyProof::Bytes`], because the file on the server may have been damaged since it was uploaded.
    pub fn duplicate_proof(mut self, proof: CopyProof) -> Self {
        self.options.files.duplicate_proof = proof;
        self
    }

    /// Sets whether the assets in the journal are verified: checksums are checked in batches, to find out whether the
    /// server still has them, and the original of each is requested. Defaults to `false`.
    pub fn verify_journal(mut self, verify: bool) -> Self {
        self.options.files.verify_journal = verify;
        self
    }
}
