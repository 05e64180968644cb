//! The changes that the clients of a user synchronize.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use immich_core::{AssetId, SessionId, StackId, UserId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Builder, Uuid};

use super::line::Line;
use super::saved;
use super::state::Asset;
use super::sync_rows::{self, OF_ASSETS, Row, Table};
use super::time;

/// A row, by its table and its key.
pub(super) type Key = (Table, Box<str>);

/// The changes reported to the sessions of a user, and the acknowledgements of each session.
///
/// Changes are numbered. Rows of assets are made from the assets when they are sent, so the journal has only their numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Journal {
    /// The rows of assets, as they were last seen.
    assets: BTreeMap<AssetId, Seen>,
    /// The other rows as they were last seen, each with the number of its last change.
    others: Pairs<(Row, u32)>,
    /// The data of removed rows, each with the number of its removal.
    gone: Pairs<(Box<str>, u32)>,
    pub(super) acknowledged: HashMap<SessionId, BTreeMap<String, Uuid>>,
    number: u32,
    /// When the journal was begun, in milliseconds.
    begun: u64,
}

/// The journals of all users. They have a lock of their own, so that a stream that begins does not hold up readers.
#[derive(Debug, Default)]
pub(super) struct Journals(Mutex<HashMap<UserId, Journal>>);

impl Journals {
    pub(super) fn all(&self) -> MutexGuard<'_, HashMap<UserId, Journal>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Journals {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.all().clone()))
    }
}

impl Serialize for Journals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.all().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Journals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        HashMap::deserialize(deserializer).map(|journals| Self(Mutex::new(journals)))
    }
}

/// A map that is saved as a list of pairs.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pairs<V>(
    #[serde(with = "saved::pairs", bound(serialize = "V: Serialize", deserialize = "V: Deserialize<'de>"))]
    BTreeMap<Key, V>,
);

/// An asset as it was last seen.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Seen {
    /// `None` after the state was loaded, until [`Journal::link`].
    #[serde(skip)]
    asset: Option<Arc<Asset>>,
    stack: Option<StackId>,
    /// The numbers of the last changes of its rows, in the order of [`OF_ASSETS`].
    numbers: [u32; OF_ASSETS.len()],
}

/// The changes of a table that are sent: removed rows, and rows. They do not need the state any more.
#[derive(Debug)]
pub(super) struct News {
    pub(super) table: Table,
    pub(super) removed: Vec<(u32, Box<str>)>,
    pub(super) rows: Vec<(u32, Box<str>)>,
    pub(super) assets: Vec<(u32, Arc<Asset>)>,
}

impl Default for Journal {
    fn default() -> Self {
        let begun = u64::try_from(time::now().as_millisecond()).unwrap_or_default();
        let (assets, acknowledged) = (BTreeMap::new(), HashMap::new());
        let (others, gone) = (Pairs(BTreeMap::new()), Pairs(BTreeMap::new()));
        Self { assets, others, gone, acknowledged, number: 0, begun }
    }
}

