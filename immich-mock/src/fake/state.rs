//! The state of the fake.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use immich_core::{
    ActivityId, AlbumId, ApiKeyId, AssetId, DuplicateId, ServerVersion, SessionId, SharedLinkId, StackId, TagId, UserId,
};
use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::asset_list::AssetList;
use super::asset_store::AssetStore;
use super::backups::Backup;
use super::cluster_groups::JoinRequest;
use super::content::{Content, Storage};
use super::exif::Exif;
use super::faces::Face;
use super::jobs::Jobs;
use super::journal::Journals;
use super::libraries::Library;
use super::line::Line;
use super::maintenance::Maintenance;
use super::media::Kind;
use super::memories::Memory;
use super::notifications::Notification;
use super::partners::Partner;
use super::person::Person;
use super::person_shares::PersonShare;
use super::random::Random;
use super::saved::{self, Word};
use super::time;
use super::trouble::Trouble;
use super::workflows::Workflow;

/// The whole state, behind one lock.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct State {
    #[serde(with = "saved::version")]
    pub(super) version: ServerVersion,
    /// Every version that the server has run, the latest last.
    pub(super) runs: Vec<Run>,
    pub(super) random: Random,
    pub(super) account: Account,
    /// Whether the administrator has finished the first steps of the web application.
    pub(super) is_admin_onboarded: bool,
    pub(super) users: Vec<User>,
    pub(super) keys: Vec<ApiKey>,
    pub(super) sessions: Vec<Session>,
    pub(super) assets: AssetStore,
    /// The asset of a user by its checksum.
    #[serde(skip)]
    pub(super) checksums: HashMap<(UserId, Checksum), AssetId>,
    pub(super) albums: Vec<Album>,
    pub(super) tags: Vec<Tag>,
    pub(super) stacks: Vec<Stack>,
    pub(super) links: Vec<SharedLink>,
    pub(super) activities: Vec<Activity>,
    pub(super) people: Vec<Person>,
    pub(super) faces: Vec<Face>,
    pub(super) memories: Vec<Memory>,
    pub(super) notifications: Vec<Notification>,
    pub(super) partners: Vec<Partner>,
    pub(super) libraries: Vec<Library>,
    /// The configuration that the administrator has sent; null for the defaults.
    #[serde(default)]
    pub(super) config: Value,
    #[serde(default)]
    pub(super) workflows: Vec<Workflow>,
    #[serde(default)]
    pub(super) join_requests: Vec<JoinRequest>,
    #[serde(default)]
    pub(super) backups: Vec<Backup>,
    /// The generated files of assets that were deleted.
    #[serde(default)]
    pub(super) deleted_files: BTreeSet<Uuid>,
    pub(super) paused_queues: BTreeSet<String>,
    pub(super) journals: Journals,
    /// The number of assets ever created.
    pub(super) uploads: u64,
    pub(super) jobs: Jobs,
    #[serde(default)]
    pub(super) maintenance: Option<Maintenance>,
    #[serde(default)]
    pub(super) person_shares: Vec<PersonShare>,
    /// The sessions in which videos are played.
    #[serde(default)]
    pub(super) streams: BTreeMap<Uuid, AssetId>,
    #[serde(skip)]
    pub(super) trouble: Trouble,
    #[serde(skip)]
    pub(super) storage: Arc<Storage>,
}

/// The account of the server that a test may use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) email: String,
    pub(super) password: String,
    pub(super) key: String,
}

/// A version that the server runs, or ran before an upgrade.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) id: Uuid,
    pub(super) since: Timestamp,
    #[serde(with = "saved::version")]
    pub(super) version: ServerVersion,
}

