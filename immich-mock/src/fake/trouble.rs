//! Trouble that a test makes: what real servers were seen to do to uploads and downloads.

use http::StatusCode;
use http::header::SERVER;
use immich_core::AssetId;

use super::answer::Answer;
use super::server::FakeImmich;

/// What a test wants to go wrong.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// How many of the next new uploads lose their file.
    pub(super) lost_uploads: usize,
    pub(super) disk_is_full: bool,
    pub(super) is_away: bool,
    /// How many times the server went away.
    pub(super) outages: u64,
    /// The status that a proxy responds with instead of the server.
    pub(super) gateway_error: Option<StatusCode>,
    /// Which file names a firewall refuses, and with which status.
    pub(super) refused_files: Vec<(String, StatusCode)>,
}

/// The page of nginx for an error.
pub(super) fn gateway_page(status: StatusCode) -> Answer {
    let title = status.to_string();
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    Answer::text(status, "text/html", page).with(SERVER, "nginx")
}

/// The page of a web application firewall.
pub(super) fn firewall_page(status: StatusCode) -> Answer {
    let page = "<!DOCTYPE html>\n<html><head><title>Request blocked</title></head>\n<body><h1>Request blocked</h1>\n\
        <p>This request was blocked by the security rules of this site.</p></body></html>\n";
    Answer::text(status, "text/html; charset=utf-8", page)
}

/// Trouble on purpose.
impl FakeImmich {
    /// Lets the server lose the files of the next `count` new uploads, as a real one does whose database connections
    /// end during an upload.
    ///
    /// The request gets 500 and the file is deleted, but the row of the asset stays: its checksum is a duplicate from
    /// then on, `getAssetInfo` returns it, and its original is 500 (2.x) or 404 (3.x). Uploads that are duplicates do
    /// not count. If metadata is extracted at once (see [`delay_metadata`](Self::delay_metadata)), the row looks
    /// complete; otherwise its metadata is never extracted.
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

    /// Deletes the file of an asset, and keeps everything that the server knows of it. Returns whether it had one.
    ///
    /// Its thumbnail stays. An archive leaves the asset out without an error, as real servers do.
    pub fn lose_original(&self, id: AssetId) -> bool {
        match self.state().assets.get_mut(&id) {
            Some(asset) => !std::mem::replace(&mut asset.original_is_lost, true),
            None => false,
        }
    }

    /// Sets after how many further requests of any kind the metadata of a new asset is extracted. Default: 0, at once.
    ///
    /// On real servers a job does it, a moment to minutes after the upload. It ends by replacing the tags of the asset
    /// by those in the file and its sidecar, so tags that were set before are gone; of files the fake reads only
    /// `digiKam:TagsList` in the sidecar. Until then `exifInfo` has `fileSizeInByte` and what the user set, its
    /// `dateTimeOriginal` and `modifyDate` are null, and the asset has no thumbnail. `modifyDate` is the one field that
    /// every file has after the job, and none before.
    pub fn delay_metadata(&self, requests: usize) {
        self.state().jobs.metadata_delay = requests;
    }

    /// Extracts now the metadata that waits for it.
    pub fn run_metadata_jobs(&self) {
        self.state().run_metadata_jobs();
    }

    /// Sets after how many further requests of any kind an asset that is deleted with `force`, or from the trash, is
    /// gone. Default: 0, at once.
    ///
    /// On real servers a job does it a moment later. Until then the asset is found by its id and its checksum, as one
    /// in the trash that cannot be restored.
    pub fn delay_deletions(&self, requests: usize) {
        self.state().jobs.deletion_delay = requests;
    }

    /// Fills the disk of the server, or makes space again.
    ///
    /// While it is full, every upload that sends a file gets 500 "Internal server error" and leaves nothing, before its
    /// body is read to the end. What needs no file still works: a duplicate by `x-immich-checksum`, for one.
    pub fn fill_disk(&self, is_full: bool) {
        self.state().trouble.disk_is_full = is_full;
    }

    /// Takes the server off the network, as a restart does. Requests fail with [`TransportErrorKind::Connect`] until
    /// [`come_back`](Self::come_back), and an upload that is under way ends with [`TransportErrorKind::Closed`]
    /// and leaves nothing. Over `Served` the connection is closed without a response; `Served::close` closes its port
    /// too.
    ///
    /// [`unanswered`](Self::unanswered) has the requests that came meanwhile.
    ///
    /// [`TransportErrorKind::Connect`]: immich_core::TransportErrorKind::Connect
    /// [`TransportErrorKind::Closed`]: immich_core::TransportErrorKind::Closed
    pub fn go_away(&self) {
        let mut state = self.state();
        state.trouble.is_away = true;
        state.trouble.outages += 1;
    }

    /// Puts the server back on the network. What it holds is as before.
    pub fn come_back(&self) {
        self.state().trouble.is_away = false;
    }

    /// Lets a proxy before the server respond to every request with this status and an HTML page, such as 502 while
    /// the server restarts; `None` lets requests through again.
    ///
    /// The requests are in [`requests`](Self::requests), with this status.
    pub fn set_gateway_error(&self, status: Option<StatusCode>) {
        self.state().trouble.gateway_error = status;
    }

    /// Lets a firewall before the server refuse uploads with a file of this name: they get this status and a page of
    /// HTML that is not Immich's. The name is that of `filename="..."` of a part, as it was sent.
    pub fn refuse_file(&self, name: &str, status: StatusCode) {
        self.state().trouble.refused_files.push((name.to_owned(), status));
    }

    /// Lets all files through that [`refuse_file`](Self::refuse_file) named.
    pub fn accept_all_files(&self) {
        self.state().trouble.refused_files.clear();
    }

    /// Removes now what waits for its deletion.
    pub fn run_deletion_jobs(&self) {
        self.state().run_deletion_jobs();
    }
}