impl Journal {
    /// Records the changes since the last call.
    pub(super) fn look<'s>(
        &mut self,
        rows: BTreeMap<Key, Row>,
        assets: impl Iterator<Item = &'s Arc<Asset>>,
        stacks: &HashMap<AssetId, StackId>,
        albums: &HashSet<String>,
        line: Line,
    ) {
        self.look_at_assets(assets, stacks, line);
        let gone: Vec<_> = self.others.0.keys().filter(|key| !rows.contains_key(*key)).cloned().collect();
        for key in gone {
            // A deleted album takes its members and assets with it; their removal is not reported.
            let with_album = key.0.album(&key.1).is_some_and(|album| !albums.contains(album));
            let Some((row, _)) = self.others.0.remove(&key).filter(|_| !with_album) else { continue };
            if let Some(data) = key.0.removed(&row.data) {
                let number = self.next_number();
                self.gone.0.insert(key, (data, number));
            }
        }
        for (key, row) in rows {
            if self.others.0.get(&key).is_none_or(|(seen, _)| *seen != row) {
                let number = self.next_number();
                self.gone.0.remove(&key);
                self.others.0.insert(key, (row, number));
            }
        }
    }

    fn look_at_assets<'s>(
        &mut self,
        assets: impl Iterator<Item = &'s Arc<Asset>>,
        stacks: &HashMap<AssetId, StackId>,
        line: Line,
    ) {
        let mut ids = Vec::new();
        for asset in assets {
            ids.push(asset.id);
            let stack = stacks.get(&asset.id).copied();
            let is_same =
                |old: &Seen| old.stack == stack && old.asset.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, asset));
            let old = self.assets.get(&asset.id);
            if !old.is_some_and(is_same) {
                let seen = self.changed(asset, stack, old.cloned(), line);
                self.assets.insert(asset.id, seen);
            }
        }
        if ids.len() == self.assets.len() {
            return;
        }
        let ids: HashSet<_> = ids.into_iter().collect();
        let gone: Vec<_> = self.assets.keys().filter(|id| !ids.contains(*id)).copied().collect();
        for id in gone {
            self.assets.remove(&id);
            for table in OF_ASSETS {
                if let Some(data) = table.removed_asset(id) {
                    let number = self.next_number();
                    self.gone.0.insert((table, id.to_string().into()), (data, number));
                }
            }
        }
    }

    /// Gives new numbers to the rows of an asset that differ from before.
    fn changed(&mut self, asset: &Arc<Asset>, stack: Option<StackId>, old: Option<Seen>, line: Line) -> Seen {
        let mut numbers = old.as_ref().map_or([0; OF_ASSETS.len()], |old| old.numbers);
        let before = old.and_then(|old| Some((old.asset?, old.stack)));
        for (number, table) in numbers.iter_mut().zip(OF_ASSETS) {
            let row = |asset, stack| sync_rows::of_asset(table, asset, stack, line);
            if before.as_ref().is_none_or(|(seen, old)| row(seen, *old) != row(asset, stack)) {
                *number = self.next_number();
            }
        }
        Seen { asset: Some(Arc::clone(asset)), stack, numbers }
    }

    /// Connects a journal that was loaded with the assets of its state.
    pub(super) fn link<'s>(&mut self, assets: impl Iterator<Item = &'s Arc<Asset>>) {
        for asset in assets {
            if let Some(seen) = self.assets.get_mut(&asset.id) {
                seen.asset = Some(Arc::clone(asset));
            }
        }
    }

    pub(super) fn next_number(&mut self) -> u32 {
        self.number += 1;
        self.number
    }

    /// The id of a change: a UUID of version 7, so that ids are ordered.
    pub(super) fn id(begun: u64, number: u32) -> Uuid {
        let mut rest = [0; 10];
        rest[6..].copy_from_slice(&number.to_be_bytes());
        Builder::from_unix_timestamp_millis(begun, &rest).into_uuid()
    }

    pub(super) fn begun(&self) -> u64 {
        self.begun
    }

    /// The changes of a table that a session has not acknowledged.
    pub(super) fn news(&self, session: SessionId, table: Table) -> News {
        let known = |kind: &str| self.acknowledged.get(&session).and_then(|types| types.get(kind)).copied();
        let after =
            |known: Option<Uuid>| move |number: u32| known.is_none_or(|known| Self::id(self.begun, number) > known);
        let of_table = |(other, _): &&Key| *other == table;
        let is_new = after(table.removed_kind().and_then(known));
        let removed = self.gone.0.iter().filter(|(key, _)| of_table(key));
        let mut removed: Vec<_> = removed
            .filter(|(_, (_, number))| is_new(*number))
            .map(|(_, (data, number))| (*number, data.clone()))
            .collect();
        let is_new = after(known(table.kind()));
        let rows = self.others.0.iter().filter(|(key, _)| of_table(key));
        let mut rows: Vec<_> = rows
            .filter(|(_, (_, number))| is_new(*number))
            .map(|(_, (row, number))| (*number, row.data.clone()))
            .collect();
        let mut assets: Vec<_> = match OF_ASSETS.iter().position(|other| *other == table) {
            Some(place) => {
                let seen = self.assets.values().filter_map(|seen| Some((seen.numbers[place], seen.asset.clone()?)));
                seen.filter(|(number, _)| is_new(*number)).collect()
            }
            None => Vec::new(),
        };
        removed.sort_unstable_by_key(|(number, _)| *number);
        rows.sort_unstable_by_key(|(number, _)| *number);
        assets.sort_unstable_by_key(|(number, _)| *number);
        News { table, removed, rows, assets }
    }
}