/// A SHA-1 digest.
pub(super) type Checksum = [u8; 20];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) id: UserId,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) password: String,
    pub(super) is_admin: bool,
    pub(super) is_onboarded: bool,
    /// The group of users whose faces are recognized together, at first a group of their own.
    pub(super) cluster_group: Uuid,
    pub(super) should_change_password: bool,
    #[serde(deserialize_with = "saved::optional_word")]
    pub(super) avatar_color: Option<Word>,
    pub(super) pin_code: Option<String>,
    pub(super) quota: Option<u64>,
    pub(super) storage_label: Option<String>,
    pub(super) profile_image: Option<ProfileImage>,
    /// The changed preferences.
    pub(super) preferences: Map<String, Value>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) profile_changed_at: Timestamp,
    /// When it was deleted; an administrator can restore it.
    pub(super) deleted_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ProfileImage {
    pub(super) path: String,
    #[serde(deserialize_with = "saved::word")]
    pub(super) content_type: Word,
    #[serde(with = "saved::base64")]
    pub(super) bytes: Bytes,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ApiKey {
    pub(super) id: ApiKeyId,
    pub(super) user: UserId,
    pub(super) name: String,
    pub(super) secret: String,
    pub(super) permissions: Vec<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) id: SessionId,
    pub(super) user: UserId,
    pub(super) token: String,
    pub(super) created_at: Timestamp,
    /// The time until which it may see locked assets.
    pub(super) elevated_until: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) device_os: String,
    pub(super) device_type: String,
    /// Whether its next stream of changes reports a reset.
    pub(super) is_pending_sync_reset: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Asset {
    pub(super) id: AssetId,
    /// Its position in the order of uploads.
    pub(super) number: u64,
    pub(super) owner: UserId,
    pub(super) kind: Kind,
    #[serde(deserialize_with = "saved::word")]
    pub(super) content_type: Word,
    pub(super) path: String,
    pub(super) file_name: String,
    #[serde(rename = "bytes")]
    pub(super) content: Content,
    /// Whether the server has the row, but no longer the file.
    pub(super) original_is_lost: bool,
    pub(super) checksum: Checksum,
    #[serde(with = "saved::optional_base64")]
    pub(super) sidecar: Option<Bytes>,
    pub(super) device_asset_id: String,
    pub(super) device_id: String,
    pub(super) duration: Option<String>,
    pub(super) file_created_at: Timestamp,
    pub(super) file_modified_at: Timestamp,
    /// Whether the user set the time it was taken.
    pub(super) is_dated: bool,
    /// The UTC offset where it was taken, if known.
    #[serde(with = "saved::offset")]
    pub(super) offset: Option<Offset>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) trashed_at: Option<Timestamp>,
    /// Whether it was permanently deleted, and waits to be removed.
    pub(super) is_deleted: bool,
    /// Whether the metadata job has run.
    pub(super) metadata_is_extracted: bool,
    pub(super) is_favorite: bool,
    #[serde(deserialize_with = "saved::word")]
    pub(super) visibility: Word,
    pub(super) live_photo_video: Option<AssetId>,
    pub(super) description: String,
    pub(super) rating: Option<i64>,
    pub(super) latitude: Option<f64>,
    pub(super) longitude: Option<f64>,
    pub(super) metadata: BTreeMap<String, (Value, Timestamp)>,
    pub(super) tags: BTreeSet<TagId>,
    /// The group of duplicates that it belongs to.
    pub(super) duplicate: Option<DuplicateId>,
    /// The edits, as the API shows them.
    pub(super) edits: Vec<Value>,
    /// The metadata of the file, or set by a test.
    pub(super) exif: Exif,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Album {
    pub(super) id: AlbumId,
    pub(super) owner: UserId,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) thumbnail: Option<AssetId>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) assets: AssetList,
    /// The users it is shared with, and their roles.
    #[serde(deserialize_with = "saved::roles")]
    pub(super) users: Vec<(UserId, Word)>,
    pub(super) is_activity_enabled: bool,
    #[serde(deserialize_with = "saved::word")]
    pub(super) order: Word,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Tag {
    pub(super) id: TagId,
    pub(super) user: UserId,
    pub(super) parent: Option<TagId>,
    pub(super) value: String,
    pub(super) color: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stack {
    pub(super) id: StackId,
    pub(super) owner: UserId,
    pub(super) primary: AssetId,
    pub(super) assets: Vec<AssetId>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Activity {
    pub(super) id: ActivityId,
    pub(super) user: UserId,
    pub(super) album: AlbumId,
    pub(super) asset: Option<AssetId>,
    /// The text of a comment; a like has none.
    pub(super) comment: Option<String>,
    pub(super) created_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SharedLink {
    pub(super) id: SharedLinkId,
    pub(super) user: UserId,
    pub(super) key: String,
    pub(super) slug: Option<String>,
    pub(super) password: Option<String>,
    /// The cookie token of visitors who know the password.
    pub(super) cookie: String,
    pub(super) description: Option<String>,
    pub(super) album: Option<AlbumId>,
    pub(super) assets: AssetList,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) allow_upload: bool,
    pub(super) allow_download: bool,
    pub(super) show_metadata: bool,
}

impl State {
    pub(super) fn new(version: ServerVersion, random: Random, account: Account) -> Self {
        let mut state = Self {
            version,
            runs: Vec::new(),
            random,
            account,
            is_admin_onboarded: false,
            users: Vec::new(),
            keys: Vec::new(),
            sessions: Vec::new(),
            assets: AssetStore::default(),
            checksums: HashMap::new(),
            albums: Vec::new(),
            tags: Vec::new(),
            stacks: Vec::new(),
            links: Vec::new(),
            activities: Vec::new(),
            people: Vec::new(),
            faces: Vec::new(),
            memories: Vec::new(),
            notifications: Vec::new(),
            partners: Vec::new(),
            libraries: Vec::new(),
            config: Value::Null,
            workflows: Vec::new(),
            join_requests: Vec::new(),
            backups: Vec::new(),
            deleted_files: BTreeSet::new(),
            paused_queues: BTreeSet::new(),
            journals: Journals::default(),
            uploads: 0,
            jobs: Jobs::default(),
            maintenance: None,
            person_shares: Vec::new(),
            streams: BTreeMap::new(),
            trouble: Trouble::default(),
            storage: Arc::default(),
        };
        state.run_version(version);
        state
    }

    /// Runs a version from now on.
    pub(super) fn run_version(&mut self, version: ServerVersion) {
        let (id, since) = (self.random.id(), time::now());
        self.runs.push(Run { id, since, version });
        self.version = version;
    }

    pub(super) fn line(&self) -> Line {
        Line::of(self.version)
    }

    pub(super) fn user(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub(super) fn user_mut(&mut self, id: UserId) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    pub(super) fn album(&self, id: AlbumId) -> Option<&Album> {
        self.albums.iter().find(|album| album.id == id)
    }

    pub(super) fn album_mut(&mut self, id: AlbumId) -> Option<&mut Album> {
        self.albums.iter_mut().find(|album| album.id == id)
    }

    pub(super) fn stack_of(&self, asset: AssetId) -> Option<&Stack> {
        self.stacks.iter().find(|stack| stack.assets.contains(&asset))
    }

    pub(super) fn by_checksum(&self, owner: UserId, checksum: Checksum) -> Option<&Asset> {
        self.assets.get(self.checksums.get(&(owner, checksum))?)
    }

    /// The bytes that a user's assets use.
    pub(super) fn usage(&self, owner: UserId) -> u64 {
        self.assets.index().tally(|group| group.owner == owner).bytes
    }
}

impl Asset {
    pub(super) fn size(&self) -> u64 {
        self.content.len()
    }

    /// Whether it can be restored.
    pub(super) fn is_in_trash(&self) -> bool {
        self.trashed_at.is_some() && !self.is_deleted
    }

    /// The duration in milliseconds: of the file, or as the upload names it.
    pub(super) fn millis(&self) -> Option<u64> {
        self.exif.duration.or_else(|| self.duration.as_ref()?.parse().ok())
    }

    /// The local time where it was taken, as an instant in UTC.
    pub(super) fn local(&self) -> Timestamp {
        time::local(self.file_created_at, self.offset.unwrap_or(Offset::UTC))
    }
}

impl Album {
    pub(super) fn remove(&mut self, ids: &HashSet<AssetId>) {
        if ids.iter().any(|id| self.assets.contains(id)) {
            self.assets.retain(|id| !ids.contains(id));
        }
        if self.thumbnail.is_some_and(|thumbnail| ids.contains(&thumbnail)) {
            self.thumbnail = self.assets.first().copied();
        }
    }

    /// The role of a user: `owner`, `editor` or `viewer`; `None` without access.
    pub(super) fn role(&self, user: UserId) -> Option<&'static str> {
        if self.owner == user {
            return Some("owner");
        }
        self.users.iter().find(|(member, _)| *member == user).map(|(_, role)| *role)
    }
}
