//! What to ask the sync stream for, by the version of the server.

use crate::api::SyncRequestType;
use crate::client::Client;
use crate::error::Error;
use crate::version::ServerVersion;

/// Since which version there is a type, and what was before it. What is not listed is older than all descriptions.
fn history(wanted: &SyncRequestType) -> Option<(ServerVersion, Option<SyncRequestType>)> {
    use SyncRequestType::*;

    // Described from 3.1.0 on; they came with the durations in milliseconds, and so with 3.0.
    let three = ServerVersion::new(3, 0, 0);
    let described = ServerVersion::new(3, 3, 5);
    Some(match wanted {
        AlbumsV2 => (three, Some(AlbumsV1)),
        AlbumAssetsV2 => (three, Some(AlbumAssetsV1)),
        AssetsV2 => (three, Some(AssetsV1)),
        AssetOcrV1 => (three, None),
        PartnerAssetsV2 => (three, Some(PartnerAssetsV1)),
        AssetFacesV3 => (described, Some(AssetFacesV2)),
        AuthUsersV2 => (described, Some(AuthUsersV1)),
        MemoriesV2 => (described, Some(MemoriesV1)),
        MemoryToAssetsV2 => (described, Some(MemoryToAssetsV1)),
        _ => return None,
    })
}

impl SyncRequestType {
    /// This type, or the newest form before it that a server of this version has; `None` if it has none.
    ///
    /// ```
    /// use immich_core::ServerVersion;
    /// use immich_core::api::SyncRequestType;
    ///
    /// let old = ServerVersion::new(2, 7, 5);
    /// assert_eq!(SyncRequestType::AssetsV2.for_server(old), Some(SyncRequestType::AssetsV1));
    /// assert_eq!(SyncRequestType::AssetOcrV1.for_server(old), None);
    /// ```
    pub fn for_server(self, server: ServerVersion) -> Option<Self> {
        match history(&self) {
            Some((since, before)) if server < since => before?.for_server(server),
            _ => Some(self),
        }
    }
}

impl Client {
    /// What to ask this server's sync stream for, so that nothing newer comes than `newest`: each type, or the newest
    /// form before it that the server has. What the server has nothing of is left out.
    ///
    /// A server refuses with 400 what it does not know yet (`AssetsV2` in 2.7.5), and what it does not want any more
    /// (`AssetsV1` in 3.1.0). So name the newest form that the program can read, and read those before it as well:
    ///
    /// ```no_run
    /// # async fn example(client: immich_core::Client) -> Result<(), immich_core::Error> {
    /// use immich_core::api::SyncRequestType::{AlbumsV2, AssetsV2, StacksV1};
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
