//! A program that keeps a copy of the server's data, as shown in the documentation.

use std::collections::BTreeMap;

use immich_sdk::api::{
    AssetBulkDeleteDto, CreateAlbumDto, SessionUpdateDto, SyncData, SyncRequestType, SyncStreamDto, UploadAsset,
};
use immich_sdk::jiff::Timestamp;
use immich_sdk::mock::FakeImmich;
use immich_sdk::stream::{SyncAcks, SyncEvent};
use immich_sdk::{AlbumId, AssetId, Client, Error, ErrorKind, FilePart, Session};

use crate::setup::{Backend, VERSIONS};

#[derive(Default)]
struct Copy {
    assets: BTreeMap<AssetId, String>,
    albums: BTreeMap<AlbumId, String>,
    acks: SyncAcks,
    /// The number of changes received.
    changes: usize,
    resets: usize,
}

impl Copy {
    /// Applies all new changes. If `dies` is set, returns before it acknowledges anything.
    async fn synchronize(&mut self, client: &Client, dies: bool) -> Result<(), Error> {
        let types = client.sync_types([SyncRequestType::AssetsV2, SyncRequestType::AlbumsV2]).await?;
        loop {
            let mut events = client.sync().get_sync_stream(SyncStreamDto::new(types.clone())).events().await?;
            while let Some(event) = events.next().await? {
                match event {
                    SyncEvent::Change(change) => {
                        self.apply(change.data);
                        self.acks.handled(change.ack);
                    }
                    SyncEvent::Reset(reset) => {
                        (self.assets, self.albums) = Default::default();
                        self.acks.wiped(reset);
                        self.resets += 1;
                    }
                    SyncEvent::Complete(ack) => self.acks.handled(ack),
                }
            }
            if dies {
                return Ok(());
            }
            self.acks.send(client).await?;
            if events.is_complete() {
                return Ok(());
            }
        }
    }

    fn apply(&mut self, data: SyncData) {
        self.changes += 1;
        match data {
            SyncData::AssetV1(asset) => _ = self.assets.insert(asset.id, asset.original_file_name),
            SyncData::AssetV2(asset) => _ = self.assets.insert(asset.id, asset.original_file_name),
            SyncData::AssetDeleteV1(gone) => _ = self.assets.remove(&gone.asset_id),
            SyncData::AlbumV1(album) => _ = self.albums.insert(album.id, album.name),
            SyncData::AlbumV2(album) => _ = self.albums.insert(album.id, album.name),
            SyncData::AlbumDeleteV1(gone) => _ = self.albums.remove(&gone.album_id),
            other => panic!("not requested: {other:?}"),
        }
    }

    fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.assets.values().chain(self.albums.values()).map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

async fn upload(client: &Client, name: &str) -> AssetId {
    let photo = FilePart::new(name, name.to_owned());
    let taken = Timestamp::UNIX_EPOCH;
    client.send(UploadAsset::new(photo, taken, taken)).await.expect("an upload").id
}

async fn session(client: &Client, fake: &FakeImmich) -> Client {
    let session = Session::log_in(client, fake.email(), fake.password()).await.expect("a session");
    session.client().clone()
}

fn request_count(fake: &FakeImmich, operation: &str) -> usize {
    fake.requests().iter().filter(|request| request.operation == Some(operation)).count()
}

pub async fn a_copy_stays_in_sync(on: Backend) {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let setup = on.client(fake.clone()).await;
        let client = session(&setup.client, &fake).await;
        let mut copy = Copy::default();

        let (a, _) = (upload(&client, "a.jpg").await, upload(&client, "b.jpg").await);
        let album = client.albums().create_album(CreateAlbumDto::new("Trip")).await.expect("an album");
        copy.synchronize(&client, false).await.expect("all");
        assert_eq!((copy.names(), copy.changes), (vec!["Trip", "a.jpg", "b.jpg"], 3));

        copy.synchronize(&client, false).await.expect("nothing");
        assert_eq!(copy.changes, 3, "acknowledged changes are not sent again");

        client.assets().delete_assets(AssetBulkDeleteDto::new([a]).force(true)).await.expect("deleted");
        client.albums().delete_album(album.id).await.expect("deleted");
        upload(&client, "c.jpg").await;
        copy.synchronize(&client, false).await.expect("news");
        assert_eq!((copy.names(), copy.changes), (vec!["b.jpg", "c.jpg"], 6));
        assert_eq!((request_count(&fake, "getSyncStream"), request_count(&fake, "sendSyncAck")), (3, 3));
        // Uploads need the version as well.
        assert_eq!(request_count(&fake, "getServerVersion"), 1, "the version is kept");
    }
}

