//! The assets, and an index of them: their order in time, and counts that need no pass over all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use immich_core::{AssetId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::media::Kind;
use super::state::Asset;

/// The position of an asset in the order of a search: its time, and for equal times the order of uploads.
pub(super) type Place = (Timestamp, u64);

/// The properties by which assets are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Group {
    pub(super) owner: UserId,
    pub(super) kind: Kind,
    pub(super) visibility: &'static str,
    pub(super) is_trashed: bool,
    pub(super) is_deleted: bool,
    pub(super) is_favorite: bool,
}

/// The number of assets of a group, and the size of their files.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) count: u64,
    pub(super) bytes: u64,
}

/// Assets by id. They are shared with copies of the state and with streams, and copied when they change.
#[derive(Default)]
pub(super) struct AssetStore {
    all: BTreeMap<AssetId, Arc<Asset>>,
    index: RwLock<Index>,
    /// Held while the index is brought up to date. A thread waits to write the index only if nobody can hold it, so that
    /// a reader may read it twice.
    updating: Mutex<()>,
}

/// The index, without the assets that changed since it was last read.
#[derive(Clone, Default)]
pub(super) struct Index {
    order: BTreeMap<Place, Arc<Asset>>,
    groups: HashMap<Group, Tally>,
    changed: BTreeSet<AssetId>,
}

impl Index {
    /// All assets, the earliest first.
    pub(super) fn in_order(&self) -> impl DoubleEndedIterator<Item = &Asset> {
        self.order.values().map(|asset| &**asset)
    }

    /// The total of the groups that are wanted.
    pub(super) fn tally(&self, is_wanted: impl Fn(&Group) -> bool) -> Tally {
        let wanted = self.groups.iter().filter(|(group, _)| is_wanted(group));
        wanted.fold(Tally::default(), |sum, (_, tally)| Tally {
            count: sum.count + tally.count,
            bytes: sum.bytes + tally.bytes,
        })
    }

    fn add(&mut self, asset: &Arc<Asset>) {
        self.order.insert(asset.place(), Arc::clone(asset));
        let tally = self.groups.entry(asset.group()).or_default();
        (tally.count, tally.bytes) = (tally.count + 1, tally.bytes + asset.size());
    }

    /// Takes an asset out before it changes.
    fn take_out(&mut self, asset: &Asset) {
        if self.changed.contains(&asset.id) {
            return;
        }
        self.order.remove(&asset.place());
        if let Some(tally) = self.groups.get_mut(&asset.group()) {
            (tally.count, tally.bytes) = (tally.count - 1, tally.bytes - asset.size());
        }
    }
}

impl Asset {
    pub(super) fn place(&self) -> Place {
        (self.file_created_at, self.number)
    }

    fn group(&self) -> Group {
        Group {
            owner: self.owner,
            kind: self.kind,
            visibility: self.visibility,
            is_trashed: self.trashed_at.is_some(),
            is_deleted: self.is_deleted,
            is_favorite: self.is_favorite,
        }
    }
}

impl AssetStore {
    pub(super) fn get(&self, id: &AssetId) -> Option<&Asset> {
        self.all.get(id).map(|asset| &**asset)
    }

    /// An asset that is about to change.
    pub(super) fn get_mut(&mut self, id: &AssetId) -> Option<&mut Asset> {
        let asset = self.all.get_mut(id)?;
        let index = self.index.get_mut().unwrap_or_else(PoisonError::into_inner);
        index.take_out(asset);
        index.changed.insert(*id);
        Some(Arc::make_mut(asset))
    }

    pub(super) fn insert(&mut self, id: AssetId, asset: Asset) {
        drop(self.remove(&id));
        self.index.get_mut().unwrap_or_else(PoisonError::into_inner).changed.insert(id);
        self.all.insert(id, Arc::new(asset));
    }

    pub(super) fn remove(&mut self, id: &AssetId) -> Option<Asset> {
        let asset = self.all.remove(id)?;
        let index = self.index.get_mut().unwrap_or_else(PoisonError::into_inner);
        index.take_out(&asset);
        index.changed.remove(id);
        Some(Arc::unwrap_or_clone(asset))
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// All assets, ordered by id.
    pub(super) fn values(&self) -> impl Iterator<Item = &Asset> + Clone {
        self.all.values().map(|asset| &**asset)
    }

    /// All assets, to be held without the state.
    pub(super) fn shared(&self) -> btree_map::Values<'_, AssetId, Arc<Asset>> {
        self.all.values()
    }

    /// The ids of the assets that are wanted.
    pub(super) fn ids(&self, is_wanted: impl Fn(&Asset) -> bool) -> Vec<AssetId> {
        self.values().filter(|asset| is_wanted(asset)).map(|asset| asset.id).collect()
    }

    /// The index, which covers all assets now.
    pub(super) fn index(&self) -> RwLockReadGuard<'_, Index> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        if index.changed.is_empty() {
            return index;
        }
        drop(index);
        let updating = self.updating.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = self.index.read().unwrap_or_else(PoisonError::into_inner).changed.is_empty();
        if !is_current {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            for id in std::mem::take(&mut index.changed) {
                if let Some(asset) = self.all.get(&id) {
                    index.add(asset);
                }
            }
        }
        drop(updating);
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FromIterator<(AssetId, Asset)> for AssetStore {
    fn from_iter<T: IntoIterator<Item = (AssetId, Asset)>>(assets: T) -> Self {
        let all: BTreeMap<_, _> = assets.into_iter().map(|(id, asset)| (id, Arc::new(asset))).collect();
        let index = Index { changed: all.keys().copied().collect(), ..Index::default() };
        Self { all, index: RwLock::new(index), updating: Mutex::default() }
    }
}

impl Clone for AssetStore {
    fn clone(&self) -> Self {
        // The index of the copy is made when it is needed.
        let index = Index { changed: self.all.keys().copied().collect(), ..Index::default() };
        Self { all: self.all.clone(), index: RwLock::new(index), updating: Mutex::default() }
    }
}

impl fmt::Debug for AssetStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.all.fmt(formatter)
    }
}

impl Serialize for AssetStore {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.all.iter().map(|(id, asset)| (id, &**asset)))
    }
}

impl<'de> Deserialize<'de> for AssetStore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::<AssetId, Asset>::deserialize(deserializer).map(|assets| assets.into_iter().collect())
    }
}
