//! Changes of the state that touch several of its parts.

use std::collections::HashSet;

use immich_core::{AssetId, UserId};
use serde_json::Map;

use super::media::Kind;
use super::state::{ApiKey, State, User};
use super::time;

impl State {
    pub(super) fn add_user(&mut self, email: &str, password: &str, name: &str) -> UserId {
        let (id, now) = (self.random.id(), time::now());
        let cluster_group = self.random.id();
        self.users.push(User {
            id,
            cluster_group,
            email: email.to_lowercase(),
            name: name.to_owned(),
            password: password.to_owned(),
            is_admin: self.users.is_empty(),
            storage_label: self.users.is_empty().then(|| "admin".to_owned()),
            is_onboarded: false,
            should_change_password: true,
            avatar_color: None,
            pin_code: None,
            quota: None,
            profile_image: None,
            preferences: Map::new(),
            created_at: now,
            updated_at: now,
            profile_changed_at: now,
            deleted_at: None,
        });
        id
    }

    pub(super) fn add_key(&mut self, user: UserId, name: &str, permissions: Vec<String>) -> &ApiKey {
        let secret = self.random.token();
        self.add_key_with(user, name, permissions, secret)
    }

    pub(super) fn add_key_with(
        &mut self,
        user: UserId,
        name: &str,
        permissions: Vec<String>,
        secret: String,
    ) -> &ApiKey {
        let (id, now) = (self.random.id(), time::now());
        let index = self.keys.len();
        self.keys.push(ApiKey {
            id,
            user,
            name: name.to_owned(),
            secret,
            permissions,
            created_at: now,
            updated_at: now,
        });
        &self.keys[index]
    }

    /// Permanently removes assets, and all references to them.
    pub(super) fn remove_assets(&mut self, ids: &[AssetId]) {
        for id in ids {
            let Some(asset) = self.assets.remove(id) else { continue };
            self.checksums.remove(&(asset.owner, asset.checksum));
            self.storage.release(&asset.content);
            for album in &mut self.albums {
                album.remove(&HashSet::from([*id]));
            }
            for link in &mut self.links {
                link.assets.remove(*id);
            }
            self.activities.retain(|activity| activity.asset != Some(*id));
            self.unstack(*id);
            self.faces.retain(|face| face.asset != *id);
            self.feature_faces();
            for memory in &mut self.memories {
                memory.assets.retain(|other| other != id);
            }
            if asset.kind == Kind::Video {
                for photo in self.assets.ids(|photo| photo.live_photo_video == Some(*id)) {
                    if let Some(photo) = self.assets.get_mut(&photo) {
                        photo.live_photo_video = None;
                    }
                }
            }
            // The video of a live photo is removed with its last photo.
            let is_used = |video| self.assets.values().any(|other| other.live_photo_video == Some(video));
            if let Some(video) = asset.live_photo_video.filter(|video| !is_used(*video)) {
                self.remove_assets(&[video]);
            }
        }
    }

    /// Removes an asset from its stack; a stack with a single asset is not a valid stack, and is removed.
    pub(super) fn unstack(&mut self, id: AssetId) {
        for stack in &mut self.stacks {
            stack.assets.retain(|stacked| *stacked != id);
            if let (true, Some(first)) = (stack.primary == id, stack.assets.first()) {
                stack.primary = *first;
                stack.updated_at = time::now();
            }
        }
        self.stacks.retain(|stack| stack.assets.len() > 1);
    }
}
