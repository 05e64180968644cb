//! The permissions of an API key.

use std::collections::BTreeSet;

use crate::api::Permission;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;

/// The permission that includes all others.
const ALL: &str = "all";

/// The permissions of an API key.
///
/// ```no_run
/// # extern crate immich_core as immich_sdk;
/// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
/// use immich_sdk::api::{AddAssetsToAlbum, CreateAlbum, UploadAsset};
///
/// let plan = [UploadAsset::OPERATION, CreateAlbum::OPERATION, AddAssetsToAlbum::OPERATION];
/// let missing = client.permissions().await?.missing(&plan);
/// if !missing.is_empty() {
///     eprintln!("the API key lacks the permissions {}", missing.join(", "));
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Permissions {
    granted: Vec<Permission>,
}

impl Permissions {
    /// Returns the permissions granted to the key.
    pub fn granted(&self) -> &[Permission] {
        &self.granted
    }

    /// Returns whether the key has the permission for an operation; true if the required permission is not known.
    pub fn allows(&self, operation: &Operation) -> bool {
        let Some(needed) = operation.permission else { return true };
        self.granted.iter().map(Permission::as_str).any(|granted| granted == ALL || granted == needed)
    }

    /// Returns the permissions that the key lacks for these operations, sorted and without duplicates.
    pub fn missing(&self, operations: &[&Operation]) -> Vec<&'static str> {
        let lacking = operations.iter().filter(|operation| !self.allows(operation));
        let names: BTreeSet<&str> = lacking.filter_map(|operation| operation.permission).collect();
        names.into_iter().collect()
    }
}

impl Client {
    /// Returns the permissions granted to this client's API key. Sessions are not limited by permissions, so this fails
    /// for them.
    ///
    /// # Errors
    /// As any call; `Auth` or `Api` if the client does not authenticate with an API key.
    pub async fn permissions(&self) -> Result<Permissions, Error> {
        Ok(Permissions { granted: self.api_keys().get_my_api_key().await?.permissions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{CreateAlbum, GetAlbumInfo, GetMyApiKey, SharedLinkLogin, UploadAsset};

    fn of(granted: &[&str]) -> Permissions {
        Permissions { granted: granted.iter().map(|name| Permission::from(*name)).collect() }
    }

    #[test]
    fn missing_permissions_are_sorted_and_unique() {
        let plan = [UploadAsset::OPERATION, CreateAlbum::OPERATION, UploadAsset::OPERATION, GetMyApiKey::OPERATION];
        assert_eq!(of(&["album.read"]).missing(&plan), ["album.create", "asset.upload"]);
        assert_eq!(of(&["album.create", "asset.upload"]).missing(&plan), [""; 0]);
        assert_eq!(of(&["all"]).missing(&plan), [""; 0]);
        assert!(of(&["album.read"]).allows(GetAlbumInfo::OPERATION));
        assert!(!of(&["album.read"]).allows(SharedLinkLogin::OPERATION), "only a key with all may");
    }
}
