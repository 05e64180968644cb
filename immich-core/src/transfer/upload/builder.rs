//! The input of an upload, and its options.

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
use crate::endpoint::Operation;
use crate::error::Error;
use crate::ids::AlbumId;
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

/// How long to wait for metadata while the server reads none.
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

/// An upload that is not started: its input and its options. [`start`](Self::start) creates an [`Upload`] from it.
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
    /// A file that the server failed to store needs three more: `downloadAsset` proves whether it has the bytes, and
    /// `getAssetInfo` and `deleteAssets` let it be uploaded again. Without their permissions such a file fails.
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
            files: FileOptions {
                filter: Filter::default(),
                recursive: true,
                hidden: false,
                system_folders: false,
                follow_links: false,
                sidecars: true,
                live_photos: true,
                stacks: Vec::new(),
                after_upload: SourcePolicy::Keep,
                after_duplicate: SourcePolicy::Keep,
                journal: None,
                verify_journal: false,
                upload_proof: CopyProof::Length,
                duplicate_proof: CopyProof::Bytes,
            },
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

    /// Adds bytes or a stream.
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

    /// Adds several of them.
    pub fn items(mut self, items: impl IntoIterator<Item = UploadItem>) -> Self {
        self.items.extend(items);
        self
    }

    /// Sets how many are sent at once; 4 otherwise.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.options.concurrency = concurrency;
        self
    }

    /// Sets how many are hashed at once; as many as the machine has processors otherwise, and at most 4.
    pub fn hash_concurrency(mut self, concurrency: usize) -> Self {
        self.options.hash_concurrency = concurrency;
        self
    }

    /// Sets whether the server is asked in batches what it has already before anything is sent; it is otherwise.
    ///
    /// Without it each file is sent with its checksum, and the server reports a duplicate before it reads the file:
    /// one call less for a few files that are new, and the only way for a visitor of a shared link.
    pub fn check(mut self, check: bool) -> Self {
        self.options.check = check;
        self
    }

    /// Hashes and checks all the same, but sends and changes nothing.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.options.dry_run = dry_run;
        self
    }

    /// Sets what to do with a file whose copy on the server is in the trash; that is reported otherwise.
    pub fn trash(mut self, policy: TrashPolicy) -> Self {
        self.options.trash = policy;
        self
    }

    /// Adds everything to the album with this id, what the server has already too.
    pub fn album(mut self, id: AlbumId) -> Self {
        self.options.album = Some(AlbumTarget::Id(id));
        self
    }

    /// Adds everything to the user's own album of this name, which is created if there is none.
    pub fn album_name(mut self, name: impl Into<String>) -> Self {
        self.options.album = Some(AlbumTarget::Name(composed(&name.into())));
        self
    }

    /// Adds each file to the user's own album that is called as the folder of the file.
    pub fn album_by_folder(mut self) -> Self {
        self.options.album = Some(AlbumTarget::Folder);
        self
    }

    /// Sets what to do when the user has several albums of a name; that is an error otherwise.
    pub fn same_name(mut self, policy: SameNamePolicy) -> Self {
        self.options.same_name = policy;
        self
    }

    /// Adds a tag to everything, such as `trips/rome`, which is created if there is none.
    pub fn tag(mut self, name: impl Into<String>) -> Self {
        self.options.tags.push(name.into());
        self
    }

    /// Marks what is uploaded as favorite, or not.
    pub fn favorite(mut self, favorite: bool) -> Self {
        self.options.favorite = Some(favorite);
        self
    }

    /// Sets where it shows what is uploaded.
    pub fn visibility(mut self, visibility: AssetVisibility) -> Self {
        self.options.visibility = Some(visibility);
        self
    }

    /// Stores a value with what is uploaded, for programs.
    pub fn metadata(mut self, item: AssetMetadataUpsertItemDto) -> Self {
        self.options.metadata.push(item);
        self
    }

    /// Corrects the times of each input. It is given what the file itself says: the time of its last change, and as
    /// that of its making the earlier of its birth and its last change. A time that means "unknown", such as the
    /// beginning of 1970, 1904 or 1980 or a day in the future, is passed over; if there is no other, both are
    /// 1970-01-01T00:00:00Z.
    pub fn times(mut self, times: impl Fn(&UploadInput, FileTimes) -> FileTimes + Send + Sync + 'static) -> Self {
        self.options.times = Some(Arc::new(times));
        self
    }

    /// Sets how long to wait for a server that is away: one that restarts, or behind a gateway that responds with 502, 503 or
    /// 504. Defaults to 15 minutes; zero fails each file that meets an outage.
    ///
    /// Meanwhile only one small request every few seconds is sent. [`ProgressSnapshot::server_away`] reports that the upload
    /// waits. After that time it stops, and what was not sent is skipped as [`Stopped`](super::SkipReason::Stopped).
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

    /// Sets how long to wait until the server has read the metadata of uploaded files, where they are tagged. Defaults to
    /// two minutes in which the server reads none.
    ///
    /// When a server reads the metadata of a new file, it replaces the tags of the asset by those in the file. Tags are
    /// put on again then, and an asset whose metadata was not read in time is in
    /// [`TagOutcome::unsettled`](super::TagOutcome::unsettled).
    pub fn metadata_wait(mut self, wait: Duration) -> Self {
        self.options.metadata_wait = wait;
        self
    }

    /// Sets whether the original of each duplicate is requested, to prove that the server has its bytes and not only a
    /// record of it: one small request for each. Defaults to false.
    ///
    /// A duplicate of an attempt that may have failed on the server is always proven, and so is every copy before its
    /// source is deleted or moved.
    pub fn verify_duplicates(mut self, verify: bool) -> Self {
        self.options.verify_duplicates = verify;
        self
    }

    /// Begins. Nothing is done until the upload is requested its outcomes.
    ///
    /// # Errors
    /// `Build` if there is nothing to upload, a concurrency is zero, or a pattern cannot be used.
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
            Ok(Upload::new(self.client, self.options, self.items))
        }
    }
}

