//! Tracks the free space on the server, so that files that do not fit are not sent.

use http::StatusCode;

use crate::client::Client;
use crate::error::Error;

/// The maximum number of consecutive files that the server may fail to store before the run ends.
const FAILURES: u32 = 5;

/// The number of refusals after which the quota counts as used up, if the server does not report the remaining space.
const REFUSALS: u32 = 3;

/// The known free space on the server.
#[derive(Default)]
pub(super) struct Room {
    /// The number of bytes that fit, if known, and the error that led to the request for it.
    left: Option<(u64, Error)>,
    refusals: u32,
    /// The number of consecutive files that the server failed to store.
    failures: u32,
    /// Whether a request for the free space is running. Nothing is sent meanwhile.
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
    /// Returns the shortage that an error indicates.
    pub(super) fn of(error: &Error) -> Option<Self> {
        if error.is_from_elsewhere() {
            return None;
        }
        let has_message = |text: &str| error.messages().iter().any(|message| message.contains(text));
        match error.status()? {
            StatusCode::BAD_REQUEST if has_message("Quota has been exceeded") => Some(Self::Quota),
            StatusCode::INTERNAL_SERVER_ERROR | StatusCode::INSUFFICIENT_STORAGE => Some(Self::Failure),
            _ => None,
        }
    }
}

impl Room {
    /// Returns the error that also applies to a file of this length.
    pub(super) fn refusal(&self, length: Option<u64>) -> Option<Error> {
        let (left, refusal) = self.left.as_ref()?;
        length.is_some_and(|length| length > *left).then(|| refusal.clone())
    }

    /// Records that a file was stored.
    pub(super) fn stored(&mut self, length: u64) {
        self.failures = 0;
        if let Some((left, _)) = &mut self.left {
            *left = left.saturating_sub(length);
        }
    }

    /// Records that a file was not stored, and the free space if known. Returns whether the run should stop.
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

/// Requests the free space; `None` if the server does not report it.
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
