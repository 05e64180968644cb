//! Selects the types of the sync stream by the version of the server.

use crate::api::{NEWEST_VERSION, SYNC_REQUESTS, SyncRequestType};
use crate::client::Client;
use crate::error::Error;
use crate::version::ServerVersion;

/// Returns the previous version of a type: `AssetsV1` for `AssetsV2`.
fn previous(name: &str) -> Option<String> {
    let (stem, number) = name.rsplit_once('V')?;
    let number: u32 = number.parse().ok()?;
    (number > 1).then(|| format!("{stem}V{}", number - 1))
}

impl SyncRequestType {
    /// Returns this type, or the newest earlier version of it that the server supports; `None` if there is none.
    ///
    /// ```
    /// # extern crate immich_core as immich_sdk;
    /// use immich_sdk::ServerVersion;
    /// use immich_sdk::api::SyncRequestType;
    ///
    /// let old = ServerVersion::new(2, 7, 5);
    /// assert_eq!(SyncRequestType::AssetsV2.for_server(old), Some(SyncRequestType::AssetsV1));
    /// assert_eq!(SyncRequestType::AssetOcrV1.for_server(old), None);
    /// ```
    pub fn for_server(self, server: ServerVersion) -> Option<Self> {
        let (mut name, mut is_wanted) = (self.as_str().to_owned(), true);
        loop {
            match SYNC_REQUESTS.iter().find(|(known, _)| *known == name) {
                Some((_, first)) if *first <= server => {
                    return Some(if is_wanted { self } else { Self::from(name.as_str()) });
                }
                // Only a server newer than all known versions may have it.
                None if is_wanted && server > NEWEST_VERSION => return Some(self),
                _ => {}
            }
            (name, is_wanted) = (previous(&name)?, false);
        }
    }
}

impl Client {
    /// Selects the types to request from this server's sync stream: each type, or the newest earlier version of it that
    /// the server supports. It never selects a newer version than requested. Types that the server does not support are
    /// left out.
    ///
    /// A server returns 400 for types that it does not support yet (`AssetsV2` in 2.7.5) or any more (`AssetsV1` in
    /// 3.1.0). So pass the newest version that the program supports, and handle the earlier ones as well:
    ///
    /// ```no_run
    /// # extern crate immich_core as immich_sdk;
    /// # async fn example(client: immich_sdk::Client) -> Result<(), immich_sdk::Error> {
    /// use immich_sdk::api::SyncRequestType::{AlbumsV2, AssetsV2, StacksV1};
    ///
    /// let types = client.sync_types([AssetsV2, AlbumsV2, StacksV1]).await?;
    /// # drop(types); Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`server_version`](Self::server_version).
    pub async fn sync_types(
        &self,
        newest: impl IntoIterator<Item = SyncRequestType>,
    ) -> Result<Vec<SyncRequestType>, Error> {
        let server = self.server_version().await?;
        let mut types = Vec::new();
        for wanted in newest.into_iter().filter_map(|wanted| wanted.for_server(server)) {
            if !types.contains(&wanted) {
                types.push(wanted);
            }
        }
        Ok(types)
    }
}