#[allow(deprecated)]
pub async fn a_reset_starts_over(on: Backend) {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let setup = on.client(fake.clone()).await;
        let client = session(&setup.client, &fake).await;
        let mut copy = Copy::default();
        upload(&client, "a.jpg").await;
        copy.synchronize(&client, false).await.expect("all");
        // An asset that the server does not know.
        copy.assets.insert(AssetId::default(), "stray.jpg".to_owned());

        let current = client.sessions().get_sessions().await.expect("sessions").remove(0);
        let update = SessionUpdateDto::new().is_pending_sync_reset(true);
        let pending = client.sessions().update_session(current.id, update).await.expect("a session");
        assert!(pending.is_pending_sync_reset);
        copy.synchronize(&client, true).await.expect("a reset, and then it dies");
        assert_eq!((copy.names().len(), copy.resets), (0, 1));

        copy = Copy::default();
        copy.synchronize(&client, false).await.expect("the reset again, and then all");
        assert_eq!((copy.names(), copy.resets), (vec!["a.jpg"], 1));
        copy.synchronize(&client, false).await.expect("nothing");
        assert_eq!((copy.changes, copy.resets), (1, 1));
    }
}

pub async fn unacknowledged_changes_are_sent_again(on: Backend) {
    for version in VERSIONS {
        let fake = FakeImmich::with_version(version);
        let setup = on.client(fake.clone()).await;
        let client = session(&setup.client, &fake).await;
        upload(&client, "a.jpg").await;
        let mut dead = Copy::default();
        dead.synchronize(&client, true).await.expect("a stream");
        assert_eq!((dead.names(), request_count(&fake, "sendSyncAck")), (vec!["a.jpg"], 0));

        let mut copy = Copy::default();
        copy.synchronize(&client, false).await.expect("the same");
        assert_eq!((copy.names(), copy.changes), (vec!["a.jpg"], 1));
        // Another session has its own progress.
        let other = session(&setup.client, &fake).await;
        let mut second = Copy::default();
        second.synchronize(&other, false).await.expect("all");
        assert_eq!(second.names(), ["a.jpg"]);
        let kept = other.sync().get_sync_ack().await.expect("a list");
        assert_eq!(kept.len(), 2, "the asset, and that it was complete: {kept:?}");
    }
}

pub async fn an_api_key_is_rejected(on: Backend) {
    let fake = FakeImmich::new();
    let setup = on.client(fake.clone()).await;
    let client = setup.client.with_credential(immich_sdk::Credential::ApiKey(fake.api_key())).expect("a client");
    let error = Copy::default().synchronize(&client, false).await.expect_err("an API key");
    assert_eq!(
        (error.kind(), error.messages()),
        (ErrorKind::Auth, &["Sync endpoints cannot be used with API keys".to_owned()][..])
    );

    // The server reports which version of a type it supports.
    let client = session(&setup.client, &fake).await;
    let error = client.sync().get_sync_stream(SyncStreamDto::new([SyncRequestType::AssetsV1])).events().await;
    assert_eq!(
        error.expect_err("deprecated").messages(),
        ["SyncRequestType.AssetsV1 is deprecated, use SyncRequestType.AssetsV2 instead"]
    );
}
