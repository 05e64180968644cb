//! The changes that the sessions of a user can synchronize.

use std::collections::{BTreeMap, HashMap, HashSet};

use immich_core::SessionId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::{Builder, Uuid};

use super::saved::{self, Word};
use super::sync_rows::{Row, Table};
use super::time;

/// The changes reported to the sessions of a user, and the acknowledgements of each session.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Journal {
    /// The rows as they were last seen.
    #[serde(with = "saved::pairs")]
    rows: BTreeMap<(Table, String), Row>,
    /// The last change of each row: its id, its type, and its data.
    #[serde(with = "saved::pairs")]
    changes: HashMap<(Table, String), Change>,
    pub(super) acknowledged: HashMap<SessionId, BTreeMap<String, Uuid>>,
    number: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) id: Uuid,
    #[serde(deserialize_with = "saved::word")]
    pub(super) kind: Word,
    pub(super) data: Value,
}

impl Journal {
    /// Records the changes since the last call.
    pub(super) fn look(&mut self, rows: BTreeMap<(Table, String), Row>, albums: &HashSet<String>) {
        let gone: Vec<_> = self.rows.keys().filter(|key| !rows.contains_key(*key)).cloned().collect();
        for key in gone {
            // A deleted album takes its members and assets with it; their removal is not reported.
            let with_album = key.0.album(&key.1).is_some_and(|album| !albums.contains(album));
            let row = self.rows.get(&key).filter(|_| !with_album);
            let data = row.and_then(|row| key.0.removed(&row.data));
            match (key.0.removed_kind(), data) {
                (Some(kind), Some(data)) => self.note(key, kind, data),
                _ => drop(self.changes.remove(&key)),
            }
        }
        let changed: Vec<_> = rows.iter().filter(|(key, row)| self.rows.get(*key) != Some(*row)).collect();
        for (key, row) in changed {
            self.note(key.clone(), key.0.kind(), row.data.clone());
        }
        self.rows = rows;
    }

    fn note(&mut self, key: (Table, String), kind: &'static str, data: Value) {
        let id = self.next_id();
        self.changes.insert(key, Change { id, kind, data });
    }

    /// The id of the next change: a UUID of version 7, so that ids are ordered.
    pub(super) fn next_id(&mut self) -> Uuid {
        self.number += 1;
        let mut rest = [0; 10];
        rest[6..].copy_from_slice(&self.number.to_be_bytes());
        let millis = u64::try_from(time::now().as_millisecond()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
    }

    /// The changes of a table that a session has not acknowledged, removals first.
    pub(super) fn news(&self, session: SessionId, table: Table) -> Vec<&Change> {
        let known = |kind: &str| self.acknowledged.get(&session).and_then(|types| types.get(kind)).copied();
        let of_table = self.changes.iter().filter(|((other, _), _)| *other == table).map(|(_, change)| change);
        let mut news: Vec<_> =
            of_table.filter(|change| known(change.kind).is_none_or(|known| change.id > known)).collect();
        news.sort_by_key(|change| (change.kind == table.kind(), change.id));
        news
    }
}