/// Options for files. They need the feature `fs`.
#[cfg(feature = "fs")]
impl UploadBuilder {
    /// Adds a file, or a folder with all that is below it and that the server takes.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// Adds several of them. What is given twice counts once.
    pub fn paths(mut self, paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        self.paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Takes only files that fit this pattern, or another given so; a folder that fits is taken with all that is below it.
    ///
    /// A pattern without a slash is one of names, in any folder: `*.jpg`. One with a slash is of paths: below the folder that was
    /// given (`trip/**`, `./trip/*.jpg`), with that folder's own name (`photos/trip/*`), or from the root of the file system
    /// (`/home/me/photos/trip/*`). `trip/` is of folders alone. `*` and `?` stand for anything but a slash, `**` for
    /// folders, `{a,b}` for either, `[a-z]` for one of these letters; a backslash before such a sign takes it as it is, and
    /// elsewhere is a slash, as on Windows. Extensions fit in any letter case.
    ///
    /// A pattern that fitted nothing is in [`unmatched_patterns`](super::UploadSummary::unmatched_patterns) at the end.
    pub fn include(mut self, pattern: impl Into<String>) -> Self {
        self.include.push(pattern.into());
        self
    }

    /// Leaves out files and whole folders that fit this pattern, which is written as for [`include`](Self::include) and
    /// counts more. A folder that was given itself is always taken.
    pub fn exclude(mut self, pattern: impl Into<String>) -> Self {
        self.exclude.push(pattern.into());
        self
    }

    /// Sets whether to look into folders below those given; it is so otherwise.
    pub fn recursive(mut self, recursive: bool) -> Self {
        self.options.files.recursive = recursive;
        self
    }

    /// Sets whether to take files and folders whose names begin with a dot; only those given themselves otherwise.
    pub fn hidden(mut self, hidden: bool) -> Self {
        self.options.files.hidden = hidden;
        self
    }

    /// Sets whether to look into folders that systems make; they are left out otherwise, and each is reported as
    /// [`SkipReason::SystemFolder`](super::SkipReason::SystemFolder). A folder that was given itself is always taken.
    ///
    /// They are the trash, thumbnails, snapshots and databases of NAS, Windows, macOS, Linux, Android and Syncthing:
    /// `@eaDir`, `#recycle`, `$RECYCLE.BIN`, `.Trash-1000`, `lost+found`, `.thumbnails`, `.stversions`, `*.lrdata` and the
    /// like, and in a `.photoslibrary` all but the originals. With them go single files: `._*` of macOS and
    /// `.trashed-*` of Android.
    pub fn system_folders(mut self, system_folders: bool) -> Self {
        self.options.files.system_folders = system_folders;
        self
    }

    /// Sets whether to follow symbolic links; only those given themselves otherwise.
    pub fn follow_links(mut self, follow: bool) -> Self {
        self.options.files.follow_links = follow;
        self
    }

    /// Sets whether XMP files go with the photos that they belong to; they do otherwise.
    ///
    /// A photo has `photo.jpg.xmp` or `photo.xmp` of its folder, in any letter case and Unicode form, where the name that fits
    /// most closely counts. One that cannot be read, or is longer than 16 MiB, stays where it is; the photo is sent
    /// without it and says so in [`SidecarFile::error`](super::SidecarFile::error).
    pub fn sidecars(mut self, sidecars: bool) -> Self {
        self.options.files.sidecars = sidecars;
        self
    }

    /// Sets whether an image and a video of one folder and name become a live photo; they do otherwise.
    pub fn live_photos(mut self, live_photos: bool) -> Self {
        self.options.files.live_photos = live_photos;
        self
    }

    /// Shows files as one by this rule. Of several rules the one given first counts.
    pub fn stack(mut self, rule: StackRule) -> Self {
        self.options.files.stacks.push(rule);
        self
    }

    /// Sets what to do with a file that was uploaded, once the server has confirmed that it has it; it stays otherwise.
    pub fn after_upload(mut self, policy: SourcePolicy) -> Self {
        self.options.files.after_upload = policy;
        self
    }

    /// Sets what to do with a file that the server has already, once it has confirmed that; it stays otherwise.
    pub fn after_duplicate(mut self, policy: SourcePolicy) -> Self {
        self.options.files.after_duplicate = policy;
        self
    }

    /// Keeps in this file what was uploaded: files that did not change since are neither hashed nor sent again.
    ///
    /// One journal is for one user of a server, and for one program at a time.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.files.journal = Some(path.into());
        self
    }

    /// Sets the proof that the server has the bytes of an uploaded file, before the file is deleted or moved. Defaults to
    /// [`CopyProof::Length`]: the server hashed the bytes when it got them.
    pub fn upload_proof(mut self, proof: CopyProof) -> Self {
        self.options.files.upload_proof = proof;
        self
    }

    /// Sets the proof that the server has the bytes of a duplicate, before the file here is deleted or moved. Defaults to
    /// [`CopyProof::Bytes`]: nobody knows what became of a file since it was uploaded long ago.
    pub fn duplicate_proof(mut self, proof: CopyProof) -> Self {
        self.options.files.duplicate_proof = proof;
        self
    }

    /// Sets whether the server is asked, in batches, if it still has what the journal says, and the original of each is
    /// requested to prove it. Defaults to false.
    pub fn verify_journal(mut self, verify: bool) -> Self {
        self.options.files.verify_journal = verify;
        self
    }
}
