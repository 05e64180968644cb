//! Uploads photos into an album, lists the album, and downloads them byte for byte.
//!
//! ```text
//! cargo run --example quickstart                                       on a server in memory
//! cargo run --example quickstart -- --backend reqwest                  the same server over TCP
//! cargo run --example quickstart --features hyper -- --backend hyper   the same, on hyper
//! IMMICH_URL=http://nas:2283 IMMICH_API_KEY=... cargo run --example quickstart -- photo.jpg folder
//! ```
//!
//! The key needs the permissions asset.upload, asset.read, asset.download, album.read, album.create and
//! albumAsset.create. A second run against the same server finds duplicates and changes nothing.

#![allow(missing_docs)]

mod common;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use immich_sdk::api::{AssetMediaStatus, BulkIdsDto, CreateAlbumDto};
use immich_sdk::jiff::Timestamp;
use immich_sdk::{AlbumId, AssetId, Client, FilePart};
use sha1::{Digest, Sha1};

use self::common::start;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

const ALBUM: &str = "Quickstart";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<bool> {
    let (backend, mut paths) = arguments(std::env::args().skip(1))?;
    if paths.is_empty() {
        paths.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/photos"));
    }
    let (client, _served) = start(backend.as_deref(), async |_| Ok(())).await?;
    let client = client.build()?;
    let version = client.server().get_server_version().await?;
    println!("{}, Immich {}.{}.{}", client.base_url(), version.major, version.minor, version.patch);
    let report = transfer(&client, &paths).await?;
    report.print();
    Ok(report.is_complete())
}

/// The backend asked for, and the paths.
fn arguments(arguments: impl Iterator<Item = String>) -> Result<(Option<String>, Vec<PathBuf>)> {
    let (mut backend, mut paths, mut arguments) = (None, Vec::new(), arguments);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--backend" => backend = Some(arguments.next().ok_or("--backend needs hyper or reqwest")?),
            option if option.starts_with('-') => return Err(format!("there is no option {option}").into()),
            path => paths.push(path.into()),
        }
    }
    Ok((backend, paths))
}

/// Prints the outcome of each file.
#[derive(Debug, Default)]
pub struct Report {
    pub files: Vec<Transferred>,
    /// How many assets were new in the album.
    pub added: usize,
}

#[derive(Debug)]
pub struct Transferred {
    pub name: String,
    pub bytes: usize,
    pub status: AssetMediaStatus,
    /// Whether the album has it, and its original is what was uploaded.
    pub verified: bool,
}

/// The whole job: up, into an album, listed, down again, compared.
pub async fn transfer(client: &Client, paths: &[PathBuf]) -> Result<Report> {
    let mut report = Report::default();
    let mut sent: BTreeMap<AssetId, Vec<(usize, String)>> = BTreeMap::new();
    for file in photos(client, paths).await? {
        let bytes = fs::read(&file)?;
        let checksum = BASE64.encode(Sha1::digest(&bytes));
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let modified = Timestamp::try_from(fs::metadata(&file)?.modified()?)?;
        let length = bytes.len();
        // With the checksum, a server that has the photo says so at once.
        let upload = client.assets().upload_asset(FilePart::new(&name, bytes), modified, modified);
        let uploaded = upload.x_immich_checksum(&checksum).await?;
        sent.entry(uploaded.id).or_default().push((report.files.len(), checksum));
        report.files.push(Transferred { name, bytes: length, status: uploaded.status, verified: false });
    }
    let album = album(client).await?;
    let ids: Vec<AssetId> = sent.keys().copied().collect();
    if !ids.is_empty() {
        let results = client.albums().add_assets_to_album(album, BulkIdsDto::new(ids)).await?;
        report.added = results.iter().filter(|result| result.success).count();
    }
    let mut listing = client.album_assets(album);
    while let Some(assets) = listing.next().await? {
        for asset in assets {
            for (index, checksum) in sent.get(&asset.id).into_iter().flatten() {
                report.files[*index].verified = *checksum == download(client, asset.id).await?;
            }
        }
    }
    Ok(report)
}

/// The files below the paths that the server takes, in order.
async fn photos(client: &Client, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let types = client.server().get_supported_media_types().await?;
    let taken = |path: &Path| {
        let extension = path.extension().map(|extension| format!(".{}", extension.to_string_lossy().to_lowercase()));
        extension.is_some_and(|extension| types.image.contains(&extension) || types.video.contains(&extension))
    };
    let mut files = Vec::new();
    let mut left = paths.to_vec();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?,
            );
        } else if taken(&path) {
            files.push(path);
        } else if !path.exists() {
            return Err(format!("there is no {}", path.display()).into());
        }
    }
    files.sort();
    Ok(files)
}

/// The album of this example, which is made if the user has none of that name.
async fn album(client: &Client) -> Result<AlbumId> {
    let albums = client.albums().get_all_albums().await?;
    match albums.into_iter().find(|album| album.album_name == ALBUM) {
        Some(album) => Ok(album.id),
        None => Ok(client.albums().create_album(CreateAlbumDto::new(ALBUM)).await?.id),
    }
}

/// Downloads an original, and gives the checksum of its bytes.
async fn download(client: &Client, id: AssetId) -> Result<String> {
    let mut original = client.assets().download_asset(id).await?;
    let mut checksum = Sha1::new();
    while let Some(chunk) = original.chunk().await? {
        checksum.update(&chunk);
    }
    Ok(BASE64.encode(checksum.finalize()))
}

impl Report {
    /// Whether every file is on the server as it is here.
    pub fn is_complete(&self) -> bool {
        self.files.iter().all(|file| file.verified)
    }

    fn print(&self) {
        println!("{:<24} {:>9}  {:<10} original", "file", "bytes", "upload");
        for Transferred { name, bytes, status, verified } in &self.files {
            let original = if *verified { "same bytes" } else { "NOT THE SAME" };
            println!("{name:<24} {bytes:>9}  {:<10} {original}", status.as_str());
        }
        let created = self.files.iter().filter(|file| file.status == AssetMediaStatus::Created).count();
        println!("{} files, {created} created, {} new in the album `{ALBUM}`", self.files.len(), self.added);
    }
}
