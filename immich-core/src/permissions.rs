//! What an API key may do, found out before something is begun.

use std::collections::BTreeSet;

use crate::api::Permission;
use crate::client::Client;
use crate::endpoint::Operation;
use crate::error::Error;

/// The permission that stands for every other.
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
///     eprintln!("give the API key also: {}", missing.join(", "));
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Permissions {
    granted: Vec<Permission>,
}

impl Permissions {
    /// What the key was given, as the server lists it.
    pub fn granted(&self) -> &[Permission] {
        &self.granted
    }

    /// Whether the key may do this, as far as it is known what the operation needs.
    pub fn allows(&self, operation: &Operation) -> bool {
        let Some(needed) = operation.permission else { return true };
        self.granted.iter().map(Permission::as_str).any(|granted| granted == ALL || granted == needed)
    }

    /// The permissions that the key lacks for these operations, each once, in order.
    pub fn missing(&self, operations: &[&Operation]) -> Vec<&'static str> {
        let lacking = operations.iter().filter(|operation| !self.allows(operation));
        let names: BTreeSet<&str> = lacking.filter_map(|operation| operation.permission).collect();
        names.into_iter().collect()
    }
}

impl Client {
    /// The permissions of the API key that this client asks with. A session needs none, and has no such list.
    ///
    /// # Errors
    /// As any call; `Auth` or `Api` if the client does not ask with an API key.
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
    fn what_is_missing_is_named_once() {
        let plan = [UploadAsset::OPERATION, CreateAlbum::OPERATION, UploadAsset::OPERATION, GetMyApiKey::OPERATION];
        assert_eq!(of(&["album.read"]).missing(&plan), ["album.create", "asset.upload"]);
        assert_eq!(of(&["album.create", "asset.upload"]).missing(&plan), [""; 0]);
        assert_eq!(of(&["all"]).missing(&plan), [""; 0]);
        assert!(of(&["album.read"]).allows(GetAlbumInfo::OPERATION));
        assert!(!of(&["album.read"]).allows(SharedLinkLogin::OPERATION), "only a key with all may");
    }
}
