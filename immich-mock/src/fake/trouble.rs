//! Simulated failures of uploads and downloads, as seen on real servers.

use http::StatusCode;
use http::header::SERVER;
use immich_core::AssetId;

use super::answer::Answer;
use super::planned::PlannedFault;
use super::server::FakeImmich;

/// The failures that a test simulates.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble {
    /// The number of upcoming new uploads that lose their file.
    pub(super) lost_uploads: usize,
    pub(super) disk_is_full: bool,
    pub(super) is_away: bool,
    /// The number of outages so far.
    pub(super) outages: u64,
    /// The status that a proxy responds with instead of the server.
    pub(super) gateway_error: Option<StatusCode>,
    /// The file names that a firewall refuses, and the status it returns.
    pub(super) refused_files: Vec<(String, StatusCode)>,
    /// The faults of operations, in the order in which they were planned.
    pub(super) planned: Vec<PlannedFault>,
}

/// The error page of nginx.
pub(super) fn gateway_page(status: StatusCode) -> Answer {
    let title = status.to_string();
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    Answer::text(status, "text/html", page).with(SERVER, "nginx")
}

/// The error page of a web application firewall.
pub(super) fn firewall_page(status: StatusCode) -> Answer {
    let page = "<!DOCTYPE html>\n<html><head><title>Request blocked</title></head>\n<body><h1>Request blocked</h1>\n\
        <p>This request was blocked by the security rules of this site.</p></body></html>\n";
    Answer::text(status, "text/html; charset=utf-8", page)
}

/// Simulated failures.
impl FakeImmich {
    /// Makes the server lose the files of the next `count` new uploads, like a real server whose database connections
    /// close during an upload.
    ///
    /// The request gets a 500 response and the file is deleted, but the row of the asset stays: its checksum is a
    /// duplicate from then on, `getAssetInfo` returns it, and downloading the original returns 500 (2.x) or 404 (3.x).
    /// Duplicate uploads do not count. If metadata is extracted at once (see [`delay_metadata`](Self::delay_metadata)),
    /// the row looks complete; if not, its metadata is never extracted.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), immich_core::Error> {
    /// use immich_core::api::{AssetMediaStatus, UploadAsset};
    /// use immich_core::jiff::Timestamp;
    /// use immich_core::{Client, FilePart};
    /// use immich_mock::FakeImmich;
    ///
    /// let server = FakeImmich::new();
    /// let client = Client::builder("http://immich.test").api_key(server.api_key()).backend(server.clone()).build()?;
    /// server.lose_next_uploads(1);
    /// let taken = Timestamp::UNIX_EPOCH;
    /// let upload = UploadAsset::new(FilePart::new("beach.jpg", "photo"), taken, taken);
    /// assert_eq!(client.send(&upload).await.unwrap_err().status().unwrap(), 500);
    /// let again = client.send(&upload).await?;
    /// assert_eq!(again.status, AssetMediaStatus::Duplicate);
    /// assert_eq!(client.assets().download_asset(again.id).await.unwrap_err().status().unwrap(), 404);
    /// # Ok(()) }
    /// ```
    pub fn lose_next_uploads(&self, count: usize) {
        self.state().trouble.lost_uploads = count;
    }

    /// Deletes the file of an asset, but keeps its row. Returns whether the asset had a file.
    ///
    /// The thumbnail stays. An archive omits the asset without an error, as on real servers.
    pub fn lose_original(&self, id: AssetId) -> bool {
        match self.state().assets.get_mut(&id) {
            Some(asset) => !std::mem::replace(&mut asset.original_is_lost, true),
            None => false,
        }
    }

    /// Sets the number of further requests of any kind before the metadata of a new asset is extracted. Defaults to 0:
    /// at once.
    ///
    /// On real servers a job does this, a moment to minutes after the upload. It ends by replacing the tags of the
    /// asset with those in the file and its sidecar, so tags that were set before are lost; the fake reads only
    /// `digiKam:TagsList` in the sidecar. Until then `exifInfo` has `fileSizeInByte` and the values that the user set,
    /// `dateTimeOriginal` and `modifyDate` are null, and the asset has no thumbnail. `modifyDate` is the one field that
    /// every file has after the job, and none before.
    pub fn delay_metadata(&self, requests: usize) {
        self.state().jobs.metadata_delay = requests;
    }

    /// Runs all pending metadata jobs now.
    pub fn run_metadata_jobs(&self) {
        self.state().run_metadata_jobs();
    }

    /// Sets the number of further requests of any kind before an asset that is deleted with `force`, or from the trash,
    /// is removed. Defaults to 0: at once.
    ///
    /// On real servers a job does this a moment later. Until then the asset is found by its id and its checksum, like
    /// an asset in the trash that cannot be restored.
    pub fn delay_deletions(&self, requests: usize) {
        self.state().jobs.deletion_delay = requests;
    }

    /// Fills the disk of the server, or frees it again.
    ///
    /// While it is full, every upload that writes a file gets a 500 response "Internal server error" before its body is
    /// read to the end, and stores nothing. Requests that write no file still work, such as an upload that
    /// `x-immich-checksum` identifies as a duplicate.
    pub fn fill_disk(&self, is_full: bool) {
        self.state().trouble.disk_is_full = is_full;
    }

    /// Takes the server off the network, like a restart. Requests fail with [`TransportErrorKind::Connect`] until
    /// [`come_back`](Self::come_back), and an upload in progress fails with [`TransportErrorKind::Closed`] and stores
    /// nothing. Over `Served`, connections are closed without a response; `Served::close` closes the port too.
    ///
    /// [`unanswered`](Self::unanswered) returns the requests that failed.
    ///
    /// [`TransportErrorKind::Connect`]: immich_core::TransportErrorKind::Connect
    /// [`TransportErrorKind::Closed`]: immich_core::TransportErrorKind::Closed
    pub fn go_away(&self) {
        let mut state = self.state();
        state.trouble.is_away = true;
        state.trouble.outages += 1;
    }

    /// Puts the server back on the network, with its state unchanged.
    pub fn come_back(&self) {
        self.state().trouble.is_away = false;
    }

    /// Makes a proxy in front of the server respond to every request with this status and an HTML page, such as 502
    /// while the server restarts; `None` lets requests through again.
    ///
    /// [`requests`](Self::requests) returns these requests with this status.
    pub fn set_gateway_error(&self, status: Option<StatusCode>) {
        self.state().trouble.gateway_error = status;
    }

    /// Makes a firewall in front of the server refuse uploads of a file with this name: they get this status and an
    /// HTML page that is not from Immich. The name is that in `filename="..."` of a part, as sent.
    pub fn refuse_file(&self, name: &str, status: StatusCode) {
        self.state().trouble.refused_files.push((name.to_owned(), status));
    }

    /// Lets all files named by [`refuse_file`](Self::refuse_file) through again.
    pub fn accept_all_files(&self) {
        self.state().trouble.refused_files.clear();
    }

    /// Runs all pending deletion jobs now.
    pub fn run_deletion_jobs(&self) {
        self.state().run_deletion_jobs();
    }
}
