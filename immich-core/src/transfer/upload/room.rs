//! The room that is left on the server: a file that will not fit is not sent to be refused.

use http::StatusCode;

use crate::client::Client;
use crate::error::Error;

/// How many files in a row the server may fail to store before the run ends.
const FAILURES: u32 = 5;

/// How many refusals are enough where the server does not tell how much room it has.
const REFUSALS: u32 = 3;

/// The known room on the server.
#[derive(Default)]
pub(super) struct Room {
    /// The number of bytes that fit, as far as it is known, and the refusal that reported it.
    left: Option<(u64, Error)>,
    refusals: u32,
    /// How many files in a row the server failed to store.
    failures: u32,
    /// Whether a request for the room is under way. Nothing is sent meanwhile.
    pub(super) is_checking: bool,
}

/// Why a file was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shortage {
    /// The quota of the user is used up.
    Quota,
    /// The server failed, as it does when its disk is full.
    Failure,
}

impl Shortage {
    /// The statement of an error about the room on the server.
    pub(super) fn of(error: &Error) -> Option<Self> {
        if error.is_from_elsewhere() {
            return None;
        }
        let said = |text: &str| error.messages().iter().any(|message| message.contains(text));
        match error.status()? {
            StatusCode::BAD_REQUEST if said("Quota has been exceeded") => Some(Self::Quota),
            StatusCode::INTERNAL_SERVER_ERROR | StatusCode::INSUFFICIENT_STORAGE => Some(Self::Failure),
            _ => None,
        }
    }
}

impl Room {
    /// The refusal that holds for a file of this length as well.
    pub(super) fn refusal(&self, length: Option<u64>) -> Option<Error> {
        let (left, refusal) = self.left.as_ref()?;
        length.is_some_and(|length| length > *left).then(|| refusal.clone())
    }

    /// A file was stored.
    pub(super) fn stored(&mut self, length: u64) {
        self.failures = 0;
        if let Some((left, _)) = &mut self.left {
            *left = left.saturating_sub(length);
        }
    }

    /// A file was not stored, and the server has this much room, if known. Returns whether there is no use in continuing.
    pub(super) fn refused(&mut self, shortage: Shortage, length: u64, left: Option<u64>, error: &Error) -> bool {
        self.is_checking = false;
        match (shortage, left) {
            (_, Some(left)) if left < length => self.left = Some((left, error.clone())),
            (Shortage::Quota, _) => {
                self.refusals += 1;
                let left = if self.refusals < REFUSALS { length.saturating_sub(1) } else { 0 };
                self.left = Some((left, error.clone()));
            }
            (Shortage::Failure, _) => {
                self.failures += 1;
                return self.failures >= FAILURES;
            }
        }
        false
    }
}

/// Requests how much room there is; `None` where the server does not tell.
pub(super) async fn left(client: &Client, shortage: Shortage) -> Option<u64> {
    let bytes = match shortage {
        Shortage::Quota => {
            let user = client.users().get_my_user().await.ok()?;
            user.quota_size_in_bytes?.saturating_sub(user.quota_usage_in_bytes.unwrap_or_default())
        }
        Shortage::Failure => client.server().get_storage().await.ok()?.disk_available_raw,
    };
    Some(bytes.try_into().unwrap_or_default())
}
