//! Inputs that failed: the run stops if the others would fail too.

use std::future::IntoFuture as _;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::transfer::upload::engine::{Event, Upload};
use crate::transfer::upload::item::Item;
use crate::transfer::upload::outcome::UploadResult;
use crate::transfer::upload::room::Shortage;

impl Upload {
    /// Handles a failed input, and stops the run if the other inputs would fail too.
    pub(super) fn failed(&mut self, item: Box<Item>, error: Error) {
        if self.run.is_stopping() {
            return self.end_input(item, UploadResult::Failed(error));
        }
        if self.run.outages.gave_up() {
            self.stop_because_of(&error);
        } else if error.kind() == ErrorKind::Auth {
            // A firewall in front of the server may refuse a single file.
            if error.is_from_elsewhere() {
                return self.check_credential(item, error);
            }
            self.stop_because_of(&error);
        } else if let Some(shortage) = Shortage::of(&error) {
            self.tasks.push(self.sending.check_room(&self.run, item, shortage, error));
            return;
        }
        self.end_input(item, UploadResult::Failed(error));
    }

    /// Stops the run because of this error.
    fn stop_because_of(&mut self, error: &Error) {
        self.stop();
        self.summary.stopped_by.get_or_insert_with(|| error.clone());
    }

    /// Finds out whether an error that does not come from Immich concerns one file or all.
    fn check_credential(&mut self, item: Box<Item>, error: Error) {
        let run = Arc::clone(&self.run);
        self.tasks.push(Box::pin(async move {
            // A server that is away says nothing about the credential.
            let types =
                run.outages.retry_outages(|| run.client.server().get_supported_media_types().into_future()).await;
            let is_accepted = types.is_ok_and(|types| !types.image.is_empty());
            Event::CredentialChecked(item, error, is_accepted)
        }));
    }

    pub(super) fn room_checked(&mut self, item: Box<Item>, shortage: Shortage, left: Option<u64>, error: Error) {
        if self.sending.room_checked(&item, shortage, left, &error) {
            self.stop_because_of(&error);
        }
        self.end_input(item, UploadResult::Failed(error));
    }

    pub(super) fn credential_checked(&mut self, item: Box<Item>, error: Error, is_accepted: bool) {
        if !is_accepted {
            self.stop_because_of(&error);
        }
        self.fail(item, error);
    }
}
