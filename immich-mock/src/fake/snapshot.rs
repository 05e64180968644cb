//! Saving and loading the whole state, and going back to the state at the start.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::server::FakeImmich;
use super::state::State;

/// The version of the format. A change of the state that older programs cannot read raises it.
const FORMAT: u32 = 2;

/// The name of the format, to tell a snapshot from other JSON.
const NAME: &str = "immich-fake";

#[derive(Serialize)]
struct Written<'s> {
    name: &'static str,
    format: u32,
    state: &'s State,
}

/// The first bytes of a snapshot.
#[derive(Deserialize)]
struct Heading {
    name: String,
    format: u32,
}

#[derive(Deserialize)]
struct Read {
    state: State,
}

/// The reason why a snapshot cannot be restored.
#[derive(Debug)]
pub struct SnapshotError(String);

impl fmt::Display for SnapshotError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for SnapshotError {}

/// The state of the server.
impl FakeImmich {
    /// The whole state as JSON: users, credentials, files, and what sync clients have acknowledged. Planned faults and
    /// recorded requests are not part of it.
    ///
    /// It contains passwords, keys and files.
    ///
    /// ```
    /// use immich_mock::FakeImmich;
    ///
    /// let server = FakeImmich::new();
    /// server.add_photos(3);
    /// let snapshot = server.snapshot();
    /// let other = FakeImmich::new();
    /// other.restore(&snapshot)?;
    /// assert_eq!(other.assets().len(), 3);
    /// assert_eq!(other.api_key().expose(), server.api_key().expose());
    /// # Ok::<(), immich_mock::SnapshotError>(())
    /// ```
    pub fn snapshot(&self) -> String {
        let state = &*self.seen();
        state.look_for_all();
        // The state consists of maps with string keys, lists, strings and numbers, so this cannot fail.
        serde_json::to_string(&Written { name: NAME, format: FORMAT, state }).unwrap_or_default()
    }

    /// Replaces the whole state, including the version and the credentials, and makes it the state that
    /// [`reset`](Self::reset) goes back to.
    ///
    /// # Errors
    /// If the text is not a snapshot, or one of a newer format. The state is unchanged then.
    pub fn restore(&self, snapshot: &str) -> Result<(), SnapshotError> {
        let not_one = |error: serde_json::Error| SnapshotError(format!("this is not a snapshot: {error}"));
        let heading: Heading = serde_json::from_str(snapshot).map_err(not_one)?;
        if heading.name != NAME {
            return Err(SnapshotError("this is not a snapshot of a fake server".to_owned()));
        }
        if heading.format > FORMAT {
            let found = heading.format;
            return Err(SnapshotError(format!("the snapshot has format {found}, and this program reads {FORMAT}")));
        }
        let Read { mut state } = serde_json::from_str(snapshot).map_err(not_one)?;
        state.checksums = state.assets.values().map(|asset| ((asset.owner, asset.checksum), asset.id)).collect();
        state.storage = Arc::clone(&self.seen().storage);
        state.spill();
        state.journals.all().values_mut().for_each(|journal| journal.link(state.assets.shared()));
        *self.state() = state;
        self.checkpoint();
        Ok(())
    }

    /// Makes the current state the one that [`reset`](Self::reset) goes back to.
    pub fn checkpoint(&self) {
        let state = self.seen().clone();
        *self.start() = state;
    }

    /// Goes back to the state at the last [`checkpoint`](Self::checkpoint) or [`restore`](Self::restore). Defaults to
    /// the state of the new server. Clears planned faults and recorded requests.
    ///
    /// With a [seed](super::FakeBuilder::random_seed), the next ids are the same as after the checkpoint.
    pub fn reset(&self) {
        let state = self.start().clone();
        state.storage.recount(state.assets.values().map(|asset| &asset.content));
        *self.state() = state;
        self.clear_requests();
    }
}

impl State {
    /// Moves the files that are beyond the limit of memory to disk.
    fn spill(&mut self) {
        self.storage.recount(std::iter::empty());
        for id in self.assets.ids(|_| true) {
            if let Some(asset) = self.assets.get_mut(&id) {
                asset.content = self.storage.keep(asset.content.bytes());
            }
        }
    }
}
