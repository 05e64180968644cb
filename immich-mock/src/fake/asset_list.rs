//! The assets of an album or a link, in order, each once.

use std::collections::HashSet;
use std::ops::Deref;

use immich_core::AssetId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A list that knows its members without a pass over it.
#[derive(Clone, Debug, Default)]
pub(super) struct AssetList {
    list: Vec<AssetId>,
    set: HashSet<AssetId>,
}

impl AssetList {
    pub(super) fn contains(&self, id: &AssetId) -> bool {
        self.set.contains(id)
    }

    /// Adds an asset at the end; `false` if the list has it.
    pub(super) fn push(&mut self, id: AssetId) -> bool {
        let is_new = self.set.insert(id);
        if is_new {
            self.list.push(id);
        }
        is_new
    }

    pub(super) fn retain(&mut self, mut is_wanted: impl FnMut(&AssetId) -> bool) {
        let set = &mut self.set;
        self.list.retain(|id| is_wanted(id) || !set.remove(id));
    }

    /// Removes an asset; `false` if the list does not have it.
    pub(super) fn remove(&mut self, id: AssetId) -> bool {
        let is_member = self.set.remove(&id);
        if is_member {
            self.list.retain(|member| *member != id);
        }
        is_member
    }
}

impl Deref for AssetList {
    type Target = [AssetId];

    fn deref(&self) -> &[AssetId] {
        &self.list
    }
}

impl<'l> IntoIterator for &'l AssetList {
    type Item = &'l AssetId;
    type IntoIter = std::slice::Iter<'l, AssetId>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl From<Vec<AssetId>> for AssetList {
    fn from(ids: Vec<AssetId>) -> Self {
        let mut this = Self::default();
        for id in ids {
            this.push(id);
        }
        this
    }
}

impl Serialize for AssetList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AssetList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}
